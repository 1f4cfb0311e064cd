import type { SandboxHandler, SandboxRequest } from "../_shared/sandbox-server.ts";
import type { Action, ActionRules, Outcome, Stage } from "./sandbox-action.ts";
import { envelope } from "./sandbox-codes.ts";
import { type Gateway, type GatewayRules, isTest } from "./sandbox-gateway.ts";
import { fitsNames, parseQuery, single, type ZegoParams } from "./sandbox-query.ts";
import type { Rates } from "./sandbox-rates.ts";
import { type LifeRules, leave, type Store, setAuth, settle } from "./sandbox-room.ts";
import { RTC_ACTIONS } from "./sandbox-rtc.ts";
import { WHITEBOARD_ACTIONS } from "./sandbox-whiteboard.ts";

/** The Actions by name. Both hosts' are on one path: their names never meet. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map([...WHITEBOARD_ACTIONS, ...RTC_ACTIONS]);

/** The switches: what the documents leave open. */
export type ZegoSandboxRules = ActionRules &
  LifeRules &
  Pick<GatewayRules, "signatureCodes" | "nonces" | "environment"> & {
    /** False: no request is ever too many. */
    readonly limited: boolean;
  };

/** What all handlers share: the state aside, time goes on for copies of the past too. */
export type Shared = {
  readonly rules: ZegoSandboxRules;
  readonly gateway: Gateway;
  readonly rates: Rates;
  requestIds: bigint;
  now(): number;
  target(request: SandboxRequest): string;
  before(action: string): void;
};

/** Answers over a store; `changed` is told after each change of it. */
export const handlerOf =
  (store: Store, shared: Shared, changed: () => void): SandboxHandler =>
  (request) => {
    if (request.path !== "/" && request.path !== "") return { status: 404, body: envelope(1) };
    // Other methods are not documented; refusing them is our reading.
    if (request.method !== "GET") return { status: 405, body: envelope(1) };
    const { rules } = shared;
    const target = shared.target(request);
    const mark = target.indexOf("?");
    const params = parseQuery(mark === -1 ? "" : target.slice(mark + 1), rules.lenient);
    // A query that cannot be read for sure: "input parameter error", our reading.
    const code = params === undefined ? 2 : shared.gateway.check(params, request.headers.host, request.at);
    const name = params === undefined ? "" : (single(params, "Action") ?? "");
    const action = ACTIONS.get(name);
    const outcome =
      code !== 0 || params === undefined || action === undefined
        ? { code }
        : perform(name, action, params, request, store, shared, changed);
    shared.requestIds += 1n;
    return {
      status: 200,
      headers: { date: new Date(request.at).toUTCString() },
      body: envelope(outcome.code, action?.host ?? "whiteboard", String(shared.requestIds), outcome.data),
    };
  };

const perform = (
  name: string,
  action: Action,
  params: ZegoParams,
  request: SandboxRequest,
  store: Store,
  shared: Shared,
  changed: () => void,
): Outcome => {
  const { rules } = shared;
  const over = rules.limited ? overLimit(action, params, request.at, shared.rates) : 0;
  if (over !== 0) return { code: over };
  if (!fitsNames(params, action.params, rules.lenient)) return { code: action.host === "rtc" ? 2 : 120000002 };
  shared.before(name);
  const now = shared.now();
  if (settle(store, rules, now)) changed();
  const writing = (write: () => void): void => {
    write();
    changed();
  };
  const stage: Stage = {
    store,
    rules,
    pageSize: request.pageSize,
    setAuth: (roomId, userId, auth) => writing(() => setAuth(store, roomId, userId, auth)),
    leave: (roomId, userId) => writing(() => leave(store, rules, roomId, userId, now)),
    close: (roomId) => writing(() => store.rooms.delete(roomId)),
  };
  return action.run(params, stage);
};

/** 7 on the whiteboard's host, 206 and 207 on the other; that 7 applies to the whiteboard is inferred. */
const overLimit = (action: Action, params: ZegoParams, at: number, rates: Rates): number => {
  const { bucket, perSecond, test } = action.rate;
  const { perRoom } = action;
  const inTest = isTest(params);
  if (!rates.take(`${bucket} ${inTest}`, inTest ? test : perSecond, at)) return action.host === "rtc" ? 206 : 7;
  if (perRoom === undefined) return 0;
  return rates.take(`${bucket} ${inTest} ${single(params, "RoomId")}`, perRoom, at) ? 0 : 207;
};
