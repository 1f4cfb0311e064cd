/**
 * Changes to requests: one per room, or several where one may not hold it all. An update is a merge patch, so it carries only what differs: a list replaces an
 * entry's list, `null` takes one entry away, and `null` never stands for a map, which would clear it (sheet section 4).
 */
import type { CallDraft, Change, Json, JsonObject, Spec } from "../../engine/model.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { fillPath } from "../_shared/path.ts";
import { roomSpec } from "./convert.ts";
import { statesBetween } from "./crowds.ts";
import { canonicalScopes, isTextList } from "./scopes.ts";

export const ROOMS_PATH = "/v2/rooms";
export const ROOM_PATH = "/v2/rooms/{id}";

/** See `Provider.calls`. */
export const calls = (changes: readonly Change[]): readonly CallDraft[] => {
  const drafts: CallDraft[] = [];
  for (const change of changes) for (const draft of callsOf(change, drafts.length)) drafts.push(draft);
  return drafts;
};

/** The calls of one change, one after the other; `first`: the number of the first one. */
const callsOf = (change: Change, first: number): readonly CallDraft[] => {
  const { before, after, provider, address } = change;
  const draftTo = (leaves: Spec | null) => ({
    provider,
    changes: [address],
    leaves: new Map([[address, leaves]]),
    after: [],
  });
  const path = fillPath(ROOM_PATH, { id: change.id });
  if (after === null) return [{ ...draftTo(after), method: "DELETE", path }];
  if (before === null)
    return [{ ...draftTo(after), method: "POST", path: ROOMS_PATH, body: createBody(change, after) }];
  const steps = [before, ...statesBetween(roomSpec(before), roomSpec(after)), after];
  return steps.slice(1).map((to, index) => ({
    ...draftTo(to),
    method: "POST",
    path,
    body: updateBody(change, steps[index] ?? before, to),
    after: index === 0 ? [] : [first + index - 1],
  }));
};

const createBody = (change: Change, after: Spec): JsonObject => {
  const { defaultAccesses, groupsAccesses, metadata, usersAccesses } = roomSpec(after);
  return withMaps(
    record<Json>([
      ["id", change.id],
      ["defaultAccesses", inWords(defaultAccesses, wordsFor(change, "defaultAccesses"))],
    ]),
    [
      ["groupsAccesses", patchOf(record(), groupsAccesses, wordsFor(change, "groupsAccesses"))],
      ["metadata", patchOf(record(), metadata, undefined)],
      ["usersAccesses", patchOf(record(), usersAccesses, wordsFor(change, "usersAccesses"))],
    ],
  );
};

const updateBody = (change: Change, from: Spec, to: Spec): JsonObject => {
  const before = roomSpec(from);
  const after = roomSpec(to);
  const same = sameJson(before.defaultAccesses, after.defaultAccesses);
  const words = wordsFor(change, "defaultAccesses");
  return withMaps(record<Json>(same ? [] : [["defaultAccesses", inWords(after.defaultAccesses, words)]]), [
    ["groupsAccesses", patchOf(before.groupsAccesses, after.groupsAccesses, wordsFor(change, "groupsAccesses"))],
    ["metadata", patchOf(before.metadata, after.metadata, undefined)],
    ["usersAccesses", patchOf(before.usersAccesses, after.usersAccesses, wordsFor(change, "usersAccesses"))],
  ]);
};

type Patch = { readonly [key: string]: Json };

/** The entries that differ; null for those that go. */
const patchOf = (before: Patch, after: Patch, words: Json | undefined): Patch => {
  const patch = record<Json>();
  for (const key of Object.keys(before)) if (own(after, key) === undefined) patch[key] = null;
  for (const key of Object.keys(after)) {
    const value = own(after, key);
    const old = own(before, key);
    if (value === undefined || (old !== undefined && sameJson(old, value))) continue;
    patch[key] = inWords(value, isRecord(words) ? own(words as JsonObject, key) : undefined);
  }
  return patch;
};

const withMaps = (body: { [field: string]: Json }, maps: readonly (readonly [string, Patch])[]): JsonObject => {
  for (const [field, patch] of maps) if (Object.keys(patch).length > 0) body[field] = patch;
  return body;
};

const wordsFor = (change: Change, field: string): Json | undefined =>
  isRecord(change.wire) ? own(change.wire as JsonObject, field) : undefined;

/** The file's own words, where they mean this value. */
const inWords = (value: Json, words: Json | undefined): Json =>
  isTextList(words) && sameJson(canonicalScopes(words), value) ? words : value;
