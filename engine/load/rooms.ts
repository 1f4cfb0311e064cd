import type {
  Entry,
  Mode,
  ModeField,
  Modes,
  ProviderConfig,
  Role,
  RoomEntry,
  Settings,
  Source,
  Team,
} from "../model.ts";
import { captureNames, isPattern } from "../util/pattern.ts";
import { quote } from "../util/quote.ts";
import { record } from "../util/record.ts";
import { readDefault, readEntry } from "./entries.ts";
import type { IdBook } from "./ids.ts";
import { type Item, isMap, member, members, oneOrMore, placeOf, textOf, textsOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { readOn } from "./on.ts";

/** What a room's entry may refer to. */
export type Scope = {
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly books: { readonly users: IdBook; readonly groups: IdBook; readonly rooms: IdBook };
};

const MODES: ReadonlySet<string> = new Set(["authoritative", "additive", "observe"]);
const FIELDS: readonly ModeField[] = ["default", "users", "groups", "settings"];
const TOMBSTONE_KEYS: ReadonlySet<string> = new Set(["absent", "on", "id", "reason", "mode"]);
/** What `absent` takes away as a whole; an entry, `default` too, is absent itself. */
const TAKEN_AWAY = ["users", "teams", "groups", "metadata", "settings", "mode", "live", "create"] as const;
const NAMED_MAPS = ["users", "teams", "groups", "metadata", "settings"] as const;

/** All entries of `rooms`, each as written. */
export const readRooms = (section: Item | undefined, scope: Scope, loading: Loading): readonly RoomEntry[] => {
  const rooms: RoomEntry[] = [];
  for (const [key, item] of section === undefined ? [] : members(section)) {
    if (item.value === "absent" || isMap(item.value)) rooms.push(readRoom(key, item, scope, loading));
  }
  return rooms;
};

const readRoom = (key: string, item: Item, scope: Scope, loading: Loading): RoomEntry => {
  const id = member(item, "id");
  const on = readRoomOn(key, item, scope, loading);
  const pattern = id === undefined && isPattern(key);
  if (pattern) checkCaptures(key, item, loading);
  const live = textOf(item, "live");
  const create = member(item, "create")?.value;
  const fallback = member(item, "default");
  const room: RoomEntry = {
    key,
    source: placeOf(item, "key"),
    pattern,
    on,
    ids: readIds(key, id, on, scope, loading),
    absent: item.value === "absent" || member(item, "absent")?.value === true,
    create: typeof create === "boolean" ? create : undefined,
    live: live === "enforce" || live === "ignore" ? live : undefined,
    mode: readMode(member(item, "mode")),
    default: fallback === undefined ? undefined : readDefault(fallback, scope.roles, loading),
    users: readEntries(member(item, "users"), scope.books.users, scope, loading),
    teams: readTeamEntries(member(item, "teams"), pattern ? captureNames(key) : [], scope, loading),
    groups: readEntries(member(item, "groups"), scope.books.groups, scope, loading),
    metadata: readMetadata(member(item, "metadata")),
    settings: readSettings(member(item, "settings")),
    reason: textOf(item, "reason"),
    fieldSources: fieldSources(item),
    without: readWithout(item),
  };
  if (room.absent) checkTombstone(room, item, loading);
  return room;
};

/** A name that stands twice could only mean one of two texts. */
const checkCaptures = (key: string, item: Item, loading: Loading): void => {
  const names = captureNames(key);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  loading.error("invalid-value", `the pattern ${quote(key)} uses the name {${twice}} twice`, placeOf(item, "key"), {
    hint: `give each part a name of its own: {${twice}} and {${twice}2}`,
  });
};

const readRoomOn = (key: string, item: Item, scope: Scope, loading: Loading): readonly string[] => {
  const on = member(item, "on");
  if (on !== undefined) return readOn(oneOrMore(on), scope.providers, loading);
  const configured = [...scope.providers.keys()];
  if (configured.length === 1) return configured;
  if (configured.length === 0 && loading.mayHold("providers")) return [];
  const [summary, hint] =
    configured.length === 0
      ? [`the room ${quote(key)} is on no provider: none is configured`, "configure one under `providers`"]
      : [`it is not said which provider has the room ${quote(key)}`, `add on: ${configured.join(" or ")}`];
  loading.error("ambiguous-provider", summary, placeOf(item, "key"), { hint });
  return [];
};

const readIds = (
  key: string,
  item: Item | undefined,
  on: readonly string[],
  scope: Scope,
  loading: Loading,
): ReadonlyMap<string, string> => {
  const ids = new Map<string, string>();
  const one = typeof item?.value === "string" ? item.value : key;
  for (const provider of on) {
    const own = item === undefined ? undefined : member(item, provider);
    ids.set(provider, typeof own?.value === "string" ? own.value : one);
  }
  for (const [provider, own] of item === undefined ? [] : members(item)) {
    if (on.includes(provider)) continue;
    const summary = scope.providers.has(provider)
      ? `the room is not on the provider ${quote(provider)}`
      : `there is no provider ${quote(provider)}`;
    loading.error("unknown-name", summary, placeOf(own, "key"), loading.didYouMean(provider, on));
  }
  return ids;
};

const readMode = (item: Item | undefined): Partial<Modes> => {
  const modes: { [field in ModeField]?: Mode } = {};
  for (const field of FIELDS) {
    const value = isMap(item?.value) ? textOf(item as Item, field) : item?.value;
    if (typeof value === "string" && MODES.has(value)) modes[field] = value as Mode;
  }
  return modes;
};

const readEntries = (
  item: Item | undefined,
  book: IdBook,
  scope: Scope,
  loading: Loading,
): ReadonlyMap<string, Entry> | undefined => {
  if (item === undefined || !isMap(item.value)) return undefined;
  const entries = new Map<string, Entry>();
  for (const [id, written] of members(item)) {
    const good = book.check(id, () => placeOf(written, "key"));
    const entry = readEntry(written, scope.roles, loading);
    if (good && entry !== undefined) entries.set(id, entry);
  }
  return entries;
};

/** Teams must exist, apart from those whose name is filled in from the room's id. */
const readTeamEntries = (
  item: Item | undefined,
  captured: readonly string[],
  scope: Scope,
  loading: Loading,
): ReadonlyMap<string, Entry> | undefined => {
  if (item === undefined || !isMap(item.value)) return undefined;
  const entries = new Map<string, Entry>();
  for (const [name, written] of members(item)) {
    const entry = readEntry(written, scope.roles, loading);
    if (entry !== undefined) entries.set(name, entry);
    const filled = captureNames(name).some((capture) => captured.includes(capture));
    if (filled || scope.teams.has(name) || loading.mayHold(name)) continue;
    const more = loading.didYouMean(name, scope.teams.keys(), "define it under `teams`");
    loading.error("unknown-name", `there is no team ${quote(name)}`, placeOf(written, "key"), more);
  }
  return entries;
};

const readMetadata = (item: Item | undefined): RoomEntry["metadata"] => {
  if (item === undefined || !isMap(item.value)) return undefined;
  const metadata = new Map<string, { readonly value: string | readonly string[] | null; readonly source: Source }>();
  for (const [key, written] of members(item)) {
    const source = placeOf(written, "key");
    if (written.value === "absent") metadata.set(key, { value: null, source });
    else if (typeof written.value === "string") metadata.set(key, { value: written.value, source });
    else metadata.set(key, { value: textsOf(written), source });
  }
  return metadata;
};

const readSettings = (item: Item | undefined): ReadonlyMap<string, Settings> => {
  const settings = new Map<string, Settings>();
  for (const [type, written] of item === undefined ? [] : members(item)) {
    if (!isMap(written.value)) continue;
    const value = record([...members(written)].map(([key, own]) => [key, own.value === "absent" ? null : own.value]));
    const source = placeOf(written, "key");
    settings.set(type, { value, source, sourceOf: (key) => placeOf(member(written, key) ?? written, "key") });
  }
  return settings;
};

const fieldSources = (item: Item): ReadonlyMap<string, Source> => {
  const sources = new Map<string, Source>();
  for (const field of NAMED_MAPS) {
    const written = member(item, field);
    if (written !== undefined) sources.set(field, placeOf(written, "key"));
  }
  return sources;
};

const readWithout = (item: Item): ReadonlySet<string> => {
  const without = new Set<string>();
  for (const field of TAKEN_AWAY) if (member(item, field)?.value === "absent") without.add(field);
  const mode = member(item, "mode");
  for (const field of FIELDS)
    if (mode !== undefined && member(mode, field)?.value === "absent") without.add(`mode.${field}`);
  const settings = member(item, "settings");
  for (const [type, written] of settings === undefined ? [] : members(settings)) {
    if (written.value === "absent") without.add(`settings.${type}`);
  }
  return without;
};

const checkTombstone = (room: RoomEntry, item: Item, loading: Loading): void => {
  const name = quote(room.key);
  if (room.pattern)
    loading.error("tombstone", `a pattern cannot be deleted: ${name}`, room.source, {
      hint: "name each room that is to be deleted",
    });
  if (Object.values(room.mode).includes("observe"))
    loading.error(
      "tombstone",
      `the room ${name} is only observed and cannot be deleted`,
      placeOf(member(item, "mode") as Item, "key"),
      {
        hint: "take `mode` away, or take `absent` away",
      },
    );
  for (const [key, extra] of isMap(item.value) ? members(item) : []) {
    if (TOMBSTONE_KEYS.has(key)) continue;
    loading.error("tombstone", `the room ${name} is absent and cannot say ${quote(key)}`, placeOf(extra, "key"), {
      hint: "take the key away, or take `absent` away",
    });
  }
};
