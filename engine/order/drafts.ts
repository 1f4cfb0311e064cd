import type { Address, CallDraft, Spec } from "../model.ts";
import type { View } from "../provider.ts";
import { invariant } from "../util/invariant.ts";
import { type Edge, type Preds, topological, withEdges } from "./graph.ts";

/** Drafts by number, and what comes before what. A number always stands for the same draft, also after staging. */
export type Drafts = {
  readonly drafts: ReadonlyMap<number, CallDraft>;
  readonly preds: Preds;
  /** Position in one order that keeps every edge. */
  readonly rank: ReadonlyMap<number, number>;
  /** Who writes an object, in the order in which they write it. */
  readonly writers: ReadonlyMap<Address, readonly number[]>;
};

const NONE: ReadonlySet<number> = new Set();

/** Numbers a provider's proposal. Drafts that write one object keep their order. Throws when they wait for each other in a circle. */
export const numberDrafts = (list: readonly CallDraft[]): Drafts => {
  const drafts = new Map(list.entries());
  const edges: Edge[] = [];
  const last = new Map<Address, number>();
  for (const [number, draft] of list.entries()) {
    for (const first of draft.after) edges.push([first, number]);
    for (const address of draft.leaves.keys()) {
      const earlier = last.get(address);
      if (earlier !== undefined && !list[earlier]?.after.includes(number)) edges.push([earlier, number]);
      last.set(address, number);
    }
  }
  return makeDrafts(drafts, withEdges(new Map(list.map((_, number) => [number, NONE])), edges));
};

/** Throws when the drafts wait for each other in a circle: a provider has to split those. */
export const makeDrafts = (drafts: ReadonlyMap<number, CallDraft>, preds: Preds): Drafts => {
  const { order, circle } = topological(preds, drafts.keys());
  invariant(circle.length === 0, "calls wait for each other in a circle");
  const writers = new Map<Address, number[]>();
  for (const number of order) {
    for (const address of drafts.get(number)?.leaves.keys() ?? []) {
      const list = writers.get(address);
      if (list === undefined) writers.set(address, [number]);
      else list.push(number);
    }
  }
  return { drafts, preds, rank: new Map(order.map((number, rank) => [number, rank])), writers };
};

/** How objects look when some of these calls (in rank order) are done. */
export const viewAfter = (drafts: Drafts, before: View, calls: readonly number[], done: ReadonlySet<number>): View => {
  const written = new Map<Address, Spec | null>();
  for (const call of calls) {
    if (!done.has(call)) continue;
    for (const [address, spec] of drafts.drafts.get(call)?.leaves ?? []) written.set(address, spec);
  }
  return (address) => (written.has(address) ? written.get(address) : before(address));
};
