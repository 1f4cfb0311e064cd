import { describe, expect, it } from "vitest";
import type { Mode } from "../model.ts";
import { managedMap } from "./managed-map.ts";
import { record } from "./record.ts";

const map = (entries: { readonly [id: string]: readonly string[] }) => record(Object.entries(entries));
const merge = (
  found: { readonly [id: string]: readonly string[] },
  wanted: { readonly [id: string]: readonly string[] } | undefined,
  mode: Mode,
  removed: readonly string[] = [],
) =>
  managedMap({
    found,
    wanted: wanted === undefined ? undefined : new Map(Object.entries(wanted)),
    value: (value) => value,
    removed: new Map(removed.map((id) => [id, true])),
    mode,
  });

describe("managedMap", () => {
  const found = map({ alice: ["read"], bob: ["write"], carol: ["read"] });

  it("leaves a map that is not managed as it is, whatever is listed as removed", () => {
    expect(merge(found, undefined, "authoritative", ["bob"])).toEqual({ target: found, observed: found, unmanaged: 0 });
  });

  it("makes the files the whole truth where it is authoritative", () => {
    const { target, unmanaged } = merge(found, { alice: ["read"], dave: ["write"] }, "authoritative");
    expect(target).toEqual(map({ alice: ["read"], dave: ["write"] }));
    expect(unmanaged).toBe(0);
  });

  it("takes {} for nobody", () => {
    expect(merge(found, {}, "authoritative").target).toEqual(map({}));
  });

  it("keeps and counts unlisted entries where it is additive, but not those whose time is over", () => {
    const { target, observed, unmanaged } = merge(found, { alice: ["write"] }, "additive", ["carol"]);
    expect(target).toEqual(map({ alice: ["write"], bob: ["write"] }));
    expect(observed).toBe(target);
    expect(unmanaged).toBe(1);
  });

  it("plans nothing where it observes, and says what it would be", () => {
    const { target, observed, unmanaged } = merge(found, { alice: ["write"] }, "observe", ["carol"]);
    expect(target).toBe(found);
    expect(observed).toEqual(map({ alice: ["write"] }));
    expect(unmanaged).toBe(1);
  });

  it.each(["authoritative", "additive", "observe"] as const)(
    "gives the found map itself when nothing differs (%s)",
    (mode) => {
      const { target, observed } = merge(found, { carol: ["read"], bob: ["write"], alice: ["read"] }, mode, ["dave"]);
      expect(target).toBe(found);
      expect(observed).toBe(found);
    },
  );

  it("lets a listed entry win over its own removal", () => {
    expect(merge(map({}), { alice: ["read"] }, "additive", ["alice"]).target).toEqual(map({ alice: ["read"] }));
  });

  it("takes __proto__ and constructor for ids like any other", () => {
    const odd = record([
      ["__proto__", ["read"]],
      ["constructor", ["read"]],
    ]);
    const wanted = new Map([["__proto__", ["write"]]]);
    const { target } = managedMap({ found: odd, wanted, value: (v) => v, removed: new Map(), mode: "authoritative" });
    expect(Object.entries(target)).toEqual([["__proto__", ["write"]]]);
    expect(merge(map({}), map({ toString: ["x"] }), "authoritative").target).toEqual(map({ toString: ["x"] }));
  });
});
