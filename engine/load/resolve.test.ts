import { describe, expect, it } from "vitest";
import type { RoomPolicy } from "../model.ts";
import { documentOf, HEAD, linesOf, loadTexts, NOW } from "./fixtures.ts";
import { boundaries, needsOf, resolvePolicy } from "./resolve.ts";

const resolve = (rooms: string, known: readonly string[] = [], at = NOW) =>
  resolvePolicy(documentOf(`${HEAD}  owner: { extends: writer }\n${rooms}`), "liveblocks", new Set(known), at);
const roomOf = (rooms: string, id: string, known: readonly string[] = [id], at = NOW): RoomPolicy => {
  const room = resolve(rooms, known, at).policy.rooms.get(id);
  if (room === undefined) throw new Error(`no room ${id}`);
  return room;
};
const rolesOf = (room: RoomPolicy): unknown =>
  room.users &&
  Object.fromEntries(
    [...room.users].map(([id, { role, via }]) => [id, via.type === "team" ? `${via.team}: ${role}` : role]),
  );
const errorsOf = (text: string): readonly string[] =>
  linesOf(
    loadTexts(`${HEAD}  owner: { extends: writer }\n${text}`).diagnostics.filter(
      ({ severity }) => severity === "error",
    ),
  );

describe("governed rooms", () => {
  it("are those named and those that exist and match, never a pattern itself", () => {
    const { policy } = resolve('rooms: { one: {}, "c-{id}": {} }\n', ["c-1", "c-", "other"]);
    expect([...policy.rooms.keys()]).toEqual(["c-1", "one"]);
    expect(policy.rooms.get("c-1")).toMatchObject({ pattern: "c-{id}", create: true, live: "enforce" });
    expect(policy.rooms.get("one")?.pattern).toBeUndefined();
  });

  it("have what is written managed, and the rest not", () => {
    const room = roomOf("rooms: { one: { users: {} } }\n", "one");
    expect(room.users).toEqual(new Map());
    expect(room.groups).toBeUndefined();
    expect(room.default).toBeUndefined();
  });

  it("are tombstones whatever patterns say", () => {
    const room = roomOf('rooms: { c-1: absent, "c-*": { users: { a: reader } } }\n', "c-1");
    expect(room).toMatchObject({ absent: true, users: undefined });
  });
});

