import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.ts";

describe("nearest", () => {
  it("finds the word that was meant", () => {
    expect(nearest("facilitater", ["participant", "facilitator"])).toBe("facilitator");
    expect(nearest("LiveBlocks", ["daily", "liveblocks"])).toBe("liveblocks");
  });
  it("says nothing where nothing is close", () => {
    expect(nearest("zebra", ["participant", "facilitator"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
  });
  it("takes no word for another that shares no letter with it", () => {
    expect(nearest("x", ["e", "y"])).toBeUndefined();
    expect(nearest("ab", ["b", "cd"])).toBeUndefined();
    expect(nearest("ab", ["abc"])).toBe("abc");
  });
  it("does not depend on the order of the candidates", () => {
    expect(nearest("ab", ["ac", "aa"])).toBe("aa");
    expect(nearest("ab", ["aa", "ac"])).toBe("aa");
  });
});
