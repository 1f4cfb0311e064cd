import { afterEach, describe, expect, it } from "vitest";
import {
  type LiveblocksSandbox,
  type LiveblocksSandboxOptions,
  type LiveblocksSandboxState,
  sampleState,
  startLiveblocksSandbox,
} from "./sandbox.ts";

const running: LiveblocksSandbox[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

const start = async (options: LiveblocksSandboxOptions = {}): Promise<LiveblocksSandbox> => {
  const sandbox = await startLiveblocksSandbox(options);
  running.push(sandbox);
  return sandbox;
};

type Answer = { readonly status: number; readonly body: Record<string, unknown> };

const call = async (
  sandbox: LiveblocksSandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.secretKey}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
};

const room = (id: string): string => `/v2/rooms/${encodeURIComponent(id)}`;
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `n${index}`);
const entries = <T>(count: number, value: T): Record<string, T> =>
  Object.fromEntries(names(count).map((name) => [name, value]));
const ids = ({ body }: Answer): readonly string[] => (body.data as { id: string }[]).map((each) => each.id);

describe("keys", () => {
  it.each([
    [true, "", 401, "MISSING_SECRET_KEY"],
    [true, "Basic sk_localdev", 401, "MISSING_SECRET_KEY"],
    [true, "bearer sk_localdev", 401, "MISSING_SECRET_KEY"],
    [true, "Bearer pk_localdev", 401, "WRONG_KEY_USED"],
    [true, "Bearer sk_other", 403, "INVALID_SECRET_KEY"],
    [false, "", 401, "Unauthorized"],
    [false, "Bearer pk_localdev", 403, "Forbidden"],
    [false, "Bearer sk_other", 403, "Forbidden"],
  ])("strict %s: %j gives %i %s", async (strict, authorization, status, error) => {
    const sandbox = await start({ strict });
    for (const path of ["/v2/rooms", "/v2/rooms/r", "/v2/nowhere"]) {
      const answer = await call(sandbox, "GET", path, undefined, { authorization });
      expect([answer.status, answer.body.error]).toEqual([status, error]);
    }
  });

  it("takes the key that it was given", async () => {
    const sandbox = await start({ secretKey: "sk_mine" });
    expect((await call(sandbox, "GET", "/v2/rooms")).status).toBe(200);
  });
});

