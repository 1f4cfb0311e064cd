/** Guards on real plans: the files loaded, a real provider, the state of a model read as a service is. */
import { describe, expect, it } from "vitest";
import type { GuardName, GuardResult, PlanDocument } from "../../engine/plan-document.ts";
import type { Files } from "../torture/model.ts";
import type { SambaState } from "../torture/models/digitalsamba.ts";
import type { LiveblocksState } from "../torture/models/liveblocks.ts";
import { load, planFor } from "../torture/planning.ts";
import type { TortureService } from "../torture/service.ts";
import { sambaTorture } from "../torture/services/digitalsamba.ts";
import { liveblocksTorture } from "../torture/services/liveblocks.ts";

type Allowed = Partial<PlanDocument["options"]>;

const planOf = async <S>(
  service: TortureService<S>,
  files: Files,
  state: S,
  options: Allowed = {},
): Promise<PlanDocument> => {
  const { planned, errors } = await planFor(service, load(service, files), state, { allow_removals: [], ...options });
  expect(errors).toEqual([]);
  return planned.document;
};

const failedIn = ({ guards }: PlanDocument): readonly GuardResult[] => guards.filter(({ passed }) => !passed);
const resultOf = ({ guards }: PlanDocument, name: GuardName): GuardResult | undefined =>
  guards.find(({ guard }) => guard === name);
/** The value of a printed flag, as a shell would hand it over. */
const pasted = (flag: string | undefined): string => (flag ?? "").replace(/^--\S+ /u, "").replace(/^'(.*)'$/u, "$1");

const rooms = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `class-${index}`);
const open = (users: readonly string[]) => ({
  defaultAccesses: [],
  groupsAccesses: {},
  metadata: {},
  usersAccesses: Object.fromEntries(users.map((user) => [user, ["*:write"]])),
});
const classes = (count: number): LiveblocksState =>
  Object.fromEntries(rooms(count).map((id) => [id, open(["alice", "bob"])]));
const roles = { viewer: { liveblocks: ["*:read"] }, editor: { liveblocks: ["*:write"] } };
/** In so many classes bob falls to a viewer. */
const narrowing = (of: number, count: number): Files => ({
  roles,
  rooms: {
    "class-*": { users: { alice: "editor", bob: "editor" } },
    ...Object.fromEntries(
      rooms(of)
        .slice(0, count)
        .map((id) => [id, { users: { bob: "viewer" } }]),
    ),
  },
});

describe("removals on real plans", () => {
  it("count people, not rooms or fields, and print the flag that lets the same plan pass", async () => {
    const state = classes(30);
    const plan = await planOf(liveblocksTorture, narrowing(30, 25), state);
    expect(plan.failure_reason).toBe("guard-failed");
    const [failed] = failedIn(plan);
    expect(failed).toMatchObject({ guard: "removals", count: 25, total: 60, limit: "30 %" });
    expect(failed?.message).toContain(failed?.flag ?? "no flag");

    const flag = pasted(failed?.flag);
    const allowed = await planOf(liveblocksTorture, narrowing(30, 25), state, { allow_removals: [flag] });
    expect(failedIn(allowed)).toEqual([]);
    expect(allowed.failure_reason).toBeNull();
    expect(allowed.options.allow_removals).toEqual([flag]);
    expect(resultOf(allowed, "removals")?.allowed_by).toBe(failed?.flag);
    expect(allowed.digest).not.toBe(plan.digest);
  });

  it("do not let one more pass than the flag says", async () => {
    const plan = await planOf(liveblocksTorture, narrowing(30, 25), classes(30));
    const flag = pasted(failedIn(plan)[0]?.flag);
    const more = await planOf(liveblocksTorture, narrowing(30, 26), classes(30), { allow_removals: [flag] });
    expect(failedIn(more)).toMatchObject([{ guard: "removals", count: 26 }]);
    const elsewhere = { allow_removals: ["liveblocks/room/other-*=1000"] };
    expect(failedIn(await planOf(liveblocksTorture, narrowing(30, 25), classes(30), elsewhere))).toHaveLength(1);
  });

  it("are each guard's own: a flag for deletions does not let people be taken out", async () => {
    const state = classes(20);
    const files: Files = {
      roles,
      guards: { removals: { percent: 10, floor: 3 } },
      rooms: {
        "class-*": { users: { alice: "editor" } },
        ...Object.fromEntries(rooms(5).map((id) => [id, { absent: true as const }])),
      },
    };
    const plan = await planOf(liveblocksTorture, files, state);
    expect(failedIn(plan).map(({ guard, count }) => [guard, count])).toEqual([
      ["removals", 25],
      ["deletions", 5],
    ]);
    const [removals, deletions] = failedIn(plan).map(({ flag }) => pasted(flag));
    const one = await planOf(liveblocksTorture, files, state, { allow_removals: [deletions ?? ""] });
    expect(failedIn(one).map(({ guard }) => guard)).toEqual(["removals"]);
    const both = await planOf(liveblocksTorture, files, state, { allow_removals: [deletions ?? "", removals ?? ""] });
    expect(failedIn(both)).toEqual([]);
  });

  it("see rooms that stay and lose everybody who was named", async () => {
    const files: Files = { roles, guards: { emptied: 1 }, rooms: { "class-*": { default: "viewer", users: {} } } };
    const plan = await planOf(liveblocksTorture, files, classes(3));
    const failed = resultOf(plan, "emptied");
    expect(failed).toMatchObject({ passed: false, count: 3, limit: "1" });
    const allowed = await planOf(liveblocksTorture, files, classes(3), { allow_removals: [pasted(failed?.flag)] });
    expect(resultOf(allowed, "emptied")).toMatchObject({ passed: true });
  });
});

