/** Digital Samba, from its sheet: roles that name each other, rooms that hold roles, the team's defaults (sections 2 to 5). */
import { type Asked, type Files, type Held, heldKey, listed, type Model, type RoomFile } from "../model.ts";

/** `true`, or the names of the roles that it reaches; what is off is not there. */
type Permissions = { readonly [permission: string]: true | readonly string[] };
export type SambaRole = { readonly display_name: string; readonly permissions: Permissions };
export type SambaRoom = {
  readonly privacy: string;
  readonly roles: readonly string[];
  readonly default_role: string;
  /** A field that no file writes. */
  readonly description: string;
};
export type SambaState = {
  readonly roles: { readonly [name: string]: SambaRole };
  readonly rooms: { readonly [url: string]: SambaRoom };
  readonly team: { readonly roles: readonly string[]; readonly default_role: string };
};

/** Section 2.5, as many as there are needed here. */
export const PERMISSIONS = [
  "start_session",
  "raise_hand",
  "general_chat",
  "remote_muting",
  "remove_participant",
  "manage_roles",
];
const OVER_ROLES = new Set(PERMISSIONS.slice(3));

type Patch = { readonly [permission: string]: boolean | readonly string[] };

/** Section 2.2: merged key by key, `false` turns off, a list replaces. */
const merged = (found: Permissions, patch: Patch = {}): Permissions =>
  Object.fromEntries(
    Object.entries({ ...found, ...patch }).filter(
      ([, value]) => value !== false && !(Array.isArray(value) && value.length === 0),
    ),
  ) as Permissions;

type Body = { readonly [key: string]: unknown };

const missing = (state: SambaState, names: readonly string[]): boolean => names.some((name) => !(name in state.roles));

/** `roles` and `default_role` go together, and every role has to be there (section 3.2). */
const roomOf = (state: SambaState, found: SambaRoom | undefined, body: Body): SambaRoom | undefined => {
  const start = found ?? { privacy: "public", ...state.team, description: "" };
  const {
    privacy = start.privacy,
    roles = start.roles,
    default_role = start.default_role,
  } = body as Partial<SambaRoom>;
  if (missing(state, roles) || !roles.includes(default_role)) return undefined;
  return { privacy, roles, default_role, description: start.description };
};

const writeRole = (state: SambaState, name: string, body: Body): SambaState | undefined => {
  const found = state.roles[name];
  const permissions = merged(found?.permissions ?? {}, body.permissions as Patch | undefined);
  const display_name = String(body.display_name ?? found?.display_name);
  const sent = Object.values((body.permissions ?? {}) as Patch).flatMap((value) => (Array.isArray(value) ? value : []));
  if (missing(state, sent)) return undefined;
  return { ...state, roles: { ...state.roles, [name]: { display_name, permissions } } };
};

/** Section 2.4; a role that a room merely lists is taken for one that cannot go either. */
const inUse = (state: SambaState, name: string): boolean =>
  [...Object.values(state.rooms), state.team].some(
    ({ roles, default_role }) => default_role === name || roles.includes(name),
  );

const write = (state: SambaState, method: string, kind: string, id: string, body: Body): SambaState | undefined => {
  if (kind === "") {
    const { roles = state.team.roles, default_role = state.team.default_role } = body as Partial<SambaState["team"]>;
    if (missing(state, roles) || !roles.includes(default_role)) return undefined;
    return { ...state, team: { roles, default_role } };
  }
  const name = id === "" ? String(body.name ?? body.friendly_url) : id;
  const exists = name in (kind === "roles" ? state.roles : state.rooms);
  if (exists === (method === "POST")) return undefined;
  if (method === "DELETE") {
    if (kind === "roles" && inUse(state, name)) return undefined;
    const { [name]: gone, ...rest } = kind === "roles" ? state.roles : state.rooms;
    return { ...state, [kind]: rest };
  }
  if (kind === "roles") return writeRole(state, name, body);
  const room = roomOf(state, state.rooms[name], body);
  return room === undefined ? undefined : { ...state, rooms: { ...state.rooms, [name]: room } };
};

/** Section 3.3: written as names, shown as objects. */
const shown = (name: string) => ({ id: `id-${name}`, name, display_name: name });
const shownRoom = (url: string, room: SambaRoom) => ({
  id: `id-${url}`,
  friendly_url: url,
  ...room,
  roles: room.roles.map(shown),
  default_role: shown(room.default_role),
});
const shownRole = (name: string, { display_name, permissions }: SambaRole) => ({
  ...shown(name),
  display_name,
  description: null,
  permissions: Object.fromEntries(PERMISSIONS.map((permission) => [permission, permissions[permission] ?? false])),
});

