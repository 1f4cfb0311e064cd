import { describe, expect, it } from "vitest";
import type { Change, CurrentState, RoomPolicy } from "../../engine/model.ts";
import { calls } from "./calls.ts";
import { desire } from "./desire.ts";
import { block, changesTo, currentRoom, grant, grants, metadata, policy, roomPolicy, state } from "./fixtures.ts";

const ledger = { get: () => undefined, set: () => {} };
const changesOf = (current: CurrentState, ...rooms: readonly RoomPolicy[]): readonly Change[] =>
  changesTo(desire({ policy: policy(...rooms), current, ledger }), current);
const callOf = (current: CurrentState, room: RoomPolicy) => {
  const drafts = calls(changesOf(current, room));
  expect(drafts).toHaveLength(1);
  return { ...drafts[0], body: JSON.parse(JSON.stringify(drafts[0]?.body ?? null)) };
};

const found = currentRoom("a/b #1", {
  defaultAccesses: ["*:read"],
  usersAccesses: { alice: ["*:write"], bob: ["*:read"], carol: [] },
  groupsAccesses: { staff: ["*:read"] },
  metadata: { owner: "design", color: "blue" },
});

describe("an update", () => {
  it("is one merge patch with what differs and nothing else, in the file's own words", () => {
    const room = roomPolicy(found.id, {
      users: grants({ alice: ["room:write"], bob: ["room:presence:write", "*:write"], dave: ["room:read"] }),
      metadata: metadata({ owner: null, color: "red" }),
    });
    expect(callOf(state(found), room)).toMatchObject({
      method: "POST",
      path: "/v2/rooms/a%2Fb%20%231",
      after: [],
      body: {
        usersAccesses: { bob: ["*:write", "room:presence:write"], carol: null, dave: ["room:read"] },
        metadata: { owner: null, color: "red" },
      },
    });
    expect(Object.keys(callOf(state(found), room).body)).toEqual(["metadata", "usersAccesses"]);
  });

  it("never sends null for a map, nor an empty map", () => {
    const room = roomPolicy(found.id, { users: new Map(), groups: grants({ staff: ["room:read"] }) });
    expect(callOf(state(found), room).body).toEqual({ usersAccesses: { alice: null, bob: null, carol: null } });
  });

  it("changes the default alone where only that differs", () => {
    const room = roomPolicy(found.id, { default: grant(block("*:write", "storage:read")) });
    expect(callOf(state(found), room).body).toEqual({ defaultAccesses: ["*:write", "storage:read"] });
    const closed = roomPolicy(found.id, { default: grant(block()) });
    expect(callOf(state(found), closed).body).toEqual({ defaultAccesses: [] });
  });

  it("sends the canonical list where the wanted value is not the file's any more", () => {
    const room = roomPolicy(found.id, { users: grants({ alice: ["*:write", "storage:read"] }) });
    const [change] = changesOf(state(found), room);
    if (change?.after === undefined || change.after === null) throw new Error("no change");
    const staged = { ...change, after: { ...change.after, usersAccesses: { alice: ["room:read"] } } };
    expect(JSON.parse(JSON.stringify(calls([staged])[0]?.body))).toEqual({
      usersAccesses: { alice: ["room:read"], bob: null, carol: null },
    });
  });

  it("says what it leaves", () => {
    const [change] = changesOf(state(found), roomPolicy(found.id, { default: grant(block()) }));
    const leaves = calls(change === undefined ? [] : [change])[0]?.leaves;
    expect([...(leaves ?? [])]).toEqual([[found.address, change?.after]]);
  });
});

describe("a creation", () => {
  it("always carries the default, and only the maps that hold something", () => {
    expect(callOf(state(), roomPolicy("new", { users: grants({ alice: ["room:write"] }) }))).toMatchObject({
      method: "POST",
      path: "/v2/rooms",
      body: { id: "new", defaultAccesses: [], usersAccesses: { alice: ["room:write"] } },
    });
    expect(callOf(state(), roomPolicy("new")).body).toEqual({ id: "new", defaultAccesses: [] });
  });
});

describe("a deletion", () => {
  it("is one DELETE without a body", () => {
    const call = callOf(state(found), roomPolicy(found.id, { absent: true }));
    expect(call).toMatchObject({ method: "DELETE", path: "/v2/rooms/a%2Fb%20%231", body: null });
    expect([...(call.leaves ?? [])]).toEqual([[found.address, null]]);
  });
});

it("makes one call for each room that changes and none for the others", () => {
  const current = state(currentRoom("a"), currentRoom("b"), currentRoom("c"));
  const open = { default: grant(block("room:read")) };
  const changes = changesOf(
    current,
    roomPolicy("a", open),
    roomPolicy("b", { default: grant(block()) }),
    roomPolicy("c", open),
  );
  expect(calls(changes).map(({ path }) => path)).toEqual(["/v2/rooms/a", "/v2/rooms/c"]);
});
