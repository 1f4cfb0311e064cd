import { createHash } from "node:crypto";
import {
  type DailySandboxPermissions,
  initialPermissions,
  isRecord,
  type JsonRecord,
  type LivePermissions,
  updatePermissions,
} from "./sandbox-permissions.ts";

/** A room with everything that was set, also what equals a default. */
export type DailySandboxRoom = {
  readonly id: string;
  readonly name: string;
  readonly privacy: "public" | "private";
  readonly created_at: string;
  readonly properties: JsonRecord;
};

/** Somebody in a call, and for a while after it: presence lags. */
export type DailySandboxParticipant = {
  readonly sessionId: string;
  readonly mtgSessionId: string;
  /** null when no token sets it. */
  readonly userId: string | null;
  readonly userName: string | null;
  readonly owner: boolean;
  readonly hidden: boolean;
  readonly token: DailySandboxPermissions;
  readonly permissions: LivePermissions;
  readonly joinedAt: number;
  readonly leftAt?: number;
};

/** Changes that were accepted and have no effect yet, for the sessions that were there when they came. */
type PendingUpdate = {
  readonly due: number;
  readonly room: string;
  readonly bySession: { readonly [sessionId: string]: DailySandboxPermissions };
};

/** All that the sandbox keeps, as JSON. */
export type DailySandboxState = {
  readonly domain: { readonly name: string; readonly id: string; readonly config: JsonRecord };
  readonly rooms: readonly DailySandboxRoom[];
  readonly calls: readonly { readonly room: string; readonly participants: readonly DailySandboxParticipant[] }[];
  readonly bans: readonly { readonly mtgSessionId: string; readonly userId: string }[];
  readonly updates: readonly PendingUpdate[];
  /** How many ids were given out. */
  readonly ids: number;
};

/** The state. What the maps hold is never changed, only replaced: a copy of the maps is a copy of all. */
export type Store = {
  domain: DailySandboxState["domain"];
  readonly rooms: Map<string, DailySandboxRoom>;
  readonly calls: Map<string, readonly DailySandboxParticipant[]>;
  bans: DailySandboxState["bans"];
  updates: readonly PendingUpdate[];
  ids: number;
};

export const createStore = (state: Partial<DailySandboxState>): Store => ({
  domain: state.domain ?? { name: "sandbox", id: "00000000-0000-4000-8000-000000000000", config: {} },
  rooms: new Map((state.rooms ?? []).map((room) => [room.name, room])),
  calls: new Map((state.calls ?? []).map((call) => [call.room, call.participants])),
  bans: state.bans ?? [],
  updates: state.updates ?? [],
  ids: state.ids ?? 0,
});

export const copyStore = (store: Store): Store => ({
  ...store,
  rooms: new Map(store.rooms),
  calls: new Map(store.calls),
});

export const stateOf = (store: Store): DailySandboxState => ({
  domain: store.domain,
  rooms: [...store.rooms.values()],
  calls: [...store.calls].map(([room, participants]) => ({ room, participants })),
  bans: store.bans,
  updates: store.updates,
  ids: store.ids,
});

