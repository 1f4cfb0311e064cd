import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApplyDocument, PlanDocument } from "../../engine/plan-document.ts";
import { room } from "./stand-in.ts";
import { inWorld, makeWorld, type World } from "./world.ts";

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `room-${index}`);
const policyOf = (ids: readonly string[]): string =>
  `rooms:\n${ids.map((id) => `  ${id}: { users: { alice: editor } }\n`).join("")}`;
const wanted = (id: string) => room(id, { usersAccesses: { alice: ["*:write"] } });

describe("reading", () => {
  it.each([
    [1, ["GET /v2/rooms/room-0"]],
    [3, ["GET /v2/rooms/room-0", "GET /v2/rooms/room-1", "GET /v2/rooms/room-2"]],
    [100, ["GET /v2/rooms"]],
    [250, ["GET /v2/rooms", "GET /v2/rooms", "GET /v2/rooms"]],
  ])("%i rooms that are as they should be", async (count, requests) => {
    const ids = named(count);
    await inWorld(policyOf(ids), ids.map(wanted), async ({ service, run }) => {
      const ran = await run(["plan", "--detailed-exitcode"]);
      expect(ran.code, ran.err).toBe(0);
      expect(ran.out).toMatch(/^No changes\./u);
      expect([...service.lines()].sort()).toEqual(requests);
      service.forget();
      const applied = await run(["apply", "--auto-approve"]);
      expect(applied).toMatchObject({ code: 0 });
      expect(applied.out).toMatch(/^No changes\./u);
      expect([...service.lines()].sort()).toEqual(requests);
    });
  });

  it.each([
    [1, 1],
    [100, 1],
    [101, 2],
    [250, 3],
  ])("%i rooms under a pattern: %i pages", async (count, pages) => {
    await inWorld('rooms: { "room-*": { users: { alice: editor } } }\n', named(count).map(wanted), async (world) => {
      expect((await world.run(["plan"])).out).toMatch(/^No changes\./u);
      expect(world.service.lines()).toEqual(Array.from({ length: pages }, () => "GET /v2/rooms"));
      expect(world.service.seen.every(({ query }) => new URLSearchParams(query).get("limit") === "100")).toBe(true);
    });
  });
});

describe("one call for each room that changes", () => {
  it("sends exactly what the plan said, and no other write", async () => {
    const ids = named(12);
    const rooms = ids.map((id, index) =>
      index % 3 === 0 ? room(id, { usersAccesses: { old: ["*:read"] } }) : wanted(id),
    );
    await inWorld(policyOf(ids), rooms, async ({ service, json, run }) => {
      const { value: plan } = await json<PlanDocument>(["plan"]);
      expect(service.writes()).toEqual([]);
      expect(plan.summary).toMatchObject({ add: 0, change: 4, destroy: 0, calls: 4, minimum_calls: 4, read: 12 });
      expect(plan.calls.map(({ path, body }) => ({ path, body }))).toEqual(
        ["room-0", "room-3", "room-6", "room-9"].map((id) => ({
          path: `/v2/rooms/${id}`,
          body: { usersAccesses: { old: null, alice: ["room:write"] } },
        })),
      );
      const applied = await json<ApplyDocument>(["apply", "--auto-approve"]);
      expect(applied).toMatchObject({ code: 0, value: { summary: { done: 4 }, failure_reason: null } });
      expect(
        service
          .writes()
          .map(({ method, path }) => `${method} ${path}`)
          .sort(),
      ).toEqual(plan.calls.map(({ method, path }) => `${method} ${path}`).sort());
      service.forget();
      expect((await run(["apply", "--auto-approve"])).out).toMatch(/^No changes\./u);
      expect(service.writes()).toEqual([]);
    });
  });

  it("keeps within --parallelism", async () => {
    const ids = named(9);
    await inWorld(
      policyOf(ids),
      ids.map((id) => room(id)),
      async ({ service, run }) => {
        let now = 0;
        let most = 0;
        service.hook = async (seen) => {
          if (seen.method === "GET") return undefined;
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => void setTimeout(resolve, 5));
          now -= 1;
          return undefined;
        };
        expect((await run(["apply", "--auto-approve", "--parallelism", "2"])).code).toBe(0);
        expect(most).toBe(2);
        expect(service.writes()).toHaveLength(9);
      },
    );
  });
});

