import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ErrorDocument } from "../../engine/plan-document.ts";
import { codeFault } from "../../providers/zego/sandbox.ts";
import {
  applied,
  applyIn,
  closeZegoWorlds,
  EVERYTHING,
  GUEST,
  openZego as open,
  planIn,
  SECRET,
  settled,
  type ZegoWorld,
  type ZegoWorldOptions,
} from "./zego-world.ts";

const MINUTE = 60_000;
afterEach(closeZegoWorlds);

describe("codes of the service", () => {
  const ROOMS = "rooms: { lesson: { default: guest, users: { alice: teacher } } }\n";
  const setUp = async (options?: ZegoWorldOptions): Promise<ZegoWorld> => {
    const world = await open(ROOMS, options);
    world.enter("lesson", "alice", "bob");
    return world;
  };

  it.each([1, 7, 100000012, 100000015, 120000103])("%i: a write is tried again, and done", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { action: "SetWhiteboardRoomAuth", times: 2 })]);
    await applied(world);
    expect(world.sets()).toEqual(["alice 1+2 2+4+8+16+32", ...Array(3).fill("lesson 2 0")]);
    await settled(world);
  });

  it.each([1, 100000015, 120000103])("%i after the deed: a fresh read tells that it is done", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { action: "SetWhiteboardRoomAuth", times: 99, commits: true })]);
    await applied(world);
    expect(world.service.room("lesson")?.auth).toEqual(GUEST);
    await settled(world);
  });

  it.each([1, 100000015, 120000103])("%i to the end: five tries in all, then failed", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { action: "SetWhiteboardRoomAuth", times: 99 })]);
    const ran = await applyIn(world);
    expect(ran).toMatchObject({ value: { failure_reason: "apply-partial", summary: { done: 1, failed: 1 } } });
    expect(ran.value.outcomes).toContainEqual(
      expect.objectContaining({ address: "zego/room/lesson", error: expect.stringContaining(String(code)) }),
    );
    expect(world.sets().filter((set) => set.startsWith("lesson"))).toHaveLength(5);
  });

  it.each([1, 7, 100000015, 120000104])("%i: a read is tried again", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { action: "GetWhiteboardRoomAuth", times: 2 })]);
    expect((await planIn(world)).summary.calls).toBe(2);
    expect(world.actions().filter((action) => action === "GetWhiteboardRoomAuth")).toHaveLength(3);
  });

  it("an unlisted one: three tries, then the code, the message and the RequestId", async () => {
    const world = await setUp();
    world.service.setFaults([codeFault(424242, { action: "GetWhiteboardRoomAuth", times: 9 })]);
    const ran = await world.json<ErrorDocument>(["plan"]);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "provider-error" } });
    expect(ran.value.diagnostics[0]?.summary).toMatch(/424242.*RequestId/u);
    expect(world.actions()).toHaveLength(3);
  });

  it.each([2, 120000002, 120000105, 120000106])("%i: a write that is wrong is not tried again", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { action: "SetWhiteboardUserAuth", times: 9 })]);
    const ran = await applyIn(world);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "provider-error", summary: { failed: 1 } } });
    expect(ran.value.outcomes[0]).toMatchObject({
      address: "zego/user/lesson/alice",
      error: expect.stringContaining(String(code)),
    });
    expect(world.sets()).toHaveLength(1);
  });

  it.each([3, 100000005, 100000010, 100000016, 100000017])("%i: nothing further is asked", async (code) => {
    const world = await setUp();
    world.service.setFaults([codeFault(code, { times: 99 })]);
    const ran = await world.json<ErrorDocument>(["plan"]);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "provider-error" } });
    expect(world.actions()).toHaveLength(1);
  });

  it("100000004: the service's clock is learnt once, for reads and writes", async () => {
    const world = await setUp({ now: () => Date.now() + 20 * MINUTE });
    await applied(world);
    expect(world.actions().slice(0, 3)).toEqual(["GetWhiteboardRoomAuth", "GetWhiteboardRoomAuth", "DescribeUserList"]);
    expect(world.sets()).toHaveLength(2);
    expect(new Set(world.service.nonces).size).toBe(world.service.nonces.length);
  });

  it("100000004 again: the message says how far the clock is off", async () => {
    const world = await setUp({ now: () => Date.now() - 20 * MINUTE });
    world.service.setFaults([codeFault(100000004, { times: 9 })]);
    const ran = await world.json<ErrorDocument>(["plan"]);
    expect(ran.code).toBe(1);
    expect(ran.value.diagnostics[0]?.summary).toMatch(/clock of this machine/u);
    expect(world.actions().length).toBeLessThanOrEqual(3);
  });

  it("120000201: somebody who left between plan and write is pending, and stops nobody else's call", async () => {
    const world = await setUp();
    world.service.beforeNext("SetWhiteboardUserAuth", () => world.service.logout("lesson", "alice"));
    expect(await applyIn(world)).toMatchObject({
      code: 0,
      value: { failure_reason: null, summary: { done: 1, failed: 0, pending: 1 } },
    });
    expect(world.service.room("lesson")?.auth).toEqual(GUEST);
    world.enter("lesson", "alice");
    await applied(world);
    expect(world.service.user("lesson", "alice")?.auth).toEqual(EVERYTHING);
  });

  it("a permission that was accepted and ignored is told so, though nobody ever had an override", async () => {
    const world = await open("rooms: { lesson: { users: { bob: guest } } }\n");
    world.enter("lesson", "bob");
    world.service.setFaults([{ fault: "ignored", match: { query: { Action: "SetWhiteboardUserAuth" } } }]);
    const ran = await applyIn(world);
    expect(ran).toMatchObject({ code: 14, value: { outcomes: [{ status: "failed" }] } });
  });

  it("somebody who leaves before their permissions are read back is pending, and so is a room that ends", async () => {
    const world = await setUp();
    const afterNextSet = (what: () => void): void =>
      world.service.beforeNext("SetWhiteboardUserAuth", () => world.service.beforeNext("GetWhiteboardUserAuth", what));
    afterNextSet(() => world.service.logout("lesson", "alice"));
    expect(await applyIn(world)).toMatchObject({
      code: 0,
      value: { failure_reason: null, summary: { done: 1, failed: 0, pending: 1 } },
    });
    world.enter("lesson", "alice");
    afterNextSet(() => world.service.destroyRoom("lesson"));
    const ran = await world.run(["apply", "--auto-approve"]);
    expect([ran.code, ran.out]).toEqual([0, expect.stringContaining("not there any more")]);
  });

  it("120000301: a room that ended between plan and write is pending, with everybody in it", async () => {
    const world = await setUp();
    world.service.beforeNext("SetWhiteboardUserAuth", () => world.service.destroyRoom("lesson"));
    expect(await applyIn(world)).toMatchObject({ code: 0, value: { summary: { done: 0, failed: 0, pending: 2 } } });
    expect((await planIn(world)).pending.map(({ address }) => address)).toEqual([
      "zego/room/lesson",
      "zego/user/lesson/alice",
    ]);
  });
});

