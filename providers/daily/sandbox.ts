/**
 * The rooms, running calls, domain and tokens of the Daily REST API on loopback, written from its documents alone. No
 * proof of what the real service does: where the documents are silent there is a switch (`sandbox-rules.ts`) or a comment.
 * People join and leave by the controls; webhooks and recordings are not here.
 */
import { type Faults, type SandboxServer, startSandboxServer } from "../_shared/sandbox-server.ts";
import { faultBody } from "./sandbox-answers.ts";
import type { Stage } from "./sandbox-call.ts";
import { handlerOf } from "./sandbox-handler.ts";
import {
  type DailySandboxPermissions,
  isRecord,
  type JsonRecord,
  type LivePermissions,
} from "./sandbox-permissions.ts";
import { createRates } from "./sandbox-rates.ts";
import { type DailySandboxRules, DEFAULT_RULES } from "./sandbox-rules.ts";
import {
  addRoom,
  copyStore,
  createStore,
  type DailySandboxRoom,
  type DailySandboxState,
  type Joiner,
  join,
  leaveAll,
  present,
  removeRoom,
  type Store,
  schedule,
  settle,
  stateOf,
} from "./sandbox-store.ts";
import { readToken } from "./sandbox-token.ts";

export { sampleState } from "./sandbox-sample.ts";
export type { DailySandboxState } from "./sandbox-store.ts";

export type DailySandboxOptions = {
  readonly apiKey?: string;
  /** What to start from; default: a domain without rooms. */
  readonly state?: Partial<DailySandboxState>;
  /** Told the new state before the request that changed it is answered. A throw becomes a 500. */
  readonly onChange?: (state: DailySandboxState) => void;
  readonly rules?: Partial<DailySandboxRules>;
  readonly faults?: Faults;
  readonly now?: () => number;
  readonly port?: number;
};

/** Who somebody in a call really is and what they may do: what no REST call shows. */
type DailySandboxTruth = {
  readonly sessionId: string;
  readonly userId: string | null;
  readonly userName: string | null;
  readonly owner: boolean;
  readonly permissions: LivePermissions;
};

export type DailySandbox = SandboxServer & {
  /** The address with its version prefix. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Everything as JSON; `state` of a later start. */
  state(): DailySandboxState;
  /** Everything that is set on a room, also what `config` leaves out. */
  room(name: string): DailySandboxRoom | undefined;
  /** Puts a room there, unchecked; replaces one of that name with another id. */
  putRoom(name: string, room?: { readonly privacy?: "public" | "private"; readonly properties?: JsonRecord }): void;
  removeRoom(name: string): void;
  /** Sets the domain's properties, unchecked: somebody else did. */
  putDomain(config: JsonRecord): void;
  /**
   * Somebody joins a call; gives the session id. `token`: the permissions in their token, or a token of this sandbox,
   * which then decides over everything else. Throws for a token that is not valid there and for somebody banned.
   */
  join(room: string, joiner?: Omit<Joiner, "token"> & { readonly token?: DailySandboxPermissions | string }): string;
  leave(room: string, sessionId: string): void;
  /** Leaves if still there, and joins as the same person: a new session id, everything as on joining. */
  rejoin(room: string, sessionId: string): string;
  /** Everybody leaves. */
  endCall(room: string): void;
  /** An owner changes live permissions inside the call: no REST call tells of it. */
  editLive(room: string, sessionId: string, permissions: DailySandboxPermissions): void;
  /** The live permissions of those who are in the call, by when they joined. Not reachable over HTTP. */
  truth(room: string): readonly DailySandboxTruth[];
};

export const startDailySandbox = async (options: DailySandboxOptions = {}): Promise<DailySandbox> => {
  const { apiKey = "sandbox-api-key", state = {}, now = Date.now, onChange } = options;
  const rules = { ...DEFAULT_RULES, ...options.rules };
  const store = createStore(state);
  const rates = createRates();
  const changed = (): void => onChange?.(stateOf(store));
  const stage: Stage = { store, rules, apiKey, now, changed };
  const server = await startSandboxServer({
    handler: handlerOf(stage, rates),
    fork: () => handlerOf({ ...stage, store: copyStore(store), changed: () => {} }, rates),
    errorBody: faultBody,
    // Rooms are listed newest first; lists of words are sets.
    keepsOrder: (path) => path.at(-1) === "data",
    now,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const settled = (): Store => {
    settle(store, rules.presenceLagMs, now());
    return store;
  };
  const edit = <T>(change: () => T): T => {
    server.beforeEdit();
    settled();
    const result = change();
    settled();
    changed();
    return result;
  };

  const joinerOf = (room: string, joiner: Parameters<DailySandbox["join"]>[1] = {}): Joiner => {
    const { token, ...rest } = joiner;
    if (token === undefined) return rest;
    return typeof token === "string" ? fromToken(token, room, apiKey, now()) : { ...rest, token };
  };
  const rejoin = (room: string, sessionId: string): string => {
    const before = store.calls.get(room)?.find((each) => each.sessionId === sessionId);
    if (before === undefined) throw new Error(`no session ${sessionId} in ${room}`);
    leaveAll(store, room, (each) => each === before, now());
    return join(store, room, before, now());
  };

  return {
    ...server,
    baseUrl: `${server.url}/v1`,
    apiKey,
    state: () => stateOf(settled()),
    room: (name) => store.rooms.get(name),
    putRoom: (name, { privacy = "public", properties = {} } = {}) =>
      edit(() => {
        addRoom(store, { name, privacy, properties }, now());
      }),
    removeRoom: (name) => edit(() => removeRoom(store, name, now())),
    putDomain: (config) =>
      edit(() => {
        store.domain = { ...store.domain, config };
      }),
    join: (room, joiner) => edit(() => join(store, room, joinerOf(room, joiner), now())),
    leave: (room, sessionId) =>
      edit(() => {
        leaveAll(store, room, (each) => each.sessionId === sessionId, now());
      }),
    rejoin: (room, sessionId) => edit(() => rejoin(room, sessionId)),
    endCall: (room) =>
      edit(() => {
        leaveAll(store, room, () => true, now());
      }),
    editLive: (room, sessionId, permissions) =>
      edit(() => schedule(store, { due: now(), room, bySession: { [sessionId]: permissions } })),
    truth: (room) =>
      present(settled(), room).map(({ sessionId, userId, userName, owner, permissions }) => ({
        sessionId,
        userId,
        userName,
        owner,
        permissions,
      })),
  };
};

/** Who a token makes somebody. Throws where it is not valid in this room. */
const fromToken = (token: string, room: string, apiKey: string, now: number): Joiner => {
  const properties = readToken(token, apiKey, now, false);
  const { room_name, user_id, user_name, is_owner, permissions } = properties ?? {};
  if (properties === undefined || (room_name !== undefined && room_name !== room)) {
    throw new Error(`the token is not valid in ${room}`);
  }
  return {
    userId: typeof user_id === "string" ? user_id : null,
    userName: typeof user_name === "string" ? user_name : null,
    owner: is_owner === true,
    token: isRecord(permissions) ? permissions : {},
  };
};
