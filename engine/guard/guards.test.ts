import { describe, expect, it } from "vitest";
import type { Guards } from "../model.ts";
import { orderCalls } from "../order/order.ts";
import { type Toy, type ToySpec, type ToyState, toyChanges, toyDrafts, toyWorld } from "../order/toy.model.ts";
import type { GuardName, GuardResult } from "../plan-document.ts";
import { type GuardInput, judgeGuards } from "./guards.ts";

const GUARDS: Guards = {
  removals: { percent: 30, floor: 10 },
  deletions: 3,
  emptied: 5,
  lastHolder: true,
  gains: undefined,
  creations: undefined,
};

const holds = (...value: string[]): ToySpec => ({ value, names: "" });
const rooms = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `r${index}`);

type Options = Partial<Omit<GuardInput, "guards">> & {
  readonly guards?: Partial<Guards>;
  readonly managing?: readonly string[];
};

/** One user `u` in each room, whose object gives everything. */
const judged = (
  before: ToyState,
  after: ToyState,
  options: Options = {},
  pairs?: Toy["pairs"],
): readonly GuardResult[] => {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const toy: Toy = {
    pairs:
      pairs ??
      names.map((room) => ({ room, subject: { kind: "user", id: "u" }, rule: { type: "union", objects: [room] } })),
    before,
    after,
  };
  const worlds = new Map([["toy", toyWorld(toy, { managing: options.managing ?? [] })]]);
  const changes = toyChanges(toy);
  const ordered = orderCalls(worlds, toyDrafts(toy), { accept: [], changes });
  return judgeGuards({
    worlds,
    changes,
    calls: ordered.calls,
    exceptions: ordered.exceptions,
    allow: { removals: [], gains: [], creations: null },
    incomplete: new Map(),
    ...options,
    guards: { ...GUARDS, ...options.guards },
  });
};

const result = (results: readonly GuardResult[], guard: GuardName): GuardResult | undefined =>
  results.find((one) => one.guard === guard);
const state = (names: readonly string[], spec: ToySpec | null): ToyState =>
  Object.fromEntries(names.map((name) => [name, spec]));
const allow = (...removals: string[]): Options => ({ allow: { removals, gains: [], creations: null } });

describe("removals", () => {
  const lose = (count: number, of: number, options: Options = {}): GuardResult | undefined =>
    result(
      judged(
        state(rooms(of), holds("r", "w")),
        { ...state(rooms(of), holds("r", "w")), ...state(rooms(count), holds("r")) },
        options,
      ),
      "removals",
    );

  it("lets up to the floor pass whatever share that is", () => {
    expect(lose(10, 10)).toMatchObject({ passed: true, count: 10, total: 10 });
  });

  it("fails only over both limits, with the flag to paste", () => {
    expect(lose(11, 40)).toMatchObject({ passed: true, count: 11, total: 40 });
    const failed = lose(13, 40);
    expect(failed).toMatchObject({
      passed: false,
      count: 13,
      total: 40,
      limit: "30 %",
      flag: "--allow-removals 'toy/object/r*=13'",
    });
    expect(failed?.message).toContain("--allow-removals 'toy/object/r*=13'");
    expect(lose(12, 40)).toMatchObject({ passed: true });
  });

  it("passes with the flag, and says which", () => {
    expect(lose(13, 40, allow("toy/object/r*=13"))).toMatchObject({
      passed: true,
      allowed_by: "--allow-removals 'toy/object/r*=13'",
    });
    expect(lose(40, 40, allow("toy/object/r*=29"))).toMatchObject({ passed: false });
    expect(lose(13, 40, allow("other*=13"))).toMatchObject({ passed: false });
  });

  it("does not count pairs when nothing is lost", () => {
    const toy: Toy = { pairs: [], before: {}, after: {} };
    const world = toyWorld(toy);
    const provider = {
      ...world.provider,
      allPlaces: () => {
        throw new Error("counted");
      },
    };
    const results = judgeGuards({
      worlds: new Map([["toy", { ...world, provider }]]),
      guards: GUARDS,
      changes: [],
      calls: [],
      exceptions: [],
      allow: { removals: [], gains: [], creations: null },
      incomplete: new Map(),
    });
    expect(results.every(({ passed, count }) => passed && count === 0)).toBe(true);
    expect(results.map(({ guard }) => guard)).toEqual(["removals", "deletions", "emptied", "lastHolder"]);
  });

  it("takes the total of an approved plan instead of counting", () => {
    expect(lose(13, 13, { total: 1000 })).toMatchObject({ passed: true, total: 1000 });
  });

  it("counts everybody named in a place whose state before is not known", () => {
    const results = judged(
      { a: holds() },
      { a: holds("r") },
      { unknownBefore: ({ room }) => room === "a", guards: { removals: { percent: 0, floor: 0 } } },
    );
    expect(result(results, "removals")).toMatchObject({ passed: false, count: 1 });
  });

  it("forbids what depends on an incomplete reading, whatever the flags", () => {
    const incomplete = new Map([["toy", ["page 2 of the rooms"]]]);
    const before = state(rooms(2), holds("r"));
    const results = judged(before, { ...before, r0: holds() }, { incomplete, ...allow("*=99") });
    const failed = results.filter(({ passed }) => !passed);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.message).toContain("page 2 of the rooms");
    expect(failed[0]?.flag).toBeUndefined();
    expect(judged(before, { ...before, r0: holds("r", "w") }, { incomplete }).every(({ passed }) => passed)).toBe(true);
  });
});

