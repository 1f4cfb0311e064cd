import { describe, expect, it } from "vitest";
import { verdictOn } from "./codes.ts";

describe("verdictOn", () => {
  it("reads small codes by the host that gave them", () => {
    expect(verdictOn("whiteboard", 3).meaning).toBe("stop");
    expect(verdictOn("rtc", 3).meaning).toBe("wrong");
    expect(verdictOn("whiteboard", 7).meaning).toBe("slower");
    expect(verdictOn("rtc", 207).meaning).toBe("slower");
    expect(verdictOn("whiteboard", 207).meaning).toBe("unlisted");
  });

  it("knows the gateway's codes on both", () => {
    for (const host of ["whiteboard", "rtc"] as const) {
      expect(verdictOn(host, 0).meaning).toBe("done");
      expect(verdictOn(host, 100000004)).toMatchObject({ meaning: "expired", tries: 2 });
      expect(verdictOn(host, 100000005)).toMatchObject({ meaning: "stop", tries: 1 });
      expect(verdictOn(host, 100000011)).toMatchObject({ meaning: "again", tries: 3 });
      expect(verdictOn(host, 100000015)).toMatchObject({ meaning: "again", tries: 5 });
    }
  });

  it("has no words of its own for a code that no document lists", () => {
    expect(verdictOn("whiteboard", 424242)).toEqual({ meaning: "unlisted", words: undefined, tries: 3 });
    expect(verdictOn("rtc", Number.NaN).meaning).toBe("unlisted");
  });
});
