import { describe, expect, it } from "vitest";
import { readRole, readRoom, readTeam, settingsOf } from "./convert.ts";
import { show } from "./show.ts";

const role = { id: "1", name: "host", display_name: "Host", description: null, permissions: {} };
const room = { id: "r", friendly_url: "lobby", privacy: "private", roles: [], default_role: null };

describe("a role", () => {
  it("is only what is on: false, null and empty lists are off, lists are sets", () => {
    const permissions = {
      raise_hand: true,
      screenshare: false,
      recording: null,
      manage_roles: [],
      remote_muting: ["b", "a", "b"],
    };
    expect(readRole({ ...role, permissions }).spec).toEqual({
      display_name: "Host",
      permissions: { raise_hand: true, remote_muting: ["a", "b"] },
    });
  });
  it("with an empty list for permissions has none", () => {
    expect(readRole({ ...role, permissions: [] }).spec.permissions).toEqual({});
  });
  it("keeps names that are keys of every object apart", () => {
    const permissions = JSON.parse('{ "__proto__": true, "constructor": ["a"] }') as unknown;
    expect(Object.keys(readRole({ ...role, permissions }).spec.permissions)).toEqual(["__proto__", "constructor"]);
  });
  it.each([
    ["no permissions", { permissions: undefined }],
    ["a permission that is a text", { permissions: { raise_hand: "yes" } }],
    ["no display name", { display_name: undefined }],
    ["no name", { name: "" }],
  ])("with %s cannot be read", (_, fields) => {
    expect(() => readRole({ ...role, ...fields })).toThrow();
  });
});

describe("a room", () => {
  it("shows its private chat as marks on its roles", () => {
    const roles = [
      { name: "a", allow_private_group_chat: true },
      { name: "b", allow_private_group_chat: false },
    ];
    expect(readRoom({ ...room, roles }).settings).toEqual({ private_group_chat_roles: ["a"] });
  });
  it("shows the end of its life as it is written", () => {
    expect(readRoom({ ...room, expires_at: "2026-12-31T18:00:00Z" }).settings).toEqual({
      expires_at: "2026-12-31 18:00:00",
    });
  });
  it.each([
    ["no privacy", { privacy: undefined }],
    ["no list of roles", { roles: undefined }],
    ["a role without a name", { roles: [{ id: "1" }] }],
    ["a default role that is a text", { default_role: "host" }],
  ])("with %s cannot be read", (_, fields) => {
    expect(() => readRoom({ ...room, ...fields })).toThrow();
  });
  it("has settings in its spec beside privacy and roles", () => {
    expect(settingsOf({ privacy: "public", roles: [], default_role: null, chat_enabled: false })).toEqual({
      chat_enabled: false,
    });
  });
});

describe("the team", () => {
  it("has roles in the order of the service", () => {
    expect(readTeam({ roles: [{ name: "b" }, { name: "a" }], default_role: { name: "b" } }, true)).toMatchObject({
      roles: ["b", "a"],
      default_role: "b",
    });
  });
});

describe("roles that are not shown", () => {
  const team = readTeam({ roles: [{ name: "a" }], default_role: { name: "a" } }, true);
  const hidden = { id: "r", friendly_url: "lobby", privacy: "private" };
  it("are the team's in a room", () => {
    expect(readRoom(hidden, team)).toMatchObject({ roles: ["a"], default_role: "a" });
    const own = { ...hidden, roles: [{ name: "b" }], default_role: { name: "b" } };
    expect(readRoom(own, team)).toMatchObject({ roles: ["b"], default_role: "b" });
    expect(readRoom({ ...own, default_role: null }, team).default_role).toBeNull();
    expect(() => readRoom({ ...hidden, roles: null }, team)).toThrow();
  });
  it("of the team are none, unless something is decided by them", () => {
    expect(readTeam({}, false)).toMatchObject({ roles: [], default_role: null });
    expect(() => readTeam({}, true)).toThrow("shows no list of roles");
    expect(() => readTeam({ roles: "a" }, false)).toThrow();
  });
});

describe("values for people", () => {
  it("say on, off, names, and what comes from the team", () => {
    expect(show("role", ["permissions", "raise_hand"], true)).toBe("on");
    expect(show("role", ["permissions", "raise_hand"], undefined)).toBe("off");
    expect(show("role", ["permissions", "remote_muting"], ["a", "b"])).toBe("[a, b]");
    expect(show("room", ["chat_enabled"], undefined)).toBe("(as the team)");
    expect(show("room", ["default_role"], undefined)).toBe("(none)");
    expect(show("role", [], { permissions: { raise_hand: true } })).toBe("{ permissions: { raise_hand: on } }");
  });
});
