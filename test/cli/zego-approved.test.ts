import { afterEach, describe, expect, it } from "vitest";
import type { ApplyDocument } from "../../engine/plan-document.ts";
import { closeZegoWorlds, EVERYTHING, GUEST, openZego as open, PUPIL, settled, type ZegoWorld } from "./zego-world.ts";

afterEach(closeZegoWorlds);

describe("an approved plan", () => {
  const ROOMS = `rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }
checks: [{ name: somebody draws, in: lesson, atLeast: { count: 2, can: ["zego:graphic:create"] } }]
`;
  const setUp = async (): Promise<ZegoWorld> => {
    const world = await open(ROOMS);
    world.enter("lesson", "alice", "bob", "carol");
    return world;
  };
  const save = async (world: ZegoWorld): Promise<void> => {
    const ran = await world.run(["plan", "--out", "plan.json"]);
    expect(ran.code, ran.out).toBe(0);
  };
  const applyPlan = async (world: ZegoWorld) => world.json<ApplyDocument>(["apply", "plan.json"]);

  it("is applied, and applied twice sends nothing", async () => {
    const world = await setUp();
    await save(world);
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 3 } } });
    expect(world.sets()).toHaveLength(3);
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { failure_reason: null } });
    expect(world.sets()).toHaveLength(3);
  });

  it("does not mind an override that is there already and stays as it is", async () => {
    const world = await setUp();
    world.service.editAuth("lesson", "bob", PUPIL);
    await save(world);
    expect(await applyPlan(world)).toMatchObject({ code: 0 });
    expect(world.sets()).toEqual(["alice 1+2 2+4+8+16+32", "lesson 2 0"]);
  });

  it("does not mind people who come, go and come back", async () => {
    const world = await setUp();
    await save(world);
    world.service.logout("lesson", "carol");
    world.service.logout("lesson", "alice");
    world.service.login("lesson", "alice");
    world.service.login("lesson", "dave");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 3 } } });
  });

  it("with a target does not ask for more than it says", async () => {
    const world = await setUp();
    world.policy(ROOMS.replace(/checks.*/u, ""));
    const target = ["plan", "--out", "plan.json", "--target", "zego/room/lesson", "--allow-removals", "*=9"];
    expect((await world.run(target)).code).toBe(0);
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
    expect(world.sets()).toEqual(["lesson 2 0"]);
  });

  it("goes on without a lesson that has ended since, also the second time", async () => {
    const world = await open("rooms: { lesson: { default: guest }, other: { default: pupil } }\n");
    for (const room of ["lesson", "other"]) world.enter(room, "zed");
    await save(world);
    world.service.destroyRoom("lesson");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 1, pending: 1 } } });
    expect(world.sets().filter((set) => set.startsWith("other"))).toHaveLength(1);
    expect(await applyPlan(world)).toMatchObject({ code: 0 });
    expect(world.sets().filter((set) => set.startsWith("other"))).toHaveLength(1);
  });

  it("is pending as a whole when the lesson has ended whose default it does not touch", async () => {
    const world = await setUp();
    world.service.editAuth("lesson", undefined, GUEST);
    world.policy(ROOMS.replace(/checks.*/u, ""));
    await save(world);
    world.service.destroyRoom("lesson");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 0 } } });
  });

  it("leaves somebody who left pending, and sends what is missing when they are back", async () => {
    const world = await setUp();
    world.policy(ROOMS.replace(/checks.*/u, ""));
    await save(world);
    world.service.logout("lesson", "alice");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { pending: 1 } } });
    expect([...world.sets()].sort()).toEqual(["bob 1+2 32", "lesson 2 0"]);
    world.service.login("lesson", "alice");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { pending: 0 } } });
    expect(world.sets()).toHaveLength(3);
    await settled(world);
  });

  it("does not mind that somebody whom it pins left", async () => {
    const world = await setUp();
    world.service.editAuth("lesson", "carol", EVERYTHING);
    await save(world);
    world.service.logout("lesson", "carol");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { failure_reason: null } });
    expect([...world.sets()].sort()).toEqual(["alice 1+2 2+4+8+16+32", "bob 1+2 32", "lesson 2 0"]);
    await settled(world);
  });

  it("does not mind that somebody left whose override it does not touch", async () => {
    const world = await setUp();
    world.policy("rooms: { lesson: { mode: { users: additive }, default: guest, users: { alice: teacher } } }\n");
    world.service.editAuth("lesson", "alice", EVERYTHING);
    world.service.editAuth("lesson", "carol", EVERYTHING);
    await save(world);
    world.service.logout("lesson", "carol");
    world.service.logout("lesson", "alice");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { failure_reason: null } });
    expect(world.sets()).toEqual(["lesson 2 0"]);
  });

  it("for a lesson that has not begun sets everything once it has", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher } } }\n");
    await save(world);
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { pending: 2 } } });
    world.enter("lesson", "alice", "carol");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { pending: 0 } } });
    expect(world.sets()).toEqual(["alice 1+2 2+4+8+16+32", "lesson 2 0"]);
  });

  it("sends to somebody who was pending when it was made", async () => {
    const world = await setUp();
    world.service.logout("lesson", "alice");
    world.policy(ROOMS.replace(/checks.*/u, ""));
    await save(world);
    world.service.login("lesson", "alice");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { pending: 0 } } });
    expect(world.sets()).toHaveLength(3);
  });

  it("sends everything again to a room that was made anew", async () => {
    const world = await setUp();
    await save(world);
    world.service.recreateRoom("lesson");
    expect(await applyPlan(world)).toMatchObject({ code: 0, value: { summary: { done: 3 } } });
    await settled(world);
  });

  it("is stale when somebody else set another default", async () => {
    const world = await setUp();
    await save(world);
    world.service.editAuth("lesson", undefined, PUPIL);
    const ran = await world.run(["apply", "plan.json"]);
    expect(ran).toMatchObject({ code: 10, err: expect.stringContaining("zego/room/lesson") });
    expect(world.sets()).toEqual([]);
  });
});

