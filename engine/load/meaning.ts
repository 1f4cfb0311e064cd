import type { Block, BlockRules, Check, Document, Entry, Json, ProviderConfig, Role, RoomEntry } from "../model.ts";
import { compareText, sortedSet } from "../util/compare.ts";
import { record } from "../util/record.ts";
import { stableJson } from "../util/stable-json.ts";

type Part = { readonly [key: string]: Json | undefined };

/** What a document means: the same for every order, split and layout of the same files; no positions, no prose. */
export const meaningOf = (document: Omit<Document, "meaning">): Json => {
  const words = wordsOf(document.blockRules);
  return compact({
    providers: mapJson(document.providers, (config) => providerJson(config, words)),
    teams: mapJson(document.teams, (team) => sortedSet(team.members.keys())),
    roles: mapJson(document.roles, (role) => roleJson(role, words)),
    rooms: mapJson(new Map(document.rooms.map((room) => [room.key, room])), (room) => roomJson(room, words)),
    guards: compact({ ...document.guards, gains: document.guards.gains && compact(document.guards.gains) }),
    checks: inFixedOrder(document.checks).map(checkJson),
  });
};

/** Blocks by type, each in its service's canonical form. */
type Words = (blocks: ReadonlyMap<string, Block>) => Json;

const wordsOf =
  (rules: BlockRules): Words =>
  (blocks) =>
    record([...blocks].map(([type, block]) => [type, rules.canonical(type, block)]));

/** Checks by name and content: the order of files and of lines in them is not to be seen in a plan. */
export const inFixedOrder = (checks: readonly Check[]): readonly Check[] =>
  checks
    .map((check) => ({ check, text: stableJson(checkJson(check)) }))
    .sort((a, b) => compareText(a.check.name, b.check.name) || compareText(a.text, b.text))
    .map(({ check }) => check);

const compact = (part: Part): Json => {
  const made = record<Json>();
  for (const [key, value] of Object.entries(part)) if (value !== undefined) made[key] = value;
  return made;
};

const mapJson = <V>(map: ReadonlyMap<string, V>, toJson: (value: V) => Json): Json =>
  record([...map].map(([key, value]) => [key, toJson(value)]));

const optionalMap = <V>(map: ReadonlyMap<string, V> | undefined, toJson: (value: V) => Json): Json | undefined =>
  map === undefined ? undefined : mapJson(map, toJson);

const providerJson = (config: ProviderConfig, words: Words): Json =>
  compact({
    type: config.type,
    values: config.values,
    env: mapJson(config.env, (reference) => reference.name),
    baseUrl: config.baseUrl?.text,
    roomDefaults:
      config.roomDefaults &&
      compact({
        default: config.roomDefaults.default && entryJson(config.roomDefaults.default, words),
        roles: config.roomDefaults.roles?.map((role) => role.name),
      }),
  });

const roleJson = (role: Role, words: Words): Json =>
  compact({
    absent: role.absent,
    mode: role.mode,
    on: role.on && sortedSet(role.on),
    blocks: words(role.blocks),
  });

const entryJson = (entry: Entry, words: Words): Json => {
  if (entry.type === "absent") return "absent";
  const timed = entry.starts !== undefined || entry.expires !== undefined;
  if (entry.role !== undefined && !timed) return [entry.role];
  return compact({
    role: entry.role,
    blocks: entry.role === undefined ? words(entry.blocks) : undefined,
    starts: entry.starts,
    expires: entry.expires,
  });
};

const roomJson = (room: RoomEntry, words: Words): Json => {
  const toJson = (entry: Entry): Json => entryJson(entry, words);
  return compact({
    pattern: room.pattern,
    ids: mapJson(room.ids, (id) => id),
    absent: room.absent,
    create: room.create,
    live: room.live,
    mode: compact(room.mode),
    default: room.default && toJson(room.default),
    users: optionalMap(room.users, toJson),
    teams: optionalMap(room.teams, toJson),
    groups: optionalMap(room.groups, toJson),
    metadata: optionalMap(room.metadata, ({ value }) => value),
    settings: mapJson(room.settings, ({ value }) => value),
    without: sortedSet(room.without),
  });
};

const checkJson = (check: Check): Json => {
  const { who } = check;
  return compact({
    name: check.name,
    who:
      who &&
      compact({
        ...who,
        users: sortedSet(who.users),
        teams: sortedSet(who.teams),
        groups: sortedSet(who.groups),
        roles: sortedSet(who.roles),
      }),
    in: sortedSet(check.in),
    can: sortedSet(check.can),
    cannot: sortedSet(check.cannot),
    only: sortedSet(check.only),
    atLeast: check.atLeast && compact({ count: check.atLeast.count, can: sortedSet(check.atLeast.can) }),
  });
};
