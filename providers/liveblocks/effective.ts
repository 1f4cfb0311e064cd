/**
 * Who may do what in a room: the vendor's merge of default, group and user accesses, feature by feature (sheet section 6;
 * the published `mergeRoomPermissionScopes`). A level that names a feature replaces what lower levels say of it; a level
 * that does not name it has no opinion, so `[]` denies nothing. Without a base scope there is no access at all.
 */
import type { Access, Layer } from "../../engine/model.ts";
import { compareText } from "../../engine/util/compare.ts";
import { own } from "../../engine/util/record.ts";
import type { RoomSpec } from "./convert.ts";

const LEVELS = ["none", "read", "write"] as const;
type Level = (typeof LEVELS)[number];
/** What one level, or several together, say of each feature. */
type Opinion = ReadonlyMap<string, Level>;

const BASE = "room";
/** The features that people can be given; `comments` stands for both kinds of threads. */
const FEATURES = ["comments:private", "comments:public", "feeds", "storage"] as const;
const THREADS = ["comments:private", "comments:public"] as const;

/** What a list of scopes says, feature by feature. Of two scopes of one feature, which the vendor calls invalid, the higher counts. */
export const opinionOf = (list: readonly string[]): Opinion => {
  const opinion = new Map<string, Level>();
  for (const scope of list) {
    const cut = scope.lastIndexOf(":");
    const level = LEVELS.find((name) => name === scope.slice(cut + 1));
    if (level === undefined || scope === "room:presence:write") continue;
    const feature = scope.startsWith("*:") ? BASE : scope.slice(0, cut);
    opinion.set(feature, highest(opinion.get(feature), level));
  }
  const comments = opinion.get("comments");
  if (comments === undefined) return opinion;
  opinion.delete("comments");
  for (const threads of THREADS) if (!opinion.has(threads)) opinion.set(threads, comments);
  return opinion;
};

const highest = (a: Level | undefined, b: Level): Level =>
  a !== undefined && LEVELS.indexOf(a) > LEVELS.indexOf(b) ? a : b;

/** The capabilities after the merge of the default with one further level, sorted, with the type. */
export const capabilitiesOf = (defaults: readonly string[], level: readonly string[]): readonly string[] => {
  const key = `${defaults.join("\n")}\n\n${level.join("\n")}`;
  const before = cache.get(key);
  if (before !== undefined) return before;
  const made = merge(opinionOf(defaults), opinionOf(level));
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(key, made);
  return made;
};

/** Rooms use few different pairs of lists. */
const CACHE_SIZE = 10_000;
const cache = new Map<string, readonly string[]>();

const merge = (defaults: Opinion, level: Opinion): readonly string[] => {
  const merged = new Map([...defaults, ...level]);
  const base = merged.get(BASE) ?? "none";
  if (base === "none") return [];
  for (const feature of FEATURES) if (!merged.has(feature)) merged.set(feature, base);
  const capabilities: string[] = [];
  for (const [feature, granted] of merged) {
    if (granted !== "none") capabilities.push(`liveblocks:${feature}:read`);
    if (granted === "write") capabilities.push(`liveblocks:${feature}:write`);
  }
  return capabilities.sort(compareText);
};

/** The accesses of everyone, each group (a person of no other group) and each user (a person of no group). */
export const roomAccesses = ({ defaultAccesses, groupsAccesses, usersAccesses }: RoomSpec): readonly Access[] => {
  const accesses: Access[] = [
    { subject: { kind: "everyone" }, capabilities: capabilitiesOf(defaultAccesses, []), layer: "default" },
  ];
  const add = (kind: "group" | "user", lists: RoomSpec["usersAccesses"]): void => {
    for (const id of Object.keys(lists).sort(compareText)) {
      const list = own(lists, id) ?? [];
      const layer: Layer = list.length === 0 ? "default" : kind;
      accesses.push({ subject: { kind, id }, capabilities: capabilitiesOf(defaultAccesses, list), layer, entry: list });
    }
  };
  add("group", groupsAccesses);
  add("user", usersAccesses);
  return accesses;
};
