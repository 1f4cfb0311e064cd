import type { Document, Entry, Grant, Instant, Source, Via } from "../model.ts";
import { compareText } from "../util/compare.ts";
import { fillPattern } from "../util/pattern.ts";
import { sameJson } from "../util/stable-json.ts";
import type { Layer } from "./layers.ts";
import { type HeldEntry, mergeEntries } from "./merge-entries.ts";

export type People = {
  readonly grants: ReadonlyMap<string, Grant> | undefined;
  readonly removed: ReadonlyMap<string, Source>;
  /** Those of `removed` that are listed, and outside their time. */
  readonly ended: ReadonlySet<string>;
};

/** What was noticed about the teams of a room. */
export type TeamNotes = {
  conflict(user: string, first: Grant, second: Grant): void;
  missing(team: string, source: Source): void;
};

const NOT_WRITTEN: People = { grants: undefined, removed: new Map(), ended: new Set() };
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
  for (const [name, { entry, pattern }] of byName(teams.held)) {
    const members = document.teams.get(name)?.members;
    const grant = grantOf(entry, type, { type: "team", team: name }, pattern);
    if (members === undefined) notes.missing(name, entry.source);
    else if (grant !== undefined) addTeam(grant, members.keys(), users.absent, grants, notes);
  }
  const removed = new Map<string, Source>(users.absent);
  const ended = new Set<string>();
  const end = (id: string, source: Source): void => {
    if (grants.has(id) || removed.has(id)) return;
    removed.set(id, source);
    ended.add(id);
  };
  for (const [id, entry] of users.outside) end(id, entry.source);
  for (const [name, entry] of byName(teams.outside)) {
    for (const id of document.teams.get(name)?.members.keys() ?? []) end(id, entry.source);
  }
  return { grants, removed, ended };
};

const byName = <V>(map: ReadonlyMap<string, V>): readonly (readonly [string, V])[] =>
  map.size < 2 ? [...map] : [...map].sort(([a], [b]) => compareText(a, b));

const addTeam = (
  grant: Grant,
  members: Iterable<string>,
  absent: ReadonlyMap<string, Source>,
  grants: Map<string, Grant>,
  notes: TeamNotes,
): void => {
  for (const id of members) {
    if (absent.has(id)) continue;
    const other = grants.get(id);
    if (other === undefined) grants.set(id, grant);
    else if (other.via.type === "team" && !isSame(other, grant)) notes.conflict(id, other, grant);
  }
};

const isSame = (a: Grant, b: Grant): boolean => {
  if (a.role !== undefined && a.role === b.role) return true;
  if (a.block.type === "existing" || b.block.type === "existing") return false;
  return sameJson(a.block.value, b.block.value);
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
  return { grants, removed, ended: new Set(groups.outside.keys()) };
};

const sources = (entries: ReadonlyMap<string, HeldEntry>): readonly (readonly [string, Source])[] =>
  [...entries].map(([id, entry]) => [id, entry.source]);
