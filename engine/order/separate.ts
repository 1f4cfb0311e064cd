import type { Drafts } from "./drafts.ts";
import { ancestors } from "./graph.ts";
import type { Part } from "./personal.ts";
import { differing, type Holdings, type Spot } from "./spot.ts";

const COLOURS = 12;
const ROUNDS = 4;
/** Groups of subjects are looked at one by one while that takes no more states than this, else all together. */
const APART = 64;
/** States that are flipped in every call; more are not worth their time. */
const CONTEXTS = 128;

type SubjectsPart = Part & { readonly subjects: ReadonlySet<string> };
type Group = { readonly subjects: ReadonlySet<string>; readonly calls: readonly number[] };

/**
 * Takes a place that many calls touch apart by subjects: a room's default and five hundred overrides are five hundred
 * pairs of calls, not one heap of 501. Which calls touch a subject is found by doing and undoing each of them, around
 * the old and the new state and around every state of the calls that are known to touch it, until nothing new is found.
 * What this could miss is found when the chosen order is walked.
 */
export const separate = (drafts: Drafts, spot: Spot): readonly SubjectsPart[] => {
  const parts = groupsOf(spot, touchingCalls(drafts, spot)).filter((group) => group.calls.length > 1);
  const at = sharedStates(spot, parts);
  return parts.map(({ subjects, calls }) => ({ subjects, calls, at: (done) => at(calls, done) }));
};

type Touching = Map<string, Set<number>>;

const groupsOf = (spot: Spot, touching: Touching): readonly Group[] => {
  const groups = new Map<string, { readonly subjects: Set<string>; readonly calls: readonly number[] }>();
  for (const [subject, found] of touching) {
    const calls = spot.calls.filter((call) => found.has(call));
    const key = calls.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { subjects: new Set([subject]), calls });
    else group.subjects.add(subject);
  }
  return [...groups.values()];
};

const touchingCalls = (drafts: Drafts, spot: Spot): Touching => {
  const before = new Map(spot.calls.map((call) => [call, ancestors(drafts.preds, call)]));
  const touching: Touching = new Map();
  const tried = new Set<string>();
  const flipAround = (context: ReadonlySet<number>): void => {
    const key = spot.calls.map((call) => (context.has(call) ? "1" : "0")).join("");
    if (tried.has(key) || tried.size >= CONTEXTS) return;
    tried.add(key);
    const base = spot.at(context);
    const at = (done: ReadonlySet<number>): Holdings => (done.size === context.size ? base : spot.at(done));
    for (const call of spot.calls) {
      const [without, including] = around(call, context, spot.calls, before);
      const states = [context.has(call) ? spot.at(without) : at(without), at(including)] as const;
      // Who has no entry of their own in either state has everyone's, and may have one in another state.
      const touched = differing(...states, new Set(spot.subjects.keys()));
      for (const subject of touched) touching.set(subject, (touching.get(subject) ?? new Set()).add(call));
    }
  };
  flipAround(new Set());
  flipAround(new Set(spot.calls));
  for (let round = 0; round < ROUNDS; round += 1) {
    const known = tried.size;
    for (const context of contexts(spot, groupsOf(spot, touching))) flipAround(closed(context, spot.calls, before));
    if (tried.size === known) break;
  }
  return touching;
};

/** Every state of the calls of each group, with all other calls undone and with all of them done. */
const contexts = (spot: Spot, groups: readonly Group[]): readonly ReadonlySet<number>[] => {
  const states = groups.reduce((sum, group) => sum + 2 ** group.calls.length, 0);
  const classes = states <= APART ? groups.map((group) => group.calls.map((call) => [call])) : [byColour(groups)];
  return classes.flatMap((ones) => {
    const inside = new Set(ones.flat());
    const others = spot.calls.filter((call) => !inside.has(call));
    return subsets(ones.slice(0, COLOURS)).flatMap((done) => [new Set(done), new Set([...done, ...others])]);
  });
};

const byColour = (groups: readonly Group[]): readonly (readonly number[])[] => {
  const classes = new Map<number, number[]>();
  for (const [call, number] of colour(groups.map((group) => group.calls))) {
    classes.set(number, [...(classes.get(number) ?? []), call]);
  }
  return [...classes.values()];
};

const subsets = (classes: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  let found: (readonly number[])[] = [[]];
  for (const calls of classes) found = found.flatMap((set) => [set, [...set, ...calls]]);
  return found;
};

const closed = (
  context: ReadonlySet<number>,
  calls: readonly number[],
  before: ReadonlyMap<number, ReadonlySet<number>>,
): ReadonlySet<number> => {
  const needed = new Set([...context].flatMap((call) => [...(before.get(call) ?? [])]));
  return new Set(calls.filter((call) => context.has(call) || needed.has(call)));
};

/** Two reachable states next to a context that differ in one call alone. */
const around = (
  call: number,
  context: ReadonlySet<number>,
  calls: readonly number[],
  before: ReadonlyMap<number, ReadonlySet<number>>,
): readonly [without: ReadonlySet<number>, including: ReadonlySet<number>] => {
  if (context.has(call)) {
    const without = new Set([...context].filter((other) => other !== call && before.get(other)?.has(call) !== true));
    return [without, new Set([...without, call])];
  }
  const without = new Set([...context, ...calls.filter((other) => before.get(call)?.has(other) === true)]);
  return [without, new Set([...without, call])];
};

/** States of parts that share no call can be looked at together: calls of one part get different colours, a state is a set of colours. */
const sharedStates = (
  spot: Spot,
  parts: readonly { readonly calls: readonly number[] }[],
): ((calls: readonly number[], done: ReadonlySet<number>) => Holdings) => {
  const colours = colour(parts.map((part) => part.calls));
  const memo = new Map<string, Holdings>();
  if (new Set(colours.values()).size > COLOURS) {
    return (calls, done) => spot.at(new Set(calls.filter((call) => done.has(call))));
  }
  return (calls, done) => {
    const wanted = new Set(calls.filter((call) => done.has(call)).map((call) => colours.get(call)));
    const key = [...wanted].sort().join();
    const known = memo.get(key) ?? spot.at(new Set(spot.calls.filter((call) => wanted.has(colours.get(call)))));
    memo.set(key, known);
    return known;
  };
};

const colour = (groups: readonly (readonly number[])[]): ReadonlyMap<number, number> => {
  const neighbours = new Map<number, Set<number>>();
  for (const group of groups) {
    for (const call of group) {
      const set = neighbours.get(call) ?? new Set();
      for (const other of group) if (other !== call) set.add(other);
      neighbours.set(call, set);
    }
  }
  const colours = new Map<number, number>();
  for (const [call, set] of [...neighbours].sort((a, b) => b[1].size - a[1].size)) {
    const taken = new Set([...set].map((other) => colours.get(other)));
    let free = 0;
    while (taken.has(free)) free += 1;
    colours.set(call, free);
  }
  return colours;
};
