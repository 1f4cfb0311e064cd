/** `test`, `explain` and `who-can` on the files alone. */
import { afterEach, describe, expect, it } from "vitest";
import type { CheckResult } from "../../engine/plan-document.ts";
import type { CapabilityJson } from "../../engine/report/access-text.ts";
import { type Workplace, workplace } from "../../test/run.ts";

const LIVEBLOCKS = "providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } } }\n";
const DAILY = "providers: { daily: { apiKey: { env: DAILY_API_KEY } } }\n";
const samba = (more = ""): string =>
  `providers: { digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_KEY }${more} } }\n`;

let place: Workplace | undefined;
afterEach(() => place?.remove());
type Tested = { readonly checks: readonly CheckResult[]; readonly diagnostics: readonly { readonly code: string }[] };
const test = async (text: string) => {
  place = workplace({ "rolecall.yaml": text });
  const ran = await place.json<Tested>(["test"]);
  return { ...ran, results: ran.value.checks?.map(({ name, status }) => [name, status]) };
};
const check = (name: string, rest: string): string => `  - { name: ${name}, ${rest} }\n`;
const failed = (checks: readonly CheckResult[]): readonly string[] =>
  checks.flatMap(({ failures = [] }) => failures.map(({ room, subject }) => `${room} ${JSON.stringify(subject)}`));

describe("test in rooms that a pattern governs", () => {
  const files = (pattern: string, checks: string): string =>
    `${LIVEBLOCKS}roles: { e: { liveblocks: ["room:write"] } }\nrooms:\n  "${pattern}": { users: { a: e } }\nchecks:\n${checks}`;
  const CANNOT = 'cannot: ["liveblocks:room:write"]';

  it.each([
    ["class-*", "in: class-7, ", ["class-7"]],
    ["class-*", 'in: "class-*", ', ["class-*"]],
    ["class-*", 'in: "*", ', ["class-*"]],
    ["class-*", "", ["class-*"]],
    ["class-{id}", "", ["class-{id}"]],
    ["class-{id}", 'in: "class-{id}", ', ["class-{id}"]],
    ["class-{id}", 'in: "cl*", ', ["class-{id}"]],
    ["class-*", 'in: "class-7*", ', ["class-7*"]],
    ["class-*", "in: [class-7, class-8], ", ["class-7", "class-8"]],
  ])("%s looks at them for a check with %s", async (pattern, rooms, expected) => {
    const { code, value } = await test(files(pattern, check("n", `${rooms}${CANNOT}`)));
    expect(code).toBe(11);
    expect(failed(value.checks)).toEqual(expected.map((room) => `${room} {"kind":"user","id":"a"}`));
  });

  it("takes a wider pattern into account, and leaves other rooms out", async () => {
    const text = `${LIVEBLOCKS}roles: { e: { liveblocks: ["room:write"] }, r: { liveblocks: ["room:read"] } }
rooms:
  "*": { default: r }
  "class-*": { users: { a: e } }
  board: { users: { b: e } }
checks:
${check("class", 'in: "class-*", who: { everyone: true }, can: ["liveblocks:room:read"]')}${check("board", `in: board, ${CANNOT}`)}`;
    const { value, results } = await test(text);
    expect(results).toEqual([
      ["board", "failed"],
      ["class", "passed"],
    ]);
    expect(failed(value.checks)).toEqual(['board {"kind":"user","id":"b"}']);
  });

  it("only warns of what is wrong in a room that need not be there", async () => {
    const text = `${LIVEBLOCKS}teams: { t: [x], s: [x] }
roles: { e: { liveblocks: ["room:write"] }, r: { liveblocks: ["room:read"] } }
rooms:
  "class-{id}": { teams: { t: e, s: r, "pupils-{id}": r } }
checks:
${check("n", 'in: "class-*", who: { everyone: true }, cannot: ["liveblocks:room:write"]')}`;
    const { code, value } = await test(text);
    expect(code).toBe(0);
    expect(value.diagnostics.map(({ code: found }) => found)).toEqual([
      "team-conflict",
      "team-conflict",
      "missing-team",
    ]);
  });
});