describe("endpoints", () => {
  it("creates, shows, changes and deletes a room", async () => {
    const sandbox = await start({ now: () => Date.UTC(2026, 0, 5, 10) });
    const body = { id: "r", defaultAccesses: [], usersAccesses: { u1: ["*:write"] }, metadata: { color: "blue" } };
    const shown = {
      type: "room",
      id: "r",
      organizationId: "default",
      createdAt: "2026-01-05T10:00:00.000Z",
      metadata: { color: "blue" },
      defaultAccesses: [],
      groupsAccesses: {},
      usersAccesses: { u1: ["*:write"] },
    };
    expect(await call(sandbox, "POST", "/v2/rooms", body)).toEqual({ status: 200, body: shown });
    expect(await call(sandbox, "GET", room("r"))).toEqual({ status: 200, body: shown });
    const changed = { ...shown, defaultAccesses: ["*:read"] };
    expect(await call(sandbox, "POST", room("r"), { defaultAccesses: ["*:read"] })).toEqual({
      status: 200,
      body: changed,
    });
    expect(await call(sandbox, "GET", `${room("r")}/prewarm`)).toEqual({ status: 204, body: {} });
    expect(await call(sandbox, "DELETE", room("r"))).toEqual({ status: 204, body: {} });
    expect((await call(sandbox, "GET", room("r"))).status).toBe(404);
  });

  it.each([
    ["GET", room("none")],
    ["POST", room("none")],
    ["DELETE", room("none")],
    ["POST", `${room("none")}/update-room-id`],
    ["GET", `${room("none")}/active_users`],
    ["GET", `${room("none")}/prewarm`],
  ])("%s %s of a room that is not there is ROOM_NOT_FOUND", async (method, path) => {
    const answer = await call(await start(), method, path, method === "POST" ? { newRoomId: "x" } : undefined);
    expect([answer.status, answer.body.error]).toEqual([404, "ROOM_NOT_FOUND"]);
  });

  it.each([
    ["PUT", room("r"), 405],
    ["PATCH", "/v2/rooms", 405],
    ["GET", `${room("r")}/upsert`, 405],
    ["GET", `${room("r")}/nonsense`, 404],
    ["POST", `${room("r")}/update-organization-id`, 404],
    ["GET", "/v2/rooms/", 404],
    ["GET", "/v1/rooms", 404],
    ["GET", "/health", 404],
  ])("%s %s gives %i", async (method, path, status) => {
    const sandbox = await start();
    sandbox.put({ id: "r" });
    expect((await call(sandbox, method, path)).status).toBe(status);
  });

  it("refuses a second room with the same id, unless the flag is there in any form", async () => {
    const sandbox = await start();
    sandbox.put({ id: "r", usersAccesses: { u: ["room:read"] } });
    const body = { id: "r", defaultAccesses: ["*:write"] };
    const answer = await call(sandbox, "POST", "/v2/rooms", body);
    expect([answer.status, answer.body.error]).toEqual([409, "ROOM_ALREADY_EXISTS"]);
    for (const flag of ["?idempotent", "?idempotent=true", "?idempotent=false"]) {
      const { status, body: shown } = await call(sandbox, "POST", `/v2/rooms${flag}`, body);
      expect([status, shown.defaultAccesses, shown.usersAccesses]).toEqual([200, [], { u: ["room:read"] }]);
    }
  });

  it.each([
    [undefined, 404],
    [204 as const, 204],
    [404 as const, 404],
  ])("DELETE of nothing, switched to %s, gives %i", async (missingDelete, status) => {
    const sandbox = await start(missingDelete === undefined ? {} : { missingDelete });
    expect((await call(sandbox, "DELETE", room("none"))).status).toBe(status);
  });

  it("changes the id of a room, which keeps content and place", async () => {
    const sandbox = await start({ now: () => 0 });
    sandbox.put({ id: "old", usersAccesses: { u: ["room:read"] } });
    sandbox.put({ id: "next" });
    const answer = await call(sandbox, "POST", `${room("old")}/update-room-id`, { newRoomId: "new" });
    expect([answer.status, answer.body.id, answer.body.usersAccesses]).toEqual([200, "new", { u: ["room:read"] }]);
    expect(ids(await call(sandbox, "GET", "/v2/rooms"))).toEqual(["next", "new"]);
  });

  it.each([
    [{}, 409],
    [{ takenRoomId: 422 as const }, 422],
  ])("refuses an id that is taken: %j", async (options, status) => {
    const sandbox = await start(options);
    sandbox.put({ id: "a" });
    sandbox.put({ id: "b" });
    expect((await call(sandbox, "POST", `${room("a")}/update-room-id`, { newRoomId: "b" })).status).toBe(status);
  });

  it("shows a user once for each connection, under both spellings", async () => {
    const sandbox = await start({ now: () => 0 });
    sandbox.put({ id: "r" });
    const first = sandbox.connect("r", { id: "u1", info: { name: "U" } });
    sandbox.connect("r", { id: "u1" });
    sandbox.connect("r");
    sandbox.disconnect("r", first);
    const data = [
      { type: "user", connectionId: 2, id: "u1", info: {} },
      { type: "user", connectionId: 3, id: null, info: {} },
    ];
    for (const name of ["active_users", "active-users"]) {
      expect(await call(sandbox, "GET", `${room("r")}/${name}`)).toEqual({ status: 200, body: { data } });
    }
    expect(sandbox.get("r")?.lastConnectionAt).toBe("1970-01-01T00:00:00.000Z");
    expect(sandbox.connections("r").length).toBe(2);
  });

  it.each(["a/b", "a?b#c", "50 % off", "..", "室🎨", "__proto__", "constructor", "123", "a%2Fb", "a+b"])(
    "keeps the id %j through its life",
    async (id) => {
      const sandbox = await start();
      const path = id === ".." ? "/v2/rooms/%252e%252e" : room(id);
      const real = id === ".." ? "%2e%2e" : id;
      expect((await call(sandbox, "POST", "/v2/rooms", { id: real, defaultAccesses: [] })).body.id).toBe(real);
      expect((await call(sandbox, "GET", path)).body.id).toBe(real);
      expect(ids(await call(sandbox, "GET", "/v2/rooms"))).toEqual([real]);
      expect((await call(sandbox, "DELETE", path)).status).toBe(204);
      expect(sandbox.state().rooms).toEqual([]);
    },
  );
});

