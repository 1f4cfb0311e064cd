import { afterEach, describe, expect, it } from "vitest";
import { apply, type Made, plan } from "./harness.ts";
import {
  type DigitalsambaSandbox,
  type DigitalsambaSandboxOptions,
  sampleState,
  startDigitalsambaSandbox,
} from "./sandbox.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});
const start = async (options: DigitalsambaSandboxOptions = {}): Promise<DigitalsambaSandbox> => {
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state: sampleState(), ...options });
  open.push(sandbox);
  return sandbox;
};
const bodies = (made: Made) => made.calls.map(({ body }) => JSON.parse(JSON.stringify(body ?? null)));
const codes = (made: Made) => made.diagnostics.map(({ code }) => code);
const allDone = async (sandbox: DigitalsambaSandbox, made: Made) =>
  expect((await apply(sandbox, made)).map(({ status, error }) => error ?? status)).toEqual(
    made.calls.map(() => "done"),
  );

const ROLES = `roles:
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
  head: { digitalsamba: { display_name: Head, permissions: { start_session: true, remote_muting: [pupil] } } }
  moderator: { digitalsamba: existing }
  attendee: { digitalsamba: existing }
`;

describe("a room that is not there", () => {
  it("is made closed, with its roles and their default at once, after the roles", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  aula: { default: pupil, users: { alice: head }, settings: { digitalsamba: { roles: [moderator] } } }\n`;
    const made = await plan(sandbox, text);
    expect(bodies(made).at(-1)).toEqual({
      friendly_url: "aula",
      privacy: "private",
      roles: ["pupil", "head", "moderator"],
      default_role: "pupil",
    });
    expect(made.document.resource_changes.find(({ kind }) => kind === "room")?.action_reason).toContain("closed");
    await allDone(sandbox, made);
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });

  it("has its roles in the order that the settings give them", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `${ROLES}rooms:\n  aula: { default: pupil, users: { alice: head }, settings: { digitalsamba: { roles: [moderator, head, pupil] } } }\n`,
    );
    expect(bodies(made).at(-1)).toMatchObject({ roles: ["moderator", "head", "pupil"] });
  });

  it("takes the team's default role where the files give none", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  aula: { users: { alice: head } }\n`;
    const made = await plan(sandbox, text);
    expect(bodies(made).at(-1)).toMatchObject({ roles: ["moderator", "head"], default_role: "moderator" });
    await allDone(sandbox, made);
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });

  it("is made with the settings that are not the team's already", async () => {
    const sandbox = await start();
    const settings = "{ privacy: public, chat_enabled: false, is_locked: true, roles: [moderator] }";
    const text = `${ROLES}rooms:\n  aula: { default: pupil, settings: { digitalsamba: ${settings} } }\n`;
    const made = await plan(sandbox, text);
    expect(bodies(made).at(-1)).toMatchObject({ privacy: "public", is_locked: true });
    expect(codes(made)).toContain("digitalsamba/public-room");
    await allDone(sandbox, made);
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });

  it("has no further roles where the settings give it none", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  aula: { default: pupil, users: { alice: head }, settings: { digitalsamba: { roles: [] } } }\n`;
    const made = await plan(sandbox, text);
    expect(made.errors).toEqual([]);
    expect(bodies(made).at(-1)).toMatchObject({ roles: ["pupil", "head"] });
  });

  it("is warned of where its name is one edit away from a room that no file names", async () => {
    const sandbox = await start();
    const near = await plan(sandbox, `${ROLES}rooms:\n  clas-7a: { default: pupil }\n`);
    expect(codes(near)).toContain("similar-room");
    const lists = () => sandbox.requests.filter(({ method, path }) => method === "GET" && path === "/api/v1/rooms");
    expect(lists()).toHaveLength(1);
    await plan(
      sandbox,
      `${ROLES}rooms:\n  class-7a: { default: attendee }\n  old: { absent: true, on: digitalsamba }\n`,
    );
    expect(lists()).toHaveLength(1);
  });

  it("waits where the files say not to make it", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, `${ROLES}rooms:\n  aula: { create: false, default: pupil }\n`);
    expect(made.document.pending.map(({ address }) => address)).toEqual(["digitalsamba/room/aula"]);
  });

  it("is an error where the service has one of other case, or the files name two", async () => {
    const sandbox = await start();
    const one = await plan(sandbox, `${ROLES}rooms:\n  Class-7A: { default: pupil }\n`);
    expect(one.errors.map(({ code }) => code)).toEqual(["digitalsamba/room-case"]);
    const two = await plan(sandbox, `${ROLES}rooms:\n  aula: { default: pupil }\n  Aula: { default: pupil }\n`);
    expect(two.errors.map(({ code }) => code)).toContain("similar-ids");
  });
});

describe("a room that is there", () => {
  it("keeps foreign roles, in the order of the service, and gets new ones at the end", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  class-7a: { default: attendee, users: { alice: head } }\n`;
    const made = await plan(sandbox, text);
    expect(bodies(made).at(-1)).toEqual({
      roles: ["assistant", "attendee", "moderator", "head"],
      default_role: "attendee",
    });
    expect(codes(made)).toContain("digitalsamba/pins");
    await allDone(sandbox, made);
    expect(sandbox.requests.findLast(({ method }) => method === "PATCH")?.body).toEqual({
      roles: ["moderator", "assistant", "attendee", "head"],
      default_role: "attendee",
    });
    expect((await plan(sandbox, text)).calls).toEqual([]);
  });

  it("loses a role of ours that nothing names any more, where users are managed", async () => {
    const sandbox = await start();
    const room = (people: string) => `${ROLES}rooms:\n  class-7a: { default: attendee${people} }\n`;
    await allDone(sandbox, await plan(sandbox, room(", users: { alice: head }")));
    expect((await plan(sandbox, room(""))).calls).toEqual([]);
    expect((await plan(sandbox, room(", mode: { users: additive }, users: {}"))).calls).toEqual([]);
    expect((await plan(sandbox, room(", mode: { users: observe }, users: {}"))).document.resource_drift).toHaveLength(
      1,
    );
    const made = await plan(sandbox, room(", users: {}"));
    expect(bodies(made)).toEqual([{ roles: ["assistant", "attendee", "moderator"], default_role: "attendee" }]);
    expect(codes(made)).toContain("takes-effect-later");
    expect(made.document.resource_changes.flatMap(({ fields }) => fields)).toMatchObject([
      { path: ["roles"], after: "[assistant, attendee, moderator]", mode: "authoritative" },
    ]);
  });

  it("keeps a role that a team is granted, though each of its members has another entry", async () => {
    const sandbox = await start();
    const config = "teams: { staff: [ann], nobody: [bob] }\n";
    const room = (people: string) => `${config}${ROLES}rooms:\n  class-7a: { default: attendee, ${people} }\n`;
    await allDone(sandbox, await plan(sandbox, room("users: { ann: head, bob: pupil }")));
    const kept = "teams: { staff: head, nobody: pupil }, users: { ann: attendee, bob: absent }";
    expect((await plan(sandbox, room(kept))).calls).toEqual([]);
    const made = await plan(sandbox, room("teams: { staff: head }, users: { ann: attendee }"));
    expect(bodies(made)[0].roles).not.toContain("pupil");
    expect(bodies(made)[0].roles).toContain("head");
  });

  it("changes its default together with its roles", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, `${ROLES}rooms:\n  class-7a: { default: moderator }\n`);
    expect(bodies(made).at(-1)).toEqual({ roles: ["assistant", "attendee", "moderator"], default_role: "moderator" });
    expect(JSON.stringify(made.document.resource_changes)).not.toContain('"mode"');
  });

  it("is never written a value that it has, be it its own or the team's", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  staff-room: { default: moderator, settings: { digitalsamba: { privacy: private } } }\n`;
    const made = await plan(sandbox, text);
    expect(made.calls.filter(({ path }) => path.startsWith("/rooms"))).toEqual([]);
  });

  it("goes back to the team's value with the value that the files write", async () => {
    const sandbox = await start({ reads: "everything" });
    const room = (value: boolean) =>
      `${ROLES}rooms:\n  class-7a: { default: attendee, settings: { digitalsamba: { chat_enabled: ${value} } } }\n`;
    const there = await plan(sandbox, room(false));
    const back = await plan(sandbox, room(true));
    // One of the two is what the team has: the other is written, and then taken back.
    const [away, home] = there.lines.some((line) => line.startsWith("PATCH /rooms")) ? [false, true] : [true, false];
    expect([there, back].filter(({ lines }) => lines.some((line) => line.startsWith("PATCH /rooms")))).toHaveLength(1);
    await allDone(sandbox, away ? back : there);
    expect((await plan(sandbox, room(away))).calls).toEqual([]);
    const made = await plan(sandbox, room(home));
    expect(bodies(made)).toEqual([{ chat_enabled: home }]);
    await allDone(sandbox, made);
    expect((await plan(sandbox, room(home))).calls).toEqual([]);
  });

  it("is not compared in what the service does not show, and it is said", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `${ROLES}rooms:\n  class-7a: { default: attendee, settings: { digitalsamba: { session_length: 60 } } }\n`,
    );
    expect(made.lines.filter((line) => line.startsWith("PATCH /rooms"))).toEqual([]);
    expect(codes(made)).toContain("digitalsamba/not-readable");
  });

  it("cannot be locked with a single role", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `${ROLES}rooms:\n  aula: { default: pupil, settings: { digitalsamba: { is_locked: true } } }\n`,
    );
    expect(made.errors.map(({ code }) => code)).toEqual(["digitalsamba/single-role"]);
  });

  it("is an error where it names a role that neither files nor service have", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `${ROLES}  ghost: { digitalsamba: existing }
rooms:
  class-7a: { default: ghost, users: { alice: ghost }, settings: { digitalsamba: { roles: [wraith] } } }
`,
    );
    expect(made.errors.map(({ summary }) => summary)).toEqual([
      'neither the files nor Digital Samba have a role "ghost"',
      'neither the files nor Digital Samba have a role "ghost"',
      'neither the files nor Digital Samba have a role "wraith"',
    ]);
  });

  it("is only changed by a pattern, never made by one", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, `${ROLES}rooms:\n  "class-{id}": { default: moderator }\n`);
    expect(made.lines.filter((line) => line.includes("/rooms"))).toEqual([
      "PATCH /rooms/class-7a",
      "PATCH /rooms/class-7b",
    ]);
  });

  it("is only looked at in mode observe", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      `${ROLES}rooms:\n  class-7a: { mode: observe, default: moderator, settings: { digitalsamba: { privacy: public } } }\n`,
    );
    expect(made.lines.filter((line) => line.includes("/rooms"))).toEqual([]);
    expect(made.document.resource_drift.map(({ change }) => change.after)).toMatchObject([
      { privacy: "public", default_role: "moderator" },
    ]);
  });

  it("is deleted before a role that it held", async () => {
    const sandbox = await start();
    const made = await plan(
      sandbox,
      "roles: { guest: absent }\nrooms:\n  parents-evening: { absent: true, on: digitalsamba }\n",
    );
    expect(made.errors).toEqual([]);
    expect(made.lines).toEqual(["DELETE /rooms/parents-evening", "DELETE /roles/guest"]);
    expect(made.calls[1]?.after).toEqual(["c1"]);
    await allDone(sandbox, made);
  });
});

describe("the team's default room settings", () => {
  it("are patched with roles and default at once, and the rooms that may follow are named", async () => {
    const sandbox = await start();
    const config = "    roomDefaults: { roles: [pupil, moderator], default: pupil }\n";
    const text = `${ROLES}rooms:\n  staff-room: {}\n`;
    const made = await plan(sandbox, text, config);
    expect(made.calls.filter(({ path }) => path === "")).toMatchObject([
      { method: "PATCH", body: { roles: ["moderator", "pupil"], default_role: "pupil" } },
    ]);
    const remark = made.diagnostics.find(({ code }) => code === "digitalsamba/team-defaults");
    expect(remark?.detail).toContain('"staff-room"');
    await allDone(sandbox, made);
    expect((await plan(sandbox, text, config)).calls).toEqual([]);
  });

  it("are an error where the roles do not hold the default", async () => {
    const sandbox = await start();
    const made = await plan(sandbox, ROLES, "    roomDefaults: { roles: [moderator], default: pupil }\n");
    expect(made.errors.map(({ summary }) => summary)).toEqual(['the roles of roomDefaults do not hold "pupil"']);
  });
});
