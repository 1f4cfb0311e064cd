import { open, realpath, stat } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { MAX_FILE_BYTES } from "../engine/load/limits.ts";
import { counted } from "../engine/load/text-rules.ts";
import type { Diagnostic, DiagnosticCode } from "../engine/model.ts";
import { hasKnownEnding, walkDirectory } from "./walk-directory.ts";

/** A file that was read; `name` is relative to the working directory, with `/`. */
type InputFile = { readonly name: string; readonly bytes: Uint8Array };
export type CollectedFiles = { readonly files: readonly InputFile[]; readonly diagnostics: readonly Diagnostic[] };
export type CollectOptions = { readonly cwd: string; readonly stdin: AsyncIterable<Uint8Array | string> };

/** What standard input is called in messages. */
const STDIN_NAME = "<stdin>";
const MAX_FILES = 10_000;
const ENDINGS = "*.yaml, *.yml or *.json";

/**
 * Reads the files that `-f` names: files, directories and `-`; without any, `rolecall.yaml`, else the directory
 * `rolecall`. A file that is reached twice is read once. What is wrong is in `diagnostics`, and does not keep the other
 * files from being read. Never throws for what it finds on disk.
 */
export const collectFiles = async (paths: readonly string[], options: CollectOptions): Promise<CollectedFiles> => {
  const collection: Collection = { ...options, files: [], diagnostics: [], seen: new Set() };
  const asked = paths.length > 0 ? paths : await defaultPaths(collection);
  for (const path of asked) {
    if (path === "-") await addStdin(collection);
    else if (path === "") report(collection, "file-not-found", "the path after -f is empty");
    else await addPath(path, collection);
    if (collection.seen.size > MAX_FILES) break;
  }
  return { files: collection.files, diagnostics: collection.diagnostics };
};

type Collection = CollectOptions & {
  readonly files: InputFile[];
  readonly diagnostics: Diagnostic[];
  /** Real paths, and `-`. */
  readonly seen: Set<string>;
};

const defaultPaths = async (collection: Collection): Promise<readonly string[]> => {
  const kind = async (path: string): Promise<"file" | "directory" | undefined> => {
    try {
      return (await stat(resolve(collection.cwd, path))).isDirectory() ? "directory" : "file";
    } catch (error) {
      return errorCode(error) === "ENOENT" ? undefined : "file";
    }
  };
  if ((await kind("rolecall.yaml")) === "file") return ["rolecall.yaml"];
  if ((await kind("rolecall")) === "directory") return ["rolecall"];
  report(collection, "no-files", "there is neither a file rolecall.yaml nor a directory rolecall here", {
    hint: "write a first file with `rolecall init`, or name files with -f",
  });
  return [];
};

const addPath = async (path: string, collection: Collection): Promise<void> => {
  const found = resolve(collection.cwd, path);
  try {
    const status = await stat(found);
    if (status.isDirectory()) await addDirectory(path, found, collection);
    else if (!status.isFile()) {
      const hint = "use -f - to read standard input";
      report(collection, "file-unreadable", `${path} is neither a file nor a directory`, { hint });
    } else if (hasKnownEnding(path)) await addFile(found, await realpath(found), collection);
    else
      report(collection, "file-extension", `${path} does not end in .yaml, .yml or .json`, { hint: "rename the file" });
  } catch (error) {
    reportFailure(collection, path, error);
  }
};

const addDirectory = async (path: string, found: string, collection: Collection): Promise<void> => {
  const walked = await walkDirectory(found, MAX_FILES);
  for (const { path: outside } of walked.outside) {
    const name = nameOf(outside, collection.cwd);
    const hint = "copy the file into the directory, or name it with a -f of its own";
    report(collection, "file-outside", `${name} is a link that leads out of the directory ${path}`, { hint });
  }
  for (const failure of walked.failures) reportFailure(collection, nameOf(failure.path, collection.cwd), failure.error);
  if (walked.files.length + walked.outside.length + walked.failures.length === 0) {
    report(collection, "no-files", `the directory ${path} holds no ${ENDINGS} file`, {
      hint: "check the path after -f",
    });
  }
  for (const file of walked.files) await addFile(file.path, file.real, collection);
};

/** The size is looked at before reading, so that a huge file costs nothing. */
const addFile = async (path: string, real: string, collection: Collection): Promise<void> => {
  if (collection.seen.has(real)) return;
  collection.seen.add(real);
  if (collection.seen.size > MAX_FILES) {
    if (collection.seen.size === MAX_FILES + 1) reportTooMany(collection);
    return;
  }
  const name = nameOf(path, collection.cwd);
  try {
    const handle = await open(real);
    try {
      const { size } = await handle.stat();
      if (size > MAX_FILE_BYTES) reportSize(collection, name, `has ${counted(size)} bytes`);
      else collection.files.push({ name, bytes: await handle.readFile() });
    } finally {
      await handle.close();
    }
  } catch (error) {
    reportFailure(collection, name, error);
  }
};

const addStdin = async (collection: Collection): Promise<void> => {
  if (collection.seen.has("-")) return;
  collection.seen.add("-");
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of collection.stdin) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      size += bytes.length;
      if (size > MAX_FILE_BYTES) {
        reportSize(collection, STDIN_NAME, "goes on");
        return;
      }
      chunks.push(bytes);
    }
    collection.files.push({ name: STDIN_NAME, bytes: Buffer.concat(chunks) });
  } catch (error) {
    reportFailure(collection, STDIN_NAME, error);
  }
};

/** Relative to the working directory, with `/` on every system. */
const nameOf = (path: string, cwd: string): string => relative(cwd, path).split(sep).join("/");

const report = (
  collection: Collection,
  code: DiagnosticCode,
  summary: string,
  more: { readonly detail?: string; readonly hint?: string } = {},
): void => {
  collection.diagnostics.push({ severity: "error", code, summary, ...more });
};

const reportSize = (collection: Collection, name: string, size: string): void =>
  report(
    collection,
    "file-too-large",
    `${name} ${size}, and at most ${counted(MAX_FILE_BYTES)} bytes of a file are read`,
    {
      hint: "split it into several files",
    },
  );

const reportTooMany = (collection: Collection): void =>
  report(collection, "file-too-large", `there are more than ${counted(MAX_FILES)} files`, {
    hint: "check the paths after -f",
  });

const reportFailure = (collection: Collection, path: string, error: unknown): void => {
  const system = errorCode(error);
  if (system === "ENOENT" || system === "ENOTDIR") {
    const hint = "check the path; it is relative to the working directory";
    report(collection, "file-not-found", `${path} does not exist`, { hint });
    return;
  }
  const reason = system === undefined ? undefined : REASONS.get(system);
  report(collection, "file-unreadable", `${path} cannot be read: ${reason ?? system ?? "it is no readable file"}`);
};
const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["ELOOP", "too many links"],
  ["EISDIR", "it is a directory"],
  ["ENAMETOOLONG", "the name is too long"],
  ["EMFILE", "too many open files"],
  ["EIO", "the disk reports an error"],
]);

const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
