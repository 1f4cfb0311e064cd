/** Liveblocks, from its sheet: rooms with lists of scopes, changed by merge patches (sections 2, 4, 5 and 6). */
import { type Asked, entryOf, type Files, type Held, heldKey, listed, type Model, type RoomFile } from "../model.ts";

type Lists = { readonly [id: string]: readonly string[] };
export type LiveblocksRoom = {
  readonly defaultAccesses: readonly string[];
  readonly groupsAccesses: Lists;
  readonly usersAccesses: Lists;
  readonly metadata: { readonly [key: string]: string };
};
export type LiveblocksState = { readonly [id: string]: LiveblocksRoom };

const CLOSED: LiveblocksRoom = { defaultAccesses: [], groupsAccesses: {}, usersAccesses: {}, metadata: {} };

/** Section 4: a key that is named is set, `null` takes it away, everything else stays. */
const patched = <V>(map: { readonly [key: string]: V }, patch: { readonly [key: string]: V | null } = {}) =>
  Object.fromEntries(Object.entries({ ...map, ...patch }).filter(([, value]) => value !== null)) as {
    [key: string]: V;
  };

type Body = {
  readonly id?: string;
  readonly defaultAccesses?: readonly string[];
  readonly groupsAccesses?: { readonly [id: string]: readonly string[] | null };
  readonly usersAccesses?: { readonly [id: string]: readonly string[] | null };
  readonly metadata?: { readonly [key: string]: string | null };
};

const written = (room: LiveblocksRoom, body: Body): LiveblocksRoom => ({
  defaultAccesses: body.defaultAccesses ?? room.defaultAccesses,
  groupsAccesses: patched(room.groupsAccesses, body.groupsAccesses),
  usersAccesses: patched(room.usersAccesses, body.usersAccesses),
  metadata: patched(room.metadata, body.metadata),
});

/** Sections 5 and 6: what one list says of each resource; the aliases of the base, and comments over both kinds of threads. */
const says = (list: readonly string[]): ReadonlyMap<string, string> => {
  const said = new Map<string, string>();
  for (const scope of list) {
    if (scope === "room:presence:write") continue;
    const at = scope.lastIndexOf(":");
    const resource = scope.slice(0, at) === "*" ? "room" : scope.slice(0, at);
    said.set(resource, scope.slice(at + 1));
  }
  const comments = said.get("comments");
  said.delete("comments");
  for (const threads of ["comments:public", "comments:private"])
    if (comments !== undefined && !said.has(threads)) said.set(threads, comments);
  return said;
};

const may = (defaults: readonly string[], own: readonly string[]): ReadonlySet<string> => {
  const said = new Map([...says(defaults), ...says(own)]);
  const base = said.get("room");
  if (base === undefined) return new Set();
  const found = new Set<string>();
  for (const resource of ["room", "storage", "comments:public", "comments:private", "feeds"]) {
    const level = said.get(resource) ?? base;
    if (level !== "none") found.add(`liveblocks:${resource}:read`);
    if (level === "write") found.add(`liveblocks:${resource}:write`);
  }
  return found;
};

/** Section 5: lists that mean the same. */
const meaning = (list: readonly string[]): string =>
  [...new Set(list.map((scope) => scope.replace("*:", "room:")).filter((scope) => scope !== "room:presence:write"))]
    .sort()
    .join();

const kept = (found: readonly string[] | undefined, wanted: readonly string[]): readonly string[] =>
  found !== undefined && meaning(found) === meaning(wanted) ? found : [...new Set(wanted)].sort();

export const liveblocksModel = ({ rooms, subjects }: Asked): Model<LiveblocksState> => ({
  request(state, { method, path, body }) {
    const encoded = path.split("/")[3];
    const id = encoded === undefined ? (body as Body | undefined)?.id : decodeURIComponent(encoded);
    const shown = (room: LiveblocksRoom, name: string) => ({ type: "room", id: name, ...room });
    if (method === "GET" && id === undefined) {
      const data = Object.entries(state).map(([name, room]) => shown(room, name));
      return { state, status: 200, json: { data, nextCursor: null } };
    }
    const found = id === undefined ? undefined : state[id];
    if (id === undefined) return { state, status: 422 };
    if (encoded === undefined) {
      if (found !== undefined) return { state, status: 409 };
      return { state: { ...state, [id]: written(CLOSED, body as Body) }, status: 200 };
    }
    if (found === undefined) return { state, status: 404 };
    if (method === "GET") return { state, status: 200, json: shown(found, id) };
    const { [id]: gone, ...others } = state;
    if (method === "DELETE") return { state: others, status: 204 };
    return { state: { ...others, [id]: written(found, body as Body) }, status: 200 };
  },

  held(state) {
    const held = new Map<string, ReadonlySet<string>>();
    for (const id of rooms) {
      const room = state[id];
      for (const subject of subjects) {
        const map = subject[0] === "group" ? room?.groupsAccesses : room?.usersAccesses;
        const own = subject[0] === "everyone" ? [] : (map?.[subject[1]] ?? []);
        held.set(heldKey(id, subject), room === undefined ? new Set() : may(room.defaultAccesses, own));
      }
    }
    return held satisfies Held;
  },

  settled: (state, files) =>
    Object.fromEntries(
      [...new Set([...Object.keys(state), ...Object.keys(files.rooms).filter((key) => !key.endsWith("*"))])].flatMap(
        (id) => {
          const entry = entryOf(id, files);
          const room = entry === undefined ? state[id] : settledRoom(state[id], entry, files);
          return room === undefined ? [] : [[id, room] as const];
        },
      ),
    ),
});

const settledRoom = (found: LiveblocksRoom | undefined, entry: RoomFile, files: Files): LiveblocksRoom | undefined => {
  if (entry.absent) return undefined;
  if (entry.mode === "observe" || (found === undefined && entry.create === false)) return found;
  const scopes = (role: string): readonly string[] =>
    (files.roles[role] as { readonly liveblocks: readonly string[] }).liveblocks;
  const base = found ?? CLOSED;
  const merged = (there: Lists, wanted: ReadonlyMap<string, string>, out: readonly string[]): Lists => {
    const stays = entry.mode === "additive" ? Object.entries(there).filter(([id]) => !out.includes(id)) : [];
    return Object.fromEntries([
      ...stays,
      ...[...wanted].map(([id, role]) => [id, kept(there[id], scopes(role))] as const),
    ]);
  };
  const taken = Object.entries(entry.users ?? {}).flatMap(([id, role]) => (role === "absent" ? [id] : []));
  const people = entry.users !== undefined || entry.teams !== undefined;
  return {
    defaultAccesses:
      entry.default === undefined ? base.defaultAccesses : kept(base.defaultAccesses, scopes(entry.default)),
    usersAccesses: people ? merged(base.usersAccesses, listed(entry, files), taken) : base.usersAccesses,
    groupsAccesses:
      entry.groups === undefined
        ? base.groupsAccesses
        : merged(base.groupsAccesses, new Map(Object.entries(entry.groups)), []),
    metadata: Object.fromEntries(
      Object.entries({ ...base.metadata, ...entry.metadata }).filter(([, value]) => value !== "absent"),
    ),
  };
};