const POLICY = `teams:
  design: [alice, bob]
rooms:
  weekly:
    users:
      erin: { role: viewer, expires: 2030-12-31, reason: OPS-12 }
    teams: { design: editor }
    groups: { partners: viewer }
    metadata: { owner: design }
  "class-{id}": { default: { liveblocks: [] }, users: { carol: editor } }
  fresh: { users: {} }
  later: { users: {}, create: false }
  retired: { absent: true }
checks:
  - { name: partners only look, who: { groups: [partners] }, in: weekly, cannot: [liveblocks:room:write] }
`;

describe("the plan as JSON", () => {
  let world: World;
  let plan: PlanDocument;
  let out: string;
  let err: string;
  beforeEach(async () => {
    world = await makeWorld(
      POLICY,
      room("weekly", { usersAccesses: { erin: ["room:write"], mallory: ["*:write"] } }),
      room("class-7b", { defaultAccesses: ["room:write"] }),
      room("retired"),
      room("foreign"),
    );
    ({ value: plan, out, err } = await world.json<PlanDocument>(["plan"]));
  });
  afterEach(() => world.close());

  it("is one document on standard output, and nothing of it on standard error", () => {
    expect(out.trimEnd().endsWith("}")).toBe(true);
    expect(err).not.toContain('"digest"');
  });

  it("has every field of the contract with its type", () => {
    const source = { file: "rolecall.yaml", line: expect.any(Number), column: expect.any(Number) };
    expect(plan).toMatchObject({
      format_version: "1.0",
      rolecall_version: expect.stringMatching(/^\d+\.\d+\.\d+/u),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u),
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/u),
      errored: false,
      failure_reason: null,
      verdict: "mixed",
      summary: { add: 1, change: 2, destroy: 1, calls: 4, minimum_calls: 4, pending: 1, unmanaged: 0, drift: 0 },
      resource_drift: [],
      transition: { safe: true, points: 5, exceptions: [] },
      pending: [{ address: "liveblocks/room/later", reason: expect.any(String) }],
    });
    for (const key of ["effects", "later", "calls", "preconditions", "checks", "guards", "diagnostics"] as const) {
      expect(Array.isArray(plan[key])).toBe(true);
    }
    for (const change of plan.resource_changes) {
      expect(change).toMatchObject({ provider: "liveblocks", kind: "room", source });
      expect(change.address).toBe(`liveblocks/room/${change.id}`);
      expect(change).toHaveProperty("action_reason");
    }
    expect(plan.resource_changes.map(({ id, change }) => [id, change.actions])).toEqual([
      ["class-7b", ["update"]],
      ["fresh", ["create"]],
      ["retired", ["delete"]],
      ["weekly", ["update"]],
    ]);
    for (const { hash } of plan.preconditions) expect(hash).toMatch(/^sha256:[0-9a-f]{64}$/u);
    expect(plan.preconditions.map(({ address }) => address).sort()).toEqual(
      ["class-7b", "fresh", "retired", "weekly"].map((id) => `liveblocks/room/${id}`),
    );
    for (const effect of plan.effects) expect(effect.source).toMatchObject(source);
    expect(plan.checks).toMatchObject([{ name: "partners only look", status: "passed" }]);
    expect(plan.guards.every(({ passed }) => passed)).toBe(true);
    for (const diagnostic of plan.diagnostics) {
      expect(diagnostic).toMatchObject({ severity: "warning", code: expect.any(String), summary: expect.any(String) });
    }
  });

  it("points each change at the line that asked for it", () => {
    const text = (id: string): unknown => {
      const found = plan.resource_changes.find((change) => change.id === id)?.source;
      return found && { line: lineOf(found.line), column: found.column };
    };
    const lineOf = (line: number): string | undefined => lines()[line - 1]?.trim();
    expect(text("weekly")).toEqual({ line: "weekly:", column: 3 });
    expect(text("class-7b")).toMatchObject({ line: expect.stringContaining('"class-{id}"'), column: 3 });
    expect(text("retired")).toMatchObject({ line: expect.stringContaining("retired:"), column: 3 });
  });

  const lines = (): readonly string[] => `${HEAD_LINES}${POLICY}`.split("\n");

  it("has the calls as they will be sent", () => {
    const call = (path: string): unknown => plan.calls.find((one) => one.path === path);
    const others = plan.calls.filter(({ method }) => method !== "DELETE").map(({ id }) => id);
    for (const { id, after, provider, method } of plan.calls) {
      expect(id).toMatch(/^c\d+$/u);
      expect(after).toEqual(method === "DELETE" ? others : []);
      expect(provider).toBe("liveblocks");
    }
    expect(call("/v2/rooms/class-7b")).toMatchObject({
      changes: ["liveblocks/room/class-7b"],
      method: "POST",
      body: { defaultAccesses: [], usersAccesses: { carol: ["room:write"] } },
      direction: expect.stringMatching(/^(narrows|mixed)$/u),
    });
    expect(call("/v2/rooms/weekly")).toMatchObject({
      method: "POST",
      body: {
        usersAccesses: { alice: ["room:write"], bob: ["room:write"], erin: ["room:read"], mallory: null },
        groupsAccesses: { partners: ["room:read"] },
        metadata: { owner: "design" },
      },
      direction: "mixed",
    });
    expect(call("/v2/rooms")).toMatchObject({
      method: "POST",
      body: { id: "fresh", defaultAccesses: [] },
      direction: "neutral",
    });
    expect(call("/v2/rooms/retired")).toMatchObject({ method: "DELETE" });
    expect(call("/v2/rooms/retired")).not.toHaveProperty("body");
  });

  it("names everybody who gains or loses", () => {
    const who = plan.effects.map(({ room: where, subject, gains, loses }) => [
      where,
      subject.kind === "everyone" ? "everyone" : subject.id,
      gains.length > 0,
      loses.length > 0,
    ]);
    expect(who).toEqual(
      expect.arrayContaining([
        ["class-7b", "everyone", false, true],
        ["weekly", "alice", true, false],
        ["weekly", "bob", true, false],
        ["weekly", "erin", false, true],
        ["weekly", "mallory", false, true],
        ["weekly", "partners", true, false],
      ]),
    );
    const alice = plan.effects.find(({ subject }) => subject.kind === "user" && subject.id === "alice");
    expect(alice).toMatchObject({
      via: expect.stringContaining("design"),
      gains: expect.arrayContaining(["liveblocks:room:read", "liveblocks:room:write", "liveblocks:storage:write"]),
    });
    const mallory = plan.effects.find(({ subject }) => subject.kind === "user" && subject.id === "mallory");
    expect(mallory?.mode).toBe("authoritative");
    expect(plan.later).toMatchObject([{ at: "2031-01-01T00:00:00.000Z" }]);
  });

  it("says the same in text", async () => {
    const { out: text, code } = await world.run(["plan", "--detailed-exitcode"]);
    expect(code).toBe(2);
    expect(text).toMatch(/^Rolecall plan [0-9a-f]{6} · 1 provider · read 4 objects · as of /u);
    expect(text).toMatch(/^EFFECT {2}.*· verdict: mixed$/mu);
    expect(text).toMatch(/^CALLS {3}4 \(minimum 4\) · transition: safe at all 5 points$/mu);
    expect(text).toMatch(/^PENDING 1 .*liveblocks\/room\/later/mu);
    expect(text).toMatch(/Plan: 1 to add, 2 to change, 1 to destroy\.\n$/u);
    expect(text).toMatch(/everyone +class-7b +liveblocks:room:write/u);
  });
});

