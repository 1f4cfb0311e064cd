import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { compare, table } from "./measure.mjs";
import { asJson, rooms, servePages, write } from "./rooms.mjs";

/** Planning a change of every room, for growing numbers of rooms: the time per room should stay what it is. */
export const benchScale = async (scratch) => {
  const counts = [1000, 10_000, 100_000];
  const results = [];
  for (const count of counts) {
    const list = rooms(count);
    const server = await servePages(list.map((room) => ({ ...room, defaultAccesses: ["room:read"] })));
    const cwd = join(scratch, `scale-${count}`);
    mkdirSync(cwd);
    write(join(cwd, "rolecall.json"), asJson(list, server.url));
    const env = { ...process.env, LIVEBLOCKS_SECRET_KEY: "sk_bench", CI: "" };
    try {
      const args = [resolve("dist/rolecall.js"), "plan", "-f", "rolecall.json", "--allow-removals", "*=1000000000"];
      results.push(...(await compare([{ args, options: { cwd, env } }], count > 10_000 ? 1 : 3)));
    } finally {
      server.close();
    }
  }
  table(
    "A plan that changes every room (10 grants each)",
    counts.map((count) => `${count} rooms`),
    results,
  );
  const slope = Math.log(results[2].wall / results[1].wall) / Math.log(10);
  console.log(`  slope from 10,000 to 100,000 rooms: ${slope.toFixed(2)} (1.00 is linear)\n`);
};
