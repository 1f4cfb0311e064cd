import { afterEach, describe, expect, it } from "vitest";
import { apply, type Made, plan } from "./harness.ts";
import { type DigitalsambaSandbox, startDigitalsambaSandbox } from "./sandbox.ts";
import { newTeam } from "./sandbox-store.ts";

const open: DigitalsambaSandbox[] = [];
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

/** Two rooms without a value of their own, in a team of the presets moderator, speaker and attendee. */
const start = async (): Promise<DigitalsambaSandbox> => {
  const team = newTeam("00000000-0000-4000-8000-00000000d5a0", 0, ["moderator", "speaker", "attendee"]);
  const room = (count: number, friendly_url: string) => ({
    id: `00000000-0000-4000-8000-00000000010${count}`,
    friendly_url,
    values: { privacy: "private" },
    hadSession: false,
    created_at: "2026-01-05T10:00:00Z",
    updated_at: "2026-01-05T10:00:00Z",
  });
  const state = { ...team, nextId: 1000, rooms: [room(1, "lobby"), room(2, "hall")] };
  const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state });
  open.push(sandbox);
  return sandbox;
};
const ROLES = `roles:
  moderator: { digitalsamba: existing }
  speaker: { digitalsamba: existing }
  attendee: { digitalsamba: existing }
`;
const TEAM = "    roomDefaults: { roles: [moderator, attendee], default: attendee }\n";
const writes = (made: Made) => made.calls.map(({ path, body }) => [path, JSON.parse(JSON.stringify(body))]);
const own = { roles: ["attendee", "moderator", "speaker"], default_role: "moderator" };

describe("a room without a default in the files, which may have its roles from the team", () => {
  it("is written before the team where the team's new roles lack one that is granted in it", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  lobby: { users: { alice: speaker } }\n  hall: { users: { alice: attendee } }\n`;
    const made = await plan(sandbox, text, TEAM);
    expect(writes(made)).toEqual([
      ["/rooms/lobby", own],
      ["", { roles: ["attendee", "moderator"], default_role: "attendee" }],
    ]);
    expect(made.calls[1]?.after).toEqual(["c1"]);
    const remark = made.diagnostics.find(({ code }) => code === "digitalsamba/team-defaults");
    expect(remark?.detail).toContain('1 look as the team does now and may follow: "hall"');
    expect((await apply(sandbox, made)).map(({ status }) => status)).toEqual(["done", "done"]);
    expect((await plan(sandbox, text, TEAM)).lines).toEqual([]);
  });

  it("is written before the team where its settings name such a role", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  lobby: { settings: { digitalsamba: { roles: [speaker] } } }\n`;
    const made = await plan(sandbox, text, TEAM);
    expect(writes(made)[0]).toEqual(["/rooms/lobby", own]);
    await apply(sandbox, made);
    expect((await plan(sandbox, text, TEAM)).lines).toEqual([]);
  });

  it("follows where its people are only observed, and where the team keeps what they are granted", async () => {
    const sandbox = await start();
    const observed = "rooms:\n  lobby: { mode: { users: observe }, users: { alice: speaker } }\n";
    expect((await plan(sandbox, ROLES + observed, TEAM)).lines).toEqual(["PATCH "]);
    const kept = `${ROLES}rooms:\n  lobby: { users: { alice: attendee } }\n`;
    expect((await plan(sandbox, kept, TEAM)).lines).toEqual(["PATCH "]);
  });

  it("keeps its other fields observed, and is no drift for being written", async () => {
    const sandbox = await start();
    const text = `${ROLES}rooms:\n  lobby: { mode: { default: observe }, default: moderator, users: { alice: speaker } }\n`;
    const made = await plan(sandbox, text, TEAM);
    expect(writes(made)[0]).toEqual(["/rooms/lobby", own]);
    expect(made.document.resource_drift).toEqual([]);
  });
});
