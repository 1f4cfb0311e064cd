import { describe, expect, it } from "vitest";
import type { Check, CheckWho, Grant, RoomPolicy, Source, Subject } from "../model.ts";
import { type Rule, type Toy, type ToySpec, type ToyState, toyView, toyWorld } from "../order/toy.model.ts";
import { runChecks } from "./checks.ts";
import { explain, whoCan } from "./explain.ts";
import type { CheckState } from "./rooms.ts";

const line = (number: number): Source => ({
  locate: () => ({ filename: "rolecall.yaml", start: { line: number, column: 5 }, end: { line: number, column: 6 } }),
});
const NOBODY: CheckWho = {
  users: [],
  teams: [],
  groups: [],
  roles: [],
  everyone: false,
  anyone: false,
  unlisted: false,
};
const who = (parts: Partial<CheckWho>): CheckWho => ({ ...NOBODY, ...parts });
const check = (parts: Partial<Check>): Check => ({
  name: "check",
  source: line(1),
  who: undefined,
  in: ["*"],
  can: [],
  cannot: [],
  only: [],
  atLeast: undefined,
  reason: undefined,
  ...parts,
});

const grant = (role: string): Grant => ({
  role,
  block: { type: "existing", source: line(1) },
  via: { type: "user" },
  pattern: undefined,
  source: line(7),
  starts: undefined,
  expires: undefined,
  reason: undefined,
});
const policyOf = (id: string): RoomPolicy => ({
  provider: "toy",
  id,
  source: line(2),
  pattern: undefined,
  absent: false,
  create: true,
  live: "enforce",
  mode: { default: "authoritative", users: "additive", groups: "additive", settings: "authoritative" },
  default: grant("viewer"),
  users: new Map([["alice", grant("facilitator")]]),
  groups: new Map(),
  removedUsers: new Map(),
  removedGroups: new Map(),
  metadata: undefined,
  settings: undefined,
  reason: undefined,
  fieldSources: new Map(),
});

const holds = (...value: string[]): ToySpec => ({ value, names: "" });
const pair = (room: string, subject: Subject, object: string): Toy["pairs"][number] => {
  const rule: Rule = { type: "union", objects: [object] };
  return { room, subject, rule };
};
const PAIRS = ["weekly", "retro"].flatMap((room) => [
  pair(room, { kind: "everyone" }, "all"),
  pair(room, { kind: "user", id: "alice" }, "alice"),
  pair(room, { kind: "user", id: "mallory" }, "mallory"),
  pair(room, { kind: "group", id: "contractors" }, "group"),
]);
const BASE: ToyState = { all: holds("toy:r"), alice: holds("toy:r", "toy:w"), mallory: holds("toy:r"), group: holds() };

const stateOf = (name: string, state: ToyState, places?: readonly string[]): CheckState => {
  const toy: Toy = { pairs: PAIRS, before: state, after: state };
  const { provider, policy } = toyWorld(toy, {
    rooms: new Map([
      ["weekly", policyOf("weekly")],
      ["retro", policyOf("retro")],
    ]),
  });
  return {
    name,
    scenes: new Map([["toy", { provider, policy, view: toyView(state) }]]),
    ...(places === undefined ? {} : { places: places.map((room) => ({ provider: "toy", room })) }),
  };
};

const teams = new Map([
  [
    "design",
    {
      name: "design",
      source: line(1),
      members: new Map([
        ["alice", line(1)],
        ["bob", line(1)],
      ]),
    },
  ],
]);
const run = (one: Partial<Check>, state: ToyState = BASE) =>
  runChecks({ checks: [check(one)], teams, states: [stateOf("desired", state)] })[0];
const subjects = (one: Partial<Check>): readonly (string | undefined)[] =>
  (run(one)?.failures ?? []).map(
    ({ subject, room }) => `${room} ${subject.kind === "everyone" ? "everyone" : subject.id}`,
  );

describe("who a check is about", () => {
  it("is anyone when it is left out", () => {
    expect(subjects({ in: ["weekly"], cannot: ["toy:w"] })).toEqual(["weekly alice"]);
    expect(subjects({ in: ["weekly"], cannot: ["toy:r"] })).toEqual([
      "weekly everyone",
      "weekly alice",
      "weekly mallory",
    ]);
    expect(subjects({ in: ["weekly"], who: who({ anyone: true }), cannot: ["toy:r"] })).toHaveLength(3);
  });

  it("is users, team members, groups, everyone, holders of roles and the unlisted", () => {
    expect(subjects({ in: ["weekly"], who: who({ users: ["alice"] }), cannot: ["toy:w"] })).toEqual(["weekly alice"]);
    expect(subjects({ in: ["weekly"], who: who({ teams: ["design"] }), can: ["toy:w"] })).toEqual(["weekly bob"]);
    expect(subjects({ in: ["weekly"], who: who({ groups: ["contractors"] }), can: ["toy:r"] })).toEqual([
      "weekly contractors",
    ]);
    expect(subjects({ in: ["weekly"], who: who({ everyone: true }), cannot: ["toy:r"] })).toEqual(["weekly everyone"]);
    expect(subjects({ in: ["weekly"], who: who({ roles: ["facilitator"] }), cannot: ["toy:w"] })).toEqual([
      "weekly alice",
    ]);
    expect(subjects({ in: ["weekly"], who: who({ roles: ["viewer"] }), can: ["toy:w"] })).toEqual(["weekly everyone"]);
    expect(subjects({ in: ["weekly"], who: who({ unlisted: true }), cannot: ["toy:r"] })).toEqual(["weekly mallory"]);
  });

  it("gives somebody without an entry what everyone has", () => {
    expect(subjects({ in: ["weekly"], who: who({ users: ["carol"] }), cannot: ["toy:r"] })).toEqual(["weekly carol"]);
  });
});

