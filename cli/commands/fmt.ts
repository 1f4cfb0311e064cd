import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { formatFile } from "../../engine/load/format.ts";
import { readText } from "../../engine/load/read-text.ts";
import type { Diagnostic } from "../../engine/model.ts";
import { diagnosticJson } from "../../engine/report/diagnostics.ts";
import { inert } from "../../engine/report/inert.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { orFail, printDiagnostics, printJson, problem } from "../failures.ts";
import { collectFiles } from "../files.ts";
import type { Io } from "../io.ts";
import { maskOf, workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";

type Change = { readonly name: string; readonly text: string };

/**
 * `rolecall fmt [PATHS]`, with `-f` or without: the canonical layout. A file in which something is wrong is left as it is and reported; the
 * others are written. Standard input goes to standard output. Exit 1 for faults, and with `--check` for changes.
 */
export const fmtCommand = (
  io: Io,
  options: GlobalOptions & { readonly file: readonly string[]; readonly check?: boolean },
  paths: readonly string[],
): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const cwd = workingDirectory(io, options);
    const { files, diagnostics } = await collectFiles([...options.file, ...paths], { cwd, stdin: io.stdin });
    const faults: Diagnostic[] = [...diagnostics];
    const changed: Change[] = [];
    for (const { name, bytes } of files) {
      const found = readText(name, bytes).diagnostics;
      faults.push(...found);
      if (found.length > 0) continue;
      const text = formatFile(name, bytes);
      const isChanged = !Buffer.from(text).equals(bytes);
      if (isChanged) changed.push({ name, text });
      if (name === STDIN && options.check !== true && options.json !== true) io.out(text);
      else if (isChanged && name !== STDIN && options.check !== true) faults.push(...(await write(cwd, name, text)));
    }
    const mask = maskOf(new Map(files.map(({ name, bytes }) => [name, bytes])));
    const told = mask.clean(faults);
    printDiagnostics(io, options, told, mask.textOf);
    if (options.json === true) printJson(io, report(told, changed, files.length));
    else printNames(io, changed, options.check === true);
    return faults.length > 0 || (options.check === true && changed.length > 0) ? EXIT.error : EXIT.done;
  });

const STDIN = "<stdin>";

const printNames = (io: Io, changed: readonly Change[], check: boolean): void => {
  for (const { name } of changed) if (check || name !== STDIN) io.out(`${inert(name)}\n`);
  if (!check || changed.length === 0) return;
  const files = changed.length === 1 ? "1 file is" : `${changed.length} files are`;
  io.err(`${files} not in the canonical layout; run \`rolecall fmt\` to rewrite.\n`);
};

/** `formatted`: what standard input becomes, where it was given. */
const report = (faults: readonly Diagnostic[], changed: readonly Change[], checked: number) => {
  const stdin = changed.find(({ name }) => name === STDIN);
  return {
    format_version: "1.0",
    errored: faults.length > 0,
    failure_reason: faults.length > 0 ? "invalid" : null,
    checked,
    changed: changed.map(({ name }) => name),
    ...(stdin === undefined ? {} : { formatted: stdin.text }),
    diagnostics: faults.map(diagnosticJson),
  };
};

/** Writes into the file that is there: its mode, its owner and links to it stay. */
const write = async (cwd: string, name: string, text: string): Promise<readonly Diagnostic[]> => {
  try {
    await writeFile(resolve(cwd, name), text);
    return [];
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    return [problem("file-unreadable", `${name} cannot be written: ${reason}`, "check who may write the file")];
  }
};
