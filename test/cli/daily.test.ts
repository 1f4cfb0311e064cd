import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { API_KEY, closeDailyWorlds, type DailyWorld, openDaily as open } from "./daily-world.ts";

afterEach(closeDailyWorlds);
const plan = async (world: DailyWorld, ...more: readonly string[]): Promise<PlanDocument> => {
  const ran = await world.json<PlanDocument>(["plan", ...more]);
  expect(ran.value.errored, ran.out).toBe(false);
  return ran.value;
};
const apply = (world: DailyWorld, ...more: readonly string[]) =>
  world.json<ApplyDocument>(["apply", "--auto-approve", ...more]);
const applied = async (world: DailyWorld, ...more: readonly string[]): Promise<void> => {
  const ran = await apply(world, ...more);
  expect(ran, ran.out).toMatchObject({ code: 0, value: { errored: false, failure_reason: null } });
};
/** A second run finds nothing to do, in the plan and at the service. */
const settled = async (world: DailyWorld): Promise<void> => {
  const before = world.writes().length;
  const ran = await world.run(["plan", "--detailed-exitcode"]);
  expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^No changes\./u) });
  await applied(world);
  expect(world.writes()).toHaveLength(before);
};
/** What apply writes, and then nothing more. */
const sent = async (world: DailyWorld, ...more: readonly string[]): Promise<ReturnType<DailyWorld["writes"]>> => {
  const before = world.writes().length;
  await applied(world, ...more);
  const now = world.writes().slice(before);
  await settled(world);
  return now;
};
const codes = (document: { readonly diagnostics: readonly { readonly code: string }[] }): readonly string[] =>
  document.diagnostics.map(({ code }) => code);
const entriesOf = (write: { readonly body: unknown } | undefined): Record<string, Record<string, unknown>> =>
  (write?.body as { readonly data?: Record<string, Record<string, unknown>> } | undefined)?.data ?? {};
const invalid = async (world: DailyWorld): Promise<ErrorDocument["diagnostics"]> => {
  const { code, value } = await world.json<ErrorDocument>(["validate"]);
  expect(code).toBe(1);
  expect(world.reads()).toEqual([]);
  return value.diagnostics.filter(({ severity }) => severity === "error");
};
const ledgerOf = (world: DailyWorld): string => join(world.dir, ".rolecall", "ledger.json");

const HALL = "rooms: { hall: { default: audience, users: { alice: host, bob: panel } } }\n";