describe("what a check says", () => {
  it("only: nobody else may", () => {
    expect(subjects({ in: ["weekly"], who: who({ users: ["alice"] }), only: ["toy:w"] })).toEqual([]);
    expect(subjects({ in: ["weekly"], who: who({ users: ["alice"] }), only: ["toy:r"] })).toEqual([
      "weekly everyone",
      "weekly mallory",
    ]);
  });

  it("atLeast: counts subjects that have all of them, in each room", () => {
    expect(run({ in: ["weekly"], atLeast: { count: 1, can: ["toy:r", "toy:w"] } })?.status).toBe("passed");
    const failed = run({ in: ["*"], atLeast: { count: 2, can: ["toy:w"] } });
    expect(failed).toMatchObject({ status: "failed", failures: [] });
    expect(failed?.message).toBe("1 of at least 2 can toy:w in weekly; 1 of at least 2 can toy:w in retro");
    expect(run({ atLeast: { count: 1, can: ["other:w"] } })?.status).toBe("passed");
  });

  it("is judged only in rooms that match and on services that know the capability", () => {
    expect(subjects({ in: ["re*", "nothing"], cannot: ["toy:w"] })).toEqual(["retro alice"]);
    expect(run({ cannot: ["other:w"] })?.status).toBe("passed");
  });

  it("names the path and the line that give it", () => {
    expect(run({ in: ["weekly"], cannot: ["toy:w"] })?.failures?.[0]).toEqual({
      subject: { kind: "user", id: "alice" },
      provider: "toy",
      room: "weekly",
      capability: "toy:w",
      via: "role facilitator",
      source: { file: "rolecall.yaml", line: 7, column: 5 },
    });
  });
});

describe("the states of a plan", () => {
  const bad: ToyState = { ...BASE, group: holds("toy:w") };
  const never = check({ who: who({ groups: ["contractors"] }), cannot: ["toy:w"] });
  const results = (before: ToyState, states: readonly CheckState[]) =>
    runChecks({ checks: [never], teams, states, before: stateOf("before", before, ["weekly"]) })[0];

  it("call a check mended that fails only before", () => {
    expect(results(bad, [stateOf("after", BASE)])).toMatchObject({ status: "mended", state: "before" });
    expect(results(BASE, [stateOf("after", BASE)])?.status).toBe("passed");
  });

  it("fail after, at a step, and at a future instant", () => {
    expect(results(BASE, [stateOf("after", bad)])).toMatchObject({ status: "failed", state: "after" });
    expect(results(BASE, [stateOf("after", BASE), stateOf("c2", bad, ["weekly"])])).toMatchObject({
      status: "failed",
      state: "c2",
    });
    const instant = "2027-01-01T00:00:00.000Z";
    expect(results(BASE, [stateOf("after", BASE), stateOf(instant, bad)])).toMatchObject({
      status: "failed",
      state: instant,
    });
  });

  it("do not blame a step for what fails before and is not mended yet", () => {
    expect(results(bad, [stateOf("after", BASE), stateOf("c1", bad, ["weekly"])])?.status).toBe("mended");
    expect(results(bad, [stateOf("after", BASE), stateOf("c1", bad, ["retro"])])).toMatchObject({
      status: "failed",
      state: "c1",
    });
  });
});

describe("who-can and explain", () => {
  const { scenes } = stateOf("desired", BASE);

  it("list holders with their path", () => {
    expect(whoCan(scenes, "toy:w", "weekly")).toEqual([
      {
        kind: "user",
        id: "alice",
        provider: "toy",
        via: "role facilitator",
        source: { file: "rolecall.yaml", line: 7, column: 5 },
      },
    ]);
    expect(whoCan(scenes, "toy:r", "weekly").map(({ kind, id }) => [kind, id])).toEqual([
      ["everyone", undefined],
      ["user", "alice"],
      ["user", "mallory"],
    ]);
    expect(whoCan(scenes, "toy:r", "nowhere")).toEqual([]);
  });

  it("list capabilities with their path, everyone's for somebody without an entry", () => {
    expect(
      explain(scenes, { kind: "user", id: "alice" }, "weekly").map(({ capability, via }) => [capability, via]),
    ).toEqual([
      ["toy:r", "role facilitator"],
      ["toy:w", "role facilitator"],
    ]);
    expect(explain(scenes, { kind: "user", id: "carol" }, "weekly").map(({ via }) => via)).toEqual([
      "default: role viewer",
    ]);
    expect(explain(scenes, { kind: "everyone" }, "nowhere")).toEqual([]);
  });
});