describe("merging", () => {
  const layers = `rooms:
  c-7b: { mode: { users: observe }, users: { a: owner, b: absent }, metadata: { y: "2" } }
  "c-*": { mode: additive, default: reader, users: { a: reader, b: reader, c: reader }, metadata: { x: "1", y: "1" }, reason: r }
  "c-7*": { default: writer, users: { c: writer } }
`;

  it("goes from the least to the most literal pattern, and the name last", () => {
    const room = roomOf(layers, "c-7b");
    expect(rolesOf(room)).toEqual({ a: "owner", c: "writer" });
    expect([...room.removedUsers.keys()]).toEqual(["b"]);
    expect(room.default).toMatchObject({ role: "writer", pattern: "c-7*" });
    expect(room.mode).toEqual({ default: "additive", users: "observe", groups: "additive", settings: "additive" });
    expect([...(room.metadata ?? [])].map(([key, { value }]) => [key, value])).toEqual([
      ["x", "1"],
      ["y", "2"],
    ]);
    expect(room.reason).toBe("r");
    expect(room.source.locate().start).toEqual({ line: 7, column: 3 });
    expect(room.users?.get("c")).toMatchObject({ pattern: "c-7*" });
  });

  it("takes every other inherited key away with absent, as if no pattern said it", () => {
    const text = (exact: string) =>
      `rooms:\n  "c-*": { mode: { users: observe, groups: additive }, live: ignore, create: false }\n  "c-1*": { mode: { default: additive } }\n  c-1: ${exact}\n`;
    const untouched = { live: "ignore", create: false };
    expect(roomOf(text("{}"), "c-1")).toMatchObject({
      mode: { users: "observe", groups: "additive", default: "additive" },
      ...untouched,
    });
    const users = { users: "authoritative", groups: "additive", default: "additive" };
    expect(roomOf(text("{ mode: { users: absent } }"), "c-1")).toMatchObject({ mode: users, ...untouched });
    expect(roomOf(text("{ mode: absent, live: absent, create: absent }"), "c-1")).toMatchObject({
      mode: { users: "authoritative", groups: "authoritative", default: "authoritative", settings: "authoritative" },
      live: "enforce",
      create: true,
    });
  });

  it("takes inherited maps, defaults, teams and groups away with absent", () => {
    const text = (exact: string) =>
      `teams: { t: [x] }\nrooms:\n  "c-*": { default: reader, users: { a: reader }, teams: { t: reader }, groups: { g: reader }, metadata: { k: v } }\n  c-1: ${exact}\n`;
    expect(roomOf(text("{ default: absent, users: absent, metadata: absent }"), "c-1")).toMatchObject({
      default: undefined,
      metadata: undefined,
    });
    expect(rolesOf(roomOf(text("{ users: absent }"), "c-1"))).toEqual({ x: "t: reader" });
    expect(rolesOf(roomOf(text("{ teams: { t: absent } }"), "c-1"))).toEqual({ a: "reader" });
    expect(roomOf(text("{ users: absent, teams: absent }"), "c-1").users).toBeUndefined();
    const groups = roomOf(text("{ groups: { g: absent } }"), "c-1");
    expect([groups.groups?.size, [...groups.removedGroups.keys()]]).toEqual([0, ["g"]]);
  });

  it("merges settings by key", () => {
    const document = documentOf(
      'providers: { daily: { apiKey: { env: DAILY_K } } }\nrooms:\n  "a*": { settings: { daily: { privacy: private, exp: 5 } } }\n  ab: { settings: { daily: { exp: 6 } } }\n',
    );
    const settings = resolvePolicy(document, "daily", new Set(["ab"]), NOW).policy.rooms.get("ab")?.settings;
    expect(settings?.value).toEqual({ privacy: "private", exp: 6 });
    expect(settings?.sourceOf("privacy").locate().start.line).toBe(3);
    expect(settings?.sourceOf("exp").locate().start.line).toBe(4);
  });

  it("refuses two patterns of equal weight that a room meets, once for the pair", () => {
    const text = 'rooms:\n  "a-*": { users: { x: reader } }\n  "*-b": { default: writer }\n';
    expect(resolve(text, ["a-c"]).diagnostics).toEqual([]);
    expect(linesOf(resolve(text, ["a-b", "a-x-b"]).diagnostics)).toEqual([
      'a.yaml:8:3 pattern-conflict the room "a-b" meets two patterns of equal weight: "*-b" and "a-*"',
      'a.yaml:7:3 pattern-conflict the room "a-b" meets two patterns of equal weight: "*-b" and "a-*"',
    ]);
    expect(errorsOf(`${text}  a-b: { default: owner }\n`)).toHaveLength(2);
  });
});

