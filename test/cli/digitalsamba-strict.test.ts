import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument } from "../../engine/plan-document.ts";
import { type StandIn, standIn } from "./digitalsamba-stand-in.ts";
import { type Place, placeForStandIn } from "./digitalsamba-world.ts";

/** Against the strict stand-in: what a saved plan may rely on. */
let service: StandIn;
let place: Place;
beforeEach(async () => {
  service = await standIn();
  place = placeForStandIn(service.url);
});
afterEach(async () => {
  place.remove();
  await service.close();
});

const save = async (): Promise<void> => {
  const ran = await place.run(["plan", "--out", "plan.json"]);
  expect(ran.code, ran.err).toBe(0);
  service.forget();
};
const role = (permissions: { readonly [name: string]: boolean }) => ({
  display_name: "A role",
  description: null,
  permissions,
});

describe("a saved plan, where the service lists the roles of a room in another order each time", () => {
  it("is applied, and the room keeps the order that it has then", async () => {
    for (const name of ["one", "two", "six"]) service.roles.set(name, role({}));
    service.rooms.set("lobby", { privacy: "private", roles: ["one", "two", "six"], default_role: "one" });
    place.policy(`roles:
  attendee: { digitalsamba: existing }
rooms:
  lobby: { default: attendee, users: {} }
`);
    await save();
    service.rooms.set("lobby", { privacy: "private", roles: ["six", "one", "two"], default_role: "one" });
    expect(await place.json<ApplyDocument>(["apply", "plan.json"])).toMatchObject({ code: 0 });
    expect(service.writes().map(({ body }) => body)).toEqual([
      { roles: ["six", "one", "two", "attendee"], default_role: "attendee" },
    ]);
  });
});

describe("a saved plan that deletes a role", () => {
  const refused = async (): Promise<string> => {
    const ran = await place.json<ErrorDocument>(["apply", "plan.json"]);
    expect(ran).toMatchObject({ code: 10, value: { failure_reason: "plan-changed" } });
    expect(service.writes()).toEqual([]);
    return ran.value.diagnostics.map(({ summary }) => summary).join("\n");
  };
  beforeEach(async () => {
    service.roles.set("old", role({ raise_hand: true }));
    service.rooms.set("annex", { privacy: "private", roles: ["moderator"], default_role: "moderator" });
    place.policy("roles: { old: absent }\nrooms: {}\n");
    await save();
  });

  it("is refused once a room that no file names has it", async () => {
    service.rooms.set("annex", { privacy: "private", roles: ["moderator", "old"], default_role: "moderator" });
    expect(await refused()).toContain('room "annex" has it as default or among the roles');
  });

  it("is refused once the team has it", async () => {
    service.team.roles = ["moderator", "old"];
    expect(await refused()).toContain("the team");
  });

  it("is applied where nobody has it, and once more without a request", async () => {
    expect((await place.run(["apply", "plan.json"])).code).toBe(0);
    expect(service.writes().map(({ method, path }) => `${method} ${path}`)).toEqual(["DELETE /roles/old"]);
    service.forget();
    expect((await place.run(["apply", "plan.json"])).code).toBe(0);
    expect(service.writes()).toEqual([]);
  });
});

describe("an unattended repair", () => {
  it("does not unlock a room, and does not turn a feature on", async () => {
    const roles = ["moderator", "attendee"];
    service.roles.set("attendee", role({ general_chat: true }));
    for (const settings of ["is_locked: false", "chat_enabled: true"]) {
      service.rooms.set("lobby", {
        privacy: "private",
        roles,
        default_role: "attendee",
        is_locked: true,
        chat_enabled: false,
      });
      place.policy(`roles: { attendee: { digitalsamba: existing } }
rooms:
  lobby: { default: attendee, settings: { digitalsamba: { ${settings} } } }
`);
      expect((await place.run(["apply", "--auto-approve=unless-widening"])).code).toBe(11);
      expect(service.writes()).toEqual([]);
    }
  });
});

describe("a deletion", () => {
  it("of a role comes after all other writes, also after those that have nothing to do with it", async () => {
    service.roles.set("old", role({ raise_hand: true }));
    service.roles.set("other", role({ raise_hand: true }));
    place.policy(`roles:
  old: absent
  other: { digitalsamba: { display_name: Other, permissions: {} } }
  fresh: { digitalsamba: { display_name: Fresh, permissions: {} } }
rooms:
  lobby: { default: fresh }
`);
    expect((await place.run(["apply", "--auto-approve"])).code).toBe(0);
    expect(service.writes().map(({ method, path }) => `${method} ${path}`)).toHaveLength(4);
    expect(service.writes().at(-1)).toMatchObject({ method: "DELETE", path: "/roles/old" });
  });
});

describe("a room that is not looked at", () => {
  const LOCKED = "settings: { digitalsamba: { is_locked: true } }";
  const room = (name: string, more: string) => `  ${name}: { default: attendee, users: {}, ${more} }\n`;
  beforeEach(() => {
    const roles = ["moderator", "attendee"];
    for (const name of ["lobby", "annex"])
      service.rooms.set(name, { privacy: "private", roles, default_role: "attendee", is_locked: name === "annex" });
    const rooms = room("lobby", "settings: { digitalsamba: { privacy: public } }") + room("annex", LOCKED);
    place.policy(`roles: { attendee: { digitalsamba: existing } }\nrooms:\n${rooms}`);
  });

  it("is not found wanting: not offline, not beside a target, not where a saved plan is applied", async () => {
    expect((await place.run(["validate"])).code).toBe(0);
    expect((await place.run(["plan", "--target", "digitalsamba/room/lobby"])).code).toBe(0);
    await save();
    const ran = await place.run(["apply", "plan.json"]);
    expect(ran.code, ran.err).toBe(0);
    expect(service.writes().map(({ path }) => path)).toEqual(["/rooms/lobby"]);
  });
});
