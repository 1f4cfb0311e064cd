import { expect, it } from "vitest";
import type { Grant, Mode, OutsideTime, RoomPolicy, Source } from "../model.ts";
import { viaOf } from "./via.ts";

const line = (number: number): Source => ({
  locate: () => ({ filename: "rolecall.yaml", start: { line: number, column: 1 }, end: { line: number, column: 2 } }),
});

const grant = (parts: Partial<Grant> = {}): Grant => ({
  role: "facilitator",
  block: { type: "existing", source: line(1) },
  via: { type: "user" },
  pattern: undefined,
  source: line(7),
  starts: undefined,
  expires: undefined,
  reason: undefined,
  ...parts,
});

const modes = (users: Mode): RoomPolicy["mode"] => ({
  default: "authoritative",
  users,
  groups: users,
  settings: "authoritative",
});

const room = (parts: Partial<RoomPolicy> = {}): RoomPolicy => ({
  provider: "liveblocks",
  id: "weekly",
  source: line(2),
  pattern: undefined,
  absent: false,
  create: true,
  live: "enforce",
  mode: modes("authoritative"),
  default: undefined,
  users: new Map(),
  groups: new Map(),
  removedUsers: new Map(),
  removedGroups: new Map(),
  metadata: undefined,
  settings: undefined,
  reason: undefined,
  fieldSources: new Map([
    ["users", line(20)],
    ["groups", line(30)],
  ]),
  ...parts,
});

const alice = { kind: "user", id: "alice" } as const;
const everyone = { kind: "everyone" } as const;
const at = (source: Source | undefined): number | undefined => source?.locate().start.line;

it("names the role, the inline role, and the team that brought it", () => {
  const users = (one: Grant) => room({ users: new Map([["alice", one]]) });
  expect(viaOf(users(grant()), alice, "user").via).toBe("role facilitator");
  expect(viaOf(users(grant({ role: undefined })), alice, "user").via).toBe("inline role");
  const team = viaOf(users(grant({ via: { type: "team", team: "design" } })), alice, "user");
  expect(team).toMatchObject({ via: "team design: role facilitator", team: "design" });
  expect(at(team.source)).toBe(7);
});

it("names the default, and the pattern that decided it", () => {
  const fallback = (one: Grant) => room({ default: one });
  expect(viaOf(fallback(grant({ via: { type: "default" } })), everyone, "default").via).toBe(
    "default: role facilitator",
  );
  expect(viaOf(fallback(grant({ pattern: "class-{id}" })), everyone, "default").via).toBe(
    "pattern class-{id}: role facilitator",
  );
  expect(viaOf(fallback(grant({ pattern: "class-{id}", role: undefined })), everyone, "default").via).toBe(
    "pattern class-{id}",
  );
  expect(viaOf(room(), everyone, "built-in").via).toBe("built-in default");
  expect(viaOf(undefined, everyone, "default")).toEqual({ via: "default at the service", source: undefined });
});

it("says why an entry goes: not listed, ended, not started, absent, with the mode and the line", () => {
  const unlisted = viaOf(room(), alice, "default");
  expect(unlisted).toMatchObject({ via: "not listed", mode: "authoritative" });
  expect(at(unlisted.source)).toBe(20);
  expect(at(viaOf(room(), { kind: "group", id: "partners" }, "default").source)).toBe(30);
  const removedUsers = new Map([["alice", line(9)]]);
  const outside = (why: OutsideTime) => room({ removedUsers, outsideUsers: new Map([["alice", why]]) });
  expect(viaOf(outside("ended"), alice, "default").via).toBe("grant ended");
  expect(viaOf(outside("not started"), alice, "default").via).toBe("grant not started");
  const absent = viaOf(room({ removedUsers, mode: modes("additive") }), alice, "default");
  expect(absent).toMatchObject({ via: "absent", mode: "additive" });
  expect(at(absent.source)).toBe(9);
  expect(viaOf(room({ absent: true }), alice, "default").via).toBe("absent");
});

it("does not call somebody unlisted whose entry stays", () => {
  expect(viaOf(room({ mode: modes("additive") }), alice, "user").via).toBe("entry at the service");
  expect(viaOf(room({ users: undefined }), alice, "user").via).toBe("entry at the service");
  expect(viaOf(room({ users: undefined, default: grant({ via: { type: "default" } }) }), alice, "default").via).toBe(
    "default: role facilitator",
  );
});

it("takes ids that look like object members as ids", () => {
  expect(viaOf(room(), { kind: "user", id: "__proto__" }, "default").via).toBe("not listed");
});

it("names the default for somebody who is listed and has only that", () => {
  const { via } = viaOf(room({ users: new Map([["alice", grant()]]), default: grant() }), alice, "default");
  expect(via).toMatch(/^default: /u);
});
