import { describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { language } from "./language.ts";

const judge = (block: Json): readonly (readonly [string, string])[] => {
  const found: (readonly [string, string])[] = [];
  const paths: string[] = [];
  for (const diagnostic of language.checkBlock(block, (path) => {
    paths.push(path.join("."));
    return { locate: () => ({ filename: "a", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }) };
  }))
    found.push([diagnostic.severity, diagnostic.code]);
  return found.map(([severity, code], index) => [severity, `${code} ${paths[index]}`]);
};

describe("Daily permissions", () => {
  it("may leave everything out", () => {
    expect(judge({})).toEqual([]);
    expect(judge({ hasPresence: false, canSend: [] })).toEqual([]);
    expect(judge({ canReceive: { base: true, byUserId: { a: false } } })).toEqual([]);
  });

  it("cannot name participants of one connection", () => {
    expect(judge({ canReceive: { byParticipantId: {} } })).toEqual([
      ["error", "daily/participant-id canReceive.byParticipantId"],
    ]);
  });

  it("warn where somebody hidden is to send", () => {
    expect(judge({ hasPresence: false, canSend: ["audio"] })).toEqual([["warning", "daily/hidden-sender canSend"]]);
  });
});

describe("Daily names", () => {
  it("of rooms are letters, digits, - and _", () => {
    expect(language.checkRoomId("Weekly_design-1")).toBeUndefined();
    expect(language.checkRoomId("weekly design")).toContain("only letters");
    expect(language.checkRoomId("r".repeat(129))).toContain("128");
  });

  it("of users have at most 36 characters", () => {
    expect(language.checkUserId("u".repeat(36))).toBeUndefined();
    expect(language.checkUserId("u".repeat(37))).toContain("36");
  });

  it("of capabilities follow the fields", () => {
    for (const name of ["presence", "send:audio", "receive:screenVideo", "admin:participants"])
      expect(language.isCapability(`daily:${name}`)).toBe(true);
    for (const name of ["canSend:audio", "send:participants", "admin"])
      expect(language.isCapability(`daily:${name}`)).toBe(false);
    expect(language.capabilities).toEqual([...language.capabilities].sort());
  });
});
