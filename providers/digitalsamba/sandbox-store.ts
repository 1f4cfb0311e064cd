import { PRESETS, presetPermissions } from "./sandbox-permissions.ts";

export type PermissionValue = boolean | readonly string[];
export type Values = { readonly [key: string]: unknown };

export type StoredRole = {
  readonly id: string;
  readonly name: string;
  readonly display_name: string;
  readonly description: string | null;
  /** Only what was ever written; the rest is off. */
  readonly permissions: { readonly [name: string]: PermissionValue };
  readonly created_at: string;
  readonly updated_at: string;
};

/** A room keeps only what was set on it; all else comes from the team when it is read. Roles are kept by id. */
export type StoredRoom = {
  readonly id: string;
  readonly friendly_url: string;
  readonly values: Values;
  readonly hadSession: boolean;
  readonly created_at: string;
  readonly updated_at: string;
};

export type Team = { readonly id: string; readonly domain: string; readonly values: Values };

/** All that the sandbox keeps, as JSON, in the order of creation. Running sessions are not kept. */
export type DigitalsambaSandboxState = {
  readonly nextId: number;
  readonly team: Team;
  readonly roles: readonly StoredRole[];
  readonly rooms: readonly StoredRoom[];
  /** Addresses of rooms that were deleted and had a session. */
  readonly retiredUrls: readonly string[];
};

export type Participant = {
  readonly id: string;
  readonly external_id: string | null;
  readonly name: string;
  /** The name of the role. */
  readonly role: string;
  readonly join_time: string;
};
export type Session = { readonly start: number; readonly participants: readonly Participant[] };

/** The whole state. Its values are never changed, only replaced: a copy of the maps is a copy of all. */
export type Store = {
  nextId: number;
  team: Team;
  readonly roles: Map<string, StoredRole>;
  readonly rooms: Map<string, StoredRoom>;
  readonly retiredUrls: Set<string>;
  /** Running sessions by room id. */
  readonly live: Map<string, Session>;
};

export const createStore = (state: DigitalsambaSandboxState): Store => ({
  nextId: state.nextId,
  team: state.team,
  roles: new Map(state.roles.map((role) => [role.id, role])),
  rooms: new Map(state.rooms.map((room) => [room.id, room])),
  retiredUrls: new Set(state.retiredUrls),
  live: new Map(),
});

export const copyStore = (store: Store): Store => ({
  ...store,
  roles: new Map(store.roles),
  rooms: new Map(store.rooms),
  retiredUrls: new Set(store.retiredUrls),
  live: new Map(store.live),
});

export const stateOf = (store: Store): DigitalsambaSandboxState => ({
  nextId: store.nextId,
  team: store.team,
  roles: [...store.roles.values()],
  rooms: [...store.rooms.values()],
  retiredUrls: [...store.retiredUrls],
});

/** A new id. Counted, not random: the same calls give the same ids. */
export const newId = (store: Store): string => {
  const id = idOf(store.nextId);
  store.nextId += 1;
  return id;
};

const idOf = (count: number): string => `00000000-0000-4000-8000-${count.toString(16).padStart(12, "0")}`;

/** An instant as the API writes it in the stamps of objects. */
export const stamp = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`;

/** By id or by name. */
export const findRole = (store: Store, key: unknown): StoredRole | undefined => {
  if (typeof key !== "string") return undefined;
  return store.roles.get(key) ?? [...store.roles.values()].find((role) => role.name === key);
};

/** By id or by friendly_url. */
export const findRoom = (store: Store, key: string): StoredRoom | undefined =>
  store.rooms.get(key) ?? [...store.rooms.values()].find((room) => room.friendly_url === key);

export const TEAM_ID = "00000000-0000-4000-8000-00000000d5a0";

/** A team as the vendor hands it over: the presets, the first one as default, no rooms. */
export const newTeam = (
  teamId: string,
  now: number,
  presets: readonly string[] = PRESETS,
): DigitalsambaSandboxState => {
  const created = stamp(now);
  const roles = presets.map((name, index) => ({
    id: idOf(index + 1),
    name,
    display_name: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    description: null,
    permissions: Object.fromEntries(presetPermissions(name).map((permission) => [permission, true])),
    created_at: created,
    updated_at: created,
  }));
  const ids = roles.map((role) => role.id);
  const values = { roles: ids, default_role: ids[0] ?? null, max_participants: 100, chat_enabled: true };
  const team = { id: teamId, domain: "sandbox", values };
  return { nextId: roles.length + 1, team, roles, rooms: [], retiredUrls: [] };
};

/** A state that comes from a file. Throws when it is not one. */
export const readState = (json: Values): DigitalsambaSandboxState => {
  const { nextId, team, roles, rooms, retiredUrls } = json;
  const lists = [roles, rooms, retiredUrls];
  if (typeof nextId !== "number" || !isObject(team) || !isObject(team.values) || !lists.every(Array.isArray)) {
    throw new Error(UNREADABLE);
  }
  const state = json as DigitalsambaSandboxState;
  const fine =
    state.roles.every((role) => isObject(role) && typeof role.name === "string" && isObject(role.permissions)) &&
    state.rooms.every((room) => isObject(room) && typeof room.friendly_url === "string" && isObject(room.values));
  if (!fine) throw new Error(UNREADABLE);
  return state;
};

const UNREADABLE =
  "the kept state of the Digital Samba sandbox cannot be read; delete .rolecall/sandbox.json to start anew";

/** Whether a JSON value is an object. */
export const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
