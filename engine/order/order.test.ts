import { describe, expect, it } from "vitest";
import type { Call, CallDraft, Spec } from "../model.ts";
import { orderCalls } from "./order.ts";
import {
  type Rule,
  type Toy,
  type ToySpec,
  type ToyState,
  toyAddress,
  toyChanges,
  toyDrafts,
  toyWorld,
} from "./toy.model.ts";

const holds = (...value: string[]): ToySpec => ({ value, names: "" });
const uses = (names: string): ToySpec => ({ value: [], names });
const alice = (rule: Rule, room = "one"): Toy["pairs"][number] => ({
  room,
  subject: { kind: "user", id: "alice" },
  rule,
});
const everyone = (rule: Rule, room = "one"): Toy["pairs"][number] => ({ room, subject: { kind: "everyone" }, rule });
const union = (...objects: string[]): Rule => ({ type: "union", objects });
const gate = (...objects: string[]): Rule => ({ type: "gate", objects });

const plan = (
  pairs: Toy["pairs"],
  before: ToyState,
  after: ToyState,
  options: {
    stages?: boolean;
    managing?: readonly string[];
    accept?: readonly string[];
    edges?: readonly [number, number][];
  } = {},
) => {
  const toy = { pairs, before, after };
  return orderCalls(new Map([["toy", toyWorld(toy, options)]]), toyDrafts(toy, options.edges), {
    accept: options.accept ?? [],
    changes: toyChanges(toy),
  });
};

const names = (calls: readonly Call[]): readonly string[] => calls.map((call) => call.changes[0]?.split("/")[2] ?? "");

describe("the order of calls", () => {
  it("is empty when there is nothing to do", () => {
    expect(plan([], {}, {})).toEqual({ calls: [], minimum: 0, points: 1, exceptions: [], safe: true });
  });

  it("puts losses first, then by address, deletions last, and says who narrows", () => {
    const { calls, points } = plan(
      ["a", "b", "c", "d", "e"].map((name) => everyone(union(name), name)),
      { a: holds("r"), b: holds("w"), c: holds("r"), d: holds("r"), e: holds("x", "r") },
      { a: holds("r", "w"), b: null, c: holds("w"), d: holds(), e: holds("r", "x") },
    );
    expect(calls.map(({ id, direction }) => [id, direction])).toEqual([
      ["c1", "narrows"],
      ["c2", "mixed"],
      ["c3", "neutral"],
      ["c4", "widens"],
      ["c5", "narrows"],
    ]);
    expect(names(calls)).toEqual(["d", "c", "e", "a", "b"]);
    expect(calls.map((call) => call.after.length)).toEqual([0, 0, 0, 0, 4]);
    expect(points).toBe(6);
  });

  it("keeps what a provider says must come first", () => {
    const { calls } = plan([], { a: holds(), b: holds() }, { a: holds("r"), b: holds("r") }, { edges: [[1, 0]] });
    expect(names(calls)).toEqual(["b", "a"]);
    expect(calls[1]?.after).toEqual(["c1"]);
  });

  it("refuses drafts that wait for each other", () => {
    const circle = [
      [0, 1],
      [1, 0],
    ] as [number, number][];
    expect(() => plan([], { a: holds(), b: holds() }, { a: holds("r"), b: holds("r") }, { edges: circle })).toThrow(
      "circle",
    );
  });

  it("takes a gate's loss before its gain and a union's gain before its loss", () => {
    const gated = plan([alice(gate("a", "b"))], { a: holds("r"), b: holds("w") }, { a: holds("r", "w"), b: holds() });
    expect(names(gated.calls)).toEqual(["b", "a"]);
    expect(gated.calls[1]?.after).toEqual(["c1"]);
    const either = plan([alice(union("a", "b"))], { a: holds("r"), b: holds() }, { a: holds(), b: holds("r") });
    expect(names(either.calls)).toEqual(["b", "a"]);
    expect(either.safe).toBe(true);
  });

  it("leaves calls of different rooms in parallel", () => {
    const rooms = Array.from({ length: 50 }, (_, index) => `r${index}`);
    const { calls } = plan(
      rooms.flatMap((room) => [alice(union(`${room}a`, `${room}b`), room)]),
      Object.fromEntries(
        rooms.flatMap((room) => [
          [`${room}a`, holds("r")],
          [`${room}b`, holds()],
        ]),
      ),
      Object.fromEntries(
        rooms.flatMap((room) => [
          [`${room}a`, holds()],
          [`${room}b`, holds("r")],
        ]),
      ),
    );
    expect(calls.filter((call) => call.after.length > 0)).toHaveLength(50);
    expect(Math.max(...calls.map((call) => call.after.length))).toBe(1);
  });

  it("takes a place with very many calls apart: each override waits only for the default", () => {
    const users = Array.from({ length: 40 }, (_, index) => `u${index}`);
    const override = (name: string): Rule => ({ type: "override", override: name, base: "room" });
    const { calls, safe, points } = plan(
      [
        everyone(union("room")),
        ...users.map((id) => ({ room: "one", subject: { kind: "user" as const, id }, rule: override(id) })),
      ],
      { room: holds("r"), ...Object.fromEntries(users.map((id) => [id, null])) },
      { room: holds("w"), ...Object.fromEntries(users.map((id) => [id, holds("r")])) },
    );
    expect(safe).toBe(true);
    expect(points).toBe(42);
    expect(names(calls).at(-1)).toBe("room");
    expect(calls.at(-1)?.after).toHaveLength(40);
    expect(calls.slice(0, -1).every((call) => call.after.length === 0)).toBe(true);
  });

  it("plans many single-call rooms without comparing them with each other", () => {
    const rooms = Array.from({ length: 3000 }, (_, index) => `r${index}`);
    const { calls, safe } = plan(
      [],
      Object.fromEntries(rooms.map((room) => [room, holds("r")])),
      Object.fromEntries(rooms.map((room) => [room, holds()])),
    );
    expect(calls).toHaveLength(3000);
    expect(safe).toBe(true);
  });
});

