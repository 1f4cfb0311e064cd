import { describe, expect, it } from "vitest";
import type { CurrentState, RoomPolicy } from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { desire } from "./desire.ts";
import { at, block, currentRoom, grant, grants, metadata, modes, policy, roomPolicy, state } from "./fixtures.ts";

const ledger = { get: () => undefined, set: () => {} };
const run = (current: CurrentState, ...rooms: readonly RoomPolicy[]) =>
  desire({ policy: policy(...rooms), current, ledger });
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

describe("a room that exists", () => {
  const found = currentRoom("r", {
    defaultAccesses: ["*:read", "room:presence:write"],
    usersAccesses: { alice: ["room:write"], bob: ["*:write"] },
    groupsAccesses: { staff: ["*:read"] },
    metadata: { owner: "design", color: "blue" },
  });

  it("keeps the very spec that was read when the files say the same in other words", () => {
    const same = roomPolicy("r", {
      default: grant(block("room:read")),
      users: grants({ bob: ["room:write"], alice: ["*:write", "room:presence:write"] }),
      groups: grants({ staff: ["room:read", "room:read"] }),
      metadata: metadata({ color: "blue", shape: null }),
    });
    const { objects, observed, diagnostics } = run(state(found), same);
    expect(objects.get("lb/room/r")?.spec).toBe(found.spec);
    expect(objects.get("lb/room/r")).not.toHaveProperty("wire");
    expect(observed.size).toBe(0);
    expect(diagnostics).toEqual([]);
  });

  it("is left alone in every field that is not written", () => {
    expect(run(state(found), roomPolicy("r")).objects.get("lb/room/r")?.spec).toBe(found.spec);
  });

  it("gets what the files say, field by field", () => {
    const room = roomPolicy("r", {
      default: grant(block()),
      users: grants({ alice: ["room:write"], carol: ["*:read", "storage:write"] }),
      metadata: metadata({ owner: null, color: ["blue", "red"] }),
    });
    const desired = run(state(found), room).objects.get("lb/room/r");
    expect(plain(desired?.spec)).toEqual({
      defaultAccesses: [],
      groupsAccesses: { staff: ["room:read"] },
      metadata: { color: ["blue", "red"] },
      usersAccesses: { alice: ["room:write"], carol: ["room:read", "storage:write"] },
    });
    expect(plain(desired?.wire)).toMatchObject({
      defaultAccesses: [],
      usersAccesses: { carol: ["*:read", "storage:write"] },
    });
  });

  it("keeps and counts unlisted entries where it is additive, and still removes those whose time is over", () => {
    const room = roomPolicy("r", {
      mode: modes("additive"),
      users: grants({ carol: ["room:read"] }),
      groups: new Map(),
      removedUsers: new Map([["bob", at(9)]]),
    });
    const { objects, unmanaged } = run(state(found), room);
    expect(plain(objects.get("lb/room/r")?.spec)).toMatchObject({
      usersAccesses: { alice: ["room:write"], carol: ["room:read"] },
      groupsAccesses: { staff: ["room:read"] },
    });
    expect(unmanaged).toBe(2);
  });

  it("is only reported on in the fields that are observed", () => {
    const room = roomPolicy("r", {
      mode: { ...modes("authoritative"), users: "observe", settings: "observe" },
      default: grant(block()),
      users: grants({ alice: ["room:read"] }),
      metadata: metadata({ owner: "ops" }),
    });
    const { objects, observed, unmanaged } = run(state(found), room);
    expect(plain(objects.get("lb/room/r")?.spec)).toEqual({ ...(plain(found.spec) as object), defaultAccesses: [] });
    expect(plain(observed.get("lb/room/r"))).toEqual({
      ...(plain(found.spec) as object),
      metadata: { owner: "ops", color: "blue" },
      usersAccesses: { alice: ["room:read"] },
    });
    expect(unmanaged).toBe(1);
  });

  it("goes where a tombstone names it", () => {
    expect(run(state(found), roomPolicy("r", { absent: true })).objects.get("lb/room/r")).toMatchObject({
      spec: null,
      reason: "tombstone",
    });
  });

  it("gets an entry for any id", () => {
    const users = new Map([
      ["__proto__", grant(block("room:read"))],
      ["constructor", grant(block("room:write"))],
    ]);
    const spec = run(state(currentRoom("r")), roomPolicy("r", { users })).objects.get("lb/room/r")?.spec;
    expect(Object.entries((spec?.usersAccesses ?? {}) as object)).toEqual([
      ["__proto__", ["room:read"]],
      ["constructor", ["room:write"]],
    ]);
  });
});

