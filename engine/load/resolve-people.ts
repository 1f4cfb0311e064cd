import type { Block, Document, Entry, Grant, Instant, OutsideTime, Source, Via } from "../model.ts";
import { compareText } from "../util/compare.ts";
import { fillPattern } from "../util/pattern.ts";
import { givesSame } from "./block-rules.ts";
import type { Layer } from "./layers.ts";
import { type HeldEntry, mergeEntries } from "./merge-entries.ts";

export type People = {
  readonly grants: ReadonlyMap<string, Grant> | undefined;
  readonly removed: ReadonlyMap<string, Source>;
  /** Those of `removed` that are listed, and outside their time. */
  readonly outside: ReadonlyMap<string, OutsideTime>;
  /** What grants gave that have ended, in this service's words. */
  readonly endedBlocks?: readonly Block[];
  /** Roles that teams are granted, be there somebody who has them by it or not. */
  readonly teamRoles?: ReadonlySet<string>;
};

/** What was noticed about the teams of a room. */
export type TeamNotes = {
  conflict(user: string, first: Grant, second: Grant): void;
  missing(team: string, source: Source): void;
};

const NOT_WRITTEN: People = { grants: undefined, removed: new Map(), outside: new Map() };
const asWritten = (key: string): string => key;
/** `{name}` is filled in where the key of the room is a pattern. */
const asFilled = (key: string, { pattern, captures }: Layer): string =>
  pattern === undefined || captures.size === 0 ? key : fillPattern(key, captures);

/** A grant for one type of service; undefined where the role says nothing for it. */
export const grantOf = (entry: Entry, type: string, via: Via, pattern: string | undefined): Grant | undefined => {
  if (entry.type === "absent") return undefined;
  const { role, starts, expires, reason, source } = entry;
  const block = entry.blocks.get(type);
  return block && { role, block, via, pattern, source, starts, expires, reason };
};

const USER: Via = { type: "user" };
const GROUP: Via = { type: "group" };

/** The people of a room: direct entries decide, then teams, then nobody. */
export const resolveUsers = (
  layers: readonly Layer[],
  document: Document,
  type: string,
  at: Instant,
  notes: TeamNotes,
): People => {
  const users = mergeEntries(layers, "users", at, asWritten);
  const teams = mergeEntries(layers, "teams", at, asFilled);
  if (!users.written && !teams.written) return NOT_WRITTEN;
  const grants = new Map<string, Grant>();
  for (const [id, { entry, pattern }] of users.held) {
    const grant = grantOf(entry, type, USER, pattern);
    if (grant !== undefined) grants.set(id, grant);
  }
  const isSame = (a: Grant, b: Grant): boolean => givesSame(document.blockRules, type, a, b);
  const teamRoles = new Set<string>();
  for (const [name, { entry, pattern }] of byName(teams.held)) {
    const members = document.teams.get(name)?.members;
    const grant = grantOf(entry, type, { type: "team", team: name }, pattern);
    if (grant?.role !== undefined) teamRoles.add(grant.role);
    if (members === undefined) notes.missing(name, entry.source);
    else if (grant !== undefined) addTeam(grant, members.keys(), users.absent, grants, isSame, notes);
  }
  const removed = new Map<string, Source>(users.absent);
  const outside = new Map<string, OutsideTime>();
  const remove = (id: string, entry: HeldEntry): void => {
    if (grants.has(id) || removed.has(id)) return;
    removed.set(id, entry.source);
    outside.set(id, outsideTime(entry, at));
  };
  for (const [id, entry] of users.outside) remove(id, entry);
  for (const [name, entry] of byName(teams.outside)) {
    for (const id of document.teams.get(name)?.members.keys() ?? []) remove(id, entry);
  }
  const ended = [...users.outside.values(), ...teams.outside.values()].filter(
    (entry) => outsideTime(entry, at) === "ended",
  );
  const endedBlocks = ended.flatMap(({ blocks }) => blocks.get(type) ?? []);
  return { grants, removed, outside, teamRoles, endedBlocks };
};

const outsideTime = ({ starts }: HeldEntry, at: Instant): OutsideTime =>
  starts !== undefined && at < starts ? "not started" : "ended";

const byName = <V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] =>
  map.size < 2 ? [...map] : [...map].sort(([a], [b]) => compareText(a, b));

const addTeam = (
  grant: Grant,
  members: Iterable<string>,
  absent: ReadonlyMap<string, Source>,
  grants: Map<string, Grant>,
  isSame: (a: Grant, b: Grant) => boolean,
  notes: TeamNotes,
): void => {
  for (const id of members) {
    if (absent.has(id)) continue;
    const other = grants.get(id);
    if (other === undefined) grants.set(id, grant);
    else if (other.via.type === "team" && !isSame(other, grant)) notes.conflict(id, other, grant);
  }
};

/** The groups of a room. */
export const resolveGroups = (layers: readonly Layer[], type: string, at: Instant): People => {
  const groups = mergeEntries(layers, "groups", at, asFilled);
  if (!groups.written) return NOT_WRITTEN;
  const grants = new Map<string, Grant>();
  for (const [id, { entry, pattern }] of groups.held) {
    const grant = grantOf(entry, type, GROUP, pattern);
    if (grant !== undefined) grants.set(id, grant);
  }
  const removed = new Map([...groups.absent, ...sources(groups.outside)]);
  const outside = new Map([...groups.outside].map(([id, entry]) => [id, outsideTime(entry, at)]));
  return { grants, removed, outside };
};

const sources = (entries: ReadonlyMap<string, HeldEntry>): readonly (readonly [string, Source])[] =>
  [...entries].map(([id, entry]) => [id, entry.source]);