describe("rooms", () => {
  it("are created closed, complete, many in one call", async () => {
    const world = await open(`rooms:
  one: { default: audience }
  two: { default: panel, settings: { daily: { privacy: public, enable_chat: true } } }
  three: { default: audience, settings: { daily: { enable_knocking: true } } }
`);
    const [batch, ...more] = await sent(world);
    expect(more).toEqual([]);
    expect(batch).toEqual({
      line: "POST /batch/rooms",
      body: {
        rooms: [
          { name: "one", privacy: "private", properties: { permissions: { canSend: false, canAdmin: false } } },
          {
            name: "three",
            privacy: "private",
            properties: { permissions: { canSend: false, canAdmin: false }, enable_knocking: true },
          },
          {
            name: "two",
            privacy: "public",
            properties: { permissions: { canSend: ["audio", "video"], canAdmin: false }, enable_chat: true },
          },
        ],
      },
    });
    expect((await plan(world)).summary).toMatchObject({ add: 0, change: 0, destroy: 0, calls: 0 });
  });

  it("whose config leaves out defaults need no call, whoever wrote the defaults down", async () => {
    const world = await open(
      `rooms: { hall: { settings: { daily: { privacy: public, enable_chat: false, enable_screenshare: true, max_participants: 200,
        start_audio_off: false, enforce_unique_user_ids: false } } } }\n`,
    );
    world.service.putRoom("hall", { properties: { enable_chat: false, lang: "de" } });
    await settled(world);
    expect(world.writes()).toEqual([]);
  });

  it("learn a default that no page states from the answer, and keep it", async () => {
    const world = await open(
      "rooms: { hall: { settings: { daily: { enable_knocking: false, enable_people_ui: true } } } }\n",
      { rules: { defaultsFrom: "domain" }, state: {} },
    );
    world.service.putRoom("hall", { privacy: "private", properties: { enable_knocking: true } });
    world.service.putDomain({ enable_people_ui: true });
    await applied(world);
    await settled(world);
  });

  it("set a key back with null, and leave what is not managed", async () => {
    const world = await open(
      "rooms: { hall: { settings: { daily: { max_participants: absent, enable_chat: absent, privacy: absent } } } }\n",
    );
    world.service.putRoom("hall", {
      privacy: "private",
      properties: { max_participants: 50, enable_chat: true, exp: 4_000_000_000, permissions: { canSend: false } },
    });
    expect(await sent(world)).toEqual([
      {
        line: "POST /rooms/hall",
        body: { privacy: "public", properties: { enable_chat: null, max_participants: null } },
      },
    ]);
    expect(world.service.room("hall")?.properties).toEqual({ exp: 4_000_000_000, permissions: { canSend: false } });
  });

  it("keep the permissions that no role writes, sent whole", async () => {
    const world = await open("rooms: { hall: { default: { daily: { canSend: false } } } }\n");
    world.service.putRoom("hall", {
      properties: { permissions: { canAdmin: ["streaming"], canReceive: { base: false }, canSend: true } },
    });
    expect(await sent(world)).toMatchObject([
      {
        line: "POST /rooms/hall",
        body: {
          properties: {
            permissions: { canSend: false, canAdmin: ["streaming"], canReceive: { base: false } },
          },
        },
      },
    ]);
  });

  it("take settings that contradict each other from nobody", async () => {
    const world = await open(`rooms:
  a: { settings: { daily: { privacy: public, enable_knocking: true } } }
  b: { settings: { daily: { nbf: 20, exp: 10 } } }
  c: { default: host, settings: { daily: { enable_screenshare: false } } }
  d: { default: { daily: { hasPresence: true } }, settings: { daily: { enable_hidden_participants: true } } }
`);
    const found = await invalid(world);
    expect(found.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => "daily/contradiction"));
    expect(found.map(({ range }) => range?.start.line)).toEqual([9, 10, 11, 12]);
    for (const { hint } of found) expect(hint).toBeTruthy();
  });

  it("say which roles leave out what others write, inline ones too", async () => {
    const world = await open(
      "rooms: { hall: { default: { daily: { canReceive: { base: true } } }, users: { alice: host, bob: panel } } }\n",
    );
    const ran = await world.run(["validate"]);
    expect(ran.err).toContain('an inline role leaves out canAdmin, canSend, which other roles of room "hall" write');
    expect(ran.err).toContain('the role "host" leaves out canReceive.base');
  });

  it("are found by patterns, page by page", async () => {
    const world = await open('rooms: { "class-*": { default: audience } }\n');
    world.service.setFaults([{ fault: "page-size", size: 1 }]);
    for (const name of ["class-1", "class-2", "other", "class-3"]) world.service.putRoom(name);
    expect((await sent(world)).map(({ line }) => line).toSorted()).toEqual([
      "POST /rooms/class-1",
      "POST /rooms/class-2",
      "POST /rooms/class-3",
    ]);
    expect(world.service.room("other")?.properties).toEqual({});
  });

  it("go in one batch, within the guard, with a word on the calls that end", async () => {
    const world = await open("rooms: { a: { absent: true }, b: { absent: true }, gone: { absent: true } }\n");
    world.service.putRoom("a");
    world.service.putRoom("b");
    expect(codes(await plan(world)).filter((code) => code !== "unused-role")).toEqual([
      "daily/call-ended",
      "daily/call-ended",
    ]);
    expect(await sent(world)).toEqual([{ line: "DELETE /batch/rooms", body: { room_names: ["a", "b"] } }]);
  });
});

describe("a room that is not there", () => {
  it.each([404, 400] as const)("is created where the service answers %i", async (unknownRoom) => {
    const world = await open(HALL, { rules: { unknownRoom } });
    expect((await sent(world)).map(({ line }) => line)).toEqual(["POST /rooms"]);
    world.policy("rooms: { hall: { absent: true } }\n");
    expect((await sent(world)).map(({ line }) => line)).toEqual(["DELETE /rooms/hall"]);
  });

  it("because it has expired is made anew with a later end, and not at all with a past one", async () => {
    const world = await open("rooms: { hall: { default: audience, settings: { daily: { exp: 1000 } } } }\n");
    world.service.putRoom("hall", { properties: { exp: 1000 } });
    const planned = await plan(world);
    expect(planned.summary).toMatchObject({ calls: 0, pending: 1 });
    expect(planned.pending[0]).toMatchObject({ address: "daily/room/hall", reason: expect.stringContaining("exp") });
    world.policy("rooms: { hall: { default: audience, settings: { daily: { exp: 4000000000 } } } }\n");
    expect((await sent(world)).map(({ line }) => line)).toEqual(["POST /rooms"]);
  });

  it("any more once its end is written is left as it is, and pending", async () => {
    const world = await open("rooms: { hall: { default: audience, settings: { daily: { exp: 1000 } } } }\n");
    world.service.putRoom("hall");
    const planned = await plan(world);
    expect(planned.summary).toMatchObject({ calls: 0, pending: 1 });
    expect(planned.pending[0]?.reason).toContain("absent: true");
    await settled(world);
    expect(world.service.room("hall")?.properties).toEqual({});
  });

  it("because it was deleted between plan and apply makes the plan stale", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.service.removeRoom("hall");
    const before = world.writes().length;
    const { code, value } = await world.json<ErrorDocument>(["apply", "plan.json"]);
    expect([code, value.failure_reason]).toEqual([10, "plan-changed"]);
    expect(value.diagnostics[0]?.summary).toContain("daily/room/hall");
    expect(world.writes()).toHaveLength(before);
  });

  it("because it was deleted while apply was sending is stale too", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    const [alice = ""] = world.enter("hall", "alice");
    const isUpdate = ({ method, path }: { readonly method: string; readonly path: string }): boolean => {
      if (method !== "POST" || !path.endsWith("/hall")) return false;
      world.service.removeRoom("hall");
      return false;
    };
    world.service.setFaults([{ fault: "latency", ms: 0, when: isUpdate }]);
    const { code, value } = await apply(world, "--parallelism", "1");
    expect([code, value.failure_reason]).toEqual([10, "plan-changed"]);
    expect(value.outcomes.map(({ status }) => status)).toEqual(["failed", "not_started"]);
    expect(world.service.truth("hall").map(({ sessionId }) => sessionId)).not.toContain(alice);
  });
});

