/** A whole run against the sandbox, for the tests of this folder: files in, plan, calls, truth. */

import { type CallOutcome, execute } from "../../engine/apply/execute.ts";
import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { needsOf } from "../../engine/load/resolve.ts";
import type { Document, Json } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { Connection, KeptLedger } from "../../engine/provider.ts";
import { planOptions } from "../_shared/plan-options.ts";
import { daily } from "./index.ts";
import { type DailySandbox, type DailySandboxOptions, startDailySandbox } from "./sandbox.ts";

export const AT = Date.UTC(2026, 5, 1, 12);

const HEADER = `version: 1
providers:
  daily: { apiKey: { env: DAILY_API_KEY } }
roles:
  audience: { daily: { canSend: false, canAdmin: false } }
  panel: { daily: { canSend: [audio, video], canAdmin: false } }
  host: { daily: { canSend: true, canAdmin: [participants] } }
`;

/** Some roles and what is given. Throws where the files are not valid. */
export const documentOf = (text: string, header = HEADER): Document => {
  const { file, diagnostics } = readText("rolecall.yaml", new TextEncoder().encode(header + text));
  const loaded =
    file === undefined
      ? undefined
      : loadDocument([file], { policyFiles: [], languages: new Map([["daily", daily]]), allowEnv: [], at: AT });
  const errors = [...diagnostics, ...(loaded?.diagnostics ?? [])].filter(({ severity }) => severity === "error");
  if (loaded?.document === undefined || errors.length > 0)
    throw new Error(errors.map(({ summary }) => summary).join("; "));
  return loaded.document;
};

/** A ledger in memory; `saves` counts. */
export const memoryLedger = (): KeptLedger & { readonly entries: Map<string, Json>; saves(): number } => {
  const entries = new Map<string, Json>();
  let saves = 0;
  return {
    entries,
    saves: () => saves,
    get: (key) => entries.get(key),
    set: (key, value) => void (value === undefined ? entries.delete(key) : entries.set(key, value)),
    save: async () => {
      saves += 1;
    },
  };
};

/** A sandbox, or whatever else is at an address. */
type Service = Pick<DailySandbox, "baseUrl" | "apiKey">;

export const connectionTo = (sandbox: Service, ledger: KeptLedger, now = (): number => 0): Connection => ({
  provider: "daily",
  baseUrl: sandbox.baseUrl,
  values: { apiKey: sandbox.apiKey },
  parallelism: 4,
  now,
  sleep: async () => {},
  random: () => 0,
  ledger,
});

/** Reads and plans; sends nothing. */
export const planFor = async (
  sandbox: Service,
  document: Document,
  ledger: KeptLedger = memoryLedger(),
): Promise<Planned> => {
  const config = document.providers.get("daily");
  if (config === undefined) throw new Error("no provider");
  const reader = daily.reader(connectionTo(sandbox, ledger));
  try {
    const state = await reader.read({ config, ...needsOf(document, "daily") });
    const service = { provider: daily, account: await reader.account(), baseUrl: "sandbox", state, ledger };
    return makePlan({
      document,
      services: new Map([["daily", service]]),
      scope: scopeOf([], [], ["daily"]),
      at: AT,
      timestamp: new Date(AT).toISOString(),
      version: "0.0.0",
      loadDiagnostics: [],
      options: planOptions(),
    });
  } finally {
    await reader.close();
  }
};

/** Sends what was planned. */
export const applyTo = async (
  sandbox: DailySandbox,
  planned: Planned,
  ledger: KeptLedger = memoryLedger(),
): Promise<readonly CallOutcome[]> => {
  const writer = daily.writer(connectionTo(sandbox, ledger));
  try {
    const { outcomes } = await execute({
      calls: planned.calls,
      alreadyDone: new Set(),
      parallelism: 4,
      onError: "stop",
      send: (call) => writer.send(call),
      read: async () => new Map(),
      before: planned.before,
      journal: async () => {},
      onOutcome: () => {},
      sleep: async () => {},
      signal: new AbortController().signal,
    });
    return outcomes;
  } finally {
    await writer.close();
  }
};

/** Plan and apply; gives the plan. Throws where a call was not done. */
export const run = async (
  sandbox: DailySandbox,
  text: string,
  ledger: KeptLedger,
  header?: string,
): Promise<Planned> => {
  const planned = await planFor(sandbox, documentOf(text, header), ledger);
  const outcomes = await applyTo(sandbox, planned, ledger);
  const bad = outcomes.filter(({ status }) => status !== "done");
  if (bad.length > 0) throw new Error(bad.map(({ error }) => error).join("; "));
  return planned;
};

const opened: DailySandbox[] = [];

/** Starts a sandbox that `closeSandboxes` closes. */
export const openSandbox = async (options: DailySandboxOptions = {}): Promise<DailySandbox> => {
  const sandbox = await startDailySandbox(options);
  opened.push(sandbox);
  return sandbox;
};

/** Closes whatever a test opened. */
export const closeSandboxes = async (): Promise<void> => {
  for (const sandbox of opened.splice(0)) await sandbox.close();
};
