import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { DEVELOPER_KEY, type StandIn, standIn, TEAM_ID } from "./digitalsamba-stand-in.ts";
import { type Place, placeForStandIn } from "./digitalsamba-world.ts";

/** Against the strict stand-in. */
let service: StandIn;
let place: Place;
beforeEach(async () => {
  service = await standIn({ pageSize: 2 });
  place = placeForStandIn(service.url);
});
afterEach(async () => {
  place.remove();
  await service.close();
});

const CIRCLE = `roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, remote_muting: [guest, host] } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true, remove_participant: [host] } } }
  moderator: { digitalsamba: existing }
rooms:
  lobby: { default: guest, users: { alice: host, bob: moderator } }
`;

const save = async (): Promise<PlanDocument> => {
  const ran = await place.run(["plan", "--out", "plan.json"]);
  expect(ran.code, ran.err).toBe(0);
  service.forget();
  return JSON.parse(readFileSync(join(place.dir, "plan.json"), "utf8")) as PlanDocument;
};
const applySaved = () => place.json<ApplyDocument>(["apply", "plan.json"]);
const lines = (): readonly string[] => service.writes().map(({ method, path }) => `${method} ${path}`);
const settled = async (): Promise<void> => {
  const again = await place.run(["plan", "--detailed-exitcode"]);
  expect(again.out).toMatch(/^No changes\./u);
  expect(again.code).toBe(0);
};

describe("a saved plan", () => {
  it("makes a circle of roles and their room, and a second time sends nothing", async () => {
    place.policy(CIRCLE);
    const { summary, transition } = await save();
    expect(summary).toMatchObject({ add: 3, calls: 4, minimum_calls: 4 });
    expect(transition.safe).toBe(true);
    expect(await applySaved()).toMatchObject({ code: 0, value: { summary: { done: 4, failed: 0 } } });
    expect(lines().toSorted()).toEqual(["PATCH /roles/host", "POST /roles", "POST /roles", "POST /rooms"]);
    expect(service.roles.get("host")?.permissions.remote_muting).toEqual(["guest", "host"]);
    expect(service.rooms.get("lobby")).toEqual({
      privacy: "private",
      roles: ["guest", "host", "moderator"],
      default_role: "guest",
    });
    service.forget();
    expect((await applySaved()).code).toBe(0);
    expect(lines()).toEqual([]);
    await settled();
  });

  it("cut short between any two calls is finished by the same plan", async () => {
    place.policy(CIRCLE);
    const { calls } = await save();
    for (let survived = 0; survived < calls.length; survived += 1) {
      for (const name of ["host", "guest"]) service.roles.delete(name);
      service.rooms.clear();
      service.forget();
      let sent = 0;
      service.hook = ({ method }) => {
        if (method !== "GET") sent += 1;
        return sent > survived ? "lost" : undefined;
      };
      const cut = await place.json<ApplyDocument>(["apply", "plan.json", "--parallelism", "1"]);
      expect(cut.value.errored).toBe(true);
      service.hook = undefined;
      service.forget();
      const rest = await applySaved();
      expect(rest, rest.out).toMatchObject({ code: 0, value: { errored: false } });
      expect(lines()).toHaveLength(calls.length - survived);
      await settled();
    }
  }, 60_000);

  it("is stale once a role that it writes was edited, and names the field", async () => {
    place.policy(CIRCLE);
    await save();
    await applySaved();
    place.policy(CIRCLE.replace("start_session", "end_session"));
    await save();
    const host = service.roles.get("host");
    if (host === undefined) throw new Error("no host");
    service.roles.set("host", { ...host, permissions: { ...host.permissions, general_chat: true } });
    const ran = await place.json<ErrorDocument>(["apply", "plan.json"]);
    expect(ran).toMatchObject({ code: 10, value: { failure_reason: "plan-changed" } });
    expect(ran.value.diagnostics[0]?.summary).toBe(
      "digitalsamba/role/host permissions.general_chat changed since the plan was made: reviewed off, present on",
    );
    expect(lines()).toEqual([]);
  });

  it("is not stale for a role that nothing of it depends on", async () => {
    place.policy(CIRCLE);
    await save();
    service.roles.set("other", { display_name: "Other", description: null, permissions: {} });
    service.rooms.set("annex", { privacy: "public" });
    expect((await applySaved()).code).toBe(0);
  });

  it("keeps its digest where a list grows beside a name that nobody has any more", async () => {
    service.roles.set("host", {
      display_name: "Host",
      description: null,
      permissions: { remote_muting: ["speaker", "gone"] },
    });
    place.policy(`roles:
  host:
    mode: additive
    digitalsamba: { display_name: Host, permissions: { remote_muting: [attendee] } }
`);
    await save();
    expect(await applySaved()).toMatchObject({ code: 0, value: { summary: { done: 1 } } });
    expect(service.writes()[0]?.body).toEqual({ permissions: { remote_muting: ["attendee", "speaker"] } });
    await settled();
  });

  it("on a saved reading is for reading: the same effects, without a request, and never applied", async () => {
    place.policy(CIRCLE);
    await place.run(["plan", "--save-snapshot", "reading.json"]);
    const live = await place.json<PlanDocument>(["plan"]);
    service.forget();
    const offline = await place.json<PlanDocument>(["plan", "--snapshot", "reading.json", "--out", "plan.json"]);
    expect(offline.value.effects).toEqual(live.value.effects);
    expect(offline.value.calls).toEqual(live.value.calls);
    expect((await applySaved()).code).toBe(10);
    expect(service.seen).toEqual([]);
  });
});

