/** The flag that a failed guard proposes, pasted for each kind of object that people can lose something through. */
import { describe, expect, it } from "vitest";
import type { GuardResult, PlanDocument } from "../../engine/plan-document.ts";
import type { Files } from "../torture/model.ts";
import type { DailyState } from "../torture/models/daily.ts";
import type { SambaState } from "../torture/models/digitalsamba.ts";
import type { LiveblocksState } from "../torture/models/liveblocks.ts";
import type { ZegoState } from "../torture/models/zego.ts";
import { load, type Planning, planFor } from "../torture/planning.ts";
import { dailyTorture } from "../torture/services/daily.ts";
import { sambaTorture } from "../torture/services/digitalsamba.ts";
import { liveblocksTorture } from "../torture/services/liveblocks.ts";
import { zegoTorture } from "../torture/services/zego.ts";

/** Nobody may lose anything without a flag. */
const STRICT = { removals: { percent: 0, floor: 0 } };

const planOf = async <S>(
  service: Planning<S>,
  files: Files,
  state: S,
  allowed: readonly string[] = [],
): Promise<PlanDocument> => {
  const document = load(service, { guards: STRICT, ...files });
  const { planned, errors } = await planFor(service, document, state, { allow_removals: allowed });
  expect(errors).toEqual([]);
  return planned.document;
};
const failedIn = ({ guards }: PlanDocument): readonly GuardResult[] => guards.filter(({ passed }) => !passed);
/** The value of a printed flag, as a shell would hand it over. */
const pasted = ({ flag = "" }: GuardResult): string => flag.replace(/^--\S+ /u, "").replace(/^'(.*)'$/u, "$1");

/** Plans, pastes what is proposed, and plans again; gives what was proposed. */
const proposed = async <S>(service: Planning<S>, files: Files, state: S): Promise<readonly string[]> => {
  const flags = failedIn(await planOf(service, files, state)).map(pasted);
  expect(failedIn(await planOf(service, files, state, flags))).toEqual([]);
  return flags;
};

const named = <T>(names: readonly string[], value: T): { readonly [name: string]: T } =>
  Object.fromEntries(names.map((name) => [name, value]));

describe("a pasted flag lets the plan pass", () => {
  it("for rooms of Liveblocks", async () => {
    const usersAccesses = { alice: ["*:write"], bob: ["*:write"] };
    const room = { defaultAccesses: [], groupsAccesses: {}, metadata: {}, usersAccesses };
    const state: LiveblocksState = named(["class-1", "class-2"], room);
    const roles = { viewer: { liveblocks: ["*:read"] } };
    const users = { alice: "viewer", bob: "viewer" };
    expect(await proposed(liveblocksTorture, { roles, rooms: { "class-1": { users } } }, state)).toEqual([
      "liveblocks/room/class-1=2",
    ]);
    expect(await proposed(liveblocksTorture, { roles, rooms: { "class-*": { users } } }, state)).toEqual([
      "liveblocks/room/class-*=4",
    ]);
  });

  it("for rooms and the domain of Daily", async () => {
    const room = { privacy: "public", permissions: {}, geo: "" } as const;
    const state: DailyState = { domain: { canSend: true }, rooms: named(["class-1", "webinar"], room) };
    const roles = { audience: { daily: { canSend: false } } };
    expect(await proposed(dailyTorture, { roles, rooms: { webinar: { default: "audience" } } }, state)).toEqual([
      "daily/room/webinar=1",
    ]);
    const files = { roles, rooms: { webinar: {}, "class-1": {} }, roomDefaults: { default: "audience" } };
    const [flag = ""] = await proposed(dailyTorture, files, state);
    expect(flag).toMatch(/^daily\/domain=[23]$/u);
  });

  it("for roles and rooms of Digital Samba", async () => {
    const role = (...permissions: readonly string[]) => ({
      display_name: "A role",
      permissions: Object.fromEntries(permissions.map((name) => [name, true as const])),
    });
    const room = { roles: ["guest", "lead"], default_role: "guest", description: "", privacy: "private" };
    const state: SambaState = {
      roles: { lead: role("raise_hand", "start_session"), guest: role("raise_hand") },
      rooms: named(["room-a", "room-b"], room),
      team: { roles: ["guest"], default_role: "guest" },
    };
    const roles = (...guest: readonly string[]) => ({
      lead: { digitalsamba: role("raise_hand", "start_session") },
      guest: { digitalsamba: role(...guest) },
    });
    const rooms = named(["room-a", "room-b"], { default: "guest", users: { alice: "lead" } });
    expect(await proposed(sambaTorture, { roles: roles(), rooms }, state)).toEqual(["digitalsamba/role/guest=2"]);
    const users = { alice: "guest" };
    const falls = { ...rooms, "room-a": { default: "guest", users } };
    const flags = await proposed(
      sambaTorture,
      { roles: roles("raise_hand"), rooms: falls },
      { ...state, rooms: { ...state.rooms, "room-a": { ...room, default_role: "lead" } } },
    );
    expect(flags).toEqual(["digitalsamba/room/room-a=1"]);
  });

  describe("for people of ZEGOCLOUD", () => {
    const ALL = { module: [1, 2], graphic: [2, 4, 8, 16, 32] };
    const LOOK = { module: [1, 2], graphic: [0] };
    const people = Array.from({ length: 12 }, (_, index) => `u${index}`);
    const state: ZegoState = { geo: { auth: LOOK, users: named(people, ALL) } };
    const roles = { guest: { zego: { module: "all", graphic: "none" } } };
    const files: Files = { roles, rooms: { geo: { default: "guest", users: {} } } };
    const failing = async (...allowed: readonly string[]) =>
      failedIn(await planOf(zegoTorture, files, state, allowed)).map(({ count }) => count);

    it("whose own permissions go", async () => {
      expect(await proposed(zegoTorture, files, state)).toEqual(["zego/user/geo/*=12"]);
    });

    it("who lose with everyone", async () => {
      const unset: ZegoState = { geo: { auth: null, users: named(people, ALL) } };
      expect(await proposed(zegoTorture, files, unset)).toEqual(["zego/room/geo=13"]);
    });

    it("by their room's address too, changed or not, and by somebody's own for that one alone", async () => {
      expect(await failing("zego/room/geo=12")).toEqual([]);
      expect(await failing("zego/user/geo/u0=12")).toEqual([12]);
      expect(await failing(...people.map((user) => `zego/user/geo/${user}=1`))).toEqual([]);
      expect(await failing(...people.slice(1).map((user) => `zego/user/geo/${user}=1`))).toEqual([12]);
      expect(await failing("zego/room/geo=11")).toEqual([12]);
      expect(await failing("zego/room/other=12")).toEqual([12]);
    });

    it("and never counts them as rooms or roles that are created", async () => {
      const given: Files = {
        roles,
        guards: { creations: 0 },
        rooms: { geo: { default: "guest", users: { u0: "guest" } } },
      };
      const { guards, summary } = await planOf(zegoTorture, given, { geo: { auth: LOOK, users: { u0: null } } });
      expect(summary.add).toBe(1);
      expect(guards.find(({ guard }) => guard === "creations")).toMatchObject({ passed: true, count: 0 });
    });
  });
});