describe("apply --wait", () => {
  /** A wait that takes no time; each brings the next of these about. */
  const waiting = (...events: readonly (() => void)[]) => {
    const left = [...events];
    return async (): Promise<void> => left.shift()?.();
  };

  it("applies to who comes, round by round, and ends when nobody is awaited any more", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }\n");
    const sleep = waiting(
      () => world.enter("lesson", "alice"),
      () => world.enter("lesson", "bob"),
    );
    const ran = await world.run(["apply", "--auto-approve", "--wait", "10m"], { sleep });
    expect(ran.code, ran.err).toBe(0);
    expect([...world.sets()].sort()).toEqual(["alice 1+2 2+4+8+16+32", "bob 1+2 32", "lesson 2 0"]);
    await settled(world);
  });

  it("with a saved plan sends only what the plan holds", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher } } }\n");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    const sleep = waiting(() => world.enter("lesson", "alice", "carol"));
    const ran = await world.run(["apply", "plan.json", "--wait", "10m"], { sleep });
    expect(ran.code, ran.err).toBe(0);
    expect(world.sets()).toEqual(["alice 1+2 2+4+8+16+32", "lesson 2 0"]);
  });

  it("with a saved plan counts a call that is done once, however many rounds follow", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }\n");
    world.enter("lesson", "bob");
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    const sleep = waiting(
      () => {},
      () => world.enter("lesson", "alice"),
    );
    const ran = await world.run(["apply", "plan.json", "--wait", "10m", "--json"], { sleep });
    expect(JSON.parse(ran.out)).toMatchObject({ summary: { done: 3, pending: 0 } });
    const again = await world.run(["apply", "plan.json"]);
    expect([again.code, again.err]).toEqual([0, expect.stringContaining("done already and not sent again")]);
    expect(world.sets()).toHaveLength(3);
  });

  it.each([[["--auto-approve"]], [["plan.json"]]])("grants nothing that has ended meanwhile (%j)", async (argv) => {
    const start = Date.parse("2026-06-01T12:00:00Z");
    const world = await open(
      "rooms: { lesson: { default: guest, users: { alice: { role: teacher, expires: 2026-06-01T12:00:08Z }, bob: pupil } } }\n",
    );
    world.enter("lesson", "bob");
    expect((await world.run(["plan", "--out", "plan.json"], { now: start })).code).toBe(0);
    let now = start;
    const sleep = async (): Promise<void> => {
      now += 10_000;
      if (now === start + 10_000) world.enter("lesson", "alice");
    };
    const ran = await world.run(["apply", ...argv, "--wait", "1m"], { sleep, clock: () => now });
    expect(ran.code).toBe(argv[0] === "plan.json" ? 10 : 0);
    expect(world.sets().some((set) => set.startsWith("alice"))).toBe(false);
  });

  it("keeps what was done when a later round cannot be read", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }\n");
    world.enter("lesson", "alice");
    const sleep = waiting(() => world.service.setFaults([{ fault: "status", status: 500 }]));
    const ran = await world.json<ApplyDocument>(["apply", "--auto-approve", "--wait", "10m"], { sleep });
    expect(ran).toMatchObject({ code: 13, value: { failure_reason: "apply-partial", summary: { done: 2 } } });
    expect(ran.value.diagnostics.some(({ severity }) => severity === "error")).toBe(true);
  });

  it("goes on waiting while a check stands against it", async () => {
    const world = await open(`rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }
checks: [{ name: somebody clears, in: lesson, atLeast: { count: 1, can: ["zego:graphic:clear"] } }]
`);
    const sleep = waiting(
      () => world.enter("lesson", "bob"),
      () => world.enter("lesson", "alice"),
    );
    const ran = await world.run(["apply", "--auto-approve", "--wait", "10m"], { sleep });
    expect([ran.code, ran.err]).toEqual([0, expect.stringContaining("Not applied for now")]);
    expect([...world.sets()].sort()).toEqual(["alice 1+2 2+4+8+16+32", "bob 1+2 32", "lesson 2 0"]);
  });

  it("ends at once and cleanly when it is interrupted", async () => {
    const world = await open("rooms: { lesson: { default: guest, users: { alice: teacher } } }\n");
    const interrupt = new AbortController();
    const sleep = waiting(() => interrupt.abort());
    const ran = await world.run(["apply", "--auto-approve", "--wait", "10m"], { sleep, signal: interrupt.signal });
    expect(ran.code).toBe(130);
    expect(world.sets()).toEqual([]);
  });
});
