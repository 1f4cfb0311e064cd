import type { Document, Entry, Json, ProviderConfig, Role, RoomEntry } from "../model.ts";
import { captureNames, compilePattern } from "../util/pattern.ts";
import { quote } from "../util/quote.ts";
import { givesSame } from "./block-rules.ts";
import type { Loading } from "./loading.ts";

type Held = Extract<Entry, { type: "grant" }>;

/** Warnings: what is allowed and most likely not meant. */
export const findSmells = (document: Omit<Document, "meaning">, loading: Loading): void => {
  // A role may well be used where something is wrong, or in a file that could not be read.
  if (loading.isSound()) findUnusedRoles(document, loading);
  findShadowedPatterns(document.rooms, loading);
  findMissingTeams(document, loading);
  for (const room of document.rooms) findGrantsLikeDefault(room, document, loading);
};

const findUnusedRoles = (document: Omit<Document, "meaning">, loading: Loading): void => {
  const used = new Set<string>();
  for (const room of document.rooms) {
    for (const map of [room.users, room.teams, room.groups]) {
      for (const entry of map?.values() ?? [])
        if (entry.type === "grant" && entry.role !== undefined) used.add(entry.role);
    }
    if (room.default?.type === "grant" && room.default.role !== undefined) used.add(room.default.role);
    for (const settings of room.settings.values()) addTexts(settings.value, used);
  }
  for (const config of document.providers.values()) {
    const fallback = config.roomDefaults?.default;
    if (fallback?.type === "grant" && fallback.role !== undefined) used.add(fallback.role);
    for (const role of config.roomDefaults?.roles ?? []) used.add(role.name);
  }
  for (const check of document.checks) for (const role of check.who?.roles ?? []) used.add(role);
  for (const role of document.roles.values()) {
    if (role.extends !== undefined) used.add(role.extends);
    for (const block of role.blocks.values()) if (block.type === "permissions") addTexts(block.value, used);
  }
  for (const role of document.roles.values()) {
    if (role.absent || used.has(role.name) || isKept(role, document.providers, loading)) continue;
    loading.warn("unused-role", `the role ${quote(role.name)} is not used anywhere`, role.source, {
      hint: "use it in a room, or take it away",
    });
  }
};

/** A role that is an object at a service has an effect without being used in a room. */
const isKept = (role: Role, providers: ReadonlyMap<string, ProviderConfig>, loading: Loading): boolean => {
  for (const [type, block] of role.blocks) {
    const language = loading.languages.get(type);
    if (language?.facts.rolesAreObjects !== true || block.type === "existing") continue;
    if (language.checkUse?.(block.value) !== undefined) continue;
    for (const config of providers.values()) {
      if (config.type === type && role.on?.includes(config.name) !== false) return true;
    }
  }
  return false;
};

const addTexts = (value: Json, into: Set<string>): void => {
  if (typeof value === "string") into.add(value);
  else if (Array.isArray(value)) for (const item of value) addTexts(item as Json, into);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) addTexts(item as Json, into);
};

/** Ids that stand for "any run of text" in a test whether one pattern covers another. */
const RUNS = ["\uE000", "\uE000\uE001\uE002"] as const;
const ANY_RUN = /\*+|\{[A-Za-z_][A-Za-z0-9_-]*\}/gu;

/** A pattern all of whose rooms meet another pattern of equal weight: each such room is an error later. */
const findShadowedPatterns = (rooms: readonly RoomEntry[], loading: Loading): void => {
  const byPlace = new Map<
    string,
    { readonly room: RoomEntry; readonly pattern: ReturnType<typeof compilePattern> }[]
  >();
  for (const room of rooms) {
    if (!room.pattern || room.absent) continue;
    const pattern = compilePattern(room.key);
    const samples = RUNS.map((run) => room.key.replaceAll(ANY_RUN, run).replaceAll("?", "\uE003"));
    for (const provider of room.on) {
      const place = `${provider}\n${pattern.weight}`;
      const others = byPlace.get(place) ?? [];
      byPlace.set(place, others);
      const cover = others
        .slice(0, 100)
        .find((other) => covers(other.pattern, samples) || covers(pattern, samplesOf(other.room)));
      if (cover === undefined) others.push({ room, pattern });
      else {
        loading.warn(
          "shadowed-pattern",
          `the patterns ${quote(cover.room.key)} and ${quote(room.key)} meet the same rooms with equal weight`,
          room.source,
          {
            hint: "write one entry, or add literal characters to one of them",
            also: [{ summary: "the other pattern", source: cover.room.source }],
          },
        );
        break;
      }
    }
  }
};

const samplesOf = (room: RoomEntry): readonly string[] =>
  RUNS.map((run) => room.key.replaceAll(ANY_RUN, run).replaceAll("?", "\uE003"));

const covers = (pattern: ReturnType<typeof compilePattern>, samples: readonly string[]): boolean =>
  samples.every((sample) => pattern.match(sample) !== undefined);

/** A `{name}` team of which not a single one is there. */
const findMissingTeams = (document: Omit<Document, "meaning">, loading: Loading): void => {
  for (const room of document.rooms) {
    for (const [name, entry] of room.pattern ? (room.teams ?? []) : []) {
      if (captureNames(name).length === 0 || entry.type === "absent" || loading.mayHold("teams")) continue;
      const pattern = compilePattern(name);
      if ([...document.teams.keys()].some((team) => pattern.match(team) !== undefined)) continue;
      loading.warn(
        "missing-team",
        `there is no team of the form ${quote(name)}, so nobody gets anything here`,
        entry.source,
        {
          hint: "define it under `teams`",
        },
      );
    }
  }
};

const findGrantsLikeDefault = (room: RoomEntry, document: Omit<Document, "meaning">, loading: Loading): void => {
  const fallback = room.default;
  if (fallback?.type !== "grant") return;
  for (const map of [room.users, room.teams]) {
    for (const [id, entry] of map ?? []) {
      if (entry.type !== "grant" || !isLike(entry, fallback, room, document)) continue;
      const what = entry.role === undefined ? "permissions" : quote(entry.role);
      const same = entry.role === fallback.role && entry.role !== undefined;
      loading.warn(
        "same-as-default",
        same
          ? `${quote(id)} gets ${what}, which is the room's default`
          : `${quote(id)} gets ${what}, which is equal to the room's default`,
        entry.source,
        {
          hint: "take the entry away, or change one of the two",
          also: [{ summary: "the default", source: fallback.source }],
        },
      );
    }
  }
};

/** Whether two entries give the same on every service of the room. */
const isLike = (entry: Held, other: Held, room: RoomEntry, document: Omit<Document, "meaning">): boolean => {
  if (entry.role !== undefined && entry.role === other.role) return true;
  return room.on.length > 0 && room.on.every((name) => givesSameAt(name, entry, other, document));
};

const givesSameAt = (
  name: string,
  entry: Held,
  other: Held,
  { providers, blockRules }: Omit<Document, "meaning">,
): boolean => {
  const type = providers.get(name)?.type;
  if (type === undefined) return false;
  const [mine, theirs] = [entry.blocks.get(type), other.blocks.get(type)];
  if (mine === undefined || theirs === undefined) return false;
  return givesSame(blockRules, type, { role: entry.role, block: mine }, { role: other.role, block: theirs });
};
