import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import {
  type DigitalsambaSandbox,
  type DigitalsambaSandboxOptions,
  type DigitalsambaSandboxState,
  sampleState,
  startDigitalsambaSandbox,
} from "./sandbox.ts";
import { PERMISSIONS } from "./sandbox-permissions.ts";

const running: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

const start = async (options: DigitalsambaSandboxOptions = {}): Promise<DigitalsambaSandbox> => {
  const sandbox = await startDigitalsambaSandbox(options);
  running.push(sandbox);
  return sandbox;
};

type Body = { readonly [key: string]: unknown };
type Answer = { readonly status: number; readonly body: Body };
type Send = (method: string, path: string, body?: unknown, authorization?: string) => Promise<Answer>;

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const sender =
  (sandbox: DigitalsambaSandbox): Send =>
  async (method, path, body, authorization) => {
    const basic = `Basic ${base64(`${sandbox.teamId}:${sandbox.developerKey}`)}`;
    const response = await fetch(sandbox.baseUrl + path, {
      method,
      headers: {
        authorization: authorization ?? basic,
        accept: "application/json",
        "content-type": "application/json",
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  };
const started = async (options: DigitalsambaSandboxOptions = {}): Promise<Send> => sender(await start(options));

const role = (name: string, permissions: Body = {}): Body => ({ name, display_name: `The ${name}`, permissions });
const data = (answer: Answer): readonly Body[] => answer.body.data as readonly Body[];
const errorsOf = (answer: Answer): readonly string[] => Object.keys((answer.body.errors ?? {}) as object);
const permissionsOf = (answer: Answer): Body => answer.body.permissions as Body;

describe("conventions", () => {
  it("takes a key in the three documented forms and no other", async () => {
    const send = await started({ teamId: "team", developerKey: "key" });
    const pair = base64("team:key");
    for (const fine of [`Basic ${pair}`, "Bearer key", `Bearer ${pair}`]) {
      expect((await send("GET", "", undefined, fine)).status).toBe(200);
    }
    for (const wrong of ["Bearer other", `Basic ${base64("team:other")}`, "Basic key", ""]) {
      const answer = await send("GET", "", undefined, wrong);
      expect(answer).toEqual({ status: 401, body: { message: "Unauthenticated.", error: "unauthenticated" } });
    }
  });

  it.each(["/roles/none", "/rooms/none", "/rooms/none/live", "/nowhere", "/rooms/a/b/c/d", "/permissions/x"])(
    "GET %s is not found, in the documented words",
    async (path) => {
      const answer = await (await started())("GET", path);
      expect(answer).toEqual({ status: 404, body: { message: "Not Found", error: "not-found" } });
    },
  );

  it.each([
    ["POST", "/permissions"],
    ["PUT", "/roles/moderator"],
    ["DELETE", ""],
    ["POST", "/rooms/live"],
  ])("%s %s is no method of it", async (method, path) => {
    expect((await (await started())(method, path, {})).status).toBe(405);
  });

  it("lets 1000 requests a minute through and then says how long to wait", async () => {
    let clock = 0;
    const sandbox = await start({ now: () => clock, rateLimit: { requests: 2, perMs: 60_000 } });
    const send = sender(sandbox);
    expect((await send("GET", "/permissions")).status).toBe(200);
    clock = 22_000;
    expect((await send("GET", "/permissions")).status).toBe(200);
    const refused = await fetch(`${sandbox.baseUrl}/permissions`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "38"]);
    const words = { message: "Too Many Attempts. You may try again in 38 seconds.", error: "rate-limit" };
    expect(await refused.json()).toEqual(words);
    clock = 60_000;
    expect((await send("GET", "/permissions")).status).toBe(200);
    expect((await send("GET", "/permissions")).status).toBe(429);
  });

  it("refuses a body that is not a JSON object", async () => {
    const send = await started();
    for (const body of ["{", "[]", "1"]) expect((await send("POST", "/roles", body)).status).toBe(422);
  });
});

describe("pages", () => {
  const names = (answer: Answer): readonly unknown[] => data(answer).map((item) => item.name);
  it.each([
    ["", ["student", "teacher", "attendee", "speaker", "moderator"]],
    ["?order=asc", ["moderator", "speaker", "attendee", "teacher", "student"]],
    ["?order=asc&limit=2", ["moderator", "speaker"]],
    ["?order=asc&limit=2&offset=4", ["student"]],
    ["?order=asc&offset=9", []],
    ["?limit=1000", ["student", "teacher", "attendee", "speaker", "moderator"]],
  ])("GET /roles%s", async (query, expected) => {
    const answer = await (await started())("GET", `/roles${query}`);
    expect(names(answer)).toEqual(expected);
    expect(answer.body.total_count).toBe(5);
  });

  it("goes on after an id, or the address of a room", async () => {
    const send = await started();
    const [first] = data(await send("GET", "/roles?order=asc"));
    expect(names(await send("GET", `/roles?order=asc&limit=1&after=${first?.id}`))).toEqual(["speaker"]);
    for (const url of ["aaa", "bbb"]) await send("POST", "/rooms", { privacy: "public", friendly_url: url });
    const rooms = await send("GET", "/rooms?order=asc&after=aaa");
    expect(data(rooms).map((room) => room.friendly_url)).toEqual(["bbb"]);
    expect(rooms.body.total_count).toBe("2");
  });

  it.each(["limit=0", "limit=x", "offset=-1", "order=up", "after=none"])("refuses %s", async (query) => {
    expect((await (await started())("GET", `/roles?${query}`)).status).toBe(422);
  });

  it("makes pages shorter on demand", async () => {
    const send = await started({ faults: [{ fault: "page-size", size: 1 }] });
    expect(names(await send("GET", "/roles?order=asc&offset=1"))).toEqual(["speaker"]);
  });
});

describe("roles", () => {
  it("are listed without permissions, and the team's default says so", async () => {
    const items = data(await (await started())("GET", "/roles?order=asc"));
    expect(items.map((item) => item.default)).toEqual([true, false, false, false, false]);
    for (const item of items) expect("permissions" in item).toBe(false);
  });

  it("come back from a create with every known name, found by name and by id", async () => {
    const send = await started();
    const created = await send("POST", "/roles", role("custom", { start_session: true, remote_muting: ["speaker"] }));
    expect(created.status).toBe(200);
    const permissions = permissionsOf(created);
    expect(Object.keys(permissions).sort()).toEqual(PERMISSIONS.filter((name) => name !== "avatar_upload").sort());
    const on = Object.entries(permissions).filter(([, value]) => value !== false);
    expect(on.sort()).toEqual([
      ["remote_muting", ["speaker"]],
      ["start_session", true],
    ]);
    for (const key of ["custom", String(created.body.id)]) {
      expect((await send("GET", `/roles/${key}`)).body).toEqual(created.body);
    }
  });

  it("know 58 names, or those that they are told", async () => {
    expect((await (await started())("GET", "/permissions")).body).toHaveLength(58);
    const send = await started({ permissions: ["raise_hand", "general_chat"] });
    expect((await send("GET", "/permissions")).body).toEqual(["raise_hand", "general_chat"]);
    const created = await send("POST", "/roles", role("custom"));
    expect(permissionsOf(created)).toEqual({ raise_hand: false, general_chat: false });
  });

  it("merge permissions key by key, and an array replaces an array", async () => {
    const send = await started();
    const first = { start_session: true, raise_hand: true, remote_muting: ["speaker", "attendee"] };
    await send("POST", "/roles", role("custom", first));
    const steps: readonly (readonly [Body, Body])[] = [
      [{ general_chat: true }, { ...first, general_chat: true }],
      [{ raise_hand: false }, { ...first, raise_hand: false }],
      [{ remote_muting: ["attendee"] }, { remote_muting: ["attendee"] }],
      [{ remote_muting: true }, { remote_muting: true }],
      [{}, { remote_muting: true, start_session: true, general_chat: true, raise_hand: false }],
    ];
    for (const [permissions, expected] of steps) {
      const answer = await send("PATCH", "/roles/custom", { permissions });
      expect(answer.status).toBe(200);
      expect(permissionsOf(answer)).toMatchObject(expected);
      expect((await send("GET", "/roles/custom")).body).toEqual(answer.body);
    }
  });

  it.each<[string, Body, string]>([
    ["no name", { display_name: "Custom", permissions: {} }, "name"],
    ["no display name", { name: "custom", permissions: {} }, "display_name"],
    ["no permissions", { name: "custom", display_name: "Custom" }, "permissions"],
    ["a bad name", role("with space"), "name"],
    ["a long name", role("x".repeat(31)), "name"],
    ["a name that is taken", role("speaker"), "name"],
    ["a short display name", { ...role("custom"), display_name: "ab" }, "display_name"],
    ["a number as description", { ...role("custom"), description: 1 }, "description"],
    ["null permissions", { ...role("custom"), permissions: null }, "permissions"],
    ["an unknown permission", role("custom", { chat: true }), "permissions.chat"],
    [
      "__proto__ as permission",
      { ...role("custom"), permissions: JSON.parse('{"__proto__":true}') },
      "permissions.__proto__",
    ],
    ["a text as value", role("custom", { raise_hand: "yes" }), "permissions.raise_hand"],
    ["an array that is not role-sensitive", role("custom", { raise_hand: ["speaker"] }), "permissions.raise_hand"],
    ["an empty array", role("custom", { remote_muting: [] }), "permissions.remote_muting"],
    ["an array of nobody", role("custom", { remote_muting: ["speaker", "nobody"] }), "permissions.remote_muting"],
    ["itself", role("custom", { remote_muting: ["custom"] }), "permissions.remote_muting"],
  ])("refuse %s on create", async (_, body, field) => {
    const send = await started();
    const answer = await send("POST", "/roles", body);
    expect([answer.status, errorsOf(answer)]).toEqual([422, [field]]);
    expect((await send("GET", "/roles")).body.total_count).toBe(5);
  });

  it("take ids in arrays for unknown names", async () => {
    const send = await started();
    const [first] = data(await send("GET", "/roles"));
    expect((await send("POST", "/roles", role("custom", { remote_muting: [first?.id] }))).status).toBe(422);
  });

  it("name themselves and each other once they are there", async () => {
    const send = await started();
    await send("POST", "/roles", role("one"));
    await send("POST", "/roles", role("two", { remote_muting: ["one"] }));
    const answer = await send("PATCH", "/roles/one", { permissions: { remote_muting: ["one", "two"] } });
    expect(permissionsOf(answer).remote_muting).toEqual(["one", "two"]);
  });

  it("follow the switches for self-reference and unknown names", async () => {
    const selfish = await started({ selfOnCreate: true });
    expect((await selfish("POST", "/roles", role("me", { manage_roles: ["me"] }))).status).toBe(200);
    const dropping = await started({ unknownTargets: "drop" });
    const dropped = await dropping(
      "POST",
      "/roles",
      role("me", { manage_roles: ["me"], remote_muting: ["x", "speaker"] }),
    );
    expect(permissionsOf(dropped)).toMatchObject({ manage_roles: false, remote_muting: ["speaker"] });
    const wider = await started({ roleSensitive: ["raise_hand"] });
    expect((await wider("POST", "/roles", role("me", { raise_hand: ["speaker"] }))).status).toBe(200);
  });

  it("can be renamed; arrays keep the old name", async () => {
    const send = await started();
    await send("POST", "/roles", role("old"));
    await send("POST", "/roles", role("other", { remote_muting: ["old"] }));
    const renamed = await send("PATCH", "/roles/old", { name: "new", description: "d" });
    expect([renamed.body.name, renamed.body.description]).toEqual(["new", "d"]);
    expect((await send("GET", "/roles/old")).status).toBe(404);
    expect(permissionsOf(await send("GET", "/roles/other")).remote_muting).toEqual(["old"]);
    expect((await send("PATCH", "/roles/new", { name: "other" })).status).toBe(422);
  });
});

describe("deleting a role", () => {
  const prepared = async (
    options: DigitalsambaSandboxOptions = {},
  ): Promise<{ sandbox: DigitalsambaSandbox; send: Send }> => {
    const sandbox = await start(options);
    const send = sender(sandbox);
    await send("POST", "/roles", role("doomed"));
    return { sandbox, send };
  };

  it("answers 204, and a second time 404", async () => {
    const { send } = await prepared();
    expect(await send("DELETE", "/roles/doomed")).toEqual({ status: 204, body: {} });
    expect((await send("DELETE", "/roles/doomed")).status).toBe(404);
  });

  it.each(["moderator", "student"])("refuses the preset %s", async (name) => {
    const { send } = await prepared();
    const answer = await send("DELETE", `/roles/${name}`);
    expect(answer).toEqual({ status: 422, body: { message: expect.any(String) } });
  });

  it("refuses the default of the team and of a room, until they have another", async () => {
    const { send } = await prepared();
    await send("PATCH", "", { roles: ["doomed", "speaker"], default_role: "doomed" });
    expect((await send("DELETE", "/roles/doomed")).status).toBe(422);
    await send("PATCH", "", { roles: ["speaker"], default_role: "speaker" });
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room", roles: ["doomed"] });
    expect((await send("DELETE", "/roles/doomed")).status).toBe(422);
    await send("PATCH", "/rooms/room", { roles: ["speaker", "doomed"], default_role: "speaker" });
    expect((await send("DELETE", "/roles/doomed")).status).toBe(204);
    const roles = (await send("GET", "/rooms/room")).body.roles as readonly Body[];
    expect(roles.map((each) => each.name)).toEqual(["speaker"]);
  });

  it("refuses while somebody has it in a running session", async () => {
    const { sandbox, send } = await prepared();
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room" });
    sandbox.join("room", { name: "Alice", role: "doomed" });
    expect((await send("DELETE", "/roles/doomed")).status).toBe(422);
    sandbox.endSession("room");
    expect((await send("DELETE", "/roles/doomed")).status).toBe(204);
  });

  it.each([
    ["dangle" as const, ["speaker", "doomed"], ["doomed"]],
    ["scrub" as const, ["speaker"], false],
  ])("leaves the arrays of others as the switch says: %s", async (afterDelete, both, alone) => {
    const { send } = await prepared({ afterDelete });
    const permissions = { remote_muting: ["speaker", "doomed"], manage_roles: ["doomed"], raise_hand: true };
    await send("POST", "/roles", role("other", permissions));
    await send("DELETE", "/roles/doomed");
    const left = { remote_muting: both, manage_roles: alone, raise_hand: true };
    expect(permissionsOf(await send("GET", "/roles/other"))).toMatchObject(left);
  });
});

describe("rooms", () => {
  const named = (answer: Answer): unknown => [
    (answer.body.roles as readonly Body[]).map((each) => each.name),
    (answer.body.default_role as Body).name,
  ];

  it("are written with names and read as objects, in the order given", async () => {
    const send = await started();
    const body = {
      privacy: "private",
      friendly_url: "room",
      roles: ["speaker", "moderator"],
      default_role: "speaker",
      private_group_chat_enabled: true,
      private_group_chat_roles: ["moderator"],
    };
    const answer = await send("POST", "/rooms", body);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      friendly_url: "room",
      privacy: "private",
      roles: [
        { name: "speaker", display_name: "Speaker", allow_private_group_chat: false },
        { name: "moderator", display_name: "Moderator", allow_private_group_chat: true },
      ],
      default_role: { name: "speaker", display_name: "Speaker" },
    });
    expect("private_group_chat_roles" in answer.body).toBe(false);
    for (const key of ["room", String(answer.body.id)]) {
      expect((await send("GET", `/rooms/${key}`)).body).toEqual(answer.body);
    }
  });

  it("take ids of roles as well, and merge top-level keys", async () => {
    const send = await started();
    const [moderator, speaker] = data(await send("GET", "/roles?order=asc"));
    await send("POST", "/rooms", {
      privacy: "public",
      friendly_url: "room",
      description: "About",
      chat_enabled: false,
    });
    const answer = await send("PATCH", "/rooms/room", {
      roles: [speaker?.id, moderator?.id],
      default_role: moderator?.id,
    });
    expect(named(answer)).toEqual([["speaker", "moderator"], "moderator"]);
    expect(answer.body).toMatchObject({ privacy: "public", description: "About", chat_enabled: false });
  });

  it("follow the team until a value is set on them, and then no more", async () => {
    const send = await started();
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room" });
    const follow = async (): Promise<unknown> => named(await send("GET", "/rooms/room"));
    expect(await follow()).toEqual([["moderator", "speaker", "attendee", "teacher", "student"], "moderator"]);
    await send("PATCH", "", { roles: ["speaker", "attendee"], default_role: "attendee", qa_enabled: true });
    expect(await follow()).toEqual([["speaker", "attendee"], "attendee"]);
    expect((await send("GET", "/rooms/room")).body.qa_enabled).toBe(true);
    await send("PATCH", "/rooms/room", { roles: ["speaker", "attendee"], default_role: "attendee", qa_enabled: true });
    await send("PATCH", "", { roles: ["moderator"], default_role: "moderator", qa_enabled: false });
    expect(await follow()).toEqual([["speaker", "attendee"], "attendee"]);
    expect((await send("GET", "/rooms/room")).body.qa_enabled).toBe(true);
  });

  it("are partial in lists", async () => {
    const send = await started();
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room", chat_enabled: false, qa_enabled: true });
    const [item = {}] = data(await send("GET", "/rooms"));
    for (const key of ["roles", "default_role", "is_locked", "webhooks", "chat_enabled", "external_id"]) {
      expect(key in item).toBe(false);
    }
    expect(item).toMatchObject({ friendly_url: "room", privacy: "private", qa_enabled: true });
  });

  it("show what the example shows, or everything", async () => {
    const body = { privacy: "private", friendly_url: "room", tags: ["a"], session_length: 60, polls_enabled: true };
    const example = await (await started())("POST", "/rooms", body);
    for (const key of ["tags", "session_length", "polls_enabled"]) expect(key in example.body).toBe(false);
    const everything = await (await started({ reads: "everything" }))("POST", "/rooms", body);
    expect(everything.body).toMatchObject({ tags: ["a"], session_length: 60, polls_enabled: true });
  });

  it("are found by tag, which only a create sets", async () => {
    const send = await started();
    await send("POST", "/rooms", { privacy: "private", friendly_url: "one", tags: ["a"] });
    await send("POST", "/rooms", { privacy: "private", friendly_url: "two" });
    await send("PATCH", "/rooms/two", { tags: ["a"] });
    for (const query of ["tag=a,b", "tag[]=a"]) {
      expect(data(await send("GET", `/rooms?${query}`)).map((room) => room.friendly_url)).toEqual(["one"]);
    }
  });

  const base = { privacy: "private" };
  it.each<[string, Body, string]>([
    ["no privacy", {}, "privacy"],
    ["another privacy", { privacy: "secret" }, "privacy"],
    ["an address that is taken", { ...base, friendly_url: "taken" }, "friendly_url"],
    ["a short address", { ...base, friendly_url: "ab" }, "friendly_url"],
    ["a long address", { ...base, friendly_url: "x".repeat(33) }, "friendly_url"],
    ["a short description", { ...base, description: "ab" }, "description"],
    ["an unknown role", { ...base, roles: ["nobody"] }, "roles.0"],
    ["a role twice", { ...base, roles: ["speaker", "speaker"], default_role: "speaker" }, "roles.1"],
    ["no role", { ...base, roles: [] }, "roles"],
    ["a default that is no role", { ...base, roles: ["speaker"], default_role: "nobody" }, "default_role"],
    ["a default outside the roles", { ...base, roles: ["speaker"], default_role: "moderator" }, "default_role"],
    ["two roles without a default", { ...base, roles: ["speaker", "moderator"] }, "default_role"],
    ["a default without roles", { ...base, default_role: "speaker" }, "roles"],
    ["a lock with one role", { ...base, roles: ["speaker"], is_locked: true }, "is_locked"],
    ["a text as switch", { ...base, chat_enabled: "yes" }, "chat_enabled"],
    ["one participant", { ...base, max_participants: 1 }, "max_participants"],
    ["more speakers than people", { ...base, max_participants: 2, max_broadcasters: 3 }, "max_broadcasters"],
    ["a day and a minute", { ...base, session_length: 1441 }, "session_length"],
    ["a past end", { ...base, expires_at: "2020-01-01 00:00:00" }, "expires_at"],
  ])("refuse %s", async (_, body, field) => {
    const send = await started();
    await send("POST", "/rooms", { privacy: "private", friendly_url: "taken" });
    const answer = await send("POST", "/rooms", body);
    expect([answer.status, errorsOf(answer)]).toEqual([422, [field]]);
    expect((await send("GET", "/rooms")).body.total_count).toBe("1");
  });

  it("ask for both role fields in a patch, and refuse a lock on what is left", async () => {
    const send = await started();
    await send("POST", "/rooms", { ...base, friendly_url: "room", is_locked: true });
    expect(errorsOf(await send("PATCH", "/rooms/room", { default_role: "speaker" }))).toEqual(["roles"]);
    expect(errorsOf(await send("PATCH", "/rooms/room", { roles: ["speaker"] }))).toEqual(["is_locked"]);
    expect((await send("PATCH", "/rooms/room", { roles: ["speaker"], is_locked: false })).status).toBe(200);
  });

  it.each([
    ["ignore" as const, 200],
    ["refuse" as const, 422],
  ])("treat null as the switch says: %s", async (nulls, status) => {
    const send = await started({ nulls });
    await send("POST", "/rooms", { ...base, friendly_url: "room", description: "About" });
    expect((await send("PATCH", "/rooms/room", { description: null })).status).toBe(status);
    expect((await send("GET", "/rooms/room")).body.description).toBe("About");
  });

  it("are addressed by id when the address is live", async () => {
    const send = await started();
    const { body } = await send("POST", "/rooms", { ...base, friendly_url: "live" });
    expect((await send("GET", "/rooms/live")).body).toEqual({ total_count: 0, data: [] });
    expect((await send("GET", `/rooms/${body.id}`)).body.friendly_url).toBe("live");
  });

  it("are deleted with their session, unless that would take resources along", async () => {
    const sandbox = await start({ reusesUrls: false });
    const send = sender(sandbox);
    await send("POST", "/rooms", { ...base, friendly_url: "room" });
    sandbox.join("room", { name: "Alice", role: "speaker" });
    const refused = await send("DELETE", "/rooms/room", { delete_history: true });
    expect(refused).toEqual({ status: 422, body: { message: "Cannot delete resources of a live room." } });
    expect((await send("DELETE", "/rooms/room")).status).toBe(204);
    expect((await send("GET", "/rooms/live")).body.total_count).toBe(0);
    expect(errorsOf(await send("POST", "/rooms", { ...base, friendly_url: "room" }))).toEqual(["friendly_url"]);
  });
});

