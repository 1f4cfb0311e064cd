import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planChecksum } from "../../engine/plan/checksum.ts";
import { planDigest } from "../../engine/plan/digest.ts";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { KEY, room } from "./stand-in.ts";
import { head, makeWorld, ROLES, type World } from "./world.ts";

type Loose = { [key: string]: unknown };
const MINUTE = 60_000;

const POLICY = `teams:
  design: [alice, bob]
rooms:
  weekly:
    users: { erin: viewer }
    teams: { design: editor }
    metadata: { owner: design }
  "class-*":
    users: { carol: editor }
  fresh: { default: viewer }
  retired: { absent: true }
`;

let world: World;
beforeEach(async () => {
  world = await makeWorld(
    POLICY,
    room("weekly", { usersAccesses: { erin: ["room:write"], mallory: ["*:write"] } }),
    room("class-7b"),
    room("class-9", { usersAccesses: { carol: ["*:write"] } }),
    room("retired"),
    room("foreign", { usersAccesses: { zed: ["*:write"] } }),
  );
});
afterEach(() => world.close());

const save = async (...more: readonly string[]): Promise<PlanDocument> => {
  const ran = await world.run(["plan", "--out", "plan.json", ...more]);
  expect(ran.code, ran.err).toBe(0);
  world.service.forget();
  return read();
};
const read = (): PlanDocument => JSON.parse(readFileSync(join(world.dir, "plan.json"), "utf8")) as PlanDocument;
const edit = (change: (plan: Loose) => void, redigest = false): void => {
  const { digest, ...rest } = read() as unknown as Loose;
  change(rest);
  const again = { digest, ...rest, ...(redigest ? { digest: planDigest(rest as unknown as PlanDocument) } : {}) };
  const checksum = redigest ? { checksum: planChecksum(again as unknown as PlanDocument) } : {};
  world.write("plan.json", JSON.stringify({ ...again, ...checksum }));
};
const edited = (id: string, change: Parameters<typeof room>[1]): void => {
  const found = world.service.rooms.get(id);
  if (found === undefined) throw new Error(`no room ${id}`);
  world.service.rooms.set(id, { ...found, ...change });
};
const refused = async (text: RegExp, options: Parameters<World["run"]>[1] = {}): Promise<void> => {
  const ran = await world.run(["apply", "plan.json"], options);
  expect(ran.err).toMatch(text);
  expect(ran).toMatchObject({ code: 10, out: "" });
  const json = await world.json<ErrorDocument>(["apply", "plan.json"], options);
  expect(json).toMatchObject({ code: 10, value: { errored: true, failure_reason: "plan-changed" } });
  expect(world.service.writes()).toEqual([]);
};

describe("a saved plan", () => {
  it("is applied as it was reviewed, and a second time sends nothing", async () => {
    const plan = await save();
    expect(plan.summary).toMatchObject({ add: 1, change: 2, destroy: 1, calls: 4, minimum_calls: 4 });
    const applied = await world.json<ApplyDocument>(["apply", "plan.json"]);
    expect(applied).toMatchObject({
      code: 0,
      value: {
        digest: plan.digest,
        errored: false,
        failure_reason: null,
        summary: { done: 4, failed: 0, unknown: 0, not_started: 0, pending: 0 },
      },
    });
    const sent = world.service.writes().map(({ method, path, body }) => ({ method, path, body: body ?? undefined }));
    const reviewed = plan.calls.map(({ method, path, body }) => ({ method, path, body }));
    expect(sent).toHaveLength(reviewed.length);
    expect(sent).toEqual(expect.arrayContaining(reviewed));
    world.service.forget();
    const twice = await world.json<ApplyDocument>(["apply", "plan.json"]);
    expect(twice).toMatchObject({ code: 0, value: { errored: false, failure_reason: null } });
    expect(world.service.writes()).toEqual([]);
    expect((await world.run(["plan"])).out).toMatch(/^No changes\./u);
  });

  it("reads just the objects that it depends on", async () => {
    await save();
    world.service.hook = (seen) => (seen.path === "/v2/rooms" && seen.method === "GET" ? { status: 500 } : undefined);
    expect((await world.run(["apply", "plan.json"])).code).toBe(0);
    expect(world.service.seen.some(({ path }) => /foreign|class-9/u.test(path))).toBe(false);
  });

  it("is shown from the file alone, text and JSON, with its exit code", async () => {
    const made = await world.run(["plan", "--out", "plan.json"]);
    world.service.forget();
    const shown = await world.run(["show", "plan.json"], { env: { LIVEBLOCKS_SECRET_KEY: "" } });
    expect(shown).toEqual({ code: 0, out: made.out, err: "" });
    expect((await world.run(["show", "plan.json", "--detailed-exitcode"])).code).toBe(2);
    expect((await world.json(["show", "plan.json"])).value).toEqual(read());
    expect(world.service.seen).toEqual([]);
  });
});

