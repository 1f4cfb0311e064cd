/** What happens by the clock alone after a plan. */
import { expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import type { Files } from "../torture/model.ts";
import { load, planFor } from "../torture/planning.ts";
import type { TortureService } from "../torture/service.ts";
import { liveblocksTorture } from "../torture/services/liveblocks.ts";
import { zegoTorture } from "../torture/services/zego.ts";

type Written = Omit<Files, "rooms"> & { readonly rooms: { readonly [room: string]: unknown } };

const planOf = async <S>(service: TortureService<S>, files: Written, state: S): Promise<PlanDocument> => {
  const { planned, errors } = await planFor(service, load(service, files as Files), state);
  expect(errors).toEqual([]);
  return planned.document;
};

const roles = {
  reader: { liveblocks: ["*:read"], zego: { module: ["scroll"], graphic: "none" } },
  writer: { liveblocks: ["*:write"], zego: { module: "all", graphic: "all" } },
};
const until = (role: string) => ({ role, expires: "2026-12-31" });

it("sees an override that expires and uncovers something wider", async () => {
  const files: Written = { roles, rooms: { a: { default: "writer", users: { alice: until("reader") } } } };
  const [point, ...others] = (await planOf(liveblocksTorture, files, {})).later;
  expect(others).toEqual([]);
  expect(point?.at).toBe("2027-01-01T00:00:00.000Z");
  expect(point?.effects).toMatchObject([
    { subject: { kind: "user", id: "alice" }, room: "a", loses: [], via: "grant ended" },
  ]);
  expect(point?.effects[0]?.gains).toContain("liveblocks:room:write");
});

it("sees it where nothing can be cleared and the override is pinned to the default", async () => {
  const files: Written = { roles, rooms: { lesson: { default: "writer", users: { alice: until("reader") } } } };
  const plan = await planOf(zegoTorture, files, { lesson: { auth: null, users: { alice: null, bob: null } } });
  expect(plan.later.flatMap(({ effects }) => effects)).toMatchObject([
    { subject: { kind: "user", id: "alice" }, loses: [], gains: expect.arrayContaining(["zego:graphic:clear"]) },
  ]);
});

it("fails a check that only the state after the end of a grant breaks", async () => {
  const files: Written = {
    roles,
    rooms: { a: { default: "writer", users: { alice: until("reader") } } },
    checks: [{ name: "alice never writes", who: { users: ["alice"] }, cannot: ["liveblocks:room:write"] }],
  };
  const [check] = (await planOf(liveblocksTorture, files, {})).checks;
  expect(check).toMatchObject({ status: "failed", state: "2027-01-01T00:00:00.000Z" });
});

it("sees a team's grant hold again once a direct one has ended, and one that starts", async () => {
  const files: Written = {
    teams: { crew: ["alice", "bob"] },
    roles,
    rooms: {
      a: {
        default: "reader",
        users: { alice: until("reader"), erin: { role: "writer", starts: "2027-02-01" } },
        teams: { crew: "writer" },
      },
    },
  };
  const { later } = await planOf(liveblocksTorture, files, {});
  expect(
    later.map(({ at, effects }) => [at.slice(0, 10), effects.map(({ subject, team }) => [subject, team])]),
  ).toEqual([
    ["2027-01-01", [[{ kind: "user", id: "alice" }, "crew"]]],
    ["2027-02-01", [[{ kind: "user", id: "erin" }, undefined]]],
  ]);
});

it("claims nothing of somebody whom two teams give different permissions from then on", async () => {
  const files: Written = {
    teams: { t: ["bob", "carl"], s: ["bob"] },
    roles: { ...roles, viewer: { liveblocks: ["*:read", "comments:write"] } },
    rooms: {
      a: {
        users: { bob: until("viewer"), carl: until("reader") },
        teams: { t: "writer", s: { role: "reader", expires: "2027-01-31" } },
      },
    },
  };
  const { later } = await planOf(liveblocksTorture, files, {});
  expect(later.map(({ at, effects }) => [at.slice(0, 10), effects.map(({ subject, via }) => [subject, via])])).toEqual([
    ["2027-01-01", [[{ kind: "user", id: "carl" }, "team t: role writer"]]],
    // From here on one team is left, and what bob gains is told against what he had before they disagreed.
    ["2027-02-01", [[{ kind: "user", id: "bob" }, "team t: role writer"]]],
  ]);
  expect(later[1]?.effects[0]?.gains).toContain("liveblocks:room:write");
  expect(later[1]?.effects[0]?.gains).not.toContain("liveblocks:comments:public:write");
});

it("warns of it in rooms that only a pattern finds, too", async () => {
  const files: Written = {
    teams: { t: ["bob"], s: ["bob"] },
    roles,
    rooms: { "c-*": { users: { bob: until("reader") }, teams: { t: "writer", s: "reader" } } },
  };
  const empty = { defaultAccesses: [], groupsAccesses: {}, metadata: {}, usersAccesses: {} };
  const { diagnostics } = await planOf(liveblocksTorture, files, { "c-1": empty } as never);
  expect(diagnostics.filter(({ code }) => code === "team-conflict").map(({ summary }) => summary)).toEqual([
    'from 2027-01-01T00:00Z on: the teams "s" and "t" give "bob" different permissions in "c-1"',
    'from 2027-01-01T00:00Z on: the teams "s" and "t" give "bob" different permissions in "c-1"',
  ]);
});
