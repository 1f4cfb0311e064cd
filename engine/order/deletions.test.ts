import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deletionEdges, steadyDeletionEdges } from "./deletions.ts";
import { ancestors, type Edge, type Preds, topological, withEdges } from "./graph.ts";

const CALLS = Array.from({ length: 8 }, (_, call) => call);
const call = fc.constantFrom(...CALLS);
const calls = fc.subarray(CALLS).map((list): ReadonlySet<number> => new Set(list));
/** Edges from left to right along a shuffled row: never a circle. */
const graphs = fc
  .tuple(fc.shuffledSubarray(CALLS, { minLength: CALLS.length }), fc.array(fc.tuple(call, call), { maxLength: 12 }))
  .map(([row, pairs]) => {
    const edges = pairs.filter(([a, b]) => a < b).map(([a, b]): Edge => [row[a] ?? 0, row[b] ?? 0]);
    return graphOf(CALLS, edges);
  });

const graphOf = (list: readonly number[], edges: readonly Edge[]): Preds =>
  withEdges(new Map(list.map((one) => [one, new Set<number>()])), edges);
const orderOf = (preds: Preds): readonly number[] => topological(preds, preds.keys()).order;
const allBefore = (preds: Preds) => new Map(CALLS.map((one) => [one, ancestors(preds, one)]));

/** Every deletion is before or after every other call; before only where that must be, or where the law goes in a circle. */
const expectDeletionsLast = (demanded: Preds, made: Preds, deletions: ReadonlySet<number>): void => {
  expect(topological(made, CALLS).circle).toEqual([]);
  const [must, is] = [allBefore(demanded), allBefore(made)];
  for (const gone of deletions) {
    for (const other of CALLS.filter((one) => !deletions.has(one) && is.get(gone)?.has(one) !== true)) {
      expect(is.get(other)).toContain(gone);
      if (must.get(other)?.has(gone) === true) continue;
      const later = [...(must.get(other) ?? [])].filter((one) => deletions.has(one) && is.get(one)?.has(gone));
      expect(later).not.toEqual([]);
    }
  }
};

describe("the edges of deletions", () => {
  it("put each one after every other call that need not wait for it", () => {
    fc.assert(
      fc.property(graphs, calls, (preds, deletions) => {
        const edges = deletionEdges(preds, orderOf(preds), (one) => deletions.has(one));
        expectDeletionsLast(preds, withEdges(preds, edges), deletions);
      }),
      { numRuns: 500 },
    );
  });

  it("are the same between calls that last, whatever else there is", () => {
    fc.assert(
      fc.property(graphs, calls, calls, (preds, deletions, passing) => {
        const deletes = (one: number): boolean => deletions.has(one);
        const lasts = (one: number): boolean => !passing.has(one);
        // Nothing that lasts waits for who comes and goes.
        const free = new Map(
          [...preds].map(([one, before]) => [one, lasts(one) ? new Set([...before].filter(lasts)) : before]),
        );
        const order = orderOf(free);
        const edges = steadyDeletionEdges(free, order, deletes, lasts);
        const without = deletionEdges(free, order.filter(lasts), deletes);
        expect(edges.filter((edge) => edge.every(lasts))).toEqual(without);
      }),
      { numRuns: 500 },
    );
  });

  it("leave none beside another call and make no circle, even where lasting calls wait for passing ones", () => {
    fc.assert(
      fc.property(graphs, calls, calls, (preds, deletions, passing) => {
        const edges = steadyDeletionEdges(
          preds,
          orderOf(preds),
          (one) => deletions.has(one),
          (one) => !passing.has(one),
        );
        expectDeletionsLast(withEdges(preds, edges), withEdges(preds, edges), deletions);
      }),
      { numRuns: 500 },
    );
  });

  it("let a deletion wait for a call that comes behind another deletion", () => {
    const preds = graphOf(
      [0, 1, 2, 3],
      [
        [0, 2],
        [1, 3],
        [2, 3],
      ],
    );
    expect(deletionEdges(preds, [0, 1, 2, 3], (one) => one < 2)).toEqual([[2, 1]]);
  });

  it("take the smaller group first where two calls each wait for deletions of their own", () => {
    const preds = graphOf(
      [0, 1, 2, 3, 4],
      [
        [0, 3],
        [1, 3],
        [2, 4],
      ],
    );
    expect(deletionEdges(preds, [0, 1, 2, 3, 4], (one) => one < 3)).toEqual([
      [4, 0],
      [4, 1],
    ]);
  });

  it("are found quickly for very many calls behind very many deletions", () => {
    const many = 20_000;
    const list = Array.from({ length: 2 * many + 1 }, (_, one) => one);
    const edges = list.flatMap((one): Edge[] => (one < many ? [[one, many]] : one > many ? [[many, one]] : []));
    const preds = graphOf(list, edges);
    const started = performance.now();
    expect(deletionEdges(preds, list, (one) => one < many)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