describe("settings", () => {
  const ROOMS = "rooms: { lesson: { default: guest } }\n";
  it.each([
    ["left out", {}, null],
    ["false", { isTest: false }, "false"],
    ["true", { isTest: true }, "true"],
  ] as const)("isTest %s", async (_, config, sent) => {
    const world = await open(ROOMS, { config });
    world.enter("lesson", "alice");
    await applied(world);
    expect(new Set(world.service.requests.map(({ query }) => query.get("IsTest")))).toEqual(new Set([sent]));
  });

  it("keeps to one request a second in the test environment", async () => {
    let now = Date.now();
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }\n", {
      config: { isTest: true },
      rules: { environment: "test", limited: true },
      now: () => now,
    });
    world.enter("lesson", "alice", "bob");
    const sleep = async (ms: number): Promise<void> => {
      now += ms;
    };
    const ran = await world.run(["apply", "--auto-approve"], { sleep });
    expect(ran.code, ran.err).toBe(0);
    expect(world.sets()).toHaveLength(3);
    expect(world.service.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it("appId comes from the environment as well", async () => {
    const world = await open(ROOMS, {
      config: { appId: { env: "ZEGO_APP_ID" } },
      env: { ZEGO_APP_ID: "1234567890" },
    });
    world.enter("lesson", "alice");
    await applied(world);
    expect(world.sets()).toHaveLength(1);
  });

  it.each(["0x1F", "12345678901", "", "-5", "4294967296"])(
    "an appId from the environment that cannot be one: %j",
    async (value) => {
      const world = await open(ROOMS, { config: { appId: { env: "ZEGO_APP_ID" } }, env: { ZEGO_APP_ID: value } });
      const ran = await world.run(["plan"]);
      expect(ran.code).toBe(1);
      if (value !== "") expect(ran.err).not.toContain(value);
      expect(world.actions()).toEqual([]);
    },
  );

  it("a secret of another form is refused before anything is sent, and not shown", async () => {
    const world = await open(ROOMS, { env: { ZEGO_SERVER_SECRET: "short-secret" } });
    const ran = await world.run(["plan"]);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("ZEGO_SERVER_SECRET") });
    expect(ran.err).not.toContain("short-secret");
    expect(world.actions()).toEqual([]);
  });
});