describe("upsert", () => {
  const upsert = async (body: unknown, there = false): Promise<Answer> => {
    const sandbox = await start();
    if (there) sandbox.put({ id: "r", usersAccesses: { old: ["room:read"] } });
    return call(sandbox, "POST", `${room("r")}/upsert`, body);
  };

  it("applies create and update to a new room", async () => {
    const { status, body } = await upsert({
      update: { usersAccesses: { u: ["room:write"] } },
      create: { defaultAccesses: ["room:read"], organizationId: "o" },
    });
    expect([status, body.id, body.organizationId]).toEqual([200, "r", "o"]);
    expect([body.defaultAccesses, body.usersAccesses]).toEqual([["room:read"], { u: ["room:write"] }]);
  });

  it("applies only update to a room that is there", async () => {
    const body = { update: { usersAccesses: { old: null } }, create: { defaultAccesses: ["room:read"] } };
    const answer = await upsert(body, true);
    expect([answer.body.defaultAccesses, answer.body.usersAccesses]).toEqual([[], {}]);
  });

  it.each([
    ["no update", { create: { defaultAccesses: [] } }],
    ["an empty update", { update: {} }],
    ["an unknown key", { update: { metadata: {} }, other: 1 }],
    ["an unknown key inside", { update: { id: "r" } }],
    ["a new room without a default", { update: { metadata: {} } }],
    ["a create without a default", { update: { defaultAccesses: [] }, create: {} }],
    ["a create of another id", { update: { metadata: {} }, create: { id: "x", defaultAccesses: [] } }],
  ])("refuses %s", async (_, body) => {
    expect((await upsert(body)).status).toBe(422);
  });
});

describe("what update bodies mean", () => {
  const before = {
    id: "r",
    defaultAccesses: ["room:read"],
    usersAccesses: { a: ["room:read"], b: ["room:write"] },
    groupsAccesses: { g: ["room:read"], h: ["room:write"] },
    metadata: { k: "v", list: ["x", "y"] },
  };
  type Case = readonly [body: Record<string, unknown>, after: Partial<Record<keyof typeof before, unknown>>];
  const cases: readonly Case[] = [
    [{}, {}],
    [{ usersAccesses: {} }, {}],
    [{ usersAccesses: { a: ["room:write"] } }, { usersAccesses: { a: ["room:write"], b: ["room:write"] } }],
    [{ usersAccesses: { a: null } }, { usersAccesses: { b: ["room:write"] } }],
    [{ usersAccesses: { nobody: null } }, {}],
    [{ usersAccesses: { a: [] } }, { usersAccesses: { a: [], b: ["room:write"] } }],
    [{ usersAccesses: null }, { usersAccesses: {} }],
    [{ groupsAccesses: { g: null } }, { groupsAccesses: { h: ["room:write"] } }],
    [{ groupsAccesses: null }, { groupsAccesses: {} }],
    [{ defaultAccesses: ["*:write", "storage:read"] }, { defaultAccesses: ["*:write", "storage:read"] }],
    [{ defaultAccesses: [] }, { defaultAccesses: [] }],
    [{ defaultAccesses: null }, { defaultAccesses: [] }],
    [{ metadata: { new: "1" } }, { metadata: { k: "v", list: ["x", "y"], new: "1" } }],
    [{ metadata: { k: null } }, { metadata: { list: ["x", "y"] } }],
    [{ metadata: { k: [] } }, { metadata: { k: [], list: ["x", "y"] } }],
  ];

  it.each(cases)("%j is answered with the whole room after it", async (body, after) => {
    const sandbox = await start();
    sandbox.put(before);
    const answer = await call(sandbox, "POST", room("r"), body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ...before, ...after });
    expect(Object.keys(answer.body.usersAccesses as object)).toEqual(
      Object.keys((after.usersAccesses ?? before.usersAccesses) as object),
    );
    expect((await call(sandbox, "GET", room("r"))).body).toEqual(answer.body);
  });

  it.each([
    [{ metadata: null }],
    [{ metadata: { k: 1 } }],
    [{ metadata: { k: true } }],
    [{ metadata: { k: ["x", 1] } }],
    [{ usersAccesses: [] }],
    [{ usersAccesses: { a: "room:read" } }],
    [{ usersAccesses: { a: [null] } }],
    [{ usersAccesses: { "": ["room:read"] } }],
    [{ defaultAccesses: "room:read" }],
    [{ id: "x" }],
    [{ organizationId: "x" }],
    [{ defaultAcesses: [] }],
    [[]],
    ["not json"],
  ])("%j is refused and changes nothing", async (body) => {
    const sandbox = await start();
    sandbox.put(before);
    const kept = sandbox.get("r");
    const answer = await call(sandbox, "POST", room("r"), body);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual({
      error: "UNPROCESSABLE_ENTITY",
      message: expect.any(String),
      suggestion: expect.any(String),
      docs: expect.any(String),
    });
    expect(sandbox.get("r")).toEqual(kept);
  });

  it("refuses a null default when told to", async () => {
    const sandbox = await start({ nullDefault: "reject" });
    sandbox.put(before);
    expect((await call(sandbox, "POST", room("r"), { defaultAccesses: null })).status).toBe(422);
  });

  it("keeps users called __proto__ and constructor like any other", async () => {
    const sandbox = await start();
    sandbox.put({ id: "r" });
    const body = '{"usersAccesses":{"__proto__":["room:read"],"constructor":["room:write"]}}';
    await call(sandbox, "POST", room("r"), body);
    const kept = Object.entries(sandbox.get("r")?.usersAccesses ?? {});
    expect(kept).toEqual([
      ["__proto__", ["room:read"]],
      ["constructor", ["room:write"]],
    ]);
    await call(sandbox, "POST", room("r"), '{"usersAccesses":{"__proto__":null}}');
    expect(Object.keys(sandbox.get("r")?.usersAccesses ?? {})).toEqual(["constructor"]);
  });

  it("refuses a body that is not said to be JSON", async () => {
    const sandbox = await start();
    sandbox.put({ id: "r" });
    const answer = await call(sandbox, "POST", room("r"), {}, { "content-type": "text/plain" });
    expect(answer.status).toBe(422);
  });
});