describe("a deletion", () => {
  const gone = (...list: string[]): ToyState => Object.fromEntries(list.map((name) => [name, null]));
  const there = (...list: string[]): ToyState => Object.fromEntries(list.map((name) => [name, holds("r")]));
  const numbered = (prefix: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const afterOf = (calls: readonly Call[], name: string): readonly string[] => {
    const before = calls.find((call) => call.changes[0] === toyAddress(name))?.after ?? [];
    return names(calls.filter(({ id }) => before.includes(id)));
  };

  it("waits for every other call, whatever it is about", () => {
    const { calls } = plan([], { ...there("keep", "old"), new: null }, { keep: holds(), new: holds(), ...gone("old") });
    expect(names(calls)).toEqual(["keep", "new", "old"]);
    expect(calls.map((call) => call.after)).toEqual([[], [], ["c1", "c2"]]);
  });

  it("waits for the calls of all providers", () => {
    const world = toyWorld({ pairs: [], before: {}, after: {} });
    const draft = (provider: string, spec: Spec | null): CallDraft => ({
      provider,
      changes: [`${provider}/object/x`],
      method: "POST",
      path: "/",
      leaves: new Map([[`${provider}/object/x`, spec]]),
      after: [],
    });
    const list = [draft("a", null), draft("b", {}), draft("c", null)];
    const worlds = new Map(["a", "b", "c"].map((name) => [name, world]));
    const { calls } = orderCalls(worlds, list, { accept: [], changes: [] });
    expect(calls.map(({ provider, after }) => [provider, after])).toEqual([
      ["b", []],
      ["a", ["c1"]],
      ["c", ["c1"]],
    ]);
  });

  it("names only the last of calls that wait for each other", () => {
    const { calls } = plan(
      [],
      there("a", "b", "c", "old", "older"),
      { a: holds(), b: holds(), c: holds(), ...gone("old", "older") },
      {
        edges: [
          [0, 1],
          [3, 4],
        ],
      },
    );
    expect(afterOf(calls, "old")).toEqual(["b", "c"]);
    expect(afterOf(calls, "older")).toEqual(["old"]);
  });

  it("comes earlier where another call has to wait for it, and still after all that need not", () => {
    const { calls } = plan(
      [],
      there("a", "late", "old"),
      { a: holds(), late: holds(), ...gone("old") },
      { edges: [[2, 1]] },
    );
    expect(names(calls)).toEqual(["a", "old", "late"]);
    expect(calls.map((call) => call.after)).toEqual([[], ["c1"], ["c2"]]);
  });

  it("comes early only where it must: others wait for what stands behind it", () => {
    const edges: [number, number][] = [[3, 0]];
    const { calls } = plan([], there("a", "b", "m", "z"), { a: holds(), b: holds(), ...gone("m", "z") }, { edges });
    expect(names(calls)).toEqual(["b", "z", "a", "m"]);
    expect(afterOf(calls, "z")).toEqual(["b"]);
    expect(afterOf(calls, "m")).toEqual(["a"]);
  });

  it("comes early where safety needs it", () => {
    const pair = alice({ type: "override", override: "own", base: "room" });
    const before = { own: holds("r"), room: holds("r"), other: holds("r") };
    const first = plan([pair], before, { own: null, room: holds("r", "w"), other: holds() });
    expect(names(first.calls)).toEqual(["other", "room", "own"]);
    const swap = plan([alice(gate("a", "b"))], { a: holds("w"), b: holds("r") }, { a: null, b: holds("r", "w") });
    expect(names(swap.calls)).toEqual(["a", "b"]);
    expect(swap.calls.map((call) => call.after)).toEqual([[], ["c1"]]);
    expect(swap.safe).toBe(true);
  });

  it("is last where one safe order has it last and another one has not", () => {
    const pairs = [
      everyone(gate("d", "b", "e")),
      alice(gate("c", "b")),
      { ...alice({ type: "override", override: "e", base: "b" }), subject: { kind: "user" as const, id: "bob" } },
    ];
    const { calls, safe } = plan(
      pairs,
      { b: holds(), c: holds("w"), d: holds("r", "w", "x"), e: holds("r") },
      { b: holds("r", "w", "x"), c: holds("r", "w"), d: null, e: holds() },
    );
    expect(safe).toBe(true);
    expect(names(calls).at(-1)).toBe("d");
  });

  it("waits for one other deletion where there would be very many edges", () => {
    const waits = (deleted: number, kept: number): readonly number[] => {
      const [d, k] = [numbered("d", deleted), numbered("k", kept)];
      const after = { ...Object.fromEntries(k.map((name) => [name, holds()])), ...gone(...d) };
      const { calls } = plan([], there(...d, ...k), after);
      expect(names(calls).slice(kept).sort()).toEqual([...d].sort());
      return calls.slice(kept).map((call) => call.after.length);
    };
    expect(new Set(waits(100, 100))).toEqual(new Set([100]));
    expect(waits(300, 300)).toEqual([300, ...new Array(299).fill(1)]);
  });

  it("waits for the same other calls whoever is there", () => {
    const facts = { volatile: ["live"] };
    const toy = { pairs: [], before: there("a", "old"), after: { a: holds(), ...gone("old") } };
    const world = toyWorld(toy);
    const steady = { ...world, provider: { ...world.provider, facts: { ...world.provider.facts, ...facts } } };
    const live: CallDraft = {
      provider: "toy",
      changes: ["toy/live/one"],
      method: "POST",
      path: "/",
      leaves: new Map([["toy/live/one", {}]]),
      after: [0],
    };
    const drafts = toyDrafts(toy);
    const { calls } = orderCalls(new Map([["toy", steady]]), [...drafts, live], {
      accept: [],
      changes: toyChanges(toy),
    });
    expect(calls.map(({ changes, after }) => [changes[0], after])).toEqual([
      ["toy/object/a", []],
      ["toy/live/one", ["c1"]],
      ["toy/object/old", ["c1", "c2"]],
    ]);
  });
});

describe("a transition without a safe order", () => {
  const crossing = [alice(gate("a", "b")), everyone(gate("b", "a"), "two")];
  const swapBefore = { a: holds("r"), b: holds("w") };
  const swapAfter = { a: holds("w"), b: holds("r") };

  it("is staged where objects have values between, and says why", () => {
    const { calls, minimum, safe, reason, points } = plan(crossing, swapBefore, swapAfter, { stages: true });
    expect(safe).toBe(true);
    expect(minimum).toBe(2);
    expect(calls).toHaveLength(3);
    expect(points).toBe(4);
    expect(calls.filter((call) => call.staging)).toHaveLength(1);
    expect(reason).toContain("1 call more than the minimum");
    expect(reason).toContain(toyAddress("a"));
  });

  it.each([
    // Two sources of one union cross: whichever goes first takes something that both give.
    ["join", alice(union("a", "b")), ["r", "w"]],
    // A gate and a role behind it swap: whichever goes first lets something through that neither gives.
    ["meet", alice(gate("a", "b")), []],
  ] as const)("expands or contracts one of two calls that cross: %s", (_, pair, between) => {
    const { calls, safe, minimum } = plan([pair], swapBefore, swapAfter, { stages: true });
    expect({ safe, minimum, calls: names(calls) }).toEqual({ safe: true, minimum: 2, calls: ["a", "b", "a"] });
    expect(calls.map(({ staging }) => staging === true)).toEqual([true, false, false]);
    expect([...(calls[0]?.leaves.values() ?? [])].map((spec) => spec?.value)).toEqual([between]);
    expect(calls.map(({ after }) => after.at(-1))).toEqual([undefined, "c1", "c2"]);
    expect(plan([pair], swapBefore, swapAfter).safe).toBe(false);
  });

  it("stages as many calls as cross, each in its own room", () => {
    const rooms = ["one", "two", "three"];
    const state = (a: ToySpec, b: ToySpec): ToyState =>
      Object.fromEntries(
        rooms.flatMap((room) => [
          [`${room}a`, a],
          [`${room}b`, b],
        ]),
      );
    const pairs = rooms.map((room, index) => alice((index === 0 ? union : gate)(`${room}a`, `${room}b`), room));
    const { calls, safe, minimum } = plan(pairs, state(holds("r"), holds("w")), state(holds("w"), holds("r")), {
      stages: true,
    });
    expect({ safe, minimum, calls: calls.length }).toEqual({ safe: true, minimum: 6, calls: 9 });
  });

  it("needs no staging where a shared role changes under a room that leaves it", () => {
    const rooms = ["one", "two", "three"];
    const pairs = rooms.map((room) => everyone({ type: "role", holder: room }, room));
    const before = { ...Object.fromEntries(rooms.map((room) => [room, uses("old")])), old: holds("r"), new: null };
    const after = { one: uses("new"), two: uses("new"), three: uses("old"), old: holds("w"), new: holds("r") };
    const { calls, safe } = plan(pairs, before, after, { stages: true });
    expect(safe).toBe(true);
    expect(names(calls)).toEqual(["new", "one", "two", "old"]);
    expect(calls.at(-1)?.after).toEqual(expect.arrayContaining(["c2", "c3"]));
  });

  it("never counts too much as accepted", () => {
    const { exceptions, safe, points } = plan(crossing, swapBefore, swapAfter, {
      accept: ["*", "one", toyAddress("a")],
    });
    expect(safe).toBe(false);
    expect(points).toBe(2);
    expect(exceptions.length).toBeGreaterThan(0);
    expect(exceptions.every(({ type, accepted }) => type === "exceeds" && !accepted)).toBe(true);
  });

  it("rather lets something be missing for a while, and names who, what and how long", () => {
    const members = [
      alice({ type: "role", holder: "a" }),
      { ...alice({ type: "role", holder: "b" }), subject: { kind: "user" as const, id: "bob" } },
    ];
    const before = { a: uses("x"), b: uses("y"), x: holds("r"), y: holds("w") };
    const after = { a: uses("y"), b: uses("x"), x: holds("w"), y: holds("r") };
    const { exceptions, calls, points } = plan(members, before, after, { stages: true });
    expect(exceptions.map(({ type, subjects, capabilities }) => ({ type, subjects, capabilities }))).toEqual([
      { type: "lacks", subjects: [{ kind: "user", id: "alice" }], capabilities: ["r"] },
      { type: "lacks", subjects: [{ kind: "user", id: "bob" }], capabilities: ["w"] },
    ]);
    const ids = calls.map((call) => call.id);
    for (const { call, until, address } of exceptions) {
      expect(ids.indexOf(until)).toBeGreaterThan(ids.indexOf(call));
      expect(calls[ids.indexOf(call)]?.changes).toEqual([address]);
    }
    expect(points).toBeLessThan(calls.length + 1);
    const accepted = plan(members, before, after, { stages: true, accept: ["one"] });
    expect(accepted.exceptions.every((exception) => exception.accepted)).toBe(true);
    expect(accepted.safe).toBe(false);
    const other = plan(members, before, after, { stages: true, accept: ["two", "toy/object/nothing"] });
    expect(other.exceptions.some((exception) => exception.accepted)).toBe(false);
  });
});

it("hands a managing permission over before it is taken away", () => {
  const swap = [alice(union("a")), { ...alice(union("b")), subject: { kind: "user" as const, id: "bob" } }];
  const before = { a: holds("manage"), b: holds() };
  const after = { a: holds(), b: holds("manage") };
  expect(names(plan(swap, before, after).calls)).toEqual(["a", "b"]);
  const { calls } = plan(swap, before, after, { managing: ["manage"] });
  expect(names(calls)).toEqual(["b", "a"]);
  expect(calls[1]?.after).toEqual(["c1"]);
});
