import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { formatText } from "../../engine/load/format.ts";
import { readText } from "../../engine/load/read-text.ts";
import type { Diagnostic } from "../../engine/model.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printJson, problem } from "../failures.ts";
import { collectFiles } from "../files.ts";
import type { Io } from "../io.ts";
import { workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";

/** `rolecall fmt [PATHS]`: the canonical layout. A file that cannot be read without faults is left as it is, and none is written then. */
export const fmtCommand = (
  io: Io,
  options: GlobalOptions & { readonly check?: boolean },
  paths: readonly string[],
): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const cwd = workingDirectory(io, options);
    const { files, diagnostics } = await collectFiles([...paths], { cwd, stdin: io.stdin });
    const texts = new Map(files.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));
    const faults: Diagnostic[] = [...diagnostics];
    for (const { name, bytes } of files) faults.push(...readText(name, bytes).diagnostics);
    if (faults.some((fault) => fault.severity === "error"))
      throw new CommandFailure("invalid", faults, (name) => texts.get(name));
    const changed = [...texts]
      .map(([name, text]) => ({ name, text, formatted: formatText(name, text) }))
      .filter(({ text, formatted }) => text !== formatted);
    if (options.check !== true) for (const { name, formatted } of changed) await write(io, cwd, name, formatted);
    if (options.json === true)
      printJson(io, { format_version: "1.0", changed: changed.map(({ name }) => name), checked: files.length });
    else if (!paths.includes("-")) io.out(changed.map(({ name }) => `${name}\n`).join(""));
    return options.check === true && changed.length > 0 ? EXIT.error : EXIT.done;
  });

const write = async (io: Io, cwd: string, name: string, text: string): Promise<void> => {
  if (name === "<stdin>") return io.out(text);
  try {
    await writeFile(resolve(cwd, name), text);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "no reason given";
    throw new CommandFailure("invalid", [problem("file-unreadable", `${name} could not be written (${code})`)]);
  }
};