describe("what create bodies may hold", () => {
  const ok = { id: "r", defaultAccesses: [] };
  it.each<[string, unknown, number]>([
    ["the two keys that must be", ok, 200],
    ["all keys", { ...ok, usersAccesses: {}, groupsAccesses: {}, metadata: {}, organizationId: "o", engine: 2 }, 200],
    ["no default", { id: "r" }, 422],
    ["no id", { defaultAccesses: [] }, 422],
    ["an empty id", { ...ok, id: "" }, 422],
    ["a number as id", { ...ok, id: 7 }, 422],
    ["a null user", { ...ok, usersAccesses: { u: null } }, 422],
    ["a null map", { ...ok, usersAccesses: null }, 422],
    ["a null default", { ...ok, defaultAccesses: null }, 422],
    ["a null metadata value", { ...ok, metadata: { k: null } }, 422],
    ["an unknown engine", { ...ok, engine: 3 }, 422],
    ["an old key", { ...ok, tenantId: "o" }, 422],
    ["a number as organization", { ...ok, organizationId: 1 }, 422],
  ])("%s", async (_, body, status) => {
    const sandbox = await start();
    const answer = await call(sandbox, "POST", "/v2/rooms", body);
    expect(answer.status).toBe(status);
    expect(sandbox.state().rooms.length).toBe(status === 200 ? 1 : 0);
  });

  it("names the missing key as the documents do", async () => {
    const answer = await call(await start(), "POST", "/v2/rooms", { id: "r" });
    expect(answer.body.message).toBe("Missing key: 'defaultAccesses'.");
  });
});

