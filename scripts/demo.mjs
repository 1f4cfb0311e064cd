// Shows the main job on the embedded sandbox: plan, apply, and that the second plan has no changes.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const scratch = mkdtempSync(join(tmpdir(), "rolecall-demo-"));
cpSync("examples/design-agency/rolecall.yaml", join(scratch, "rolecall.yaml"));
let status = 0;
for (const args of [
  ["plan", "--sandbox"],
  ["apply", "--sandbox", "--auto-approve"],
  ["plan", "--sandbox", "--detailed-exitcode"],
]) {
  console.log(`\n$ rolecall ${args.join(" ")}\n`);
  status =
    spawnSync(process.execPath, [resolve("dist/rolecall.js"), ...args], { cwd: scratch, stdio: "inherit" }).status ?? 1;
  if (status !== 0) break;
}
rmSync(scratch, { recursive: true, force: true });
process.exit(status);
