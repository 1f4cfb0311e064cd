import { heap } from "../util/heap.ts";

/** For each call what must be done before it. Calls are numbers here. */
export type Preds = ReadonlyMap<number, ReadonlySet<number>>;
export type Edge = readonly [first: number, then: number];

/** The graph with more edges. */
export const withEdges = (preds: Preds, edges: Iterable<Edge>): Preds => {
  const made = new Map(preds);
  const own = new Map<number, Set<number>>();
  for (const [first, then] of edges) {
    let set = own.get(then);
    if (set === undefined) {
      set = new Set(preds.get(then));
      own.set(then, set);
      made.set(then, set);
    }
    set.add(first);
  }
  return made;
};

/** Everything that must be done before a call, at any distance. */
export const ancestors = (preds: Preds, call: number): ReadonlySet<number> => {
  const found = new Set<number>();
  const open = [...(preds.get(call) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    for (const pred of preds.get(next) ?? []) open.push(pred);
  }
  return found;
};

export type Sorted = {
  readonly order: readonly number[];
  /** Calls on circles, and those between two circles. Empty: there is none. */
  readonly circle: readonly number[];
};

/** Calls in an order that keeps every edge; among those that are free, in the order of `listed`. Near-linear. */
export const topological = (preds: Preds, listed: Iterable<number>): Sorted => {
  const byRank = [...listed];
  const rank = new Map(byRank.map((call, index) => [call, index]));
  const followers = successors(preds);
  const waiting = new Map<number, number>();
  const ready = heap();
  for (const [index, call] of byRank.entries()) {
    const count = preds.get(call)?.size ?? 0;
    waiting.set(call, count);
    if (count === 0) ready.push(index);
  }
  const order: number[] = [];
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    const call = byRank[index] as number;
    order.push(call);
    waiting.delete(call);
    for (const follower of followers.get(call) ?? []) {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(rank.get(follower) ?? 0);
    }
  }
  return { order, circle: waiting.size === 0 ? [] : trim(new Set(waiting.keys()), preds, followers) };
};

const successors = (preds: Preds): ReadonlyMap<number, readonly number[]> => {
  const followers = new Map<number, number[]>();
  for (const [call, before] of preds) {
    for (const pred of before) {
      const list = followers.get(pred);
      if (list === undefined) followers.set(pred, [call]);
      else list.push(call);
    }
  }
  return followers;
};

/** Takes away what only comes after the circles. */
const trim = (
  rest: Set<number>,
  preds: Preds,
  followers: ReadonlyMap<number, readonly number[]>,
): readonly number[] => {
  const open = [...rest];
  for (let call = open.pop(); call !== undefined; call = open.pop()) {
    if (!rest.has(call) || (followers.get(call) ?? []).some((follower) => rest.has(follower))) continue;
    rest.delete(call);
    for (const pred of preds.get(call) ?? []) if (rest.has(pred)) open.push(pred);
  }
  return [...rest].sort((a, b) => a - b);
};