describe("teams", () => {
  const teams = "teams: { red: [alice, bob], blue: [bob, erin] }\n";

  it("stand for their members; a direct entry decides", () => {
    const text = `${teams}rooms: { one: { users: { alice: owner, erin: absent }, teams: { red: reader, blue: reader } } }\n`;
    const room = roomOf(text, "one");
    expect(rolesOf(room)).toEqual({ alice: "owner", bob: "blue: reader" });
    expect([...room.removedUsers.keys()]).toEqual(["erin"]);
  });

  it("may not give one person different permissions", () => {
    const text = (users: string) => `${teams}rooms:\n  one: { ${users}teams: { red: reader, blue: writer } }\n`;
    expect(errorsOf(text(""))).toEqual([
      'a.yaml:8:19 team-conflict the teams "blue" and "red" give "bob" different permissions in "one"',
      'a.yaml:8:32 team-conflict the teams "blue" and "red" give "bob" different permissions in "one"',
    ]);
    expect(errorsOf(text("users: { bob: reader }, "))).toEqual([]);
    expect(errorsOf(text("users: { bob: absent }, "))).toEqual([]);
  });

  it("may give the same permissions under two names", () => {
    expect(errorsOf(`${teams}rooms: { one: { users: { z: reader }, teams: { red: writer, blue: owner } } }\n`)).toEqual(
      [],
    );
  });

  it("are filled in from the name of the room", () => {
    const text = `teams: { teachers-7b: [tim] }\nrooms:\n  "class-{id}": { teams: { "teachers-{id}": writer }, groups: { "g-{id}": reader } }\n`;
    const { policy, diagnostics } = resolve(text, ["class-7b", "class-8a"]);
    expect(rolesOf(policy.rooms.get("class-7b") as RoomPolicy)).toEqual({ tim: "teachers-7b: writer" });
    expect([...(policy.rooms.get("class-7b")?.groups?.keys() ?? [])]).toEqual(["g-7b"]);
    expect(linesOf(diagnostics)).toEqual([
      'a.yaml:8:28 warning missing-team there is no team "teachers-8a" for the room "class-8a", so nobody gets anything by it',
    ]);
    expect(policy.rooms.get("class-8a")?.users).toEqual(new Map());
  });

  it("conflict in rooms that a pattern finds, too", () => {
    const text = `${teams}rooms:\n  "c-*": { teams: { red: reader, blue: writer } }\n`;
    expect(errorsOf(text)).toEqual([]);
    expect(linesOf(resolve(text, ["c-1"]).diagnostics)).toHaveLength(2);
  });
});

describe("time", () => {
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);
  const text = `teams: { t: [erin, tom] }
rooms:
  one:
    users: { erin: { role: owner, starts: 2027-01-10, expires: 2027-01-19 }, max: { role: reader, expires: 2027-01-19 } }
    teams: { t: { role: reader, expires: 2027-02-28 } }
    groups: { g: { role: reader, starts: 2027-03-01 } }
`;
  const at = (instant: number) => roomOf(text, "one", ["one"], instant);

  it("counts a grant outside its time as not written: a team's then holds", () => {
    expect(rolesOf(at(day("2027-01-09")))).toEqual({ erin: "t: reader", max: "reader", tom: "t: reader" });
    expect(rolesOf(at(day("2027-01-10") - 1))).toMatchObject({ erin: "t: reader" });
    expect(rolesOf(at(day("2027-01-10")))).toMatchObject({ erin: "owner" });
    expect(rolesOf(at(day("2027-01-20") - 1))).toMatchObject({ erin: "owner", max: "reader" });
    expect(rolesOf(at(day("2027-01-20")))).toEqual({ erin: "t: reader", tom: "t: reader" });
  });

  it("removes whoever is listed and holds nothing", () => {
    expect([...at(day("2027-01-20")).removedUsers.keys()]).toEqual(["max"]);
    const late = at(day("2027-03-01"));
    expect([rolesOf(late), [...late.removedUsers.keys()].sort()]).toEqual([{}, ["erin", "max", "tom"]]);
    expect([...at(NOW).removedGroups.keys()]).toEqual(["g"]);
    expect([...late.removedGroups.keys()]).toEqual([]);
  });

  it("tells those whose time is over or has not come from those who are absent", () => {
    const room = (instant: number) =>
      roomOf(
        `${text}  two:\n    users: { max: absent, ann: { role: reader, expires: 2027-01-01 } }\n    teams: { t: { role: reader, starts: 2027-05-01 } }\n    groups: { g: absent, h: { role: reader, starts: 2027-05-01 } }\n`,
        "two",
        ["two"],
        instant,
      );
    const before = room(day("2027-01-20"));
    expect([...before.removedUsers.keys()].sort()).toEqual(["ann", "erin", "max", "tom"]);
    expect([...(before.outsideUsers ?? [])].sort()).toEqual([
      ["ann", "ended"],
      ["erin", "not started"],
      ["tom", "not started"],
    ]);
    expect([[...before.removedGroups.keys()], [...(before.outsideGroups ?? [])]]).toEqual([
      ["g", "h"],
      [["h", "not started"]],
    ]);
    expect([...(room(day("2027-05-01")).outsideUsers ?? [])]).toEqual([["ann", "ended"]]);
    expect([...(at(day("2027-01-09")).outsideUsers ?? [])]).toEqual([]);
  });

  it("lets what a pattern says hold", () => {
    const room = roomOf(
      'rooms:\n  "o*": { users: { a: reader } }\n  one: { users: { a: { role: owner, starts: 2027-01-01 } } }\n',
      "one",
    );
    expect([rolesOf(room), room.removedUsers.size]).toEqual([{ a: "reader" }, 0]);
  });

  it("has boundaries in the future, each once", () => {
    const document = documentOf(`${HEAD}  owner: { extends: writer }\n${text}`);
    expect(boundaries(document, NOW)).toEqual([day("2027-01-10"), day("2027-01-20"), day("2027-03-01")]);
    expect(boundaries(document, day("2027-01-20"))).toEqual([day("2027-03-01")]);
  });
});

