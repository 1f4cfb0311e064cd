/**
 * The rooms part of the Liveblocks REST API on loopback, written from its documents alone (`strict`, the default), or as
 * the vendor's dev server behaves (`strict: false`). No proof of what the real service does: where the documents are
 * silent there is a switch or a comment.
 */
import { type Faults, type SandboxServer, startSandboxServer } from "../_shared/sandbox-server.ts";
import { devServerAnswers, documentedAnswers, faultBody } from "./sandbox-answers.ts";
import { handlerOf, type Settings } from "./sandbox-calls.ts";
import { DOCUMENTED_LIMITS, type Limits, type Rules } from "./sandbox-checks.ts";
import { DOCUMENTED_PAGES, type PageSizes } from "./sandbox-list.ts";
import {
  emptyRoom,
  type LiveblocksSandboxRoom,
  type LiveblocksSandboxState,
  patchRoom,
  type RoomPatch,
  readState,
} from "./sandbox-room.ts";
import {
  type ActiveUser,
  addConnection,
  copyStore,
  createStore,
  deleteRoom,
  removeConnection,
  roomsInOrder,
  setRoom,
} from "./sandbox-store.ts";

export type { LiveblocksSandboxState } from "./sandbox-room.ts";
export { sampleState } from "./sandbox-sample.ts";

export type LiveblocksSandboxOptions = {
  readonly secretKey?: string;
  /** What to start from, as `state()` gave it; default: no rooms. */
  readonly state?: LiveblocksSandboxState | { readonly [key: string]: unknown };
  /** Told the new state before the request that changed it is answered. A throw becomes a 500. */
  readonly onChange?: (state: LiveblocksSandboxState) => void;
  /** False: the dev server's deviations. */
  readonly strict?: boolean;
  readonly scopes?: Rules["scopes"];
  /** Whether scope lists are kept as sent or in the new names, sorted: unknown of production. */
  readonly stores?: "verbatim" | "rewritten";
  readonly nullDefault?: Rules["nullDefault"];
  readonly limits?: Partial<Limits>;
  readonly pages?: Partial<PageSizes>;
  /** DELETE of a room that is not there: older documents say 404, newer ones name only 204. */
  readonly missingDelete?: 204 | 404;
  /** `update-room-id` to an id that is taken: unknown. */
  readonly takenRoomId?: 409 | 422;
  readonly faults?: Faults;
  readonly now?: () => number;
  readonly port?: number;
};

export type LiveblocksSandbox = SandboxServer & {
  readonly secretKey: string;
  /** Everything as JSON; `state` of a later start. */
  state(): LiveblocksSandboxState;
  get(id: string): LiveblocksSandboxRoom | undefined;
  /** Puts a room there as it is, unchecked; replaces one with that id. */
  put(room: Partial<LiveblocksSandboxRoom> & { readonly id: string }): void;
  /** Somebody edits by hand: a merge patch like the API's, unchecked. Throws when the room is not there. */
  editRoom(id: string, patch: RoomPatch): void;
  removeRoom(id: string): void;
  /** A user enters; gives the number of the connection. */
  connect(roomId: string, user?: Partial<Pick<ActiveUser, "id" | "info">>): number;
  disconnect(roomId: string, connectionId: number): void;
  connections(roomId: string): readonly ActiveUser[];
};

/** Starts the stand-in on loopback. Throws when `state` is not a state of it, rejects when the port is taken. */
export const startLiveblocksSandbox = async (options: LiveblocksSandboxOptions = {}): Promise<LiveblocksSandbox> => {
  const { secretKey = "sk_localdev", now = Date.now, onChange } = options;
  const settings = settingsOf(options, secretKey, now);
  const store = createStore(readState(options.state ?? { rooms: [] }));
  const snapshot = (): LiveblocksSandboxState => ({ rooms: roomsInOrder(store).map((stored) => stored.room) });
  const changed = (): void => onChange?.(snapshot());

  const server = await startSandboxServer({
    handler: handlerOf(store, settings, changed),
    fork: () => handlerOf(copyStore(store), settings, () => {}),
    errorBody: faultBody,
    // The order of a list in metadata is its owner's.
    keepsOrder: (path) => path.includes("metadata"),
    now,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const edit = (change: () => void): void => {
    server.beforeEdit();
    change();
    changed();
  };

  return {
    ...server,
    secretKey,
    state: snapshot,
    get: (id) => store.rooms.get(id)?.room,
    put: (room) => edit(() => setRoom(store, { ...emptyRoom(room.id, now()), ...room })),
    editRoom: (id, patch) =>
      edit(() => {
        const stored = store.rooms.get(id);
        if (stored === undefined) throw new Error(`no room ${id} in the sandbox`);
        setRoom(store, patchRoom(stored.room, patch));
      }),
    removeRoom: (id) => edit(() => deleteRoom(store, id)),
    connect: (roomId, user = {}) => {
      const { id = null, info } = user;
      const stored = store.rooms.get(roomId);
      // The dev server never shows when a room was last used.
      if (stored !== undefined && settings.rules.strict) {
        edit(() => setRoom(store, { ...stored.room, lastConnectionAt: new Date(now()).toISOString() }));
      }
      return addConnection(store, roomId, { id, ...(info === undefined ? {} : { info }) });
    },
    disconnect: (roomId, connectionId) => removeConnection(store, roomId, connectionId),
    connections: (roomId) => store.users.get(roomId) ?? [],
  };
};

const settingsOf = (options: LiveblocksSandboxOptions, secretKey: string, now: () => number): Settings => {
  const { strict = true, scopes = "vendor", nullDefault = "empty", missingDelete, takenRoomId = 409 } = options;
  return {
    rules: { strict, scopes, nullDefault, limits: { ...DOCUMENTED_LIMITS, ...options.limits } },
    answers: strict ? documentedAnswers(secretKey) : devServerAnswers(secretKey),
    pages: { ...DOCUMENTED_PAGES, ...options.pages },
    rewrites: options.stores === "rewritten",
    missingDelete: missingDelete ?? (strict ? 404 : 204),
    takenRoomId,
    now,
  };
};
