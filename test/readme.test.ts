import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };

it("shows a plan that the tool really prints", () => {
  expect(readme).toContain(readFileSync(join(root, "examples/design-agency/plan.txt"), "utf8"));
});

it("names only scripts that exist", () => {
  const named = [...readme.matchAll(/npm run ([\w:-]+)/gu)].map((found) => found[1] ?? "");
  expect(named.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
});

it("opens with one command that shows the main job and one that passes the tests, and CI calls the latter", () => {
  const commands = [...readme.matchAll(/```sh\n(.*?)\n```/gsu)].slice(0, 2).map((found) => found[1] ?? "");
  expect(commands).toEqual(["npm install && npm run build && npm run demo", "npm install && npm run check"]);
  expect(readFileSync(join(root, ".ci/run"), "utf8")).toContain(`\n${commands[1]}\n`);
});
