import { describe, expect, it } from "vitest";
import type { Block, Json } from "../../engine/model.ts";
import { AuthFormError, authOf, authOfSpec, EVERYTHING, NOTHING_SET, readAuth, setQuery, specOf } from "./convert.ts";
import { GUEST, PUPIL, TEACHER } from "./fixtures.ts";

describe("readAuth", () => {
  it.each([
    [undefined],
    [null],
    [{}],
    [[]],
    [{ RoomId: "a" }],
    [{ ModuleAuth: [], GraphicAuth: [] }],
    [{ ModuleAuth: null }],
  ])("takes %j for a room in which nothing is set", (data) => {
    expect(readAuth(data)).toBeUndefined();
  });

  it("reads sets of values in any order, repeated or with 0 among them", () => {
    const found = readAuth({ RoomId: "a", ModuleAuth: [2, 1, 2], GraphicAuth: [32, 0, 2, 16, 8, 4] });
    expect(found).toEqual(EVERYTHING);
  });

  it("tells none from nothing set", () => {
    expect(readAuth({ ModuleAuth: [0], GraphicAuth: [0] })).toEqual({ module: [], graphic: [] });
    expect(specOf({ module: [], graphic: [] })).not.toEqual(NOTHING_SET);
    expect(authOfSpec(specOf({ module: [], graphic: [] }))).toEqual({ module: [], graphic: [] });
    expect(authOfSpec(NOTHING_SET)).toBeUndefined();
  });

  it("keeps a value that the documents do not know as its number", () => {
    expect(readAuth({ ModuleAuth: ["1"], GraphicAuth: [64, 2] })).toEqual({
      module: ["zoom"],
      graphic: ["64", "modify"],
    });
  });

  it.each([
    [[1]],
    ["text"],
    [{ ModuleAuth: [1] }],
    [{ ModuleAuth: "1", GraphicAuth: [2] }],
    [{ ModuleAuth: [1], GraphicAuth: [null] }],
    [{ ModuleAuth: [1], GraphicAuth: [-2] }],
    [{ ModuleAuth: [1], GraphicAuth: [1.5] }],
  ])("refuses %j rather than to guess", (data) => {
    expect(() => readAuth(data)).toThrow(AuthFormError);
  });
});

describe("authOf", () => {
  const blockOf = (value: Json): Block => {
    const source = { locate: () => ({ filename: "a", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }) };
    return { type: "permissions", value, source, sourceOf: () => source };
  };

  it("takes names, the service's numbers, all and none", () => {
    expect(authOf(blockOf({ module: ["zoom", 2], graphic: [32, "create"] }))).toEqual(PUPIL);
    expect(authOf(blockOf({ module: "all", graphic: "all" }))).toEqual(EVERYTHING);
    expect(authOf(blockOf({ module: ["scroll"], graphic: "none" }))).toEqual(GUEST);
    expect(authOf(blockOf({ module: [2], graphic: [0] }))).toEqual(GUEST);
  });
});

describe("setQuery", () => {
  it("sends both lists, ascending, and 0 for none", () => {
    expect(setQuery("a", undefined, TEACHER)).toEqual({
      RoomId: "a",
      "ModuleAuth[]": [1, 2],
      "GraphicAuth[]": [2, 4, 8, 16, 32],
    });
    expect(setQuery("a", "bob", GUEST)).toEqual({
      RoomId: "a",
      UserId: "bob",
      "ModuleAuth[]": [2],
      "GraphicAuth[]": [0],
    });
  });

  it("comes back as it was sent", () => {
    for (const auth of [TEACHER, PUPIL, GUEST]) {
      const query = setQuery("a", undefined, auth);
      expect(readAuth({ ModuleAuth: query["ModuleAuth[]"], GraphicAuth: query["GraphicAuth[]"] })).toEqual(auth);
    }
  });
});
