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

describe("an update of more entries than one request may hold", () => {
  const lists = (prefix: string, count: number, scope: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, [scope]]));
  const draftsFor = (fields: Parameters<typeof currentRoom>[1], room: Partial<RoomPolicy>) => {
    const current = state(currentRoom("a", fields));
    const [change] = changesOf(current, roomPolicy("a", room));
    const drafts = calls(change === undefined ? [] : [change]);
    const bodies = drafts.map(({ body }) => (body ?? {}) as { readonly [field: string]: object });
    const left = drafts.map((draft) => draft.leaves.get("lb/room/a"));
    return { change, drafts, bodies, left };
  };
  const keys = (map: object | undefined): number => Object.keys(map ?? {}).length;

  it("takes away first and adds then, each within the limit, and says what is there between", () => {
    const { change, drafts, bodies, left } = draftsFor(
      { usersAccesses: lists("old", 600, "*:read") },
      { users: grants(lists("new", 600, "room:read")), metadata: metadata({ owner: "design" }) },
    );
    expect(drafts.map(({ method, path, after, staging }) => [method, path, after, staging])).toEqual([
      ["POST", "/v2/rooms/a", [], undefined],
      ["POST", "/v2/rooms/a", [0], undefined],
    ]);
    expect(bodies.map((body) => Object.keys(body))).toEqual([["usersAccesses"], ["metadata", "usersAccesses"]]);
    expect(bodies.map(({ usersAccesses }) => keys(usersAccesses))).toEqual([600, 600]);
    expect(new Set(Object.values(bodies[0]?.usersAccesses ?? {}))).toEqual(new Set([null]));
    expect(bodies[1]?.usersAccesses).toMatchObject({ new0: ["room:read"] });
    expect(left[0]).toEqual({ ...change?.before, usersAccesses: {} });
    expect(left[1]).toEqual(change?.after);
  });

  it("is one request while one may hold it", () => {
    const fields = { usersAccesses: lists("old", 500, "*:read"), groupsAccesses: lists("g", 700, "*:read") };
    const { bodies } = draftsFor(fields, { users: grants(lists("new", 500, "room:read")), groups: new Map() });
    expect(bodies.map(({ usersAccesses, groupsAccesses }) => [keys(usersAccesses), keys(groupsAccesses)])).toEqual([
      [1000, 700],
    ]);
  });

  it("takes away in as many requests as that needs, users and groups together", () => {
    const fields = { usersAccesses: lists("u", 2300, "*:read"), groupsAccesses: lists("g", 1200, "*:read") };
    const { bodies, left, change } = draftsFor(fields, {
      users: grants(lists("new", 10, "room:read")),
      groups: new Map(),
    });
    expect(bodies.map(({ usersAccesses, groupsAccesses }) => [keys(usersAccesses), keys(groupsAccesses)])).toEqual([
      [1000, 1000],
      [1000, 200],
      [300, 0],
      [10, 0],
    ]);
    expect(left.at(-1)).toEqual(change?.after);
  });

  it.each([
    ["what gives less comes first", ["*:write"], ["room:read"], "*:read", 0],
    ["nobody who is added holds more than before and after for a while", ["*:read"], ["*:write"], "*:read", 1],
    ["what gives more comes first where that gives nobody too much", [], ["*:read"], "*:write", 0],
  ])("changes the default in the step in which %s", (_, from, to, entries, step) => {
    const { bodies } = draftsFor(
      { defaultAccesses: from, usersAccesses: lists("old", 600, "*:write") },
      { default: grant(block(...to)), users: grants(lists("new", 600, entries)) },
    );
    expect(bodies.map((body) => "defaultAccesses" in body)).toEqual([step === 0, step === 1]);
  });

  it("waits for the right call where other rooms change too", () => {
    const rooms = [
      currentRoom("a", { usersAccesses: lists("old", 600, "*:read") }),
      currentRoom("b", { usersAccesses: lists("old", 600, "*:read") }),
    ];
    const users = grants(lists("new", 600, "room:read"));
    const drafts = calls(changesOf(state(...rooms), roomPolicy("a", { users }), roomPolicy("b", { users })));
    expect(drafts.map(({ path, after }) => [path, after])).toEqual([
      ["/v2/rooms/a", []],
      ["/v2/rooms/a", [0]],
      ["/v2/rooms/b", []],
      ["/v2/rooms/b", [2]],
    ]);
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
