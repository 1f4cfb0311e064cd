import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { record } from "../../engine/util/record.ts";
import { capabilitiesOf, roomAccesses } from "./effective.ts";
import { canonicalScopes } from "./scopes.ts";

const FEATURES = ["comments:private", "comments:public", "feeds", "storage"];
const all = (level: "read" | "write", except: { readonly [feature: string]: string } = {}): readonly string[] => {
  const made: string[] = [];
  for (const feature of ["room", ...FEATURES]) {
    const granted = except[feature] ?? level;
    if (granted !== "none") made.push(`liveblocks:${feature}:read`);
    if (granted === "write") made.push(`liveblocks:${feature}:write`);
  }
  return made.sort();
};

describe("the vendor's merge", () => {
  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [[], [], []],
    [[], ["comments:write"], []],
    [[], ["*:write"], all("write")],
    [["*:write"], [], all("write")],
    [["*:write"], ["*:read"], all("read")],
    [["*:write", "storage:read"], ["*:write"], all("write", { storage: "read" })],
    [["*:write", "storage:read"], ["*:write", "storage:write"], all("write")],
    [["*:write", "storage:read"], ["storage:none"], all("write", { storage: "none" })],
    [["*:write", "storage:read"], ["*:read", "storage:none", "comments:none", "feeds:none"], ["liveblocks:room:read"]],
    [["room:read", "room:presence:write"], [], all("read")],
    [["room:presence:write"], ["room:presence:write"], []],
    [["*:write", "comments:none", "comments:public:write"], [], all("write", { "comments:private": "none" })],
    [["*:read", "comments:public:write"], ["comments:read"], all("read")],
    [
      ["*:read", "comments:personal:write"],
      [],
      [...all("read"), "liveblocks:comments:personal:read", "liveblocks:comments:personal:write"].sort(),
    ],
  ])("default %j with %j", (defaults, level, expected) => {
    expect(capabilitiesOf(canonicalScopes(defaults), canonicalScopes(level))).toEqual(expected);
    expect(capabilitiesOf(defaults, level)).toEqual(expected);
  });
});

describe("roomAccesses", () => {
  it("takes users for members of no group, and says which layer decides and what the own entry is", () => {
    const spec = {
      defaultAccesses: ["room:read"],
      groupsAccesses: record([["staff", ["room:write"]]]),
      metadata: record<string>(),
      usersAccesses: record([
        ["bob", []],
        ["__proto__", ["room:write"]],
      ]),
    };
    expect(roomAccesses(spec)).toEqual([
      { subject: { kind: "everyone" }, capabilities: all("read"), layer: "default" },
      { subject: { kind: "group", id: "staff" }, capabilities: all("write"), layer: "group", entry: ["room:write"] },
      { subject: { kind: "user", id: "__proto__" }, capabilities: all("write"), layer: "user", entry: ["room:write"] },
      { subject: { kind: "user", id: "bob" }, capabilities: all("read"), layer: "default", entry: [] },
    ]);
  });
});

/** One feature at a time, from the highest level that has an opinion down to what it inherits. */
const modelLevel = (feature: string, levels: readonly (readonly string[])[]): string => {
  const parents: { readonly [name: string]: string } = {
    "comments:public": "comments",
    "comments:private": "comments",
  };
  for (const list of levels) {
    for (const name of [feature, parents[feature]]) {
      const found = list.find((scope) => name !== undefined && scope.slice(0, scope.lastIndexOf(":")) === name);
      if (found !== undefined) return found.slice(found.lastIndexOf(":") + 1);
    }
  }
  return feature === "*" ? "none" : modelLevel("*", levels);
};

it("agrees with a model that looks up each feature on its own", () => {
  const level = fc.constantFrom("read", "write", "none");
  const scope = (resource: string) =>
    fc.option(
      level.map((name) => `${resource}:${name}`),
      { nil: undefined },
    );
  const list = fc
    .tuple(
      fc.constantFrom(undefined, "*:read", "*:write"),
      ...["storage", "comments", "comments:public", "comments:private", "feeds"].map(scope),
    )
    .chain((scopes) => fc.shuffledSubarray(scopes.filter((name) => name !== undefined)));
  void fc.assert(
    fc.property(list, list, (defaults, entry) => {
      const levels = [entry, defaults];
      const expected: string[] = [];
      if (modelLevel("*", levels) !== "none") {
        for (const feature of ["*", ...FEATURES]) {
          const granted = modelLevel(feature, levels);
          const name = feature === "*" ? "room" : feature;
          if (granted !== "none") expected.push(`liveblocks:${name}:read`);
          if (granted === "write") expected.push(`liveblocks:${name}:write`);
        }
      }
      expect(capabilitiesOf(canonicalScopes(defaults), canonicalScopes(entry))).toEqual(expected.sort());
    }),
    { numRuns: 2000 },
  );
});