describe("the team", () => {
  it("is one object with its roles as objects", async () => {
    const send = await started({ teamId: "team" });
    const answer = await send("PATCH", "", { roles: ["speaker"], chat_enabled: false, max_participants: 5 });
    expect(answer.body).toMatchObject({
      id: "team",
      domain: "sandbox",
      roles: [{ name: "speaker" }],
      default_role: { name: "speaker" },
      chat_enabled: false,
      max_participants: 100,
    });
    expect((await send("GET", "")).body).toEqual(answer.body);
  });

  it.each([{ domain: "docs" }, { domain: "ab" }, { roles: ["nobody"] }, { default_role: "speaker" }])(
    "refuses %j",
    async (body) => {
      expect((await (await started())("PATCH", "", body)).status).toBe(422);
    },
  );
});

describe("running sessions", () => {
  it("are shown for all rooms and for one", async () => {
    const sandbox = await start({ now: () => 1000 });
    const send = sender(sandbox);
    const { body: room } = await send("POST", "/rooms", { privacy: "private", friendly_url: "room", external_id: "x" });
    await send("POST", "/rooms", { privacy: "private", friendly_url: "empty" });
    sandbox.join("room", { name: "Alice", role: "speaker", externalId: "alice" });
    const live = { id: room.id, external_id: "x", start_time: "1970-01-01T00:00:01.000000Z", session_duration: 0 };
    const alice = { name: "Alice", role: "speaker", external_id: "alice", join_time: "1970-01-01T00:00:01.000000Z" };
    const people = { ...live, live_participants: [{ ...alice, id: expect.any(String) }] };
    expect((await send("GET", "/rooms/live")).body).toEqual({
      total_count: 1,
      data: [{ ...live, live_participants: 1 }],
    });
    expect((await send("GET", "/rooms/live/participants")).body).toEqual({ total_count: 1, data: [people] });
    expect((await send("GET", "/rooms/room/live")).body).toEqual({ ...live, live_participants: 1 });
    expect((await send("GET", "/rooms/room/live/participants")).body).toEqual(people);
    expect((await send("GET", "/rooms/empty/live")).status).toBe(404);
  });

  it("are empty answers for an empty room when switched so", async () => {
    const send = await started({ noSession: 200 });
    await send("POST", "/rooms", { privacy: "private", friendly_url: "empty" });
    expect((await send("GET", "/rooms/empty/live/participants")).body.live_participants).toEqual([]);
  });
});

