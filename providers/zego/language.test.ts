import { describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { language } from "./language.ts";

const judge = (block: Json): readonly string[] =>
  language
    .checkBlock(block, () => ({
      locate: () => ({ filename: "a", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }),
    }))
    .map(({ summary, hint }) => `${summary} | ${hint}`);
const graphic = (value: Json) => judge({ module: "none", graphic: value });

describe("ZEGOCLOUD permissions", () => {
  it("are two lists, or words", () => {
    expect(judge({ module: ["zoom", "scroll"], graphic: ["create", "modify", "erase", "move", "clear"] })).toEqual([]);
    expect(judge({ module: "all", graphic: "none" })).toEqual([]);
  });

  it("need both lists", () => {
    expect(judge({ module: "all" })).toEqual([
      'the key "graphic" is missing: the service needs module and graphic | add graphic: none, graphic: all or a list of modify, erase, move, clear, create',
    ]);
    expect(judge({})).toHaveLength(2);
  });

  it("say `none` instead of an empty list", () => {
    expect(graphic([])).toEqual(['"graphic" is an empty list, which the service refuses | write none']);
  });

  it("have `none` and `all` to themselves", () => {
    expect(graphic(["none", "create"])).toEqual([
      '"none" cannot stand beside other values of "graphic" | write graphic: none, or a list without it',
    ]);
    expect(graphic([0, "create"])).toEqual([
      '0 cannot stand beside other values of "graphic" | write graphic: none, or a list without it',
    ]);
    expect(graphic(["all"])).toEqual(['"all" is not a list item | write graphic: all, or a list without it']);
  });

  it("are names, or the service's numbers", () => {
    expect(judge({ module: [1, 2], graphic: [32, "modify", 4, 8, 16] })).toEqual([]);
    expect(judge({ module: [0], graphic: ["create", 2] })).toEqual([]);
    expect(graphic(["create", 32])).toEqual(['32 stands twice in "graphic" | keep one of them']);
    expect(graphic([0, 0])).toEqual([
      '0 cannot stand beside other values of "graphic" | write graphic: none, or a list without it',
      '0 stands twice in "graphic" | keep one of them',
    ]);
    expect(graphic(["32"])).toEqual(['"32" is not a value of "graphic" | write [create]']);
  });

  it("are no sums of numbers", () => {
    expect(graphic([34])).toEqual([
      '34 is not a value of "graphic" | a sum is refused: write the names, [modify, create]',
    ]);
    expect(judge({ module: 3, graphic: "all" })).toEqual([
      '"module" must be a list, `all` or `none` | a sum is refused: write the names, [zoom, scroll]',
    ]);
    expect(judge({ module: [4], graphic: 0 })).toEqual([
      '4 is not a value of "module" | the values are zoom (1), scroll (2)',
      '"graphic" must be a list, `all` or `none` | write none',
    ]);
    expect(graphic(1)).toEqual([
      '"graphic" must be a list, `all` or `none` | the values are modify (2), erase (4), move (8), clear (16), create (32)',
    ]);
  });

  it("have the nearest right name, and stand once", () => {
    expect(graphic(["craete", "move", "move"])).toEqual([
      '"craete" is not a value of "graphic" | did you mean "create"?',
      '"move" stands twice in "graphic" | keep one of them',
    ]);
    expect(graphic("create")).toEqual(['"graphic" must be a list, `all` or `none` | write [create]']);
  });
});

describe("ZEGOCLOUD names", () => {
  it("of rooms and users are ASCII, counted in bytes", () => {
    expect(language.checkRoomId("class #7&8")).toBeUndefined();
    expect(language.checkRoomId("100%")).toBeUndefined();
    expect(language.checkRoomId("日本")).toBeDefined();
    expect(language.checkRoomId("r".repeat(129))).toContain("128 bytes");
    expect(language.checkUserId("u".repeat(65))).toContain("64 bytes");
  });

  it("of capabilities follow the lists", () => {
    expect(language.capabilities).toEqual([
      "zego:graphic:clear",
      "zego:graphic:create",
      "zego:graphic:erase",
      "zego:graphic:modify",
      "zego:graphic:move",
      "zego:module:scroll",
      "zego:module:zoom",
    ]);
    expect(language.isCapability("zego:module:create")).toBe(false);
  });
});
