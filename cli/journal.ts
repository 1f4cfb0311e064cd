/**
 * The record of an apply: one line per call before it is sent and one after, each durable before the next step, each
 * holding the hash of the line before it, so that a changed, removed or moved line shows. Ids stand in `address`; paths
 * are templates without a query, bodies and credentials are never written.
 */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import path from "node:path";
import type { Address } from "../engine/model.ts";
import { addressParts } from "../engine/util/address.ts";
import { cannot, makePrivateDir, PrivateFileError, syncDir } from "./private-files.ts";

export type JournalEvent = {
  readonly call: string;
  readonly address: Address;
  readonly method: string;
  /** As sent; only its template is written. */
  readonly path: string;
  readonly event: "sending" | "done" | "failed" | "unknown";
  /** Redacted by the caller. */
  readonly error?: string;
};

export interface Journal {
  readonly file: string;
  /** Writes one line and waits until it is on the disk. Throws JournalError; then no later line is taken either. */
  record(event: JournalEvent): Promise<void>;
  /** Writes the last line, which holds its own hash too: a cut journal shows. */
  close(): Promise<void>;
}

/** The journal cannot be written: nothing more may be sent. The message is for people. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

export type JournalOptions = {
  /** Names the file; letters, digits, `.`, `_` and `-`. */
  readonly run: string;
  readonly digest: string;
  now(): number;
};

/** What the journal needs of a file; tests hand in one that fails. */
export type JournalFile = {
  appendFile(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Starts `<dir>/journal/<run>.jsonl`, where `dir` is `.rolecall`. Throws JournalError when it cannot be created, exists
 * already, or `.rolecall` is a link.
 */
export const openJournal = async (
  dir: string,
  options: JournalOptions,
  openFile: (file: string) => Promise<JournalFile> = createFile,
): Promise<Journal> => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/u.test(options.run)) throw new JournalError("the run has no usable name");
  const folder = path.join(dir, "journal");
  const file = path.join(folder, `${options.run}.jsonl`);
  const handle = await attempt(file, async () => {
    await makePrivateDir(dir);
    await makePrivateDir(folder);
    return await openFile(file);
  });
  const write = chainedWriter(file, handle, options.now);
  await write({ event: "start", format: 1, run: options.run, digest: options.digest });
  await attempt(file, () => syncDir(folder));
  return {
    file,
    record: ({ call, address, method, path: sent, event, error }) =>
      write({
        event,
        call,
        address,
        method,
        path: pathTemplate(sent, address),
        ...(error === undefined ? {} : { error }),
      }),
    close: async () => {
      try {
        await write({ event: "end" }, true);
      } finally {
        await handle.close();
      }
    },
  };
};

const createFile = (file: string): Promise<JournalFile> => open(file, "ax", 0o600);

const attempt = async <T>(file: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (error instanceof JournalError) throw error;
    throw new JournalError(error instanceof PrivateFileError ? error.message : cannot("write", file, error));
  }
};

type Fields = { readonly [field: string]: string | number };

/** One line after the other, however many are asked for at once; after a failure none. */
const chainedWriter = (
  file: string,
  handle: JournalFile,
  now: () => number,
): ((fields: Fields, final?: boolean) => Promise<void>) => {
  let previous = "";
  let line = 0;
  let last: Promise<void> = Promise.resolve();
  const append = async (fields: Fields, final: boolean): Promise<void> => {
    const content = { line, time: new Date(now()).toISOString(), ...fields, previous };
    const text = JSON.stringify(final ? { ...content, hash: sha256(JSON.stringify(content)) } : content);
    await attempt(file, async () => {
      await handle.appendFile(`${text}\n`);
      await handle.sync();
    });
    previous = sha256(text);
    line += 1;
  };
  return (fields, final = false) => {
    last = last.then(() => append(fields, final));
    last.catch(() => undefined);
    return last;
  };
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const MACHINE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;

/** The path without query, segments that are ids replaced by `{id}`. */
const pathTemplate = (sent: string, address: Address): string => {
  const ids = new Set(addressParts(address).slice(2));
  const plain = sent.replace(/[?#].*$/su, "");
  return plain
    .split("/")
    .map((segment) => (ids.has(decoded(segment)) || MACHINE_ID.test(segment) ? "{id}" : segment))
    .join("/");
};

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};