describe("room tokens", () => {
  const claimsOf = (answer: Answer, key: string): Body => {
    const [head = "", body = "", signature] = String(answer.body.token).split(".");
    expect(signature).toBe(createHmac("sha256", key).update(`${head}.${body}`).digest("base64url"));
    return JSON.parse(Buffer.from(body, "base64url").toString());
  };
  const prepared = async (options: DigitalsambaSandboxOptions = {}): Promise<{ send: Send; id: unknown }> => {
    const send = await started({ ...options, developerKey: "key", teamId: "team", now: () => 1_800_000_000_000 });
    const { body } = await send("POST", "/rooms", { privacy: "private", friendly_url: "room", roles: ["speaker"] });
    return { send, id: body.id };
  };

  it.each<[Body, Body]>([
    [{}, {}],
    [{ role: null, exp: null }, {}],
    [
      { ud: "alice", u: "Alice", role: "speaker" },
      { ud: "alice", u: "Alice", role: "speaker" },
    ],
    [{ exp: 1_900_000_000 }, { exp: 1_900_000_000 }],
    [{ exp: 60 }, { exp: 1_800_003_600 }],
    [
      { exp: "2030-01-01T00:00:00Z", nbf: 5 },
      { exp: 1_893_456_000, nbf: 5 },
    ],
  ])("from %j hold %j", async (body, expected) => {
    const { send, id } = await prepared();
    const claims = claimsOf(await send("POST", "/rooms/room/token", body), "key");
    expect(claims).toEqual({ td: "team", rd: id, iat: 1_800_000_000, ...expected });
  });

  it("refuse roles that are not there or not in the room, and dates that are none", async () => {
    const { send } = await prepared();
    for (const body of [{ role: "nobody" }, { role: "moderator" }, { exp: "soon" }]) {
      expect((await send("POST", "/rooms/room/token", body)).status).toBe(422);
    }
    const open = await prepared({ foreignTokenRole: "accept" });
    expect((await open.send("POST", "/rooms/room/token", { role: "moderator" })).status).toBe(200);
    expect((await open.send("POST", "/rooms/room/token", { role: "nobody" })).status).toBe(422);
  });
});

