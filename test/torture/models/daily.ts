/**
 * Daily, from its sheet: permissions of the domain and of rooms, each field from the first height that sets it (sections 2,
 * 5, 7 and 8). Nobody is in a call here: what people there hold cannot be read back.
 */
import { type Asked, type Files, type Held, heldKey, type Model, type RoomFile } from "../model.ts";

/** `canReceive` is left aside. */
export type DailyPermissions = {
  readonly hasPresence?: boolean;
  readonly canSend?: boolean | readonly string[];
  readonly canAdmin?: boolean | readonly string[];
};
export type DailyRoom = {
  readonly privacy: string;
  readonly permissions: DailyPermissions;
  /** A property that no file writes. */
  readonly geo: string;
};
export type DailyState = {
  readonly domain: DailyPermissions;
  readonly rooms: { readonly [name: string]: DailyRoom };
};

const SEND = ["video", "audio", "screenVideo", "screenAudio", "customVideo", "customAudio"];
const ADMIN = ["participants", "streaming", "transcription"];
/** Section 2.3. */
const BUILT_IN = { hasPresence: true, canSend: true, canAdmin: false } as const;
const FIELDS = ["hasPresence", "canSend", "canAdmin"] as const;

type Value = boolean | readonly string[];
const first = (field: (typeof FIELDS)[number], heights: readonly (DailyPermissions | undefined)[]): Value =>
  heights.map((height) => height?.[field]).find((value) => value !== undefined) ?? BUILT_IN[field];
const holds = (value: Value, word: string): boolean => value === true || (Array.isArray(value) && value.includes(word));

/** Section 2.1: somebody hidden cannot share media. What is received is the same for all here. */
const may = (...heights: readonly (DailyPermissions | undefined)[]): ReadonlySet<string> => {
  const present = first("hasPresence", heights) === true;
  const send = first("canSend", heights);
  const admin = first("canAdmin", heights);
  return new Set([
    ...(present ? ["daily:presence"] : []),
    ...SEND.map((kind) => `daily:receive:${kind}`),
    ...SEND.filter((kind) => present && holds(send, kind)).map((kind) => `daily:send:${kind}`),
    ...ADMIN.filter((kind) => holds(admin, kind)).map((kind) => `daily:admin:${kind}`),
  ]);
};

type Body = {
  readonly name?: string;
  readonly privacy?: string;
  readonly properties?: { readonly permissions?: DailyPermissions | null };
  readonly rooms?: readonly Body[];
  readonly room_names?: readonly string[];
};

/** Section 5.3: what is named is replaced as a whole, `null` unsets it. A room is public unless told otherwise. */
const written = (found: DailyRoom | undefined, { privacy, properties }: Body): DailyRoom => {
  const { permissions } = properties ?? {};
  return {
    privacy: privacy ?? found?.privacy ?? "public",
    permissions: permissions === null ? {} : (permissions ?? found?.permissions ?? {}),
    geo: found?.geo ?? "",
  };
};

const shown = (name: string, { privacy, permissions, geo }: DailyRoom) => ({
  id: `id-${name}`,
  name,
  privacy,
  config: {
    ...(Object.keys(permissions).length === 0 ? {} : { permissions }),
    ...(geo === "" ? {} : { geo }),
  },
});