describe("scope lists", () => {
  const cases: readonly (readonly [readonly string[], boolean])[] = [
    [["*:write"], true],
    [["room:read"], true],
    [["room:read", "room:presence:write"], true],
    [["room:write", "room:presence:write"], true],
    [["*:read", "comments:write"], true],
    [["*:write", "comments:none", "comments:public:write"], true],
    [["*:read", "storage:none", "comments:none", "feeds:none"], true],
    [["*:read", "comments:private:read", "feeds:write"], true],
    [[], true],
    [["comments:write"], false],
    [["room:presence:write"], false],
    [["*:write", "*:read"], false],
    [["*:write", "room:write"], false],
    [["*:write", "*:write"], false],
    [["*:write", "comments:read", "comments:write"], false],
    [["*:none"], false],
    [["personal:write"], false],
    [["*:write", "constructor"], false],
  ];
  const fields = [(list: unknown) => ({ defaultAccesses: list }), (list: unknown) => ({ usersAccesses: { u: list } })];

  it.each(cases)("%j is valid: %s, and kept as sent", async (list, valid) => {
    const sandbox = await start();
    sandbox.put({ id: "r" });
    for (const field of [...fields, (list: unknown) => ({ groupsAccesses: { g: list } })]) {
      const answer = await call(sandbox, "POST", room("r"), field(list));
      expect(answer.status).toBe(valid ? 200 : 422);
      if (valid) expect(answer.body).toMatchObject(field(list));
    }
  });

  it("lets combinations through when only names are checked", async () => {
    const sandbox = await start({ scopes: "known" });
    sandbox.put({ id: "r" });
    expect((await call(sandbox, "POST", room("r"), { defaultAccesses: ["comments:write"] })).status).toBe(200);
    expect((await call(sandbox, "POST", room("r"), { defaultAccesses: ["*:none"] })).status).toBe(422);
  });

  it("stores the new names when it is told to rewrite", async () => {
    const sandbox = await start({ stores: "rewritten" });
    const body = { id: "r", defaultAccesses: ["storage:read", "room:write"], usersAccesses: { u: ["room:read"] } };
    const answer = await call(sandbox, "POST", "/v2/rooms", body);
    expect(answer.body).toMatchObject({
      defaultAccesses: ["*:write", "storage:read"],
      usersAccesses: { u: ["*:read"] },
    });
  });
});

describe("limits", () => {
  const long = (length: number): string => "x".repeat(length);
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["users", { usersAccesses: entries(1000, ["*:read"]) }, { usersAccesses: entries(1001, ["*:read"]) }],
    ["groups", { groupsAccesses: entries(1000, ["*:read"]) }, { groupsAccesses: entries(1001, ["*:read"]) }],
    ["ids", { usersAccesses: { [long(256)]: [] } }, { usersAccesses: { [long(257)]: [] } }],
    ["metadata keys", { metadata: entries(50, "v") }, { metadata: entries(51, "v") }],
    ["a metadata key", { metadata: { [long(40)]: "v" } }, { metadata: { [long(41)]: "v" } }],
    ["a metadata value", { metadata: { k: long(256) } }, { metadata: { k: long(257) } }],
    ["a metadata list value", { metadata: { k: [long(256)] } }, { metadata: { k: ["", long(257)] } }],
    ["the room id", { id: long(128) }, { id: long(129) }],
  ])("%s: the documented number is allowed, one more is not", async (_, allowed, refused) => {
    const sandbox = await start();
    const base = { id: "r", defaultAccesses: [] };
    expect((await call(sandbox, "POST", "/v2/rooms", { ...base, ...refused })).status).toBe(422);
    expect((await call(sandbox, "POST", "/v2/rooms", { ...base, ...allowed })).status).toBe(200);
  });

  it("counts the room as well as the request", async () => {
    const sandbox = await start({ limits: { entries: 2 } });
    sandbox.put({ id: "r", usersAccesses: { a: [], b: [] } });
    expect((await call(sandbox, "POST", room("r"), { usersAccesses: { c: [] } })).status).toBe(422);
    expect((await call(sandbox, "POST", room("r"), { usersAccesses: { a: null, c: [] } })).status).toBe(200);
  });
});

