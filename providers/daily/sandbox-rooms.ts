import type { SandboxRequest } from "../_shared/sandbox-server.ts";
import { invalid, notFound, ok } from "./sandbox-answers.ts";
import { type ApiCall, noRoom, type Stage, withRoom } from "./sandbox-call.ts";
import { isRecord, type JsonRecord, unknownKey } from "./sandbox-permissions.ts";
import { checkProperties, configOf, mergeProperties, ROOM_PROPERTIES } from "./sandbox-properties.ts";
import { addRoom, type DailySandboxRoom, isExpired, newId, removeRoom, roomAt } from "./sandbox-store.ts";

const PAGE = 100;
const BATCH = 1000;
const BATCH_BUCKETS = 10;

/** A room as the API shows it: written as `properties`, read as `config` (section 5.1). */
const shown = (room: DailySandboxRoom, { store, rules }: Stage): JsonRecord => ({
  id: room.id,
  name: room.name,
  api_created: true,
  privacy: room.privacy,
  url: `https://${store.domain.name}.daily.co/${room.name}`,
  created_at: room.created_at,
  config: configOf(room.properties, rules.defaultsFrom === "domain" ? store.domain.config : undefined),
});

/** Newest first; `created_at` has whole seconds, the id decides between rooms of the same one. */
const inOrder = (rooms: Iterable<DailySandboxRoom>): readonly DailySandboxRoom[] =>
  [...rooms].sort((a, b) => {
    if (a.created_at !== b.created_at) return a.created_at < b.created_at ? 1 : -1;
    return a.id < b.id ? -1 : 1;
  });

// The two cursors as the overview describes them: after = older. Both at once, and an id that is gone, get 400.
const pageOf = (
  rooms: readonly DailySandboxRoom[],
  { query, pageSize }: SandboxRequest,
): readonly DailySandboxRoom[] | string => {
  const asked = query.get("limit") ?? String(PAGE);
  // What a limit above 100 gives is not stated.
  if (!/^[1-9]\d{0,2}$/u.test(asked) || Number(asked) > PAGE) return "limit must be from 1 to 100";
  const limit = Math.min(Number(asked), pageSize ?? PAGE);
  const after = query.get("starting_after");
  const before = query.get("ending_before");
  if (after !== null && before !== null) return "starting_after and ending_before cannot be combined";
  if (before === "OLDEST") return rooms.slice(-limit);
  const cursor = after ?? before;
  if (cursor === null) return rooms.slice(0, limit);
  const place = rooms.findIndex((room) => room.id === cursor);
  if (place === -1) return "there is no room with the id of the cursor";
  return after === null ? rooms.slice(Math.max(0, place - limit), place) : rooms.slice(place + 1, place + 1 + limit);
};

const list: ApiCall = (request, stage) => {
  const { store, rules } = stage;
  const living = inOrder(store.rooms.values()).filter((room) => !isExpired(room, stage.now()));
  const page = pageOf(living, request);
  if (typeof page === "string") return invalid(page);
  const total_count = rules.countsExpired ? store.rooms.size : living.length;
  return ok({ total_count, data: page.map((room) => shown(room, stage)) });
};

const checkPrivacy = (privacy: unknown): string | undefined =>
  privacy === undefined || privacy === "public" || privacy === "private" ? undefined : "privacy is public or private";

/** What is wrong with the body of a create. */
const checkCreate = (body: unknown, { store, rules, now }: Stage): string | undefined => {
  if (!isRecord(body)) return "the body must be an object";
  const { name, privacy, properties = {} } = body;
  if (name !== undefined && (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,128}$/u.test(name))) {
    return "name takes 1 to 128 characters of A-Z a-z 0-9 - _";
  }
  if (typeof name === "string" && roomAt(store, name, now()) !== undefined)
    return `a room named ${name} already exists`;
  return (
    unknownKey(body, ["name", "privacy", "properties"]) ??
    checkPrivacy(privacy) ??
    checkProperties(properties, ROOM_PROPERTIES, rules.partialBase === "taken")
  );
};

const make = (body: JsonRecord, { store, now }: Stage): DailySandboxRoom => {
  const { name = newId(store).replaceAll("-", "").slice(0, 20), privacy, properties } = body;
  const set = mergeProperties({}, isRecord(properties) ? properties : {}, false);
  return addRoom(
    store,
    { name: String(name), privacy: privacy === "private" ? "private" : "public", properties: set },
    now(),
  );
};

