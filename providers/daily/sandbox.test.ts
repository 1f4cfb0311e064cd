import { afterEach, describe, expect, it } from "vitest";
import { type DailySandbox, type DailySandboxOptions, sampleState, startDailySandbox } from "./sandbox.ts";

const START = 1_800_000_000_000;
const running: DailySandbox[] = [];
let clock = START;

const start = async (options: DailySandboxOptions = {}): Promise<DailySandbox> => {
  clock = START;
  const sandbox = await startDailySandbox({ now: () => clock, ...options });
  running.push(sandbox);
  return sandbox;
};

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

type Reply = { readonly status: number; readonly body: unknown; readonly headers: Headers };

const call = async (
  sandbox: DailySandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: { readonly [name: string]: string } = { authorization: `Bearer ${sandbox.apiKey}` },
): Promise<Reply> => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const sent =
    body === undefined ? { headers } : { headers: { "content-type": "application/json", ...headers }, body: text };
  const response = await fetch(`${sandbox.baseUrl}${path}`, { method, ...sent });
  return { status: response.status, body: await response.json(), headers: response.headers };
};

const ALL = { video: true, audio: true, screenVideo: true, screenAudio: true };
const FULL = { ...ALL, customVideo: { "*": true }, customAudio: { "*": false } };

describe("errors", () => {
  it.each([
    ["no Authorization header", {}, 400, "authorization-header-error"],
    ["another scheme", { authorization: "Basic abc" }, 400, "authorization-header-error"],
    ["a wrong key", { authorization: "Bearer other" }, 401, "authentication-error"],
  ])("answers %s as documented", async (_, headers, status, error) => {
    const sandbox = await start();
    expect(await call(sandbox, "GET", "/rooms", undefined, headers)).toMatchObject({ status, body: { error } });
  });

  it("answers a body that is not JSON with 400", async () => {
    const sandbox = await start();
    expect(await call(sandbox, "POST", "/rooms", "{")).toMatchObject({
      status: 400,
      body: { error: "json-parsing-error" },
    });
  });

  it.each([
    [404, "not-found"],
    [400, "invalid-request-error"],
  ] as const)("answers calls about a room that is not there with %i", async (unknownRoom, error) => {
    const sandbox = await start({ rules: { unknownRoom } });
    const update = { data: { "*": { canSend: true } } };
    for (const [method, path, body] of [
      ["GET", "/rooms/no", undefined],
      ["POST", "/rooms/no", { privacy: "private" }],
      ["DELETE", "/rooms/no", undefined],
      ["GET", "/rooms/no/presence", undefined],
      ["POST", "/rooms/no/update-permissions", update],
      ["POST", "/rooms/no/eject", { ids: [] }],
    ] as const) {
      expect(await call(sandbox, method, path, body)).toMatchObject({ status: unknownRoom, body: { error } });
    }
  });

  it.each([
    ["PATCH", "/rooms/a"],
    ["GET", "/nothing"],
    ["GET", "/rooms/a/update-permissions"],
  ])("knows no %s %s", async (method, path) => {
    const sandbox = await start();
    sandbox.putRoom("a");
    expect((await call(sandbox, method, path)).status).toBe(404);
  });
});

