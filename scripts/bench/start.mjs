import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { compare, table } from "./measure.mjs";

/** Start-up next to a bare node. */
export const benchStart = async (scratch) => {
  const cwd = join(scratch, "start");
  mkdirSync(cwd);
  writeFileSync(
    join(cwd, "rolecall.yaml"),
    "version: 1\nproviders:\n  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }\nrooms:\n  weekly: { default: { liveblocks: [] } }\n",
  );
  const bin = resolve("dist/rolecall.js");
  const options = { cwd };
  const results = await compare(
    [
      { args: ["-e", "0"], options },
      { args: [bin, "--version"], options },
      { args: [bin, "--help"], options },
      { args: [bin, "validate"], options },
    ],
    11,
  );
  table("Start-up", ["node -e 0", "rolecall --version", "rolecall --help", "rolecall validate"], results);
};