describe("lists", () => {
  const filled = async (count: number, options: LiveblocksSandboxOptions = {}): Promise<LiveblocksSandbox> => {
    const sandbox = await start({ ...options, now: () => 0 });
    for (const id of names(count)) sandbox.put({ id });
    return sandbox;
  };
  const all = async (sandbox: LiveblocksSandbox, limit: number): Promise<readonly (readonly string[])[]> => {
    const pages: (readonly string[])[] = [];
    let cursor: unknown = "";
    while (typeof cursor === "string") {
      const after = cursor === "" ? "" : `&startingAfter=${encodeURIComponent(cursor)}`;
      const answer = await call(sandbox, "GET", `/v2/rooms?limit=${limit}${after}`);
      pages.push(ids(answer));
      cursor = answer.body.nextCursor;
    }
    return pages;
  };
  const newestFirst = (count: number): readonly string[] => [...names(count)].reverse();

  it("gives 20, newest first, unless told otherwise", async () => {
    const answer = await call(await filled(21), "GET", "/v2/rooms");
    expect(ids(answer)).toEqual(newestFirst(21).slice(0, 20));
    expect(answer.body.nextCursor).toEqual(expect.any(String));
    expect(Object.keys(answer.body).sort()).toEqual(["data", "nextCursor"]);
  });

  it.each([
    [0, 5, 1],
    [10, 5, 2],
    [11, 5, 3],
    [3, 1, 3],
    [120, 100, 2],
  ])("%i rooms in pages of %i are %i pages without a double", async (count, limit, expected) => {
    const pages = await all(await filled(count), limit);
    expect(pages.length).toBe(expected);
    expect(pages.flat()).toEqual(newestFirst(count));
  });

  it("makes pages shorter on demand", async () => {
    const sandbox = await filled(3, { faults: [{ fault: "page-size", size: 1 }] });
    expect(await all(sandbox, 100)).toEqual([["n2"], ["n1"], ["n0"]]);
  });

  it("goes on in the right place when rooms come and go between two pages", async () => {
    const sandbox = await filled(6);
    const first = await call(sandbox, "GET", "/v2/rooms?limit=2");
    sandbox.put({ id: "new" });
    sandbox.removeRoom("n4");
    sandbox.removeRoom("n3");
    const rest = await call(sandbox, "GET", `/v2/rooms?limit=9&startingAfter=${first.body.nextCursor}`);
    expect([ids(first), ids(rest)]).toEqual([
      ["n5", "n4"],
      ["n2", "n1", "n0"],
    ]);
  });

  it("orders by time of creation, whatever the order of arrival", async () => {
    const sandbox = await start();
    sandbox.put({ id: "young", createdAt: "2026-02-01T00:00:00.000Z" });
    sandbox.put({ id: "old", createdAt: "2026-01-01T00:00:00.000Z" });
    expect(ids(await call(sandbox, "GET", "/v2/rooms"))).toEqual(["young", "old"]);
    expect(sandbox.state().rooms.map((each) => each.id)).toEqual(["old", "young"]);
  });

  it.each(["limit=0", "limit=101", "limit=-1", "limit=x", "limit=", "limit=1.5", "startingAfter=x", "startingAfter="])(
    "refuses %s",
    async (query) => {
      const answer = await call(await filled(1), "GET", `/v2/rooms?${query}`);
      expect([answer.status, answer.body.error]).toEqual([422, "UNPROCESSABLE_ENTITY"]);
    },
  );

  describe("filters", () => {
    const rooms: Parameters<LiveblocksSandbox["put"]>[0][] = [
      { id: "a:1", metadata: { color: "blue" }, usersAccesses: { u: [] } },
      { id: "a:2", metadata: { color: "red", kind: 'a"b' }, groupsAccesses: { g: ["*:read"] } },
      { id: "b:1", metadata: { color: ["blue"] }, groupsAccesses: { h: ["*:read"] }, organizationId: "o" },
    ];
    it.each([
      ["", ["b:1", "a:2", "a:1"]],
      ["userId=u", ["a:1"]],
      ["groupIds=g,h", ["b:1", "a:2"]],
      ["userId=u&groupIds=g", ["a:2", "a:1"]],
      ["userId=nobody", []],
      ["organizationId=o", ["b:1"]],
      ["organizationId=o&userId=u", []],
      ["metadata.color=blue", ["a:1"]],
      ["metadata.color=blue&userId=nobody", []],
      [`query=${encodeURIComponent('roomId^"a:"')}`, ["a:2", "a:1"]],
      [`query=${encodeURIComponent("roomId^'a:' metadata['color']:'red'")}`, ["a:2"]],
      [`query=${encodeURIComponent('roomId^"a:" AND metadata["color"]:"red"')}`, ["a:2"]],
      [`query=${encodeURIComponent('metadata["color"]:"blue"')}`, ["a:1"]],
      [`query=${encodeURIComponent("metadata['kind']:'a\"b'")}`, ["a:2"]],
      [`query=${encodeURIComponent('metadata["kind"]:"a\\"b"')}`, ["a:2"]],
      [`query=${encodeURIComponent('roomId^"b" roomId^"a"')}`, []],
    ])("%s", async (query, expected) => {
      const sandbox = await start({ now: () => 0 });
      for (const each of rooms) sandbox.put(each);
      expect(ids(await call(sandbox, "GET", `/v2/rooms?${query}`))).toEqual(expected);
    });

    it.each(['roomId:"a"', 'roomId^"a', 'roomId^"a" OR roomId^"b"', 'NOT roomId^"a"', 'roomId^"a" AND', "x", '"a"'])(
      "refuses the query %s",
      async (query) => {
        const path = `/v2/rooms?query=${encodeURIComponent(query)}`;
        expect((await call(await start(), "GET", path)).status).toBe(422);
        const dev = await call(await start({ strict: false }), "GET", path);
        expect([dev.status, dev.body.error]).toEqual([422, "INVALID_QUERY"]);
      },
    );
  });
});