const HEAD_LINES = `version: 1
providers:
  liveblocks: {}
roles:
  viewer: {}
  editor: {}
`;

describe("verdicts and exit codes", () => {
  const verdict = (
    text: string,
    before: Parameters<typeof room>[1],
    done: (plan: PlanDocument) => void,
  ): Promise<void> =>
    inWorld(`rooms:\n  weekly: ${text}\n`, [room("weekly", before)], async ({ json, run }) => {
      const { value, code } = await json<PlanDocument>(["plan", "--out", "p.json", "--detailed-exitcode"]);
      done(value);
      expect(code).toBe(value.calls.length === 0 ? 0 : 2);
      expect((await run(["plan"])).code).toBe(0);
      expect((await run(["show", "p.json", "--detailed-exitcode"])).code).toBe(code);
      expect((await run(["show", "p.json"])).code).toBe(0);
    });

  it("wider", () => verdict("{ users: { alice: editor } }", {}, (plan) => expect(plan.verdict).toBe("wider")));
  it("narrower", () =>
    verdict("{ users: {} }", { usersAccesses: { alice: ["*:write"] } }, (plan) =>
      expect(plan.verdict).toBe("narrower"),
    ));
  it("equivalent without a call", () =>
    verdict("{ users: { alice: editor } }", { usersAccesses: { alice: ["room:write"] } }, (plan) =>
      expect(plan).toMatchObject({ verdict: "equivalent", calls: [], resource_changes: [] }),
    ));
  it("equivalent with a call: a grant that equals the default is written all the same", () =>
    verdict("{ default: viewer, users: { alice: viewer } }", { defaultAccesses: ["*:read"] }, (plan) =>
      expect(plan).toMatchObject({ verdict: "equivalent", effects: [], summary: { calls: 1 } }),
    ));
  it("equivalent where an entry of nothing goes", () =>
    verdict("{ users: {} }", { usersAccesses: { alice: [] } }, (plan) =>
      expect(plan).toMatchObject({ verdict: "equivalent", calls: [{ body: { usersAccesses: { alice: null } } }] }),
    ));
});

