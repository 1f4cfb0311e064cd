import { afterEach, describe, expect, it } from "vitest";
import type { CurrentState } from "../../engine/model.ts";
import type { Connection, ReadRequest } from "../../engine/provider.ts";
import { openReadApi } from "./api.ts";
import { NOTHING_SET, specOf } from "./convert.ts";
import { connected, documentOf, GUEST, PUPIL } from "./fixtures.ts";
import { zego } from "./index.ts";
import { presenceOf } from "./presence.ts";
import { codeFault } from "./sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const config = documentOf("rooms: { lesson: { default: guest } }").providers.get("zego");
const requestFor = (rooms: readonly string[], more: Partial<ReadRequest> = {}): ReadRequest => {
  if (config === undefined) throw new Error("no provider");
  return { config, rooms, list: false, users: new Map(), roles: [], roomDefaults: false, ...more };
};

const opened = async (options: Parameters<typeof connected>[0] = {}) => {
  const made = await connected(options);
  const reader = zego.reader(made.connection);
  cleanups.push(async () => {
    await reader.close();
    await made.sandbox.close();
  });
  const actions = (): readonly (string | null)[] => made.sandbox.requests.map(({ query }) => query.get("Action"));
  return { ...made, reader, actions };
};

const NUM = "DescribeUserNum";
const LIST = "DescribeUserList";
const ROOM_AUTH = "GetWhiteboardRoomAuth";
const USER_AUTH = "GetWhiteboardUserAuth";
const USERS = "DescribeUsers";
const specs = ({ objects }: CurrentState) => Object.fromEntries([...objects].map(([where, { spec }]) => [where, spec]));
const count = (all: readonly (string | null)[]) => {
  const counts: { [action: string]: number } = {};
  for (const action of all) counts[String(action)] = (counts[String(action)] ?? 0) + 1;
  return counts;
};

