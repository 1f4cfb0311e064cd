// Random worlds, every crash in them: npm run torture -- --points 1000000 --seed 1 --service liveblocks
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";

const scratch = mkdtempSync(join(tmpdir(), "rolecall-torture-"));
try {
  const outfile = join(scratch, "run.mjs");
  await build({
    entryPoints: ["test/torture/run.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      // Some dependencies are CommonJS and call require() for Node's own modules.
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