describe("an incomplete reading", () => {
  const partly: typeof liveblocksTorture = {
    ...liveblocksTorture,
    read: async (state, request) => ({
      ...(await liveblocksTorture.read(state, request)),
      complete: false,
      diagnostics: [{ severity: "warning", code: "read-incomplete", summary: "page 2 of the rooms is missing" }],
    }),
  };

  it("forbids what would be taken away on its word, whatever is allowed", async () => {
    const plan = await planOf(partly, narrowing(3, 1), classes(3), { allow_removals: ["*=1000"] });
    expect(failedIn(plan)).toMatchObject([{ guard: "removals", count: 1 }]);
    expect(failedIn(plan)[0]?.flag).toBeUndefined();
    expect(failedIn(plan)[0]?.message).toContain("page 2 of the rooms is missing");
    const deleting: Files = { roles, rooms: { "class-0": { absent: true } } };
    expect(failedIn(await planOf(partly, deleting, classes(1), { allow_removals: ["*=1000"] }))).toHaveLength(1);
  });

  it("lets be given what is asked for", async () => {
    const files: Files = { roles, rooms: { "class-0": { mode: "additive", users: { erin: "viewer" } } } };
    const plan = await planOf(partly, files, classes(1));
    expect(failedIn(plan)).toEqual([]);
    expect(plan.summary.calls).toBe(1);
  });
});

describe("the last holder", () => {
  const role = (...permissions: readonly string[]) => ({
    display_name: "A role",
    permissions: Object.fromEntries(permissions.map((name) => [name, true as const])),
  });
  const people = { roles: ["lead", "member", "guest"], default_role: "guest", description: "", privacy: "private" };
  const state: SambaState = {
    roles: { lead: role("manage_roles"), member: role("raise_hand"), guest: role() },
    rooms: { "room-a": people },
    team: { roles: ["guest"], default_role: "guest" },
  };
  const files = (lead: readonly string[], member: readonly string[]): Files => ({
    roles: {
      lead: { digitalsamba: role(...lead) },
      member: { digitalsamba: role(...member) },
      guest: { digitalsamba: role() },
    },
    rooms: { "room-a": { default: "guest", users: { alice: "lead", bob: "member" } } },
  });

  it("hands over before it lets go, so that two who swap keep one at every step", async () => {
    const plan = await planOf(sambaTorture, files(["raise_hand"], ["manage_roles"]), state);
    expect(plan.calls.map(({ changes, after }) => [changes[0], after])).toEqual([
      ["digitalsamba/role/member", []],
      ["digitalsamba/role/lead", ["c1"]],
    ]);
    expect(resultOf(plan, "lastHolder")).toMatchObject({ passed: true, count: 0 });
  });

  it("is not taken away without the flag", async () => {
    const plan = await planOf(sambaTorture, files([], ["raise_hand"]), state);
    const failed = resultOf(plan, "lastHolder");
    expect(failed).toMatchObject({ passed: false, limit: "0" });
    expect(failed?.message).toContain("digitalsamba:manage_roles in room-a would have no holder");
    const allowed = await planOf(sambaTorture, files([], ["raise_hand"]), state, {
      allow_removals: [pasted(failed?.flag)],
    });
    expect(resultOf(allowed, "lastHolder")).toMatchObject({ passed: true, allowed_by: failed?.flag });
  });

  it("may go with its room", async () => {
    const plan = await planOf(
      sambaTorture,
      { roles: files([], []).roles, rooms: { "room-a": { absent: true } } },
      state,
    );
    expect(resultOf(plan, "lastHolder")).toMatchObject({ passed: true });
  });
});