describe("the defaults of the domain", () => {
  const DEFAULTS = { roomDefaults: { default: "audience" } };

  it("are sent once, though no answer shows them, and warn of every other room", async () => {
    const world = await open("rooms: { hall: { users: {} } }\n", { config: DEFAULTS });
    const planned = await plan(world);
    expect(codes(planned)).toContain("daily/whole-domain");
    expect(planned.calls.map(({ path }) => path)).toContain("/");
    const writes = await sent(world);
    expect(writes).toContainEqual({
      line: "POST /",
      body: { properties: { permissions: { canSend: false, canAdmin: false } } },
    });
  });

  it("that are shown and the same need nothing", async () => {
    const world = await open("{}\n".replace("{}", "rooms: { hall: { create: false } }"), {
      config: DEFAULTS,
      rules: { domainShows: "always" },
    });
    world.service.putDomain({ permissions: { canSend: [], canAdmin: false } });
    await settled(world);
    expect(world.writes()).toEqual([]);
  });

  it("are sent again without the ledger: unknown, and no exit 2", async () => {
    const world = await open("rooms: { hall: { create: false } }\n", { config: DEFAULTS });
    await applied(world);
    renameSync(ledgerOf(world), `${ledgerOf(world)}.away`);
    const planned = await plan(world);
    expect(planned.resource_changes[0]?.fields).toMatchObject([{ before: "(unknown)" }, { before: "(unknown)" }]);
    expect((await world.run(["plan", "--detailed-exitcode"])).code).toBe(0);
    expect(await sent(world)).toHaveLength(1);
  });
});

describe("the way there", () => {
  it("pins a room before the domain under it gives one thing and takes another", async () => {
    const world = await open("rooms: { hall: { default: { daily: { canSend: true, canAdmin: false } } } }\n", {
      config: { roomDefaults: { default: "moderator" } },
      roles: "roles: { moderator: { daily: { canSend: false, canAdmin: [participants] } } }\n",
      rules: { domainShows: "always" },
    });
    world.service.putRoom("hall");
    world.service.putDomain({ permissions: { canSend: true, canAdmin: false } });
    const planned = await plan(world);
    expect(planned.transition).toMatchObject({ safe: true, exceptions: [] });
    expect(planned.effects.map(({ room }) => room)).toEqual(["*"]);
    expect((await sent(world, "--parallelism", "1")).map(({ line }) => line)).toEqual(["POST /rooms/hall", "POST /"]);
  });

  it("of a target brings in the room that a call stands on, and the domain under that", async () => {
    const world = await open(HALL, { config: { roomDefaults: { default: "audience" } } });
    world.service.putRoom("hall");
    world.enter("hall", "alice");
    const needed = async (): Promise<readonly unknown[]> =>
      (await plan(world, "--target", "daily/live/hall")).resource_changes.map((each) => [each.address, each.needed_by]);
    expect(await needed()).toEqual([
      ["daily/domain", "daily/room/hall"],
      ["daily/live/hall", undefined],
    ]);
    world.policy(HALL, { roomDefaults: { default: "panel" } });
    expect(await needed()).toEqual([
      ["daily/live/hall", undefined],
      ["daily/room/hall", "daily/live/hall"],
    ]);
  });

  it("does nothing about what is only observed, and says what differs", async () => {
    const world = await open("rooms: { hall: { mode: observe, default: audience, users: { alice: host } } }\n");
    world.service.putRoom("hall");
    world.enter("hall", "alice");
    const planned = await plan(world, "--detailed-exitcode");
    expect(planned.summary).toMatchObject({ calls: 0, drift: 1 });
    expect(planned.resource_drift.map(({ address }) => address)).toEqual(["daily/room/hall"]);
    await settled(world);
    expect(world.writes()).toEqual([]);
  });

  it("ends at once with a key that is not valid, and never shows it", async () => {
    const world = await open(HALL);
    const ran = await world.run(["plan"], { env: { DAILY_API_KEY: "another-key-canary" } });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain("authentication-error");
    expect(ran.out + ran.err).not.toContain("canary");
    expect(world.reads()).toHaveLength(1);
  });
});