describe("as the dev server", () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["no default is public", {}, { defaultAccesses: ["room:write"] }],
    ["any scopes stay", { defaultAccesses: ["x", "x", "*:none"] }, { defaultAccesses: ["x", "x", "*:none"] }],
    ["unknown keys are ignored", { tenantId: "o", engine: 9, typo: 1 }, { organizationId: "default" }],
    ["a long value is fine", { metadata: { k: "x".repeat(5000) } }, { metadata: { k: "x".repeat(5000) } }],
    ["an empty user id is fine", { usersAccesses: { "": [] } }, { usersAccesses: { "": [] } }],
  ])("creates: %s", async (_, body, shown) => {
    const answer = await call(await start({ strict: false }), "POST", "/v2/rooms", { id: "r", ...body });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject(shown);
  });

  it("takes more entries than the documents allow", async () => {
    const body = { id: "r".repeat(200), usersAccesses: entries(1500, []), metadata: entries(61, "v") };
    expect((await call(await start({ strict: false }), "POST", "/v2/rooms", body)).status).toBe(200);
  });

  it.each(['{"metadata":{"k":null}}', '{"defaultAccesses":null}', '{"usersAccesses":null}', '{"metadata":null}'])(
    "refuses %s in its own words",
    async (body) => {
      const sandbox = await start({ strict: false });
      sandbox.put({ id: "r", metadata: { k: "v" } });
      const answer = await call(sandbox, "POST", room("r"), body);
      expect(answer).toEqual({ status: 422, body: { error: "Unprocessable Entity", reason: expect.any(String) } });
    },
  );

  it("removes an entry by null, and refuses __proto__", async () => {
    const sandbox = await start({ strict: false });
    sandbox.put({ id: "r", usersAccesses: { u: [] } });
    expect((await call(sandbox, "POST", room("r"), { usersAccesses: { u: null } })).body.usersAccesses).toEqual({});
    const answer = await call(sandbox, "POST", room("r"), '{"usersAccesses":{"__proto__":[]}}');
    expect([answer.status, answer.body.reason]).toEqual([422, "Unsafe key: '__proto__'."]);
  });

  it("lists every room, oldest first, and filters by metadata and organization alone", async () => {
    const sandbox = await start({ strict: false, now: () => 0 });
    sandbox.put({ id: "a", metadata: { k: "v" } });
    sandbox.put({ id: "b", organizationId: "o" });
    const query = encodeURIComponent('roomId^"zzz"');
    const answer = await call(sandbox, "GET", `/v2/rooms?limit=1&userId=x&startingAfter=y&query=${query}`);
    expect([ids(answer), answer.body.nextCursor, answer.body.nextPage]).toEqual([["a", "b"], null, null]);
    expect(ids(await call(sandbox, "GET", "/v2/rooms?metadata.k=v"))).toEqual(["a"]);
    expect(ids(await call(sandbox, "GET", "/v2/rooms?organizationId=o"))).toEqual(["b"]);
  });

  it.each([
    ["POST", `${room("r")}/upsert`, 501],
    ["POST", `${room("r")}/update-room-id`, 501],
    ["POST", `${room("r")}/update-organization-id`, 501],
    ["GET", `${room("r")}/prewarm`, 501],
    ["DELETE", room("none"), 204],
    ["PUT", room("r"), 405],
    ["GET", "/v2/nowhere", 404],
    ["GET", "/health", 200],
  ])("%s %s gives %i", async (method, path, status) => {
    const sandbox = await start({ strict: false });
    sandbox.put({ id: "r" });
    expect((await call(sandbox, method, path)).status).toBe(status);
  });

  it("answers broken JSON with 400 and checks no content type", async () => {
    const sandbox = await start({ strict: false });
    const broken = await call(sandbox, "POST", "/v2/rooms", "{");
    expect(broken).toEqual({ status: 400, body: { error: "Bad Request" } });
    const plain = await call(sandbox, "POST", "/v2/rooms", { id: "r" }, { "content-type": "text/plain" });
    expect(plain.status).toBe(200);
  });

  it("shows no info that was not given and no last connection", async () => {
    const sandbox = await start({ strict: false });
    sandbox.put({ id: "r" });
    sandbox.connect("r", { id: "u" });
    const { body } = await call(sandbox, "GET", `${room("r")}/active_users`);
    expect(body.data).toEqual([{ type: "user", connectionId: 1, id: "u" }]);
    expect(sandbox.get("r")?.lastConnectionAt).toBeUndefined();
  });
});

