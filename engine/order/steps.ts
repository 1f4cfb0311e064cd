import { accessOf, type PlaceAccess, placeAccess } from "../effect/accesses.ts";
import type { Access, Address, Call, Place, Spec } from "../model.ts";
import type { View } from "../provider.ts";
import { makeDrafts, viewAfter } from "./drafts.ts";
import { personalParts } from "./personal.ts";
import { spotOf } from "./spot.ts";
import { touchedPlaces, type World, type Worlds } from "./world.ts";

/** What is new once one call is done: places that further calls will touch, in a state that is neither old nor new. */
export type Step = {
  readonly call: string;
  readonly provider: string;
  readonly world: World;
  readonly view: View;
  readonly places: readonly Place[];
  /** Who may do what in one of `places` then. */
  access(place: Place): PlaceAccess;
};

type Written = ReadonlyMap<Address, readonly { readonly at: number; readonly spec: Spec | null }[]>;
/** A place and, in a crowded one, how it looks once a call is done without asking about everybody anew. */
type Passing = { readonly place: Place; readonly access: ((at: number) => PlaceAccess) | undefined };

/** The states between along the printed order. Places that one call alone touches have none and are left out. */
export const stepsOf = (worlds: Worlds, calls: readonly Call[]): readonly Step[] => {
  const steps: { readonly at: number; readonly step: Step }[] = [];
  for (const [provider, world] of worlds) {
    const writes = new Map<Address, { readonly at: number; readonly spec: Spec | null }[]>();
    for (const [at, call] of calls.entries()) {
      if (call.provider !== provider) continue;
      for (const [address, spec] of call.leaves) writes.set(address, [...(writes.get(address) ?? []), { at, spec }]);
    }
    for (const [at, passing] of placesBetween(world, calls, writes)) {
      steps.push({ at, step: stepAt(provider, world, calls, writes, at, passing) });
    }
  }
  return steps.sort((a, b) => a.at - b.at).map(({ step }) => step);
};

const stepAt = (
  provider: string,
  world: World,
  calls: readonly Call[],
  writes: Written,
  at: number,
  passing: readonly Passing[],
): Step => {
  const view: View = (address) => {
    const last = writes.get(address)?.findLast((write) => write.at <= at);
    return last === undefined ? world.before(address) : last.spec;
  };
  const crowded = new Map(passing.map(({ place, access }) => [place, access]));
  return {
    call: calls[at]?.id ?? "",
    provider,
    world,
    view,
    places: passing.map(({ place }) => place),
    access: (place) => crowded.get(place)?.(at) ?? placeAccess(world.provider.effective(place, view, world.policy)),
  };
};

const placesBetween = (
  world: World,
  calls: readonly Call[],
  writes: Written,
): ReadonlyMap<number, readonly Passing[]> => {
  const between = new Map<number, Passing[]>();
  for (const { place, dependsOn } of touchedPlaces(world, new Set(writes.keys()))) {
    const touching = new Set<number>();
    for (const address of dependsOn) for (const { at } of writes.get(address) ?? []) touching.add(at);
    if (touching.size < 2) continue;
    const inOrder = [...touching].sort((a, b) => a - b);
    const passing = { place, access: crowdedAccess(world, place, calls, inOrder) };
    for (const at of inOrder.slice(0, -1)) {
      const places = between.get(at);
      if (places === undefined) between.set(at, [passing]);
      else places.push(passing);
    }
  }
  return between;
};

/** undefined: the place is not crowded, or does not fall apart by subjects. */
const crowdedAccess = (
  world: World,
  place: Place,
  calls: readonly Call[],
  touching: readonly number[],
): Passing["access"] => {
  const drafts = makeDrafts(
    new Map(touching.map((at) => [at, { ...(calls[at] as Call), after: [] }])),
    new Map(touching.map((at, index) => [at, new Set(touching.slice(Math.max(index - 1, 0), index))])),
  );
  const parts = personalParts(drafts, spotOf(drafts, world, place, touching));
  if (parts === undefined) return undefined;
  const known = new Map<ReadonlySet<number>, PlaceAccess>();
  const accessIn = (done: ReadonlySet<number>): PlaceAccess => {
    const before = known.get(done);
    if (before !== undefined) return before;
    const view = viewAfter(drafts, world.before, touching, done);
    const made = placeAccess(world.provider.effective(place, view, world.policy));
    known.set(done, made);
    return made;
  };
  const shared = parts.find((part) => part.own === undefined)?.calls ?? [];
  return (at) => {
    const done = shared.filter((call) => call <= at);
    const stateFor = (own: readonly number[]): PlaceAccess | undefined => {
      const part = parts.find((one) => (own.length === 0 ? one.own === undefined : one.own === own[0]));
      return part && accessIn(part.like(new Set([...done, ...own])));
    };
    const first = parts.find(({ own }) => own !== undefined && own <= at)?.own;
    const states = [stateFor([]), first === undefined ? undefined : stateFor([first])] as const;
    const own = new Map<string, Access>();
    for (const part of parts) {
      const state = states[part.own !== undefined && part.own <= at ? 1 : 0];
      for (const subject of part.subjects) {
        const access = state?.own.get(subject);
        if (access !== undefined) own.set(subject, access);
      }
    }
    return accessOf(own);
  };
};