describe("a running call", () => {
  it("of 500 people with 3 named takes one call, and one entry when somebody is promoted", async () => {
    const world = await open(
      "rooms: { hall: { default: audience, users: { alice: host, bob: panel, carol: panel } } }\n",
    );
    world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
    world.enter("hall", "alice", "bob", "carol", ...Array.from({ length: 497 }, (_, index) => `guest-${index}`));
    const planned = await plan(world);
    expect(planned.summary).toMatchObject({ calls: 1, minimum_calls: 1 });
    const [first, ...more] = await sent(world);
    expect(more).toEqual([]);
    expect(first?.line).toBe("POST /rooms/hall/update-permissions");
    expect(Object.keys(entriesOf(first))).toHaveLength(4);
    expect(world.senders("hall").slice(0, 4)).toEqual([
      "alice: all",
      "bob: audio, video",
      "carol: audio, video",
      "guest-0: nothing",
    ]);

    world.policy(
      "rooms: { hall: { default: audience, users: { alice: host, bob: panel, carol: panel, guest-7: panel } } }\n",
    );
    const promoted = await plan(world);
    expect(promoted.effects).toMatchObject([
      { subject: { kind: "user", id: "guest-7" }, gains: ["daily:send:audio", "daily:send:video"], loses: [] },
    ]);
    expect(promoted.summary).toMatchObject({ calls: 1, minimum_calls: 1 });
    const second = await sent(world);
    expect(second).toHaveLength(1);
    expect(Object.values(entriesOf(second[0]))).toEqual([{ canSend: ["audio", "video"], canAdmin: false }]);
    expect(world.senders("hall").filter((line) => line.endsWith("audio, video"))).toEqual([
      "bob: audio, video",
      "carol: audio, video",
      "guest-7: audio, video",
    ]);
  });

  it("changes every session of one user, and those without a user id as everybody else", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "bob", "bob");
    world.service.join("hall", { userName: "Bob" });
    const writes = await sent(world);
    expect(Object.keys(entriesOf(writes.at(-1)))).toHaveLength(3);
    expect(world.senders("hall")).toEqual(["bob: audio, video", "bob: audio, video", "-: nothing"]);
  });

  it("that nobody is in is pending, and no reason to write or to exit with 2", async () => {
    const world = await open(HALL);
    await applied(world);
    const planned = await plan(world, "--detailed-exitcode");
    expect(planned.pending).toEqual([
      { address: "daily/live/hall", reason: expect.stringContaining("nobody is in the call") },
    ]);
    await settled(world);
  });

  it("is left alone with live: ignore", async () => {
    const world = await open("rooms: { hall: { default: audience, live: ignore, users: { alice: host } } }\n");
    world.service.putRoom("hall", { properties: { permissions: { canSend: true } } });
    world.enter("hall", "alice", "dave");
    expect((await sent(world)).map(({ line }) => line)).toEqual(["POST /rooms/hall"]);
    expect(world.senders("hall")).toEqual(["alice: all", "dave: all"]);
  });

  it("takes one call with just what is needed when somebody rejoins or comes new", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    const [, bob = ""] = world.enter("hall", "alice", "bob", "dave");
    await applied(world);
    const back = world.service.rejoin("hall", bob);
    const again = await sent(world);
    expect(again.map((write) => entriesOf(write))).toEqual([
      { [back]: { canSend: ["audio", "video"], canAdmin: false } },
    ]);
    const [erin = ""] = world.enter("hall", "erin");
    const news = await sent(world);
    expect(news.map((write) => entriesOf(write))).toEqual([{ [erin]: { canSend: false, canAdmin: false } }]);
  });

  it("leaves nobody a leftover of a role with more fields", async () => {
    const world = await open("rooms: { hall: { default: audience, users: { alice: host, dave: listener } } }\n", {
      roles: `roles:
  audience: { daily: { canSend: false, canAdmin: false, canReceive: { base: true } } }
  listener: { daily: { canReceive: { base: false } } }
  host: { daily: { canSend: true, canAdmin: [participants] } }
`,
    });
    world.service.putRoom("hall");
    world.enter("hall", "alice", "dave");
    await applied(world);
    world.policy("rooms: { hall: { default: audience, users: { alice: listener, dave: host } } }\n");
    const writes = await sent(world, "--allow-removals", "*=9");
    expect(Object.values(entriesOf(writes.at(-1)))).toEqual(
      expect.arrayContaining([
        { canSend: false, canAdmin: false, canReceive: { base: false } },
        { canSend: true, canAdmin: ["participants"], canReceive: { base: true } },
      ]),
    );
    for (const { permissions, userId } of world.service.truth("hall"))
      expect([userId, permissions.canReceive.base]).toEqual([userId, userId === "dave"]);
  });

  it("reaches only the listed where users are additive, and says whom the default reaches", async () => {
    const world = await open(
      "rooms: { hall: { default: audience, mode: { users: additive }, users: { bob: panel } } }\n",
    );
    world.service.putRoom("hall");
    const [bob = ""] = world.enter("hall", "bob", "dave");
    expect(codes(await plan(world))).toContain("takes-effect-later");
    const writes = await sent(world);
    expect(Object.keys(entriesOf(writes.at(-1)))).toEqual([bob]);
    expect(world.senders("hall")).toEqual(["bob: audio, video", "dave: all"]);
  });

  it("does not name anybody but by user id", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    const sessions = [
      world.service.join("hall", { userId: "alice", userName: "Canary Name" }),
      world.service.join("hall", { userName: "Canary Guest" }),
    ];
    const outputs: string[] = [];
    for (const argv of [
      ["plan"],
      ["plan", "--json", "--out", "plan.json", "--save-snapshot", "snapshot.json"],
      ["show", "plan.json"],
      ["explain", "alice", "--in", "hall", "--live", "--json"],
      ["who-can", "daily:send:audio", "--in", "hall", "--live"],
      ["apply", "--auto-approve", "--json"],
      ["plan", "--json"],
    ]) {
      const ran = await world.run(argv);
      expect(ran.code, ran.err).toBe(0);
      outputs.push(ran.out + ran.err);
    }
    const files = ["plan.json", "snapshot.json", ".rolecall/ledger.json"].map((name) =>
      readFileSync(join(world.dir, name), "utf8"),
    );
    for (const text of [...outputs, ...files]) {
      expect(text).not.toContain("Canary");
      expect(text).not.toContain(API_KEY);
    }
    for (const text of outputs) for (const session of sessions) expect(text).not.toContain(session);
    expect(outputs[0]).toContain("user:alice");
  });

  it("is throttled without Retry-After and goes on", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "alice");
    world.service.setFaults([{ fault: "throttle", every: 2, times: 6 }]);
    await applied(world);
    expect(world.service.fired()).toEqual([6]);
    await settled(world);
    expect(world.senders("hall")).toEqual(["alice: all"]);
  });

  it.each([404, 400, 200] as const)(
    "that ended just before is nothing to send, whether it answers %i",
    async (idleRoom) => {
      const world = await open(HALL, { rules: { idleRoom } });
      world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
      world.enter("hall", "alice");
      const isLive = ({ path }: { readonly path: string }): boolean => {
        if (path.endsWith("/update-permissions")) world.service.endCall("hall");
        return false;
      };
      world.service.setFaults([{ fault: "latency", ms: 0, when: isLive }]);
      const ended = await apply(world);
      expect(ended).toMatchObject({
        code: 0,
        value: { summary: { failed: 0, done: idleRoom === 200 ? 1 : 0, pending: 1 } },
      });
      world.service.setFaults([]);
      await settled(world);
    },
  );
});

