import { afterEach, describe, expect, it } from "vitest";
import { codeFault } from "../../providers/zego/sandbox.ts";
import {
  applied,
  applyIn,
  closeZegoWorlds,
  EVERYTHING,
  GUEST,
  openZego as open,
  PUPIL,
  planIn,
  settled,
  type ZegoWorld,
} from "./zego-world.ts";

afterEach(closeZegoWorlds);

describe("a class of 30 with one default and two teachers", () => {
  it("takes one write and two, sends none while planning, and none the second time", async () => {
    const world = await open(
      "rooms: { class: { default: guest, users: { teacher-1: teacher, teacher-2: teacher } } }\n",
    );
    world.enter("class", "teacher-1", "teacher-2", ...Array.from({ length: 28 }, (_, index) => `pupil-${index}`));
    expect((await planIn(world)).summary).toMatchObject({ calls: 3, minimum_calls: 3, pending: 0, read: 1 });
    expect((await world.run(["plan"])).code).toBe(0);
    expect(world.sets()).toEqual([]);
    expect(world.actions().slice(0, 5)).toEqual([
      "GetWhiteboardRoomAuth",
      "DescribeUserList",
      "GetWhiteboardUserAuth",
      "GetWhiteboardUserAuth",
      "GetWhiteboardUserAuth",
    ]);
    await applied(world);
    expect([...world.sets()].sort()).toEqual(["class 2 0", "teacher-1 1+2 2+4+8+16+32", "teacher-2 1+2 2+4+8+16+32"]);
    await settled(world);
  });
});

describe("what nothing being set means", () => {
  it("is everything allowed: a first default is a narrowing, in words too", async () => {
    const world = await open("rooms: { lesson: { default: guest } }\n");
    world.enter("lesson", "bob");
    const { verdict, effects, resource_changes: changes } = await planIn(world);
    expect(verdict).toBe("narrower");
    expect(effects).toMatchObject([
      {
        subject: { kind: "everyone" },
        gains: [],
        loses: [
          "zego:graphic:clear",
          "zego:graphic:create",
          "zego:graphic:erase",
          "zego:graphic:modify",
          "zego:graphic:move",
          "zego:module:zoom",
        ],
      },
    ]);
    expect(changes[0]?.fields).toMatchObject([
      { before: "(not set: all)", after: "none" },
      { before: "(not set: all)", after: "[scroll]" },
    ]);
  });

  it("makes a default of everything a change without effect", async () => {
    const world = await open("rooms: { lesson: { default: teacher } }\n");
    world.enter("lesson", "bob");
    expect(await planIn(world)).toMatchObject({ verdict: "equivalent", effects: [], summary: { calls: 1 } });
    await applied(world);
    await settled(world);
  });

  it("is seen by checks before the plan, and mended by it", async () => {
    const world = await open(
      `rooms: { lesson: { default: pupil } }
checks: [{ name: nobody clears, who: { everyone: true }, cannot: ["zego:graphic:clear"] }]
`,
    );
    world.enter("lesson", "bob");
    expect((await planIn(world)).checks).toMatchObject([{ name: "nobody clears", status: "mended" }]);
  });
});

describe("the order of calls", () => {
  it("puts up what keeps people's permissions, then narrows the default, then sets the other overrides", async () => {
    const world = await open(
      "rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil, carol: guest } } }\n",
    );
    world.enter("lesson", "alice", "bob", "carol", "dave");
    world.service.editAuth("lesson", undefined, PUPIL);
    world.service.editAuth("lesson", "dave", EVERYTHING);
    const document = await planIn(world);
    expect(document.transition).toMatchObject({ safe: true, exceptions: [] });
    expect(document.summary).toMatchObject({ calls: 5, minimum_calls: 5 });
    await applied(world, "--parallelism", "1", "--allow-removals", "*=9");
    const sets = world.sets();
    expect(sets.indexOf("bob 1+2 32")).toBeLessThan(sets.indexOf("lesson 2 0"));
    expect(sets.indexOf("dave 2 0")).not.toBe(-1);
    await settled(world);
  });

  it("sets a wider default only when those who must not have it have their own", async () => {
    const world = await open("rooms: { lesson: { default: teacher, users: { bob: guest } } }\n");
    world.enter("lesson", "alice", "bob");
    world.service.editAuth("lesson", undefined, GUEST);
    const document = await planIn(world);
    expect(document.transition.safe).toBe(true);
    const room = document.calls.find(({ changes }) => changes.includes("zego/room/lesson"));
    const bob = document.calls.find(({ changes }) => changes.includes("zego/user/lesson/bob"));
    expect(room?.after).toEqual([bob?.id]);
    await applied(world);
    expect(world.sets()).toEqual(["bob 2 0", "lesson 1+2 2+4+8+16+32"]);
    await settled(world);
  });

  it("stops the default when an override that must come first cannot be set", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { bob: pupil } } }\n");
    world.enter("lesson", "bob");
    world.service.setFaults([codeFault(2, { action: "SetWhiteboardUserAuth", times: 9 })]);
    const ran = await applyIn(world);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "provider-error", summary: { not_started: 1 } } });
    expect(world.sets()).toHaveLength(1);
    expect(world.service.room("lesson")?.auth).toBeUndefined();
  });
});

