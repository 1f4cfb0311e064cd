import { afterEach, describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import type { Spec } from "../../engine/model.ts";
import { effective } from "./effective.ts";
import { foldCapabilities } from "./fold.ts";
import { apply, load, plan } from "./harness.ts";
import { allPlaces, places } from "./places.ts";
import { type DigitalsambaSandbox, startDigitalsambaSandbox } from "./sandbox.ts";

const policyOf = (text: string) => resolvePolicy(load(text).document, "digitalsamba", new Set(), 0).policy;
const place = { provider: "digitalsamba", room: "lobby" };

const FILES = policyOf(`roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, remote_muting: [pupil] } } }
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: pupil, users: { alice: host } }
`);
const role = (permissions: Spec): Spec => ({ display_name: "Role", permissions });
const world = (room: Spec, roles: { readonly [name: string]: Spec }) => (object: string) => {
  if (object === "digitalsamba/room/lobby") return room;
  return object.startsWith("digitalsamba/role/") ? (roles[object.slice(18)] ?? null) : null;
};
const ROLES = {
  host: role({ start_session: true, remote_muting: ["pupil"] }),
  pupil: role({ raise_hand: true }),
  helper: role({ general_chat: true }),
};
const room = (roles: readonly string[], more: Spec = {}): Spec => ({
  privacy: "private",
  roles,
  default_role: "pupil",
  is_locked: true,
  ...more,
});
const SWITCHING = policyOf(`roles:
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: pupil, settings: { digitalsamba: { is_locked: false, raise_hand_enabled: true } } }
`);
const held = (view: ReturnType<typeof world>, policy = FILES) =>
  effective(place, view, policy).map(({ subject, capabilities, layer }) => [
    subject.kind === "everyone" ? "everyone" : `${subject.kind} ${subject.id}`,
    capabilities.map((capability) => capability.replace("digitalsamba:", "")),
    layer,
  ]);

describe("who may do what", () => {
  it("is by the role in the token where the room has it, and by the default for everyone else", () => {
    expect(held(world(room(["host", "pupil"]), ROLES))).toEqual([
      ["everyone", ["raise_hand"], "default"],
      ["user alice", ["remote_muting(pupil)", "start_session"], "user"],
    ]);
  });

  it("is by the default for somebody whose role the room does not have", () => {
    expect(held(world(room(["pupil"]), ROLES))).toEqual([
      ["everyone", ["raise_hand"], "default"],
      ["user alice", ["raise_hand"], "default"],
    ]);
  });

  it("has roles without a known holder as subjects", () => {
    expect(held(world(room(["helper", "host", "pupil"]), ROLES))).toContainEqual([
      "role helper",
      ["general_chat"],
      "role",
    ]);
  });

  it("shows that a public room takes people without a token", () => {
    expect(held(world(room(["host", "pupil"], { privacy: "public" }), ROLES))[0]).toEqual([
      "everyone",
      ["join_without_token", "raise_hand"],
      "default",
    ]);
  });

  it("counts true over others as every role there is, and those to come", () => {
    const roles = { ...ROLES, host: role({ remote_muting: true }) };
    const [, alice] = held(world(room(["host", "pupil"]), roles));
    expect(alice?.[1]).toEqual(
      expect.arrayContaining(["remote_muting(*)", "remote_muting(pupil)", "remote_muting(attendee)"]),
    );
    expect(alice?.[1]).not.toContain("remote_muting");
  });

  it("counts a list as less than true where the service may keep lists under names that the files cannot give lists", () => {
    const of = (value: boolean | readonly string[]) => {
      const roles = { ...ROLES, host: role({ ban_participants: value }) };
      return held(world(room(["host", "pupil"]), roles))[1]?.[1] as string[];
    };
    expect(of(["pupil"])).toEqual(["ban_participants(pupil)"]);
    expect(of(true)).toEqual(expect.arrayContaining(["ban_participants"]));
    expect(of(true)).toEqual(expect.arrayContaining(of(["pupil"])));
    expect(of(["pupil"])).not.toEqual(expect.arrayContaining(of(true)));
  });

  it("shows that people come into a room that is not locked without being let in", () => {
    const view = world(room(["pupil"], { is_locked: false }), ROLES);
    expect(held(view, SWITCHING)[0]?.[1]).toEqual(["join_without_acceptance", "raise_hand"]);
    expect(held(view)[0]?.[1]).toEqual(["raise_hand"]);
  });

  it("lacks what the room switches off, or the team where the room shows nothing, where the files write the switch", () => {
    const view = world(room(["host", "pupil"], { raise_hand_enabled: false }), ROLES);
    expect(held(view, SWITCHING)[0]).toEqual(["everyone", [], "default"]);
    expect(held(view)[0]?.[1]).toEqual(["raise_hand"]);
    const ofTeam = (more: Spec) => (object: string) =>
      object === "digitalsamba/switches" ? { raise_hand_enabled: false } : world(room(["pupil"], more), ROLES)(object);
    expect(held(ofTeam({}), SWITCHING)[0]).toEqual(["everyone", [], "default"]);
    expect(held(ofTeam({ raise_hand_enabled: true }), SWITCHING)[0]).toEqual(["everyone", ["raise_hand"], "default"]);
  });

  it("is nothing in a room that is not there", () => {
    expect(effective(place, () => null, FILES)).toEqual([]);
  });
});

describe("capabilities for reading", () => {
  it("leave out what follows from all roles", () => {
    expect(foldCapabilities(["d:a", "d:m(*)", "d:m(x)", "d:n(x)", "d:n(y)"])).toEqual([
      "d:a",
      "d:m(*)",
      "d:n(x)",
      "d:n(y)",
    ]);
  });

  it("name a permission plainly where the files can only give it to all or nobody", () => {
    const ban = "digitalsamba:ban_participants";
    expect(foldCapabilities([ban, `${ban}(pupil)`])).toEqual([ban]);
    expect(foldCapabilities([`${ban}(pupil)`])).toEqual([`${ban}(pupil)`]);
  });
});

describe("places", () => {
  const view = world(room(["host", "pupil"]), ROLES);
  it("are all rooms of the files that have a role, before or after", () => {
    const without = world(room(["pupil"]), ROLES);
    expect(places(new Set(["digitalsamba/role/host"]), FILES, view, without).map((one) => one.place)).toEqual([place]);
    expect(places(new Set(["digitalsamba/role/helper"]), FILES, view, without)).toEqual([]);
  });
  it("depend on the room and its roles", () => {
    expect(allPlaces(FILES, view)).toEqual([
      { place, dependsOn: ["digitalsamba/room/lobby", "digitalsamba/role/host", "digitalsamba/role/pupil"] },
    ]);
  });
});

describe("the rooms that no file names", () => {
  const HOST = "{ start_session: true, raise_hand: true }";
  const rolesOf = (pupil = "{ raise_hand: true }"): string => `roles:
  host: { digitalsamba: { display_name: Host, permissions: ${HOST} } }
  pupil: { digitalsamba: { display_name: Pupil, permissions: ${pupil} } }
`;
  const teamOf = (role: string): string => `    roomDefaults: { roles: [host, pupil], default: ${role} }\n`;
  const running: DigitalsambaSandbox[] = [];
  afterEach(async () => {
    for (const sandbox of running.splice(0)) await sandbox.close();
  });
  const start = async (role: string, pupil?: string): Promise<DigitalsambaSandbox> => {
    const sandbox = await startDigitalsambaSandbox();
    running.push(sandbox);
    await apply(sandbox, await plan(sandbox, rolesOf(pupil), teamOf(role)));
    return sandbox;
  };
  const told = ({ document }: Awaited<ReturnType<typeof plan>>) =>
    document.effects.map(({ subject, room: where, gains, loses }) => [subject.kind, where, gains, loses]);

  it("gain by a wider default role of the team", async () => {
    const made = await plan(await start("pupil"), rolesOf(), teamOf("host"));
    expect(told(made)).toEqual([["everyone", "*", ["digitalsamba:start_session"], []]]);
    expect(made.document).toMatchObject({ verdict: "wider", calls: [{ direction: "widens" }] });
    expect(made.document.effects[0]).toMatchObject({ via: "provider default", source: { line: 6 } });
  });

  it("lose by a narrower one, and the guards count it", async () => {
    const made = await plan(await start("host"), rolesOf(), teamOf("pupil"));
    expect(told(made)).toEqual([["everyone", "*", [], ["digitalsamba:start_session"]]]);
    expect(made.document).toMatchObject({ verdict: "narrower", calls: [{ direction: "narrows" }] });
    expect(made.document.guards[0]).toMatchObject({ guard: "removals", count: 1 });
  });

  it("never hold more than before and after together while the new default changes too", async () => {
    const sandbox = await start("host", "{ raise_hand: true, general_chat: true }");
    const made = await plan(sandbox, rolesOf(), teamOf("pupil"));
    expect(made.lines).toEqual(["PATCH /roles/pupil", "PATCH "]);
    expect(made.document.transition).toMatchObject({ safe: true });
    expect(told(made)).toEqual([
      ["everyone", "*", [], ["digitalsamba:start_session"]],
      ["role", "*", [], ["digitalsamba:general_chat"]],
    ]);
  });

  it("gain by the role behind the default of the team", async () => {
    const sandbox = await start("pupil");
    const made = await plan(sandbox, rolesOf("{ raise_hand: true, general_chat: true }"), teamOf("pupil"));
    expect(made.lines).toEqual(["PATCH /roles/pupil"]);
    expect(told(made)).toEqual([["everyone", "*", ["digitalsamba:general_chat"], []]]);
    expect(made.document).toMatchObject({ verdict: "wider", calls: [{ direction: "widens" }] });
  });

  it("are where a role is held that no room of the files has", async () => {
    const sandbox = await start("pupil");
    const made = await plan(sandbox, rolesOf("{ general_chat: true }"));
    expect(told(made)).toEqual([["role", "*", ["digitalsamba:general_chat"], ["digitalsamba:raise_hand"]]]);
    expect(made.document).toMatchObject({ verdict: "mixed", calls: [{ direction: "mixed" }] });
    expect(made.document.effects[0]).toMatchObject({ subject: { kind: "role", id: "pupil" }, via: "role pupil" });
    expect(made.document.guards[0]).toMatchObject({ guard: "removals", count: 1 });
  });

  it("gain a role that is made before any room has it, and lose one that goes", async () => {
    const sandbox = await startDigitalsambaSandbox();
    running.push(sandbox);
    const made = await plan(sandbox, rolesOf());
    expect(told(made).map(([kind, where, , loses]) => [kind, where, loses])).toEqual([
      ["role", "*", []],
      ["role", "*", []],
    ]);
    await apply(sandbox, made);
    const gone = await plan(sandbox, "roles:\n  pupil: absent\n");
    expect(told(gone)).toEqual([["role", "*", [], ["digitalsamba:raise_hand"]]]);
  });

  it("are no place for a role that a room of the files has, before or after", async () => {
    const used = "rooms:\n  lobby: { default: pupil, users: {} }\n";
    const sandbox = await start("pupil");
    await apply(sandbox, await plan(sandbox, `${rolesOf()}${used}`));
    const made = await plan(sandbox, `${rolesOf("{ general_chat: true }")}${used}`);
    expect(told(made).map(([kind, where]) => [kind, where])).toEqual([["everyone", "lobby"]]);
  });
});