describe("presence", () => {
  it("that lags is a warning and no claim, and the next run reaches who came", async () => {
    let now = Date.UTC(2026, 5, 1);
    const world = await open(HALL, { rules: { presenceLagMs: 15_000 }, now: () => now });
    world.service.putRoom("hall");
    world.enter("hall", "alice");
    now += 15_000;
    await applied(world);
    world.enter("hall", "bob");
    const ran = await world.run(["plan"]);
    expect(ran.out).toMatch(/^No changes\./u);
    expect(ran.err).toContain("presence lags by up to 15 seconds");
    expect(ran.out + ran.err).toContain("is not known");
    now += 15_000;
    const writes = await sent(world);
    expect(writes).toHaveLength(1);
    expect(world.senders("hall")).toEqual(["alice: all", "bob: audio, video"]);
  });

  it("that is short of its total is a warning, and never in sync", async () => {
    const world = await open(HALL, { rules: { presenceCap: 2 } });
    world.service.putRoom("hall");
    world.enter("hall", "dave", "erin", "bob", "alice");
    expect(codes(await plan(world))).toEqual(expect.arrayContaining(["daily/presence-short", "daily/presence-lag"]));
    await applied(world);
    expect(world.senders("hall")).toEqual(["dave: nothing", "erin: nothing", "bob: audio, video", "alice: all"]);
    const again = await world.run(["plan", "--detailed-exitcode"]);
    expect(again.code).toBe(0);
    expect(again.err).toContain("presence shows 2 of the 4 people");
    expect(again.out).toContain("(unknown)");
  });
});

