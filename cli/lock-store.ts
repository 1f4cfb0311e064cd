/**
 * A lock is a directory of numbered files, the highest of which says who holds it. To create the next number is the one
 * step that only one process can win; nobody writes or removes the file of somebody who may still hold the lock.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, readdir, readFile, unlink } from "node:fs/promises";
import path from "node:path";
import { isRecord } from "../engine/util/record.ts";
import type { Holder } from "./lock-holder.ts";
import { cannot, errorCode, makePrivateDir, PrivateFileError } from "./private-files.ts";

/** What stands in a number: `mark` changes while its holder lives. */
export type Slot =
  | { readonly type: "held"; readonly holder: Holder | undefined; readonly mark: string }
  | { readonly type: "free" };

export interface LockStore {
  /** The numbers there are, ascending. */
  list(): Promise<readonly number[]>;
  /** undefined: there is no such number (any more). */
  read(number: number): Promise<Slot | undefined>;
  /** Creates a number; undefined when somebody else has it. */
  create(number: number, holder: Holder): Promise<OwnSlot | undefined>;
  remove(number: number): Promise<void>;
}

/** A number that this process created: nobody else writes to it. Where the disk refuses, the lease runs out instead. */
export interface OwnSlot {
  beat(): Promise<void>;
  free(): Promise<void>;
}

const STATE = { held: "held", free: "free" } as const;
const BEAT_DIGITS = 12;
/** State and beat stand at fixed places, so that they can be overwritten where they are. */
const head = (state: keyof typeof STATE, beat: number): string =>
  `{"state":"${STATE[state]}","beat":"${String(beat).padStart(BEAT_DIGITS, "0")}"`;

/** A store in `<dir>/lock`, where `dir` is `.rolecall`. Throws PrivateFileError where the directory cannot be made. */
export const openLockStore = async (dir: string): Promise<LockStore> => {
  const folder = path.join(dir, "lock");
  await makePrivateDir(dir);
  await makePrivateDir(folder);
  const fileOf = (number: number): string => path.join(folder, String(number));
  return {
    list: async () => {
      const names = await readdir(folder);
      return names
        .filter((name) => /^[1-9][0-9]{0,14}$/u.test(name))
        .map(Number)
        .sort((a, b) => a - b);
    },
    read: async (number) => {
      try {
        return parseSlot(await readFile(fileOf(number), "utf8"));
      } catch (error) {
        if (errorCode(error) === "ENOENT") return undefined;
        throw error;
      }
    },
    create: (number, holder) => createSlot(folder, fileOf(number), holder),
    remove: (number) => removeIfThere(fileOf(number)),
  };
};

const removeIfThere = async (file: string): Promise<void> => {
  try {
    await unlink(file);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
};

/** The file appears whole under its number: written under another name, then linked. */
const createSlot = async (folder: string, file: string, holder: Holder): Promise<OwnSlot | undefined> => {
  const temporary = path.join(folder, `.${holder.nonce}.${randomBytes(4).toString("hex")}`);
  try {
    return await createAs(temporary, holder, () => link(temporary, file));
  } catch (error) {
    if (errorCode(error) === "EEXIST") return undefined;
    if (!NO_LINKS.has(errorCode(error) ?? "")) throw new PrivateFileError(cannot("create", file, error));
  } finally {
    await removeIfThere(temporary);
  }
  return await createAs(file, holder, async () => undefined).catch((error: unknown) => {
    if (errorCode(error) === "EEXIST") return undefined;
    throw new PrivateFileError(cannot("create", file, error));
  });
};

/** What file systems without hard links answer. There the number itself is written, and may be seen half written. */
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

const createAs = async (file: string, holder: Holder, publish: () => Promise<void>): Promise<OwnSlot> => {
  const handle = await open(file, "wx+", 0o600);
  try {
    await handle.writeFile(`${head("held", 0)},"holder":${JSON.stringify(holder)}}\n`);
    await publish();
    return ownSlot(handle);
  } catch (error) {
    await handle.close();
    throw error;
  }
};

/** Writes through the open file: were the number taken away meanwhile, nothing of its new owner is touched. */
const ownSlot = (handle: FileHandle): OwnSlot => {
  let beat = 0;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const write = (text: string): Promise<void> => {
    last = last.then(async () => void (await handle.write(text, 0))).catch(() => undefined);
    return last;
  };
  return {
    beat: async () => {
      if (closed) return;
      beat += 1;
      await write(head("held", beat));
    },
    free: async () => {
      if (closed) return;
      closed = true;
      await write(head("free", beat));
      await handle.close();
    },
  };
};

const parseSlot = (text: string): Slot => {
  if (text.startsWith('{"state":"free"')) return { type: "free" };
  return { type: "held", holder: parseHolder(text), mark: text };
};

const parseHolder = (text: string): Holder | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const holder = isRecord(value) ? value.holder : undefined;
  if (!isRecord(holder)) return undefined;
  const { nonce, pid, host, machine, born, since } = holder;
  if (typeof nonce !== "string" || typeof host !== "string" || typeof machine !== "string") return undefined;
  if (typeof born !== "string" || typeof since !== "string") return undefined;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid < 1) return undefined;
  return { nonce, pid, host, machine, born, since };
};