describe("read", () => {
  it("reads a room's default, who is there, and the overrides of people nobody named", async () => {
    const { sandbox, reader, actions } = await opened();
    for (const user of ["alice", "bob"]) sandbox.login("lesson", user);
    sandbox.editAuth("lesson", undefined, { module: [2, 1], graphic: [32] });
    sandbox.editAuth("lesson", "bob", { module: [2], graphic: [0] });
    const state = await reader.read(requestFor(["lesson"]));
    expect(specs(state)).toEqual({
      "zego/room/lesson": specOf(PUPIL),
      "zego/user/lesson/bob": specOf(GUEST),
      "zego/people/lesson": { users: ["bob"] },
    });
    expect([state.complete, [...state.rooms]]).toEqual([true, ["lesson"]]);
    const presence = presenceOf(state);
    expect(["alice", "bob", "carol"].map((user) => presence.hasUser("lesson", user))).toEqual([true, true, false]);
    expect(actions()).toEqual([ROOM_AUTH, LIST, USER_AUTH]);
  });

  it("asks ten rooms at once which of them are there, and then those alone", async () => {
    const { sandbox, reader, actions } = await opened();
    const rooms = Array.from({ length: 25 }, (_, index) => `class-${String(index).padStart(2, "0")}`);
    for (const room of ["class-03", "class-14", "class-24"]) sandbox.login(room, "alice");
    const told: (readonly [number, number | undefined])[] = [];
    const state = await reader.read(requestFor(rooms, { onProgress: (done, total) => void told.push([done, total]) }));
    expect([...state.rooms].sort()).toEqual(["class-03", "class-14", "class-24"]);
    expect(count(actions())).toEqual({ [NUM]: 3, [ROOM_AUTH]: 3, [LIST]: 3, [USER_AUTH]: 3 });
    expect(told.at(-1)).toEqual([25, 25]);
  });

  it("asks for overrides in tens, and for people in pages a second apart", async () => {
    const { sandbox, reader, clock, actions } = await opened();
    for (let number = 0; number < 405; number += 1) sandbox.login("hall", `guest-${number}`);
    sandbox.editAuth("hall", "guest-404", { module: [2], graphic: [0] });
    const before = clock.time;
    const state = await reader.read(requestFor(["hall"]));
    expect(specs(state)["zego/user/hall/guest-404"]).toEqual(specOf(GUEST));
    expect(count(actions())).toEqual({ [ROOM_AUTH]: 1, [LIST]: 3, [USER_AUTH]: 41 });
    expect(clock.time - before).toBeGreaterThanOrEqual(2000);
  });

  it.each(["absent", "null", "object", "array"] as const)("takes Data that is %s for nothing set", async (shape) => {
    const { sandbox, reader } = await opened({ rules: { emptyRoom: shape, emptyUsers: shape } });
    sandbox.login("lesson", "alice");
    expect(specs(await reader.read(requestFor(["lesson"])))).toEqual({ "zego/room/lesson": NOTHING_SET });
  });

  it("keeps ids and markers digit for digit", async () => {
    const { sandbox, reader } = await opened();
    const ids = ["6085791336856668982", "6085791336856668983", "007", "1e3", "A", "a"];
    for (const id of ids) sandbox.login("18446744073709551615", id);
    sandbox.setFaults([{ fault: "page-size", size: 1 }]);
    sandbox.editAuth("18446744073709551615", "6085791336856668983", { module: [1], graphic: [32] });
    const state = await reader.read(requestFor(["18446744073709551615"]));
    const presence = presenceOf(state);
    expect(ids.every((id) => presence.hasUser("18446744073709551615", id))).toBe(true);
    expect(presence.hasUser("18446744073709551615", "6085791336856669000")).toBe(false);
    expect([...state.objects.keys()]).toContain("zego/user/18446744073709551615/6085791336856668983");
  });

  it("finds nothing where nobody is", async () => {
    const { reader, actions } = await opened();
    const state = await reader.read(requestFor(["lesson"]));
    expect([state.objects.size, state.rooms.size, state.complete]).toEqual([0, 0, true]);
    expect(actions()).toEqual([ROOM_AUTH]);
  });

  it("takes a room that ends while it is read for one that is not there", async () => {
    const { sandbox, reader } = await opened();
    sandbox.login("lesson", "alice");
    sandbox.beforeNext(USER_AUTH, () => sandbox.destroyRoom("lesson"));
    const state = await reader.read(requestFor(["lesson"]));
    expect([state.objects.size, state.rooms.size]).toEqual([0, 0]);
  });

  it("reads just the wanted objects, and presence only of those without an override", async () => {
    const { sandbox, reader, actions } = await opened();
    for (const user of ["alice", "bob", "carol"]) sandbox.login("lesson", user);
    sandbox.editAuth("lesson", "alice", { module: [1, 2], graphic: [32] });
    const only = ["zego/user/lesson/alice", "zego/user/lesson/bob", "zego/user/lesson/dave"];
    const state = await reader.read(requestFor([], { only }));
    expect(actions()).toEqual([USER_AUTH, USERS]);
    expect([...state.objects.keys()]).toEqual(["zego/user/lesson/alice", "zego/people/lesson"]);
    const presence = presenceOf(state);
    expect(["alice", "bob", "dave"].map((user) => presence.hasUser("lesson", user))).toEqual([true, true, false]);
    await reader.read(requestFor([], { only: ["zego/room/lesson"] }));
    expect(actions().slice(2)).toEqual([ROOM_AUTH]);
    const none = await reader.read(requestFor([], { only: ["zego/people/lesson", "other/room/lesson"] }));
    expect([none.rooms.size, actions().length]).toEqual([0, 3]);
  });

  it("sends no request that could write", async () => {
    const { sandbox, reader, actions } = await opened();
    sandbox.login("lesson", "alice");
    await reader.read(requestFor(["lesson", "other"]));
    await reader.read(requestFor([], { only: ["zego/room/lesson", "zego/user/lesson/alice"] }));
    expect(actions().length).toBeGreaterThan(4);
    expect(actions().every((action) => /^(Get|Describe)/u.test(action ?? ""))).toBe(true);
  });

  it("is refused an Action that could write before anything is sent", async () => {
    const { sandbox, connection } = await opened();
    sandbox.login("lesson", "alice");
    const api = openReadApi(connection);
    cleanups.push(() => api.close());
    const query = { RoomId: "lesson", "ModuleAuth[]": [1], "GraphicAuth[]": [2] };
    for (const action of ["SetWhiteboardRoomAuth", "SetWhiteboardUserAuth"] as const) {
      await expect(api.read(action as never, query)).rejects.toThrow("may write is not sent while reading");
    }
    expect(sandbox.requests).toEqual([]);
    expect(Object.keys(api)).not.toContain("write");
  });

  it("stays below one request a second in the test environment", async () => {
    const { sandbox, connection, waits, clock } = await opened({ values: { isTest: true } });
    // One at a time: a clock that jumps while others are under way would bring these together.
    const reader = zego.reader({ ...connection, parallelism: 1 });
    cleanups.push(() => reader.close());
    for (const room of ["a", "b", "c"]) sandbox.login(room, "alice");
    const before = clock.time;
    await reader.read(requestFor(["a", "b", "c"]));
    expect(waits).toEqual([]);
    expect(clock.time - before).toBeGreaterThanOrEqual(5 * 1100);
  });

  it.each<[string, Parameters<Awaited<ReturnType<typeof opened>>["sandbox"]["setFaults"]>[0]]>([
    ["a code of theirs", [codeFault(154, { action: LIST, times: 3 })]],
    ["an HTTP error", [{ fault: "status", status: 500, times: 3, match: { query: { Action: LIST } } }]],
    ["a broken answer", [{ fault: "status", status: 200, body: {}, times: 3, match: { query: { Action: LIST } } }]],
  ])("keeps to one page of a room a second when it asks again after %s", async (_, faults) => {
    const { sandbox, reader, actions, clock } = await opened();
    sandbox.login("lesson", "alice");
    sandbox.setFaults(faults);
    const before = clock.time;
    await reader.read(requestFor(["lesson"]));
    expect(count(actions())[LIST]).toBe(4);
    expect(clock.time - before).toBeGreaterThanOrEqual(3000);
  });

  it("asks for the people of another room at once", async () => {
    const { sandbox, reader, clock } = await opened();
    for (const room of ["a", "b", "c"]) sandbox.login(room, "alice");
    const before = clock.time;
    await reader.read(requestFor(["a", "b", "c"]));
    expect(clock.time).toBe(before);
  });

  it.each([206, 207])("waits and goes on after %s", async (code) => {
    const { sandbox, reader, slept } = await opened();
    sandbox.login("lesson", "alice");
    sandbox.setFaults([codeFault(code, { action: LIST, times: 2 })]);
    expect((await reader.read(requestFor(["lesson"]))).rooms.has("lesson")).toBe(true);
    expect(slept.filter((ms) => ms >= 1000).length).toBeGreaterThanOrEqual(2);
  });

  it("sets a clock that is off right by the answer that says so", async () => {
    const { sandbox, reader, actions } = await opened({ skew: 40 * 60_000 });
    sandbox.login("lesson", "alice");
    await reader.read(requestFor(["lesson"]));
    expect(actions()).toEqual([ROOM_AUTH, ROOM_AUTH, LIST, USER_AUTH]);
  });

  it.each([
    [{ Code: 0, Data: { RoomId: "other", ModuleAuth: [1], GraphicAuth: [2] } }, /it gave another/u],
    [{ Code: 0, Data: { ModuleAuth: "1", GraphicAuth: [2] } }, /ModuleAuth is not a list/u],
    [{ Message: "SUCCESS" }, /has no Code/u],
    [{ Code: 100000005, Message: "x", RequestId: "1" }, /the signature is wrong.*RequestId 1/u],
    [{ Code: 120000104, Message: "x", RequestId: "1" }, /code 120000104/u],
  ])("throws for %j and never takes it for an answer", async (body, message) => {
    const { sandbox, reader } = await opened();
    sandbox.login("lesson", "alice");
    sandbox.setFaults([{ fault: "status", status: 200, body, match: { query: { Action: ROOM_AUTH } } }]);
    await expect(reader.read(requestFor(["lesson"]))).rejects.toThrow(message);
  });

  it.each([
    [LIST, { Code: 0, Data: { Marker: "7", UserList: [] } }, /comes back to an earlier page/u],
    [LIST, { Code: 0, Data: {} }, /the list of people is missing/u],
    [LIST, { Code: 0, Data: { Marker: "", UserList: [{}] } }, /has no UserId/u],
    [USER_AUTH, { Code: 0, Data: [{ UserId: "mallory", ModuleAuth: [1], GraphicAuth: [2] }] }, /not asked for/u],
  ])("does not rely on %s that answers %j", async (action, body, message) => {
    const { sandbox, reader } = await opened();
    sandbox.login("lesson", "alice");
    sandbox.setFaults([{ fault: "status", status: 200, body, match: { query: { Action: action } } }]);
    await expect(reader.read(requestFor(["lesson"]))).rejects.toThrow(message);
  });

  it("goes on over an empty page that names a next one", async () => {
    const { sandbox, reader } = await opened();
    sandbox.login("lesson", "alice");
    const body = { Code: 0, Data: { Marker: "", UserList: [{ UserId: "bob" }] } };
    const first = { Code: 0, Data: { Marker: 6085791336856668982n.toString(), UserList: [] } };
    const match = { query: { Action: LIST } };
    sandbox.setFaults([
      { fault: "status", status: 200, body: first, times: 1, match },
      { fault: "status", status: 200, body, skip: 1, match },
    ]);
    const state = await reader.read(requestFor(["lesson"]));
    expect(presenceOf(state).hasUser("lesson", "bob")).toBe(true);
    expect(sandbox.requests.map(({ query }) => query.get("Marker"))).toContain("6085791336856668982");
  });

  it("ends when it is interrupted", async () => {
    const { reader } = await opened();
    const signal = AbortSignal.abort();
    await expect(reader.read(requestFor(["lesson"], { signal }))).rejects.toThrow("interrupted");
  });
});

describe("the addresses", () => {
  it("sends reads of rooms and people to rtcBaseUrl where one is given", async () => {
    const { sandbox, connection } = await opened();
    const rtc = await connected();
    rtc.sandbox.login("lesson", "alice");
    sandbox.login("lesson", "alice");
    const values: Connection["values"] = { ...connection.values, rtcBaseUrl: rtc.sandbox.url };
    const reader = zego.reader({ ...connection, values });
    cleanups.push(async () => {
      await reader.close();
      await rtc.sandbox.close();
    });
    await reader.read(requestFor(["lesson", "other"]));
    expect(rtc.sandbox.requests.map(({ query }) => query.get("Action"))).toEqual([NUM, LIST]);
    expect(sandbox.requests.map(({ query }) => query.get("Action"))).toEqual([ROOM_AUTH, USER_AUTH]);
  });

  it("tells accounts apart without saying anything of the secret", async () => {
    const { connection } = await opened();
    const other = { ...connection, values: { ...connection.values, appId: 99 } };
    const [one, two] = [await zego.reader(connection).account(), await zego.reader(other).account()];
    expect(one).toMatch(/^[0-9a-f]{16}$/u);
    expect(one).not.toBe(two);
  });
});
