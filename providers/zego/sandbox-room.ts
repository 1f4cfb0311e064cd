/** Both arrays as they were sent: order and repetitions are kept, since what the service does with them is unknown. */
export type ZegoSandboxAuth = { readonly module: readonly number[]; readonly graphic: readonly number[] };

/** Somebody in a room. The override lives and dies with the session. */
export type ZegoSandboxUser = {
  readonly userId: string;
  readonly userName: string;
  /** 4: a recording or moderation bot, counted as an administrator. */
  readonly role: number;
  /** A uint64 as text: larger than a JavaScript number can hold. */
  readonly sessionId: string;
  /** In milliseconds. */
  readonly loginTime: number;
  readonly auth?: ZegoSandboxAuth;
  /** The heartbeat stopped at this time; others see no leave before it times out. */
  readonly lostAt?: number;
};

/** One generation of a room: a later room of the same id has another session. */
export type ZegoSandboxRoom = {
  readonly roomId: string;
  readonly sessionId: string;
  readonly createTime: number;
  readonly auth?: ZegoSandboxAuth;
  /** By login, oldest first. */
  readonly users: readonly ZegoSandboxUser[];
  /** Nobody has been in it since this time. */
  readonly emptyAt?: number;
};

/** All that the sandbox keeps, as JSON. */
export type ZegoSandboxState = {
  readonly rooms: readonly ZegoSandboxRoom[];
  /** The newest session id that was given out. */
  readonly lastSession?: string;
};

export type LifeRules = {
  /** How long an empty room is kept: 0 by default, by the vendor's setting up to 30 minutes. */
  readonly emptyRoomMs: number;
  /** Documents say 90 s and 100 s. */
  readonly heartbeatMs: number;
  /** Whether an override outlives a second login of somebody who is in the room: unknown. */
  readonly relogin: "drops" | "keeps";
};

/** The state. Rooms are never changed, only replaced: a copy of the map is a copy of all. */
export type Store = { readonly rooms: Map<string, ZegoSandboxRoom>; lastSession: bigint };

// Beyond 2^53: a reader that takes session ids for numbers loses digits.
const FIRST_SESSION = "6085791336856668982";

export const createStore = ({ rooms, lastSession = FIRST_SESSION }: ZegoSandboxState): Store => ({
  rooms: new Map(rooms.map((room) => [room.roomId, room])),
  lastSession: BigInt(lastSession),
});

export const copyStore = (store: Store): Store => ({ ...store, rooms: new Map(store.rooms) });

export const stateOf = (store: Store): ZegoSandboxState => ({
  rooms: [...store.rooms.values()],
  lastSession: String(store.lastSession),
});

const nextSession = (store: Store): string => {
  store.lastSession += 1n;
  return String(store.lastSession);
};

/** Lets time pass: users whose heartbeat timed out leave, rooms that stay empty end. Tells whether anything did. */
export const settle = (store: Store, life: LifeRules, now: number): boolean => {
  let changed = false;
  for (const room of store.rooms.values()) {
    const gone = room.users.filter((user) => user.lostAt !== undefined && user.lostAt + life.heartbeatMs <= now);
    for (const { userId, lostAt = now } of gone) leave(store, life, room.roomId, userId, lostAt + life.heartbeatMs);
    const { emptyAt } = store.rooms.get(room.roomId) ?? room;
    const over = emptyAt !== undefined && emptyAt + life.emptyRoomMs <= now;
    if (over) store.rooms.delete(room.roomId);
    changed ||= gone.length > 0 || over;
  }
  return changed;
};

/** A client logs in; the first one makes the room. Who is in it already starts a new session at the end of the list. */
export const login = (
  store: Store,
  life: LifeRules,
  roomId: string,
  user: Pick<ZegoSandboxUser, "userId"> & Partial<Pick<ZegoSandboxUser, "userName" | "role">>,
  now: number,
): void => {
  const { emptyAt: _, ...room } = store.rooms.get(roomId) ?? {
    roomId,
    sessionId: nextSession(store),
    createTime: now,
    users: [],
  };
  const before = room.users.find((each) => each.userId === user.userId);
  const kept = life.relogin === "keeps" ? before?.auth : undefined;
  const added: ZegoSandboxUser = {
    userName: user.userId,
    // The sheet names only the role of bots; 1 stands for everybody else.
    role: 1,
    ...user,
    sessionId: nextSession(store),
    loginTime: now,
    ...(kept === undefined ? {} : { auth: kept }),
  };
  store.rooms.set(roomId, { ...room, users: [...room.users.filter((each) => each !== before), added] });
};

/** Somebody leaves, and the override with them; with the last one the room ends, at once or after a while. */
export const leave = (store: Store, life: LifeRules, roomId: string, userId: string, now: number): void => {
  const room = store.rooms.get(roomId);
  if (room === undefined) return;
  const users = room.users.filter((user) => user.userId !== userId);
  if (users.length === room.users.length) return;
  if (users.length > 0) store.rooms.set(roomId, { ...room, users });
  else if (life.emptyRoomMs > 0) store.rooms.set(roomId, { ...room, users, emptyAt: now });
  else store.rooms.delete(roomId);
};

/** The connection of a user breaks (a time) or is back within the heartbeat (undefined): the override stays, as inferred. */
export const setLost = (store: Store, roomId: string, userId: string, lostAt: number | undefined): void => {
  const room = store.rooms.get(roomId);
  if (room === undefined) return;
  const users = room.users.map((user) => {
    if (user.userId !== userId) return user;
    const { lostAt: _, ...present } = user;
    return lostAt === undefined ? present : { ...present, lostAt };
  });
  store.rooms.set(roomId, { ...room, users });
};

/** The same people in a room of the same id that is another one: new sessions, nothing set. */
export const recreate = (store: Store, life: LifeRules, roomId: string, now: number): void => {
  const users = store.rooms.get(roomId)?.users ?? [];
  store.rooms.delete(roomId);
  for (const { userId, userName, role } of users) login(store, life, roomId, { userId, userName, role }, now);
};

/** Sets what holds in a room, or for one user in it. */
export const setAuth = (store: Store, roomId: string, userId: string | undefined, auth: ZegoSandboxAuth): void => {
  const room = store.rooms.get(roomId);
  if (room === undefined) return;
  const users = room.users.map((user) => (user.userId === userId ? { ...user, auth } : user));
  store.rooms.set(roomId, userId === undefined ? { ...room, auth } : { ...room, users });
};