describe("rooms", () => {
  it("are written as properties and read as config, without what equals the default", async () => {
    const sandbox = await start();
    const properties = { enable_chat: false, max_participants: 200, enable_screenshare: false, enable_knocking: false };
    const created = await call(sandbox, "POST", "/rooms", { name: "a", privacy: "private", properties });
    expect(created).toMatchObject({
      status: 200,
      body: {
        name: "a",
        privacy: "private",
        api_created: true,
        url: "https://sandbox.daily.co/a",
        config: { enable_screenshare: false, enable_knocking: false },
      },
    });
    expect(created.body).not.toHaveProperty("properties");
    expect((created.body as { config: object }).config).not.toHaveProperty("enable_chat");
    expect((await call(sandbox, "GET", "/rooms/a")).body).toEqual(created.body);
    expect(sandbox.room("a")?.properties).toEqual(properties);
  });

  it("take the domain's value for the default when told to", async () => {
    const sandbox = await start({ rules: { defaultsFrom: "domain" } });
    sandbox.putDomain({ enable_people_ui: false, enforce_unique_user_ids: true });
    const properties = { enable_people_ui: false, enforce_unique_user_ids: false };
    const { body } = await call(sandbox, "POST", "/rooms", { name: "a", properties });
    expect((body as { config: unknown }).config).toEqual({ enforce_unique_user_ids: false });
  });

  it("merge an update at the top and unset with null", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", {
      properties: { max_participants: 5, enable_chat: true, permissions: { canSend: false, canAdmin: true } },
    });
    const update = { properties: { max_participants: null, permissions: { canSend: ["audio"] } } };
    expect((await call(sandbox, "POST", "/rooms/a", update)).body).toMatchObject({ privacy: "public" });
    expect(sandbox.room("a")?.properties).toEqual({ enable_chat: true, permissions: { canSend: ["audio"] } });
    await call(sandbox, "POST", "/rooms/a", { privacy: "private" });
    expect(sandbox.room("a")).toMatchObject({ privacy: "private", properties: { enable_chat: true } });
    await call(sandbox, "POST", "/rooms/a", { properties: { permissions: null } });
    expect(sandbox.room("a")?.properties).toEqual({ enable_chat: true });
  });

  it("merge nested permissions when told to", async () => {
    const sandbox = await start({ rules: { permissionsUpdate: "merge" } });
    sandbox.putRoom("a", { properties: { permissions: { canSend: false, canAdmin: true } } });
    await call(sandbox, "POST", "/rooms/a", { properties: { permissions: { canSend: true } } });
    expect(sandbox.room("a")?.properties).toEqual({ permissions: { canSend: true, canAdmin: true } });
  });

  it.each([
    ["a name with a dot", { name: "a.b" }],
    ["an empty name", { name: "" }],
    ["a name of 129 characters", { name: "a".repeat(129) }],
    ["a name that is taken", { name: "taken" }],
    ["another privacy", { privacy: "org" }],
    ["an unknown field", { properties: {}, config: {} }],
    ["an unknown property", { properties: { owner_only_broadcast: true } }],
    ["a property __proto__", '{"properties":{"__proto__":1}}'],
    ["a property of another type", { properties: { enable_chat: "yes" } }],
    ["a fraction for a time", { properties: { exp: 1.5 } }],
    ["an unknown kind of recording", { properties: { enable_recording: ["tape"] } }],
    ["an unknown kind of media", { properties: { permissions: { canSend: ["smell"] } } }],
    ["null inside permissions", { properties: { permissions: { canSend: null } } }],
    ["a list", []],
  ])("refuse %s on create", async (_, body) => {
    const sandbox = await start();
    sandbox.putRoom("taken");
    expect(await call(sandbox, "POST", "/rooms", body)).toMatchObject({
      status: 400,
      body: { error: "invalid-request-error" },
    });
    expect(sandbox.state().rooms).toHaveLength(1);
  });

  it.each([
    ["a name", { name: "b" }],
    ["nothing", {}],
    ["an unknown property", { properties: { topic: "x" } }],
  ])("refuse %s on update", async (_, body) => {
    const sandbox = await start();
    sandbox.putRoom("a");
    expect((await call(sandbox, "POST", "/rooms/a", body)).status).toBe(400);
  });

  it("get a name of their own where none is given, and tell names by case", async () => {
    const sandbox = await start();
    const { body } = await call(sandbox, "POST", "/rooms", {});
    expect((body as { name: string }).name).toMatch(/^[a-z0-9]{20}$/u);
    sandbox.putRoom("Room");
    expect((await call(sandbox, "POST", "/rooms", { name: "room" })).status).toBe(200);
  });

  it("get a new id when a deleted name is used again", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    const before = sandbox.room("a")?.id;
    expect((await call(sandbox, "DELETE", "/rooms/a")).body).toEqual({ deleted: true, name: "a" });
    await call(sandbox, "POST", "/rooms", { name: "a" });
    expect(sandbox.room("a")?.id).not.toBe(before);
  });

  it("vanish when they expire: no list, no read, a delete says 404 and deletes", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { exp: START / 1000 + 60 } });
    sandbox.putRoom("b");
    expect((await call(sandbox, "GET", "/rooms")).body).toMatchObject({ total_count: 2 });
    clock += 60_000;
    expect((await call(sandbox, "GET", "/rooms")).body).toMatchObject({ total_count: 1, data: [{ name: "b" }] });
    expect((await call(sandbox, "GET", "/rooms/a")).status).toBe(404);
    expect((await call(sandbox, "POST", "/rooms/a", { properties: { exp: null } })).status).toBe(404);
    expect(await call(sandbox, "DELETE", "/rooms/a")).toMatchObject({ status: 404, body: { deleted: true } });
    expect((await call(sandbox, "DELETE", "/rooms/a")).body).not.toHaveProperty("deleted");
  });

  it("let the name of an expired one be taken", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { exp: START / 1000 - 1 } });
    expect((await call(sandbox, "POST", "/rooms", { name: "a" })).status).toBe(200);
    expect((await call(sandbox, "GET", "/rooms/a")).body).toMatchObject({ config: {} });
  });
});