describe("test where only the service knows what a role may do", () => {
  const files = (checks: string, room = "{ default: g, users: { x: m, y: g } }"): string =>
    `${samba()}roles:\n  m: { digitalsamba: existing }\n  g: { digitalsamba: { display_name: Guest, permissions: { raise_hand: true } } }\nrooms: { lobby: ${room} }\nchecks:\n${checks}`;
  const START = '"digitalsamba:start_session"';

  it.each([
    [`who: { users: [x] }, cannot: [${START}]`, "unknown"],
    [`who: { users: [x] }, can: [${START}]`, "unknown"],
    [`cannot: [${START}]`, "unknown"],
    [`who: { users: [y] }, cannot: [${START}]`, "passed"],
    [`who: { users: [x, y] }, can: [${START}]`, "failed"],
    [`who: { users: [x] }, can: [${START}], cannot: [${START}]`, "failed"],
    [`who: { users: [y] }, only: [${START}]`, "unknown"],
    [`who: { users: [x] }, only: [${START}]`, "passed"],
    [`atLeast: { count: 1, can: [${START}] }`, "unknown"],
    [`atLeast: { count: 2, can: [${START}] }`, "failed"],
    [`atLeast: { count: 2, can: ["digitalsamba:raise_hand"] }`, "passed"],
    [`cannot: ["digitalsamba:join_without_token"]`, "passed"],
  ])("calls a check with %s %s", async (rest, status) => {
    const { code, results } = await test(files(check("n", rest)));
    expect(results).toEqual([["n", status]]);
    expect(code).toBe(status === "failed" ? 11 : 0);
  });

  it("says why, as a warning with its line too", async () => {
    const text = files(check("n", `who: { users: [x] }, cannot: [${START}]`));
    const { value } = await test(text);
    const why = 'it depends on what the role "m" may do, which only Digital Samba knows';
    expect(value.checks[0]).toMatchObject({ message: why, source: { line: 7 } });
    expect(value.diagnostics).toContainEqual(
      expect.objectContaining({
        severity: "warning",
        code: "check-unknown",
        summary: `the check "n" is not evaluated: ${why}`,
      }),
    );
    const { code, out, err } = (await place?.run(["test"])) ?? { code: 1, out: "", err: "" };
    expect(code).toBe(0);
    expect(out).toContain(`unknown  n  not evaluated: ${why}`);
    expect(out).toContain("Checks: 1 unknown.");
    expect(err).toContain('the check "n" is not evaluated');
  });

  it("does not know the default role of a new room that nobody gave one", async () => {
    const { results } = await test(files(check("n", `cannot: [${START}]`), "{ users: {} }"));
    expect(results).toEqual([["n", "unknown"]]);
  });
});

describe("explain names the layer that gives a capability", () => {
  const explain = async (text: string, who: string, room = "weekly"): Promise<readonly string[]> => {
    place = workplace({ "rolecall.yaml": text });
    const { value } = await place.json<{ capabilities: readonly CapabilityJson[] }>(["explain", who, "--in", room]);
    return value.capabilities.map(
      ({ capability, via, source }) => `${capability.replace(/^\w+:/u, "")} ${via} ${source?.line}:${source?.column}`,
    );
  };

  it("on Liveblocks feature by feature", async () => {
    const text = `${LIVEBLOCKS}rooms:
  weekly:
    default: { liveblocks: ["room:read", "storage:read"] }
    users: { q: { liveblocks: [] }, w: { liveblocks: ["room:write"] } }
`;
    const q = await explain(text, "q");
    expect(new Set(q.map((line) => line.split(" ").slice(1).join(" ")))).toEqual(new Set(["default: inline role 4:5"]));
    const w = await explain(text, "w");
    expect(w).toContain("room:write inline role 5:37");
    expect(w).toContain("room:read inline role 5:37");
    expect(w).toContain("comments:public:write inline role 5:37");
    expect(w).toContain("storage:read default: inline role 4:5");
    expect(w.some((line) => line.startsWith("storage:write"))).toBe(false);
    const who = await place?.json<{ subjects: readonly { id?: string; via: string }[] }>([
      "who-can",
      "liveblocks:storage:read",
      "--in",
      "weekly",
    ]);
    expect(who?.value.subjects.map(({ via }) => via)).toEqual(Array(3).fill("default: inline role"));
  });

  it("on Daily field by field", async () => {
    const text = `${DAILY}roles:
  n: { daily: { canSend: [audio], canAdmin: false } }
  d: { daily: { canSend: [audio, video], canAdmin: false } }
rooms:
  weekly: { default: d, users: { u: n } }
`;
    const u = await explain(text, "u");
    expect(u).toContain("presence built-in default undefined:undefined");
    expect(u).toContain("send:audio role n 6:34");
    expect(await explain(text, "other")).toContain("send:audio default: role d 6:13");
  });

  it("on Digital Samba the line of roomDefaults, where the room has no default of its own", async () => {
    const text = `${samba(", roomDefaults: { roles: [a], default: a }")}roles: { a: { digitalsamba: { display_name: Anna, permissions: { raise_hand: true } } } }
rooms: { weekly: { users: {} } }
`;
    expect(await explain(text, "somebody")).toContain("raise_hand provider default: role a 1:138");
  });

  it("of a group only where the service knows groups", async () => {
    place = workplace({
      "rolecall.yaml": `providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }, daily: { apiKey: { env: DAILY_API_KEY } } }
roles: { r: { liveblocks: ["room:read"], daily: { canSend: [audio] } } }
rooms:
  both: { on: [liveblocks, daily], default: r }
  call: { on: daily, default: r }
`,
    });
    const both = await place.run(["explain", "--group", "g", "--in", "both"]);
    expect(both).toMatchObject({ code: 0, err: expect.stringContaining("Daily knows no groups") });
    expect(both.out).toContain("liveblocks:room:read");
    expect(both.out).not.toContain("daily:");
    const call = await place.run(["explain", "--group", "g", "--in", "call"]);
    expect(call).toMatchObject({ code: 1, out: "", err: expect.stringContaining("Daily knows no groups") });
  });
});
