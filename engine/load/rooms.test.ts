import { describe, expect, it } from "vitest";
import { documentOf, faultsOf, HEAD, linesOf, loadTexts } from "./fixtures.ts";

const errorsOf = (...args: Parameters<typeof loadTexts>): readonly string[] =>
  linesOf(loadTexts(...args).diagnostics.filter(({ severity }) => severity === "error"));
const TWO = `providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_KEY } }
  zego: { appId: 1, serverSecret: { env: ZEGO_S } }
roles: { reader: { liveblocks: ["room:read"] }, drawer: { zego: { module: all, graphic: all } }, both: { liveblocks: [], zego: { module: none, graphic: none } } }
rooms:
`;

describe("on", () => {
  it("may be left out when one provider is configured", () => {
    expect(documentOf(`${HEAD}rooms: { one: {} }\n`).rooms[0]?.on).toEqual(["liveblocks"]);
    expect(errorsOf(`${TWO}  one: {}\n`)).toEqual([
      'a.yaml:6:3 ambiguous-provider it is not said which provider has the room "one"',
    ]);
    expect(errorsOf("rooms:\n  one: {}\n")).toEqual([
      'a.yaml:2:3 ambiguous-provider the room "one" is on no provider: none is configured',
    ]);
  });

  it("names configured providers", () => {
    const { diagnostics } = loadTexts(`${TWO}  one: { on: [zego, lifeblocks] }\n`);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ summary: 'there is no provider "lifeblocks"', hint: 'did you mean "liveblocks"?' }),
    );
  });
});

describe("entries", () => {
  const entry = (text: string) => `${HEAD}rooms:\n  one:\n    users: { alice: ${text} }\n`;

  it("are a role, an inline role, a role with times, or absent", () => {
    const room = documentOf(
      `${HEAD}rooms:\n  one:\n    users: { a: reader, b: { liveblocks: [] }, c: { role: writer, starts: 2026-12-01, expires: 2026-12-31T10:00+01:00, reason: X }, d: absent }\n`,
    ).rooms[0];
    expect(room?.users?.get("a")).toMatchObject({ type: "grant", role: "reader" });
    expect(room?.users?.get("b")).toMatchObject({ type: "grant", role: undefined });
    expect(room?.users?.get("c")).toMatchObject({
      role: "writer",
      starts: Date.parse("2026-12-01T00:00:00Z"),
      expires: Date.parse("2026-12-31T09:00:00Z"),
      reason: "X",
    });
    expect(room?.users?.get("d")).toMatchObject({ type: "absent" });
  });

  it("point at the name that is wrong, with the nearest right one", () => {
    expect(loadTexts(entry("raeder")).diagnostics).toContainEqual(
      expect.objectContaining({
        code: "unknown-name",
        summary: 'there is no role "raeder"',
        hint: 'did you mean "reader"?',
      }),
    );
    expect(errorsOf(entry("raeder"))).toEqual(['a.yaml:7:21 unknown-name there is no role "raeder"']);
    expect(loadTexts(entry("absnt")).diagnostics).toContainEqual(
      expect.objectContaining({ hint: 'did you mean "absent"?' }),
    );
  });

  it("need a role where they have times", () => {
    expect(errorsOf(entry("{ expires: 2027-01-01 }"))).toEqual(["a.yaml:7:14 missing-key the entry names no role"]);
    expect(errorsOf(entry("{}"))).toEqual(["a.yaml:7:14 missing-key the entry names no role"]);
    expect(errorsOf(entry("{ liveblocks: [], expires: 2027-01-01 }"))).toEqual([
      "a.yaml:7:14 invalid-value an inline role cannot have times or a reason",
    ]);
    expect(errorsOf(entry("{ role: reader, liveblocks: [] }"))).toEqual([
      'a.yaml:7:37 invalid-value an entry has a role or blocks of its own, not both: "liveblocks"',
    ]);
  });

  it("are no numbers", () => {
    expect(errorsOf(entry("12"))).toEqual(['a.yaml:7:21 unquoted-number "alice" must be a text, and this is a number']);
  });

  it("are real times in order", () => {
    expect(errorsOf(entry("{ role: reader, expires: 2027-02-29 }"))).toEqual([
      'a.yaml:7:46 invalid-value "expires": there is no day 2027-02-29',
    ]);
    expect(errorsOf(entry("{ role: reader, expires: 2028-02-29 }"))).toEqual([]);
    expect(errorsOf(entry("{ role: reader, starts: 2027-01-02, expires: 2027-01-01 }"))).toEqual([
      "a.yaml:7:66 time-range the grant ends before it starts",
    ]);
    expect(errorsOf(entry("{ role: reader, starts: 2027-01-01, expires: 2027-01-01 }"))).toEqual([]);
    expect(faultsOf(entry("{ role: reader, expires: 2026-11-21 }")).filter((line) => line.includes("expired"))).toEqual(
      ["a.yaml:7:46 warning grant-expired the grant ended at 2026-11-22T00:00:00Z"],
    );
  });

  it("of `default` have no times", () => {
    const { diagnostics } = loadTexts(`${HEAD}rooms:\n  one: { default: { role: reader } }\n`);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: "unknown-key",
        hint: "a default is a role name or an inline role, without times",
      }),
    );
  });

  it("inline hold no role object", () => {
    const samba = "providers: { digitalsamba: { teamId: a, developerKey: { env: DIGITALSAMBA_K } } }\n";
    expect(errorsOf(`${samba}rooms:\n  abc: { default: { digitalsamba: { display_name: Abc } } }\n`)).toEqual([
      "a.yaml:3:21 not-supported an inline role cannot hold a block for Digital Samba",
    ]);
    expect(errorsOf(`${samba}rooms:\n  abc: { default: { liveblocks: [] } }\n`)).toEqual([
      "a.yaml:3:10 role-without-block an inline role cannot be used on Digital Samba",
    ]);
  });
});

