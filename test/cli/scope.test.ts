import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { quick, workplace } from "../run.ts";
import { KEY, room, standIn } from "./stand-in.ts";
import { makeWorld, ROLES, type World } from "./world.ts";

const POLICY = `rooms:
  weekly: { users: { alice: editor } }
  daily-sync: { users: { alice: editor } }
  "class-*": { users: { carol: editor } }
  slashed: { id: "a/b%", users: { alice: editor } }
`;

describe("--target and --exclude", () => {
  let world: World;
  beforeEach(async () => {
    world = await makeWorld(
      POLICY,
      ...["weekly", "daily-sync", "class-1", "class-2", "a/b%", "foreign"].map((id) => room(id)),
    );
  });
  afterEach(() => world.close());

  const planned = async (...argv: readonly string[]): Promise<readonly string[]> => {
    const { value, code } = await world.json<PlanDocument>(["plan", ...argv]);
    expect(code).toBe(0);
    return value.resource_changes.map(({ id }) => id);
  };

  it.each([
    [["--target", "liveblocks/room/weekly"], ["weekly"]],
    [["--target", "weekly"], ["weekly"]],
    [
      ["--target", "liveblocks/room/class-*"],
      ["class-1", "class-2"],
    ],
    [
      ["--target", "class-?"],
      ["class-1", "class-2"],
    ],
    [["--target", "class-2"], ["class-2"]],
    [
      ["--target", "liveblocks"],
      ["a/b%", "class-1", "class-2", "daily-sync", "weekly"],
    ],
    [["--target", "liveblocks/room/a%2Fb%25"], ["a/b%"]],
    [
      ["--target", "weekly", "--target", "class-1"],
      ["class-1", "weekly"],
    ],
    [
      ["--exclude", "class-*", "--exclude", "weekly"],
      ["a/b%", "daily-sync"],
    ],
    [["--target", "class-*", "--exclude", "liveblocks/room/class-1"], ["class-2"]],
    [["--exclude", "liveblocks"], []],
  ])("%j", async (argv, ids) => {
    expect(await planned(...argv)).toEqual(ids);
  });

  it("reads no more than rooms that are named need", async () => {
    await planned("--target", "liveblocks/room/class-1", "--target", "weekly");
    expect([...world.service.lines()].sort()).toEqual(["GET /v2/rooms/class-1", "GET /v2/rooms/weekly"]);
  });

  it.each([
    [["--target", "wekly"], "weekly"],
    [["--target", "liveblocks/room/wekly"], "weekly"],
    [["--exclude", "liveblocks/room/wekly"], "weekly"],
    [["--target", "liveblock/room/weekly"], "liveblocks"],
    [["--target", "liveblocks/rooms/weekly"], "room"],
    [["--target", "liveblocks/room/foreign"], "foreign"],
    [["--target", "liveblocks/room/a/b%"], "%2F"],
  ])("a typing mistake does not do nothing in silence: %j", async (argv, hint) => {
    for (const command of [["plan"], ["apply", "--auto-approve"]]) {
      const ran = await world.run([...command, ...argv]);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toContain(hint);
    }
    expect(world.service.seen).toEqual([]);
  });

  it("warns of a pattern that matches nothing", async () => {
    const ran = await world.run(["plan", "--target", "liveblocks/room/clas-*"]);
    expect(ran.code).toBe(0);
    expect(ran.err).toMatch(/clas-\*.*matches nothing/u);
  });

  it("applies only the target, and a saved plan of a target is applied as such", async () => {
    expect((await world.run(["apply", "--auto-approve", "--target", "weekly"])).code).toBe(0);
    expect(world.service.writes().map(({ path }) => path)).toEqual(["/v2/rooms/weekly"]);
    expect((await world.run(["plan", "--target", "class-1", "--out", "p.json"])).code).toBe(0);
    world.service.forget();
    expect((await world.run(["apply", "p.json"])).code).toBe(0);
    expect(world.service.writes().map(({ path }) => path)).toEqual(["/v2/rooms/class-1"]);
  });
});

describe("several providers of one type", () => {
  it("contacts only those that have something in scope, each with its own key", async () => {
    const [eu, us, idle] = [await standIn(room("board")), await standIn(room("board")), await standIn()];
    const place = quick(
      workplace(
        {
          "rolecall.yaml": `version: 1
providers:
  eu: { type: liveblocks, secretKey: { env: LIVEBLOCKS_EU }, baseUrl: "${eu.url}" }
  us: { type: liveblocks, secretKey: { env: LIVEBLOCKS_US }, baseUrl: "${us.url}" }
  idle: { type: liveblocks, secretKey: { env: LIVEBLOCKS_IDLE }, baseUrl: "${idle.url}" }
${ROLES}rooms:
  board: { on: [eu, us], users: { alice: editor } }
  both: { on: [eu, us], id: { eu: left, us: right }, users: { bob: viewer } }
`,
        },
        { LIVEBLOCKS_EU: KEY, LIVEBLOCKS_US: KEY },
      ),
    );
    try {
      const { value, code } = await place.json<PlanDocument>(["plan"]);
      expect(code).toBe(0);
      expect(value.resource_changes.map(({ address }) => address).sort()).toEqual([
        "eu/room/board",
        "eu/room/left",
        "us/room/board",
        "us/room/right",
      ]);
      expect(value.providers.map(({ name }) => name).sort()).toEqual(["eu", "us"]);
      expect(idle.seen).toEqual([]);
      for (const each of [eu, us]) each.forget();
      const only = await place.run(["apply", "--auto-approve", "--target", "eu/room/board"], {
        env: { LIVEBLOCKS_US: "" },
      });
      expect(only.code, only.err).toBe(0);
      expect(us.seen).toEqual([]);
      expect(eu.writes().map(({ path }) => path)).toEqual(["/v2/rooms/board"]);
      eu.forget();
      const right = await place.run(["plan", "--target", "right"], { env: { LIVEBLOCKS_EU: "" } });
      expect(right.code, right.err).toBe(0);
      expect(eu.seen).toEqual([]);
      expect((await place.run(["apply", "--auto-approve"])).code).toBe(0);
      expect((await place.run(["plan"])).out).toMatch(/^No changes\./u);
    } finally {
      place.remove();
      for (const each of [eu, us, idle]) await each.close();
    }
  });
});
