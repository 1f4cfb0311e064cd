import type { Edge } from "./graph.ts";
import type { Judgement } from "./spot.ts";
import { TABLE_CALLS, type Table } from "./tables.ts";

/** Which sets of done calls a table allows. Bit i stands for `table.calls[i]`. */
export type Lattice = {
  readonly table: Table;
  /** Some reachable state is bad: the order matters. */
  readonly constrained: boolean;
  /** No order passes through good states alone. */
  readonly stuck: boolean;
  /** Whether a set of done calls is good and on a good way from none to all. */
  useful(mask: number): boolean;
  /** Orders that every good way keeps. */
  readonly forced: readonly Edge[];
  /** The forced edges alone do not keep every state good. */
  readonly residual: boolean;
};

/** Whether a state breaks a bound. `lenient`: a moment without a manager is let pass; the guard will name it. */
const isBad = (judgement: Judgement, lenient: boolean): boolean =>
  judgement.excess.length > 0 || judgement.lacks.length > 0 || (!lenient && judgement.orphaned !== 0n);

/** Looks at every reachable state of a table. Tables of too many calls count as stuck. */
export const latticeOf = (table: Table, lenient: boolean): Lattice => {
  const size = table.calls.length;
  if (size > TABLE_CALLS) {
    return { table, constrained: true, stuck: true, useful: () => false, forced: [], residual: true };
  }
  const full = (1 << size) - 1;
  const good: boolean[] = [];
  let constrained = false;
  for (let mask = 0; mask <= full; mask += 1) {
    const reachable = isClosed(mask, table.needs);
    const bad = reachable && mask !== 0 && mask !== full && isBad(table.judge(callsIn(table, mask)), lenient);
    if (bad) constrained = true;
    good.push(reachable && !bad);
  }
  if (!constrained) {
    return { table, constrained, stuck: false, useful: (mask) => good[mask] === true, forced: [], residual: false };
  }
  const ways = onGoodWays(good, size);
  const useful = (mask: number): boolean => ways[mask] === true;
  const stuck = !useful(0);
  const forced = stuck ? [] : forcedEdges(table.calls, useful);
  return { table, constrained, stuck, useful, forced, residual: stuck || leaks(table, forced, useful) };
};

/** The calls that a mask stands for. */
const callsIn = (table: Table, mask: number): ReadonlySet<number> =>
  new Set(table.calls.filter((_, index) => (mask & (1 << index)) !== 0));

/** The mask of those of a table's calls that are done. */
export const maskOf = (table: Table, done: ReadonlySet<number>): number => {
  let mask = 0;
  for (const [index, call] of table.calls.entries()) if (done.has(call)) mask |= 1 << index;
  return mask;
};

const isClosed = (mask: number, needs: readonly number[]): boolean =>
  needs.every((need, index) => (mask & (1 << index)) === 0 || (need & ~mask) === 0);

const onGoodWays = (good: readonly boolean[], size: number): readonly boolean[] => {
  const full = (1 << size) - 1;
  const fromNone: boolean[] = [];
  for (let mask = 0; mask <= full; mask += 1) {
    fromNone.push(good[mask] === true && (mask === 0 || oneLess(mask, size).some((less) => fromNone[less] === true)));
  }
  const ways: boolean[] = new Array(full + 1).fill(false);
  for (let mask = full; mask >= 0; mask -= 1) {
    ways[mask] = fromNone[mask] === true && (mask === full || oneMore(mask, size).some((more) => ways[more] === true));
  }
  return ways;
};

const oneLess = (mask: number, size: number): readonly number[] =>
  bitsOf(size)
    .filter((bit) => mask & bit)
    .map((bit) => mask ^ bit);
const oneMore = (mask: number, size: number): readonly number[] =>
  bitsOf(size)
    .filter((bit) => !(mask & bit))
    .map((bit) => mask | bit);
const bitsOf = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => 1 << index);

const forcedEdges = (calls: readonly number[], useful: (mask: number) => boolean): readonly Edge[] => {
  const edges: Edge[] = [];
  const masks = Array.from({ length: 1 << calls.length }, (_, mask) => mask).filter(useful);
  for (const [i, first] of calls.entries()) {
    for (const [j, then] of calls.entries()) {
      if (i === j) continue;
      const thenWithoutFirst = masks.some((mask) => (mask & (1 << j)) !== 0 && (mask & (1 << i)) === 0);
      if (!thenWithoutFirst) edges.push([first, then]);
    }
  }
  return edges;
};

const leaks = (table: Table, edges: readonly Edge[], useful: (mask: number) => boolean): boolean => {
  const needs = needsWith(table, edges);
  for (let mask = 0; mask < 1 << table.calls.length; mask += 1) if (isClosed(mask, needs) && !useful(mask)) return true;
  return false;
};

const needsWith = (table: Table, edges: readonly Edge[]): number[] => {
  const needs = [...table.needs];
  for (const [first, then] of edges) {
    const at = table.calls.indexOf(then);
    needs[at] = (needs[at] ?? 0) | (1 << table.calls.indexOf(first));
  }
  return needs;
};

/**
 * Given one good order, the further edges that keep every parallel run of it good. Each edge takes away as many bad
 * states as one edge can, and agrees with the order.
 */
export const cuts = (lattice: Lattice, order: readonly number[]): readonly Edge[] => {
  const { table, useful } = lattice;
  const position = new Map(order.map((call, index) => [call, index]));
  const edges: Edge[] = [...lattice.forced];
  const pairs: Edge[] = [];
  for (const first of table.calls) {
    for (const then of table.calls)
      if ((position.get(first) ?? 0) < (position.get(then) ?? 0)) pairs.push([first, then]);
  }
  for (;;) {
    const needs = needsWith(table, edges);
    const bad: number[] = [];
    for (let mask = 0; mask < 1 << table.calls.length; mask += 1) {
      if (isClosed(mask, needs) && !useful(mask)) bad.push(mask);
    }
    if (bad.length === 0) return edges;
    let best: Edge | undefined;
    let most = 0;
    for (const pair of pairs) {
      const first = 1 << table.calls.indexOf(pair[0]);
      const then = 1 << table.calls.indexOf(pair[1]);
      const removed = bad.filter((mask) => (mask & then) !== 0 && (mask & first) === 0).length;
      if (removed > most) {
        most = removed;
        best = pair;
      }
    }
    if (best === undefined) return edges;
    edges.push(best);
  }
};