/** Ids in no order that a client could lean on, the same in each run. */
export const newId = (store: Store): string => {
  store.ids += 1;
  const hex = createHash("sha256").update(`${store.domain.id} ${store.ids}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Rooms past `exp` are not listed, and nearly all calls treat them as absent. */
export const isExpired = (room: DailySandboxRoom, now: number): boolean => {
  const exp = room.properties.exp;
  return typeof exp === "number" && exp * 1000 <= now;
};

/** The room for all calls but DELETE. */
export const roomAt = (store: Store, name: string, now: number): DailySandboxRoom | undefined => {
  const room = store.rooms.get(name);
  return room === undefined || isExpired(room, now) ? undefined : room;
};

/** A new room; takes the place of an expired one. `created_at` has whole seconds. */
export const addRoom = (
  store: Store,
  room: Pick<DailySandboxRoom, "name" | "privacy" | "properties">,
  now: number,
): DailySandboxRoom => {
  const created_at = new Date(Math.floor(now / 1000) * 1000).toISOString();
  const added = { id: newId(store), created_at, ...room };
  store.rooms.delete(room.name);
  store.rooms.set(room.name, added);
  return added;
};

/** Deletes a room and throws everyone out. */
export const removeRoom = (store: Store, name: string, now: number): void => {
  store.rooms.delete(name);
  leaveAll(store, name, () => true, now);
};

/** Who is in the call right now. */
export const present = (store: Store, room: string): readonly DailySandboxParticipant[] =>
  (store.calls.get(room) ?? []).filter((each) => each.leftAt === undefined);

/** Lets those leave whom `who` picks; gives their session ids. */
export const leaveAll = (
  store: Store,
  room: string,
  who: (participant: DailySandboxParticipant) => boolean,
  now: number,
): readonly string[] => {
  const leaving = present(store, room).filter(who);
  if (leaving.length === 0) return [];
  const all = store.calls.get(room) ?? [];
  store.calls.set(
    room,
    all.map((each) => (leaving.includes(each) ? { ...each, leftAt: now } : each)),
  );
  return leaving.map((each) => each.sessionId);
};

export type Joiner = Partial<Pick<DailySandboxParticipant, "userId" | "userName" | "owner" | "hidden" | "token">>;

/** Somebody joins; gives the session id. The first one starts a meeting. Throws for somebody who is banned from it. */
export const join = (store: Store, roomName: string, joiner: Joiner, now: number): string => {
  const { userId = null, userName = null, owner = false, token = {} } = joiner;
  const setting = (key: string): unknown => store.rooms.get(roomName)?.properties[key] ?? store.domain.config[key];
  const hidden = joiner.hidden ?? (!owner && setting("enable_hidden_participants") === true);
  const mtgSessionId = present(store, roomName)[0]?.mtgSessionId ?? newId(store);
  if (store.bans.some((ban) => ban.mtgSessionId === mtgSessionId && ban.userId === userId)) {
    throw new Error(`${userId} is banned from the call in ${roomName}`);
  }
  if (userId !== null && setting("enforce_unique_user_ids") === true) {
    leaveAll(store, roomName, (each) => each.userId === userId, now);
  }
  const heights = [token, store.rooms.get(roomName)?.properties.permissions, store.domain.config.permissions];
  const participant: DailySandboxParticipant = {
    sessionId: newId(store),
    mtgSessionId,
    userId,
    userName,
    owner,
    hidden,
    token,
    permissions: initialPermissions(
      heights.map((height) => (isRecord(height) ? height : undefined)),
      { owner, hidden },
    ),
    joinedAt: now,
  };
  store.calls.set(roomName, [...(store.calls.get(roomName) ?? []), participant]);
  return participant.sessionId;
};

/** Changes the live permissions of those who are named, at `due`. */
export const schedule = (store: Store, update: PendingUpdate): void => {
  store.updates = [...store.updates, update];
};

const applyUpdate = (store: Store, { room, bySession }: PendingUpdate): void => {
  const updates = new Map(Object.entries(bySession));
  const participants = (store.calls.get(room) ?? []).map((each) => {
    const update = updates.get(each.sessionId);
    if (update === undefined || each.leftAt !== undefined) return each;
    return { ...each, permissions: updatePermissions(each.permissions, update) };
  });
  if (store.calls.has(room)) store.calls.set(room, participants);
};

/** Lets time pass: updates take effect, rooms that eject at their end do, presence forgets. Tells whether anything did. */
export const settle = (store: Store, presenceLagMs: number, now: number): boolean => {
  const due = store.updates.filter((update) => update.due <= now);
  for (const update of due) applyUpdate(store, update);
  let changed = due.length > 0;
  if (changed) store.updates = store.updates.filter((update) => update.due > now);
  for (const room of store.rooms.values()) {
    if (room.properties.eject_at_room_exp !== true || !isExpired(room, now)) continue;
    changed = leaveAll(store, room.name, () => true, Number(room.properties.exp) * 1000).length > 0 || changed;
  }
  for (const [room, participants] of store.calls) {
    const seen = participants.filter((each) => each.leftAt === undefined || each.leftAt + presenceLagMs > now);
    if (seen.length === participants.length) continue;
    changed = true;
    if (seen.length > 0) store.calls.set(room, seen);
    else store.calls.delete(room);
  }
  return changed;
};
