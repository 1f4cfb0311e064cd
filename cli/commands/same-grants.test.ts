import { afterEach, describe, expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import type { ValidateDocument } from "../../engine/report/diagnostics.ts";
import { type Workplace, workplace } from "../../test/run.ts";

const HEADS = {
  liveblocks: "liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }",
  daily: "daily: { apiKey: { env: DAILY_API_KEY } }",
  digitalsamba: "digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_KEY } }",
  zego: "zego: { appId: 1234567890, serverSecret: { env: ZEGO_SERVER_SECRET } }",
};
type Type = keyof typeof HEADS;
const samba = (muting: string): string =>
  `{ display_name: Host, permissions: { raise_hand: true, remote_muting: ${muting} } }`;
const zego = (module: string): string => `{ module: ${module}, graphic: none }`;

/** Two ways to write one thing. */
const EQUAL: readonly (readonly [Type, string, string])[] = [
  ["liveblocks", "[room:read, comments:write]", "[comments:write, room:read]"],
  ["liveblocks", "[room:write]", "['*:write']"],
  ["liveblocks", "[room:read, room:presence:write]", "[room:read]"],
  ["daily", "{ canSend: [audio, video] }", "{ canSend: [video, audio] }"],
  ["daily", "{ canSend: false, canAdmin: false }", "{ canSend: [], canAdmin: [] }"],
  ["digitalsamba", samba("[host, guest]"), samba("[guest, host]")],
  ["zego", zego("[zoom, scroll]"), zego("[scroll, zoom]")],
  ["zego", zego("all"), zego("[zoom, scroll]")],
  ["zego", zego("[zoom]"), zego("[1]")],
  ["zego", zego("none"), zego("[0]")],
];
const DIFFERENT: readonly (readonly [Type, string, string])[] = [
  ["liveblocks", "[room:read]", "[room:write]"],
  ["daily", "{ canSend: [audio] }", "{ canSend: [audio], canAdmin: false }"],
  ["digitalsamba", samba("[host]"), samba("[guest]")],
  ["digitalsamba", samba("false"), "{ display_name: Host, permissions: { raise_hand: true } }"],
  ["zego", zego("[zoom]"), zego("[2]")],
];

let place: Workplace | undefined;
afterEach(() => place?.remove());
const guest = (type: Type): string =>
  type === "digitalsamba" ? `  guest: { digitalsamba: { display_name: Guest, permissions: {} } }\n` : "";

describe("a role", () => {
  const digestOf = async (type: Type, block: string): Promise<string> => {
    place = workplace({
      "rolecall.yaml": `providers: { ${HEADS[type]} }\nroles:\n  host: { ${type}: ${block} }\n${guest(type)}rooms: { weekly: { default: host } }\n`,
    });
    const { value, err } = await place.json<PlanDocument>(["plan", "--sandbox", "--at", "2026-11-22"], {
      now: Date.parse("2026-11-22"),
    });
    expect(value.errored, err).toBe(false);
    place.remove();
    return value.meaning;
  };

  it.each(EQUAL)("of %s that is written %s means the same as %s", async (type, one, other) => {
    expect(await digestOf(type, one)).toBe(await digestOf(type, other));
  });

  it.each(DIFFERENT)("of %s that is written %s means something else than %s", async (type, one, other) => {
    expect(await digestOf(type, one)).not.toBe(await digestOf(type, other));
  });
});

describe("a reviewed plan", () => {
  it.each(EQUAL.filter(([type]) => type !== "zego"))(
    "for %s made with %s is applied with %s",
    async (type, one, other) => {
      const files = (block: string): string =>
        `providers: { ${HEADS[type]} }\nroles:\n  host: { ${type}: ${block} }\n${guest(type)}rooms: { fresh-room: { default: host } }\n`;
      place = workplace({ "rolecall.yaml": files(one) });
      expect((await place.run(["plan", "--sandbox", "--out", "p.json"])).code).toBe(0);
      place.write("rolecall.yaml", files(other));
      const alias = other.includes("*:write") || one.includes("presence");
      // An alias is other words on the wire, so it is another call.
      expect((await place.run(["apply", "p.json", "--sandbox"])).code).toBe(alias ? 10 : 0);
    },
  );
});

describe("two teams", () => {
  const validate = async (type: Type, one: string, other: string, room: string) => {
    place = workplace({
      "rolecall.yaml": `providers: { ${HEADS[type]} }\nteams: { a: [bob], b: [bob] }\nroles:\n  host: { ${type}: ${one} }\n  host2: { ${type}: ${other} }\n${guest(type)}rooms: { weekly: ${room} }\n`,
    });
    const { value } = await place.json<ValidateDocument>(["validate", "--at", "2026-11-22"]);
    place.remove();
    return value.diagnostics.map(({ code }) => code);
  };
  const TEAMS = "{ teams: { a: host, b: host2 } }";

  it.each(EQUAL.filter(([type]) => type !== "digitalsamba"))(
    "on %s may give one person %s and %s",
    async (type, one, other) => {
      expect(await validate(type, one, other, TEAMS)).not.toContain("team-conflict");
    },
  );

  it.each(DIFFERENT)("on %s may not give one person %s and %s", async (type, one, other) => {
    expect(await validate(type, one, other, TEAMS)).toContain("team-conflict");
  });

  it("may not give two roles that are objects, though they allow the same", async () => {
    expect(await validate("digitalsamba", samba("[host]"), samba("[host]"), TEAMS)).toContain("team-conflict");
  });

  it("a grant that is written otherwise than an equal default is a smell, but not a role object of another name", async () => {
    const room = "{ default: host, users: { eve: host2 } }";
    expect(await validate("liveblocks", "[room:write]", "['*:write']", room)).toContain("same-as-default");
    expect(await validate("liveblocks", "[room:write]", "[room:read]", room)).not.toContain("same-as-default");
    expect(await validate("digitalsamba", samba("false"), samba("false"), room)).not.toContain("same-as-default");
  });
});

it("teams that will disagree are a warning now, at both lines, in validate and plan", async () => {
  place = workplace({
    "rolecall.yaml": `providers: { ${HEADS.liveblocks} }
teams: { t: [bob], s: [bob] }
roles:
  v: { liveblocks: [room:read, comments:write] }
  e: { liveblocks: [room:write] }
  c: { liveblocks: [room:read] }
rooms:
  weekly:
    users: { bob: { role: v, expires: 2027-07-31 } }
    teams: { t: e, s: c }
`,
  });
  const { value } = await place.json<ValidateDocument>(["validate", "--at", "2026-11-22"]);
  expect(value.valid).toBe(true);
  expect(
    value.diagnostics.map(({ severity, code, summary, range }) => [severity, code, summary, range?.start]),
  ).toEqual(
    [14, 20].map((column) => [
      "warning",
      "team-conflict",
      'from 2027-08-01T00:00Z on: the teams "s" and "t" give "bob" different permissions in "weekly"',
      { line: 10, column },
    ]),
  );
  const plan = await place.json<PlanDocument>(["plan", "--sandbox"]);
  expect(plan.value.later).toEqual([]);
  expect(plan.value.diagnostics.filter(({ code }) => code === "team-conflict")).toHaveLength(2);
  expect((await place.json<ValidateDocument>(["validate", "--at", "2027-08-01"])).value.valid).toBe(false);
});