describe("overrides that no file lists", () => {
  const setUp = async (rooms: string): Promise<ZegoWorld> => {
    const world = await open(rooms);
    world.enter("lesson", "alice", "carol", "dave");
    world.service.editAuth("lesson", undefined, PUPIL);
    world.service.editAuth("lesson", "alice", EVERYTHING);
    world.service.editAuth("lesson", "carol", EVERYTHING);
    return world;
  };

  it("are set to the default until their holders leave", async () => {
    const world = await setUp("rooms: { lesson: { default: pupil, users: { alice: teacher } } }\n");
    const document = await planIn(world);
    expect(document.effects).toMatchObject([{ subject: { id: "carol" }, gains: [], mode: "authoritative" }]);
    expect(document.resource_changes).toMatchObject([
      { action_reason: "pinned to the room's default until they leave" },
    ]);
    expect(document.diagnostics.map(({ code }) => code)).toContain("zego/pinned");
    await applied(world);
    expect(world.sets()).toEqual(["carol 1+2 32"]);
    await settled(world);
    world.service.logout("lesson", "carol");
    world.service.login("lesson", "carol");
    await settled(world);
  });

  it("that equal the default are no difference", async () => {
    const world = await setUp("rooms: { lesson: { default: pupil, users: { alice: teacher } } }\n");
    world.service.editAuth("lesson", "carol", { module: [2, 1], graphic: [32, 32] });
    await settled(world);
  });

  it("are pending, with the reason, where the files give no default", async () => {
    const world = await setUp("rooms: { lesson: { users: { alice: teacher } } }\n");
    const document = await planIn(world);
    expect(document).toMatchObject({
      calls: [],
      effects: [],
      pending: [{ address: "zego/user/lesson/carol", reason: expect.stringContaining("ends when they leave") }],
    });
    await settled(world);
  });

  it("are left and counted under additive, and only reported under observe", async () => {
    const world = await setUp(
      "rooms: { lesson: { mode: { users: additive }, default: pupil, users: { alice: guest } } }\n",
    );
    expect((await planIn(world)).summary).toMatchObject({ calls: 1, unmanaged: 1 });
    world.policy("rooms: { lesson: { mode: observe, default: guest, users: { alice: guest } } }\n");
    const observed = await planIn(world);
    expect(observed.summary).toMatchObject({ calls: 0, drift: 3, unmanaged: 1 });
    expect(observed.resource_drift.map(({ id }) => id).sort()).toEqual(["alice", "carol", "lesson"]);
    await settled(world);
  });

  it("of somebody whose grant ended are pinned even where mode is additive", async () => {
    const world = await setUp(
      "rooms: { lesson: { mode: { users: additive }, default: pupil, users: { alice: { role: teacher, expires: 2020-01-01 }, dave: absent } } }\n",
    );
    await applied(world);
    expect(world.sets()).toEqual(["alice 1+2 32"]);
  });

  it("are not touched where people are not managed", async () => {
    const world = await setUp("rooms: { lesson: { default: guest } }\n");
    const document = await planIn(world);
    expect(document.summary).toMatchObject({ calls: 1, pending: 0 });
    expect(document.diagnostics).toContainEqual(
      expect.objectContaining({
        code: "zego/default-not-reached",
        summary: expect.stringContaining('"alice", "carol"'),
      }),
    );
  });
});