describe("the list", () => {
  type Page = {
    readonly total_count: number;
    readonly data: readonly { readonly id: string; readonly name: string }[];
  };
  const pageOf = async (sandbox: DailySandbox, query: string): Promise<Page> =>
    (await call(sandbox, "GET", `/rooms?${query}`)).body as Page;
  const seven = async (): Promise<DailySandbox> => {
    const sandbox = await start();
    for (let n = 1; n <= 7; n += 1) {
      sandbox.putRoom(`r${n}`);
      clock += 1000;
    }
    return sandbox;
  };

  it("goes from the newest to the oldest, page by page, until a page is empty", async () => {
    const sandbox = await seven();
    const names: string[] = [];
    let page = await pageOf(sandbox, "limit=3");
    while (page.data.length > 0) {
      expect(page.total_count).toBe(7);
      names.push(...page.data.map((room) => room.name));
      page = await pageOf(sandbox, `limit=3&starting_after=${page.data.at(-1)?.id}`);
    }
    expect(names).toEqual(["r7", "r6", "r5", "r4", "r3", "r2", "r1"]);
  });

  it("goes back to newer ones and knows the last page", async () => {
    const sandbox = await seven();
    const last = await pageOf(sandbox, "limit=3&ending_before=OLDEST");
    expect(last.data.map((room) => room.name)).toEqual(["r3", "r2", "r1"]);
    const before = await pageOf(sandbox, `limit=3&ending_before=${last.data[0]?.id}`);
    expect(before.data.map((room) => room.name)).toEqual(["r6", "r5", "r4"]);
  });

  it("orders rooms of the same second by their id, always alike", async () => {
    const sandbox = await start();
    for (let n = 1; n <= 9; n += 1) sandbox.putRoom(`r${n}`);
    const ids = (await pageOf(sandbox, "")).data.map((room) => room.id);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(9);
  });

  it.each(["limit=0", "limit=101", "limit=x", "starting_after=gone", "ending_before=x&starting_after=y"])(
    "refuses %s",
    async (query) => {
      const sandbox = await seven();
      expect((await call(sandbox, "GET", `/rooms?${query}`)).status).toBe(400);
    },
  );

  it("keeps to a page size of a fault", async () => {
    const sandbox = await seven();
    sandbox.setFaults([{ fault: "page-size", size: 1 }]);
    expect((await pageOf(sandbox, "")).data).toHaveLength(1);
  });
});

describe("batches", () => {
  it("create all rooms or none", async () => {
    const sandbox = await start();
    sandbox.putRoom("taken");
    for (const last of [{ name: "taken" }, { name: "bad name" }, { name: "a" }]) {
      expect((await call(sandbox, "POST", "/batch/rooms", { rooms: [{ name: "a" }, last] })).status).toBe(400);
      expect(sandbox.state().rooms).toHaveLength(1);
    }
    const { body } = await call(sandbox, "POST", "/batch/rooms", {
      rooms: [{ name: "a", privacy: "private" }, { name: "b" }],
    });
    expect(body).toMatchObject([{ name: "a", privacy: "private" }, { name: "b" }]);
  });

  it("take 1000 rooms, not 1001, and 10 buckets, not 11", async () => {
    const sandbox = await start();
    const rooms = Array.from({ length: 1001 }, (_, n) => ({ name: `r${n}` }));
    expect((await call(sandbox, "POST", "/batch/rooms", { rooms })).status).toBe(400);
    expect((await call(sandbox, "POST", "/batch/rooms", { rooms: rooms.slice(1) })).status).toBe(200);
    const buckets = Array.from({ length: 11 }, (_, n) => ({
      properties: { recordings_bucket: { bucket_name: `b${n}` } },
    }));
    expect((await call(sandbox, "POST", "/batch/rooms", { rooms: buckets })).status).toBe(400);
    expect((await call(sandbox, "POST", "/batch/rooms", { rooms: buckets.slice(1) })).status).toBe(200);
  });

  it("delete all rooms or none, with a body on DELETE", async () => {
    const sandbox = await start();
    for (const name of ["a", "b"]) sandbox.putRoom(name);
    expect((await call(sandbox, "DELETE", "/batch/rooms", { room_names: ["a", "no"] })).status).toBe(400);
    expect(sandbox.state().rooms).toHaveLength(2);
    expect((await call(sandbox, "DELETE", "/batch/rooms", { room_names: ["a", "b"] })).body).toEqual({
      deleted_count: 2,
    });
    expect(sandbox.state().rooms).toEqual([]);
  });

  it("answer otherwise where the documents leave it open", async () => {
    const sandbox = await start({ rules: { batchMissing: "ignored", batchAnswer: "data" } });
    expect((await call(sandbox, "POST", "/batch/rooms", { rooms: [{ name: "a" }] })).body).toMatchObject({
      data: [{ name: "a" }],
    });
    expect((await call(sandbox, "DELETE", "/batch/rooms", { room_names: ["a", "no"] })).body).toEqual({
      deleted_count: 1,
    });
  });
});

