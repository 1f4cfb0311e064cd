import type { Drafts } from "./drafts.ts";
import { ancestors } from "./graph.ts";
import type { Part } from "./personal.ts";
import { separate } from "./separate.ts";
import type { Judgement, Spot } from "./spot.ts";

/** Some subjects of a place and the calls that can change what they hold: all orders of these calls can be judged apart. */
export type Table = {
  readonly spot: Spot;
  /** In rank order. */
  readonly calls: readonly number[];
  /** For each of `calls` those of them that are surely done before it, as bits. */
  readonly needs: readonly number[];
  /** The state when, of `calls`, exactly those in the set are done. */
  judge(done: ReadonlySet<number>): Judgement;
};

/** With more calls than this the states are not all looked at: the calls are put in a row. */
export const TABLE_CALLS = 12;
/** With more calls than this a place is taken apart by subjects first. */
const WHOLE_CALLS = 8;

/** `personal`: how the place falls apart, where that is known. `whole`: never take it apart. */
export const tablesOf = (
  drafts: Drafts,
  spot: Spot,
  personal: readonly Part[] | undefined,
  whole: boolean,
): readonly Table[] => {
  if (whole || spot.calls.length <= WHOLE_CALLS) {
    return [makeTable(drafts, spot, spot.calls, (done) => spot.judge(spot.at(done)))];
  }
  return (personal ?? separate(drafts, spot))
    .filter((part) => part.calls.length > 1)
    .map((part) => makeTable(drafts, spot, part.calls, (done) => spot.judge(part.at(done), part.subjects)));
};

const makeTable = (
  drafts: Drafts,
  spot: Spot,
  calls: readonly number[],
  judge: (done: ReadonlySet<number>) => Judgement,
): Table => {
  const memo = new Map<string, Judgement>();
  return {
    spot,
    calls,
    needs: calls.length > TABLE_CALLS ? [] : needsOf(drafts, calls),
    judge: (done) => {
      const key = calls.map((call) => (done.has(call) ? "1" : "0")).join("");
      const known = memo.get(key);
      if (known !== undefined) return known;
      const made = judge(done);
      memo.set(key, made);
      return made;
    },
  };
};

const needsOf = (drafts: Drafts, calls: readonly number[]): readonly number[] =>
  calls.map((call) => {
    const before = ancestors(drafts.preds, call);
    let bits = 0;
    for (const [index, other] of calls.entries()) if (before.has(other)) bits |= 1 << index;
    return bits;
  });