describe("what a room uses", () => {
  it("needs a block for each service it is on, said at the place of use", () => {
    expect(errorsOf(`${TWO}  one: { on: [liveblocks, zego], default: reader, users: { a: both } }\n`)).toEqual([
      'a.yaml:6:34 role-without-block the role "reader" says nothing for ZEGOCLOUD, and is used on it',
    ]);
  });

  it("reaches with groups and metadata the services that know them, and one must", () => {
    expect(errorsOf(`${TWO}  one: { on: [liveblocks, zego], groups: { g: reader }, metadata: { k: v } }\n`)).toEqual(
      [],
    );
    expect(errorsOf(`${TWO}  one: { on: zego, groups: { g: drawer }, metadata: { k: v } }\n`)).toEqual([
      "a.yaml:6:20 not-supported ZEGOCLOUD knows no groups",
      "a.yaml:6:43 not-supported ZEGOCLOUD keeps no metadata of rooms",
    ]);
  });

  it("has settings for its own services alone", () => {
    expect(errorsOf(`${TWO}  one: { on: zego, settings: { daily: { privacy: private } } }\n`)[0]).toBe(
      "a.yaml:6:32 not-supported there are settings for daily, and the room is not on a provider of that type",
    );
    expect(errorsOf(`${TWO}  one: { on: zego, settings: { zego: {} } }\n`)).toEqual([
      "a.yaml:6:32 not-supported ZEGOCLOUD has no room settings",
    ]);
  });

  it("names teams that exist", () => {
    expect(errorsOf(`${HEAD}teams: { design: [a] }\nrooms:\n  one: { teams: { desing: reader } }\n`)).toEqual([
      'a.yaml:7:19 unknown-name there is no team "desing"',
    ]);
    expect(errorsOf(`${HEAD}rooms:\n  "c-{id}": { teams: { "t-{id}": reader } }\n`)).toEqual([]);
    expect(errorsOf(`${HEAD}rooms:\n  "c-{id}": { teams: { "t-{idd}": reader } }\n`)).toEqual([
      'a.yaml:6:24 unknown-name there is no team "t-{idd}"',
    ]);
    expect(errorsOf(`${HEAD}rooms:\n  c: { teams: { "t-{id}": reader } }\n`)).toHaveLength(1);
  });

  it("has the ids of its services", () => {
    const long = "x".repeat(41);
    expect(errorsOf(`${HEAD}rooms:\n  ${long}: { users: { ${long}a: reader } }\n`)).toEqual([
      `a.yaml:6:3 invalid-id "${long}" cannot be a room of Liveblocks: it has more than 40 characters`,
      `a.yaml:6:57 invalid-id "${long}a" cannot be a user of Liveblocks: it has more than 40 characters`,
    ]);
  });
});

describe("ids of rooms", () => {
  it("may differ from the key, and are literal then", () => {
    const room = documentOf(
      `${TWO}  one: { on: [liveblocks, zego], id: { zego: "a*" } }\n  "b*": { on: liveblocks, id: "b*" }\n`,
    ).rooms;
    expect([...(room[0]?.ids ?? [])]).toEqual([
      ["liveblocks", "one"],
      ["zego", "a*"],
    ]);
    expect(room[1]?.pattern).toBe(false);
  });

  it("belong to one entry for each provider", () => {
    expect(errorsOf(`${TWO}  one: { on: [liveblocks, zego] }\n  two: { on: zego, id: one }\n`)).toEqual([
      'a.yaml:6:3 duplicate-room two entries are about the room "one" on zego',
      'a.yaml:7:3 duplicate-room two entries are about the room "one" on zego',
    ]);
    expect(errorsOf(`${TWO}  one: { on: liveblocks }\n  two: { on: zego, id: one }\n`)).toEqual([]);
  });

  it("are by the room's own providers", () => {
    expect(errorsOf(`${TWO}  one: { on: zego, id: { liveblocks: x } }\n`)).toEqual([
      'a.yaml:6:26 unknown-name the room is not on the provider "liveblocks"',
    ]);
  });

  it("cannot be patterns where rooms cannot be listed", () => {
    expect(loadTexts(`${TWO}  "a-*": { on: zego }\n`).diagnostics).toMatchObject([
      { code: "pattern-not-listable", hint: "name the rooms" },
    ]);
  });
});