describe("what the files may say", () => {
  it.each([
    ["a list of numbers", "{ module: [2, 1], graphic: [32, 4] }", { module: [1, 2], graphic: [4, 32] }],
    ["names and numbers", "{ module: [zoom, 2], graphic: [create, 4] }", { module: [1, 2], graphic: [4, 32] }],
    ["zero", "{ module: [0], graphic: [0] }", { module: [0], graphic: [0] }],
    ["words", "{ module: none, graphic: all }", { module: [0], graphic: [2, 4, 8, 16, 32] }],
  ])("%s", async (_, block, wanted) => {
    const world = await open(`rooms: { lesson: { default: { zego: ${block} } } }\n`);
    world.enter("lesson", "alice");
    await applied(world);
    expect(world.service.room("lesson")?.auth).toEqual(wanted);
    await settled(world);
  });

  it.each([
    ["a pattern", '"class-{id}": { default: guest }', /name the rooms/u],
    ["groups", "lesson: { default: guest, groups: { staff: teacher } }", /groups/u],
    ["metadata", "lesson: { default: guest, metadata: { owner: staff } }", /metadata/u],
    ["a tombstone", "lesson: { absent: true }", /ends by itself/u],
    ["an empty list", "lesson: { default: { zego: { module: [], graphic: none } } }", /write none/u],
    ["a sum", "lesson: { default: { zego: { module: [3], graphic: none } } }", /a sum is refused.*zoom, scroll/u],
    ["none beside others", "lesson: { default: { zego: { module: [0, 1], graphic: none } } }", /cannot stand beside/u],
    ["one list alone", "lesson: { default: { zego: { module: all } } }", /"graphic" is missing/u],
    ["a misspelt name", "lesson: { default: { zego: { module: [zom], graphic: none } } }", /did you mean "zoom"/u],
  ])("%s is an offline error", async (_, room, message) => {
    const world = await open(`rooms: { ${room} }\n`);
    const ran = await world.run(["test"]);
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(message);
    expect(ran.err).toMatch(/rolecall\.yaml:8:\d+/u);
    expect(world.actions()).toEqual([]);
  });
});

describe("nothing leaks", () => {
  const written = (world: ZegoWorld): readonly string[] =>
    readdirSync(world.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "rolecall.yaml")
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  const signed = (world: ZegoWorld): readonly string[] =>
    world.service.targets.flatMap((target) =>
      [...target.matchAll(/(?:Signature|SignatureNonce)=([^&]+)/gu)].map(([, value]) => value ?? ""),
    );
  const leaks = (world: ZegoWorld, texts: readonly string[]): readonly string[] => {
    const all = texts.join("\n").toLowerCase();
    return [SECRET.toLowerCase(), "signaturenonce", "signatureversion", ...signed(world)].filter((text) =>
      all.includes(text),
    );
  };
  const ROOMS =
    "rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } }, later: { default: guest } }\n";

  it("into output, plan, snapshot or journal when all goes well", async () => {
    const world = await open(ROOMS);
    world.enter("lesson", "alice");
    const texts: string[] = [];
    for (const argv of [
      ["plan", "--out", "plan.json", "--save-snapshot", "snapshot.json"],
      ["show", "plan.json"],
      ["apply", "plan.json"],
      ["plan", "--json"],
      ["explain", "alice", "--in", "lesson", "--live", "--json"],
    ]) {
      const ran = await world.run(argv);
      expect(ran.code, ran.err).toBe(0);
      texts.push(ran.out, ran.err);
    }
    const files = written(world);
    expect(files.length).toBeGreaterThan(2);
    expect(signed(world).length).toBeGreaterThan(10);
    expect(leaks(world, [...texts, ...files])).toEqual([]);
  });

  it.each(["read", "write"])("when a %s is redirected, which is refused", async (what) => {
    const world = await open(ROOMS);
    world.enter("lesson", "alice");
    const Action = what === "read" ? "GetWhiteboardRoomAuth" : "SetWhiteboard*";
    world.service.setFaults([
      { fault: "redirect", to: `${world.service.url}/elsewhere`, match: { query: { Action } } },
    ]);
    const texts: string[] = [];
    for (const more of [[], ["--json"]]) {
      const ran = await world.run(["apply", "--auto-approve", ...more]);
      expect(ran.code).not.toBe(0);
      texts.push(ran.out, ran.err);
    }
    expect(world.service.requests.some(({ path }) => path.includes("elsewhere"))).toBe(false);
    expect(leaks(world, [...texts, ...written(world)])).toEqual([]);
  });
});
