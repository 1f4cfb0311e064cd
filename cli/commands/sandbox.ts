import { once } from "node:events";
import { join } from "node:path";
import { languages } from "../../providers/registry.ts";
import { sandboxTypes } from "../../providers/sandboxes.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { orFail, printJson } from "../failures.ts";
import type { Io } from "../io.ts";
import { workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";
import { type Sandboxes, startSandboxes } from "../sandboxes.ts";

/** `rolecall sandbox`: stand-ins of all services on loopback until interrupted, to try other tools against. */
export const sandboxCommand = (io: Io, options: GlobalOptions & { readonly reset?: boolean }): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const directory = join(workingDirectory(io, options), ".rolecall");
    const wanted = new Map(sandboxTypes.map((type) => [type, type]));
    const sandboxes = await startSandboxes(directory, wanted, { reset: options.reset === true });
    if (options.json === true) printJson(io, describe(sandboxes));
    else io.out(text(sandboxes));
    if (!io.signal.aborted) await once(io.signal, "abort");
    await sandboxes.close();
    return EXIT.done;
  });

/** The credentials are made up and open nothing but the stand-in. */
const describe = (sandboxes: Sandboxes): unknown => ({
  format_version: "1.0",
  services: [...sandboxes.running.values()].map(({ type, baseUrl, urls, credentials }) => ({
    type,
    baseUrl,
    ...urls,
    credentials,
  })),
});

const text = (sandboxes: Sandboxes): string => {
  const lines: string[] = [];
  for (const { type, baseUrl, urls, credentials } of sandboxes.running.values()) {
    lines.push(`${languages.get(type)?.facts.title ?? type}`);
    for (const [key, value] of Object.entries({ baseUrl, ...urls, ...credentials }))
      lines.push(`  ${key.padEnd(14)} ${value}`);
    lines.push("");
  }
  lines.push(
    "The credentials open nothing but these stand-ins. State is kept in .rolecall/sandbox.json.",
    "Press Ctrl-C to stop.",
    "",
  );
  return lines.join("\n");
};
