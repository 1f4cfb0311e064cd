/**
 * The whiteboard permissions and the room reads of ZEGOCLOUD on loopback, written from its documents alone. Both hosts are
 * this one server. No proof of what the real service does: where the documents are silent there is a switch or a comment.
 * Rooms and users come and go by the controls, as no server API makes them. Callbacks are not sent.
 */
import { type Fault, type Faults, type SandboxServer, startSandboxServer } from "../_shared/sandbox-server.ts";
import { envelope } from "./sandbox-codes.ts";
import { createGateway } from "./sandbox-gateway.ts";
import { ACTIONS, handlerOf, type Shared, type ZegoSandboxRules } from "./sandbox-handler.ts";
import { createRates } from "./sandbox-rates.ts";
import {
  copyStore,
  createStore,
  leave,
  login,
  recreate,
  type Store,
  setAuth,
  setLost,
  settle,
  stateOf,
  type ZegoSandboxAuth,
  type ZegoSandboxRoom,
  type ZegoSandboxState,
  type ZegoSandboxUser,
} from "./sandbox-room.ts";
import { watchTargets } from "./sandbox-target.ts";

export type { ZegoSandboxState } from "./sandbox-room.ts";
export { sampleState } from "./sandbox-sample.ts";

export type ZegoSandboxOptions = {
  readonly appId?: number;
  readonly serverSecret?: string;
  /** What to start from; default: no rooms. */
  readonly state?: ZegoSandboxState;
  /** Told the new state before the request that changed it is answered. A throw becomes a 500. */
  readonly onChange?: (state: ZegoSandboxState) => void;
  readonly rules?: Partial<ZegoSandboxRules>;
  readonly faults?: Faults;
  /** The clock of everything: the signature's window, the `Date` header, login times, limits. */
  readonly now?: () => number;
  readonly port?: number;
};

export type ZegoSandbox = SandboxServer & {
  readonly appId: number;
  readonly serverSecret: string;
  /** Request targets as sent, signature included: in memory, for tests alone. */
  readonly targets: readonly string[];
  /** Every nonce that came, in order. */
  readonly nonces: readonly string[];
  /** Everything as JSON; `state` of a later start. */
  state(): ZegoSandboxState;
  room(roomId: string): ZegoSandboxRoom | undefined;
  user(roomId: string, userId: string): ZegoSandboxUser | undefined;
  /** A client logs in; the first one makes the room. A second login of the same user is a new session. */
  login(roomId: string, userId: string, more?: Partial<Pick<ZegoSandboxUser, "userName" | "role">>): void;
  logout(roomId: string, userId: string): void;
  kick(roomId: string, userId: string): void;
  /** The connection of a user breaks: they leave when the heartbeat times out, unless `reconnect` comes first. */
  heartbeatLoss(roomId: string, userId: string): void;
  reconnect(roomId: string, userId: string): void;
  destroyRoom(roomId: string): void;
  /** The same people in another room of the same id: new sessions, new login times, nothing set. */
  recreateRoom(roomId: string): void;
  /** Somebody else sets permissions, unchecked; without a user those of the room. */
  editAuth(roomId: string, userId: string | undefined, auth: ZegoSandboxAuth): void;
  /** Does something just before the next request of an Action is carried out, e.g. `recreateRoom`. Once. */
  beforeNext(action: string, act: () => void): void;
};

const DEFAULTS: ZegoSandboxRules = {
  lenient: false,
  emptyRoom: "absent",
  emptyUsers: "array",
  zeroWithOthers: "refused",
  notNumber: 120000002,
  missingArray: 120000105,
  userAuthWithoutRoom: 120000201,
  closeWithoutRoom: 5024,
  emptyRoomMs: 0,
  heartbeatMs: 90_000,
  relogin: "drops",
  signatureCodes: "gateway",
  nonces: "any",
  environment: "both",
  limited: true,
};

/**
 * A fault: HTTP 200 with this Code for the next `times` requests of an Action (all Actions where none is given). With
 * `commits` the request is carried out first.
 */
export const codeFault = (
  code: number,
  { action, times = 1, commits = false }: { action?: string; times?: number; commits?: boolean } = {},
): Fault => ({
  fault: "status",
  status: 200,
  body: envelope(code),
  commits,
  times,
  match: { query: { Action: action ?? "*" } },
});

export const startZegoSandbox = async (options: ZegoSandboxOptions = {}): Promise<ZegoSandbox> => {
  const { appId = 1234567890, serverSecret = "0123456789abcdef0123456789abcdef", state = { rooms: [] } } = options;
  const { now = Date.now, onChange } = options;
  const rules = { ...DEFAULTS, ...options.rules };
  const store = createStore(state);
  const changed = (): void => onChange?.(stateOf(store));
  const waiting: { readonly action: string; readonly act: () => void }[] = [];
  const sent = watchTargets();
  const shared: Shared = {
    rules,
    now,
    gateway: createGateway({ ...rules, appId, serverSecret, actions: new Set(ACTIONS.keys()) }),
    rates: createRates(),
    target: (request) => sent.of(request),
    requestIds: 2237080460466033406n,
    before: (action) => {
      const index = waiting.findIndex((each) => each.action === action);
      if (index !== -1) for (const { act } of waiting.splice(index, 1)) act();
    },
  };
  const server = await startSandboxServer({
    handler: handlerOf(store, shared, changed),
    fork: () => handlerOf(copyStore(store), shared, () => {}),
    reads: (request) => ACTIONS.get(request.query.get("Action") ?? "")?.writes !== true,
    errorBody: (status) => envelope(status === 429 ? 7 : 1),
    keepsOrder: (path) => path.includes("UserList"),
    secretQuery: ["Signature", "SignatureNonce"],
    now,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const edit = (change: () => void): void => {
    server.beforeEdit();
    settle(store, rules, now());
    change();
    changed();
  };
  const settled = (): Store => {
    settle(store, rules, now());
    return store;
  };
  const leaves = (roomId: string, userId: string): void => edit(() => leave(store, rules, roomId, userId, now()));

  return {
    ...server,
    appId,
    serverSecret,
    targets: sent.collect(server.port),
    nonces: shared.gateway.nonces,
    state: () => stateOf(settled()),
    room: (roomId) => settled().rooms.get(roomId),
    user: (roomId, userId) =>
      settled()
        .rooms.get(roomId)
        ?.users.find((user) => user.userId === userId),
    login: (roomId, userId, more = {}) => edit(() => login(store, rules, roomId, { userId, ...more }, now())),
    logout: leaves,
    kick: leaves,
    heartbeatLoss: (roomId, userId) => edit(() => setLost(store, roomId, userId, now())),
    reconnect: (roomId, userId) => edit(() => setLost(store, roomId, userId, undefined)),
    destroyRoom: (roomId) => edit(() => store.rooms.delete(roomId)),
    recreateRoom: (roomId) => edit(() => recreate(store, rules, roomId, now())),
    editAuth: (roomId, userId, auth) => edit(() => setAuth(store, roomId, userId, auth)),
    beforeNext: (action, act) => {
      waiting.push({ action, act });
    },
    close: async () => {
      sent.close();
      await server.close();
    },
  };
};
