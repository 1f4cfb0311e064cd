/**
 * Permissions in one canonical form: sets sorted, `[]` is `false`, what a full `base` leaves out is not given. `true` stays
 * apart from a list of everything: it also holds for kinds of media that come later.
 * https://docs.daily.co/reference/daily-js/types/daily-participant-permissions
 */
import type { Block, Json, JsonObject } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";

/** What is replaced as a whole: fields, and the sub-fields of `canReceive`. */
export const FIELDS = ["hasPresence", "canSend", "canReceive.base", "canReceive.byUserId", "canAdmin"] as const;
export type Field = (typeof FIELDS)[number];
export type Values = ReadonlyMap<Field, Json>;

export const SEND = ["video", "audio", "screenVideo", "screenAudio", "customVideo", "customAudio"] as const;
export const ADMIN = ["participants", "streaming", "transcription"] as const;
const PLAIN = ["video", "audio", "screenVideo", "screenAudio"] as const;
export const TRACKS = ["customVideo", "customAudio"] as const;
export const EMPTY: JsonObject = record();

/** What holds where nothing is set: stated on no page, assumed for somebody who is no owner. */
const BUILT_IN: Readonly<Record<Field, Json>> = {
  hasPresence: true,
  canSend: true,
  "canReceive.base": true,
  "canReceive.byUserId": EMPTY,
  canAdmin: false,
};

const words = (value: unknown): Json => {
  if (!Array.isArray(value)) return value === true;
  const list = sortedSet(value.filter((word) => typeof word === "string"));
  return list.length === 0 ? false : list;
};

const tracks = (value: unknown): Json => {
  if (!isRecord(value)) return record([["*", value === true]]);
  return record(Object.entries(value).map(([track, on]) => [track, on === true]));
};

/** Media of one sender: what is left out follows `base`. */
const media = (value: unknown): Json => {
  if (!isRecord(value)) return value === true;
  const kinds: [string, Json][] = [];
  for (const kind of PLAIN) if (own(value, kind) !== undefined) kinds.push([kind, own(value, kind) === true]);
  for (const kind of TRACKS) if (own(value, kind) !== undefined) kinds.push([kind, tracks(own(value, kind))]);
  return record(kinds);
};

/** A `base` has every kind of media. */
const fullMedia = (value: unknown): Json => {
  const given = media(value);
  if (!isRecord(given)) return given;
  const none: [string, Json][] = [
    ...PLAIN.map((kind): [string, Json] => [kind, false]),
    ...TRACKS.map((kind): [string, Json] => [kind, record([["*", false]])]),
  ];
  const whole = record<Json>([...none, ...(Object.entries(given) as [string, Json][])]);
  for (const kind of TRACKS) whole[kind] = record<Json>([["*", false], ...Object.entries(whole[kind] as JsonObject)]);
  return whole;
};

const canonical = (field: Field, value: unknown): Json => {
  switch (field) {
    case "hasPresence":
      return value === true;
    case "canSend":
    case "canAdmin":
      return words(value);
    case "canReceive.base":
      return fullMedia(value);
    case "canReceive.byUserId":
      return record(Object.entries(isRecord(value) ? value : {}).map(([user, given]) => [user, media(given)]));
  }
};

/** The fields that an object writes itself, in canonical form; `null` counts as not written. */
export const written = (permissions: unknown): Values => {
  const values = new Map<Field, Json>();
  if (!isRecord(permissions)) return values;
  const receive = own(permissions, "canReceive");
  for (const field of FIELDS) {
    const [name = "", part] = field.split(".");
    const value = part === undefined ? own(permissions, name) : isRecord(receive) ? own(receive, part) : undefined;
    if (value !== undefined && value !== null) values.set(field, canonical(field, value));
  }
  return values;
};

/** Where a field stands in an object of permissions. */
export const pathOf = (field: Field): readonly string[] => field.split(".");

/** Whether this is the path of one of FIELDS. */
export const isField = (path: readonly string[]): boolean => FIELDS.includes(path.join(".") as Field);

/** What a role's block writes. */
export const blockValues = (block: Block): Values => written(block.type === "permissions" ? block.value : undefined);

/** The object that writes these fields, in the service's form. */
export const nested = (values: Values): JsonObject => {
  const receive = record<Json>();
  const made = record<Json>();
  for (const field of FIELDS) {
    const value = values.get(field);
    if (value === undefined) continue;
    const [name = "", part] = field.split(".");
    if (part === undefined) made[name] = value;
    else {
      receive[part] = value;
      made[name] = receive;
    }
  }
  return made;
};