describe("the domain", () => {
  it.each([
    ["never", false, false],
    ["post", false, true],
    ["always", true, true],
  ] as const)("shows its permissions %s", async (domainShows, onGet, onPost) => {
    const sandbox = await start({ rules: { domainShows } });
    const permissions = { canSend: false };
    const posted = await call(sandbox, "POST", "/", { properties: { permissions, enable_people_ui: true } });
    expect(posted.body).toEqual({
      domain_name: "sandbox",
      config: { enable_people_ui: true, ...(onPost ? { permissions } : {}) },
    });
    const got = await call(sandbox, "GET", "/");
    expect(got.body).toMatchObject({ domain_name: "sandbox", domain_id: sandbox.state().domain.id });
    expect((got.body as { config: object }).config).toEqual({
      enable_people_ui: true,
      ...(onGet ? { permissions } : {}),
    });
    expect((await call(sandbox, "GET", "")).body).toEqual(got.body);
  });

  it("unsets with null and knows no room properties", async () => {
    const sandbox = await start();
    await call(sandbox, "POST", "/", { properties: { permissions: { canSend: false } } });
    await call(sandbox, "POST", "/", { properties: { permissions: null } });
    expect(sandbox.state().domain.config).toEqual({});
    expect((await call(sandbox, "POST", "/", { properties: { max_participants: 3 } })).status).toBe(400);
  });
});

describe("joining", () => {
  it("takes each permission field from the token, else the room, else the domain, else what is built in", async () => {
    const sandbox = await start();
    sandbox.putDomain({ permissions: { canSend: ["audio"], canAdmin: ["streaming"], canReceive: { base: false } } });
    sandbox.putRoom("a", { properties: { permissions: { canSend: ["video"], canAdmin: [] } } });
    sandbox.join("a", { userId: "alice", token: { canSend: false } });
    sandbox.join("a", { userId: "bob", owner: true, token: { canSend: false } });
    expect(sandbox.truth("a").map((each) => each.permissions)).toEqual([
      { hasPresence: true, canSend: false, canReceive: { base: false }, canAdmin: [] },
      { hasPresence: true, canSend: true, canReceive: { base: true }, canAdmin: true },
    ]);
  });

  it("ignores later changes of the room", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    sandbox.join("a");
    const before = sandbox.truth("a");
    await call(sandbox, "POST", "/rooms/a", { properties: { permissions: { canSend: false } } });
    expect(sandbox.truth("a")).toEqual(before);
  });

  it("gives a new session id each time, and a new meeting after an empty room", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    const first = sandbox.join("a", { userId: "alice" });
    sandbox.join("a", { userId: "bob" });
    await call(sandbox, "POST", "/rooms/a/update-permissions", { data: { "*": { canSend: false } } });
    const second = sandbox.rejoin("a", first);
    expect(second).not.toBe(first);
    expect(sandbox.truth("a").map((each) => [each.userId, each.permissions.canSend])).toEqual([
      ["bob", false],
      ["alice", true],
    ]);
    const meetings = new Set(sandbox.state().calls[0]?.participants.map((each) => each.mtgSessionId));
    sandbox.endCall("a");
    sandbox.join("a");
    expect(meetings.size).toBe(1);
    expect(meetings.has(sandbox.state().calls[0]?.participants.at(-1)?.mtgSessionId ?? "")).toBe(false);
  });

  it("ejects the older session of a user where ids must be unique", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { enforce_unique_user_ids: true } });
    sandbox.join("a", { userId: "alice" });
    const second = sandbox.join("a", { userId: "alice" });
    expect(sandbox.truth("a").map((each) => each.sessionId)).toEqual([second]);
  });

  it("ends with the room where the room says so", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { exp: START / 1000 + 10, eject_at_room_exp: true } });
    sandbox.putRoom("b", { properties: { exp: START / 1000 + 10 } });
    for (const room of ["a", "b"]) sandbox.join(room);
    clock += 10_000;
    expect([sandbox.truth("a").length, sandbox.truth("b").length]).toEqual([0, 1]);
    await call(sandbox, "DELETE", "/rooms/b");
    expect(sandbox.truth("b")).toEqual([]);
  });
});

