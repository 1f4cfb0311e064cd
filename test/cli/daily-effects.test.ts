import { afterEach, describe, expect, it } from "vitest";
import type { ApplyDocument, PlanDocument } from "../../engine/plan-document.ts";
import { closeDailyWorlds, type DailyWorld, openDaily as open } from "./daily-world.ts";

afterEach(closeDailyWorlds);
const unattended = (world: DailyWorld) => world.json<ApplyDocument>(["apply", "--auto-approve=unless-widening"]);

const ROOM = "rooms: { hall: { default: audience } }\n";
const PERMISSIONS = { canSend: false, canAdmin: false };

describe("the domain's permissions", () => {
  const managed = async (now: readonly string[] | boolean, role: string): Promise<DailyWorld> => {
    const config = { roomDefaults: { default: role } };
    const world = await open(ROOM, { config, rules: { domainShows: "always" } });
    world.service.putDomain({ permissions: { canSend: now, canAdmin: false } });
    world.service.putRoom("hall", { properties: { permissions: PERMISSIONS } });
    return world;
  };

  it("are not widened unattended, though no room of the files depends on them", async () => {
    const world = await managed(["audio"], "panel");
    const ran = await unattended(world);
    expect(ran).toMatchObject({ code: 11, value: { failure_reason: "approval-required" } });
    expect(world.writes()).toEqual([]);
    const { out } = await world.run(["plan"]);
    expect(out).toMatch(/\+ everyone {2}other rooms {2}daily:send:video {2}provider default {2}rolecall\.yaml:3:/u);
    expect(out).toContain("1 gains · verdict: wider");
  });

  it("are narrowed unattended, and told as a loss", async () => {
    const world = await managed(true, "panel");
    const { value: plan } = await world.json<PlanDocument>(["plan"]);
    expect(plan).toMatchObject({ verdict: "narrower", calls: [{ direction: "narrows" }] });
    expect(plan.effects).toMatchObject([{ subject: { kind: "everyone" }, room: "*", gains: [] }]);
    expect(plan.guards).toMatchObject([{ guard: "removals", count: 1, passed: true }, {}, {}, {}]);
    expect(await unattended(world)).toMatchObject({ code: 0 });
    expect(world.writes().map(({ line }) => line)).toEqual(["POST /"]);
    expect((await world.run(["plan", "--detailed-exitcode"])).code).toBe(0);
  });

  it("are applied as reviewed, and other rooms are none that can be asked about", async () => {
    const world = await managed(["audio"], "panel");
    const check = "checks: [{ name: quiet, who: { everyone: true }, cannot: [daily:send:video] }]\n";
    world.policy(ROOM + check, { roomDefaults: { default: "panel" } });
    expect(await world.run(["plan", "--out", "plan.json"])).toMatchObject({ code: 0 });
    expect(await world.run(["apply", "plan.json"])).toMatchObject({ code: 0 });
    expect((await world.run(["who-can", "daily:send:video", "--in", "*"])).code).toBe(1);
  });
});

describe("a room that becomes public", () => {
  it("is not sent unattended", async () => {
    const world = await open("rooms: { hall: { settings: { daily: { privacy: public } } } }\n");
    world.service.putRoom("hall", { privacy: "private", properties: { permissions: PERMISSIONS } });
    expect(await unattended(world)).toMatchObject({ code: 11, value: { failure_reason: "approval-required" } });
    expect((await world.run(["plan"])).out).toContain("daily:join_without_token");
    expect(await world.run(["apply", "--auto-approve"])).toMatchObject({ code: 0 });
    const asked = await world.json<{ readonly subjects: readonly unknown[] }>([
      "who-can",
      "daily:join_without_token",
      "--in",
      "hall",
      "--live",
    ]);
    expect(asked.value.subjects).toMatchObject([{ kind: "everyone" }]);
  });
});

describe("a denial of one sender that goes", () => {
  it("is not sent unattended", async () => {
    const world = await open("rooms: { hall: { default: listener } }\n", {
      roles: "roles: { listener: { daily: { canReceive: { base: true, byUserId: {} } } } }\n",
    });
    const canReceive = { base: true, byUserId: { zed: false } };
    world.service.putRoom("hall", { properties: { permissions: { canReceive } } });
    expect(await unattended(world)).toMatchObject({ code: 11, value: { failure_reason: "approval-required" } });
    expect((await world.run(["plan"])).out).toContain("daily:receive:audio(zed)");
  });
});

describe("a call that the files only observe", () => {
  it("does not hide that newcomers lose", async () => {
    const users = Array.from({ length: 3 }, (_, index) => `p${index}`);
    const world = await open("rooms: { hall: { mode: { users: observe }, default: audience, users: { p0: host } } }\n");
    world.service.putRoom("hall", { properties: { permissions: { canSend: true, canAdmin: false } } });
    world.enter("hall", ...users);
    const { value: plan } = await world.json<PlanDocument>(["plan"]);
    expect(plan.verdict).toBe("narrower");
    expect(plan.effects.map(({ subject }) => subject.kind)).toEqual(["everyone"]);
    expect(plan.guards[0]).toMatchObject({ guard: "removals", count: 1 });
  });
});
