// Benchmarks. Every number is a ratio to a floor measured in the same run, since machines differ and drift.
//   npm run bench            all
//   npm run bench -- start   one of: start load plan scale
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { benchLoad } from "./bench/load.mjs";
import { benchPlan } from "./bench/plan.mjs";
import { benchScale } from "./bench/scale.mjs";
import { benchStart } from "./bench/start.mjs";

const benches = { start: benchStart, load: benchLoad, plan: benchPlan, scale: benchScale };
const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), "rolecall-bench-"));
try {
  const git = spawnSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).stdout?.trim() ?? "";
  console.log(`node ${process.version} · ${git === "" ? "no commit" : git}\n`);
  for (const [name, run] of Object.entries(benches))
    if (wanted.length === 0 || wanted.includes(name)) await run(scratch);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
