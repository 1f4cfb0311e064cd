import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillPath, PathError, queryText } from "./path.ts";

describe("fillPath", () => {
  it("keeps any id inside its own part, and gives it back byte for byte", () => {
    void fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (id) => {
        fc.pre(id !== "." && id !== "..");
        const path = fillPath("/v2/rooms/{id}", { id });
        const url = new URL(path, "http://127.0.0.1");
        expect(url.pathname).toBe(path);
        expect(url.search + url.hash).toBe("");
        const parts = url.pathname.split("/");
        expect(parts).toHaveLength(4);
        expect(decodeURIComponent(parts[3] ?? "")).toBe(id);
      }),
    );
  });

  it.each(["", ".", "..", "\ud800"])("refuses %j, which would change the path or be changed by it", (id) => {
    expect(() => fillPath("/v2/rooms/{id}", { id })).toThrow(PathError);
  });

  it("does not take a value from the prototype", () => {
    expect(() => fillPath("/{constructor}", {})).toThrow(PathError);
  });
});

describe("queryText", () => {
  it("encodes keys and values, repeats lists, leaves out what is undefined", () => {
    const query = { "Auth[]": [1, 2], room: "a b&c=d#+", none: undefined, yes: true };
    expect(queryText(query, { last: "/" })).toBe(
      "?Auth%5B%5D=1&Auth%5B%5D=2&room=a%20b%26c%3Dd%23%2B&yes=true&last=%2F",
    );
    expect(queryText(undefined, {})).toBe("");
  });

  it("refuses half of a surrogate pair rather than send another id", () => {
    expect(() => queryText({ id: "\udc00" })).toThrow(PathError);
  });
});