describe("presence", () => {
  it("shows who is there, and never what they may do", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    const alice = sandbox.join("a", { userId: "alice", userName: "Alice" });
    clock += 5500;
    sandbox.join("a");
    const { body } = await call(sandbox, "GET", "/rooms/a/presence");
    const [first, second] = (body as { data: { [key: string]: unknown }[] }).data;
    expect(first).toEqual({
      room: "a",
      id: alice,
      userId: "alice",
      userName: "Alice",
      mtgSessionId: second?.mtgSessionId,
      joinTime: new Date(START).toISOString(),
      duration: 5,
    });
    expect(second).toMatchObject({ userId: null, userName: null });
    expect(body).toMatchObject({ total_count: 2 });
    expect((await call(sandbox, "GET", "/presence")).body).toEqual({ a: [first, second] });
    expect((await call(sandbox, "GET", "/rooms/a/presence?userId=alice")).body).toEqual({
      total_count: 1,
      data: [first],
    });
  });

  it("is empty in an idle room", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    expect((await call(sandbox, "GET", "/rooms/a/presence")).body).toEqual({ total_count: 0, data: [] });
    expect((await call(sandbox, "GET", "/presence")).body).toEqual({});
  });

  it("lags behind both ways", async () => {
    const sandbox = await start({ rules: { presenceLagMs: 15_000 } });
    sandbox.putRoom("a");
    const ids = async (): Promise<unknown> => {
      const { body } = await call(sandbox, "GET", "/rooms/a/presence");
      return (body as { data: { id: string }[] }).data.map((each) => each.id);
    };
    const alice = sandbox.join("a");
    clock += 14_999;
    expect(await ids()).toEqual([]);
    clock += 1;
    expect(await ids()).toEqual([alice]);
    sandbox.leave("a", alice);
    expect(sandbox.truth("a")).toEqual([]);
    clock += 14_999;
    expect(await ids()).toEqual([alice]);
    clock += 1;
    expect(await ids()).toEqual([]);
    expect(sandbox.state().calls).toEqual([]);
  });

  it("can be shorter than its total, by a switch and by a limit", async () => {
    const sandbox = await start({ rules: { presenceCap: 2 } });
    sandbox.putRoom("a");
    for (let n = 0; n < 5; n += 1) sandbox.join("a");
    const sizes = async (query: string): Promise<unknown> => {
      const { total_count, data } = (await call(sandbox, "GET", `/rooms/a/presence${query}`)).body as {
        total_count: number;
        data: [];
      };
      return [total_count, data.length];
    };
    expect([await sizes(""), await sizes("?limit=1")]).toEqual([
      [5, 2],
      [5, 1],
    ]);
  });

  it.each([
    [false, 1],
    [true, 2],
  ])("shows the hidden: %s", async (hiddenInPresence, count) => {
    const sandbox = await start({ rules: { hiddenInPresence } });
    sandbox.putRoom("a");
    sandbox.join("a");
    sandbox.join("a", { hidden: true });
    expect((await call(sandbox, "GET", "/rooms/a/presence")).body).toMatchObject({ total_count: count });
  });
});

describe("switches about what is shown", () => {
  it("leave mtgSessionId out, count expired rooms, and take a room's word for hidden people", async () => {
    const sandbox = await start({ rules: { mtgSessionId: false, countsExpired: true, hiddenInPresence: true } });
    sandbox.putRoom("old", { properties: { exp: START / 1000 - 1 } });
    sandbox.putRoom("a", { properties: { enable_hidden_participants: true } });
    sandbox.join("a");
    expect((await call(sandbox, "GET", "/rooms")).body).toMatchObject({ total_count: 2, data: [{ name: "a" }] });
    const { body } = await call(sandbox, "GET", "/rooms/a/presence");
    expect((body as { data: object[] }).data[0]).not.toHaveProperty("mtgSessionId");
    expect(sandbox.truth("a")[0]?.permissions.hasPresence).toBe(false);
  });
});

