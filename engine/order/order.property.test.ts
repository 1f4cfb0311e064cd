import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Call } from "../model.ts";
import type { View } from "../provider.ts";
import { downSets, isSafe, type Model, type ModelState, safeOrderExists } from "./brute-force.model.ts";
import { orderCalls } from "./order.ts";
import { crowded, SUBJECTS, toys } from "./toy.arbitrary.model.ts";
import { give, type Toy, toyChanges, toyDrafts, toyView, toyWorld } from "./toy.model.ts";

const edges = fc.array(fc.tuple(fc.nat(4), fc.nat(4)), { maxLength: 2 });

const ordered = (toy: Toy, stages: boolean, wanted: readonly (readonly [number, number])[]) => {
  const count = toyChanges(toy).length;
  const kept = wanted.filter(([first, then]) => first < then && then < count);
  const drafts = toyDrafts(toy, kept);
  const result = orderCalls(new Map([["toy", toyWorld(toy, { stages })]]), drafts, {
    accept: [],
    changes: toyChanges(toy),
  });
  return { result, drafts };
};

/** Every pair that somebody could ask about: those with a rule, and the others with what everyone has in that room. */
const pairsIn = (toy: Toy, view: View): ModelState => {
  const found = new Map<string, ReadonlySet<string>>();
  for (const room of new Set(toy.pairs.map((one) => one.room))) {
    const rules = toy.pairs.filter((one) => one.room === room);
    const everyone = rules.find((one) => one.subject.kind === "everyone");
    for (const subject of SUBJECTS) {
      const used = rules.find((one) => JSON.stringify(one.subject) === JSON.stringify(subject)) ?? everyone;
      found.set(JSON.stringify([room, subject]), new Set(used === undefined ? [] : give(used.rule, view)));
    }
  }
  return found;
};

const modelOf = (toy: Toy, calls: readonly Pick<Call, "leaves">[], after: readonly (readonly number[])[]): Model => ({
  calls: calls.length,
  after,
  stateAfter: (done) => {
    const base = toyView(toy.before);
    const written = new Map([...done].sort((a, b) => a - b).flatMap((call) => [...(calls[call]?.leaves ?? [])]));
    return pairsIn(toy, (address) => (written.has(address) ? written.get(address) : base(address)));
  },
});

const indexes = (calls: readonly Call[]): readonly (readonly number[])[] =>
  calls.map((call) => call.after.map((id) => calls.findIndex((other) => other.id === id)));

describe("any order of calls in a small world", () => {
  it("is safe in every parallel run and minimal whenever a safe order of the fewest calls exists", () => {
    fc.assert(
      fc.property(toys, edges, fc.boolean(), (toy, wanted, stages) => {
        const { result, drafts } = ordered(toy, stages, wanted);
        const exists = safeOrderExists(
          modelOf(
            toy,
            drafts,
            drafts.map((draft) => draft.after),
          ),
        );
        expect(result.minimum).toBe(drafts.length);
        if (!exists) return;
        expect(result.safe).toBe(true);
        expect(result.calls).toHaveLength(drafts.length);
        expect(result.points).toBe(drafts.length + 1);
        const model = modelOf(toy, result.calls, indexes(result.calls));
        for (const done of downSets(model)) expect(isSafe(model, done)).toBe(true);
      }),
      { numRuns: 700 },
    );
  });

  it("is safe and minimal too where a place has so many calls that it is taken apart", () => {
    fc.assert(
      fc.property(crowded, (toy) => {
        const { result, drafts } = ordered(toy, false, []);
        const model = modelOf(toy, result.calls, indexes(result.calls));
        const free = modelOf(
          toy,
          drafts,
          drafts.map(() => []),
        );
        if (safeOrderExists(free)) expect(result.safe).toBe(true);
        if (result.safe) expect(downSets(model).filter((done) => !isSafe(model, done))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the edges that were asked for, and stages only what it says", () => {
    fc.assert(
      fc.property(toys, edges, (toy, wanted) => {
        const { result } = ordered(toy, true, wanted);
        const position = new Map(result.calls.map((call, at) => [call.id, at]));
        for (const [at, call] of result.calls.entries()) {
          for (const first of call.after) expect(position.get(first)).toBeLessThan(at);
        }
        const more = result.calls.length - result.minimum;
        expect(result.calls.filter((call) => call.staging === true)).toHaveLength(more);
        expect(result.reason === undefined).toBe(more === 0);
      }),
      { numRuns: 300 },
    );
  });

  it("never sends a deletion beside another call, and puts it last where nothing has to wait for it", () => {
    const oneIsEarly: Toy = {
      pairs: [{ room: "one", subject: { kind: "everyone" }, rule: { type: "role", holder: "b" } }],
      before: {
        a: null,
        b: { value: [], names: "d" },
        c: { value: [], names: "a" },
        d: null,
        e: { value: ["!r"], names: "a" },
      },
      after: {
        a: { value: [], names: "a" },
        b: { value: [], names: "e" },
        c: null,
        d: { value: ["!r"], names: "a" },
        e: null,
      },
    };
    fc.assert(
      fc.property(toys, edges, (toy, wanted) => {
        const { calls } = ordered(toy, false, wanted).result;
        const before = new Map<string, ReadonlySet<string>>();
        for (const { id, after } of calls) {
          before.set(id, new Set([...after, ...after.flatMap((first) => [...(before.get(first) ?? [])])]));
        }
        const deletes = (call: Call): boolean => [...call.leaves.values()].every((spec) => spec === null);
        const others = calls.filter((call) => !deletes(call));
        for (const call of calls.filter(deletes)) {
          const kept = others.filter((other) => before.get(other.id)?.has(call.id) !== true);
          for (const other of kept) expect(before.get(call.id)).toContain(other.id);
        }
      }),
      { numRuns: 500, examples: [[oneIsEarly, [[2, 3]]]] },
    );
  });

  it("is safe where it says so, staged or not, and announces every place that is not", () => {
    fc.assert(
      fc.property(toys, edges, (toy, wanted) => {
        const { result } = ordered(toy, true, wanted);
        if (result.calls.length > 9) return;
        const model = modelOf(toy, result.calls, indexes(result.calls));
        const bad = downSets(model).filter((done) => !isSafe(model, done));
        expect(result.safe).toBe(result.exceptions.length === 0);
        if (result.safe) expect(bad).toEqual([]);
        else expect(bad.length).toBeGreaterThan(0);
        for (const done of bad) {
          const has = (id: string): boolean => done.has(result.calls.findIndex((call) => call.id === id));
          expect(result.exceptions.some((window) => has(window.call) && !has(window.until))).toBe(true);
        }
        let safePoints = 0;
        for (let count = 0; count <= result.calls.length; count += 1) {
          if (isSafe(model, new Set(Array.from({ length: count }, (_, at) => at)))) safePoints += 1;
        }
        expect(result.points).toBe(safePoints);
      }),
      { numRuns: 500 },
    );
  });
});
