import { isDeletion } from "./deletions.ts";
import type { Drafts } from "./drafts.ts";
import { ancestors, type Edge, topological, withEdges } from "./graph.ts";
import { cuts, type Lattice, latticeOf, maskOf } from "./lattice.ts";
import type { Table } from "./tables.ts";

type Solution = {
  /** What must be added to the drafts' own edges so that every parallel run is safe. */
  readonly edges: readonly Edge[];
  /** Calls for which no safe order was found, each group for itself. */
  readonly stuck: readonly (readonly number[])[];
  /** The tables whose order matters. */
  readonly constrained: readonly Table[];
};

/** The exact search gives up after so many steps; small groups never need them all. */
const SEARCH_STEPS = 50_000;

/**
 * Finds edges that keep every reachable state within old and new. First what every good way has in common, which decides
 * nearly all plans in near-linear time; then an exact search in what is left open.
 */
export const solve = (drafts: Drafts, tables: readonly Table[]): Solution => {
  const strict = attempt(drafts, tables, false);
  return strict.stuck.length === 0 ? strict : attempt(drafts, tables, true);
};

const attempt = (drafts: Drafts, tables: readonly Table[], lenient: boolean): Solution => {
  const lattices = tables.map((table) => latticeOf(table, lenient)).filter((lattice) => lattice.constrained);
  const constrained = lattices.map((lattice) => lattice.table);
  const stuck = lattices.filter((lattice) => lattice.stuck).map((lattice) => lattice.table.calls);
  if (stuck.length > 0) return { edges: [], stuck: merged(stuck), constrained };
  const forced = lattices.flatMap((lattice) => lattice.forced);
  const preds = withEdges(drafts.preds, forced);
  const { circle } = topological(preds, drafts.drafts.keys());
  if (circle.length > 0) return { edges: [], stuck: [circle], constrained };
  const open = lattices.filter((lattice) => lattice.residual);
  const edges: Edge[] = [...forced];
  for (const group of groupsOf(open, preds)) {
    const order = search(group, drafts.drafts, preds, open);
    if (order === undefined) return { edges: [], stuck: [group], constrained };
    const inside = new Set(group);
    for (const lattice of open) {
      if (lattice.table.calls.some((call) => inside.has(call))) edges.push(...cuts(lattice, order));
    }
  }
  return { edges, stuck: [], constrained };
};

/** Joins lists that share a member. */
export const merged = (lists: readonly (readonly number[])[]): readonly (readonly number[])[] => {
  const parent = new Map<number, number>();
  const root = (call: number): number => {
    let at = call;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    return at;
  };
  for (const list of lists) {
    const [first] = list;
    if (first === undefined) continue;
    for (const call of list) {
      const [a, b] = [root(first), root(call)];
      if (!parent.has(call) && a !== call) parent.set(call, a);
      else parent.set(b, a);
    }
  }
  const groups = new Map<number, number[]>();
  for (const call of new Set(lists.flat())) {
    const top = root(call);
    const group = groups.get(top);
    if (group === undefined) groups.set(top, [call]);
    else group.push(call);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a - b));
};

/** Groups that can be searched one by one: orders inside them never make a circle through calls outside. */
const groupsOf = (
  open: readonly Lattice[],
  preds: ReadonlyMap<number, ReadonlySet<number>>,
): readonly (readonly number[])[] => {
  let groups = merged(open.map((lattice) => lattice.table.calls));
  for (;;) {
    const leader = new Map<number, number>();
    for (const group of groups) for (const call of group) leader.set(call, group[0] as number);
    if (groups.length < 2) return groups;
    const quotient = new Map<number, Set<number>>();
    for (const [call, before] of preds) {
      const own = leader.get(call) ?? call;
      const set = quotient.get(own) ?? new Set();
      for (const pred of before) {
        const other = leader.get(pred) ?? pred;
        if (other !== own) set.add(other);
      }
      quotient.set(own, set);
    }
    const circle = new Set(topological(quotient, quotient.keys()).circle);
    const joined = groups.filter((group) => circle.has(group[0] as number));
    if (joined.length < 2) return groups;
    groups = [...groups.filter((group) => !circle.has(group[0] as number)), joined.flat().sort((a, b) => a - b)];
  }
};

/** A deletion is tried only where nothing else leads on. */
const search = (
  group: readonly number[],
  drafts: Drafts["drafts"],
  preds: ReadonlyMap<number, ReadonlySet<number>>,
  open: readonly Lattice[],
): readonly number[] | undefined => {
  const members = new Set(group);
  const before = new Map(
    group.map((call) => [call, [...ancestors(preds, call)].filter((other) => members.has(other))]),
  );
  const lattices = new Map<number, Lattice[]>();
  for (const lattice of open) {
    for (const call of lattice.table.calls) {
      if (members.has(call)) lattices.set(call, [...(lattices.get(call) ?? []), lattice]);
    }
  }
  const deletes = (call: number): boolean => isDeletion(drafts.get(call));
  const choices = [...group.filter((call) => !deletes(call)), ...group.filter(deletes)];
  const dead = new Set<string>();
  const done = new Set<number>();
  const order: number[] = [];
  let steps = 0;
  const go = (): boolean => {
    if (order.length === group.length) return true;
    const key = group.map((call) => (done.has(call) ? "1" : "0")).join("");
    if (dead.has(key) || steps > SEARCH_STEPS) return false;
    steps += 1;
    for (const call of choices) {
      if (done.has(call) || before.get(call)?.some((other) => !done.has(other)) === true) continue;
      done.add(call);
      const fits = (lattices.get(call) ?? []).every((lattice) => lattice.useful(maskOf(lattice.table, done)));
      if (fits) {
        order.push(call);
        if (go()) return true;
        order.pop();
      }
      done.delete(call);
    }
    dead.add(key);
    return false;
  };
  return go() ? order : undefined;
};
