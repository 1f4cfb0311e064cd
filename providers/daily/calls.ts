/**
 * Changes to requests: one for the domain, one for all rooms that are made, one for each room that changes, one for all that
 * go, one for each running call. `properties` are merged at the top by the service: only what differs is sent, `null` unsets;
 * nested permissions go whole. Who joins while a running call is changed gets what the room and the domain say, so those go
 * before it.
 */
import type { CallDraft, Change, Json, JsonObject, Spec } from "../../engine/model.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { fillPath } from "../_shared/path.ts";
import { DOMAIN, LIVE, permissionsIn, type RoomSpec, roomSpec } from "./convert.ts";
import { changedEntries } from "./desire-live.ts";

export const DOMAIN_PATH = "/";
export const ROOMS_PATH = "/rooms";
export const ROOM_PATH = "/rooms/{name}";
export const BATCH_PATH = "/batch/rooms";
export const LIVE_PATH = "/rooms/{name}/update-permissions";
/** The most rooms in one batch. */
const BATCH = 1000;

/** See `Provider.calls`. */
export const calls = (changes: readonly Change[]): readonly CallDraft[] => {
  const rooms = changes.filter(({ kind }) => kind !== DOMAIN && kind !== LIVE);
  const drafts: CallDraft[] = [
    ...changes.filter(({ kind }) => kind === DOMAIN).map(domainCall),
    ...batched(
      rooms.filter(({ action }) => action === "create"),
      createCall,
    ),
    ...rooms.filter(({ action }) => action === "update").map(updateCall),
    ...batched(
      rooms.filter(({ action }) => action === "delete"),
      deleteCall,
    ),
  ];
  const first = new Map<string | undefined, number>();
  const roomOf = new Map(changes.map((change) => [change.address, change.room]));
  for (const [index, draft] of drafts.entries()) {
    for (const object of draft.changes) first.set(roomOf.get(object), index);
  }
  for (const change of changes.filter(({ kind }) => kind === LIVE)) {
    const after = [first.get(undefined), first.get(change.room)].filter((index) => index !== undefined);
    drafts.push(...liveCall(change, after));
  }
  return drafts;
};

const batched = (
  changes: readonly Change[],
  make: (changes: readonly [Change, ...Change[]]) => CallDraft,
): readonly CallDraft[] => {
  const drafts: CallDraft[] = [];
  for (let start = 0; start < changes.length; start += BATCH) {
    const [first, ...others] = changes.slice(start, start + BATCH);
    if (first !== undefined) drafts.push(make([first, ...others]));
  }
  return drafts;
};

type Made = Pick<CallDraft, "method" | "path" | "body"> & { readonly extra?: Json };

const draftOf = (changes: readonly [Change, ...Change[]], made: Made, after: readonly number[] = []): CallDraft => ({
  provider: changes[0].provider,
  changes: changes.map(({ address }) => address),
  leaves: new Map(changes.map((change) => [change.address, change.after])),
  after,
  ...made,
});

const domainCall = (change: Change): CallDraft =>
  draftOf([change], {
    method: "POST",
    path: DOMAIN_PATH,
    body: record<Json>([["properties", record<Json>([["permissions", permissionsOf(change)]])]]),
  });

const createCall = (changes: readonly [Change, ...Change[]]): CallDraft => {
  const bodies = changes.map(createBody);
  if (bodies.length === 1) return draftOf(changes, { method: "POST", path: ROOMS_PATH, body: bodies[0] ?? null });
  return draftOf(changes, { method: "POST", path: BATCH_PATH, body: record<Json>([["rooms", bodies]]) });
};

const createBody = (change: Change): JsonObject => {
  const { privacy, settings } = roomSpec(specAfter(change));
  const permissions = permissionsOf(change);
  const properties = record<Json>([
    ...(Object.keys(permissions).length === 0 ? [] : [["permissions", permissions] as const]),
    ...Object.entries(settings),
  ]);
  return record<Json>([
    ["name", change.id],
    ["privacy", privacy],
    ...(Object.keys(properties).length === 0 ? [] : [["properties", properties] as const]),
  ]);
};

const updateCall = (change: Change): CallDraft => {
  const before = roomSpec(change.before ?? specAfter(change));
  const after = roomSpec(specAfter(change));
  const properties = changedProperties(before, after, change);
  const body = record<Json>([
    ...(before.privacy === after.privacy ? [] : [["privacy", after.privacy] as const]),
    ...(Object.keys(properties).length === 0 ? [] : [["properties", properties] as const]),
  ]);
  return draftOf([change], { method: "POST", path: fillPath(ROOM_PATH, { name: change.id }), body });
};

const specAfter = (change: Change): Spec => change.after ?? record<Json>();

const changedProperties = (before: RoomSpec, after: RoomSpec, change: Change): JsonObject => {
  const changed = record<Json>();
  const words = wordsOf(change);
  if (!sameJson(before.permissions, after.permissions)) {
    const permissions = permissionsOf(change);
    changed.permissions = Object.keys(permissions).length === 0 ? null : permissions;
  }
  for (const key of Object.keys(before.settings)) {
    if (own(after.settings, key) === undefined) changed[key] = own(words, key) ?? null;
  }
  for (const [key, value] of Object.entries(after.settings) as [string, Json][]) {
    if (!sameJson(own(before.settings, key), value)) changed[key] = value;
  }
  return changed;
};

/** Permissions in the files' own words: the canonical form has those that were found, where they give the same. */
const permissionsOf = (change: Change): JsonObject => {
  const words = isRecord(change.wire) ? change.wire.permissions : undefined;
  return isRecord(words) ? (words as JsonObject) : permissionsIn(change.after);
};

/** The files' own words for a setting that equals its default, and so is not in the canonical form. */
const wordsOf = (change: Change): JsonObject => {
  const settings = isRecord(change.wire) ? change.wire.settings : undefined;
  return isRecord(settings) ? (settings as JsonObject) : record();
};

const deleteCall = (changes: readonly [Change, ...Change[]]): CallDraft => {
  if (changes.length === 1) {
    return draftOf(changes, { method: "DELETE", path: fillPath(ROOM_PATH, { name: changes[0].id }) });
  }
  const names = changes.map(({ id }) => id);
  return draftOf(changes, { method: "DELETE", path: BATCH_PATH, body: record<Json>([["room_names", names]]) });
};

/** People by user id: sessions are looked up just before it is sent. */
const liveCall = (change: Change, after: readonly number[]): readonly CallDraft[] => {
  const entries = changedEntries(change.before ?? record<Json>(), specAfter(change), change.unknown);
  if (Object.keys(entries).length === 0) return [];
  const made: Made = {
    method: "POST",
    path: fillPath(LIVE_PATH, { name: change.id }),
    body: record<Json>([["data", entries]]),
    ...(isRecord(change.wire) && change.wire.targets !== undefined ? { extra: change.wire.targets as Json } : {}),
  };
  return [draftOf([change], made, after)];
};
