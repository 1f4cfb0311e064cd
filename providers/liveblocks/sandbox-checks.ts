/**
 * What the documents allow in a request body, and what the dev server does. Every function gives undefined, or what is
 * wrong as the message of a 422.
 */
export type Limits = {
  readonly entries: number;
  readonly entryId: number;
  readonly metadataKeys: number;
  readonly metadataKey: number;
  readonly metadataValue: number;
  readonly roomId: number;
};

/** Section 7, the newer figures of the reference. */
export const DOCUMENTED_LIMITS: Limits = {
  entries: 1000,
  entryId: 256,
  metadataKeys: 50,
  metadataKey: 40,
  metadataValue: 256,
  roomId: 128,
};

export type Rules = {
  /** False: the dev server's deviations. */
  readonly strict: boolean;
  /**
   * `vendor`: the check that the vendor publishes (one base scope, one scope for each resource); whether production runs
   * just this one is unknown. `known`: each scope is known, combinations are free. The dev server checks nothing.
   */
  readonly scopes: "vendor" | "known";
  /** `reject`: 422 for `defaultAccesses: null`, whose effect is not stated. */
  readonly nullDefault: "empty" | "reject";
  readonly limits: Limits;
};

const BASE = ["*:read", "*:write", "room:read", "room:write"];
const FEATURES = ["storage", "comments", "comments:public", "comments:private", "feeds"];
const PRESENCE = "room:presence:write";

/** Each scope with the resource that it is about; presence adds nothing and is about none. */
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ...BASE.map((scope) => [scope, "*"] as const),
  ...FEATURES.flatMap((name) => ["read", "write", "none"].map((level) => [`${name}:${level}`, name] as const)),
  [PRESENCE, PRESENCE],
]);

type Body = { readonly [key: string]: unknown };

/** Whether a JSON value is an object. */
export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const UPDATE_KEYS = ["defaultAccesses", "usersAccesses", "groupsAccesses", "metadata"];
const CREATE_KEYS = ["id", "organizationId", "engine", ...UPDATE_KEYS];

/** An update body, also the `update` of an upsert. A body without any key changes nothing; the reference does not forbid it. */
export const checkUpdate = (body: unknown, rules: Rules): string | undefined => {
  if (!isBody(body)) return "The body must be a JSON object.";
  const { strict, nullDefault } = rules;
  return (
    checkKeys(body, UPDATE_KEYS, strict) ??
    (body.defaultAccesses === null && strict && nullDefault === "empty"
      ? undefined
      : checkAccesses(body.defaultAccesses, "defaultAccesses", rules)) ??
    checkMaps(body, strict, rules)
  );
};

/** A create body. `forUpsert`: the id is in the path and may be left out. */
export const checkCreate = (body: unknown, rules: Rules, forUpsert = false): string | undefined => {
  if (!isBody(body)) return "The body must be a JSON object.";
  const { id, organizationId, engine, defaultAccesses } = body;
  const { strict } = rules;
  if (!forUpsert || id !== undefined) {
    const wrong = checkRoomId(id, rules);
    if (wrong !== undefined) return wrong;
  }
  if (strict && defaultAccesses === undefined) return "Missing key: 'defaultAccesses'.";
  if (organizationId !== undefined && typeof organizationId !== "string") return "'organizationId' must be a string.";
  if (strict && engine !== undefined && engine !== 1 && engine !== 2) return "'engine' must be 1 or 2.";
  return (
    checkKeys(body, CREATE_KEYS, strict) ??
    checkAccesses(defaultAccesses, "defaultAccesses", rules) ??
    checkMaps(body, false, rules)
  );
};

/** A room id. That an empty one is refused is our reading: it could not be addressed. */
export const checkRoomId = (id: unknown, rules: Rules, key = "id"): string | undefined => {
  if (id === undefined) return `Missing key: '${key}'.`;
  if (typeof id !== "string") return `'${key}' must be a string.`;
  if (!rules.strict) return undefined;
  if (id === "") return `'${key}' must not be empty.`;
  return id.length > rules.limits.roomId ? `'${key}' is longer than ${rules.limits.roomId} characters.` : undefined;
};

