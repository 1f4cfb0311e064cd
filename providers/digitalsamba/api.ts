/** Reading a team over the REST API: https://docs.digitalsamba.com/reference/rest-api */
import type { Current, CurrentState, Json } from "../../engine/model.ts";
import type { ReadRequest } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { record } from "../../engine/util/record.ts";
import type { ReadTransport } from "../_shared/http.ts";
import {
  FormError,
  isTextList,
  ROLE,
  ROOM,
  readRole,
  readRoom,
  readTeam,
  TEAM,
  type WireRole,
  type WireRoom,
  type WireTeam,
} from "./convert.ts";
import { type Known, knownJson } from "./known.ts";
import { readList, unreliable } from "./lists.ts";
import { PERMISSIONS_PATH, ROLE_PATH, ROLES_PATH, ROOM_PATH, ROOMS_PATH, TEAM_PATH } from "./paths.ts";
import { inheritedBy, ownValues } from "./settings.ts";
import { closedIn, SWITCHES } from "./switches.ts";

type Reading = {
  readonly transport: ReadTransport;
  readonly provider: string;
  readonly parallelism: number;
  readonly request: ReadRequest;
};

/**
 * Reads what was asked for. Lists are partial and only tell what there is: each role and room that matters is read by
 * itself. A role that the files delete can be held by any room or role of the team, so with one all of them are read, also
 * where just some objects were asked for.
 * Throws `ServiceFailure`; never gives half an answer.
 */
export const readState = async (reading: Reading): Promise<CurrentState> =>
  reading.request.only === undefined ? readWhole(reading) : readOnly(reading, reading.request.only);

const readOnly = async (reading: Reading, only: readonly string[]): Promise<CurrentState> => {
  const wanted = only.map(addressParts).filter(([provider]) => provider === reading.provider);
  const ids = (kind: string): readonly string[] =>
    wanted.flatMap(([, found, id]) => (found === kind && id !== undefined ? [id] : []));
  // What is planned again needs to know which names still stand for a role.
  const names = reading.request.roles.length > 0 && ids(ROLE).length > 0 ? await getNames(reading) : undefined;
  // A role that is about to go may have got a holder that the plan knows nothing of.
  const goes = (name: string): boolean => isThere(names, name) && reading.request.absentRoles?.includes(name) === true;
  const everything = ids(ROLE).some(goes);
  const rooms = sortedSet([...ids(ROOM), ...(everything ? await listRooms(reading) : [])]);
  const asked = sortedSet([...ids(ROLE), ...(everything ? Object.keys(names ?? {}) : [])]);
  const progress = progressOf(reading, rooms.length + asked.length);
  const needsRoles = everything || wanted.some(([, kind]) => kind === TEAM);
  const team = needsRoles || rooms.length > 0 ? await getTeam(reading, needsRoles) : undefined;
  const found = await getRooms(reading, rooms, team, progress);
  const roles = await getRoles(reading, asked, progress);
  return stateOf(reading, {
    team,
    ...found,
    roles,
    listed: undefined,
    names,
    permissions: undefined,
    everything: true,
  });
};

const isThere = (names: Known["roles"], name: string): boolean => names !== undefined && Object.hasOwn(names, name);

const readWhole = async (reading: Reading): Promise<CurrentState> => {
  const { request } = reading;
  const names = await getNames(reading);
  const exists = (name: string): boolean => isThere(names, name);
  const everything = (request.absentRoles ?? []).some(exists);
  const permissions = request.roles.length > 0 ? await getPermissions(reading) : undefined;
  const all = request.list || everything ? await listRooms(reading) : undefined;
  const rooms = sortedSet([...request.rooms, ...(all ?? [])]);
  const named = everything ? Object.keys(names) : request.roles.filter(exists);
  const progress = progressOf(reading, rooms.length + named.length);

  const needsRoles = request.roomDefaults || everything;
  const team = needsRoles || rooms.length > 0 ? await getTeam(reading, needsRoles) : undefined;
  const found = await getRooms(reading, rooms, team, progress);
  const isMissing = request.rooms.some((id) => !found.rooms.has(id) && request.unmade?.includes(id) !== true);
  // A room that would be made: is there one that is almost called so?
  const listed = all ?? (isMissing ? await listRooms(reading) : undefined);
  const inUse = [...found.rooms.values()].flatMap((room) => [...room.roles, room.default_role ?? ""]);
  const inherited = isMissing || request.roomDefaults ? [...(team?.roles ?? []), team?.default_role ?? ""] : [];
  const wanted = sortedSet([...named, ...[...inUse, ...inherited].filter(exists)]);
  progress.expect(rooms.length + wanted.length);
  const roles = await getRoles(reading, wanted, progress);
  return stateOf(reading, { team, ...found, roles, listed, names, permissions, everything });
};

type Progress = { tick(): void; expect(total: number): void };

const progressOf = ({ request }: Reading, expected: number): Progress => {
  let done = 0;
  let total = expected;
  return {
    tick: () => {
      done += 1;
      request.onProgress?.(done, total);
    },
    expect: (more) => {
      total = more;
    },
  };
};

