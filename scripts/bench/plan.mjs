import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compare, table } from "./measure.mjs";
import { asJson, asYaml, rooms, servePages, write } from "./rooms.mjs";

/** A plan without changes next to its floor, and the load of the files on lines of its own. */
export const benchPlan = async (scratch) => {
  for (const count of [1000, 10_000]) {
    const list = rooms(count);
    const server = await servePages(list);
    const bin = resolve("dist/rolecall.js");
    const env = { ...process.env, LIVEBLOCKS_SECRET_KEY: "sk_bench", CI: "" };
    const make = (name, file, text) => {
      const cwd = join(scratch, `plan-${count}-${name}`);
      mkdirSync(cwd);
      write(join(cwd, file), text);
      return { cwd, env };
    };
    const yaml = make("yaml", "rolecall.yaml", asYaml(list, server.url));
    const json = make("json", "rolecall.json", asJson(list, server.url));
    const wanted = join(scratch, `wanted-${count}.json`);
    write(wanted, JSON.stringify(Object.fromEntries(list.map((room) => [room.id, room.usersAccesses]))));
    try {
      const results = await compare(
        [
          { args: [resolve("scripts/bench/floor.mjs"), server.url, wanted], options: { env } },
          { args: [bin, "validate", "-f", "rolecall.yaml"], options: yaml },
          { args: [bin, "plan", "-f", "rolecall.yaml"], options: yaml },
          { args: [bin, "validate", "-f", "rolecall.json"], options: json },
          { args: [bin, "plan", "-f", "rolecall.json"], options: json },
        ],
        5,
      );
      table(
        `A plan without changes, ${count} rooms with 10 grants`,
        ["floor: pages, JSON.parse, compare", "validate (YAML)", "plan (YAML)", "validate (JSON)", "plan (JSON)"],
        results,
      );
      const [floor, yamlLoad, yamlPlan, jsonLoad, jsonPlan] = results;
      const over = (plan, load) => ((plan.wall - load.wall) / floor.wall).toFixed(2);
      console.log(
        `  plan less load over floor: YAML ${over(yamlPlan, yamlLoad)} x, JSON ${over(jsonPlan, jsonLoad)} x\n`,
      );
    } finally {
      server.close();
    }
  }
};
