import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { compareText } from "../engine/util/compare.ts";

type WalkedFile = { readonly path: string; readonly real: string };
export type Walked = {
  /** In the order of their paths. */
  readonly files: readonly WalkedFile[];
  /** Links that lead out of the directory. */
  readonly outside: readonly { readonly path: string }[];
  readonly failures: readonly { readonly path: string; readonly error: unknown }[];
};

/** Whether a name ends as files of the language do. */
export const hasKnownEnding = (name: string): boolean => /\.(?:yaml|yml|json)$/u.test(name);

/**
 * All files of the language below a directory, hidden names left out. Links are followed inside of the directory, and
 * each directory is entered once, so that a circle of links ends. Stops soon after `limit` files. Throws what the
 * system throws when the directory itself cannot be read.
 */
export const walkDirectory = async (directory: string, limit: number): Promise<Walked> => {
  const root = await realpath(directory);
  const walk: Walk = { root, limit, files: [], outside: [], failures: [], entered: new Set([root]) };
  await enter(directory, await readdir(directory, { withFileTypes: true }), walk);
  const byPath = (a: { path: string }, b: { path: string }): number => compareText(unified(a.path), unified(b.path));
  return { files: walk.files.sort(byPath), outside: walk.outside.sort(byPath), failures: walk.failures.sort(byPath) };
};

type Walk = {
  readonly root: string;
  readonly limit: number;
  readonly files: WalkedFile[];
  readonly outside: { readonly path: string }[];
  readonly failures: { readonly path: string; readonly error: unknown }[];
  /** Real paths. */
  readonly entered: Set<string>;
};

const enter = async (directory: string, entries: readonly Dirent[], walk: Walk): Promise<void> => {
  const sorted = [...entries].sort((a, b) => compareText(a.name, b.name));
  for (const entry of sorted) {
    if (walk.files.length > walk.limit) return;
    if (!entry.name.startsWith(".")) await visit(join(directory, entry.name), entry, walk);
  }
};

const visit = async (path: string, entry: Dirent, walk: Walk): Promise<void> => {
  const known = hasKnownEnding(entry.name);
  if (entry.isFile() && !known) return;
  try {
    const real = await realpath(path);
    const status = await stat(real);
    const inside = real === walk.root || real.startsWith(walk.root.endsWith(sep) ? walk.root : walk.root + sep);
    if (!status.isDirectory() && !known) return;
    if (!inside) walk.outside.push({ path });
    else if (status.isFile()) walk.files.push({ path, real });
    else if (status.isDirectory() && !walk.entered.has(real)) {
      walk.entered.add(real);
      await enter(path, await readdir(path, { withFileTypes: true }), walk);
    }
  } catch (error) {
    // A dangling link that is no file of the language is nobody's concern.
    if (known || entry.isDirectory()) walk.failures.push({ path, error });
  }
};

const unified = (path: string): string => path.split(sep).join("/");
