import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json, JsonObject } from "../engine/model.ts";
import { isRecord, own, record } from "../engine/util/record.ts";
import { type RunningSandbox, startSandbox } from "../providers/sandboxes.ts";
import { makePrivateDir, writePrivateFile } from "./private-files.ts";

export type Sandboxes = {
  /** By provider name. */
  readonly running: ReadonlyMap<string, RunningSandbox>;
  /** Stops them and keeps their state. */
  close(): Promise<void>;
};

const FILE = "sandbox.json";

/**
 * Starts one stand-in for each provider on loopback, with the state that `.rolecall/sandbox.json` keeps; a provider that
 * has none there gets sample rooms. Every change is kept at once, so that a killed run loses nothing that was answered.
 */
export const startSandboxes = async (
  directory: string,
  wanted: ReadonlyMap<string, string>,
  options: { readonly reset?: boolean; readonly ports?: ReadonlyMap<string, number> } = {},
): Promise<Sandboxes> => {
  const kept = options.reset === true ? undefined : await readState(directory);
  const states = new Map<string, Json>(Object.entries(kept ?? {}));
  const store = createStore(directory, states);
  const running = new Map<string, RunningSandbox>();
  const stop = async (): Promise<void> => {
    for (const sandbox of running.values()) await sandbox.close();
  };
  const startOne = async (name: string, type: string): Promise<void> => {
    const state = states.get(name);
    const port = options.ports?.get(name);
    const sandbox = await startSandbox(type, {
      ...(isRecord(state) ? { state: state as JsonObject } : {}),
      ...(port === undefined ? {} : { port }),
      onChange: (next) => store.keep(name, next),
    });
    states.set(name, sandbox.state());
    running.set(name, sandbox);
  };
  try {
    for (const [name, type] of wanted) await startOne(name, type);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    running,
    close: async () => {
      for (const [name, sandbox] of running) store.keep(name, sandbox.state());
      await store.flush().finally(stop);
    },
  };
};

const readState = async (directory: string): Promise<JsonObject | undefined> => {
  try {
    const value: unknown = JSON.parse(await readFile(join(directory, FILE), "utf8"));
    const services = isRecord(value) ? own(value, "services") : undefined;
    return isRecord(services) ? (services as JsonObject) : undefined;
  } catch {
    return undefined;
  }
};

/** Writes one after the other, and of what changes meanwhile only the newest. A failure to write comes out of `flush`. */
const createStore = (
  directory: string,
  states: Map<string, Json>,
): { keep(name: string, state: Json): void; flush(): Promise<void> } => {
  let dirty = false;
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const writeAll = async (): Promise<void> => {
    try {
      while (dirty) {
        dirty = false;
        await makePrivateDir(directory);
        const text = JSON.stringify({ format_version: "1.0", services: record(states) });
        await writePrivateFile(join(directory, FILE), `${text}\n`);
      }
    } catch (error) {
      failure ??= error;
    } finally {
      writing = undefined;
    }
  };
  return {
    keep: (name, state) => {
      states.set(name, state);
      dirty = true;
      writing ??= writeAll();
    },
    flush: async () => {
      while (writing !== undefined) await writing;
      if (failure !== undefined) throw failure;
    },
  };
};
