import { describe, expect, it } from "vitest";
import { at, block, grant, metadata, policy, roomPolicy } from "./fixtures.ts";
import { policyLimits } from "./limits.ts";

const summaries = (given: Parameters<typeof roomPolicy>[1]) =>
  policyLimits(policy(roomPolicy("r", given))).map(({ code, severity, summary }) => `${severity} ${code} ${summary}`);
const many = (count: number) => new Map(Array.from({ length: count }, (_, i) => [`u${i}`, grant(block("room:read"))]));

describe("limits", () => {
  it.each<[string, Parameters<typeof roomPolicy>[1], RegExp]>([
    ["1001 users", { users: many(1001) }, /1001 users are more than Liveblocks keeps in one room \(1000\)/u],
    ["1001 groups", { groups: many(1001) }, /1001 groups/u],
    ["a metadata key of 41", { metadata: metadata({ ["k".repeat(41)]: "" }) }, /metadata key is longer than 40/u],
    ["a metadata value of 257", { metadata: metadata({ k: "v".repeat(257) }) }, /"k" is longer than 256/u],
    ["a metadata item of 257", { metadata: metadata({ k: ["a", "v".repeat(257)] }) }, /"k" is longer than 256/u],
  ])("refuses %s", (_, given, message) => {
    expect(summaries(given)).toEqual([expect.stringMatching(message)]);
  });

  it("lets through what just fits, counted in characters, and what is only taken away", () => {
    const fits = {
      users: many(1000),
      metadata: metadata({ ["é".repeat(40)]: "😀".repeat(256), ["gone".repeat(40)]: null }),
    };
    expect(summaries(fits)).toEqual([]);
    expect(summaries({ absent: true, users: many(1001) })).toEqual([]);
  });

  it("points at the line of the map", () => {
    const room = roomPolicy("r", { users: many(1001), fieldSources: new Map([["users", at(33)]]) });
    expect(policyLimits(policy(room))[0]?.source?.locate().start.line).toBe(33);
  });
});
