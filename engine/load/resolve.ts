import type {
  Diagnostic,
  Document,
  Grant,
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
import { grantOf, type TeamNotes } from "./resolve-people.ts";
import { resolveRoom } from "./resolve-room.ts";
import { findSimilarRooms } from "./similar-rooms.ts";

export { needsOf } from "./needs.ts";

export type Resolved = { readonly policy: ProviderPolicy; readonly diagnostics: readonly Diagnostic[] };

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
  for (const id of governedIds(index, known)) {
    const layers = index.layersOf(id);
    const [first, ...others] = layers;
    if (first === undefined) continue;
    findTies(id, layers, tied, diagnostics);
    const notes = createNotes(id, known.has(id), diagnostics);
    rooms.set(id, resolveRoom(id, [first, ...others], place, notes));
    notes.finish();
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
  return { policy, diagnostics: withoutRepeats(diagnostics) };
};

/** The instants after `after` at which a grant starts or ends, in order. */
export const boundaries = (document: Document, after: Instant): readonly Instant[] => {
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

const createNotes = (id: string, exists: boolean, diagnostics: Diagnostic[]): TeamNotes & { finish(): void } => {
  const conflicts = new Map<string, { readonly first: Grant; readonly second: Grant; readonly users: string[] }>();
  return {
    conflict: (user, first, second) => {
      const pair = `${teamOf(first)}\n${teamOf(second)}`;
      const found = conflicts.get(pair);
      if (found === undefined) conflicts.set(pair, { first, second, users: [user] });
      else found.users.push(user);
    },
    missing: (team, source) => {
      if (!exists) return;
      const summary = `there is no team ${quote(team)} for the room ${quote(id)}, so nobody gets anything by it`;
      diagnostics.push({ severity: "warning", code: "missing-team", summary, hint: "define it under `teams`", source });
    },
    finish: () => {
      for (const { first, second, users } of conflicts.values()) {
        const names = users.sort(compareText).slice(0, 5).map(quote).join(", ");
        const people = users.length > 5 ? `${names} and ${users.length - 5} more` : names;
        const summary = `the teams ${quote(teamOf(first))} and ${quote(teamOf(second))} give ${people} different permissions in ${quote(id)}`;
        const hint = "decide with a direct entry under `users`, or give both teams the same role";
        diagnostics.push(...atBoth("team-conflict", summary, hint, first.source, second.source));
      }
    },
  };
};

const teamOf = (grant: Grant): string => (grant.via.type === "team" ? grant.via.team : "");

const atBoth = (
  code: "team-conflict" | "pattern-conflict",
  summary: string,
  hint: string,
  first: Source,
  second: Source,
): readonly Diagnostic[] => [
  { severity: "error", code, summary, hint, source: first, also: [{ summary: "the other one", source: second }] },
  { severity: "error", code, summary, hint, source: second, also: [{ summary: "the other one", source: first }] },
];

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
