import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ErrorDocument } from "../../engine/plan-document.ts";
import { grantFor, languages, load, loadProvider, readText } from "../../index.ts";
import { type StandIn, standIn } from "./digitalsamba-stand-in.ts";
import { type Place, placeForStandIn } from "./digitalsamba-world.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");
const POLICY = `teams: { staff: [erin, frank] }
roles:
  teacher: { digitalsamba: { display_name: Teacher, permissions: { start_session: true } } }
  pupil: { digitalsamba: { display_name: Pupil, permissions: { raise_hand: true } } }
rooms:
  lobby:
    default: pupil
    teams: { staff: teacher }
    users:
      alice: teacher
      bob: { role: teacher, expires: "2026-06-01T12:20:00Z" }
      carol: { role: teacher, expires: "2026-06-01T11:00:00Z" }
      frank: absent
  "class-*": { default: pupil, users: { alice: teacher } }
  other: { default: pupil, users: {}, create: false }
`;

let service: StandIn;
let place: Place;
beforeEach(async () => {
  service = await standIn();
  place = placeForStandIn(service.url);
  place.policy(POLICY);
  service.rooms.set("class-1", { privacy: "private", roles: ["moderator"], default_role: "moderator" });
  const ran = await place.run(["apply", "--auto-approve"], { now: NOW });
  expect(ran.code, ran.err).toBe(0);
  service.forget();
});
afterEach(async () => {
  place.remove();
  await service.close();
});

const ask = (room: string, user: string, ...more: readonly string[]) =>
  place.json<{ readonly expires: string }>(["token", room, user, "--on", "digitalsamba", ...more], { now: NOW });
const refusal = async (...args: Parameters<typeof ask>): Promise<string> => {
  const { code, value } = await ask(...args);
  expect(code).toBe(1);
  expect(service.writes()).toEqual([]);
  return (value as unknown as ErrorDocument).diagnostics[0]?.summary ?? "";
};

describe("a token", () => {
  it("holds the role of the files, for an hour, until an absolute time", async () => {
    const { code, value, err } = await ask("lobby", "alice");
    expect(code, err).toBe(0);
    expect(value).toEqual({
      provider: "digitalsamba",
      room: "lobby",
      user: "alice",
      grant: { role: "teacher" },
      token: "jwt.alice.teacher",
      expires: "2026-06-01T13:00:00.000Z",
    });
    expect(service.writes().map(({ path, body }) => ({ path, body }))).toEqual([
      { path: "/rooms/lobby/token", body: { ud: "alice", role: "teacher", exp: NOW / 1000 + 3600 } },
    ]);
  });

  it("alone is what is printed without --json", async () => {
    const ran = await place.run(["token", "lobby", "erin", "--on", "digitalsamba"], { now: NOW });
    expect(ran).toEqual({ code: 0, out: "jwt.erin.teacher\n", err: "" });
  });

  it("ends with the grant, and lasts as long as it is asked to, up to a day", async () => {
    expect((await ask("lobby", "bob")).value.expires).toBe("2026-06-01T12:20:00.000Z");
    expect((await ask("lobby", "alice", "--ttl", "5m")).value.expires).toBe("2026-06-01T12:05:00.000Z");
    expect((await ask("lobby", "alice", "--ttl", "24h")).value.expires).toBe("2026-06-02T12:00:00.000Z");
    service.forget();
    expect(await refusal("lobby", "alice", "--ttl", "25h")).toContain("24h");
  });

  it("is not made for another instant than now, where people are real", async () => {
    const vendor = POLICY.replace("carol:", "late: { role: teacher, starts: 2031-01-01 }\n      carol:");
    place.write(
      "rolecall.yaml",
      `version: 1
providers: { digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY } } }
${vendor}`,
    );
    const ran = await place.json<ErrorDocument>([
      "token",
      "lobby",
      "late",
      "--on",
      "digitalsamba",
      "--at",
      "2031-02-01",
    ]);
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "usage" } });
    expect(ran.value.diagnostics[0]?.summary).toContain("for reading only");
  });

  it("is for people of the files in a room of the files, and for nobody else", async () => {
    for (const user of ["zed", "carol", "frank"])
      expect(await refusal("lobby", user)).toContain(`give "${user}" nothing`);
    expect(await refusal("annex", "alice")).toContain('room "annex"');
    expect(await refusal("live", "alice")).toContain('room "live"');
    const { code } = await place.run(["token", "lobby", "alice", "--on", "elsewhere"], { now: NOW });
    expect(code).toBe(1);
  });

  it("is for a room that a pattern governs too", async () => {
    expect((await ask("class-1", "alice")).value).toMatchObject({ room: "class-1", token: "jwt.alice.teacher" });
    service.forget();
    expect(await refusal("class-2", "alice")).toContain("apply first");
  });

  it("is not made for a role that the room does not have yet", async () => {
    service.rooms.set("lobby", { privacy: "private", roles: ["pupil"], default_role: "pupil" });
    expect(await refusal("lobby", "alice")).toContain('does not have the role "teacher" yet; apply first');
  });
});

describe("grantFor", () => {
  it("gives the same to code that makes its own tokens", async () => {
    const { file } = readText(
      "rolecall.yaml",
      new TextEncoder().encode(
        `version: 1\nproviders:\n  digitalsamba: { teamId: t, developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY } }\n${POLICY}`,
      ),
    );
    if (file === undefined) throw new Error("unreadable");
    const { document } = load([file], { policyFiles: [], languages, allowEnv: [], at: NOW });
    const provider = await loadProvider("digitalsamba");
    if (document === undefined || provider === undefined) throw new Error("not valid");
    const of = (user: string) => grantFor({ document, name: "digitalsamba", provider, room: "lobby", user, at: NOW });
    expect(of("bob")).toMatchObject({ type: "grant", grant: { role: "teacher" }, expires: NOW + 20 * 60_000 });
    expect(of("erin")).toMatchObject({ type: "grant", grant: { role: "teacher" }, expires: NOW + 3_600_000 });
    expect(of("zed")).toMatchObject({ type: "refused" });
  });
});
