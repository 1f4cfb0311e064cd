/** Plans and applies files against the stand-in, for the tests of this folder. */

import { type CallOutcome, execute } from "../../engine/apply/execute.ts";
import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { needsOf } from "../../engine/load/resolve.ts";
import type { CurrentState, Diagnostic, Document } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { PlannedWorld } from "../../engine/plan/worlds.ts";
import type { Connection, Ledger } from "../../engine/provider.ts";
import { record } from "../../engine/util/record.ts";
import { planOptions } from "../_shared/plan-options.ts";
import { digitalsamba } from "./index.ts";
import type { DigitalsambaSandbox } from "./sandbox.ts";

const AT = Date.parse("2026-06-01T12:00:00Z");
const NAME = "digitalsamba";
const HEADER = `version: 1
providers:
  digitalsamba:
    teamId: { env: DIGITALSAMBA_TEAM_ID }
    developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY }
`;
const LEDGER: Ledger = { get: () => undefined, set: () => {} };

export const connectionTo = (sandbox: DigitalsambaSandbox, more: Partial<Connection> = {}): Connection => ({
  provider: NAME,
  baseUrl: sandbox.baseUrl,
  values: record([
    ["teamId", sandbox.teamId],
    ["developerKey", sandbox.developerKey],
  ]),
  parallelism: 4,
  now: () => Date.now(),
  ...more,
});

/** The files' meaning; a part of `providers.digitalsamba` may come first, indented by four. */
export const load = (
  text: string,
  config = "",
): { readonly document: Document; readonly diagnostics: readonly Diagnostic[] } => {
  const { file, diagnostics } = readText("rolecall.yaml", new TextEncoder().encode(`${HEADER}${config}${text}`));
  if (file === undefined) throw new Error("the text cannot be read");
  const languages = new Map([[NAME, digitalsamba]]);
  const loaded = loadDocument([file], { policyFiles: [], languages, allowEnv: [], at: AT });
  if (loaded.document === undefined) {
    const summaries = [...diagnostics, ...loaded.diagnostics].map(({ summary }) => summary);
    throw new Error(`the files are not valid: ${summaries.join("; ")}`);
  }
  return { document: loaded.document, diagnostics: loaded.diagnostics };
};

export type Made = Planned & {
  readonly world: PlannedWorld;
  readonly errors: readonly Diagnostic[];
  /** `POST /roles`, in the order of the plan. */
  readonly lines: readonly string[];
};

export const read = async (sandbox: DigitalsambaSandbox, document: Document): Promise<CurrentState> => {
  const config = document.providers.get(NAME);
  if (config === undefined) throw new Error("no provider");
  const reader = digitalsamba.reader(connectionTo(sandbox));
  const absentRoles = [...document.roles.values()].filter(({ absent }) => absent).map(({ name }) => name);
  try {
    return await reader.read({ config, ...needsOf(document, NAME), absentRoles });
  } finally {
    await reader.close();
  }
};

export const planOn = (state: CurrentState, loaded: ReturnType<typeof load>): Made => {
  const { document } = loaded;
  const planned = makePlan({
    document,
    services: new Map([[NAME, { provider: digitalsamba, account: "team", baseUrl: "sandbox", state, ledger: LEDGER }]]),
    scope: scopeOf([], [], [NAME]),
    at: AT,
    timestamp: new Date(AT).toISOString(),
    version: "0.0.0",
    loadDiagnostics: loaded.diagnostics,
    options: planOptions({ allow_removals: ["*=1000000"] }),
  });
  const world = planned.worlds.get(NAME);
  if (world === undefined) throw new Error("no world");
  return {
    ...planned,
    world,
    errors: planned.diagnostics.filter(({ severity }) => severity === "error"),
    lines: planned.calls.map(({ method, path }) => `${method} ${path}`),
  };
};

export const plan = async (sandbox: DigitalsambaSandbox, text: string, config = ""): Promise<Made> => {
  const loaded = load(text, config);
  return planOn(await read(sandbox, loaded.document), loaded);
};

/** Sends the calls of a plan, in its order. */
export const apply = async (
  sandbox: DigitalsambaSandbox,
  made: Made,
  onError: "stop" | "continue" = "stop",
): Promise<readonly CallOutcome[]> => {
  const writer = digitalsamba.writer(connectionTo(sandbox));
  const { config } = made.world.policy;
  try {
    const { outcomes } = await execute({
      calls: made.calls,
      alreadyDone: new Set(),
      parallelism: 4,
      onError,
      send: (call) => writer.send(call),
      read: async (_, addresses) => {
        const nothing = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
        const state = await writer.read({ config, ...nothing, only: addresses });
        return new Map(addresses.map((address) => [address, state.objects.get(address)?.spec ?? null]));
      },
      before: made.before,
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
