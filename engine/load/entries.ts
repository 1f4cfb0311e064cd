import type { Block, Entry, Instant, Role } from "../model.ts";
import { quote } from "../util/quote.ts";
import { judgeBlock, ownBlock } from "./blocks.ts";
import { parseInstant } from "./instants.ts";
import { type Item, isMap, member, members, placeOf, textOf } from "./item.ts";
import type { Loading } from "./loading.ts";

type Grant = Extract<Entry, { type: "grant" }>;
type Roles = ReadonlyMap<string, Role>;

const NO_NAMES: ReadonlySet<string> = new Set();
const ENTRY_KEYS: ReadonlySet<string> = new Set(["role", "starts", "expires", "reason"]);

/** What a file writes for a user, team or group. undefined: it is wrong, and that has been said. */
export const readEntry = (item: Item, roles: Roles, loading: Loading): Entry | undefined => {
  if (item.value === "absent") return { type: "absent", source: placeOf(item, "key") };
  if (typeof item.value === "string") return namedGrant(item, item.value, roles, loading);
  if (!isMap(item.value)) return undefined;
  const role = member(item, "role");
  const blocks = [...members(item)].filter(([key]) => !ENTRY_KEYS.has(key));
  if (role === undefined) return inlineGrant(item, blocks, loading);
  for (const [key, block] of blocks) {
    if (!loading.languages.has(key)) continue;
    loading.error(
      "invalid-value",
      `an entry has a role or blocks of its own, not both: ${quote(key)}`,
      placeOf(block, "key"),
      {
        hint: "make a role that extends the named one",
      },
    );
  }
  if (typeof role.value !== "string") return undefined;
  const grant = namedGrant(role, role.value, roles, loading);
  if (grant === undefined) return undefined;
  return { ...grant, ...readTimes(item, loading), reason: textOf(item, "reason"), source: placeOf(item, "key") };
};

/** What a file writes for everybody else: a role name, an inline role, or `absent`. */
export const readDefault = (item: Item, roles: Roles, loading: Loading): Entry | undefined => {
  if (item.value === "absent") return { type: "absent", source: placeOf(item, "key") };
  if (typeof item.value === "string") return namedGrant(item, item.value, roles, loading);
  return isMap(item.value) ? inlineGrant(item, [...members(item)], loading) : undefined;
};

const namedGrant = (item: Item, name: string, roles: Roles, loading: Loading): Grant | undefined => {
  const role = findRole(item, name, roles, loading, item.key === "role" ? [] : ["absent"]);
  if (role === undefined) return undefined;
  const source = placeOf(item, item.key === "role" ? "value" : "key");
  return {
    type: "grant",
    role: name,
    blocks: role.blocks,
    starts: undefined,
    expires: undefined,
    reason: undefined,
    source,
  };
};

/** The role of that name; says so where there is none, or where it is to be deleted. */
export const findRole = (
  item: Item,
  name: string,
  roles: Roles,
  loading: Loading,
  words: readonly string[] = [],
): Role | undefined => {
  const role = roles.get(name);
  if (role === undefined) {
    if (loading.mayHold(name)) return undefined;
    const more = loading.didYouMean(name, [...words, ...roles.keys()], "define it under `roles`");
    loading.error("unknown-name", `there is no role ${quote(name)}`, placeOf(item), more);
  } else if (role.absent) {
    loading.error("tombstone", `the role ${quote(name)} is marked as absent and cannot be used`, placeOf(item), {
      also: [{ summary: "marked here", source: role.source }],
    });
  }
  return role?.absent ? undefined : role;
};

const inlineGrant = (
  item: Item,
  written: readonly (readonly [string, Item])[],
  loading: Loading,
): Grant | undefined => {
  const blocks = new Map<string, Block>();
  let [times, refused] = [false, false];
  for (const [key, block] of written) {
    const language = loading.languages.get(key);
    if (language?.facts.rolesAreObjects === true) {
      refused = true;
      loading.error(
        "not-supported",
        `an inline role cannot hold a block for ${language.facts.title}`,
        placeOf(block, "key"),
        {
          hint: "give the role a name under `roles`: it is an object at the service",
        },
      );
    } else if (language !== undefined) {
      const own = ownBlock(block);
      blocks.set(key, own);
      if (own.type === "permissions") judgeBlock(own, language, NO_NAMES, loading);
    }
  }
  for (const key of ["starts", "expires", "reason"]) {
    const found = member(item, key);
    if (found !== undefined && item.key !== "default") times = true;
  }
  if (refused) return undefined;
  if (times && blocks.size > 0)
    loading.error("invalid-value", "an inline role cannot have times or a reason", placeOf(item, "key"), {
      hint: "give the role a name under `roles`, and write { role, expires }",
    });
  if (written.length === 0 || (times && blocks.size === 0)) {
    if (loading.mayHold("role")) return undefined;
    const hint = "write a role name, `absent`, an inline role, or { role, starts, expires, reason }";
    loading.error("missing-key", "the entry names no role", placeOf(item, "key"), { hint });
    return undefined;
  }
  const source = placeOf(item, "key");
  return { type: "grant", role: undefined, blocks, starts: undefined, expires: undefined, reason: undefined, source };
};

const readTimes = (
  item: Item,
  loading: Loading,
): { readonly starts: Instant | undefined; readonly expires: Instant | undefined } => {
  const starts = readTime(item, "starts", loading);
  const expires = readTime(item, "expires", loading);
  if (starts !== undefined && expires !== undefined && starts >= expires)
    loading.error("time-range", "the grant ends before it starts", placeOf(member(item, "expires") as Item), {
      hint: "`expires` must be later than `starts`",
      also: [{ summary: "it starts here", source: placeOf(member(item, "starts") as Item) }],
    });
  else if (expires !== undefined && expires <= loading.at)
    loading.warn("grant-expired", `the grant ended at ${isoText(expires)}`, placeOf(member(item, "expires") as Item), {
      hint: "take the entry away, or write a later date",
    });
  return { starts, expires };
};

const isoText = (instant: Instant): string => {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? "a time long ago" : date.toISOString().replace(".000Z", "Z");
};

const readTime = (item: Item, edge: "starts" | "expires", loading: Loading): Instant | undefined => {
  const time = member(item, edge);
  if (typeof time?.value !== "string" || time.value === "") return undefined;
  const parsed = parseInstant(time.value, edge);
  if (parsed.type === "instant") return parsed.instant;
  loading.error("invalid-value", `${quote(edge)}: ${parsed.fault}`, placeOf(time), { hint: parsed.hint });
  return undefined;
};