describe("a room that does not exist", () => {
  it("is created closed unless the files open it", () => {
    const desired = run(state(), roomPolicy("r", { users: grants({ alice: ["room:write"] }) })).objects.get(
      "lb/room/r",
    );
    expect(plain(desired?.spec)).toEqual({
      defaultAccesses: [],
      groupsAccesses: {},
      metadata: {},
      usersAccesses: { alice: ["room:write"] },
    });
    expect(desired?.reason).toMatch(/created closed/u);
    const open = run(
      state(),
      roomPolicy("r", { default: grant(block("room:read")), metadata: metadata({ a: "b", c: null }) }),
    );
    expect(plain(open.objects.get("lb/room/r")?.spec)).toMatchObject({
      defaultAccesses: ["room:read"],
      metadata: { a: "b" },
    });
    expect(open.objects.get("lb/room/r")).not.toHaveProperty("reason");
  });

  it("is pending where the files say create: false", () => {
    const { objects, pending } = run(state(), roomPolicy("r", { create: false }));
    expect(objects.size).toBe(0);
    expect(pending).toMatchObject([{ address: "lb/room/r", reason: expect.stringMatching(/does not exist/u) }]);
  });

  it("is nothing to do for a tombstone", () => {
    expect(run(state(), roomPolicy("r", { absent: true })).objects.get("lb/room/r")?.spec).toBeNull();
  });

  it("is drift where everything is only observed", () => {
    const room = roomPolicy("r", { mode: modes("observe"), users: grants({ alice: ["room:write"] }) });
    const { objects, observed } = run(state(), room);
    expect(objects.get("lb/room/r")?.spec).toBeNull();
    expect(plain(observed.get("lb/room/r"))).toMatchObject({ usersAccesses: { alice: ["room:write"] } });
  });

  it("is never made by a pattern", () => {
    const { objects, pending } = run(state(), roomPolicy("r", { pattern: "*" }));
    expect([objects.size, pending.length]).toEqual([0, 0]);
  });
});

it("refuses to change a room whose id cannot stand in a path, but reads it", () => {
  const current = state(currentRoom(".."));
  expect(run(current, roomPolicy("..", { pattern: "*" })).diagnostics).toEqual([]);
  const { objects, diagnostics } = run(current, roomPolicy("..", { pattern: "*", default: grant(block("room:read")) }));
  expect(diagnostics).toMatchObject([{ severity: "error", code: "liveblocks/room-id" }]);
  expect(objects.get("lb/room/..")?.spec).toBe(current.objects.get("lb/room/..")?.spec);
});

it("counts what the files ask for together with what is there against the limits", () => {
  const many = record(Array.from({ length: 999 }, (_, i) => [`u${i}`, ["room:read"]] as const));
  const current = state(currentRoom("r", { usersAccesses: many }));
  const room = (mode: "additive" | "authoritative") =>
    roomPolicy("r", { mode: modes(mode), users: grants({ alice: ["room:read"], bob: ["room:read"] }) });
  expect(run(current, room("additive")).diagnostics).toMatchObject([
    { severity: "error", code: "liveblocks/limit", summary: expect.stringMatching(/1001 users.*1000/u) },
  ]);
  expect(run(current, room("authoritative")).diagnostics).toEqual([]);
});