describe("update-permissions", () => {
  const withThree = async (rules: DailySandboxOptions["rules"] = {}): Promise<DailySandbox> => {
    const sandbox = await start({ rules });
    sandbox.putRoom("a");
    sandbox.join("a", { userId: "alice", owner: true });
    sandbox.join("a", { userId: "bob" });
    sandbox.join("a", { userId: "erin", hidden: true });
    return sandbox;
  };
  const sessions = (sandbox: DailySandbox): readonly string[] => sandbox.truth("a").map((each) => each.sessionId);
  const update = (sandbox: DailySandbox, data: unknown): Promise<Reply> =>
    call(sandbox, "POST", "/rooms/a/update-permissions", { data });

  it("gives * to everybody who is not named, owners and hidden people too, and to nobody who comes later", async () => {
    const sandbox = await withThree();
    const [, bob = ""] = sessions(sandbox);
    expect(
      await update(sandbox, { "*": { canSend: false, canAdmin: false }, [bob]: { canSend: ["audio"] } }),
    ).toMatchObject({
      status: 200,
      body: { status: "sent" },
    });
    sandbox.join("a", { userId: "later" });
    expect(
      sandbox.truth("a").map((each) => [each.userId, each.permissions.canSend, each.permissions.canAdmin]),
    ).toEqual([
      ["alice", false, false],
      ["bob", ["audio"], false],
      ["erin", false, false],
      ["later", true, false],
    ]);
  });

  it("replaces a field as a whole and canReceive by sub-field", async () => {
    const sandbox = await withThree();
    const [, bob = ""] = sessions(sandbox);
    const receive = (): unknown => sandbox.truth("a")[1]?.permissions.canReceive;
    await update(sandbox, {
      [bob]: { canSend: ["audio"], canReceive: { byUserId: { alice: true, erin: { video: false } } } },
    });
    expect(receive()).toEqual({ base: true, byUserId: { alice: true, erin: { video: false } } });
    await update(sandbox, { [bob]: { canReceive: { base: FULL, byUserId: { bob: false } } } });
    expect(receive()).toEqual({ base: FULL, byUserId: { bob: false } });
    await update(sandbox, { [bob]: { canSend: [], canReceive: { byUserId: {} } } });
    expect(sandbox.truth("a")[1]?.permissions).toEqual({
      hasPresence: true,
      canSend: [],
      canReceive: { base: FULL, byUserId: {} },
      canAdmin: false,
    });
  });

  it("ignores ids that are not in the call, also user ids", async () => {
    const sandbox = await withThree();
    const before = sandbox.truth("a");
    expect((await update(sandbox, { bob: { canSend: false }, ["__proto__"]: { canSend: false } })).status).toBe(200);
    expect(sandbox.truth("a")).toEqual(before);
  });

  it("says 404 for ids of which none is there when told to", async () => {
    const sandbox = await withThree({ unknownIds: 404 });
    expect((await update(sandbox, { bob: { canSend: false } })).status).toBe(404);
  });

  it.each([404, 400, 200] as const)("answers an idle room with %i", async (idleRoom) => {
    const sandbox = await start({ rules: { idleRoom } });
    sandbox.putRoom("a");
    expect((await update(sandbox, { "*": { canSend: false } })).status).toBe(idleRoom);
  });

  it("takes effect later, for those who were there, unless they left", async () => {
    const sandbox = await withThree({ effectMs: 3000 });
    const [alice = "", bob = ""] = sessions(sandbox);
    await update(sandbox, { "*": { canSend: false } });
    const again = sandbox.rejoin("a", bob);
    clock += 2999;
    expect(sandbox.truth("a").map((each) => each.permissions.canSend)).toEqual([true, true, true]);
    clock += 1;
    const truth = new Map(sandbox.truth("a").map((each) => [each.sessionId, each.permissions.canSend]));
    expect([truth.get(alice), truth.get(again)]).toEqual([false, true]);
  });

  it.each([
    ["no data", {}],
    ["an empty data", { data: {} }],
    ["a list", { data: [] }],
    ["another field beside data", { data: { "*": {} }, room: "a" }],
    ["null for a person", { data: { "*": null } }],
    ["null for a field", { data: { "*": { canSend: null } } }],
    ["an unknown field", { data: { "*": { canDance: true } } }],
    ["an unknown kind of media", { data: { "*": { canSend: ["smell"] } } }],
    ["an unknown thing to administer", { data: { "*": { canAdmin: ["domain"] } } }],
    ["a word for hasPresence", { data: { "*": { hasPresence: "yes" } } }],
    ["canReceive as a boolean", { data: { "*": { canReceive: true } } }],
    ["an unknown part of canReceive", { data: { "*": { canReceive: { byName: {} } } } }],
    ["a base with kinds left out", { data: { "*": { canReceive: { base: ALL } } } }],
    ["a base without * for custom tracks", { data: { "*": { canReceive: { base: { ...FULL, customVideo: {} } } } } }],
    ["a wrong sender", { data: { "*": { canReceive: { byUserId: { alice: "yes" } } } } }],
    ["an unknown kind of a sender", { data: { "*": { canReceive: { byUserId: { alice: { smell: true } } } } } }],
  ])("refuses %s and changes nothing", async (_, body) => {
    const sandbox = await withThree();
    const before = sandbox.truth("a");
    expect(await call(sandbox, "POST", "/rooms/a/update-permissions", body)).toMatchObject({
      status: 400,
      body: { error: "invalid-request-error" },
    });
    expect(sandbox.truth("a")).toEqual(before);
  });

  it("keeps to a number of ids, and takes a part of base, when told to", async () => {
    const sandbox = await withThree({ maxIds: 2, partialBase: "taken" });
    expect((await update(sandbox, { x: {}, y: {}, z: {} })).status).toBe(400);
    expect((await update(sandbox, { x: {}, "*": { canReceive: { base: ALL } } })).status).toBe(200);
  });

  it("is one side only: an owner can change it in the call", async () => {
    const sandbox = await withThree();
    const [, bob = ""] = sessions(sandbox);
    sandbox.editLive("a", bob, { canSend: ["screenVideo"] });
    expect(sandbox.truth("a")[1]?.permissions.canSend).toEqual(["screenVideo"]);
  });
});