describe("what to read", () => {
  it("is the named rooms, their people, and the roles", () => {
    const document = documentOf(
      `${HEAD}teams: { t: [tim] }\nrooms: { b: { users: { x: absent, a: reader }, teams: { t: writer } }, a: {}, "c*": {} }\n`,
    );
    expect(needsOf(document, "liveblocks")).toEqual({
      rooms: ["a", "b"],
      list: true,
      users: new Map([["b", ["a", "tim", "x"]]]),
      roles: ["reader", "writer"],
      absentRoles: [],
      roomDefaults: false,
    });
  });
});

describe("a new room", () => {
  it("one edit away from one that no file names is a warning", () => {
    const similar = (known: readonly string[]) => resolve("rooms: { weekly: {}, other: {} }\n", known).diagnostics;
    expect(linesOf(similar(["wekly", "other"]))).toEqual([
      'a.yaml:6:10 warning similar-room there is no room "weekly" yet, but there is "wekly", which no file names',
    ]);
    for (const near of ["weeklyy", "weekl", "weakly", "weelky"]) expect(similar([near, "other"])).toHaveLength(1);
    for (const known of [
      ["weekly", "wekly"],
      ["welky", "other"],
      ["x", "other"],
    ])
      expect(similar([...known, "other"])).toEqual([]);
  });
});

describe("roles and defaults of a provider", () => {
  const text = `providers:
  ds: { type: digitalsamba, teamId: a, developerKey: { env: DIGITALSAMBA_K }, roomDefaults: { roles: [full, moderator], default: full } }
  eu: { type: digitalsamba, teamId: b, developerKey: { env: DIGITALSAMBA_K } }
roles:
  base: { digitalsamba: { permissions: {} } }
  full: { digitalsamba: { display_name: Full } }
  euro: { on: eu, digitalsamba: { display_name: Euro } }
  moderator: { digitalsamba: existing }
  old: absent
`;

  it("are kept by provider, without bases and what exists already", () => {
    const { policy } = resolvePolicy(documentOf(text), "ds", new Set(), NOW);
    expect([...policy.roles.keys()]).toEqual(["full", "old"]);
    expect([...resolvePolicy(documentOf(text), "eu", new Set(), NOW).policy.roles.keys()]).toEqual([
      "full",
      "euro",
      "old",
    ]);
    expect(policy.roomDefaults).toMatchObject({
      default: { role: "full", via: { type: "provider default" } },
      roles: [{ name: "full" }, { name: "moderator" }],
    });
  });
});
