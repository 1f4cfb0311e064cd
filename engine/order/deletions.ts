import type { CallDraft } from "../model.ts";
import { heap } from "../util/heap.ts";
import { type Edge, type Preds, topological, withEdges } from "./graph.ts";

/** With more edges than this the deletions wait for one of them, and that one for everything else. */
const MOST_EDGES = 20_000;

const NONE: ReadonlySet<number> = new Set();

/** Whether a call leaves nothing of what it writes. */
export const isDeletion = (draft: CallDraft | undefined): boolean =>
  draft !== undefined && draft.leaves.size > 0 && [...draft.leaves.values()].every((spec) => spec === null);

/**
 * Edges that put each deletion after every other call but those that have to wait for it. Where that goes in a circle (two
 * calls, each behind a deletion of its own), whoever waits for the fewest deletions goes first, with those. `order` keeps
 * every edge and says who goes first otherwise.
 */
export const deletionEdges = (
  preds: Preds,
  order: readonly number[],
  deletes: (call: number) => boolean,
): readonly Edge[] => {
  const edges: Edge[] = [];
  let ends = NONE;
  for (const { deletions, others } of blocksOf(preds, order, deletes)) {
    for (const edge of edgesTo(deletions, ends, preds)) edges.push(edge);
    ends = endsOf(others, preds);
  }
  return edges;
};

/** The same where some calls may be gone the next time: the edges between all others are what they would be without those. */
export const steadyDeletionEdges = (
  preds: Preds,
  order: readonly number[],
  deletes: (call: number) => boolean,
  lasts: (call: number) => boolean,
): readonly Edge[] => {
  const lasting = order.filter(lasts);
  if (lasting.length === order.length) return deletionEdges(preds, order, deletes);
  const steady = deletionEdges(lastingPreds(preds, order, lasts), lasting, deletes);
  const settled = withEdges(preds, steady);
  const all = deletionEdges(settled, topological(settled, order).order, deletes);
  return [...steady, ...all.filter(([first, then]) => !lasts(first) || !lasts(then))];
};

/** What lasting calls wait for, also through calls that do not last. */
const lastingPreds = (preds: Preds, order: readonly number[], lasts: (call: number) => boolean): Preds => {
  const found = new Map<number, ReadonlySet<number>>();
  for (const call of order) {
    const before = [...(preds.get(call) ?? [])];
    found.set(call, new Set(before.flatMap((pred) => (lasts(pred) ? [pred] : [...(found.get(pred) ?? [])]))));
  }
  return found;
};

/** Some deletions, then calls that wait for every one of them and for none of a later block. */
type Block = { readonly deletions: readonly number[]; readonly others: readonly number[] };

/**
 * First what waits for no deletion; then, again and again, the fewest deletions that something still waits for; last the
 * deletions that nothing waits for. What a block frees waits for each of its deletions, or fewer would have been enough:
 * blocks one after the other leave no deletion beside another call.
 */
const blocksOf = (preds: Preds, order: readonly number[], deletes: (call: number) => boolean): readonly Block[] => {
  const waiting = waitingCalls(preds, order, deletes);
  const sets = [...waiting.keys()].filter((set) => set !== NONE);
  const left = sets.map((set) => new Set(set));
  const holders = holdersOf(sets);
  const fewest = heap();
  const offer = (index: number): void => fewest.push((left[index]?.size ?? 0) * sets.length + index);
  for (const index of sets.keys()) offer(index);
  const blocks: Block[] = [{ deletions: [], others: waiting.get(NONE) ?? [] }];
  const gone = new Set<number>();
  for (let next = fewest.pop(); next !== undefined; next = fewest.pop()) {
    const deletions = [...(left[next % sets.length] ?? NONE)];
    // Offered again since, with fewer; or free by now.
    if (deletions.length === 0 || deletions.length !== Math.floor(next / sets.length)) continue;
    const changed = new Set<number>();
    for (const call of deletions) {
      gone.add(call);
      for (const index of holders.get(call) ?? []) {
        left[index]?.delete(call);
        changed.add(index);
      }
    }
    const freed = [...changed].filter((index) => left[index]?.size === 0);
    for (const index of changed) if (left[index]?.size !== 0) offer(index);
    blocks.push({ deletions, others: freed.flatMap((index) => waiting.get(sets[index] ?? NONE) ?? []) });
  }
  blocks.push({ deletions: order.filter((call) => deletes(call) && !gone.has(call)), others: [] });
  return blocks;
};

