import type { SandboxAnswer, SandboxRequest } from "../_shared/sandbox-server.ts";
import { done, invalid, notFound, ok, type Problems, refused } from "./sandbox-answers.ts";
import { checkFields, FIRST_SWITCHES, NOT_IN_EXAMPLE, POST_ONLY, ROOM_FIELDS, TEAM_FIELDS } from "./sandbox-fields.ts";
import { pageOf } from "./sandbox-pages.ts";
import { idList, readReferences, showReferences } from "./sandbox-references.ts";
import type { Context } from "./sandbox-settings.ts";
import { findRoom, newId, type StoredRoom, stamp, type Team, type Values } from "./sandbox-store.ts";

const NOT_IN_LISTS = new Set(["roles", "default_role", "webhooks", "is_locked"]);

/** Partial items: nothing about roles and webhooks, and no value that is null or false. */
export const listRooms = (context: Context, request: SandboxRequest): SandboxAnswer => {
  const tags = (request.query.get("tag")?.split(",") ?? []).concat(request.query.getAll("tag[]"));
  const rooms = [...context.store.rooms.values()].filter(
    (room) => tags.length === 0 || idList(room.values.tags).some((tag) => tags.includes(tag)),
  );
  const page = pageOf(rooms, request);
  if (page instanceof Map) return invalid(page);
  const data = page.items.map((room) => {
    const whole = showRoom(context, room);
    const items = Object.entries({ ...whole, topic: whole.description });
    return Object.fromEntries(items.filter(([field, value]) => !NOT_IN_LISTS.has(field) && (value ?? false) !== false));
  });
  // A numeric string in the examples of rooms.
  return ok({ total_count: String(page.total), data });
};

export const getRoom = (context: Context, key: string): SandboxAnswer => {
  const room = findRoom(context.store, key);
  return room === undefined ? notFound : ok(showRoom(context, room));
};

/** `privacy` is the one field that all sources but one require; `roles` may be left to the team. */
export const createRoom = (context: Context, body: Values): SandboxAnswer => {
  const { store, now } = context;
  const problems: Problems = new Map();
  const values = { max_participants: store.team.values.max_participants };
  const created = stamp(now());
  const fresh = { id: "", friendly_url: "", values, hadSession: false, created_at: created, updated_at: created };
  if (body.privacy === undefined) problems.set("privacy", "The privacy field is required.");
  const checked = applied(context, fresh, body, problems);
  if (problems.size > 0) return invalid(problems);
  const id = newId(store);
  const room = { ...checked, id, friendly_url: checked.friendly_url || `room-${id.slice(-6)}` };
  store.rooms.set(id, room);
  context.changed();
  return getRoom(context, room.id);
};

/** A merge of top-level keys. A value that is written is set on the room from then on, also one equal to the team's. */
export const patchRoom = (context: Context, key: string, body: Values): SandboxAnswer => {
  const room = findRoom(context.store, key);
  if (room === undefined) return notFound;
  const problems: Problems = new Map();
  const writable = Object.fromEntries(Object.entries(body).filter(([field]) => !POST_ONLY.has(field)));
  const patched = applied(context, room, withoutNulls(context, writable, problems), problems);
  if (problems.size > 0) return invalid(problems);
  context.store.rooms.set(room.id, { ...patched, updated_at: stamp(context.now()) });
  context.changed();
  return getRoom(context, room.id);
};

export const deleteRoom = (context: Context, key: string, body: Values): SandboxAnswer => {
  const { store } = context;
  const room = findRoom(store, key);
  if (room === undefined) return notFound;
  const takesAlong = ["delete_resources", "delete_history", "delete_library"].some((field) => body[field] === true);
  if (store.live.has(room.id) && takesAlong) return refused("Cannot delete resources of a live room.");
  store.live.delete(room.id);
  store.rooms.delete(room.id);
  if (room.hadSession) store.retiredUrls.add(room.friendly_url);
  context.changed();
  return done;
};

export const getTeam = (context: Context): SandboxAnswer => ok(showTeam(context));