describe("eject", () => {
  it("puts people out by session and by user, tells which, and bans users for this meeting", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    const [alice, bob, anonymous] = [
      sandbox.join("a", { userId: "alice" }),
      sandbox.join("a", { userId: "bob" }),
      sandbox.join("a"),
    ];
    const { body } = await call(sandbox, "POST", "/rooms/a/eject", {
      ids: [anonymous, "nobody"],
      user_ids: ["bob"],
      ban: true,
    });
    expect(body).toEqual({ ejectedIds: [bob, anonymous] });
    expect(() => sandbox.join("a", { userId: "bob" })).toThrow("banned");
    sandbox.leave("a", alice);
    expect(sandbox.join("a", { userId: "bob" })).not.toBe(bob);
  });

  it.each([
    ["101 ids", { ids: Array.from({ length: 101 }, () => "x") }],
    ["an unknown field", { names: [] }],
    ["a word for ban", { ban: "yes" }],
  ])("refuses %s", async (_, body) => {
    const sandbox = await start();
    sandbox.putRoom("a");
    sandbox.join("a");
    expect((await call(sandbox, "POST", "/rooms/a/eject", body)).status).toBe(400);
  });
});

describe("tokens", () => {
  const properties = { room_name: "a", user_id: "alice", permissions: { canSend: ["audio"] }, exp: START / 1000 + 60 };
  const make = async (sandbox: DailySandbox, more: object = {}): Promise<string> => {
    const { body } = await call(sandbox, "POST", "/meeting-tokens", { properties: { ...properties, ...more } });
    return (body as { token: string }).token;
  };

  it("read back with their long names until they end", async () => {
    const sandbox = await start();
    const token = await make(sandbox);
    expect(await call(sandbox, "GET", `/meeting-tokens/${token}`)).toMatchObject({ status: 200, body: properties });
    clock += 60_000;
    expect((await call(sandbox, "GET", `/meeting-tokens/${token}`)).status).toBe(400);
  });

  it("are not valid before nbf unless asked to ignore it, nor when changed or of another key", async () => {
    const sandbox = await start();
    const token = await make(sandbox, { nbf: START / 1000 + 30 });
    expect((await call(sandbox, "GET", `/meeting-tokens/${token}`)).status).toBe(400);
    expect((await call(sandbox, "GET", `/meeting-tokens/${token}?ignoreNbf=true`)).status).toBe(200);
    const other = await start({ apiKey: "another-key" });
    expect((await call(other, "GET", `/meeting-tokens/${token}?ignoreNbf=true`)).status).toBe(400);
    expect((await call(other, "GET", "/meeting-tokens/nonsense")).status).toBe(400);
  });

  it("decide what somebody has on joining, in their room alone", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { permissions: { canSend: false } } });
    const token = await make(sandbox);
    sandbox.join("a", { token });
    expect(sandbox.truth("a")).toMatchObject([{ userId: "alice", owner: false, permissions: { canSend: ["audio"] } }]);
    expect(() => sandbox.join("b", { token })).toThrow("not valid");
  });

  it.each([
    ["an unknown property", { properties: { role: "x" } }],
    ["a user id of 37 characters", { properties: { user_id: "x".repeat(37) } }],
    ["no properties", {}],
  ])("are refused with %s", async (_, body) => {
    const sandbox = await start();
    expect((await call(sandbox, "POST", "/meeting-tokens", body)).status).toBe(400);
  });
});

