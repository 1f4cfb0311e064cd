/** `explain --live` and `who-can --live`: what the services have, by what gives it there. */
import { afterEach, expect, it } from "vitest";
import type { CapabilityJson } from "../../engine/report/access-text.ts";
import type { Workplace } from "../run.ts";
import { closeDailyWorlds, openDaily } from "./daily-world.ts";
import { room } from "./stand-in.ts";
import { inWorld } from "./world.ts";

const explain = async (world: Workplace, user: string, at: string): Promise<readonly string[]> => {
  const { value } = await world.json<{ capabilities: readonly CapabilityJson[] }>([
    "explain",
    user,
    "--in",
    at,
    "--live",
  ]);
  return value.capabilities.map(
    ({ capability, via, source }) => `${capability} ${via} ${source === null ? "-" : source.line}`,
  );
};

afterEach(closeDailyWorlds);

it("of somebody in a call is what was last sent to them, until the files' role is applied", async () => {
  const world = await openDaily("rooms: { town-hall: { default: audience, users: { alice: panel } } }\n");
  expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
  world.enter("town-hall", "alice");
  expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
  expect(await explain(world, "alice", "town-hall")).toContain("daily:send:audio role panel 8");
  world.policy("rooms: { town-hall: { default: audience, users: { alice: audience } } }\n");
  const before = await explain(world, "alice", "town-hall");
  expect(before).toContain("daily:send:audio entry at the service -");
  expect(before.some((line) => line.includes("audience"))).toBe(false);
  const who = await world.json<{ subjects: unknown }>(["who-can", "daily:send:audio", "--in", "town-hall", "--live"]);
  expect(who.value.subjects).toEqual([
    { kind: "user", id: "alice", provider: "daily", via: "entry at the service", source: null },
  ]);
  expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
  const after = await explain(world, "alice", "town-hall");
  expect(after).toContain("daily:presence built-in default -");
  expect(after.join()).not.toContain("send");
});

it("names no line of the files that does not give what the room has", () =>
  inWorld(
    "rooms:\n  weekly:\n    default: viewer\n    users: { alice: editor, bob: editor, carl: absent }\n",
    [room("weekly", { usersAccesses: { alice: ["*:write"], carl: ["*:write"], eve: ["*:write"] } })],
    async (world) => {
      const pathsOf = async (user: string) =>
        new Set((await explain(world, user, "weekly")).map((line) => line.split(" ").slice(1).join(" ")));
      expect(await pathsOf("alice")).toEqual(new Set(["role editor 10"]));
      expect(await pathsOf("bob")).toEqual(new Set());
      expect(await pathsOf("carl")).toEqual(new Set(["entry at the service -"]));
      expect(await pathsOf("eve")).toEqual(new Set(["entry at the service -"]));
      world.service.rooms.set("weekly", room("weekly", { defaultAccesses: ["*:write"] }));
      expect(await pathsOf("bob")).toEqual(new Set(["default at the service -"]));
      expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
      expect(await pathsOf("carl")).toEqual(new Set(["default: role viewer 9"]));
      expect(await pathsOf("bob")).toEqual(new Set(["role editor 10"]));
    },
  ));
