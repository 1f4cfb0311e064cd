import fc from "fast-check";
import { expect, it } from "vitest";
import { ancestors, type Preds, topological, withEdges } from "./graph.ts";

const graph = (size: number, edges: readonly (readonly [number, number])[]): Preds =>
  withEdges(new Map(Array.from({ length: size }, (_, call) => [call, new Set<number>()])), edges);

it("orders by the list where the edges leave it free", () => {
  expect(topological(graph(4, [[3, 0]]), [0, 1, 2, 3])).toEqual({ order: [1, 2, 3, 0], circle: [] });
  expect(topological(graph(3, []), [2, 0, 1]).order).toEqual([2, 0, 1]);
});

it("names the calls on a circle, not those around it", () => {
  const { order, circle } = topological(
    graph(5, [
      [0, 1],
      [1, 2],
      [2, 1],
      [2, 3],
    ]),
    [0, 1, 2, 3, 4],
  );
  expect(circle).toEqual([1, 2]);
  expect(order).toEqual([0, 4]);
});

it("finds everything that comes before, also in a circle", () => {
  expect(
    ancestors(
      graph(4, [
        [0, 1],
        [1, 2],
      ]),
      2,
    ),
  ).toEqual(new Set([0, 1]));
  expect(
    ancestors(
      graph(2, [
        [0, 1],
        [1, 0],
      ]),
      0,
    ),
  ).toEqual(new Set([0, 1]));
});

it("keeps every edge of any graph without a circle", () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)).filter(([a, b]) => a < b));
  fc.assert(
    fc.property(edges, fc.shuffledSubarray([...Array(10).keys()], { minLength: 10 }), (wanted, listed) => {
      const { order, circle } = topological(graph(10, wanted), listed);
      expect(circle).toEqual([]);
      expect(order).toHaveLength(10);
      for (const [first, then] of wanted) expect(order.indexOf(first)).toBeLessThan(order.indexOf(then));
    }),
  );
});

it("adds edges without touching the graph it was given", () => {
  const before = graph(2, []);
  withEdges(before, [[0, 1]]);
  expect(before.get(1)).toEqual(new Set());
});