describe("state", () => {
  it("is told before the answer, and a later sandbox goes on from it", async () => {
    const states: DigitalsambaSandboxState[] = [];
    const send = await started({ onChange: (state) => states.push(structuredClone(state)) });
    const created = await send("POST", "/roles", role("custom", { remote_muting: ["speaker"] }));
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room", roles: ["custom"] });
    await send("POST", "/roles", role("custom"));
    await send("GET", "/rooms");
    expect(states.length).toBe(2);
    const again = await started({ state: JSON.parse(JSON.stringify(states[1])) });
    expect((await again("GET", "/roles/custom")).body).toEqual(created.body);
    const next = await again("POST", "/roles", role("next"));
    expect((await again("GET", "/rooms/room")).body.default_role).toMatchObject({ name: "custom" });
    expect(next.body.id).not.toBe(created.body.id);
  });

  it.each([{}, { ...sampleState(), roles: [null] }, { ...sampleState(), rooms: {} }])(
    "refuses what is not a state: %#",
    async (state) => {
      await expect(startDigitalsambaSandbox({ state })).rejects.toThrow("sandbox.json");
    },
  );

  it("has samples that answer like any other", async () => {
    const send = await started({ state: sampleState() });
    expect((await send("GET", "/rooms/class-7a")).body).toMatchObject({ default_role: { name: "attendee" } });
    expect(permissionsOf(await send("GET", "/roles/assistant")).remote_muting).toEqual(["speaker", "attendee"]);
    expect((await send("GET", "/rooms")).body.total_count).toBe("4");
    expect((await send("POST", "/rooms", { privacy: "public" })).body.friendly_url).toMatch(/^room-/u);
  });
});

