import { addressParts } from "../util/address.ts";
import type { Drafts } from "./drafts.ts";
import { differing, type Holdings, type Spot } from "./spot.ts";

/** Subjects of a place that the same few of its calls can touch; `subjects` undefined: all that there are. */
export type Part = {
  readonly subjects: ReadonlySet<string> | undefined;
  /** In rank order. */
  readonly calls: readonly number[];
  at(done: ReadonlySet<number>): Holdings;
};

/** One subject's part of a crowded place, and how the place looks to it. */
type PersonalPart = Part & {
  readonly subjects: ReadonlySet<string>;
  /** The call that touches nobody else; undefined: the part of all who have none. */
  readonly own: number | undefined;
  /** A state in which these subjects hold what they hold in the given one; one of few, always the same set. */
  like(done: ReadonlySet<number>): ReadonlySet<number>;
};

/** With fewer calls than this a place is looked at state by state. */
const CROWDED = 24;
/** Calls that touch everybody: each one doubles the states that have to be worked out. */
const MOST_SHARED = 4;
/** States that are worked out whole and compared with what the parts say. */
const PROOFS = 24;

/**
 * A room's default and very many overrides, in a time that grows with their number alone: an object that is called like a
 * subject is taken to be that subject's own, and the place falls into one part for each subject, of the shared calls and its
 * own one. That is a guess; it is compared with whole states picked at random. undefined: the place is not of that kind.
 */
export const personalParts = (drafts: Drafts, spot: Spot): readonly PersonalPart[] | undefined => {
  if (spot.calls.length < CROWDED) return undefined;
  const owners = ownersOf(drafts, spot);
  const shared = spot.calls.filter((call) => !owners.has(call));
  if (shared.length > MOST_SHARED || new Set(owners.values()).size < owners.size) return undefined;
  const own = [...owners.keys()];
  const sets = new Map<string, ReadonlySet<number>>();
  const states = new Map<ReadonlySet<number>, Holdings>();
  const setOf = (done: ReadonlySet<number>, ownDone: boolean): ReadonlySet<number> => {
    const set = shared.filter((call) => done.has(call));
    const key = `${set.join()} ${ownDone}`;
    const made = sets.get(key) ?? new Set(ownDone ? [...set, ...own] : set);
    sets.set(key, made);
    return made;
  };
  const stateOf = (set: ReadonlySet<number>): Holdings => {
    const state = states.get(set) ?? spot.at(set);
    states.set(set, state);
    return state;
  };
  const partOf = (subjects: ReadonlySet<string>, calls: readonly number[], call: number | undefined): PersonalPart => {
    const like = (done: ReadonlySet<number>) => setOf(done, call !== undefined && done.has(call));
    return { subjects, calls, own: call, like, at: (done) => stateOf(like(done)) };
  };
  const rank = (call: number): number => drafts.rank.get(call) ?? 0;
  const parts = [...owners].map(
    ([call, subject]): PersonalPart =>
      partOf(
        new Set([subject]),
        [...shared, call].sort((a, b) => rank(a) - rank(b)),
        call,
      ),
  );
  const named = new Set(owners.values());
  const others = new Set([...spot.subjects.keys()].filter((subject) => !named.has(subject)));
  const all = [...parts, partOf(others, shared, undefined)];
  return holds(spot, all) ? all : undefined;
};

/** By call, the one subject whose own objects it writes. */
const ownersOf = (drafts: Drafts, spot: Spot): ReadonlyMap<number, string> => {
  const byId = new Map<string, string>();
  for (const [key, subject] of spot.subjects) if (subject.kind !== "everyone") byId.set(subject.id, key);
  const owners = new Map<number, string>();
  for (const call of spot.calls) {
    const names = [...(drafts.drafts.get(call)?.leaves.keys() ?? [])].map(
      (object) => addressParts(object).at(-1) ?? "",
    );
    const subjects = new Set(names.map((name) => byId.get(name)));
    const [subject] = subjects;
    if (subjects.size === 1 && subject !== undefined) owners.set(call, subject);
  }
  return owners;
};

/** Whether whole states are what the parts say: half of all calls done, picked anew each time. */
const holds = (spot: Spot, parts: readonly Part[]): boolean => {
  const random = coin();
  for (let proof = 0; proof < PROOFS; proof += 1) {
    const done = new Set(spot.calls.filter(() => random()));
    const whole = spot.at(done);
    if (parts.some((part) => differing(whole, part.at(done), part.subjects).length > 0)) return false;
    const known = new Set(spot.subjects.keys());
    if ([...whole.own.keys()].some((subject) => !known.has(subject))) return false;
  }
  return true;
};

/** The same throws every time: equal input, equal plan. */
const coin = (): (() => boolean) => {
  let state = 0x9e3779b9;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state & 64) !== 0;
  };
};
