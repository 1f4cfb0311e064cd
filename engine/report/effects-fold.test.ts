import { describe, expect, it } from "vitest";
import { foldEffects, pairsOf } from "./effects-fold.ts";
import { at, effect, hugePlan } from "./plan-fixture.ts";

const member = (id: string, parts = {}) =>
  effect({ subject: { kind: "user", id }, team: "design", via: "team design: role facilitator", ...parts });

describe("foldEffects", () => {
  it("lets a team stand for its members where all of them change alike", () => {
    const [line, ...more] = foldEffects([member("alice"), member("bob")]);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ team: "design", via: "role facilitator" });
    expect(line?.subjects).toHaveLength(2);
  });

  it("names the members where one of them changes in another way", () => {
    const lines = foldEffects([member("alice"), member("bob", { gains: ["liveblocks:room:read"] })]);
    expect(lines.map(({ team }) => team)).toEqual([undefined, undefined]);
  });

  it("names the members where the team has more of them than change: only its list changed", () => {
    const lines = foldEffects([member("alice", { team_size: 3 }), member("bob", { team_size: 3 })]);
    expect(lines.map(({ team }) => team)).toEqual([undefined, undefined]);
  });

  it("names a single member", () => {
    expect(foldEffects([member("alice")])[0]).toMatchObject({ team: undefined, via: "team design: role facilitator" });
  });

  it("makes one line of the rooms that one line of a file changes alike", () => {
    const everyone = { subject: { kind: "everyone" } as const, source: at(67) };
    const lines = foldEffects([effect({ ...everyone, room: "a" }), effect({ ...everyone, room: "b" })]);
    expect(lines.map(({ rooms }) => rooms)).toEqual([["a", "b"]]);
  });

  it("keeps rooms apart that different lines change, or at different providers", () => {
    expect(foldEffects([effect({ room: "a", source: at(1) }), effect({ room: "b", source: at(2) })])).toHaveLength(2);
    expect(foldEffects([effect({ room: "a" }), effect({ room: "b", provider: "eu" })])).toHaveLength(2);
  });

  it("folds a team over rooms as well", () => {
    const lines = foldEffects(["a", "b"].flatMap((room) => [member("alice", { room }), member("bob", { room })]));
    expect(lines).toHaveLength(1);
    expect(lines.map(pairsOf)).toEqual([4]);
  });

  it("does not mistake a user for a group or a team of the same name", () => {
    const lines = foldEffects([
      effect({ subject: { kind: "group", id: "x" }, room: "a" }),
      effect({ subject: { kind: "user", id: "x" }, room: "b" }),
      effect({ subject: { kind: "user", id: "group x" }, room: "c" }),
    ]);
    expect(lines).toHaveLength(3);
  });

  it("puts gains before losses, and everyone before groups, teams and users", () => {
    const lines = foldEffects([
      effect({ subject: { kind: "user", id: "zoe" }, gains: [], loses: ["x:a"] }),
      effect({ subject: { kind: "everyone" }, gains: [], loses: ["x:a"] }),
      effect({ subject: { kind: "user", id: "both" }, gains: ["x:b"], loses: ["x:a"] }),
      effect({ subject: { kind: "user", id: "amy" } }),
      member("alice"),
      member("bob"),
      effect({ subject: { kind: "group", id: "g" } }),
      effect({ subject: { kind: "everyone" } }),
    ]);
    expect(
      lines.map(({ team, subjects: [first] }) => team ?? (first?.kind === "everyone" ? "everyone" : first?.id)),
    ).toEqual(["everyone", "g", "design", "amy", "both", "everyone", "zoe"]);
  });

  it("loses nobody when it folds thousands", () => {
    let pairs = 0;
    for (const line of foldEffects(hugePlan.effects)) pairs += pairsOf(line);
    expect(pairs).toBe(hugePlan.effects.length);
  });
});