describe("a room that the service makes with more than was asked", () => {
  beforeEach(async () => {
    await service.close();
    service = await standIn({ newRooms: { breakout_rooms_enabled: true, is_locked: true } });
    place = placeForStandIn(service.url);
    place.policy(CIRCLE);
  });

  it("is as it was asked for, and the next plan is empty", async () => {
    await save();
    expect((await applySaved()).code).toBe(0);
    expect((await applySaved()).code).toBe(0);
    await settled();
  });

  it("counts as done for a plan that was cut short after it", async () => {
    const { calls } = await save();
    const last = calls.findIndex(({ path }) => path === "/rooms");
    expect(last).toBe(calls.length - 1);
    const fresh = CIRCLE.replace("lobby:", "annex: { default: guest, users: {} }\n  lobby:");
    place.policy(fresh);
    await save();
    let made = 0;
    service.hook = ({ method, path }) => {
      if (method === "POST" && path === "/rooms") made += 1;
      return made > 1 && method !== "GET" ? "lost" : undefined;
    };
    expect((await place.json<ApplyDocument>(["apply", "plan.json", "--parallelism", "1"])).code).toBe(13);
    service.hook = undefined;
    service.forget();
    const rest = await applySaved();
    expect(rest, rest.out).toMatchObject({ code: 0 });
    expect(lines()).toEqual(["POST /rooms"]);
    await settled();
  });

  it("is found by a read when the answer to its making was lost", async () => {
    service.hook = ({ method, path }) => (method === "POST" && path === "/rooms" ? "lost after" : undefined);
    const ran = await place.json<ApplyDocument>(["apply", "--auto-approve"]);
    expect(ran, ran.out).toMatchObject({ code: 0 });
    expect(lines().filter((line) => line === "POST /rooms")).toHaveLength(1);
  });
});

describe("what the service does meanwhile", () => {
  it("may be to throttle: its retry-after is obeyed", async () => {
    place.policy(CIRCLE);
    const waits: number[] = [];
    const sleep = async (ms: number): Promise<void> => void waits.push(ms);
    const refused = new Set<string>();
    service.hook = ({ method, path }) => {
      const line = `${method} ${path}`;
      if (refused.has(line)) return undefined;
      refused.add(line);
      return {
        status: 429,
        headers: { "retry-after": "17" },
        body: { message: "Too Many Attempts. You may try again in 17 seconds.", error: "rate-limit" },
      };
    };
    const ran = await place.run(["apply", "--auto-approve"], { sleep });
    expect(ran.code, ran.err).toBe(0);
    expect(waits.filter((ms) => ms >= 17_000).length).toBeGreaterThanOrEqual(refused.size);
    expect(lines().filter((line) => line === "POST /rooms")).toHaveLength(2);
  });

  it("may be to echo the key, and no output shows it in any form", async () => {
    place.policy(CIRCLE);
    const basic = Buffer.from(`${TEAM_ID}:${DEVELOPER_KEY}`).toString("base64");
    const alone = Buffer.from(DEVELOPER_KEY).toString("base64");
    const outputs: string[] = [];
    for (const status of [400, 401, 403, 422, 500]) {
      const message = `no: ${DEVELOPER_KEY} ${basic} Basic ${basic} ${alone} ${encodeURIComponent(basic)}`;
      service.hook = ({ method }) =>
        method === "GET" ? undefined : { status, body: { message, errors: { a: [message] } } };
      for (const argv of [
        ["apply", "--auto-approve"],
        ["apply", "--auto-approve", "--json"],
      ]) {
        const { out, err } = await place.run(argv);
        outputs.push(out, err);
      }
      service.hook = () => ({ status, body: { message } });
      for (const argv of [["plan"], ["token", "lobby", "alice", "--on", "digitalsamba"]]) {
        const { out, err } = await place.run(argv);
        outputs.push(out, err);
      }
    }
    const text = outputs.join("\n");
    expect(text).toContain("***");
    for (const secret of [DEVELOPER_KEY, basic, alone.slice(0, -4), "0123456789abcdef"])
      expect(text).not.toContain(secret);
  }, 60_000);
});