describe("tombstones of rooms", () => {
  it("are a word, or a map with `on` and `id`", () => {
    const rooms = documentOf(`${TWO}  one: { absent: true, on: zego, id: x, reason: over }\n`).rooms;
    expect(rooms[0]).toMatchObject({ absent: true, on: ["zego"] });
    expect(documentOf(`${HEAD}rooms: { one: absent }\n`).rooms[0]?.absent).toBe(true);
    expect(errorsOf(`${TWO}  one: absent\n`)).toEqual([
      'a.yaml:6:3 ambiguous-provider it is not said which provider has the room "one"',
    ]);
  });

  it("are no patterns, not observed, and say nothing else", () => {
    expect(
      errorsOf(
        `${HEAD}rooms:\n  "a*": absent\n  b: { absent: true, mode: observe }\n  c: { absent: true, users: {} }\n`,
      ),
    ).toEqual([
      'a.yaml:6:3 tombstone a pattern cannot be deleted: "a*"',
      'a.yaml:7:22 tombstone the room "b" is only observed and cannot be deleted',
      'a.yaml:8:22 tombstone the room "c" is absent and cannot say "users"',
    ]);
  });
});

describe("modes", () => {
  it("are a word or a map by field", () => {
    expect(
      documentOf(`${HEAD}rooms: { a: { mode: additive }, b: { mode: { users: observe } } }\n`).rooms.map(
        ({ mode }) => mode,
      ),
    ).toEqual([
      { default: "additive", users: "additive", groups: "additive", settings: "additive" },
      { users: "observe" },
    ]);
    expect(errorsOf(`${HEAD}rooms:\n  a: { mode: additiv }\n  b: { mode: { teams: observe } }\n`)).toEqual([
      'a.yaml:6:14 invalid-value "additiv" is not a value of "mode"',
      'a.yaml:7:16 unknown-key unknown key "teams" in "mode"',
    ]);
  });
});

describe("a pattern", () => {
  it("that uses one name twice is an error: only one of the two texts could be meant", () => {
    const { diagnostics } = loadTexts(`${HEAD}rooms: { "{a}-{b}-{a}": { users: {} }, "{a}-{b}": { users: {} } }\n`);
    expect(diagnostics).toMatchObject([
      { code: "invalid-value", summary: 'the pattern "{a}-{b}-{a}" uses the name {a} twice' },
    ]);
  });

  it("is none with an id: what looks like a name is text", () => {
    expect(errorsOf(`${HEAD}rooms: { "{a}-{a}": { id: one, users: {} } }\n`)).toEqual([]);
  });
});

describe("metadata and settings", () => {
  it("name the type of service, not a provider", () => {
    const { diagnostics } = loadTexts(
      `providers: { eu-d: { type: daily, apiKey: { env: DAILY_K } } }\nrooms: { a: { settings: { eu-d: { privacy: private }, dayly: { privacy: private } } } }\n`,
    );
    expect(diagnostics).toMatchObject([
      {
        code: "not-supported",
        summary: 'settings go by the type of service, and "eu-d" is the name of a provider',
        hint: "write them under `daily`: they hold at every provider of that type that the room is on",
      },
      { code: "unknown-name", summary: 'there is no type of service "dayly"', hint: 'did you mean "daily"?' },
    ]);
  });

  it("take keys away with absent", () => {
    const room = documentOf(
      `providers: { daily: { apiKey: { env: DAILY_K } } }\nrooms: { a: { settings: { daily: { privacy: absent, exp: 5 } } } }\n`,
    ).rooms[0];
    expect(room?.settings.get("daily")?.value).toEqual({ privacy: null, exp: 5 });
    const other = documentOf(`${HEAD}rooms: { a: { metadata: { x: absent, y: [a], z: b } } }\n`).rooms[0];
    expect([...(other?.metadata ?? [])].map(([key, { value }]) => [key, value])).toEqual([
      ["x", null],
      ["y", ["a"]],
      ["z", "b"],
    ]);
  });

  it("hold texts", () => {
    expect(errorsOf(`${HEAD}rooms:\n  a: { metadata: { x: 5 } }\n`)).toEqual([
      'a.yaml:6:23 unquoted-number "x" must be a text, and this is a number',
    ]);
  });
});
