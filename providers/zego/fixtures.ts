/** Small policies, states and connections for the tests of this folder. */

import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { needsOf, resolvePolicy } from "../../engine/load/resolve.ts";
import type { Call, Change, Current, CurrentState, Document, ProviderPolicy, Sent } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { Connection } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { planOptions } from "../_shared/plan-options.ts";
import { type Auth, PEOPLE, ROOM, specOf, USER } from "./convert.ts";
import { zego } from "./index.ts";
import { presenceExtra } from "./presence.ts";
import { startZegoSandbox, type ZegoSandboxOptions } from "./sandbox.ts";

export const AT = Date.parse("2026-06-01T12:00:00Z");

const HEADER = `version: 1
providers:
  zego: { appId: 1234567890, serverSecret: { env: ZEGO_SERVER_SECRET } }
roles:
  teacher: { zego: { module: all, graphic: all } }
  pupil: { zego: { module: [zoom, scroll], graphic: [create] } }
  guest: { zego: { module: [scroll], graphic: none } }
`;

export const TEACHER: Auth = {
  module: ["scroll", "zoom"],
  graphic: ["clear", "create", "erase", "modify", "move"],
};
export const PUPIL: Auth = { module: ["scroll", "zoom"], graphic: ["create"] };
export const GUEST: Auth = { module: ["scroll"], graphic: [] };

/** A document with the roles teacher, pupil and guest. Throws for one that is not valid. */
export const documentOf = (rooms: string): Document => {
  const { file } = readText("rolecall.yaml", new TextEncoder().encode(`${HEADER}${rooms}`));
  if (file === undefined) throw new Error("the file cannot be read");
  const languages = new Map([["zego", zego]]);
  const { document, diagnostics } = loadDocument([file], { policyFiles: [], languages, allowEnv: [], at: AT });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (document === undefined || errors.length > 0) throw new Error(errors.map(({ summary }) => summary).join("; "));
  return document;
};

export const policyOf = (rooms: string, at: number = AT): ProviderPolicy =>
  resolvePolicy(documentOf(rooms), "zego", new Set(), at).policy;

type People = { readonly [user: string]: Auth | undefined };

/** Rooms that are going on, with who is there; `undefined`: nothing of their own. */
export const stateOf = (rooms: {
  readonly [room: string]: { readonly auth?: Auth; readonly users: People };
}): CurrentState => {
  const objects: Current[] = [];
  for (const [id, { auth, users }] of Object.entries(rooms)) {
    const overrides = Object.entries(users).flatMap(([user, own]) => (own === undefined ? [] : [[user, own] as const]));
    const holders = overrides.map(([user]) => user).sort();
    const extra = { overrides: holders };
    objects.push({ address: address("zego", ROOM, id), kind: ROOM, id, room: id, spec: specOf(auth), extra });
    for (const [user, own] of overrides) {
      const where = address("zego", USER, id, user);
      objects.push({ address: where, kind: USER, id: user, room: id, spec: specOf(own) });
    }
    const spec = { users: holders };
    objects.push({ address: address("zego", PEOPLE, id), kind: PEOPLE, id, room: id, spec });
  }
  return {
    provider: "zego",
    objects: new Map(objects.map((object) => [object.address, object])),
    rooms: new Set(Object.keys(rooms)),
    complete: true,
    diagnostics: [],
    extra: presenceExtra(new Map(Object.entries(rooms).map(([id, { users }]) => [id, new Set(Object.keys(users))]))),
  };
};

/** A sandbox and a connection to it that share a clock: waiting costs nothing. `skew`: how far this side's clock is off. */
export const connected = async (
  options: ZegoSandboxOptions & { readonly values?: Connection["values"]; readonly skew?: number } = {},
) => {
  const clock = { time: AT };
  const waits: string[] = [];
  const slept: number[] = [];
  const sandbox = await startZegoSandbox({ now: () => clock.time, ...options });
  const connection: Connection = {
    provider: "zego",
    baseUrl: sandbox.url,
    values: { appId: sandbox.appId, serverSecret: sandbox.serverSecret, ...options.values },
    parallelism: 4,
    now: () => clock.time + (options.skew ?? 0),
    sleep: async (ms) => {
      slept.push(ms);
      clock.time += ms;
    },
    random: () => 0.5,
    onWait: (message) => void waits.push(message),
  };
  return { sandbox, connection, clock, waits, slept };
};

/** Plans a document against what the connection reads. */
export const planOver = async (rooms: string, connection: Connection): Promise<Planned> => {
  const document = documentOf(rooms);
  const config = document.providers.get("zego");
  if (config === undefined) throw new Error("no provider");
  const reader = zego.reader(connection);
  try {
    const state = await reader.read({ config, ...needsOf(document, "zego") });
    return planOf(document, state, { account: await reader.account() });
  } finally {
    await reader.close();
  }
};

/** Plans a document against a state; removals are allowed unless `options` say otherwise. */
export const planOf = (
  document: Document,
  state: CurrentState,
  { account = "account", ...options }: Partial<Planned["document"]["options"]> & { readonly account?: string } = {},
): Planned =>
  makePlan({
    document,
    services: new Map([
      ["zego", { provider: zego, account, baseUrl: "sandbox", state, ledger: { get: () => undefined, set: () => {} } }],
    ]),
    scope: scopeOf(options.targets ?? [], options.excludes ?? [], ["zego"]),
    at: AT,
    timestamp: new Date(AT).toISOString(),
    version: "0.0.0",
    loadDiagnostics: [],
    options: planOptions({ allow_removals: ["*=1000"], ...options }),
  });

/** Sends all calls of a plan, one after the other. */
export const sendAll = async (planned: Planned, connection: Connection): Promise<readonly Sent[]> => {
  const writer = zego.writer(connection);
  const sent: Sent[] = [];
  try {
    for (const call of planned.calls) sent.push(await writer.send(call));
    return sent;
  } finally {
    await writer.close();
  }
};

/** A call that sets something, as the engine sends it. */
export const callFor = (room: string, user: string | undefined, auth: Auth): Call => {
  const where = user === undefined ? address("zego", ROOM, room) : address("zego", USER, room, user);
  const change: Change = {
    address: where,
    provider: "zego",
    kind: user === undefined ? ROOM : USER,
    id: user ?? room,
    room,
    action: "update",
    before: null,
    after: specOf(auth),
    fields: [],
    unknown: [],
    reason: undefined,
    source: undefined,
    wire: undefined,
    current: undefined,
  };
  const [draft] = zego.calls([change], policyOf("rooms: { lesson: { default: guest } }"));
  if (draft === undefined) throw new Error("no call");
  return { ...draft, id: "c1", after: [], direction: "mixed" };
};
