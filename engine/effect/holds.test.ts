import { describe, expect, it } from "vitest";
import { holdsCapability } from "./holds.ts";

const OVER = { asksOverAnybody: true } as const;

describe("a capability that is asked for", () => {
  it("is held by its name", () => {
    for (const facts of [OVER, {}]) {
      expect(holdsCapability(facts, ["x:mute"], "x:mute")).toBe(true);
      expect(holdsCapability(facts, ["x:mute(guest)"], "x:mute(guest)")).toBe(true);
    }
  });

  it("is held over anybody where it says nothing of whom, at services where that is what it means", () => {
    expect(holdsCapability(OVER, ["x:mute(guest)"], "x:mute")).toBe(true);
    expect(holdsCapability({}, ["x:mute(guest)"], "x:mute")).toBe(false);
    expect(holdsCapability(OVER, ["x:mute_all(guest)", "x:muted"], "x:mute")).toBe(false);
  });

  it("is not held over somebody else", () => {
    expect(holdsCapability(OVER, ["x:mute(guest)", "x:mute"], "x:mute(host)")).toBe(false);
  });
});