describe("deletions and emptied rooms", () => {
  it("count what goes, each against its own limit", () => {
    const before = state(rooms(6), holds("r"));
    const deleted = judged(before, { ...before, ...state(rooms(4), null) });
    expect(result(deleted, "deletions")).toMatchObject({
      passed: false,
      count: 4,
      limit: "3",
      flag: "--allow-removals 'toy/object/r*=4'",
    });
    expect(result(deleted, "emptied")).toMatchObject({ passed: true, count: 0 });
    expect(result(judged(before, { ...before, ...state(rooms(3), null) }), "deletions")).toMatchObject({
      passed: true,
    });
    expect(result(judged(before, { ...before, ...state(rooms(4), null) }, allow("*=4")), "deletions")).toMatchObject({
      passed: true,
      allowed_by: "--allow-removals '*=4'",
    });
  });

  it("see a room that stays and loses every named user", () => {
    const before = { a: holds("r"), m: holds("x") };
    const world = toyWorld({ pairs: [], before, after: { ...before, a: holds() } });
    const named = (view: typeof world.before) =>
      JSON.stringify(view("toy/object/a")?.value) !== "[]"
        ? [{ subject: { kind: "user" as const, id: "u" }, capabilities: ["r"], layer: "user" as const }]
        : [];
    const provider = {
      ...world.provider,
      places: () => [{ place: { provider: "toy", room: "a" }, dependsOn: ["toy/object/a"] }],
      effective: (_: unknown, view: typeof world.before) => [
        { subject: { kind: "everyone" as const }, capabilities: [], layer: "default" as const },
        ...named(view),
      ],
    };
    const toy: Toy = { pairs: [], before, after: { ...before, a: holds() } };
    const results = judgeGuards({
      worlds: new Map([["toy", { ...world, provider }]]),
      guards: { ...GUARDS, emptied: 0 },
      changes: toyChanges(toy),
      calls: [],
      exceptions: [],
      allow: { removals: [], gains: [], creations: null },
      incomplete: new Map(),
    });
    expect(result(results, "emptied")).toMatchObject({
      passed: false,
      count: 1,
      flag: "--allow-removals toy/object/a=1",
    });
  });
});