describe("who is not there", () => {
  it("is pending with what will make it apply, and is set when they come", async () => {
    const world = await open(
      "rooms: { lesson: { default: guest, users: { alice: teacher } }, later: { default: pupil, users: { bob: teacher } } }\n",
    );
    world.enter("lesson", "dave");
    const document = await planIn(world);
    expect(document.pending).toEqual(
      [
        { address: "zego/room/later", reason: "nobody is in the room; it can be set when somebody is" },
        { address: "zego/user/later/bob", reason: "nobody is in the room; it can be set when they are in it" },
        { address: "zego/user/lesson/alice", reason: "not in the room; it can be set when they are in it" },
      ].map((each) => expect.objectContaining(each)),
    );
    expect(document.effects.map(({ room }) => room)).toEqual(["lesson"]);
    await applied(world);
    expect(world.sets()).toEqual(["lesson 2 0"]);
    expect((await world.run(["plan", "--detailed-exitcode"])).code).toBe(0);
    world.enter("later", "bob");
    world.enter("lesson", "alice");
    await applied(world);
    expect([...world.sets()].sort()).toEqual([
      "alice 1+2 2+4+8+16+32",
      "bob 1+2 2+4+8+16+32",
      "later 1+2 32",
      "lesson 2 0",
    ]);
    await settled(world);
  });

  it("is asked for with one request for ten rooms", async () => {
    const rooms = Array.from({ length: 21 }, (_, index) => `  room-${index}: { default: guest }\n`).join("");
    const world = await open(`rooms:\n${rooms}`);
    expect((await planIn(world)).summary).toMatchObject({ calls: 0, pending: 21, read: 0 });
    expect(world.actions()).toEqual(["DescribeUserNum", "DescribeUserNum", "DescribeUserNum"]);
  });

  it("is nothing that survives: a room made anew has everything set again", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher } } }\n");
    world.enter("lesson", "alice", "bob");
    await applied(world);
    await settled(world);
    world.service.recreateRoom("lesson");
    await applied(world);
    expect(world.sets()).toHaveLength(4);
    await settled(world);
  });
});

describe("ids", () => {
  const ROOM = "class #7&8 = +;'a',b/c~!@$^*()_-.<>100%25%";
  const USER = "al ice&UserId=bob+=#'\",/;?:\\|{}[]";

  it("arrive as they are, and cannot become parameters", async () => {
    const quoted = (text: string): string => JSON.stringify(text);
    const world = await open(
      `rooms: { class: { id: ${quoted(ROOM)}, default: guest, users: { ${quoted(USER)}: teacher } } }\n`,
    );
    world.enter(ROOM, "bob", USER);
    await applied(world);
    expect(world.service.room(ROOM)?.auth).toEqual(GUEST);
    expect(world.service.user(ROOM, USER)?.auth).toEqual(EVERYTHING);
    expect(world.service.user(ROOM, "bob")?.auth).toBeUndefined();
    expect(world.service.targets.every((target) => !/[+ #'"]/u.test(target.replaceAll("'", "")))).toBe(true);
    await settled(world);
  });

  it.each(["käse", "x".repeat(129)])("that the service cannot take are an offline error: %s", async (id) => {
    const world = await open(`rooms: { ${JSON.stringify(id)}: { default: guest } }\n`);
    const ran = await world.run(["validate"]);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("rolecall.yaml:8:10") });
    expect(world.actions()).toEqual([]);
  });

  it("of the prototype are ids like others", async () => {
    const world = await open(
      "rooms: { constructor: { default: guest, users: { __proto__: teacher, toString: pupil } } }\n",
    );
    world.enter("constructor", "__proto__", "toString", "valueOf");
    await applied(world);
    expect(world.service.user("constructor", "__proto__")?.auth).toEqual(EVERYTHING);
    expect(world.service.user("constructor", "toString")?.auth).toEqual(PUPIL);
    await settled(world);
  });
});

describe("effects later, and who can", () => {
  const ROOMS =
    "rooms: { lesson: { default: pupil, users: { alice: teacher, bob: { role: teacher, starts: 2030-01-01, expires: 2030-01-31 } } } }\n";

  it("show a grant that starts and ends", async () => {
    const world = await open(ROOMS);
    world.enter("lesson", "alice", "bob");
    world.service.editAuth("lesson", undefined, PUPIL);
    const { later } = await planIn(world);
    expect(later).toMatchObject([
      { at: "2030-01-01T00:00:00.000Z", effects: [{ subject: { id: "bob" }, loses: [] }] },
      { at: "2030-02-01T00:00:00.000Z", effects: [{ subject: { id: "bob" }, gains: [] }] },
    ]);
  });

  it("answer offline, and as it is at the service", async () => {
    const world = await open(ROOMS);
    world.enter("lesson", "alice", "bob");
    const who = async (...more: readonly string[]): Promise<unknown> =>
      (await world.json(["who-can", "zego:graphic:clear", "--in", "lesson", ...more])).value.subjects;
    expect(await who()).toMatchObject([{ kind: "user", id: "alice", via: "role teacher" }]);
    expect(await who("--live")).toMatchObject([{ kind: "everyone", via: "built-in default" }]);
    await applied(world);
    expect(await who("--live")).toMatchObject([{ kind: "user", id: "alice" }]);
    const { value } = await world.json(["explain", "--everyone", "--in", "lesson", "--live"]);
    expect(value.capabilities).toMatchObject([
      { capability: "zego:graphic:create" },
      { capability: "zego:module:scroll" },
      { capability: "zego:module:zoom" },
    ]);
  });
});