/** By the deletions that must be done before them, at any distance: the calls that are none. */
const waitingCalls = (
  preds: Preds,
  order: readonly number[],
  deletes: (call: number) => boolean,
): ReadonlyMap<ReadonlySet<number>, readonly number[]> => {
  const early = earlyDeletions(preds, order, deletes);
  const passed = new Map<number, ReadonlySet<number>>();
  const waiting = new Map<ReadonlySet<number>, number[]>();
  for (const call of order) {
    if (deletes(call) && !early.has(call)) continue;
    const set = unionOf([...(preds.get(call) ?? [])].map((pred) => passed.get(pred) ?? NONE));
    passed.set(call, deletes(call) ? new Set([...set, call]) : set);
    if (deletes(call)) continue;
    const calls = waiting.get(set);
    if (calls === undefined) waiting.set(set, [call]);
    else calls.push(call);
  }
  return waiting;
};

/** The deletions that some other call has to wait for, at any distance. */
const earlyDeletions = (
  preds: Preds,
  order: readonly number[],
  deletes: (call: number) => boolean,
): ReadonlySet<number> => {
  const awaited = new Set<number>();
  for (const call of order.toReversed()) {
    if (deletes(call) && !awaited.has(call)) continue;
    for (const pred of preds.get(call) ?? []) awaited.add(pred);
  }
  return new Set([...awaited].filter(deletes));
};

/** The largest set itself where it has everything: very many calls may wait for the same deletions. */
const unionOf = (sets: readonly ReadonlySet<number>[]): ReadonlySet<number> => {
  let largest = NONE;
  for (const set of sets) if (set.size > largest.size) largest = set;
  const more = new Set<number>();
  for (const set of new Set(sets)) {
    if (set === largest) continue;
    for (const call of set) if (!largest.has(call)) more.add(call);
  }
  return more.size === 0 ? largest : new Set([...largest, ...more]);
};

/** By deletion, the positions of the sets that have it. */
const holdersOf = (sets: readonly ReadonlySet<number>[]): ReadonlyMap<number, readonly number[]> => {
  const holders = new Map<number, number[]>();
  for (const [index, set] of sets.entries()) {
    for (const call of set) {
      const list = holders.get(call);
      if (list === undefined) holders.set(call, [index]);
      else list.push(index);
    }
  }
  return holders;
};

/** The calls that none of the others waits for. */
const endsOf = (calls: readonly number[], preds: Preds): ReadonlySet<number> => {
  const ends = new Set(calls);
  for (const call of calls) for (const pred of preds.get(call) ?? []) ends.delete(pred);
  return ends;
};

/** Deletions that wait for another one of the same block need no edges of their own. */
const edgesTo = (deletions: readonly number[], ends: ReadonlySet<number>, preds: Preds): readonly Edge[] => {
  const block = new Set(deletions);
  const free = deletions.filter((call) => ![...(preds.get(call) ?? [])].some((pred) => block.has(pred)));
  const [gate, ...others] = free;
  if (gate === undefined || ends.size === 0) return [];
  if (free.length * ends.size <= MOST_EDGES) return free.flatMap((call) => edgesFrom(ends, call));
  return [...edgesFrom(ends, gate), ...others.map((call): Edge => [gate, call])];
};

const edgesFrom = (ends: ReadonlySet<number>, then: number): readonly Edge[] => [...ends].map((first) => [first, then]);
