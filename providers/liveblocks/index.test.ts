import { describe, expect, it } from "vitest";
import type { View } from "../../engine/provider.ts";
import { at, block, currentRoom, grant, grants, metadata, policy, roomPolicy, state } from "./fixtures.ts";
import { liveblocks } from "./index.ts";

const current = state(currentRoom("a/b", { defaultAccesses: ["*:read"], usersAccesses: { alice: [] } }));
const view: View = (object) => current.objects.get(object)?.spec ?? null;
const files = policy(roomPolicy("a/b"), roomPolicy("new"));

describe("the provider", () => {
  it("knows the capabilities that it computes", () => {
    const [everyone] = liveblocks.effective({ provider: "lb", room: "a/b" }, view, files);
    expect(everyone?.capabilities).toContain("liveblocks:storage:read");
    for (const capability of everyone?.capabilities ?? []) expect(liveblocks.isCapability(capability)).toBe(true);
  });

  it("gives nobody anything in a room that does not exist", () => {
    expect(liveblocks.effective({ provider: "lb", room: "new" }, view, files)).toEqual([]);
  });

  it("counts the rooms of the files that exist as places, each depending on itself", () => {
    const place = { place: { provider: "lb", room: "a/b" }, dependsOn: ["lb/room/a%2Fb"] };
    expect(liveblocks.allPlaces(files, view)).toEqual([place]);
    expect(liveblocks.places(new Set(["lb/room/a%2Fb", "other/room/x"]), files, view, view)).toEqual([place]);
  });

  it("checks a policy against limits and traps", () => {
    const room = roomPolicy("r", {
      default: grant(block("room:read"), at(2)),
      users: grants({ alice: [] }),
      metadata: metadata({ ["k".repeat(41)]: "v" }),
    });
    expect(liveblocks.checkPolicy(policy(room)).map(({ code }) => code)).toEqual([
      "liveblocks/limit",
      "liveblocks/empty-entry",
    ]);
  });
});
