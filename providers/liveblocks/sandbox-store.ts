import type { LiveblocksSandboxRoom, LiveblocksSandboxState } from "./sandbox-room.ts";

/** Somebody in a room; the same user once for each connection. */
export type ActiveUser = {
  readonly type: "user";
  readonly connectionId: number;
  readonly id: string | null;
  readonly info?: { readonly [key: string]: unknown };
};

/** A room with its place in the order of creation, which survives a change of its id. */
export type Stored = { readonly room: LiveblocksSandboxRoom; readonly seq: number; readonly created: number };

/** The whole state. Rooms are never changed, only replaced: a copy of the maps is a copy of all. */
export type Store = {
  readonly rooms: Map<string, Stored>;
  readonly users: Map<string, readonly ActiveUser[]>;
  nextSeq: number;
  nextConnection: number;
  /** Oldest first; undefined after a change. */
  sorted: readonly Stored[] | undefined;
};

export const createStore = (state: LiveblocksSandboxState): Store => {
  const store: Store = { rooms: new Map(), users: new Map(), nextSeq: 1, nextConnection: 1, sorted: undefined };
  for (const room of state.rooms) setRoom(store, room);
  return store;
};

export const copyStore = (store: Store): Store => ({
  ...store,
  rooms: new Map(store.rooms),
  users: new Map(store.users),
});

export const setRoom = (store: Store, room: LiveblocksSandboxRoom, seq = store.rooms.get(room.id)?.seq): void => {
  store.rooms.set(room.id, { room, seq: seq ?? store.nextSeq, created: Date.parse(room.createdAt) });
  if (seq === undefined) store.nextSeq += 1;
  store.sorted = undefined;
};

export const deleteRoom = (store: Store, id: string): void => {
  store.rooms.delete(id);
  store.users.delete(id);
  store.sorted = undefined;
};

/** Gives the room another id; it keeps its content and its place. Whoever is connected is closed. */
export const renameRoom = (store: Store, id: string, newId: string): void => {
  const stored = store.rooms.get(id);
  if (stored === undefined) return;
  deleteRoom(store, id);
  setRoom(store, { ...stored.room, id: newId }, stored.seq);
};

/** Places in the order of creation: negative when the first is the older one. */
export const compareAge = (a: Pick<Stored, "created" | "seq">, b: Pick<Stored, "created" | "seq">): number =>
  a.created - b.created || a.seq - b.seq;

/** Oldest first. */
export const roomsInOrder = (store: Store): readonly Stored[] => {
  store.sorted ??= [...store.rooms.values()].sort(compareAge);
  return store.sorted;
};

/** A new connection of a user; gives its number. */
export const addConnection = (store: Store, roomId: string, user: Pick<ActiveUser, "id" | "info">): number => {
  const connectionId = store.nextConnection;
  store.nextConnection += 1;
  store.users.set(roomId, [...(store.users.get(roomId) ?? []), { type: "user", connectionId, ...user }]);
  return connectionId;
};

export const removeConnection = (store: Store, roomId: string, connectionId: number): void => {
  const left = (store.users.get(roomId) ?? []).filter((user) => user.connectionId !== connectionId);
  store.users.set(roomId, left);
};
