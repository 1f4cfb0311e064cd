import fc from "fast-check";
import { expect, it } from "vitest";
import { subjectKey } from "../effect/accesses.ts";
import { numberDrafts } from "./drafts.ts";
import { separate } from "./separate.ts";
import { differing, spotOf } from "./spot.ts";
import { crowded } from "./toy.arbitrary.model.ts";
import { type Toy, toyDrafts, toyWorld } from "./toy.model.ts";

const spotFor = (toy: Toy) => {
  const drafts = numberDrafts(toyDrafts(toy));
  return { drafts, spot: spotOf(drafts, toyWorld(toy), { provider: "toy", room: "one" }, [...drafts.drafts.keys()]) };
};

it("puts every call that can touch a subject into the subject's part", () => {
  fc.assert(
    fc.property(crowded, (toy) => {
      const { drafts, spot } = spotFor(toy);
      const truth = new Map<string, Set<number>>();
      for (let mask = 0; mask < 2 ** spot.calls.length; mask += 1) {
        const done = new Set(spot.calls.filter((_, index) => (mask & (1 << index)) !== 0));
        for (const call of spot.calls) {
          if (done.has(call)) continue;
          for (const subject of differing(spot.at(done), spot.at(new Set([...done, call])))) {
            truth.set(subject, (truth.get(subject) ?? new Set()).add(call));
          }
        }
      }
      const parts = separate(drafts, spot);
      for (const [subject, calls] of truth) {
        if (calls.size < 2) continue;
        const part = parts.find((one) => one.subjects.has(subject));
        expect(part?.calls).toEqual([...calls].sort((a, b) => a - b));
      }
    }),
    { numRuns: 60 },
  );
});

it("sees who has everyone's permissions before and after, and entries of their own between", () => {
  const rules: Toy["pairs"] = [
    { room: "one", subject: { kind: "everyone" }, rule: { type: "role", holder: "room" } },
    { room: "one", subject: { kind: "user", id: "u" }, rule: { type: "override", override: "u", base: "b" } },
  ];
  const toy: Toy = {
    pairs: rules,
    before: {
      room: { value: [], names: "a" },
      a: { value: ["r"], names: "" },
      b: { value: ["w"], names: "" },
      u: { value: ["x"], names: "" },
    },
    after: { room: { value: [], names: "b" }, a: { value: ["w"], names: "" }, b: { value: ["r"], names: "" }, u: null },
  };
  const world = toyWorld(toy);
  const provider = {
    ...world.provider,
    // As real services do: nobody is listed without an override.
    effective: (...[place, view, policy]: Parameters<typeof world.provider.effective>) =>
      world.provider
        .effective(place, view, policy)
        .filter(({ subject }) => subject.kind === "everyone" || view("toy/object/u") !== null),
  };
  const drafts = numberDrafts(toyDrafts(toy));
  const calls = [...drafts.drafts.keys()];
  const spot = spotOf(drafts, { ...world, provider }, { provider: "toy", room: "one" }, calls);
  const part = separate(drafts, spot).find(({ subjects }) => subjects.has(subjectKey({ kind: "user", id: "u" })));
  expect(part?.calls).toEqual(calls);
});

it("gives a default and many overrides as pairs", () => {
  const users = Array.from({ length: 30 }, (_, index) => `u${index}`);
  const toy: Toy = {
    pairs: users.map((id) => ({
      room: "one",
      subject: { kind: "user", id },
      rule: { type: "override", override: id, base: "room" },
    })),
    before: { room: { value: ["r"], names: "" }, ...Object.fromEntries(users.map((id) => [id, null])) },
    after: {
      room: { value: ["w"], names: "" },
      ...Object.fromEntries(users.map((id) => [id, { value: ["x"], names: "" }])),
    },
  };
  const { drafts, spot } = spotFor(toy);
  const parts = separate(drafts, spot);
  expect(parts).toHaveLength(30);
  for (const part of parts) expect(part.calls).toHaveLength(2);
  const [first] = parts;
  const [, override] = first?.calls ?? [];
  const state = first?.at(new Set([override ?? -1]));
  const [subject] = first?.subjects ?? [];
  expect(state?.own.get(subject ?? "")).toBe(spot.new.own.get(subject ?? ""));
  expect(subject).toBe(subjectKey({ kind: "user", id: "u0" }));
});
