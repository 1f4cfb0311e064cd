import type { Diagnostic } from "../engine/model.ts";
import type { FailureReason } from "../engine/plan-document.ts";
import { ServiceFailure } from "../engine/provider.ts";
import { diagnosticJson, renderDiagnostics } from "../engine/report/diagnostics.ts";
import { errorDocument } from "../engine/report/outcomes.ts";
import { EXIT, type ExitCode, exitOfReason } from "./exit.ts";
import { type Io, wantsColor } from "./io.ts";
import type { GlobalOptions } from "./options.ts";
import { PrivateFileError } from "./private-files.ts";

/** The texts of the files by name, for frames. */
export type Texts = (filename: string) => string | undefined;
export const NO_TEXTS: Texts = () => undefined;

/** Why a command ends early, with what to print. Thrown by the parts of a command, caught once, in `orFail`. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly reason: FailureReason;
  readonly diagnostics: readonly Diagnostic[];
  readonly texts: Texts;
  readonly exit: ExitCode | undefined;
  constructor(reason: FailureReason, diagnostics: readonly Diagnostic[], texts: Texts = NO_TEXTS, exit?: ExitCode) {
    super(diagnostics[0]?.summary ?? reason);
    this.reason = reason;
    this.diagnostics = diagnostics;
    this.texts = texts;
    this.exit = exit;
  }
}

/** An error diagnostic that stands in no file. */
export const problem = (code: Diagnostic["code"], summary: string, hint?: string): Diagnostic => ({
  severity: "error",
  code,
  summary,
  ...(hint === undefined ? {} : { hint }),
});

/** Prints diagnostics for people to standard error. */
export const printDiagnostics = (
  io: Io,
  options: GlobalOptions,
  diagnostics: readonly Diagnostic[],
  texts: Texts,
): void => {
  if (diagnostics.length === 0) return;
  io.err(renderDiagnostics(diagnostics, { textOf: texts, color: wantsColor(io, io.errIsTerminal, !options.color) }));
};

/** Prints one JSON document to standard output. */
export const printJson = (io: Io, value: unknown): void => io.out(`${JSON.stringify(value, null, 2)}\n`);

/** Runs a command; a CommandFailure becomes text on standard error, with --json the error document, and an exit code. */
export const orFail = async (io: Io, options: GlobalOptions, run: () => Promise<ExitCode>): Promise<ExitCode> => {
  try {
    return await run();
  } catch (error) {
    const failure = asFailure(error, io);
    if (failure === undefined) throw error;
    printDiagnostics(io, options, failure.diagnostics, failure.texts);
    if (options.json === true) printJson(io, errorDocument(failure.reason, failure.diagnostics.map(diagnosticJson)));
    return failure.exit ?? exitOfReason(failure.reason);
  }
};

/** A failure that ends a command, of any kind; undefined for a bug of ours. */
export const asFailure = (error: unknown, io: Io): CommandFailure | undefined => {
  if (error instanceof CommandFailure) return error;
  if (io.signal.aborted) return new CommandFailure("interrupted", [problem("interrupted", "interrupted")]);
  if (error instanceof PrivateFileError)
    return new CommandFailure("invalid", [problem("file-unreadable", error.message)]);
  if (error instanceof ServiceFailure)
    return new CommandFailure("provider-error", [problem("read-failed", error.message)]);
  return undefined;
};

/** A command line that makes no sense: the parser's words, and with --json the error document. */
export const usageFailure = (io: Io, argv: readonly string[], text: string): ExitCode => {
  const isHelp = text.startsWith("Usage:");
  const lines = isHelp ? ["there is no command; rolecall --help lists them"] : text.trim().split("\n");
  const summary = (lines[0] ?? "").replace(/^error: /u, "");
  const rest = lines
    .slice(1)
    .join(" ")
    .trim()
    .replace(/^\(|\)$/gu, "");
  io.err(`${text.trim()}\n\nRun rolecall --help to see what there is.\n`);
  if (argv.includes("--json"))
    printJson(io, errorDocument("usage", [diagnosticJson(problem("usage", summary, rest === "" ? undefined : rest))]));
  return EXIT.error;
};

/** A bug of ours: no stack for people unless ROLECALL_DEBUG asks for it. */
export const internalFailure = (io: Io, argv: readonly string[], error: unknown): ExitCode => {
  const message = error instanceof Error ? error.message : String(error);
  io.err(`Error: ${message}\n\nThis is a fault in Rolecall; set ROLECALL_DEBUG=1 to see where.\n`);
  if ((io.env.ROLECALL_DEBUG ?? "") !== "" && error instanceof Error) io.err(`${error.stack ?? ""}\n`);
  if (argv.includes("--json"))
    printJson(io, errorDocument("provider-error", [diagnosticJson(problem("internal", message))]));
  return EXIT.error;
};