describe("faults", () => {
  it("ignores a write and answers as if it were done", async () => {
    const send = await started({ faults: [{ fault: "ignored" }] });
    expect((await send("POST", "/roles", role("custom"))).body.name).toBe("custom");
    expect((await send("GET", "/roles/custom")).status).toBe(404);
  });

  it("reorders arrays of role names, not the roles of a room", async () => {
    const send = await started({ faults: [{ fault: "reorder" }] });
    const targets = ["attendee", "moderator", "speaker", "student", "teacher"];
    await send("POST", "/roles", role("custom", { remote_muting: targets }));
    await send("POST", "/rooms", { privacy: "private", friendly_url: "room", roles: targets, default_role: "speaker" });
    const orders = new Set<string>();
    for (let count = 0; count < 8; count += 1) {
      const { remote_muting } = permissionsOf(await send("GET", "/roles/custom"));
      expect([...(remote_muting as string[])].sort()).toEqual(targets);
      orders.add(String(remote_muting));
      const { roles } = (await send("GET", "/rooms/room")).body;
      expect((roles as readonly Body[]).map((each) => each.name)).toEqual(targets);
    }
    expect(orders.size).toBeGreaterThan(1);
  });

  it("throttles in the vendor's words", async () => {
    const send = await started({ faults: [{ fault: "throttle", retryAfter: 2 }] });
    const { body } = await send("GET", "/roles");
    expect(body).toEqual({ message: "Too Many Attempts. You may try again in 2 seconds.", error: "rate-limit" });
  });
});