describe("the ledger", () => {
  const start = async (): Promise<DailyWorld> => {
    const world = await open(HALL);
    world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
    world.enter("hall", "alice", "bob", "dave");
    await applied(world);
    await settled(world);
    return world;
  };
  /** Everything is sent again, said to be unknown, counted as a loss, kept from unattended runs, no change to exit with 2 for. */
  const treatedAsNone = async (world: DailyWorld, warning: RegExp | undefined): Promise<void> => {
    const before = world.writes().length;
    const ran = await world.run(["plan", "--detailed-exitcode"]);
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("(unknown)")]);
    if (warning === undefined) expect(ran.err).not.toContain("ledger-ignored");
    else expect(ran.err).toMatch(warning);
    const planned = await plan(world);
    expect(planned.guards.find(({ guard }) => guard === "removals")?.count).toBe(3);
    const unattended = await world.json<ApplyDocument>(["apply", "--auto-approve=unless-widening"]);
    expect([unattended.code, unattended.value.failure_reason]).toEqual([11, "approval-required"]);
    expect(world.writes()).toHaveLength(before);
    await applied(world);
    expect(world.writes()).toHaveLength(before + 1);
    expect(Object.keys(entriesOf(world.writes().at(-1)))).toHaveLength(3);
  };

  it("that is not there", async () => {
    const world = await start();
    renameSync(ledgerOf(world), `${ledgerOf(world)}.away`);
    await treatedAsNone(world, undefined);
    await settled(world);
  });

  it("that is cut short", async () => {
    const world = await start();
    const text = readFileSync(ledgerOf(world), "utf8");
    writeFileSync(ledgerOf(world), text.slice(0, text.length / 2));
    await treatedAsNone(world, /ledger is set aside/u);
    await settled(world);
  });

  it("that somebody edited", async () => {
    const world = await start();
    const text = readFileSync(ledgerOf(world), "utf8");
    expect(text).toContain('["participants"]');
    writeFileSync(ledgerOf(world), text.replace('["participants"]', '["streaming"]'));
    await treatedAsNone(world, /not written with the present credentials/u);
    await settled(world);
  });

  it("that was written for another room", async () => {
    const world = await start();
    const text = readFileSync(ledgerOf(world), "utf8");
    writeFileSync(ledgerOf(world), text.replaceAll("live/hall", "live/other"));
    await treatedAsNone(world, /not written with the present credentials/u);
  });

  it("that is a link", async () => {
    const world = await start();
    const elsewhere = join(world.dir, "elsewhere.json");
    renameSync(ledgerOf(world), elsewhere);
    symlinkSync(elsewhere, ledgerOf(world));
    const kept = readFileSync(elsewhere, "utf8");
    await treatedAsNone(world, /is a link/u);
    expect(readFileSync(elsewhere, "utf8")).toBe(kept);
  });

  it("that git tracks", async () => {
    const world = await start();
    const git = (...argv: readonly string[]): void => {
      execFileSync("git", ["-c", "init.defaultBranch=main", ...argv], { cwd: world.dir, stdio: "ignore" });
    };
    git("init");
    git("add", "-f", ".rolecall/ledger.json");
    await treatedAsNone(world, /tracked by git/u);
  });

  it("is written by apply alone, private, without names or the key", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.service.join("hall", { userId: "alice", userName: "Canary Name" });
    await plan(world);
    expect(existsSync(ledgerOf(world))).toBe(false);
    await applied(world);
    const text = readFileSync(ledgerOf(world), "utf8");
    expect(text).not.toContain("Canary");
    expect(text).not.toContain(API_KEY);
  });

  it("forgets who left, and of rooms that a target leaves out nothing", async () => {
    const world = await open(`rooms:
  a: { default: audience, users: { alice: host } }
  b: { default: audience, users: { alice: host } }
  c: { default: audience, users: { alice: host } }
  d: { default: audience, users: { alice: host } }
  e: { default: audience, users: { alice: host } }
`);
    for (const room of ["a", "b", "c", "d", "e"]) world.service.putRoom(room);
    const [session = ""] = world.enter("e", "alice");
    await applied(world);
    expect(readFileSync(ledgerOf(world), "utf8")).toContain(session);
    const targets = ["a", "b", "c", "d"].flatMap((room) => ["--target", `daily/room/${room}`]);
    await applied(world, ...targets);
    expect(readFileSync(ledgerOf(world), "utf8")).toContain(session);
    await settled(world);
    world.service.endCall("e");
    await applied(world);
    expect(readFileSync(ledgerOf(world), "utf8")).not.toContain(session);
  });

  it("that is no file at all", async () => {
    const world = await start();
    renameSync(ledgerOf(world), `${ledgerOf(world)}.away`);
    mkdirSync(ledgerOf(world));
    await treatedAsNone(world, /is not a file/u);
  });

  it("makes what is unknown alone wait for a person, even where nobody seems to gain", async () => {
    const world = await open("rooms: { hall: { default: audience, users: {} } }\n");
    world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
    world.enter("hall", "dave");
    const planned = await plan(world);
    expect([planned.verdict, planned.effects, planned.summary.calls]).toEqual(["equivalent", [], 1]);
    expect((await world.run(["apply", "--auto-approve=unless-widening"])).code).toBe(11);
    expect(world.writes()).toEqual([]);
    await applied(world);
    await settled(world);
  });
});

