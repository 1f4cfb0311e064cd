import { expect, it } from "vitest";
import { capabilityIndex } from "./capability-sets.ts";

it("gives back the names of a set", () => {
  const index = capabilityIndex();
  const old = index.bits(["t:read", "t:write"]);
  const after = index.bits(["t:read", "__proto__"]);
  expect(index.names(old & ~after)).toEqual(["t:write"]);
  expect(index.names(old | after)).toEqual(["t:read", "t:write", "__proto__"]);
  expect(index.names(0n)).toEqual([]);
});

it("holds more capabilities than a number has bits", () => {
  const index = capabilityIndex();
  const many = Array.from({ length: 200 }, (_, at) => `t:c${at}`);
  const all = index.bits(many);
  expect(index.names(all & ~index.bits(many.slice(0, 199)))).toEqual(["t:c199"]);
});
