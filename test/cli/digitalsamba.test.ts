import { afterEach, describe, expect, it } from "vitest";
import type { ApplyDocument, DiagnosticJson, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import type { Faults } from "../../providers/_shared/sandbox-faults.ts";
import { PERMISSIONS } from "../../providers/digitalsamba/language.ts";
import type { DigitalsambaSandboxOptions } from "../../providers/digitalsamba/sandbox.ts";
import { HEAD_LINES, makeWorld, type World } from "./digitalsamba-world.ts";

let world: World;
afterEach(() => world.close());

const open = async (text: string, options: DigitalsambaSandboxOptions = {}, config = ""): Promise<void> => {
  world = await makeWorld(options);
  world.policy(text, config);
};
const plan = async (...more: readonly string[]): Promise<PlanDocument> => {
  const ran = await world.json<PlanDocument>(["plan", ...more]);
  expect(ran.code, ran.out).toBe(0);
  return ran.value;
};
const refusal = async (...argv: readonly string[]): Promise<readonly DiagnosticJson[]> => {
  const { code, value } = await world.json<ErrorDocument>(argv);
  expect(code).toBe(1);
  return value.diagnostics.filter(({ severity }) => severity === "error");
};
const apply = async (...more: readonly string[]): Promise<ApplyDocument> => {
  const ran = await world.json<ApplyDocument>(["apply", "--auto-approve", "--allow-removals", "*=1000", ...more]);
  expect(ran.value.errored, ran.out).toBe(false);
  return ran.value;
};
/** Applies the files, and the next plan is empty. */
const reach = async (text: string, config = ""): Promise<ApplyDocument> => {
  world.policy(text, config);
  const applied = await apply();
  await settled();
  return applied;
};
const settled = async (): Promise<void> => {
  const again = await world.run(["plan", "--detailed-exitcode"]);
  expect(again.out).toMatch(/^No changes\./u);
  expect(again.code).toBe(0);
};
const lines = (): readonly string[] => world.writes().map(({ line }) => line);
const roleAt = (name: string) => world.sandbox.state().roles.find((role) => role.name === name);
const edit = (method: string, path: string, body: unknown): Promise<Response> => {
  const { baseUrl, teamId, developerKey } = world.sandbox;
  const authorization = `Basic ${btoa(`${teamId}:${developerKey}`)}`;
  return fetch(`${baseUrl}${path}`, {
    method,
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
};
const roomAt = async (url: string): Promise<{ readonly roles: readonly string[]; readonly default_role: string }> => {
  const { baseUrl, teamId, developerKey } = world.sandbox;
  const authorization = `Basic ${btoa(`${teamId}:${developerKey}`)}`;
  const room = (await (await fetch(`${baseUrl}/rooms/${url}`, { headers: { authorization } })).json()) as {
    roles: { name: string }[];
    default_role: { name: string };
  };
  return { roles: room.roles.map(({ name }) => name), default_role: room.default_role.name };
};

/** Names that came after January 2026. */
const NEW = ["room_reactions", "chat_reactions", "avatar_upload", "pin_panels", "lock_content", "see_content_badges"];
const FORMER = PERMISSIONS.filter((name) => !NEW.includes(name));

const CIRCLE = `roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, remote_muting: [guest] } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true, remove_participant: [host] } } }
rooms:
  lobby: { default: guest, users: { alice: host } }
`;

describe("roles", () => {
  it("are made with lists that name presets, which are never written", async () => {
    await open(`roles:
  custom:
    digitalsamba:
      display_name: Custom
      permissions: { start_session: true, remote_muting: [speaker, attendee], raise_hand: true }
`);
    const before = world.sandbox.state().roles;
    await apply();
    expect(world.writes()).toEqual([
      {
        line: "POST /roles",
        body: {
          name: "custom",
          display_name: "Custom",
          permissions: { start_session: true, remote_muting: ["attendee", "speaker"], raise_hand: true },
        },
      },
    ]);
    expect(before.map(({ name }) => name)).toEqual(["moderator", "speaker", "attendee", "teacher", "student"]);
    expect(world.sandbox.state().roles.slice(0, 5)).toEqual(before);
    await settled();
  });

  it("that name each other take two creations and one patch", async () => {
    await open(CIRCLE);
    const { summary } = await plan();
    expect(summary).toMatchObject({ add: 3, calls: 4, minimum_calls: 4 });
    await apply();
    expect(lines().slice(0, 2)).toEqual(["POST /roles", "POST /roles"]);
    expect(lines().toSorted()).toEqual(["PATCH /roles/guest", "POST /roles", "POST /roles", "POST /rooms"]);
    expect(roleAt("host")?.permissions.remote_muting).toEqual(["guest"]);
    expect(roleAt("guest")?.permissions.remove_participant).toEqual(["host"]);
    await settled();
  });

  it("that hold a name which nobody has are an error at that name", async () => {
    await open(`roles:
  custom:
    digitalsamba:
      display_name: Custom
      permissions:
        remote_muting:
          - speaker
          - atendee
`);
    const [fault, ...more] = await refusal("plan");
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ code: "unknown-name", hint: 'did you mean "attendee"?' });
    expect(fault?.range?.start).toEqual({ line: HEAD_LINES + 8, column: 13 });
    expect(lines()).toEqual([]);
  });

  it("with a misspelt permission are refused without a request, and knownPermissions lets a new one pass", async () => {
    const text = "roles:\n  custom:\n    digitalsamba: { display_name: Custom, permissions: { rase_hand: true } }\n";
    await open(text);
    const [fault] = await refusal("validate");
    expect(fault).toMatchObject({ code: "unknown-name", hint: 'did you mean "raise_hand"?' });
    expect(fault?.range?.start.line).toBe(HEAD_LINES + 3);
    world.policy(text.replace("rase_hand", "hologram"), "    knownPermissions: [hologram]\n");
    expect((await world.run(["validate"])).code).toBe(0);
    expect(world.sandbox.requests).toEqual([]);
    expect(await refusal("plan")).toMatchObject([{ code: "unknown-name", range: { start: { line: HEAD_LINES + 4 } } }]);
  });

  it("lose what is on at the service and not in the file, under unknown names too; in mode additive they keep it", async () => {
    const hologram = { permissions: ["start_session", "raise_hand", "hologram", "general_chat", "remote_muting"] };
    await open("", hologram);
    const permissions = {
      hologram: true,
      general_chat: true,
      raise_hand: false,
      remote_muting: ["speaker", "attendee"],
    };
    await edit("POST", "/roles", { name: "custom", display_name: "Custom", permissions });
    await edit("POST", "/rooms", { friendly_url: "lobby", privacy: "private", roles: ["custom"] });
    const text = `roles:
  custom:
    digitalsamba: { display_name: Custom, permissions: { start_session: true, remote_muting: [attendee] } }
rooms:
  lobby: { default: custom, users: {} }
`;
    const seen = lines().length;
    world.policy(text.replace("  custom:\n", "  custom:\n    mode: additive\n"));
    const kept = await plan();
    expect(kept.verdict).toBe("wider");
    expect(kept.calls.map(({ body }) => body)).toEqual([{ permissions: { start_session: true } }]);
    expect(kept.summary.unmanaged).toBe(2);
    world.policy(text);
    const strict = await plan();
    expect(strict.effects).toMatchObject([
      {
        subject: { kind: "everyone" },
        gains: ["digitalsamba:start_session"],
        loses: ["digitalsamba:general_chat", "digitalsamba:hologram", "digitalsamba:remote_muting(speaker)"],
      },
    ]);
    await apply();
    expect(world.writes().slice(seen)).toEqual([
      {
        line: "PATCH /roles/custom",
        body: {
          permissions: { general_chat: false, hologram: false, remote_muting: ["attendee"], start_session: true },
        },
      },
    ]);
    await settled();
  });

  it("are the same with white space around the name that people see", async () => {
    const text = 'roles:\n  host: { digitalsamba: { display_name: " Host ", permissions: { start_session: true } } }\n';
    await open(text);
    await apply();
    expect(roleAt("host")?.display_name).toBe("Host");
    await settled();
  });

  it("that no room of the files has are not widened unasked", async () => {
    const fac = (permissions: string): string =>
      `roles: { fac: { digitalsamba: { display_name: Fac, permissions: { ${permissions} } } } }\n`;
    await open(fac("raise_hand: true"));
    await apply();
    world.policy(fac("raise_hand: true, recording: true, manage_roles: true"));
    const wider = await plan();
    expect(wider.verdict).toBe("wider");
    expect(wider.effects).toMatchObject([
      { subject: { kind: "role", id: "fac" }, room: "*", via: "role fac", loses: [] },
    ]);
    expect((await world.run(["apply", "--auto-approve=unless-widening"])).code).toBe(11);
    expect(roleAt("fac")?.permissions.recording).not.toBe(true);
  });

  it("over some roles are asked about by the plain name too", async () => {
    await open(`roles:
  boss: { digitalsamba: { display_name: Boss, permissions: { remote_muting: [boss] } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: guest, users: { alice: boss } }
checks:
  - { name: alice mutes, who: { users: [alice] }, can: [digitalsamba:remote_muting] }
  - { name: nobody mutes, cannot: [digitalsamba:remote_muting] }
`);
    const { value } = await world.json<{ checks: { name: string; status: string }[] }>(["test"]);
    expect(value.checks).toMatchObject([{ status: "passed" }, { status: "failed" }]);
    const able = await world.json<{ subjects: { id: string }[] }>([
      "who-can",
      "digitalsamba:remote_muting",
      "--in",
      "lobby",
    ]);
    expect(able.value.subjects.map(({ id }) => id)).toEqual(["alice"]);
  });

  it("over every role to come are said so", async () => {
    await open(`roles:
  boss: { digitalsamba: { display_name: Boss, permissions: { remote_muting: true } } }
rooms:
  lobby: { default: boss, users: {} }
`);
    const ran = await world.run(["plan"]);
    expect(ran.out).toContain("digitalsamba:remote_muting(*)");
    expect(ran.err).toContain("covers every role, those that are made later too");
    await apply();
    world.policy(`roles:
  boss:
    digitalsamba:
      display_name: Boss
      permissions: { remote_muting: [moderator, speaker, attendee, teacher, student, boss] }
rooms:
  lobby: { default: boss, users: {} }
`);
    const { effects, verdict } = await plan();
    expect(verdict).toBe("narrower");
    expect(effects).toMatchObject([{ gains: [], loses: ["digitalsamba:remote_muting(*)"] }]);
  });

  it("under a new key are new roles, and the plan says so", async () => {
    await open(CIRCLE);
    await apply();
    world.policy(CIRCLE.replaceAll("host", "owner"));
    const { err, out } = await world.run(["plan"]);
    expect(err).toContain('"owner" is a new role, not the role "host" under another name');
    expect(out).toContain("+ digitalsamba/role/owner");
    expect(out).not.toContain("- digitalsamba/role/host");
  });
});

describe("the second plan is empty", () => {
  const DANGLING = CIRCLE.replace("[guest]", "[guest, old]").replace(
    "rooms:",
    "  old: { digitalsamba: { display_name: Old } }\nrooms:",
  );
  const ways: readonly (readonly [string, DigitalsambaSandboxOptions, Faults])[] = [
    ["with a page size of one", {}, [{ fault: "page-size", size: 1 }]],
    ["in every order of answers", {}, [{ fault: "reorder", seed: 7 }]],
    [
      "in another order of answers, page by page",
      {},
      [
        { fault: "reorder", seed: 99 },
        { fault: "page-size", size: 2 },
      ],
    ],
    ["where the service shows every setting", { reads: "everything" }, []],
    ["where the service takes deleted names out of lists", { afterDelete: "scrub" }, []],
    ["with 52 names and three presets", { presets: ["moderator", "speaker", "attendee"], permissions: FORMER }, []],
  ];
  it.each(ways)("%s", async (_, options, faults) => {
    await open(DANGLING, options);
    world.sandbox.setFaults(faults);
    await reach(DANGLING);
    await reach(
      `${CIRCLE.replace("roles:\n", "roles:\n  old: absent\n")}  second: { default: host, users: { bob: guest } }\n`,
    );
    expect(world.sandbox.state().roles.some(({ name }) => name === "old")).toBe(false);
  });

  it("with names that the service left dangling in lists of presets and additive roles", async () => {
    const text = (rest: string): string => `roles:
  host:
    mode: additive
    digitalsamba: { display_name: Host, permissions: { remote_muting: [speaker${rest}] } }
`;
    await open(text(""));
    await edit("POST", "/roles", { name: "old", display_name: "Old", permissions: {} });
    await edit("PATCH", "/roles/speaker", { permissions: { manage_roles: ["old"] } });
    const permissions = { remote_muting: ["speaker", "old"], manage_roles: ["old"] };
    await edit("POST", "/roles", { name: "host", display_name: "Host", permissions });
    await edit("DELETE", "/roles/old", {});
    await settled();
    await reach(text(", attendee"));
    expect(roleAt("host")?.permissions).toMatchObject({
      remote_muting: ["attendee", "speaker"],
      manage_roles: ["old"],
    });
  });
});

describe("rooms", () => {
  it("are made closed, with roles and default at once, in the order of the panel", async () => {
    await open(`roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true } } }
  speaker: { digitalsamba: existing }
rooms:
  lobby:
    default: speaker
    users: { alice: host }
    settings: { digitalsamba: { roles: [moderator, host, speaker] } }
`);
    const out = (await world.run(["plan"])).out;
    expect(out).toContain("created closed: privacy private");
    await apply();
    expect(world.writes()[1]).toEqual({
      line: "POST /rooms",
      body: {
        friendly_url: "lobby",
        privacy: "private",
        roles: ["moderator", "host", "speaker"],
        default_role: "speaker",
      },
    });
    await settled();
  });

  it("lose a role of the files that nothing names, keep foreign ones, and keep the order of the service", async () => {
    const text = (lobby: string): string => `roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
rooms:
  lobby: ${lobby}
`;
    await open(text("{ default: guest, users: { alice: host } }"));
    await apply();
    await edit("PATCH", "/rooms/lobby", { roles: ["speaker", "host", "guest", "attendee"], default_role: "guest" });
    await settled();
    world.policy(text("{ default: guest, mode: { users: additive }, users: { bob: guest } }"));
    expect((await plan()).summary).toMatchObject({ calls: 0, unmanaged: 1 });
    world.policy(text("{ default: guest, users: { bob: guest } }"));
    const { effects } = await plan();
    expect(effects).toMatchObject([{ subject: { kind: "role", id: "host" }, loses: ["digitalsamba:start_session"] }]);
    const seen = lines().length;
    const { diagnostics } = await apply();
    expect(world.writes().slice(seen)).toEqual([
      { line: "PATCH /rooms/lobby", body: { roles: ["speaker", "guest", "attendee"], default_role: "guest" } },
    ]);
    expect(diagnostics.map(({ code }) => code)).toContain("digitalsamba/pins");
    await settled();
  });

  it("are never written a value that they have, their own or the team's", async () => {
    await open(`roles:
  moderator: { digitalsamba: existing }
rooms:
  lobby: { default: moderator, settings: { digitalsamba: { chat_enabled: true, raise_hand_enabled: true, is_locked: false } } }
`);
    await edit("POST", "/rooms", { friendly_url: "lobby", privacy: "private" });
    await settled();
  });

  it("named live, or like another but for case, are refused with a reason", async () => {
    await open("roles:\n  moderator: { digitalsamba: existing }\nrooms:\n  live: { default: moderator }\n");
    expect((await refusal("validate"))[0]?.summary).toContain("the service has a page of that name");
    world.policy("roles:\n  moderator: { digitalsamba: existing }\nrooms:\n  Lobby: { default: moderator }\n");
    await edit("POST", "/rooms", { friendly_url: "lobby", privacy: "private" });
    expect(await refusal("plan")).toMatchObject([
      { code: "digitalsamba/room-case", hint: "write lobby, or choose another name" },
    ]);
    world.policy(
      "roles:\n  moderator: { digitalsamba: existing }\nrooms:\n  Lobby: { default: moderator }\n  lobby: { default: moderator }\n",
    );
    expect(await refusal("test")).toMatchObject([{ code: "similar-ids" }]);
  });

  it("called live at the service go by their id where a pattern finds them", async () => {
    await open(`roles:
  moderator: { digitalsamba: existing }
  speaker: { digitalsamba: existing }
rooms:
  "*": { default: speaker }
`);
    for (const friendly_url of ["live", "lobby"])
      await edit("POST", "/rooms", { friendly_url, privacy: "private", roles: ["moderator"] });
    const live = world.sandbox.state().rooms.find(({ friendly_url }) => friendly_url === "live")?.id ?? "";
    const seen = lines().length;
    await apply();
    expect(lines().slice(seen).toSorted()).toEqual([`PATCH /rooms/${live}`, "PATCH /rooms/lobby"]);
    expect(await roomAt(live)).toMatchObject({ default_role: "speaker" });
    await settled();
  });

  it("of the team follow its defaults, patched with roles and default at once", async () => {
    const text = "roles:\n  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }\n";
    const config = "    roomDefaults: { roles: [guest, moderator], default: guest }\n";
    await open(text, {}, config);
    await reach(text, config);
    expect(world.writes()[1]).toEqual({
      line: "PATCH ",
      body: { roles: ["moderator", "guest"], default_role: "guest" },
    });
  });
});

describe("a room that may have its roles from the team", () => {
  const TEXT = `rooms: { lobby: { default: attendee }, hall: {} }
roles: { attendee: { digitalsamba: existing }, speaker: { digitalsamba: existing } }
`;
  const roles = "[moderator, speaker, attendee]";
  const [OLD, NEW_DEFAULT] = ["attendee", "speaker"].map(
    (name) => `    roomDefaults: { roles: ${roles}, default: ${name} }\n`,
  );
  const PATCH = {
    line: "PATCH /rooms/lobby",
    body: { roles: ["moderator", "speaker", "attendee"], default_role: "attendee" },
  };
  const setUp = async (): Promise<number> => {
    const before = TEXT.slice(TEXT.indexOf("roles"));
    await open(before, {}, OLD);
    await reach(before, OLD);
    for (const friendly_url of ["lobby", "hall"]) await edit("POST", "/rooms", { friendly_url, privacy: "private" });
    await reach(TEXT, OLD);
    world.policy(TEXT, NEW_DEFAULT);
    return world.writes().length;
  };

  it("keeps what the files give it when the team's default changes, and the others follow", async () => {
    const writes = await setUp();
    const { resource_changes, calls, effects } = await plan();
    expect(calls.map(({ path, after }) => [path, after])).toEqual([
      ["/rooms/lobby", []],
      ["", ["c1"]],
    ]);
    expect(resource_changes[0]).toMatchObject({ action_reason: expect.stringContaining("does not follow") });
    expect(effects.map(({ room }) => room)).toEqual(["*"]);
    await reach(TEXT, NEW_DEFAULT);
    expect(world.writes()[writes]).toEqual(PATCH);
    expect([await roomAt("lobby"), await roomAt("hall")]).toMatchObject([
      { default_role: "attendee" },
      { default_role: "speaker" },
    ]);
  });

  it("is not written when its roles are known to be its own", async () => {
    const writes = await setUp();
    await reach(TEXT, NEW_DEFAULT);
    await reach(TEXT, OLD);
    await reach(TEXT, NEW_DEFAULT);
    expect(lines().slice(writes)).toEqual(["PATCH /rooms/lobby", "PATCH ", "PATCH ", "PATCH "]);
  });

  it("is not written where the team stays as it is", async () => {
    await setUp();
    world.policy(TEXT, OLD);
    await settled();
  });

  it("is written again when the answer was lost, before the team changes", async () => {
    const writes = await setUp();
    world.sandbox.setFaults([{ fault: "lost", match: { method: "PATCH", path: "*/rooms/lobby" }, times: 1 }]);
    await reach(TEXT, NEW_DEFAULT);
    expect(lines().slice(writes)).toEqual(["PATCH /rooms/lobby", "PATCH /rooms/lobby", "PATCH "]);
    expect(await roomAt("lobby")).toMatchObject({ default_role: "attendee" });
  });

  it("comes first in an approved plan too, which goes on where it was cut off", async () => {
    const writes = await setUp();
    expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
    world.sandbox.setFaults([{ fault: "status", status: 422, match: { method: "PATCH", path: "/api/v1" }, times: 1 }]);
    expect((await world.run(["apply", "plan.json"])).code).toBe(13);
    expect((await world.run(["apply", "plan.json"])).code).toBe(0);
    expect(
      lines()
        .slice(writes)
        .filter((line) => line === "PATCH /rooms/lobby"),
    ).toHaveLength(1);
    expect(await roomAt("lobby")).toMatchObject({ default_role: "attendee" });
    await settled();
  });

  it("is brought in by a target that is the team", async () => {
    await setUp();
    const { resource_changes } = await plan("--target", "digitalsamba/team");
    expect(resource_changes.map(({ address, needed_by }) => [address, needed_by])).toEqual([
      ["digitalsamba/room/lobby", "digitalsamba/team"],
      ["digitalsamba/team", undefined],
    ]);
  });
});

describe("effects", () => {
  it("tell what a role brings into a room that only its settings name", async () => {
    await open(`rooms:
  lobby: { default: speaker, users: {}, settings: { digitalsamba: { roles: [moderator] } } }
roles:
  speaker: { digitalsamba: existing }
`);
    await edit("POST", "/rooms", { friendly_url: "lobby", privacy: "private", roles: ["speaker"] });
    const { effects, verdict } = await plan();
    expect(verdict).toBe("wider");
    expect(effects).toMatchObject([{ subject: { kind: "role", id: "moderator" }, loses: [] }]);
    expect(effects[0]?.gains).toContain("digitalsamba:manage_roles(*)");
  });

  it("are told for people by name, whose token has the role of the files", async () => {
    const text = (users: string): string => `roles:
  host: { digitalsamba: { display_name: Host, permissions: { start_session: true, raise_hand: true } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: guest, users: ${users} }
`;
    await open(text("{ alice: host, bob: guest }"));
    await apply();
    world.policy(text("{ alice: guest, bob: host }"));
    const { effects, calls } = await plan();
    expect({ effects, calls }).toEqual({ effects: [], calls: [] });
    world.policy(text("{ alice: guest }"));
    const ran = await world.run(["plan"]);
    expect(ran.out).toMatch(/- role host +lobby +digitalsamba:start_session/u);
    expect(ran.err).toContain("tokens that were issued go on until they end");
  });

  it("of a role that only the service knows are not told offline, and that is said", async () => {
    await open(`roles:
  moderator: { digitalsamba: existing }
rooms:
  lobby: { default: moderator, users: {} }
`);
    const ran = await world.run(["who-can", "digitalsamba:start_session", "--in", "lobby"]);
    expect(ran.err).toContain('what the role "moderator" may do only Digital Samba knows');
    await edit("POST", "/rooms", { friendly_url: "lobby", privacy: "private", roles: ["moderator"] });
    const live = await world.run(["who-can", "digitalsamba:start_session", "--in", "lobby", "--live"]);
    expect(live).toMatchObject({ code: 0, err: "" });
    expect(live.out).toContain("everyone");
  });
});

describe("a role that goes", () => {
  const BASE = `roles:
  host: { digitalsamba: { display_name: Host, permissions: { remote_muting: [old, guest] } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
  old: { digitalsamba: { display_name: Old, permissions: { raise_hand: true } } }
rooms:
  lobby: { default: old, users: { alice: host } }
`;
  const GONE = `roles:
  host: { digitalsamba: { display_name: Host, permissions: { remote_muting: [guest] } } }
  guest: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }
  old: absent
rooms:
  lobby: { default: guest, users: { alice: host } }
`;

  it("leaves managed lists, rooms and the team's defaults first", async () => {
    await open(BASE, {}, "    roomDefaults: { roles: [old, moderator], default: old }\n");
    await apply();
    const seen = lines().length;
    await reach(GONE, "    roomDefaults: { roles: [guest, moderator], default: guest }\n");
    const sent = lines().slice(seen);
    expect(sent.at(-1)).toBe("DELETE /roles/old");
    expect(sent.slice(0, -1).toSorted()).toEqual(["PATCH ", "PATCH /roles/host", "PATCH /rooms/lobby"]);
  });

  it("is an error at its line while a room or team that no file names has it", async () => {
    await open(BASE);
    await apply();
    await edit("POST", "/rooms", {
      friendly_url: "annex",
      privacy: "private",
      roles: ["guest", "old"],
      default_role: "guest",
    });
    await edit("PATCH", "/roles/speaker", { permissions: { manage_roles: ["old"] } });
    world.policy(GONE);
    const [fault, ...more] = await refusal("plan");
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ code: "tombstone", range: { start: { line: HEAD_LINES + 4 } } });
    expect(fault?.summary).toContain('room "annex"');
    await edit("PATCH", "/rooms/annex", { roles: ["guest"], default_role: "guest" });
    await edit("PATCH", "", { roles: ["old", "moderator"], default_role: "old" });
    expect((await refusal("plan"))[0]?.summary).toContain("the team");
    await edit("PATCH", "", { roles: ["moderator"], default_role: "moderator" });
    const { diagnostics } = await plan();
    expect(diagnostics).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: "digitalsamba/role-left" })]),
    );
    await apply();
    await settled();
  });

  it.each(["stop", "continue"] as const)("that somebody holds in a session is refused with words: %s", async (way) => {
    await open(BASE);
    await apply();
    world.sandbox.join("lobby", { name: "Erin", role: "old" });
    world.policy(`${GONE}  fresh: { default: guest, users: {} }\n`);
    const ran = await world.json<ApplyDocument>([
      ...["apply", "--auto-approve", "--allow-removals", "*=1000", "--on-error", way],
    ]);
    expect(ran.code).toBe(13);
    const failed = ran.value.outcomes.filter(({ status }) => status === "failed");
    expect(failed).toMatchObject([{ address: "digitalsamba/role/old", source: { line: HEAD_LINES + 4 } }]);
    expect(failed[0]?.error).toContain("while somebody holds it in a running session");
    if (way === "continue") expect(ran.value.summary).toMatchObject({ done: 3, failed: 1, not_started: 0 });
    world.sandbox.endSession("lobby");
    await apply();
    await settled();
  });

  it("is never a preset, and never one that the files only use", async () => {
    await open("roles:\n  moderator: absent\n");
    expect(await refusal("validate")).toMatchObject([{ code: "tombstone" }]);
    expect(world.sandbox.requests).toEqual([]);
  });
});