describe("apply of a saved plan", () => {
  it("sends it once, and nothing the second time", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "alice", "dave");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    const first = await world.json<ApplyDocument>(["apply", "plan.json"]);
    expect(first, first.out).toMatchObject({ code: 0, value: { summary: { failed: 0, not_started: 0 } } });
    const before = world.writes().length;
    const second = await world.json<ApplyDocument>(["apply", "plan.json"]);
    expect(second, second.out).toMatchObject({ code: 0, value: { errored: false } });
    expect(world.writes()).toHaveLength(before);
  });

  it("names people, not sessions: who came back or came new is reached, who left is pending", async () => {
    const world = await open(
      "rooms: { hall: { default: audience, users: { alice: host, bob: panel, carol: panel } } }\n",
    );
    world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
    const [alice = "", bob = ""] = world.enter("hall", "alice", "bob");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.service.rejoin("hall", alice);
    world.service.leave("hall", bob);
    world.enter("hall", "carol", "dave");
    const ran = await world.json<ApplyDocument>(["apply", "plan.json"]);
    expect(ran, ran.out).toMatchObject({ code: 0, value: { errored: false } });
    expect(world.senders("hall")).toEqual(["alice: all", "carol: audio, video", "dave: nothing"]);
  });

  it("waits for those who are awaited, when it is told to", async () => {
    const world = await open("rooms: { hall: { default: audience, users: { alice: host, carol: panel } } }\n");
    world.service.putRoom("hall", { properties: { permissions: { canSend: false, canAdmin: false } } });
    world.enter("hall", "alice", "dave");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    let slept = 0;
    const sleep = async (): Promise<void> => {
      slept += 1;
      if (slept === 2) world.enter("hall", "carol");
    };
    const ran = await world.run(["apply", "plan.json", "--wait", "10m"], { sleep });
    expect(ran.code, ran.err + ran.out).toBe(0);
    expect(world.senders("hall")).toEqual(["alice: all", "dave: nothing", "carol: audio, video"]);
    await settled(world);
  });

  it("is refused when the files give somebody else in the call", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "alice", "dave");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.policy("rooms: { hall: { default: audience, users: { alice: host, bob: panel, dave: host } } }\n");
    const ran = await world.json<ErrorDocument>(["apply", "plan.json"]);
    expect([ran.code, ran.value.failure_reason]).toEqual([10, "plan-changed"]);
    expect(world.writes()).toEqual([]);
  });
});

describe("apply of a saved plan that cannot be planned again", () => {
  it("names the room that changed although the plan changes its call only", async () => {
    const world = await open("rooms: { hall: { default: audience, users: { alice: host } } }\n");
    world.service.putRoom("hall", {
      privacy: "private",
      properties: { permissions: { canSend: false, canAdmin: false } },
    });
    world.enter("hall", "alice");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.service.putRoom("hall", {
      privacy: "private",
      properties: { permissions: { canSend: true, canAdmin: false } },
    });
    const ran = await world.json<ErrorDocument>(["apply", "plan.json"]);
    expect([ran.code, world.writes()]).toEqual([10, []]);
    expect(ran.value.diagnostics.map(({ summary }) => summary)).toContainEqual(
      "daily/room/hall permissions.canSend changed since the plan was made: reviewed none, present true",
    );
  });

  it("names the person for whom the files say something else", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "alice", "dave");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.policy("rooms: { hall: { default: audience, users: { alice: panel, bob: panel } } }\n");
    const ran = await world.json<ErrorDocument>(["apply", "plan.json"]);
    const texts = ran.value.diagnostics.map(({ summary }) => summary);
    expect(texts[0]).toBe("the files say something else than when the plan was made");
    expect(texts).toContainEqual(
      expect.stringMatching(/^daily\/live\/hall user:alice\.canSend .*reviewed true, present/u),
    );
  });
});

describe("canReceive", () => {
  const ROLES = `roles:
  audience: { daily: { canSend: false, canReceive: { base: false, byUserId: { alice: { audio: true, video: true } } } } }
  host: { daily: { canSend: true, canReceive: { base: true, byUserId: {} } } }
`;

  it("by user id beats base, in effects, questions and the call", async () => {
    const world = await open("rooms: { hall: { default: audience, users: { alice: host } } }\n", { roles: ROLES });
    world.service.putRoom("hall");
    world.enter("hall", "alice", "dave");
    const { effects } = await plan(world);
    const everyone = effects.find(({ subject }) => subject.kind === "everyone");
    expect(everyone?.loses).toEqual(expect.arrayContaining(["daily:receive:audio", "daily:receive:video"]));
    expect(everyone?.loses).not.toContain("daily:receive:audio(alice)");
    await applied(world);
    await settled(world);
    const dave = world.service.truth("hall").find(({ userId }) => userId === "dave");
    expect(dave?.permissions.canReceive).toEqual({ base: false, byUserId: { alice: { audio: true, video: true } } });
    const alice = world.service.truth("hall").find(({ userId }) => userId === "alice");
    expect(alice?.permissions.canReceive).toEqual({ base: true, byUserId: {} });
    const asked = await world.json<{ readonly capabilities: readonly { readonly capability: string }[] }>([
      "explain",
      "--everyone",
      "--in",
      "hall",
    ]);
    const held = asked.value.capabilities.map(({ capability }) => capability);
    expect(held).toEqual(["daily:presence", "daily:receive:audio(alice)", "daily:receive:video(alice)"]);
    const who = await world.json<{ readonly subjects: readonly unknown[] }>([
      "who-can",
      "daily:receive:audio",
      "--in",
      "hall",
    ]);
    expect(who.value.subjects).toMatchObject([{ kind: "user", id: "alice" }]);
  });

  it("by participant id is refused with the reason", async () => {
    const world = await open("rooms: { hall: { default: audience } }\n", {
      roles: `roles:
  audience:
    daily:
      canReceive:
        byParticipantId: { 8148d9f0-11aa-46e4-8bb2-1c135679bf87: true }
`,
    });
    const found = await invalid(world);
    expect(found).toMatchObject([
      {
        code: "daily/participant-id",
        summary: expect.stringContaining("changes each time somebody joins"),
        hint: expect.stringContaining("byUserId"),
        range: { start: { line: 8 } },
      },
    ]);
  });
});

