import { describe, expect, it } from "vitest";
import { scopeMatches, scopeOf } from "./scope.ts";

const PROVIDERS = ["liveblocks", "eu-boards"];

describe("scopeOf", () => {
  it("has everything when nothing is named", () => {
    const scope = scopeOf([], [], PROVIDERS);
    expect(scope.whole).toBe(true);
    expect(scope.has("liveblocks/room/weekly")).toBe(true);
    expect(scope.hasProvider("eu-boards")).toBe(true);
  });

  it.each([
    ["liveblocks/room/weekly", "liveblocks/room/weekly", true],
    ["liveblocks/room/weekly", "liveblocks/room/weekly-2", false],
    ["liveblocks/room/class-*", "liveblocks/room/class-7a", true],
    ["liveblocks/room/class-*", "eu-boards/room/class-7a", false],
    ["*/room/class-*", "eu-boards/room/class-7a", true],
    ["liveblocks", "liveblocks/room/weekly", true],
    ["liveblocks", "eu-boards/room/weekly", false],
    ["weekly", "eu-boards/room/weekly", true],
    ["class-?a", "liveblocks/room/class-7a", true],
  ])("target %s against %s: %s", (target, object, expected) => {
    expect(scopeOf([target], [], PROVIDERS).has(object)).toBe(expected);
    expect(scopeOf([], [target], PROVIDERS).has(object)).toBe(!expected);
  });

  it("does not contact a provider that no target can be at", () => {
    const scope = scopeOf(["liveblocks/room/weekly"], [], PROVIDERS);
    expect(scope.hasProvider("liveblocks")).toBe(true);
    expect(scope.hasProvider("eu-boards")).toBe(false);
    expect(scopeOf([], ["eu-boards"], PROVIDERS).hasProvider("eu-boards")).toBe(false);
    expect(scopeOf(["weekly"], [], PROVIDERS).hasProvider("eu-boards")).toBe(true);
  });

  it("reads the room of a user that is named", () => {
    const scope = scopeOf(["eu-boards/user/weekly/alice"], [], PROVIDERS);
    expect(scope.hasRoom("eu-boards", "weekly", ["room", "user"])).toBe(true);
    expect(scope.hasRoom("eu-boards", "retro", ["room", "user"])).toBe(false);
  });
});

describe("scopeMatches", () => {
  it("takes an address, a pattern or a room id", () => {
    expect(scopeMatches("liveblocks/room/a%2Fb", "liveblocks/room/a%2Fb", "a/b")).toBe(true);
    expect(scopeMatches("a/*", "liveblocks/room/a%2Fb", "a/b")).toBe(true);
    expect(scopeMatches("other", "liveblocks/room/a", "a")).toBe(false);
  });
});