export const patchTeam = (context: Context, body: Values): SandboxAnswer => {
  const { store } = context;
  const problems: Problems = new Map();
  const given = withoutNulls(context, body, problems);
  const { domain = store.team.domain } = given;
  if (typeof domain !== "string" || !/^[A-Za-z0-9_-]{3,32}$/u.test(domain) || RESERVED.has(domain)) {
    problems.set("domain", "The domain is invalid.");
  }
  const values = merged(context, store.team.values, only(given, TEAM_FIELDS), problems);
  checkLock(values, problems);
  if (problems.size > 0) return invalid(problems);
  const team: Team = { ...store.team, domain: String(domain), values };
  store.team = team;
  context.changed();
  return ok(showTeam(context));
};

const RESERVED = new Set(["docs", "api", "dev-api", "staging-api", "you", "dashboard"]);

/** The values that hold in a room: its own, else the team's. */
export const roomValues = ({ store }: Context, room: StoredRoom): Values => ({
  ...only(store.team.values, TEAM_FIELDS),
  ...room.values,
});

const applied = (context: Context, room: StoredRoom, body: Values, problems: Problems): StoredRoom => {
  const { store, switches } = context;
  const values = merged(context, room.values, only(body, ROOM_FIELDS), problems);
  const { friendly_url: url } = body;
  const patched = { ...room, values, friendly_url: typeof url === "string" ? url : room.friendly_url };
  checkLock(roomValues(context, patched), problems);
  if (url === undefined) return patched;
  checkFields({ friendly_url: url }, context.now(), problems);
  const taken = [...store.rooms.values()].some((other) => other.friendly_url === url && other.id !== room.id);
  if (taken || (!switches.reusesUrls && store.retiredUrls.has(patched.friendly_url))) {
    problems.set("friendly_url", "The friendly url has already been taken.");
  }
  return patched;
};

const merged = (context: Context, before: Values, body: Values, problems: Problems): Values => {
  checkFields(body, context.now(), problems);
  return { ...before, ...body, ...readReferences(context.store, body, problems) };
};

const checkLock = (values: Values, problems: Problems): void => {
  if (values.is_locked === true && idList(values.roles).length < 2) {
    problems.set("is_locked", "A room with a single role cannot be locked.");
  }
};

/** What `null` does in a PATCH is not stated: no field is nullable. */
const withoutNulls = (context: Context, body: Values, problems: Problems): Values => {
  const nulls = Object.keys(body).filter((field) => body[field] === null);
  if (context.switches.nulls === "refuse") {
    for (const field of nulls) problems.set(field, `The ${field} field must not be null.`);
  }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
};

const only = (values: Values, fields: ReadonlySet<string>): Values =>
  Object.fromEntries(Object.entries(values).filter(([field]) => fields.has(field)));

const showRoom = (context: Context, room: StoredRoom): Values => {
  const { id, friendly_url, created_at, updated_at } = room;
  const { team } = context.store;
  const whole: Values = {
    id,
    friendly_url,
    description: null,
    external_id: null,
    webhooks: [],
    room_url: `https://${team.domain}.digitalsamba.com/${friendly_url}`,
    ...FIRST_SWITCHES,
    ...roomValues(context, room),
    ...showReferences(context.store, roomValues(context, room)),
    created_at,
    updated_at,
  };
  return readable(context, whole);
};

const showTeam = (context: Context): Values => {
  const { id, domain, values } = context.store.team;
  const whole = { max_sessions: null, custom_cname: null, ...FIRST_SWITCHES, ...values };
  const shown = { ...whole, ...showReferences(context.store, values) };
  return readable(context, { id, owner_id: null, domain, subscription_start: null, subscription_end: null, ...shown });
};

/** The example of a room lacks many fields that can be written. Who is in the group chat stands on the roles alone. */
const readable = ({ switches }: Context, whole: Values): Values =>
  Object.fromEntries(
    Object.entries(whole).filter(
      ([field]) =>
        field !== "private_group_chat_roles" && (switches.reads === "everything" || !NOT_IN_EXAMPLE.has(field)),
    ),
  );
