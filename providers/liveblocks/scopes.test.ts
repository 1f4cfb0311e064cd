import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../../engine/model.ts";
import { canonicalScopes, scopesOf } from "./scopes.ts";

const source = { locate: () => ({ filename: "f", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }) };
const block = (value: readonly string[]): Block => ({ type: "permissions", value, source, sourceOf: () => source });

describe("canonicalScopes", () => {
  it("unifies aliases, drops what adds nothing, sorts, and keeps what nobody knows", () => {
    expect(canonicalScopes(["storage:read", "*:write", "room:presence:write", "new:thing", "storage:read"])).toEqual([
      "new:thing",
      "room:write",
      "storage:read",
    ]);
    expect(canonicalScopes(["room:read", "*:read"])).toEqual(["room:read"]);
    expect(canonicalScopes(["room:presence:write"])).toEqual([]);
  });

  it("gives one list for the same scopes, so that comparing is cheap", () => {
    expect(canonicalScopes(["storage:none", "room:read"])).toBe(canonicalScopes(["storage:none", "room:read"]));
    expect(canonicalScopes(["storage:none", "*:read"])).toBe(canonicalScopes(["storage:none", "*:read"]));
  });

  it("does not take other lists for the same", () => {
    expect(canonicalScopes([])).toEqual([]);
    expect(canonicalScopes([""])).toEqual([""]);
    expect(canonicalScopes([])).toEqual([]);
    expect(canonicalScopes(["a b"])).toEqual(["a b"]);
    expect(canonicalScopes(["a", "b"])).toEqual(["a", "b"]);
  });

  it("does not depend on order and repeats, and changes nothing the second time", () => {
    const scope = fc.constantFrom(
      "*:read",
      "*:write",
      "room:read",
      "room:write",
      "room:presence:write",
      "feeds:read",
      "x",
    );
    void fc.assert(
      fc.property(fc.array(scope), (list) => {
        const once = canonicalScopes(list);
        expect(canonicalScopes(once)).toEqual(once);
        expect(canonicalScopes([...list, ...list].reverse())).toEqual(once);
      }),
    );
  });
});

describe("scopesOf", () => {
  it("keeps the file's own words for sending, as a sorted set", () => {
    const asked = block(["room:read", "*:read", "room:read", "room:presence:write"]);
    expect(scopesOf(asked)).toEqual({
      canonical: ["room:read"],
      words: ["*:read", "room:presence:write", "room:read"],
    });
    expect(scopesOf(asked)).toBe(scopesOf(asked));
  });
});
