import { VERSION } from "./version.ts";

/** The way in. `--version` answers before anything else is loaded. */
const argv = process.argv.slice(2);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { runProcess } = await import("./run.ts");
  await runProcess(argv);
}
