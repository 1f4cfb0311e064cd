import type { Drafts } from "./drafts.ts";
import { ancestors, type Edge, withEdges } from "./graph.ts";
import { merged, solve } from "./solve.ts";
import type { Judgement } from "./spot.ts";
import { TABLE_CALLS, type Table } from "./tables.ts";

export type Settled = {
  /** To be added to the drafts' own edges. */
  readonly edges: readonly Edge[];
  /** Subjects beyond old and new, summed over the states passed. */
  readonly excess: number;
  /** Subjects without what old and new both give, likewise. */
  readonly lacks: number;
  /** Calls for which only the least bad order was found; they are put in a row. */
  readonly rows: readonly (readonly number[])[];
};

/** Safe edges where there are any; where not, the order with the least excess, then the fewest gaps. */
export const settle = (drafts: Drafts, tables: readonly Table[]): Settled => {
  const edges: Edge[] = [];
  const rows: (readonly number[])[] = [];
  let open = tables;
  let excess = 0;
  let lacks = 0;
  for (;;) {
    const preds = withEdges(drafts.preds, edges);
    const solution = solve({ ...drafts, preds }, open);
    const [stuck] = solution.stuck;
    if (stuck === undefined) return { edges: [...edges, ...solution.edges], excess, lacks, rows };
    const trouble = new Set(stuck);
    const group = merged([stuck, ...solution.constrained.map((table) => table.calls)]).find((calls) =>
      calls.some((call) => trouble.has(call)),
    ) as readonly number[];
    const inside = new Set(group);
    const concerned = solution.constrained.filter((table) => table.calls.some((call) => inside.has(call)));
    const row = leastBad(group, concerned, preds);
    rows.push(row.order);
    excess += row.cost.excess;
    lacks += row.cost.lacks;
    for (const [index, then] of row.order.entries()) {
      const first = row.order[index - 1];
      if (first !== undefined) edges.push([first, then]);
    }
    const gone = new Set(concerned);
    open = open.filter((table) => !gone.has(table));
  }
};

type Cost = { readonly excess: number; readonly lacks: number; readonly orphaned: number };
type Row = { readonly order: readonly number[]; readonly cost: Cost };

const FREE: Cost = { excess: 0, lacks: 0, orphaned: 0 };

/** Negative when `a` is the better one: excess counts before gaps, gaps before a moment without a manager. */
const compareCost = (a: Cost, b: Cost): number => a.excess - b.excess || a.lacks - b.lacks || a.orphaned - b.orphaned;

const add = (a: Cost, b: Cost): Cost => ({
  excess: a.excess + b.excess,
  lacks: a.lacks + b.lacks,
  orphaned: a.orphaned + b.orphaned,
});

const costOf = (judgement: Judgement): Cost => ({
  excess: judgement.excess.length,
  lacks: judgement.lacks.length,
  orphaned: judgement.orphaned === 0n ? 0 : 1,
});

const stateCost = (tables: readonly Table[], done: ReadonlySet<number>): Cost => {
  let cost = FREE;
  for (const table of tables) cost = add(cost, costOf(table.judge(done)));
  return cost;
};

const leastBad = (
  group: readonly number[],
  tables: readonly Table[],
  preds: ReadonlyMap<number, ReadonlySet<number>>,
): Row => {
  const members = new Set(group);
  const before = group.map((call) => [...ancestors(preds, call)].filter((other) => members.has(other)));
  return group.length <= TABLE_CALLS ? exactRow(group, tables, before) : greedyRow(group, tables, before);
};

/** The cheapest way through all sets of done calls. */
const exactRow = (group: readonly number[], tables: readonly Table[], before: readonly (readonly number[])[]): Row => {
  const needs = before.map((calls) => {
    let bits = 0;
    for (const call of calls) bits |= 1 << group.indexOf(call);
    return bits;
  });
  const best = new Map<number, Row>([[0, { order: [], cost: FREE }]]);
  const full = (1 << group.length) - 1;
  for (let mask = 0; mask < full; mask += 1) {
    const row = best.get(mask);
    if (row === undefined) continue;
    for (const [index, call] of group.entries()) {
      const bit = 1 << index;
      if ((mask & bit) !== 0 || ((needs[index] ?? 0) & ~mask) !== 0) continue;
      const order = [...row.order, call];
      const known = best.get(mask | bit);
      const cost = add(row.cost, (mask | bit) === full ? FREE : stateCost(tables, new Set(order)));
      if (known === undefined || compareCost(cost, known.cost) < 0) best.set(mask | bit, { order, cost });
    }
  }
  return best.get(full) as Row;
};

const greedyRow = (group: readonly number[], tables: readonly Table[], before: readonly (readonly number[])[]): Row => {
  const concerned = new Map(group.map((call) => [call, tables.filter((table) => table.calls.includes(call))]));
  const left = new Map(group.map((call, index) => [call, before[index] ?? []]));
  const done = new Set<number>();
  const order: number[] = [];
  let total = FREE;
  while (left.size > 0) {
    let next: { readonly call: number; readonly cost: Cost } | undefined;
    for (const [call, needs] of left) {
      if (needs.some((other) => !done.has(other))) continue;
      const cost = stateCost(concerned.get(call) ?? [], new Set([...done, call]));
      if (next === undefined || compareCost(cost, next.cost) < 0) next = { call, cost };
      if (compareCost(cost, FREE) === 0) break;
    }
    if (next === undefined) break;
    done.add(next.call);
    left.delete(next.call);
    order.push(next.call);
    if (left.size > 0) total = add(total, stateCost(tables, done));
  }
  return { order, cost: total };
};