describe("modes", () => {
  it("observe plans nothing and shows the drift", () =>
    inWorld(
      "rooms: { weekly: { mode: observe, users: { alice: editor } } }\n",
      [room("weekly", { usersAccesses: { bob: ["*:write"] } })],
      async ({ json, run, service }) => {
        const { value, code } = await json<PlanDocument>(["plan", "--detailed-exitcode"]);
        expect(code).toBe(0);
        expect(value).toMatchObject({ calls: [], resource_changes: [], summary: { drift: 1 } });
        expect(value.resource_drift).toMatchObject([
          { address: "liveblocks/room/weekly", change: { actions: ["update"] } },
        ]);
        expect((await run(["apply", "--auto-approve"])).code).toBe(0);
        expect(service.writes()).toEqual([]);
      },
    ));

  it("additive keeps what no file lists, and counts it", () =>
    inWorld(
      "rooms: { weekly: { mode: { users: additive }, users: { alice: editor } } }\n",
      [room("weekly", { usersAccesses: { bob: ["*:write"], dave: ["*:read"] } })],
      async ({ json }) => {
        const { value } = await json<PlanDocument>(["plan"]);
        expect(value.calls).toMatchObject([{ body: { usersAccesses: { alice: ["room:write"] } } }]);
        expect(value.summary.unmanaged).toBe(2);
      },
    ));

  it("never touches what is not written", () =>
    inWorld(
      "rooms: { weekly: { metadata: { owner: design } } }\n",
      [
        room("weekly", {
          defaultAccesses: ["*:write"],
          usersAccesses: { bob: ["*:write"] },
          groupsAccesses: { g: ["*:read"] },
          metadata: { other: "x" },
        }),
      ],
      async ({ json, run, service }) => {
        const { value } = await json<PlanDocument>(["plan"]);
        expect(value.calls).toMatchObject([{ body: { metadata: { owner: "design" } }, direction: "neutral" }]);
        expect((await run(["apply", "--auto-approve"])).code).toBe(0);
        expect(service.rooms.get("weekly")).toMatchObject({
          defaultAccesses: ["*:write"],
          usersAccesses: { bob: ["*:write"] },
          metadata: { other: "x", owner: "design" },
        });
      },
    ));
});