export const dailyModel = ({ rooms, subjects }: Asked): Model<DailyState> => ({
  request(state, { method, path, body: given }) {
    const body = (given ?? {}) as Body;
    const refused = { state, status: 400, json: { error: "invalid-request-error" } };
    const done = (next: DailyState) => ({ state: next, status: 200 });
    const [, kind = "", name = ""] = path.split("/").map(decodeURIComponent);
    if (kind === "") {
      const domain = body.properties?.permissions;
      if (method === "POST") return done({ ...state, domain: domain ?? {} });
      const config = Object.keys(state.domain).length === 0 ? {} : { permissions: state.domain };
      return { state, status: 200, json: { domain_name: "d", domain_id: "d", config } };
    }
    if (kind === "batch" || name === "") {
      if (method === "GET") {
        const data = Object.entries(state.rooms).map(([id, room]) => shown(id, room));
        return { state, status: 200, json: { total_count: data.length, data } };
      }
      const gone = body.room_names ?? [];
      const made = kind === "batch" ? (body.rooms ?? []) : [body];
      const all = method === "DELETE" ? gone : made.map((one) => String(one.name));
      // Section 8: all or nothing.
      if (all.some((id) => id in state.rooms !== (method === "DELETE"))) return refused;
      const left = Object.entries(state.rooms).filter(([id]) => !gone.includes(id));
      const more = method === "DELETE" ? [] : made.map((one) => [String(one.name), written(undefined, one)] as const);
      return done({ ...state, rooms: Object.fromEntries([...left, ...more]) });
    }
    const room = state.rooms[name];
    if (room === undefined) return { state, status: 404, json: { error: "not-found" } };
    if (method === "GET") return { state, status: 200, json: shown(name, room) };
    const { [name]: _, ...others } = state.rooms;
    return done({ ...state, rooms: method === "DELETE" ? others : { ...others, [name]: written(room, body) } });
  },

  // People whom the files name carry a token with the files' role.
  held(state, files) {
    const held = new Map<string, ReadonlySet<string>>();
    for (const name of rooms) {
      const room = state.rooms[name];
      for (const [kind, id] of subjects) {
        const role = kind === "user" ? files.rooms[name]?.users?.[id] : undefined;
        const token = role === undefined || role === "absent" ? undefined : blockOf(files, role);
        held.set(
          heldKey(name, [kind, id]),
          room === undefined ? new Set() : may(token, room.permissions, state.domain),
        );
      }
    }
    return held satisfies Held;
  },

  settled(state, files) {
    const domain = files.roomDefaults === undefined ? {} : blockOf(files, files.roomDefaults.default);
    const next = { ...state, domain: { ...state.domain, ...domain } };
    const names = new Set([...Object.keys(state.rooms), ...Object.keys(files.rooms)]);
    const settled = [...names].flatMap((name) => {
      const room = settledRoom(state.rooms[name], files.rooms[name], next.domain, files);
      return room === undefined ? [] : [[name, room] as const];
    });
    return { ...next, rooms: Object.fromEntries(settled) };
  },
});

const blockOf = (files: Files, role: string): DailyPermissions =>
  (files.roles[role] as { readonly daily: DailyPermissions }).daily;

const meaning = (value: Value): string =>
  JSON.stringify(Array.isArray(value) ? (value.length === 0 ? false : [...new Set(value)].sort()) : value);

/** A room is written to where it does not give the values already, be it through the domain. */
const settledRoom = (
  found: DailyRoom | undefined,
  entry: RoomFile | undefined,
  domain: DailyPermissions,
  files: Files,
): DailyRoom | undefined => {
  if (entry === undefined) return found;
  if (entry.absent) return undefined;
  if (entry.mode === "observe") return found;
  const { privacy } = (entry.settings?.daily ?? {}) as { readonly privacy?: string };
  const base = found ?? { privacy: "private", permissions: {}, geo: "" };
  return { ...base, privacy: privacy ?? base.privacy, permissions: settledPermissions(found, entry, domain, files) };
};

const settledPermissions = (
  found: DailyRoom | undefined,
  entry: RoomFile,
  domain: DailyPermissions,
  files: Files,
): DailyPermissions => {
  const there = found?.permissions ?? {};
  if (entry.default === undefined) return there;
  const blocks = [entry.default, ...Object.values(entry.users ?? {})]
    .filter((role) => role !== "absent")
    .map((role) => blockOf(files, role));
  const managed = FIELDS.filter((field) => blocks.some((block) => block[field] !== undefined));
  const wanted = managed.map((field) => [field, first(field, [blockOf(files, entry.default ?? ""), domain])] as const);
  const same = wanted.every(([field, value]) => meaning(first(field, [there, domain])) === meaning(value));
  return same && found !== undefined ? there : { ...there, ...Object.fromEntries(wanted) };
};
