/**
 * Rooms that are there, their permissions, and the overrides of the people in them. Nothing can be listed but the people of
 * a room that is known by name.
 */
import type { Address, Current, CurrentState } from "../../engine/model.ts";
import type { ReadRequest } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { record } from "../../engine/util/record.ts";
import type { ReadApi } from "./api.ts";
import { emptyRooms, listPeople, readOverrides, readRoomAuth, whoIsThere } from "./ask.ts";
import { type Auth, PEOPLE, ROOM, specOf, USER } from "./convert.ts";
import { presenceExtra } from "./presence.ts";

/** What is wanted of one room. */
type Wanted = {
  readonly room: string;
  /** The room's own permissions. */
  readonly auth: boolean;
  /** These people alone; undefined: everybody who is there. */
  readonly users: readonly string[] | undefined;
};

type RoomRead = {
  /** null: not asked for. */
  readonly auth: { readonly set: Auth | undefined } | null;
  readonly present: ReadonlySet<string>;
  readonly overrides: ReadonlyMap<string, Auth>;
  /** Whose overrides are known. */
  readonly asked: readonly string[];
};

/** See `Reader.read`. Throws `ServiceFailure`; never gives half an answer. */
export const readState = async (api: ReadApi, provider: string, request: ReadRequest): Promise<CurrentState> => {
  const { signal } = request;
  const wanted = request.only === undefined ? allOf(request) : onlyOf(provider, request.only);
  const rooms = sortedSet(wanted.map(({ room }) => room));
  const away = await emptyRooms(api, rooms, signal);
  let done = 0;
  const read = await Promise.all(
    wanted.map(async (each) => {
      const found = away.has(each.room) ? undefined : await readRoom(api, each, signal);
      done += 1;
      request.onProgress?.(done, wanted.length);
      return { room: each.room, found };
    }),
  );
  const objects = new Map<Address, Current>();
  const present = new Map<string, ReadonlySet<string>>();
  for (const { room, found } of read) {
    if (found === undefined) continue;
    present.set(room, found.present);
    for (const object of objectsOf(provider, room, found, request.only !== undefined))
      objects.set(object.address, object);
  }
  return {
    provider,
    objects,
    rooms: new Set(present.keys()),
    complete: true,
    diagnostics: [],
    ...(request.only === undefined ? {} : { away: awayOf(request.only, present) }),
    extra: presenceExtra(present),
  };
};

/** Those asked for who are not in their room, and rooms that have ended. */
const awayOf = (only: readonly Address[], present: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<Address> =>
  new Set(
    only.filter((object) => {
      const [, , room = "", user] = addressParts(object);
      return user === undefined ? !present.has(room) : present.get(room)?.has(user) !== true;
    }),
  );

const allOf = (request: ReadRequest): readonly Wanted[] =>
  request.rooms.map((room) => ({ room, auth: true, users: undefined }));

const onlyOf = (provider: string, only: readonly Address[]): readonly Wanted[] => {
  const rooms = new Map<string, { auth: boolean; readonly users: string[] }>();
  for (const object of only) {
    const [name, kind, room, user] = addressParts(object);
    if (name !== provider || room === undefined || (kind !== ROOM && kind !== USER)) continue;
    const entry = rooms.get(room) ?? { auth: false, users: [] };
    rooms.set(room, entry);
    if (kind === ROOM) entry.auth = true;
    if (kind === USER && user !== undefined) entry.users.push(user);
  }
  return [...rooms].map(([room, { auth, users }]) => ({ room, auth, users: sortedSet(users) }));
};

const readRoom = async (
  api: ReadApi,
  { room, auth, users }: Wanted,
  signal: AbortSignal | undefined,
): Promise<RoomRead | undefined> => {
  const set = auth ? await readRoomAuth(api, room, signal) : null;
  if (set === undefined) return undefined;
  const people = users ?? sortedSet(await listPeople(api, room, signal));
  const overrides = await readOverrides(api, room, people, signal);
  if (overrides === undefined) return undefined;
  if (users === undefined) return { auth: set, present: new Set(people), overrides, asked: people };
  const unsure = people.filter((id) => !overrides.has(id));
  const there = await whoIsThere(api, room, unsure, signal);
  if (there === undefined) return undefined;
  return { auth: set, present: new Set([...overrides.keys(), ...there]), overrides, asked: people };
};

const objectsOf = (
  provider: string,
  room: string,
  { auth, overrides, asked }: RoomRead,
  single: boolean,
): readonly Current[] => {
  const found: Current[] = [];
  const holders = [...overrides.keys()].sort(compareText);
  if (auth !== null) {
    const where = address(provider, ROOM, room);
    const extra = record([["overrides", holders]]);
    found.push({ address: where, kind: ROOM, id: room, room, spec: specOf(auth.set), extra });
  }
  for (const [id, override] of overrides) {
    found.push({ address: address(provider, USER, room, id), kind: USER, id, room, spec: specOf(override) });
  }
  const people = single ? asked : holders;
  if (people.length > 0) {
    const spec = record([["users", people]]);
    found.push({ address: address(provider, PEOPLE, room), kind: PEOPLE, id: room, room, spec });
  }
  return found;
};
