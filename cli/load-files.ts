import { resolve } from "node:path";
import { vocabularyOf } from "../engine/load/harmless.ts";
import { parseInstant } from "../engine/load/instants.ts";
import { loadDocument } from "../engine/load/load.ts";
import { createMask, type Mask } from "../engine/load/mask.ts";
import { readText } from "../engine/load/read-text.ts";
import type { SourceFile } from "../engine/load/source-file.ts";
import type { Diagnostic, Document, Instant, ProviderConfig } from "../engine/model.ts";
import { sortDiagnostics } from "../engine/report/diagnostics.ts";
import { languages } from "../providers/registry.ts";
import { CommandFailure, problem, type Texts } from "./failures.ts";
import { collectFiles } from "./files.ts";
import type { Io } from "./io.ts";
import type { FileOptions, GlobalOptions } from "./options.ts";

export type Loaded = {
  readonly document: Document | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** As they may be shown: what may be a secret is `HIDDEN`. */
  readonly texts: Texts;
  /** Takes secrets of the files out of what is said of them later. */
  clean(diagnostics: readonly Diagnostic[]): readonly Diagnostic[];
  readonly at: Instant;
};

/** The directory that a command works in. */
export const workingDirectory = (io: Io, options: GlobalOptions): string => resolve(io.cwd, options.chdir ?? ".");

/**
 * Reads and checks all files. Never throws for what they say: that is in the diagnostics. `checkProvider`: what is to be said
 * of a provider's configuration already here.
 */
export const loadFiles = async (
  io: Io,
  options: FileOptions,
  checkProvider?: (config: ProviderConfig) => readonly Diagnostic[],
): Promise<Loaded> => {
  const at = instantOf(io, options.at);
  const cwd = workingDirectory(io, options);
  const ordinary = await collectFiles(options.file, { cwd, stdin: io.stdin });
  const policyPaths = [...options.policy, ...list(io.env.ROLECALL_POLICY)];
  const policy =
    policyPaths.length === 0
      ? { files: [], diagnostics: [] }
      : await collectFiles(policyPaths, { cwd, stdin: io.stdin });
  const texts = new Map<string, Uint8Array>();
  const diagnostics: Diagnostic[] = [...ordinary.diagnostics, ...policy.diagnostics];
  const doubts: ((name: string) => boolean)[] = diagnostics.length > 0 ? [() => true] : [];
  const read = (files: typeof ordinary.files): readonly SourceFile[] => {
    const sources: SourceFile[] = [];
    for (const { name, bytes } of files) {
      texts.set(name, bytes);
      const { file, diagnostics: found, mayHold } = readText(name, bytes);
      if (found.length > 0) doubts.push(mayHold);
      diagnostics.push(...found);
      if (file !== undefined) sources.push(file);
    }
    return sources;
  };
  const [files, policyFiles] = [read(ordinary.files), read(policy.files)];
  const mayHold = doubts.length === 0 ? undefined : (name: string) => doubts.some((doubt) => doubt(name));
  const loaded = loadDocument(files, {
    policyFiles,
    languages,
    allowEnv: options.allowEnv,
    at,
    mayHold,
    checkProvider,
  });
  diagnostics.push(...loaded.diagnostics);
  const mask = maskOf(texts);
  const failed = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  return {
    document: failed ? undefined : loaded.document,
    diagnostics: sortDiagnostics(mask.clean(diagnostics)),
    texts: mask.textOf,
    clean: mask.clean,
    at,
  };
};

/** As `loadFiles`, for commands that need a document: any error ends the command. */
export const loadOrFail = async (io: Io, options: FileOptions): Promise<Loaded & { readonly document: Document }> => {
  const loaded = await loadFiles(io, options);
  if (loaded.document === undefined) throw new CommandFailure("invalid", loaded.diagnostics, loaded.texts);
  return { ...loaded, document: loaded.document };
};

const decoded = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

/** Keeps what may be a secret in these files out of everything that is said of them. */
export const maskOf = (texts: ReadonlyMap<string, Uint8Array>): Mask =>
  createMask((name) => (texts.has(name) ? decoded(texts.get(name)) : undefined), vocabularyOf(languages));

const list = (value: string | undefined): readonly string[] =>
  (value ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const instantOf = (io: Io, text: string | undefined): Instant => {
  if (text === undefined) return io.now() - (io.now() % 1000);
  const parsed = parseInstant(text, "starts");
  if (parsed.type === "instant") return parsed.instant;
  throw new CommandFailure("usage", [problem("usage", `--at: ${parsed.fault}`, parsed.hint)]);
};