describe("limits", () => {
  const statuses = async (sandbox: DailySandbox, count: number, method: string, path: string): Promise<number[]> => {
    const all: number[] = [];
    for (let n = 0; n < count; n += 1) all.push((await call(sandbox, method, path)).status);
    return all;
  };

  it("are 100 in 5 s, with 429 and no Retry-After", async () => {
    const sandbox = await start();
    expect(new Set(await statuses(sandbox, 100, "GET", "/presence"))).toEqual(new Set([200]));
    const refused = await call(sandbox, "GET", "/rooms");
    expect(refused).toMatchObject({ status: 429, body: { error: "rate-limit-error" } });
    expect(refused.headers.has("retry-after")).toBe(false);
    clock += 50;
    expect(await statuses(sandbox, 2, "GET", "/rooms")).toEqual([200, 429]);
  });

  it("are 50 in 30 s for DELETE of a room, apart from the rest", async () => {
    const sandbox = await start({ rules: { retryAfter: 3 } });
    expect(new Set(await statuses(sandbox, 50, "DELETE", "/rooms/x"))).toEqual(new Set([404]));
    const refused = await call(sandbox, "DELETE", "/rooms/x");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "3"]);
    expect((await call(sandbox, "GET", "/rooms")).status).toBe(200);
    clock += 600;
    expect(await statuses(sandbox, 2, "DELETE", "/rooms/x")).toEqual([404, 429]);
  });

  it("can be switched off", async () => {
    const sandbox = await start({ rules: { limited: false } });
    expect(new Set(await statuses(sandbox, 110, "GET", "/presence"))).toEqual(new Set([200]));
  });
});

describe("state and faults", () => {
  it("goes on from a saved state", async () => {
    const first = await start({ state: sampleState() });
    const bob = first.truth("weekly-design")[1]?.sessionId ?? "";
    await call(first, "POST", "/rooms/weekly-design/update-permissions", { data: { [bob]: { canSend: false } } });
    const second = await start({ state: JSON.parse(JSON.stringify(first.state())) });
    expect(second.state()).toEqual(first.state());
    expect(second.truth("weekly-design")[1]?.permissions.canSend).toBe(false);
    second.putRoom("new");
    const ids = second.state().rooms.map((room) => room.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("tells of each change before it answers, and of no read", async () => {
    const seen: unknown[] = [];
    const sandbox = await start({ onChange: (state) => seen.push(state) });
    await call(sandbox, "POST", "/rooms", { name: "a" });
    await call(sandbox, "GET", "/rooms");
    await call(sandbox, "POST", "/rooms", { name: "a" });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toEqual(sandbox.state());
  });

  it("shows reads the past, forgets a write, and loses an answer on demand", async () => {
    const sandbox = await start();
    sandbox.putRoom("a");
    sandbox.setFaults([{ fault: "stale", ms: 1000 }]);
    await call(sandbox, "POST", "/rooms/a", { privacy: "private" });
    expect((await call(sandbox, "GET", "/rooms/a")).body).toMatchObject({ privacy: "public" });
    sandbox.setFaults([{ fault: "ignored" }]);
    expect((await call(sandbox, "POST", "/rooms/a", { privacy: "public" })).body).toMatchObject({ privacy: "public" });
    expect(sandbox.room("a")?.privacy).toBe("private");
    sandbox.setFaults([{ fault: "lost", commits: true }]);
    await expect(call(sandbox, "DELETE", "/rooms/a")).rejects.toThrow();
    expect(sandbox.room("a")).toBeUndefined();
  });
});
