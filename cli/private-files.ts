/** Files that are nobody else's business: directories 0700, files 0600, no links, whole or not at all. */
import { randomBytes } from "node:crypto";
import { lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import path from "node:path";

/** Something stands where a private file or directory should be, or the disk refuses. The message is for people. */
export class PrivateFileError extends Error {
  override readonly name = "PrivateFileError";
}

/** The code of a failed file operation: `ENOENT`. */
export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/**
 * Makes a directory (and those above it) that only its owner can read. Throws PrivateFileError where it is a link or a
 * file, so that nobody can lead writes elsewhere.
 */
export const makePrivateDir = async (dir: string): Promise<void> => {
  try {
    await mkdir(path.dirname(dir), { recursive: true });
    await mkdir(dir, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw new PrivateFileError(cannot("create", dir, error));
  }
  const found = await lstat(dir);
  if (found.isSymbolicLink())
    throw new PrivateFileError(`${dir} is a link; remove it, Rolecall makes a directory there`);
  if (!found.isDirectory()) throw new PrivateFileError(`${dir} is not a directory; remove it`);
};

/**
 * Writes a file so that a crash at any moment leaves the old or the new text, never a part. The directory must exist.
 * Throws PrivateFileError when the text cannot be written or something other than a plain file stands there.
 */
export const writePrivateFile = async (file: string, text: string): Promise<void> => {
  const dir = path.dirname(file);
  const temporary = path.join(dir, `.${path.basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await refuseSpecial(file);
    await writeDurably(temporary, text);
    await rename(temporary, file);
    await syncDir(dir);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error instanceof PrivateFileError ? error : new PrivateFileError(cannot("write", file, error));
  }
};

/** Makes the names in a directory durable, on systems where directories can be synced. */
export const syncDir = async (dir: string): Promise<void> => {
  try {
    const handle = await open(dir, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NOT_SYNCABLE.has(errorCode(error) ?? "")) throw error;
  }
};

const NOT_SYNCABLE: ReadonlySet<string> = new Set(["EISDIR", "EPERM", "EINVAL", "ENOTSUP", "EBADF"]);

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EPERM", "permission denied"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "no space left on the disk"],
  ["EDQUOT", "the disk quota is used up"],
  ["ENOENT", "the directory does not exist"],
  ["ENOTDIR", "a part of its path is not a directory"],
  ["EISDIR", "it is a directory"],
  ["EIO", "the disk reports an error"],
]);

/** `cannot write plan.json: no space left on the disk`. */
export const cannot = (verb: string, file: string, error: unknown): string => {
  const code = errorCode(error);
  return `cannot ${verb} ${file}: ${REASONS.get(code ?? "") ?? code ?? "unknown reason"}`;
};

const refuseSpecial = async (file: string): Promise<void> => {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || found.isFile()) return;
  if (found.isDirectory()) throw new PrivateFileError(`cannot write ${file}: it is a directory`);
  throw new PrivateFileError(`cannot write ${file}: it is ${found.isSymbolicLink() ? "a link" : "not a plain file"}`);
};

const writeDurably = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};