describe("a token", () => {
  const NOW = { now: Date.parse("2026-06-01T12:00:00Z") };
  type Token = { readonly token: string; readonly expires: string; readonly grant: Record<string, unknown> };

  it("is made by the service for one room and one person, never an owner, for an hour", async () => {
    const world = await open(HALL);
    const ran = await world.run(["token", "hall", "bob", "--on", "daily"], NOW);
    expect(ran, ran.err).toMatchObject({ code: 0, out: expect.stringMatching(/^ey[\w-]+\.[\w-]+\.[\w-]+\n$/u) });
    expect(world.writes()).toEqual([
      {
        line: "POST /meeting-tokens",
        body: {
          properties: {
            room_name: "hall",
            user_id: "bob",
            permissions: { canSend: ["audio", "video"], canAdmin: false },
            exp: Date.parse("2026-06-01T13:00:00Z") / 1000,
          },
        },
      },
    ]);
    const { value } = await world.json<Token>(["token", "hall", "bob", "--on", "daily"], NOW);
    expect(value).toMatchObject({ expires: "2026-06-01T13:00:00.000Z", grant: { room_name: "hall", user_id: "bob" } });
    expect(Object.keys(value.grant)).not.toContain("is_owner");
  });

  it("lets its holder in with just what the files give", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall", { privacy: "private" });
    const { value } = await world.json<Token>(["token", "hall", "bob", "--on", "daily"]);
    world.service.join("hall", { token: value.token });
    expect(world.senders("hall")).toEqual(["bob: audio, video"]);
    expect(() => world.service.join("other", { token: value.token })).toThrow("not valid");
  });

  it("ends with the grant, is at most a day, and for nobody else", async () => {
    const world = await open(
      'rooms: { hall: { default: audience, users: { bob: { role: panel, expires: "2026-06-01T12:20:00Z" }, alice: host } } }\n',
    );
    const short = await world.json<Token>(["token", "hall", "bob", "--on", "daily"], NOW);
    expect(short.value.expires).toBe("2026-06-01T12:20:00.000Z");
    const long = await world.json<Token>(["token", "hall", "alice", "--on", "daily", "--ttl", "24h"], NOW);
    expect(long.value.expires).toBe("2026-06-02T12:00:00.000Z");
    const before = world.writes().length;
    expect((await world.run(["token", "hall", "alice", "--on", "daily", "--ttl", "25h"], NOW)).code).toBe(1);
    expect((await world.run(["token", "hall", "dave", "--on", "daily"], NOW)).code).toBe(1);
    expect((await world.run(["token", "other", "alice", "--on", "daily"], NOW)).code).toBe(1);
    expect(world.writes()).toHaveLength(before);
  });
});

describe("questions and checks", () => {
  it("know the token's role of the named, and the room's default of everybody else", async () => {
    const world = await open(`${HALL}checks:
  - name: only the stage speaks
    only: [daily:send:audio]
    who: { users: [alice, bob] }
  - name: somebody can moderate
    in: hall
    atLeast: { count: 1, can: [daily:admin:participants] }
`);
    expect((await world.run(["test"])).code).toBe(0);
    const asked = await world.json<{ readonly subjects: readonly { readonly id?: string }[] }>([
      "who-can",
      "daily:send:audio",
      "--in",
      "hall",
    ]);
    expect(asked.value.subjects.map(({ id }) => id)).toEqual(["alice", "bob"]);
    await applied(world);
    expect(await plan(world)).toMatchObject({
      checks: [{ status: "passed" }, { status: "passed" }],
    });
  });

  it("keep the last moderator of a room", async () => {
    const world = await open(HALL);
    world.service.putRoom("hall");
    world.enter("hall", "alice", "bob");
    await applied(world);
    world.policy("rooms: { hall: { default: audience, users: { bob: panel } } }\n");
    const { code, value } = await world.json<PlanDocument>(["plan"]);
    expect([code, value.failure_reason]).toEqual([11, "guard-failed"]);
    expect(value.guards.filter(({ passed }) => !passed).map(({ guard }) => guard)).toEqual(["lastHolder"]);
  });
});
