import { diff } from "../diff/diff.ts";
import { effectsOf } from "../effect/effects.ts";
import { resolvePolicy } from "../load/resolve.ts";
import type { Address, Change, Current, CurrentState, Document, Instant, ProviderPolicy } from "../model.ts";
import type { Effect } from "../plan-document.ts";
import type { Ledger, Provider, View } from "../provider.ts";
import { address } from "../util/address.ts";
import { compilePattern } from "../util/pattern.ts";
import { type Kept, keptFrom, NOTHING_KEPT, withKept } from "./disputes.ts";

export type LaterWorld = {
  readonly provider: Provider;
  readonly policy: ProviderPolicy;
  /** The state that this plan leads to. */
  readonly state: CurrentState;
  readonly ledger: Ledger;
};

/** One instant at which grants start or end: who gains and loses then, and the states for checks. */
export type LaterPoint = {
  readonly at: Instant;
  readonly effects: readonly Effect[];
  readonly states: ReadonlyMap<string, { readonly policy: ProviderPolicy; readonly view: View }>;
};

/**
 * What happens by the clock alone after this plan, if a run follows each instant: every future start and end of a grant,
 * in order. Only the rooms that such a grant is in are worked out again. Nothing is claimed of somebody whom two teams give
 * different permissions then: that run would refuse the files.
 */
export const later = (
  document: Document,
  worlds: ReadonlyMap<string, LaterWorld>,
  at: Instant,
): readonly LaterPoint[] => {
  const states = new Map([...worlds].map(([name, world]) => [name, world.state]));
  const kept = new Map<string, Kept>();
  const points: LaterPoint[] = [];
  for (const [instant, rooms] of futureInstants(document, worlds, at)) {
    const effects: Effect[] = [];
    const views = new Map<string, { readonly policy: ProviderPolicy; readonly view: View }>();
    for (const [name, ids] of rooms) {
      const world = worlds.get(name);
      const state = states.get(name);
      if (world === undefined || state === undefined) continue;
      const step = stepTo(document, name, world, { state, kept: kept.get(name) ?? NOTHING_KEPT }, ids, instant);
      states.set(name, step.state);
      kept.set(name, step.kept);
      effects.push(...step.effects);
      views.set(name, { policy: step.policy, view: step.view });
    }
    points.push({ at: instant, effects, states: views });
  }
  return points;
};

const futureInstants = (
  document: Document,
  worlds: ReadonlyMap<string, LaterWorld>,
  at: Instant,
): readonly (readonly [Instant, ReadonlyMap<string, ReadonlySet<string>>])[] => {
  const found = new Map<Instant, Map<string, Set<string>>>();
  for (const entry of document.rooms) {
    const instants = instantsOf(entry, at);
    if (instants.size === 0) continue;
    for (const name of entry.on) {
      const world = worlds.get(name);
      const id = entry.ids.get(name);
      if (world === undefined || id === undefined) continue;
      const ids = entry.pattern ? matching(id, world.policy.rooms.keys()) : world.policy.rooms.has(id) ? [id] : [];
      for (const instant of instants) {
        const rooms = found.get(instant) ?? new Map<string, Set<string>>();
        found.set(instant, rooms.set(name, new Set([...(rooms.get(name) ?? []), ...ids])));
      }
    }
  }
  return [...found].sort((a, b) => a[0] - b[0]);
};

const matching = (pattern: string, ids: Iterable<string>): readonly string[] => {
  const compiled = compilePattern(pattern);
  return [...ids].filter((id) => compiled.match(id) !== undefined);
};

const instantsOf = (entry: Document["rooms"][number], at: Instant): ReadonlySet<Instant> => {
  const instants = new Set<Instant>();
  for (const map of [entry.users, entry.teams, entry.groups]) {
    for (const one of map?.values() ?? []) {
      if (one.type !== "grant") continue;
      for (const instant of [one.starts, one.expires]) if (instant !== undefined && instant > at) instants.add(instant);
    }
  }
  return instants;
};

const stepTo = (
  document: Document,
  name: string,
  world: LaterWorld,
  from: { readonly state: CurrentState; readonly kept: Kept },
  ids: ReadonlySet<string>,
  instant: Instant,
): {
  readonly state: CurrentState;
  readonly kept: Kept;
  readonly effects: readonly Effect[];
  readonly policy: ProviderPolicy;
  readonly view: View;
} => {
  const { state } = from;
  const part = {
    ...document,
    rooms: document.rooms.filter((entry) => entry.pattern || ids.has(entry.ids.get(name) ?? "")),
  };
  const known = new Set([...ids].filter((id) => state.rooms.has(id) || exists(state, world, name, id)));
  const before = withKept(resolvePolicy(part, name, known, instant - 1).policy, from.kept);
  const resolved = resolvePolicy(part, name, known, instant);
  const kept = keptFrom(resolved, before, from.kept);
  const policy = withKept(resolved.policy, kept);
  const desired = world.provider.desire({ policy, current: state, ledger: world.ledger });
  const changes = diff(desired, state, world.provider.isAtomic);
  const next = applyChanges(state, changes);
  const view: View = (object) => next.objects.get(object)?.spec ?? null;
  const effects = effectsOf({
    provider: world.provider,
    policy,
    policyBefore: before,
    before: (object) => state.objects.get(object)?.spec ?? null,
    after: view,
    places: world.provider.allPlaces(policy, view).filter(({ place }) => ids.has(place.room)),
    teams: document.teams,
    unknownBefore: () => false,
  });
  return { state: next, kept, effects, policy, view };
};

const exists = (state: CurrentState, world: LaterWorld, name: string, id: string): boolean =>
  world.provider.facts.kinds.some((kind) => state.objects.has(address(name, kind, id)));

/** A state with the changes made in it. */
export const applyChanges = (state: CurrentState, changes: readonly Change[]): CurrentState => {
  if (changes.length === 0) return state;
  const objects = new Map<Address, Current>(state.objects);
  for (const change of changes) {
    if (change.after === null) objects.delete(change.address);
    else
      objects.set(change.address, {
        ...change.current,
        address: change.address,
        kind: change.kind,
        id: change.id,
        room: change.room,
        spec: change.after,
      });
  }
  return { ...state, objects };
};