/** Runs so many at once as there are connections; the first failure ends it. */
const each = async <T>(
  { parallelism }: Reading,
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> => {
  const left = items.values();
  let failed = false;
  const work = async (): Promise<void> => {
    for (const item of left) {
      if (failed) return;
      try {
        await run(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallelism) }, work));
};

/** Every role's display name, by name. */
const getNames = async ({ transport, request }: Reading): Promise<NonNullable<Known["roles"]>> =>
  record(
    (await readList(transport, ROLES_PATH, request.signal)).map(
      (item) => [String(item.name), String(item.display_name)] as const,
    ),
  );

const getTeam = async ({ transport, request }: Reading, needsRoles: boolean): Promise<WireTeam> => {
  const { json } = await transport.get({ path: TEAM_PATH, signal: request.signal });
  return formed("the team's room settings", () => readTeam(json, needsRoles));
};

const getPermissions = async ({ transport, request }: Reading): Promise<readonly string[]> => {
  const { json } = await transport.get({ path: PERMISSIONS_PATH, root: "array", signal: request.signal });
  if (!isTextList(json)) throw unreliable("its list of permissions holds something else than names");
  return sortedSet(json);
};

const listRooms = async ({ transport, request }: Reading): Promise<readonly string[]> =>
  (await readList(transport, ROOMS_PATH, request.signal)).map(({ id, friendly_url }) =>
    typeof friendly_url === "string" && isAddressable(friendly_url) ? friendly_url : String(id),
  );

/** `/rooms/live` is a page of its own, and a URL has no room for dots alone: such rooms go by their id. */
const isAddressable = (url: string): boolean => !["", "live", ".", ".."].includes(url);

type RoomsFound = {
  readonly rooms: ReadonlyMap<string, WireRoom>;
  readonly missing: readonly string[];
  readonly otherCase: { readonly [asked: string]: string };
};

const getRooms = async (
  reading: Reading,
  ids: readonly string[],
  team: WireTeam | undefined,
  progress: Progress,
): Promise<RoomsFound> => {
  const rooms = new Map<string, WireRoom>();
  const otherCase = record<string>();
  await each(reading, ids, async (id) => {
    const { transport, request } = reading;
    const { status, json } = await transport.get({
      path: ROOM_PATH,
      params: { room: id },
      accept: [404],
      signal: request.signal,
    });
    if (status !== 404) {
      const room = formed(`room ${JSON.stringify(id)}`, () => readRoom(json, team));
      if (room.url === id || room.id === id) rooms.set(id, room);
      else if (room.url.toLowerCase() === id.toLowerCase()) otherCase[id] = room.url;
      else throw unreliable(`asked for room ${JSON.stringify(id)}, it gave ${JSON.stringify(room.url)}`);
    }
    progress.tick();
  });
  return { rooms, missing: ids.filter((id) => !rooms.has(id)), otherCase };
};

const getRoles = async (
  reading: Reading,
  names: readonly string[],
  progress: Progress,
): Promise<ReadonlyMap<string, WireRole>> => {
  const roles = new Map<string, WireRole>();
  await each(reading, names, async (name) => {
    const { transport, request } = reading;
    const { status, json } = await transport.get({
      path: ROLE_PATH,
      params: { name },
      accept: [404],
      signal: request.signal,
    });
    if (status !== 404) {
      const role = formed(`role ${JSON.stringify(name)}`, () => readRole(json));
      if (role.name === name) roles.set(name, role);
    }
    progress.tick();
  });
  return roles;
};

const formed = <T>(what: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    throw unreliable(`${what} ${error.message}`);
  }
};

type Found = RoomsFound & {
  readonly team: WireTeam | undefined;
  readonly roles: ReadonlyMap<string, WireRole>;
  readonly listed: readonly string[] | undefined;
  readonly names: Known["roles"];
  readonly permissions: readonly string[] | undefined;
  readonly everything: boolean;
};

const stateOf = ({ provider }: Reading, found: Found): CurrentState => {
  const { team, rooms, roles } = found;
  const currents: Current[] = [
    ...[...roles.values()].map((role) => currentRole(provider, role)),
    ...(team === undefined ? [] : [currentTeam(provider, team), ...currentSwitches(provider, team)]),
    ...[...rooms].map(([id, room]) => currentRoom(provider, id, room, team)),
  ];
  return {
    provider,
    objects: new Map(currents.map((current) => [current.address, current])),
    rooms: new Set(found.listed ?? rooms.keys()),
    complete: true,
    diagnostics: [],
    extra: knownJson({
      roles: found.names,
      permissions: found.permissions,
      team: team?.settings,
      otherCase: found.otherCase,
      missing: found.missing,
      everything: found.everything,
    }),
  };
};

/** A role that exists, as the engine knows it. */
const currentRole = (provider: string, role: WireRole): Current => ({
  address: address(provider, ROLE, role.name),
  kind: ROLE,
  id: role.name,
  room: undefined,
  spec: role.spec,
});

/** A room that exists, as the engine knows it: with the settings that are its own. */
const currentRoom = (provider: string, id: string, room: WireRoom, team: WireTeam | undefined): Current => ({
  address: address(provider, ROOM, id),
  kind: ROOM,
  id,
  room: id,
  spec: {
    privacy: room.privacy,
    roles: sortedSet(room.roles),
    default_role: room.default_role,
    ...ownValues(room.settings, inheritedBy(team?.settings ?? record(), room.roles)),
  },
  extra: record<Json>([
    ["id", room.id],
    ["order", room.roles],
    ["shown", Object.keys(room.settings)],
  ]),
});

/** Settings of the team that nobody writes here and that take something from people in rooms without their own. */
const currentSwitches = (provider: string, team: WireTeam): readonly Current[] => {
  const spec = closedIn(team.settings);
  if (Object.keys(spec).length === 0) return [];
  return [{ address: address(provider, SWITCHES), kind: SWITCHES, id: SWITCHES, room: undefined, spec }];
};

/** The team's default room settings, as the engine knows them. */
const currentTeam = (provider: string, team: WireTeam): Current => ({
  address: address(provider, TEAM),
  kind: TEAM,
  id: TEAM,
  room: undefined,
  spec: { roles: sortedSet(team.roles), default_role: team.default_role },
  extra: record<Json>([["order", team.roles]]),
});
