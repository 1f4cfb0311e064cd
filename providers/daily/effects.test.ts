import { afterEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../engine/model.ts";
import { closeSandboxes, documentOf, memoryLedger, openSandbox, planFor, run } from "./fixtures.ts";
import type { DailySandbox, DailySandboxOptions } from "./sandbox.ts";

afterEach(closeSandboxes);
const start = async (options: DailySandboxOptions = {}): Promise<DailySandbox> => {
  const sandbox = await openSandbox(options);
  return sandbox;
};
type Plan = Awaited<ReturnType<typeof planFor>>;
/** `+ everyone a: daily:send:video`. */
const lines = ({ document }: Plan): readonly string[] =>
  document.effects.flatMap(({ subject, room, gains, loses }) => {
    const who = subject.kind === "everyone" ? "everyone" : subject.id;
    return [
      ...(gains.length === 0 ? [] : [`+ ${who} ${room}: ${gains.join(" ")}`]),
      ...(loses.length === 0 ? [] : [`- ${who} ${room}: ${loses.join(" ")}`]),
    ];
  });
const directions = ({ document }: Plan) => document.calls.map(({ direction }) => direction);
const MEDIA = ["audio", "customAudio", "customVideo", "screenAudio", "screenVideo", "video"];
const receives = (sender: string): string => MEDIA.map((kind) => `daily:receive:${kind}(${sender})`).join(" ");

describe("a change of the domain's permissions", () => {
  const header = (member: string): string => `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: member } } }
roles: { member: { daily: ${member} }, quiet: { daily: { canSend: false, canAdmin: false } } }
`;
  const QUIET = "rooms: { a: { default: quiet } }";
  const domain = async (permissions: JsonObject): Promise<DailySandbox> => {
    const sandbox = await start({ rules: { domainShows: "always" } });
    sandbox.putDomain({ permissions });
    sandbox.putRoom("a", { properties: { permissions: { canSend: false, canAdmin: false } } });
    return sandbox;
  };
  const planned = async (sandbox: DailySandbox, member: string, text = QUIET): Promise<Plan> =>
    planFor(sandbox, documentOf(text, header(member)));

  it("gives to everyone in the rooms that no file names", async () => {
    const sandbox = await domain({ canSend: ["audio"], canAdmin: false });
    const plan = await planned(sandbox, "{ canSend: [audio, video] }");
    expect(lines(plan)).toEqual(["+ everyone *: daily:send:video"]);
    expect(plan.document.effects[0]).toMatchObject({ via: "provider default", source: { line: 2 } });
    expect(plan.document.verdict).toBe("wider");
    expect(directions(plan)).toEqual(["widens"]);
  });

  it("takes from everyone there, and the guards count it", async () => {
    const sandbox = await domain({ canSend: true, canAdmin: ["participants"] });
    const plan = await planned(sandbox, "{ canSend: [audio], canAdmin: false }");
    expect(lines(plan)).toMatchObject([expect.stringMatching(/^- everyone \*: daily:admin:participants daily:send:/u)]);
    expect(plan.document.verdict).toBe("narrower");
    expect(directions(plan)).toEqual(["narrows"]);
    expect(plan.document.guards).toMatchObject([
      { guard: "removals", passed: true, count: 1, total: 2 },
      { guard: "deletions" },
      { guard: "emptied", count: 0 },
      { guard: "lastHolder", passed: true },
    ]);
  });

  it("is told beside the rooms of the files that depend on it", async () => {
    const sandbox = await domain({ canSend: ["audio"] });
    sandbox.putRoom("b");
    const plan = await planned(sandbox, "{ canSend: [audio, video] }", "rooms: { b: { default: member } }");
    expect(lines(plan)).toEqual(["+ everyone *: daily:send:video", "+ everyone b: daily:send:video"]);
  });

  it("counts as a loss there where the present value is not known", async () => {
    const sandbox = await start();
    const plan = await planned(sandbox, "{ canSend: [audio], canAdmin: false }", "");
    expect(plan.document.effects).toMatchObject([{ room: "*", unknown_before: true }]);
    expect(plan.document.guards[0]).toMatchObject({ guard: "removals", count: 1, total: 1 });
  });

  it("says nothing of other rooms to checks", async () => {
    const sandbox = await domain({ canSend: true, canAdmin: true });
    const check = "checks: [{ name: quiet, who: { everyone: true }, in: '*', cannot: [daily:admin:participants] }]";
    const plan = await planned(sandbox, "{ canSend: [audio] }", `${QUIET}\n${check}`);
    expect(plan.document.checks).toMatchObject([{ status: "passed" }]);
  });

  it("has no effect where nothing changes or the files do not manage it", async () => {
    const sandbox = await domain({ canSend: ["audio"], canAdmin: false });
    expect(lines(await planned(sandbox, "{ canSend: [audio] }"))).toEqual([]);
    const unmanaged = await planFor(sandbox, documentOf("rooms: { a: { default: panel } }"));
    expect(lines(unmanaged)).toEqual(["+ everyone a: daily:send:audio daily:send:video"]);
  });
});

describe("what is received of single people", () => {
  const receive = (given: string): string => `{ daily: { canReceive: ${given}, canSend: false, canAdmin: false } }`;
  const stored = (canReceive: JsonObject) => ({
    properties: { permissions: { canSend: false, canAdmin: false, canReceive } },
  });

  it("is gained where the room's denial goes, and lost where it comes", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", stored({ base: true, byUserId: { zed: false } }));
    const open = documentOf(`rooms: { a: { default: ${receive("{ base: true, byUserId: {} }")} } }`);
    const wider = await planFor(sandbox, open);
    expect(lines(wider)).toEqual([`+ everyone a: ${receives("zed")}`]);
    expect(wider.document.verdict).toBe("wider");
    sandbox.putRoom("a", stored({ base: true }));
    const closed = documentOf(`rooms: { a: { default: ${receive("{ base: true, byUserId: { zed: false } }")} } }`);
    expect(lines(await planFor(sandbox, closed))).toEqual([`- everyone a: ${receives("zed")}`]);
  });

  it("is gained where the domain's denial goes", async () => {
    const sandbox = await start({ rules: { domainShows: "always" } });
    sandbox.putDomain({ permissions: { canReceive: { base: true, byUserId: { zed: false } } } });
    sandbox.putRoom("a");
    const header = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: member } } }
roles: { member: { daily: { canReceive: { base: true, byUserId: {} } } } }
`;
    const plan = await planFor(sandbox, documentOf("rooms: { a: { default: member } }", header));
    expect(lines(plan)).toEqual([`+ everyone *: ${receives("zed")}`, `+ everyone a: ${receives("zed")}`]);
  });

  it("is gained where the denial of somebody in the call goes", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", stored({ base: true }));
    sandbox.join("a", { userId: "alice" });
    const text = (byUserId: string): string =>
      `rooms: { a: { default: audience, users: { alice: ${receive(`{ base: true, byUserId: ${byUserId} }`)} } } }`;
    const ledger = memoryLedger();
    await run(sandbox, text("{ bob: false }"), ledger);
    const plan = await planFor(sandbox, documentOf(text("{}")), ledger);
    expect(lines(plan)).toEqual([`+ alice a: ${receives("bob")}`]);
  });

  it("is gained when the grant that denies it ends", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", stored({ base: true }));
    const header = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY } } }
roles:
  deaf: ${receive("{ base: true, byUserId: { zed: false } }")}
  open: ${receive("{ base: true }")}
`;
    const text = "rooms: { a: { default: open, users: { alice: { role: deaf, expires: 2027-01-01 } } } }";
    const { later } = (await planFor(sandbox, documentOf(text, header))).document;
    expect(later.flatMap(({ effects }) => effects.map(({ gains }) => gains.join(" ")))).toEqual([receives("zed")]);
  });

  it("is told by custom track, both ways", async () => {
    const sandbox = await start();
    const rest = { audio: true, video: true, screenAudio: true, screenVideo: true };
    const some = { ...rest, customVideo: { "*": true, cam2: false }, customAudio: { "*": true } };
    const base = (customVideo: string): string =>
      receive(
        `{ base: { audio: true, video: true, screenAudio: true, screenVideo: true, customAudio: { "*": true }, customVideo: ${customVideo} } }`,
      );
    sandbox.putRoom("a", stored({ base: some }));
    const wider = await planFor(sandbox, documentOf(`rooms: { a: { default: ${base('{ "*": true }')} } }`));
    expect(lines(wider)).toEqual(["+ everyone a: daily:receive:customVideo.cam2"]);
    const whole = await planFor(sandbox, documentOf(`rooms: { a: { default: ${receive("{ base: true }")} } }`));
    expect(lines(whole)).toEqual(["+ everyone a: daily:receive:customVideo.cam2"]);
    sandbox.putRoom("a", stored({ base: true }));
    const narrower = await planFor(
      sandbox,
      documentOf(`rooms: { a: { default: ${base('{ "*": true, cam2: false }')} } }`),
    );
    expect(lines(narrower)).toEqual(["- everyone a: daily:receive:customVideo.cam2"]);
  });

  it("is told where one track was received and now all are", async () => {
    const sandbox = await start();
    const none = { audio: false, video: false, screenAudio: false, screenVideo: false, customAudio: { "*": false } };
    sandbox.putRoom("a", stored({ base: { ...none, customVideo: { "*": false, cam2: true } } }));
    const text = `rooms: { a: { default: ${receive('{ base: { customVideo: { "*": true } } }')} } }`;
    expect(lines(await planFor(sandbox, documentOf(text)))).toEqual(["+ everyone a: daily:receive:customVideo.*"]);
  });
});

