import { describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { language } from "./language.ts";

const judge = (block: Json): readonly string[] =>
  language
    .checkBlock(block, (path) => ({
      locate: () => ({ filename: "a", start: { line: 1, column: Number(path[0] ?? 99) }, end: { line: 1, column: 1 } }),
    }))
    .map(({ summary, source }) => `${source?.locate().start.column} ${summary}`);

describe("a list of scopes", () => {
  it.each([
    [["*:write"]],
    [["room:read", "room:presence:write"]],
    [["*:read", "comments:write"]],
    [["*:write", "comments:none", "comments:public:write", "comments:private:read"]],
    [[]],
  ])("can be %j", (block) => {
    expect(judge(block)).toEqual([]);
  });

  it.each([
    [["comments:write"], "99 the list has no base scope, so it would give nothing"],
    [["room:presence:write"], '99 "room:presence:write" stands without a base scope'],
    [["*:write", "*:read"], '1 "*:write" and "*:read" both say what holds for the room'],
    [["*:write", "room:write"], '1 "*:write" and "room:write" both say what holds for the room'],
    [["*:write", "*:write"], '1 the scope "*:write" stands twice'],
    [
      ["*:write", "comments:read", "comments:write"],
      '2 "comments:read" and "comments:write" both say what holds for comments',
    ],
  ])("cannot be %j", (block, why) => {
    expect(judge(block)).toEqual([why]);
  });

  it("with an unknown scope is judged by the schema alone", () => {
    expect(judge(["room:rad"])).toEqual([]);
  });
});

describe("names", () => {
  it("of capabilities are those after the vendor's merge", () => {
    expect(language.isCapability("liveblocks:room:write")).toBe(true);
    expect(language.isCapability("liveblocks:comments:public:read")).toBe(true);
    for (const other of ["liveblocks:*:write", "liveblocks:comments:write", "liveblocks:storage:none", "room:write"])
      expect(language.isCapability(other)).toBe(false);
    expect(language.capabilities).toEqual([...language.capabilities].sort());
  });

  it("of rooms and users have the documented lengths", () => {
    expect(language.checkRoomId("r".repeat(128))).toBeUndefined();
    expect(language.checkRoomId("r".repeat(129))).toContain("128");
    expect(language.checkUserId("u".repeat(257))).toContain("256");
  });

  it("of users and groups are none that the server refuses", () => {
    expect(language.checkUserId("__proto__")).toContain("unsafe");
    expect([language.checkUserId("constructor"), language.checkRoomId("__proto__")]).toEqual([undefined, undefined]);
  });
});
