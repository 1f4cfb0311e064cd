/**
 * What was last sent where a service cannot be read back: `.rolecall/ledger.json`. Never needed for a right answer, so whatever
 * does not verify counts as not there.
 */
import { execFile } from "node:child_process";
import { createHmac, timingSafeEqual } from "node:crypto";
import { lstat, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Diagnostic, Json } from "../engine/model.ts";
import type { KeptLedger } from "../engine/provider.ts";
import { compareText } from "../engine/util/compare.ts";
import { isRecord, own, record } from "../engine/util/record.ts";
import { stableJson } from "../engine/util/stable-json.ts";
import { problem } from "./failures.ts";
import { errorCode, makePrivateDir, writePrivateFile } from "./private-files.ts";

const FILE = "ledger.json";
const FORMAT = "1.0";
const LARGEST = 64 << 20;
const run = promisify(execFile);

export type LedgerOptions = {
  /** What each provider's entries are sealed with, by provider name. */
  readonly secrets: ReadonlyMap<string, string>;
  now(): number;
};

export type OpenLedger = {
  /** The entries of one provider; without a secret nothing is kept of it. */
  for(provider: string): KeptLedger;
  /** Writes what has changed since. Throws PrivateFileError when it cannot be written. */
  save(): Promise<void>;
  readonly warnings: readonly Diagnostic[];
};

type Entry = { readonly value: Json; readonly at: string; readonly mac: string };
type Entries = Map<string, Entry>;

/**
 * Opens the ledger of a `.rolecall` directory. One that is a link, is tracked by git or cannot be read is set aside with a
 * warning; of others, entries that the provider's secret did not seal. Throws nothing.
 */
export const openLedger = async (directory: string, options: LedgerOptions): Promise<OpenLedger> => {
  const file = join(directory, FILE);
  const warnings: Diagnostic[] = [];
  const warn = (why: string, hint: string): void => {
    warnings.push({ ...problem("ledger-ignored", `the ledger is set aside: ${why}`, hint), severity: "warning" });
  };
  const foreign = await foreignTo(directory, file);
  if (foreign !== undefined) warn(foreign.why, foreign.hint);
  const providers = foreign === undefined ? await readEntries(file, warn) : new Map<string, Entries>();
  const forged = dropForged(providers, options.secrets);
  if (forged > 0) {
    const entries = forged === 1 ? "1 entry was" : `${forged} entries were`;
    warn(`${entries} not written with the present credentials`, "nothing is lost: what is not known is sent again");
  }

  let isChanged = false;
  let saving: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    if (!isChanged || foreign !== undefined) return;
    isChanged = false;
    try {
      await makePrivateDir(directory);
      await writePrivateFile(file, textOf(providers));
    } catch (error) {
      isChanged = true;
      throw error;
    }
  };
  const save = (): Promise<void> => {
    saving = saving.catch(() => {}).then(write);
    return saving;
  };
  return {
    for: (provider) => {
      const secret = options.secrets.get(provider);
      const entries: Entries = providers.get(provider) ?? new Map();
      return {
        get: (key) => (secret === undefined ? undefined : entries.get(key)?.value),
        set: (key, value) => {
          if (secret === undefined || (value === undefined && !entries.has(key))) return;
          isChanged = true;
          providers.set(provider, entries);
          if (value === undefined) entries.delete(key);
          else {
            const at = new Date(options.now()).toISOString();
            entries.set(key, { value, at, mac: seal(secret, provider, key, at, value) });
          }
        },
        save,
      };
    },
    save,
    warnings,
  };
};

/** Why the ledger may not be trusted, nor written. */
const foreignTo = async (
  directory: string,
  file: string,
): Promise<{ readonly why: string; readonly hint: string } | undefined> => {
  for (const path of [directory, file]) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink() === true)
      return { why: `${path} is a link`, hint: "remove the link; Rolecall makes what it needs there" };
    if (path === file && found !== undefined && !found.isFile())
      return { why: `${path} is not a file`, hint: "remove it; Rolecall makes it anew" };
  }
  if (!(await isTracked(directory))) return undefined;
  return {
    why: `${directory} is tracked by git, so whoever can change the repository could change it`,
    hint: "take it out with git rm -r --cached, and put .rolecall/ in .gitignore",
  };
};

/** Where there is no git, or no repository, nothing is tracked. No hook or monitor of the repository is run. */
const isTracked = async (directory: string): Promise<boolean> => {
  const settings = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];
  const names = ["ls-files", "--error-unmatch", "--", directory];
  try {
    await run("git", [...settings, ...names], { cwd: dirname(directory), timeout: 10_000, maxBuffer: 16 << 20 });
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER";
  }
};

const readEntries = async (file: string, warn: (why: string, hint: string) => void): Promise<Map<string, Entries>> => {
  const hint = "nothing is lost: what is not known is sent again, and the ledger is written anew";
  try {
    const { size } = await lstat(file);
    if (size > LARGEST) throw new Error("too large");
    const found = parseLedger(await readFile(file, "utf8"));
    if (found !== undefined) return found;
    warn(`${file} is not a ledger of this version`, hint);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") warn(`${file} cannot be read`, hint);
  }
  return new Map();
};

const parseLedger = (text: string): Map<string, Entries> | undefined => {
  const whole = parse(text);
  const providers = isRecord(whole) && own(whole, "format_version") === FORMAT ? own(whole, "providers") : undefined;
  if (!isRecord(providers)) return undefined;
  const found = new Map<string, Entries>();
  for (const [name, entries] of Object.entries(providers)) {
    if (!isRecord(entries)) return undefined;
    const kept: Entries = new Map();
    for (const [key, entry] of Object.entries(entries)) {
      if (!isRecord(entry) || typeof entry.at !== "string" || typeof entry.mac !== "string") return undefined;
      kept.set(key, { value: (entry.value ?? null) as Json, at: entry.at, mac: entry.mac });
    }
    found.set(name, kept);
  }
  return found;
};

/** Objects without prototype: ids are keys. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text, (_, value: unknown) => (isRecord(value) ? record(Object.entries(value)) : value));
  } catch {
    return undefined;
  }
};

/** Entries of providers that are not open now are kept as they are, and checked when they are. */
const dropForged = (providers: ReadonlyMap<string, Entries>, secrets: LedgerOptions["secrets"]): number => {
  let dropped = 0;
  for (const [name, entries] of providers) {
    const secret = secrets.get(name);
    if (secret === undefined) continue;
    for (const [key, { value, at, mac }] of [...entries]) {
      if (isSame(mac, seal(secret, name, key, at, value))) continue;
      entries.delete(key);
      dropped += 1;
    }
  }
  return dropped;
};

const isSame = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

/** Over all that an entry says, its provider and key (which names account and room) included: none can stand for another. */
const seal = (secret: string, provider: string, key: string, at: string, value: Json): string => {
  const sealing = createHmac("sha256", secret).update(`rolecall ledger ${FORMAT}`).digest();
  return createHmac("sha256", sealing)
    .update(stableJson([provider, key, at, value]))
    .digest("base64");
};

const textOf = (providers: ReadonlyMap<string, Entries>): string => {
  const sorted = <V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] =>
    [...map].sort((a, b) => compareText(a[0], b[0]));
  const all = sorted(providers)
    .filter(([, entries]) => entries.size > 0)
    .map(([name, entries]) => [name, record(sorted(entries))] as const);
  return `${JSON.stringify({ format_version: FORMAT, providers: record(all) })}\n`;
};