describe("state", () => {
  it("is told before the answer, and a later sandbox goes on from it", async () => {
    const states: LiveblocksSandboxState[] = [];
    const first = await start({ onChange: (state) => states.push(structuredClone(state)) });
    await call(first, "POST", "/v2/rooms", { id: "a", defaultAccesses: ["room:read"] });
    expect(states.length).toBe(1);
    await call(first, "POST", "/v2/rooms", { id: "b", defaultAccesses: [] });
    await call(first, "GET", "/v2/rooms");
    await call(first, "POST", "/v2/rooms", { id: "b", defaultAccesses: [] });
    expect(states.length).toBe(2);
    const kept = states[1] ?? { rooms: [] };
    const second = await start({ state: JSON.parse(JSON.stringify(kept)) });
    expect(ids(await call(second, "GET", "/v2/rooms"))).toEqual(["b", "a"]);
    expect(second.state()).toEqual(kept);
  });

  it.each([{}, { rooms: {} }, { rooms: [{ id: "r" }] }, { rooms: [null] }])("refuses %j as a state", async (state) => {
    await expect(startLiveblocksSandbox({ state })).rejects.toThrow("sandbox.json");
  });

  it("has samples that the strict rules allow", async () => {
    const { rooms } = sampleState();
    const sandbox = await start();
    for (const { id, metadata, defaultAccesses, groupsAccesses, usersAccesses } of rooms) {
      const body = { id, metadata, defaultAccesses, groupsAccesses, usersAccesses };
      expect((await call(sandbox, "POST", "/v2/rooms", body)).status).toBe(200);
    }
    expect(new Set(rooms.map((each) => each.id)).size).toBe(rooms.length);
  });

  it("is edited by hand like by a merge patch", async () => {
    const sandbox = await start();
    sandbox.put({ id: "r", usersAccesses: { a: ["room:read"], b: ["room:read"] } });
    sandbox.editRoom("r", { usersAccesses: { a: null, mallory: ["anything"] } });
    expect(sandbox.get("r")?.usersAccesses).toEqual({ b: ["room:read"], mallory: ["anything"] });
    expect(() => sandbox.editRoom("none", {})).toThrow("no room none");
  });
});

describe("faults", () => {
  it("answers as if done and stores nothing", async () => {
    const sandbox = await start({ faults: [{ fault: "ignored" }] });
    sandbox.put({ id: "r" });
    const answer = await call(sandbox, "POST", room("r"), { defaultAccesses: ["room:read"] });
    expect(answer.body.defaultAccesses).toEqual(["room:read"]);
    expect(sandbox.get("r")?.defaultAccesses).toEqual([]);
  });

  it("lets reads and lists lag behind a write", async () => {
    const sandbox = await start({ faults: [{ fault: "stale", reads: 2 }] });
    sandbox.put({ id: "r" });
    await call(sandbox, "GET", "/v2/rooms");
    await call(sandbox, "GET", "/v2/rooms");
    await call(sandbox, "DELETE", room("r"));
    expect((await call(sandbox, "GET", room("r"))).status).toBe(200);
    expect(ids(await call(sandbox, "GET", "/v2/rooms"))).toEqual(["r"]);
    expect((await call(sandbox, "GET", room("r"))).status).toBe(404);
  });

  it("reorders scopes and rooms, not the lists in metadata", async () => {
    const sandbox = await start({ faults: [{ fault: "reorder" }] });
    const tags = names(9);
    const scopes = ["*:read", "storage:none", "comments:write", "feeds:none"];
    sandbox.put({ id: "r", metadata: { tags }, defaultAccesses: scopes });
    const orders = new Set<string>();
    for (let count = 0; count < 8; count += 1) {
      const { body } = await call(sandbox, "GET", room("r"));
      expect(body.metadata).toEqual({ tags });
      expect([...(body.defaultAccesses as string[])].sort()).toEqual([...scopes].sort());
      orders.add(String(body.defaultAccesses));
    }
    expect(orders.size).toBeGreaterThan(1);
  });
});
