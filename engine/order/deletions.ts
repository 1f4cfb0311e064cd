import type { CallDraft } from "../model.ts";
import type { Edge, Preds } from "./graph.ts";

/** With more edges than this the deletions wait for one of them, and that one for everything else. */
const MOST_EDGES = 20_000;

/** Whether a call leaves nothing of what it writes. */
export const isDeletion = (draft: CallDraft | undefined): boolean =>
  draft !== undefined && draft.leaves.size > 0 && [...draft.leaves.values()].every((spec) => spec === null);

/** The deletions that some other call has to wait for, at any distance. `order` keeps every edge. */
export const earlyDeletions = (
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

/**
 * Edges after which each deletion comes when everything that need not wait for a deletion is done. `order` keeps every
 * edge and takes a deletion only where nothing else is free, so that what stands behind one waits for one: only the calls
 * since the deletions before count, and of those only the ones that none of them comes after.
 */
export const deletionEdges = (
  preds: Preds,
  order: readonly number[],
  deletes: (call: number) => boolean,
): readonly Edge[] => {
  const edges: Edge[] = [];
  const ends = new Set<number>();
  const together = new Set<number>();
  const close = (): void => {
    for (const edge of edgesTo(together, ends, preds)) edges.push(edge);
    together.clear();
    ends.clear();
  };
  for (const call of order) {
    if (deletes(call)) {
      together.add(call);
      continue;
    }
    if (together.size > 0) close();
    for (const pred of preds.get(call) ?? []) ends.delete(pred);
    ends.add(call);
  }
  close();
  return edges;
};

/** Deletions that wait for another one of the same kind need no edges of their own. */
const edgesTo = (deletions: ReadonlySet<number>, ends: ReadonlySet<number>, preds: Preds): readonly Edge[] => {
  const free = [...deletions].filter((call) => ![...(preds.get(call) ?? [])].some((pred) => deletions.has(pred)));
  const [gate, ...others] = free;
  if (gate === undefined || ends.size === 0) return [];
  if (free.length * ends.size <= MOST_EDGES) return free.flatMap((call) => edgesFrom(ends, call));
  return [...edgesFrom(ends, gate), ...others.map((call): Edge => [gate, call])];
};

const edgesFrom = (ends: ReadonlySet<number>, then: number): readonly Edge[] => [...ends].map((first) => [first, then]);
