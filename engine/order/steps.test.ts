import { expect, it } from "vitest";
import { orderCalls } from "./order.ts";
import { stepsOf } from "./steps.ts";
import { type Toy, type ToySpec, toyAddress, toyChanges, toyDrafts, toyWorld } from "./toy.model.ts";

const holds = (...value: string[]): ToySpec => ({ value, names: "" });

it("gives the states between of places that several calls touch, and no others", () => {
  const toy: Toy = {
    pairs: [
      { room: "shared", subject: { kind: "user", id: "u" }, rule: { type: "union", objects: ["a", "b", "c"] } },
      { room: "alone", subject: { kind: "user", id: "u" }, rule: { type: "union", objects: ["d"] } },
    ],
    before: { a: holds("r"), b: holds("r"), c: holds("r"), d: holds("r") },
    after: { a: holds(), b: holds("x"), c: holds("y"), d: holds("x") },
  };
  const worlds = new Map([["toy", toyWorld(toy)]]);
  const { calls } = orderCalls(worlds, toyDrafts(toy), { accept: [], changes: toyChanges(toy) });
  const steps = stepsOf(worlds, calls);
  expect(steps.flatMap(({ places }) => places.map(({ room }) => room))).toEqual(["shared", "shared"]);
  for (const [index, step] of steps.entries()) {
    const done = calls.slice(0, calls.findIndex((call) => call.id === step.call) + 1);
    expect(index).toBeLessThan(2);
    for (const call of calls) {
      const [address] = call.changes;
      const spec = step.view(address ?? "");
      const expected = done.includes(call) ? call.leaves.get(address ?? "") : worlds.get("toy")?.before(address ?? "");
      expect(spec).toEqual(expected);
    }
  }
  expect(steps[0]?.view(toyAddress("nothing"))).toBeNull();
});