const read = (state: SambaState, kind: string, id: string): unknown => {
  const page = (data: readonly unknown[]) => ({ total_count: data.length, data });
  if (kind === "permissions") return PERMISSIONS;
  if (kind === "")
    return { id: "team", roles: state.team.roles.map(shown), default_role: shown(state.team.default_role) };
  if (id === "" && kind === "roles")
    return page(Object.entries(state.roles).map(([name, { display_name }]) => ({ ...shown(name), display_name })));
  if (id === "") return page(Object.keys(state.rooms).map((url) => ({ id: `id-${url}`, friendly_url: url })));
  const [role, room] = [state.roles[id], state.rooms[id]];
  if (kind === "roles") return role === undefined ? undefined : shownRole(id, role);
  return room === undefined ? undefined : shownRoom(id, room);
};

const capabilities = (state: SambaState, { privacy }: SambaRoom, role: string): ReadonlySet<string> => {
  const found = new Set<string>();
  if (privacy === "public") found.add("digitalsamba:join_without_token");
  for (const [permission, value] of Object.entries(state.roles[role]?.permissions ?? {})) {
    if (value === true && !OVER_ROLES.has(permission)) {
      found.add(`digitalsamba:${permission}`);
      continue;
    }
    const reached = value === true ? ["*", ...TARGETS] : value;
    for (const target of reached) found.add(`digitalsamba:${permission}(${target})`);
  }
  return found;
};
/** `true` reaches every role there is and every role to come. */
const TARGETS = ["lead", "member", "guest", "temp", "moderator", "speaker", "attendee"];

export const sambaModel = ({ rooms, subjects }: Asked): Model<SambaState> => ({
  request(state, { method, path, body }) {
    const [, kind = "", id = ""] = path.split("/").map(decodeURIComponent);
    if (method === "GET") {
      const json = read(state, kind, id);
      return json === undefined ? { state, status: 404 } : { state, status: 200, json };
    }
    const next = write(state, method, kind, id, (body ?? {}) as Body);
    return next === undefined ? { state, status: 422 } : { state: next, status: 200 };
  },

  // Section 5: the role in the token where the room has it, else the room's default. People whom the files name carry
  // the files' role; a token with any other role may have been made elsewhere.
  held(state, files) {
    const held = new Map<string, ReadonlySet<string>>();
    for (const url of rooms) {
      const room = state.rooms[url];
      const carried = listed(files.rooms[url] ?? {}, files);
      for (const subject of subjects) {
        const role = subject[0] === "role" ? subject[1] : subject[0] === "user" ? carried.get(subject[1]) : undefined;
        const used = role !== undefined && room?.roles.includes(role) ? role : room?.default_role;
        held.set(
          heldKey(url, subject),
          room === undefined || used === undefined ? new Set() : capabilities(state, room, used),
        );
      }
    }
    return held satisfies Held;
  },

  settled(state, files) {
    const roles: { [name: string]: SambaRole } = { ...state.roles };
    for (const [name, value] of Object.entries(files.roles)) {
      if (value === "absent") delete roles[name];
      const role = (value as { readonly digitalsamba?: unknown }).digitalsamba;
      if (value !== "absent" && role !== "existing") roles[name] = settledRole(role as SambaRole);
    }
    const rooms: { [url: string]: SambaRoom } = { ...state.rooms };
    for (const [url, entry] of Object.entries(files.rooms)) {
      const room = settledRoom(state, url, entry, files);
      if (room === undefined) delete rooms[url];
      else rooms[url] = room;
    }
    return { ...state, roles, rooms };
  },
});

const settledRole = ({ display_name, permissions }: SambaRole): SambaRole => ({
  display_name,
  permissions: merged({}, permissions),
});

const settledRoom = (state: SambaState, url: string, entry: RoomFile, files: Files): SambaRoom | undefined => {
  if (entry.absent) return undefined;
  const found = state.rooms[url];
  if (entry.mode === "observe" || (found === undefined && entry.create === false)) return found;
  // A room that is made has the roles that the files name in it, and is private unless they say otherwise.
  const fresh = entry.default === undefined ? state.team : { roles: [], default_role: entry.default };
  const base = found ?? { privacy: "private", ...fresh, description: "" };
  const settings = (entry.settings?.digitalsamba ?? {}) as {
    readonly privacy?: string;
    readonly roles?: readonly string[];
  };
  const default_role = entry.default ?? base.default_role;
  const granted = [...listed(entry, files).values()];
  const wanted = new Set([default_role, ...granted, ...(settings.roles ?? [])]);
  const managed = entry.users !== undefined && entry.mode !== "additive";
  const leaves = (name: string): boolean => {
    const file = files.roles[name];
    if (wanted.has(name) || file === undefined) return false;
    return file === "absent" || (managed && (file as { readonly digitalsamba: unknown }).digitalsamba !== "existing");
  };
  const roles = [...new Set([...base.roles.filter((name) => !leaves(name)), ...wanted])];
  return { privacy: settings.privacy ?? base.privacy, roles, default_role, description: base.description };
};