describe("the last holder", () => {
  const managing = ["manage"];

  it("keeps a managing permission in a place that goes on existing", () => {
    const results = judged({ a: holds("manage", "r") }, { a: holds("r") }, { managing });
    expect(result(results, "lastHolder")).toMatchObject({
      passed: false,
      count: 1,
      flag: "--allow-removals toy/object/a=1",
    });
    expect(result(judged({ a: holds("manage") }, { a: null }, { managing }), "lastHolder")).toMatchObject({
      passed: true,
    });
    expect(result(judged({ a: holds("r") }, { a: holds() }, { managing }), "lastHolder")).toMatchObject({
      passed: true,
    });
    const off = judged({ a: holds("manage") }, { a: holds() }, { managing, guards: { lastHolder: false } });
    expect(result(off, "lastHolder")).toBeUndefined();
    expect(
      result(judged({ a: holds("manage") }, { a: holds() }, { managing, ...allow("a=1") }), "lastHolder"),
    ).toMatchObject({ passed: true, allowed_by: "--allow-removals a=1" });
  });

  it("is looked for at every step, not only at the end", () => {
    const pairs: Toy["pairs"] = ["a", "b"].map((name) => ({
      room: "one",
      subject: { kind: "user", id: name },
      rule: { type: "union", objects: [name] },
    }));
    const toy: Toy = { pairs, before: { a: holds("manage"), b: holds() }, after: { a: holds(), b: holds("manage") } };
    const worlds = new Map([["toy", toyWorld(toy, { managing })]]);
    const changes = toyChanges(toy);
    const lossFirst = orderCalls(new Map([["toy", toyWorld(toy)]]), toyDrafts(toy), { accept: [], changes }).calls;
    const base = {
      worlds,
      changes,
      guards: GUARDS,
      exceptions: [],
      allow: { removals: [], gains: [], creations: null },
      incomplete: new Map(),
    };
    const failed = result(judgeGuards({ ...base, calls: lossFirst }), "lastHolder");
    expect(failed).toMatchObject({ passed: false, count: 1 });
    expect(failed?.message).toContain("from c1 on");
    const { calls } = orderCalls(worlds, toyDrafts(toy), { accept: [], changes });
    expect(result(judgeGuards({ ...base, calls }), "lastHolder")).toMatchObject({ passed: true });
  });
});

describe("opt-in guards", () => {
  const pairs: Toy["pairs"] = [
    { room: "a", subject: { kind: "everyone" }, rule: { type: "union", objects: ["a"] } },
    { room: "b", subject: { kind: "user", id: "u" }, rule: { type: "union", objects: ["b"] } },
  ];
  const before = { a: holds("r"), b: holds("r") };

  it("limits gains, everyone's apart", () => {
    const widened = { ...before, a: holds("r", "w") };
    const failed = result(judged(before, widened, { guards: { gains: { everyone: 0 } } }, pairs), "gains");
    expect(failed).toMatchObject({ passed: false, count: 1, flag: "--allow-gains toy/object/a=1" });
    const user = { ...before, b: holds("r", "w") };
    expect(result(judged(before, user, { guards: { gains: { everyone: 0 } } }, pairs), "gains")).toMatchObject({
      passed: true,
    });
    expect(
      result(judged(before, user, { guards: { gains: { percent: 40, floor: 0 } } }, pairs), "gains"),
    ).toMatchObject({ passed: false });
    expect(result(judged(before, user, { guards: { gains: { percent: 50 } } }, pairs), "gains")).toMatchObject({
      passed: true,
    });
    const flag = { allow: { removals: [], gains: ["a=1"], creations: null } };
    expect(
      result(judged(before, widened, { guards: { gains: { everyone: 0 } }, ...flag }, pairs), "gains"),
    ).toMatchObject({ passed: true, allowed_by: "--allow-gains a=1" });
  });

  it("count as created only rooms and roles, not what is there while somebody is", () => {
    const created = { a: null, b: null };
    const made = { a: holds("r"), b: holds("r") };
    const toy: Toy = { pairs: [], before: created, after: made };
    const [room, other] = toyChanges(toy);
    if (room === undefined || other === undefined) throw new Error("two changes");
    const person = { ...room, address: "toy/user/a/u", kind: "user", id: "u", room: "a" };
    const call = { ...other, address: "toy/live/b", kind: "live", id: "b" };
    const world = toyWorld(toy);
    const provider = { ...world.provider, facts: { ...world.provider.facts, volatile: ["live"] } };
    const results = judgeGuards({
      worlds: new Map([["toy", { ...world, provider }]]),
      guards: { ...GUARDS, creations: 0 },
      changes: [room, person, call],
      calls: [],
      exceptions: [],
      allow: { removals: [], gains: [], creations: null },
      incomplete: new Map(),
    });
    expect(result(results, "creations")).toMatchObject({ passed: false, count: 1, flag: "--allow-creations 1" });
  });

  it("limits creations", () => {
    const created = { a: null, b: null };
    const made = { a: holds("r"), b: holds("r") };
    expect(result(judged(created, made, { guards: { creations: 1 } }), "creations")).toMatchObject({
      passed: false,
      flag: "--allow-creations 2",
    });
    const flag = { allow: { removals: [], gains: [], creations: 2 } };
    expect(result(judged(created, made, { guards: { creations: 1 }, ...flag }), "creations")).toMatchObject({
      passed: true,
      allowed_by: "--allow-creations 2",
    });
    expect(result(judged(created, made), "creations")).toBeUndefined();
  });
});
