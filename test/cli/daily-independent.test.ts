import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { quick, type Workplace, workplace } from "../run.ts";
import { DAILY_KEY, type DailyStandIn, dailyStandIn } from "./daily-stand-in.ts";
import { dailyHead, ROLES } from "./daily-world.ts";

let service: DailyStandIn;
let place: Workplace;
beforeEach(async () => {
  service = await dailyStandIn();
  place = quick(workplace({}, { DAILY_API_KEY: DAILY_KEY }));
});
afterEach(async () => {
  place.remove();
  await service.close();
});

const policy = (rooms: string): void => place.write("rolecall.yaml", `${dailyHead(service.url)}${ROLES}${rooms}`);
/** Applies, gives what was written, and sees that a second run finds nothing to do. */
const done = async (...more: readonly string[]): Promise<readonly string[]> => {
  const start = service.writes.length;
  const ran = await place.run(["apply", "--auto-approve", ...more]);
  expect(ran.code, ran.err + ran.out).toBe(0);
  const now = service.writes.length;
  const again = await place.run(["plan", "--detailed-exitcode"]);
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^No changes\./u) });
  expect((await place.run(["apply", "--auto-approve"])).code).toBe(0);
  expect(service.writes).toHaveLength(now);
  expect(service.complaints).toEqual([]);
  return service.writes.slice(start);
};
const holds = (room: string): readonly unknown[] =>
  (service.calls.get(room) ?? []).map(({ user, holds: { canSend, canAdmin } }) => [user, canSend, canAdmin]);

describe("against a second reading of the documents", () => {
  it("other words for the same are no difference: not in a plan, not when read back, not in a saved plan", async () => {
    service.wordy = true;
    service.put("hall", { permissions: { canSend: true, canAdmin: false } });
    const give = (send: string): void =>
      policy(`rooms:
  hall: { default: { daily: { canSend: ${send}, canAdmin: false, canReceive: { base: true } } } }
  new: { default: { daily: { canSend: true, canAdmin: false } } }
`);
    give("true");
    expect(await done()).toHaveLength(1);
    give("[audio]");
    expect((await place.run(["plan", "--out", "plan.json"])).code).toBe(0);
    expect((await place.run(["apply", "plan.json"])).code).toBe(0);
    const count = service.writes.length;
    expect(await place.run(["apply", "plan.json"])).toMatchObject({ code: 0 });
    expect(service.writes).toHaveLength(count);
    expect(await done()).toEqual([]);
  });

  it("rooms are made in one call, found page by page, and changed by what differs", async () => {
    for (const name of ["x-1", "x-2", "x-3", "x-4", "x-5"]) service.put(name);
    policy(`rooms:
  "x-*": { default: panel }
  a: { default: audience, settings: { daily: { enable_chat: false, enable_knocking: true } } }
  b: { default: panel }
`);
    const lines = await done();
    expect(lines.map((line) => line.split(" ", 2).join(" ")).toSorted()).toEqual([
      "POST /batch/rooms",
      ...[1, 2, 3, 4, 5].map((number) => `POST /rooms/x-${number}`),
    ]);
    expect(service.rooms.get("a")).toMatchObject({ privacy: "private", properties: { enable_knocking: true } });
    expect(service.rooms.get("x-3")).toMatchObject({
      privacy: "public",
      properties: { permissions: { canSend: ["audio", "video"], canAdmin: false } },
    });

    policy("rooms: { a: { settings: { daily: { enable_knocking: absent } } }, b: { absent: true } }\n");
    expect((await done()).toSorted()).toEqual([
      "DELETE /rooms/b",
      'POST /rooms/a {"properties":{"enable_knocking":null}}',
    ]);
  });

  it("a default that no page states is learned from the answer, for later runs too", async () => {
    service.put("a");
    policy("rooms: { a: { settings: { daily: { enable_people_ui: true, enable_knocking: false } } } }\n");
    expect(await done()).toEqual(['POST /rooms/a {"properties":{"enable_people_ui":true}}']);
  });

  it("a call is changed by session, once, and by one entry when somebody is promoted", async () => {
    service.put("hall");
    service.enter("hall", "alice");
    service.enter("hall", "bob");
    const dave = service.enter("hall", "dave");
    service.enter("hall", null);
    policy("rooms: { hall: { default: audience, users: { alice: host, bob: panel } } }\n");
    const { value } = await place.json<PlanDocument>(["plan"]);
    expect(value.summary).toMatchObject({ calls: 2, minimum_calls: 2 });
    expect(service.writes).toEqual([]);
    expect(JSON.stringify(value)).not.toContain("Canary");
    expect(await done()).toHaveLength(2);
    expect(holds("hall")).toEqual([
      ["alice", true, ["participants"]],
      ["bob", ["audio", "video"], false],
      ["dave", false, false],
      [null, false, false],
    ]);
    policy("rooms: { hall: { default: audience, users: { alice: host, bob: panel, dave: panel } } }\n");
    expect(await done()).toEqual([
      `POST /rooms/hall/update-permissions {"data":{"${dave}":{"canSend":["audio","video"],"canAdmin":false}}}`,
    ]);
    service.calls.delete("hall");
    expect(await done()).toEqual([]);
    expect((await place.json<PlanDocument>(["plan"])).value.summary).toMatchObject({ pending: 1, calls: 0 });
  });

  it("many rooms with calls are read with one look at who is where", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) service.put(name);
    const alice = service.enter("d", "alice");
    policy('rooms: { "?": { default: audience, users: { alice: host } } }\n');
    const lines = await done();
    expect(lines.filter((line) => line.includes("update-permissions"))).toEqual([
      expect.stringContaining(`"${alice}":{"canSend":true,"canAdmin":["participants"]}`),
    ]);
  });

  it("bare 429s are waited for", async () => {
    service.put("hall");
    service.enter("hall", "alice");
    policy("rooms: { hall: { default: audience, users: { alice: host } } }\n");
    service.throttle = 3;
    await done();
    expect(service.throttle).toBe(0);
  });

  it("a token is asked for in the service's words, and printed alone", async () => {
    policy("rooms: { hall: { default: audience, users: { alice: host } } }\n");
    const ran = await place.run(["token", "hall", "alice", "--on", "daily"], { now: Date.UTC(2026, 5, 1) });
    expect(ran).toEqual({ code: 0, out: "eyJ0.eyJ1.c2ln\n", err: "" });
    expect(service.writes).toEqual([
      `POST /meeting-tokens {"properties":{"room_name":"hall","user_id":"alice","permissions":{"canSend":true,"canAdmin":["participants"]},"exp":${Date.UTC(2026, 5, 1, 1) / 1000}}}`,
    ]);
  });
});
