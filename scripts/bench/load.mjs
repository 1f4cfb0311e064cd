import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { build } from "esbuild";

/** Reading of files: JSON.parse, yaml.parse, our JSON and our YAML, each in a process of its own. */
export const benchLoad = async (scratch) => {
  const outfile = join(scratch, "load-child.mjs");
  await build({
    entryPoints: ["scripts/bench/load-child.ts"],
    outfile,
    bundle: true,
    platform: "node",
    alias: { yaml: "./node_modules/yaml/browser/index.js" },
    format: "esm",
    logLevel: "warning",
  });
  console.log("Reading files");
  spawnSync(process.execPath, [outfile], { stdio: "inherit" });
  console.log("");
};
