import type {
  Diagnostic,
  Document,
  Instant,
  ProviderConfig,
  ProviderPolicy,
  Role,
  RoomPolicy,
  Source,
} from "../model.ts";
import { compareText } from "../util/compare.ts";
import { invariant } from "../util/invariant.ts";
import { quote } from "../util/quote.ts";
import { indexLayers, type Layer, type LayerIndex } from "./layers.ts";
import { grantOf } from "./resolve-people.ts";
import { resolveRoom } from "./resolve-room.ts";
import { findSimilarRooms } from "./similar-rooms.ts";
import { atBoth, createNotes } from "./team-notes.ts";

export { needsOf } from "./needs.ts";

export type Resolved = {
  readonly policy: ProviderPolicy;
  readonly diagnostics: readonly Diagnostic[];
  /** Whom two teams give different permissions, by room; there is an error for each. */
  readonly disputed: ReadonlyMap<string, ReadonlySet<string>>;
};

/**
 * What the document says of one provider at one instant: every room that is named exactly, and every room of `known`
 * (the ids that exist) that a pattern matches. Throws where the document has no such provider.
 */
export const resolvePolicy = (
  document: Document,
  provider: string,
  known: ReadonlySet<string>,
  at: Instant,
): Resolved => {
  const config = document.providers.get(provider);
  invariant(config !== undefined, `no provider ${provider}`);
  const index = indexLayers(document, provider);
  const diagnostics: Diagnostic[] = [];
  const place = { document, provider, type: config.type, at };
  const rooms = new Map<string, RoomPolicy>();
  const tied = new Set<string>();
  const disputed = new Map<string, ReadonlySet<string>>();
  for (const id of governedIds(index, known)) {
    const layers = index.layersOf(id);
    const [first, ...others] = layers;
    if (first === undefined) continue;
    findTies(id, layers, tied, diagnostics);
    const notes = createNotes(id, known.has(id), diagnostics);
    rooms.set(id, resolveRoom(id, [first, ...others], place, notes));
    notes.finish();
    if (notes.disputed.size > 0) disputed.set(id, notes.disputed);
  }
  if (known.size > 0) diagnostics.push(...findSimilarRooms(rooms, known));
  const policy: ProviderPolicy = {
    provider,
    type: config.type,
    config,
    rooms,
    roles: keptRoles(document, config),
    allRoles: document.roles,
    roomDefaults: roomDefaultsOf(config),
    at,
  };
  return { policy, diagnostics: withoutRepeats(diagnostics), disputed };
};

/**
 * What will be wrong in rooms, and is not wrong now: as warnings, each from the first instant on. In the rooms of these ids;
 * left out, in those that are named exactly.
 */
export const futureFaults = (
  document: Document,
  provider: string,
  at: Instant,
  ids?: Iterable<string>,
): readonly Diagnostic[] => {
  const config = document.providers.get(provider);
  invariant(config !== undefined, `no provider ${provider}`);
  if (boundaries(document, at).length === 0) return [];
  const index = indexLayers(document, provider);
  const place = { document, provider, type: config.type };
  const found: Diagnostic[] = [];
  for (const id of ids ?? index.exact.keys()) found.push(...futureFaultsIn(id, index.layersOf(id), place, at));
  return withoutRepeats(found);
};

/** Time decides about teams alone: who gets what by one, and whether a direct entry stands before it. */
const futureFaultsIn = (
  id: string,
  layers: readonly Layer[],
  place: { readonly document: Document; readonly provider: string; readonly type: string },
  at: Instant,
): readonly Diagnostic[] => {
  const [first, ...others] = layers;
  const entries = layers.map(({ entry }) => entry);
  const teams = new Set(entries.flatMap((entry) => [...(entry.teams?.keys() ?? [])]));
  if (first === undefined || teams.size < 2) return [];
  const faults = new Map<string, Diagnostic>();
  for (const instant of boundaries({ rooms: entries }, at)) {
    const found: Diagnostic[] = [];
    const notes = createNotes(id, false, found);
    resolveRoom(id, [first, ...others], { ...place, at: instant }, notes);
    notes.finish();
    for (const [side, fault] of found.entries()) {
      const key = `${side % 2} ${fault.summary}`;
      const summary = `from ${new Date(instant).toISOString().slice(0, 16)}Z on: ${fault.summary}`;
      if (!faults.has(key)) faults.set(key, { ...fault, severity: "warning", summary });
    }
  }
  return [...faults.values()];
};

/** The instants after `after` at which a grant starts or ends, in order. */
export const boundaries = (document: Pick<Document, "rooms">, after: Instant): readonly Instant[] => {
  const found = new Set<Instant>();
  for (const room of document.rooms) {
    for (const map of [room.users, room.teams, room.groups]) {
      for (const entry of map?.values() ?? []) {
        if (entry.type === "absent") continue;
        if (entry.starts !== undefined && entry.starts > after) found.add(entry.starts);
        if (entry.expires !== undefined && entry.expires > after) found.add(entry.expires);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
};

const governedIds = (index: LayerIndex, known: ReadonlySet<string>): readonly string[] => {
  const ids = new Set(index.exact.keys());
  if (index.patterns.length > 0) for (const id of known) ids.add(id);
  return [...ids].sort(compareText);
};

const keptRoles = (document: Document, config: ProviderConfig): ReadonlyMap<string, Role> => {
  const roles = new Map<string, Role>();
  for (const role of document.roles.values()) {
    if (role.on?.includes(config.name) === false) continue;
    const block = role.blocks.get(config.type);
    const kept = role.absent || (block?.type === "permissions" && block.base !== true);
    if (kept) roles.set(role.name, role);
  }
  return roles;
};

const roomDefaultsOf = (config: ProviderConfig): ProviderPolicy["roomDefaults"] => {
  const { roomDefaults, type } = config;
  if (roomDefaults === undefined) return undefined;
  const { default: entry, roles, source } = roomDefaults;
  return { default: entry && grantOf(entry, type, { type: "provider default" }, undefined), roles, source };
};

/** Two patterns of equal weight that a room meets: nothing says which one decides. */
const findTies = (id: string, layers: readonly Layer[], tied: Set<string>, diagnostics: Diagnostic[]): void => {
  for (let index = 1; index < layers.length; index += 1) {
    const [first, second] = [layers[index - 1] as Layer, layers[index] as Layer];
    if (first.weight !== second.weight) continue;
    const pair = `${first.pattern}\n${second.pattern}`;
    if (tied.has(pair)) continue;
    tied.add(pair);
    const summary = `the room ${quote(id)} meets two patterns of equal weight: ${quote(first.entry.key)} and ${quote(second.entry.key)}`;
    const hint = "make one of them more exact, or name the room";
    diagnostics.push(...atBoth("pattern-conflict", summary, hint, first.entry.source, second.entry.source));
  }
};

/** A pattern's fault shows in every room that meets it: some of them are enough. */
const MOST_REPEATS = 3;

const withoutRepeats = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const counts = new Map<Source | undefined, number>();
  const kept: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const count = (counts.get(diagnostic.source) ?? 0) + 1;
    counts.set(diagnostic.source, count);
    if (count <= MOST_REPEATS) kept.push(diagnostic);
  }
  return kept;
};