// A create without a body is read as one with `{}`: every field may be left out.
const create: ApiCall = ({ body = {} }, stage) => {
  const wrong = checkCreate(body, stage);
  if (wrong !== undefined || !isRecord(body)) return invalid(wrong ?? "");
  const room = make(body, stage);
  stage.changed();
  return ok(shown(room, stage));
};

const get = withRoom((_, stage, room) => ok(shown(room, stage)));

/** Merges at the top of `properties`. An empty body gets 400: what it does is not stated. */
const update = withRoom(({ body }, stage, room) => {
  if (!isRecord(body) || Object.keys(body).length === 0) return invalid("missing required field");
  const { privacy, properties = {} } = body;
  const wrong =
    unknownKey(body, ["privacy", "properties"]) ??
    checkPrivacy(privacy) ??
    checkProperties(properties, ROOM_PROPERTIES, stage.rules.partialBase === "taken");
  if (wrong !== undefined || !isRecord(properties)) return invalid(wrong ?? "");
  const updated: DailySandboxRoom = {
    ...room,
    privacy: privacy === "public" || privacy === "private" ? privacy : room.privacy,
    properties: mergeProperties(room.properties, properties, stage.rules.permissionsUpdate === "merge"),
  };
  stage.store.rooms.set(room.name, updated);
  stage.changed();
  return ok(shown(updated, stage));
});

/** An expired room is deleted too, and answered as if it had not been there, but for `deleted`. */
const remove: ApiCall = (_, stage, name) => {
  const { store, rules, now } = stage;
  const room = store.rooms.get(name);
  if (room === undefined) return noRoom(rules, name);
  const expired = isExpired(room, now());
  removeRoom(store, name, now());
  stage.changed();
  if (!expired) return ok({ deleted: true, name });
  return { status: 404, body: { error: "not-found", info: `room ${name} not found`, deleted: true } };
};

/** All or nothing. A name twice in one batch is read as a name that is taken. */
const batchCreate: ApiCall = ({ body }, stage) => {
  if (!isRecord(body) || !Array.isArray(body.rooms)) return invalid("missing required field rooms");
  const rooms: readonly unknown[] = body.rooms;
  if (rooms.length > BATCH) return invalid("at most 1000 rooms");
  const names = rooms.flatMap((each) => (isRecord(each) && each.name !== undefined ? [each.name] : []));
  const buckets = rooms.map((each) => (isRecord(each) && isRecord(each.properties) ? each.properties : {}));
  const distinct = new Set(
    buckets.flatMap(({ recordings_bucket: bucket }) => (bucket === undefined ? [] : [JSON.stringify(bucket)])),
  );
  const wrong =
    unknownKey(body, ["rooms"]) ??
    (new Set(names).size < names.length ? "a name stands twice" : undefined) ??
    (distinct.size > BATCH_BUCKETS ? "at most 10 different recordings_bucket" : undefined) ??
    rooms.map((each) => checkCreate(each, stage)).find((why) => why !== undefined);
  if (wrong !== undefined) return invalid(wrong);
  const made = rooms.filter(isRecord).map((each) => shown(make(each, stage), stage));
  stage.changed();
  return ok(stage.rules.batchAnswer === "data" ? { data: made } : made);
};

const batchDelete: ApiCall = ({ body }, stage) => {
  const { store, rules, now } = stage;
  if (!isRecord(body) || !Array.isArray(body.room_names)) return invalid("missing required field room_names");
  const names: readonly unknown[] = body.room_names;
  if (names.length > BATCH) return invalid("at most 1000 rooms");
  if (!names.every((name) => typeof name === "string")) return invalid("room_names must be strings");
  const missing = names.find((name) => roomAt(store, name, now()) === undefined);
  if (missing !== undefined && rules.batchMissing !== "ignored") {
    const info = `room ${missing} not found`;
    return rules.batchMissing === 404 ? notFound(info) : invalid(info);
  }
  const there = new Set(names.filter((name) => store.rooms.has(name)));
  for (const name of there) removeRoom(store, name, now());
  stage.changed();
  return ok({ deleted_count: there.size });
};

export const roomCalls = { list, create, get, update, remove, batchCreate, batchDelete };