describe("what happened since a plan was made", () => {
  it("refuses a room that somebody edited, naming room, field, reviewed and present value", async () => {
    await save();
    edited("weekly", { usersAccesses: { erin: ["room:read"], mallory: ["*:write"] } });
    await refused(/weekly.*usersAccesses\.erin.*reviewed \[room:write\], present \[room:read\]/u);
  });

  it("refuses a room whose default was edited, another scope or an entry that came", async () => {
    await save();
    edited("class-7b", { defaultAccesses: ["*:read", "comments:write"], usersAccesses: { dave: ["*:read"] } });
    await refused(
      /class-7b defaultAccesses.*reviewed \[\].*\n[\s\S]*class-7b usersAccesses\.dave.*present \[room:read\]/u,
    );
  });

  it("refuses a room that was deleted, and one that was made", async () => {
    await save();
    world.service.rooms.delete("class-7b");
    world.service.rooms.set("fresh", room("fresh", { defaultAccesses: ["*:write"] }));
    await refused(/class-7b[^\n]*gone[\s\S]*fresh[^\n]*did not exist/u);
  });

  it("does not mind edits elsewhere, new rooms that match a pattern, other words for the same", async () => {
    await save();
    edited("class-9", { usersAccesses: { mallory: ["*:write"] } });
    edited("foreign", { defaultAccesses: ["*:write"] });
    edited("weekly", { usersAccesses: { mallory: ["room:write"], erin: ["*:write"] } });
    world.service.rooms.set("class-10", room("class-10"));
    expect(await world.run(["apply", "plan.json"])).toMatchObject({ code: 0 });
    expect(world.service.writes()).toHaveLength(4);
  });

  it("does not mind that a room which it deletes is gone, nor one that it creates is there as wanted", async () => {
    await save();
    world.service.rooms.delete("retired");
    world.service.rooms.set("fresh", room("fresh", { defaultAccesses: ["room:read"] }));
    expect(await world.run(["apply", "plan.json"])).toMatchObject({ code: 0 });
    expect(
      world.service
        .writes()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(["/v2/rooms/class-7b", "/v2/rooms/weekly"]);
  });

  it("refuses files that mean something else, even where nothing that it touches changed", async () => {
    await save();
    for (const other of [
      POLICY.replace("[alice, bob]", "[alice]"),
      POLICY.replace("erin: viewer", "erin: editor"),
      `${POLICY}  further: { users: {} }\n`,
      `${POLICY}checks:\n  - { name: none, in: weekly, cannot: [liveblocks:room:write] }\n`,
      `${POLICY}guards: { deletions: 2 }\n`,
      POLICY.replace('"class-*"', '"clas*"'),
    ]) {
      world.policy(other);
      await refused(/files/u);
    }
  });

  it("applies when only comments, order, layout or the split into files changed", async () => {
    await save();
    const [, rooms = ""] = POLICY.split("rooms:\n");
    world.write("rolecall.yaml", `# a comment\n\n\n${head(world.service.url)}`);
    world.write("b.yaml", `rooms:\n  # moved\n${rooms.replace("alice, bob", "bob, alice")}`);
    world.write("a.yaml", `${ROLES}teams: { design: [ 'bob', "alice" ] }\n`);
    const ran = await world.run(["apply", "plan.json", "-f", "rolecall.yaml", "-f", "b.yaml", "-f", "a.yaml"]);
    expect(ran.code, ran.err).toBe(0);
    expect(world.service.writes()).toHaveLength(4);
  });

  it("refuses another key and another host", async () => {
    await save();
    await refused(/another account/u, { env: { LIVEBLOCKS_SECRET_KEY: `${KEY}x` } });
    expect(world.service.seen).toEqual([]);
    world.write("rolecall.yaml", `${head(world.service.url.replace("127.0.0.1", "localhost"))}${ROLES}${POLICY}`);
    await refused(/./u);
  });
});

describe("an edited plan", () => {
  it.each<[string, (plan: Loose) => void]>([
    [
      "a call's body",
      (plan) => first(plan.calls, (call) => Object.assign(call, { body: { defaultAccesses: ["*:write"] } })),
    ],
    ["a call's path", (plan) => first(plan.calls, (call) => Object.assign(call, { path: "/v2/rooms/foreign" }))],
    ["a call taken out", (plan) => Object.assign(plan, { calls: (plan.calls as unknown[]).slice(1) })],
    [
      "a change",
      (plan) =>
        first(plan.resource_changes, (each) =>
          Object.assign(each, { change: { actions: ["update"], before: {}, after: {} } }),
        ),
    ],
    ["the instant", (plan) => Object.assign(plan, { at: "2020-01-01T00:00:00.000Z" })],
    ["no instant", (plan) => Object.assign(plan, { at: "never" })],
    ["the account", (plan) => first(plan.providers, (each) => Object.assign(each, { account: "0000" }))],
    ["a host that is none", (plan) => first(plan.providers, (each) => Object.assign(each, { base_url: "nowhere" }))],
    [
      "a precondition",
      (plan) => first(plan.preconditions, (each) => Object.assign(each, { hash: `sha256:${"0".repeat(64)}` })),
    ],
    ["the allowances", (plan) => Object.assign(plan.options as Loose, { allow_removals: ["*=99"] })],
    [
      "the digest",
      (plan) => Object.assign(plan, { digest: `sha256:${createHash("sha256").update("x").digest("hex")}` }),
    ],
    ["the meaning of the files", (plan) => Object.assign(plan, { meaning: `sha256:${"0".repeat(64)}` })],
    ["who gains and loses", (plan) => Object.assign(plan, { effects: [] })],
    ["the verdict", (plan) => Object.assign(plan, { verdict: "equivalent" })],
    ["the totals", (plan) => Object.assign(plan.summary as Loose, { destroy: 0 })],
    ["the fields", (plan) => first(plan.resource_changes, (each) => Object.assign(each, { fields: [] }))],
  ])("is refused: %s", async (_, change) => {
    await save();
    edit(change);
    await refused(/./u);
    expect((await world.run(["show", "plan.json"])).code).toBe(0);
  });

  it.each<[string, (plan: Loose) => void]>([
    [
      "a call's body",
      (plan) => first(plan.calls, (call) => Object.assign(call, { body: { defaultAccesses: ["*:write"] } })),
    ],
    ["a call's path", (plan) => first(plan.calls, (call) => Object.assign(call, { path: "/v2/rooms/foreign" }))],
    ["one more call", (plan) => (plan.calls as Loose[]).push({ ...(plan.calls as Loose[])[0], id: "c9" })],
    ["the order", (plan) => (plan.calls as unknown[]).reverse()],
    [
      "another state after",
      (plan) =>
        first(plan.resource_changes, (each) =>
          Object.assign(each, { change: { actions: ["update"], before: null, after: {} } }),
        ),
    ],
    [
      "a check that is said to pass",
      (plan) => Object.assign(plan, { checks: [{ name: "made up", status: "passed", source: null }] }),
    ],
    ["the guards", (plan) => Object.assign(plan, { guards: [] })],
  ])("is refused though its digest was made again: %s", async (_, change) => {
    await save();
    edit(change, true);
    await refused(/./u);
  });

  it("is shown with a warning", async () => {
    await save();
    edit((plan) => Object.assign(plan, { calls: [] }));
    const shown = await world.run(["show", "plan.json"]);
    expect(shown).toMatchObject({ code: 0, err: expect.stringMatching(/apply will refuse it/u) });
  });

  it("is refused where its digest was made again and a failing check is said to pass", async () => {
    world.policy(`${POLICY}checks:\n  - { name: nobody writes, in: weekly, cannot: [liveblocks:room:write] }\n`);
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(11);
    edit((plan) => {
      Object.assign(plan, { errored: false, failure_reason: null });
      first(plan.checks, (check) => Object.assign(check, { status: "passed" }));
    }, true);
    await refused(/./u);
  });

  it.each<[string, (plan: Loose) => unknown]>([
    ["what is pending", (plan) => Object.assign(plan, { pending: [{ address: "liveblocks/room/x", reason: "y" }] })],
    ["what comes later", (plan) => Object.assign(plan, { later: [{ at: "2031-01-01T00:00:00Z", effects: [] }] })],
    ["words of a guard", (plan) => Object.assign((plan.guards as Loose[])[0] ?? {}, { message: "all is well" })],
    ["a diagnostic", (plan) => Object.assign(plan, { diagnostics: [] })],
    ["a total", (plan) => Object.assign(plan.summary as Loose, { unmanaged: 7 })],
  ])("is refused when %s was edited, and show says so", async (_, change) => {
    await save();
    edit(change);
    expect((await world.run(["show", "plan.json"])).err).toMatch(/not what it was when it was made/u);
    await refused(/not what it was when it was made/u);
  });

  it.each([
    ["another format", (plan: Loose) => Object.assign(plan, { format_version: "2.0" }), 10],
    ["no format", (plan: Loose) => Object.assign(plan, { format_version: undefined }), 1],
    ["no calls", (plan: Loose) => Object.assign(plan, { calls: undefined }), 1],
    ["calls that are none", (plan: Loose) => Object.assign(plan, { calls: [null] }), 1],
    ["changes that are none", (plan: Loose) => Object.assign(plan, { resource_changes: [{}] }), 1],
    ["guards that are none", (plan: Loose) => Object.assign(plan, { guards: [7] }), 1],
  ])("is refused: %s", async (_, change, code) => {
    await save();
    edit(change);
    expect(await world.run(["apply", "plan.json"])).toMatchObject({ code, out: "" });
    expect(await world.run(["show", "plan.json"])).toMatchObject({ code, out: "" });
    expect(world.service.seen).toEqual([]);
  });

  it.each([["[]"], ["null"], ["{"], ["rooms: {}"], [""], ['{"format_version":"1.0"}']])(
    "is no plan: %s",
    async (text) => {
      world.write("plan.json", text);
      const ran = await world.json<ErrorDocument>(["apply", "plan.json"]);
      expect(ran).toMatchObject({ code: 1, value: { errored: true, failure_reason: "invalid" } });
      expect((await world.run(["show", "plan.json"])).code).toBe(1);
      expect(world.service.seen).toEqual([]);
    },
  );
});

describe("time", () => {
  const NOW = Date.parse("2026-06-01T12:00:00Z");
  const timed = (field: string): string => `rooms:\n  weekly: { users: { erin: { role: viewer, ${field} } } }\n`;

  it.each(["starts: 2026-06-01T12:10:00Z", "expires: 2026-06-01T12:10:00Z"])(
    "refuses a plan once a grant %s, from the instant itself on",
    async (field) => {
      world.policy(timed(field));
      expect((await world.run(["plan", "--out", "plan.json"], { now: NOW })).code).toBe(0);
      world.service.forget();
      await refused(/2026-06-01T12:10:00/u, { now: NOW + 10 * MINUTE });
      await refused(/2026-06-01T12:10:00/u, { now: NOW + 48 * 60 * MINUTE });
      expect((await world.run(["apply", "plan.json"], { now: NOW + 10 * MINUTE - 1 })).code).toBe(0);
    },
  );

  it("does not mind the age of a plan alone", async () => {
    await save();
    expect((await world.run(["apply", "plan.json"], { now: Date.now() + 400 * 24 * 60 * MINUTE })).code).toBe(0);
  });

  it("says that a plan for another instant is for reading, and applies it on loopback", async () => {
    world.policy(timed("expires: 2026-07-01"));
    const ran = await world.run(["plan", "--at", "2026-06-15", "--out", "plan.json"], { now: NOW });
    expect(ran.out).toMatch(/for reading/u);
    expect((await world.run(["apply", "plan.json"], { now: NOW + MINUTE })).code).toBe(0);
  });

  it("decides by the instant: valid from the start, no longer at the end", async () => {
    world.policy(timed("starts: 2026-06-01T12:00:00Z, expires: 2026-06-01T13:00:00Z"));
    const at = async (instant: string): Promise<readonly string[]> => {
      const { value } = await world.json<PlanDocument>(["plan", "--at", instant]);
      const after = value.resource_changes.find(({ id }) => id === "weekly")?.change.after as Loose;
      return Object.keys(after.usersAccesses as Loose);
    };
    expect(await at("2026-06-01T11:59:59Z")).toEqual([]);
    expect(await at("2026-06-01T12:00:00Z")).toEqual(["erin"]);
    expect(await at("2026-06-01T12:59:59.999Z")).toEqual(["erin"]);
    expect(await at("2026-06-01T15:00:00+02:00")).toEqual([]);
  });

  it("lists under LATER who gains and loses when", async () => {
    world.policy(timed("starts: 2026-07-01, expires: 2026-07-31"));
    const { value } = await world.json<PlanDocument>(["plan", "--at", "2026-06-01"]);
    expect(value.later.map(({ at }) => at)).toEqual(["2026-07-01T00:00:00.000Z", "2026-08-01T00:00:00.000Z"]);
    expect(value.later[0]?.effects).toMatchObject([
      {
        subject: { kind: "user", id: "erin" },
        room: "weekly",
        gains: expect.arrayContaining(["liveblocks:room:read"]),
      },
    ]);
    expect(value.later[1]?.effects).toMatchObject([
      { subject: { kind: "user", id: "erin" }, loses: expect.arrayContaining(["liveblocks:room:read"]) },
    ]);
    expect((await world.run(["plan", "--at", "2026-06-01"])).out).toMatch(/LATER\s+2026-07-01\s+\+ erin/u);
  });
});

describe("a snapshot", () => {
  it("plans offline without secrets, says so first, and cannot be applied", async () => {
    const live = await world.json<PlanDocument>(["plan", "--save-snapshot", "s.json"]);
    expect(live.code).toBe(0);
    world.service.forget();
    const env = { LIVEBLOCKS_SECRET_KEY: "", CI: "true" };
    const text = await world.run(["plan", "--snapshot", "s.json", "--out", "plan.json"], { env });
    expect(text.code, text.err).toBe(0);
    expect(text.out.split("\n")[0]).toMatch(/snapshot/u);
    const { value } = await world.json<PlanDocument>(["plan", "--snapshot", "s.json"], { env });
    expect(value.calls).toEqual(live.value.calls);
    expect(value.effects).toEqual(live.value.effects);
    expect(world.service.seen).toEqual([]);
    await refused(/saved reading|snapshot/u);
    expect(readFileSync(join(world.dir, "s.json"), "utf8")).not.toContain(KEY);
  });

  it.each([
    ["{}"],
    ["nonsense"],
    ['{"format_version":"9","providers":{},"taken_at":"x"}'],
    ['{"format_version":"1.0","providers":{"liveblocks":{"type":"liveblocks"}},"taken_at":"x"}'],
  ])("is refused when it is none: %s", async (text) => {
    world.write("s.json", text);
    const ran = await world.json<ErrorDocument>(["plan", "--snapshot", "s.json"]);
    expect(ran).toMatchObject({ code: 1, value: { errored: true } });
    expect(["usage", "invalid"]).toContain(ran.value.failure_reason);
  });

  it("says nothing of rooms that it does not hold: every room of the service is in it", async () => {
    expect((await world.run(["plan", "--save-snapshot", "s.json"])).code).toBe(0);
    world.policy("rooms: { foreign: { users: {} }, brand-new: { default: viewer } }\n");
    world.service.forget();
    const { value } = await world.json<PlanDocument>(["plan", "--snapshot", "s.json"]);
    expect(value.resource_changes.map(({ address, change }) => [address, change.actions])).toEqual([
      ["liveblocks/room/brand-new", ["create"]],
      ["liveblocks/room/foreign", ["update"]],
    ]);
    expect(value.effects).toContainEqual(expect.objectContaining({ subject: { kind: "user", id: "zed" } }));
    expect(world.service.seen).toEqual([]);
  });

  it("is refused when it holds no reading of a provider", async () => {
    world.write("s.json", '{"format_version":"1.0","taken_at":"2026-01-01T00:00:00.000Z","providers":{}}');
    expect(await world.json(["plan", "--snapshot", "s.json"])).toMatchObject({
      code: 1,
      value: { failure_reason: "invalid" },
    });
  });
});

function first(list: unknown, change: (item: Loose) => unknown): void {
  change((list as Loose[])[0] as Loose);
}