/** What is stored on a room or the domain: a `canReceive` has its `base`, and an empty `byUserId` says nothing. */
export const stored = (permissions: unknown): JsonObject => {
  const values = new Map(written(permissions));
  const receives = isRecord(permissions) && isRecord(permissions.canReceive);
  if (receives && !values.has("canReceive.base")) values.set("canReceive.base", true);
  if (sameJson(values.get("canReceive.byUserId"), EMPTY)) values.delete("canReceive.byUserId");
  return nested(values);
};

/**
 * The value of a field at the first height that sets it, else the built-in one. `canReceive` is one field there: a height
 * that sets it sets both parts.
 */
export const resolved = (field: Field, ...heights: readonly (JsonObject | undefined)[]): Json => {
  const [name = "", part] = field.split(".");
  for (const height of heights) {
    const value = own(height, name);
    if (value === undefined) continue;
    if (part === undefined) return value;
    return (isRecord(value) ? (own(value, part) as Json | undefined) : undefined) ?? BUILT_IN[field];
  }
  return BUILT_IN[field];
};

/** Every field as the heights give it. */
export const resolvedAll = (...heights: readonly (JsonObject | undefined)[]): Values =>
  new Map(FIELDS.map((field) => [field, resolved(field, ...heights)]));

const EVERY: Readonly<Partial<Record<Field, Json>>> = { canSend: sortedSet(SEND), canAdmin: sortedSet(ADMIN) };

/** Media with every kind in words; tracks that are as `*` says need none. */
const spelled = (value: Json | undefined, base: JsonObject): JsonObject => {
  const given = isRecord(value) ? value : undefined;
  const whole = record<Json>();
  for (const kind of PLAIN)
    whole[kind] = (given === undefined ? value === true : (own(given, kind) ?? base[kind])) as Json;
  for (const kind of TRACKS) {
    const each = given === undefined ? value === true : (own(given, kind) ?? base[kind]);
    const named = isRecord(each) ? each : { "*": each };
    whole[kind] = record(
      Object.entries(named).filter(([track, on]) => track === "*" || on !== own(named, "*")) as [string, Json][],
    );
  }
  return whole;
};

/**
 * What the heights give, in one form for all ways to say it: a service may show `true` as every word or kind of media there
 * is, or the other way round, fill in what follows from the rest, and leave out what holds anyway. For comparing alone: what
 * is sent keeps the files' words.
 */
const givenBy = (...heights: readonly (JsonObject | undefined)[]): Values => {
  const values = resolvedAll(...heights);
  const base = spelled(values.get("canReceive.base"), EMPTY);
  return new Map(
    FIELDS.map((field): [Field, Json] => {
      const value = values.get(field) ?? BUILT_IN[field];
      if (field === "canReceive.base") return [field, base];
      if (field !== "canReceive.byUserId") return [field, value === true ? (EVERY[field] ?? value) : value];
      const users = Object.entries(isRecord(value) ? (value as JsonObject) : EMPTY);
      return [field, record(users.map(([user, media]): [string, Json] => [user, spelled(media, base)]))];
    }),
  );
};

/** The fields in which two objects of permissions give the same over the same domain, in whatever words. */
export const alike = (a: JsonObject, b: JsonObject, domain?: JsonObject): ReadonlySet<Field> => {
  const [left, right] = [givenBy(a, domain), givenBy(b, domain)];
  return new Set(FIELDS.filter((field) => sameJson(left.get(field), right.get(field))));
};

/** Whether two objects of permissions give the same over the same domain, in whatever words. */
export const areAlike = (a: JsonObject, b: JsonObject, domain?: JsonObject): boolean =>
  alike(a, b, domain).size === FIELDS.length;

/** Wanted permissions in the words that were found, where these give the same. What `byUserId` leaves out hangs on `base`. */
export const inWordsOf = (found: JsonObject, wanted: JsonObject, domain?: JsonObject): JsonObject => {
  const same = alike(found, wanted, domain);
  const words = written(found);
  const keeps = (field: Field): boolean =>
    same.has(field) && (field !== "canReceive.byUserId" || same.has("canReceive.base"));
  const values = [...written(wanted)].map(([field, value]): [Field, Json] => [
    field,
    (keeps(field) ? words.get(field) : undefined) ?? value,
  ]);
  return nested(new Map(values));
};