/** The keys of an object. The dev server ignores the ones that it does not know. */
export const checkKeys = (body: Body, allowed: readonly string[], strict: boolean): string | undefined => {
  const unknown = strict ? Object.keys(body).find((key) => !allowed.includes(key)) : undefined;
  return unknown === undefined ? undefined : `Unknown key: '${unknown}'.`;
};

/** Whether entries are counted for each request or for the room is unknown: both are, here the room. */
export const checkCounts = (room: Body, rules: Rules): string | undefined =>
  checkCount(room.usersAccesses, "usersAccesses", rules.limits.entries, rules) ??
  checkCount(room.groupsAccesses, "groupsAccesses", rules.limits.entries, rules) ??
  checkCount(room.metadata, "metadata", rules.limits.metadataKeys, rules);

const checkCount = (map: unknown, key: string, limit: number, rules: Rules): string | undefined =>
  rules.strict && isBody(map) && Object.keys(map).length > limit
    ? `'${key}' has more than ${limit} entries.`
    : undefined;

const checkMaps = (body: Body, nullable: boolean, rules: Rules): string | undefined =>
  checkCounts(body, rules) ??
  checkAccessMap(body.usersAccesses, "usersAccesses", nullable, rules) ??
  checkAccessMap(body.groupsAccesses, "groupsAccesses", nullable, rules) ??
  checkMetadata(body.metadata, nullable, rules);

// The dev server knows `null` for an entry of a map, not in the place of one.
const checkAccessMap = (map: unknown, key: string, nullable: boolean, rules: Rules): string | undefined => {
  if (map === undefined || (map === null && nullable)) return undefined;
  if (!isBody(map)) return `'${key}' must be an object.`;
  for (const [id, list] of Object.entries(map)) {
    if (!rules.strict && id === "__proto__") return `Unsafe key: '${id}'.`;
    // An empty entry id is not mentioned; it names nobody.
    if (rules.strict && id === "") return `'${key}' has an empty id.`;
    if (rules.strict && id.length > rules.limits.entryId) return `An id in '${key}' is too long.`;
    if (list === null && (nullable || !rules.strict)) continue;
    const wrong = checkAccesses(list, `${key}.${id}`, rules);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const checkAccesses = (list: unknown, key: string, rules: Rules): string | undefined => {
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || !list.every((scope) => typeof scope === "string")) {
    return `'${key}' must be a list of strings.`;
  }
  // `[]` is a legal value (private) although the vendor's function refuses it.
  if (!rules.strict || list.length === 0) return undefined;
  const named = list.map((scope) => RESOURCES.get(scope));
  const unknown = list.find((_, index) => named[index] === undefined);
  if (unknown !== undefined) return `'${key}' has an unknown permission: '${unknown}'.`;
  if (new Set(list).size !== list.length) return `'${key}' has the same permission twice.`;
  if (rules.scopes === "known") return undefined;
  if (!named.includes("*")) return `'${key}' needs a base permission, '*:read' or '*:write'.`;
  return new Set(named).size === named.length ? undefined : `'${key}' has permissions that contradict each other.`;
};

const checkMetadata = (map: unknown, nullable: boolean, rules: Rules): string | undefined => {
  if (map === undefined) return undefined;
  if (!isBody(map)) return "'metadata' must be an object.";
  const { strict, limits } = rules;
  for (const [key, value] of Object.entries(map)) {
    if (strict && key.length > limits.metadataKey) return "A key of 'metadata' is too long.";
    if (value === null && nullable) continue;
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!texts.every((text) => typeof text === "string")) return `'metadata.${key}' must be a string or strings.`;
    // The limit is stated for a string; we take it to hold for each one of a list.
    if (strict && texts.some((text) => text.length > limits.metadataValue)) return `'metadata.${key}' is too long.`;
  }
  return undefined;
};
