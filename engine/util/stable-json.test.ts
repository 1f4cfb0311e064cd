import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../model.ts";
import { record } from "./record.ts";
import { sameJson, stableJson } from "./stable-json.ts";

const reversed = (value: Json): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => reversed(item));
  if (typeof value !== "object" || value === null) return value;
  return record(
    Object.entries(value)
      .reverse()
      .map(([key, item]): [string, Json] => [key, reversed(item as Json)]),
  );
};
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

describe("stableJson", () => {
  it("gives the same bytes whatever order the keys were set in", () => {
    fc.assert(fc.property(json, (value) => stableJson(value) === stableJson(reversed(value))));
  });

  it("is JSON of the same value", () => {
    fc.assert(fc.property(json, (value) => sameJson(JSON.parse(stableJson(value)), value)));
  });

  it("treats __proto__ and digits as keys like any other", () => {
    const value = record<Json>([
      ["10", 1],
      ["9", 2],
      ["__proto__", 3],
    ]);
    expect(stableJson(value)).toBe('{"10":1,"9":2,"__proto__":3}');
  });
});

describe("sameJson", () => {
  it("agrees with the comparison of bytes", () => {
    fc.assert(fc.property(json, json, (a, b) => sameJson(a, b) === (stableJson(a) === stableJson(b))));
  });

  it("finds no difference between a value and its copy", () => {
    fc.assert(fc.property(json, (value) => sameJson(value, reversed(value))));
  });
});