describe("a narrower default of a room whose call the files do not enforce", () => {
  it.each([
    ["observed people", "mode: { users: observe }, users: { alice: host }"],
    ["people that are not managed", ""],
    ["calls that are left alone", "live: ignore, users: { alice: host }"],
    ["additional people", "mode: { users: additive }, users: { alice: host }"],
  ])("takes from everyone who joins later, with %s", async (_, rest) => {
    const sandbox = await start();
    sandbox.putRoom("a", { properties: { permissions: { canSend: true, canAdmin: false } } });
    for (const userId of ["alice", "zed"]) sandbox.join("a", { userId });
    const plan = await planFor(sandbox, documentOf(`rooms: { a: { default: audience, ${rest} } }`));
    const lost = MEDIA.map((kind) => `daily:send:${kind}`).join(" ");
    expect(lines(plan).filter((line) => line.includes("everyone"))).toEqual([`- everyone a: ${lost}`]);
    expect(plan.document.guards[0]).toMatchObject({ guard: "removals" });
    expect(plan.document.guards[0]?.count).toBeGreaterThan(0);
    expect(directions(plan)[0]).toBe("narrows");
  });
});

describe("a public room", () => {
  const room = (privacy: string, more = ""): string =>
    `rooms: { a: { default: audience, ${more} settings: { daily: { privacy: ${privacy} } } } }`;

  it("takes people without a token: that is gained and lost", async () => {
    const sandbox = await start();
    const permissions = { canSend: false, canAdmin: false };
    sandbox.putRoom("a", { privacy: "private", properties: { permissions } });
    const wider = await planFor(sandbox, documentOf(room("public")));
    expect(lines(wider)).toEqual(["+ everyone a: daily:join_without_token"]);
    expect(wider.document.verdict).toBe("wider");
    expect(directions(wider)).toEqual(["widens"]);
    sandbox.putRoom("a", { privacy: "public", properties: { permissions } });
    const narrower = await planFor(sandbox, documentOf(room("private")));
    expect(lines(narrower)).toEqual(["- everyone a: daily:join_without_token"]);
    expect(directions(narrower)).toEqual(["narrows"]);
  });

  it("takes those too whom the files name, so nobody gains by not being named", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { privacy: "public", properties: { permissions: { canSend: false, canAdmin: false } } });
    const ledger = memoryLedger();
    for (const userId of ["alice", "bob"]) sandbox.join("a", { userId });
    await run(sandbox, room("public", "users: { alice: host, bob: panel },"), ledger);
    const plan = await planFor(sandbox, documentOf(room("public", "users: { alice: host },")), ledger);
    expect(lines(plan)).toEqual(["- bob a: daily:send:audio daily:send:video"]);
  });

  it("can be asked about by checks", async () => {
    const sandbox = await start();
    sandbox.putRoom("a", { privacy: "public" });
    const check = "checks: [{ name: locked, in: a, cannot: [daily:join_without_token] }]";
    const plan = await planFor(sandbox, documentOf(`${room("public")}\n${check}`));
    expect(plan.document.checks).toMatchObject([{ status: "failed" }]);
  });
});
