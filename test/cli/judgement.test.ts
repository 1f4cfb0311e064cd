import { describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { room, type StandInRoom } from "./stand-in.ts";
import { inWorld } from "./world.ts";

const one = "rooms: { weekly: { users: { alice: editor } } }\n";

describe("approval", () => {
  it("is required where nobody can be asked, and nothing is sent", () =>
    inWorld(one, [room("weekly")], async ({ run, json, service }) => {
      const ran = await run(["apply"]);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toContain("--auto-approve");
      expect(await json<ErrorDocument>(["apply"])).toMatchObject({
        code: 1,
        value: { errored: true, failure_reason: "approval-required" },
      });
      expect(service.seen).toEqual([]);
    }));

  it("unless-widening: withholds what gains, with exit 11, and says so", () =>
    inWorld(one, [room("weekly")], async ({ run, json, service }) => {
      const ran = await run(["apply", "--auto-approve=unless-widening"]);
      expect(ran.code).toBe(11);
      expect(ran.out).toMatch(/^Rolecall plan/u);
      expect(ran.err).toMatch(/gain/u);
      const { code, value } = await json<ApplyDocument>(["apply", "--auto-approve=unless-widening"]);
      expect({ code, value }).toMatchObject({
        code: 11,
        value: { errored: true, failure_reason: "approval-required", outcomes: [] },
      });
      expect(service.writes()).toEqual([]);
    }));

  it.each<[string, string, Partial<StandInRoom>, number]>([
    ["what only takes", "users: {}", { usersAccesses: { bob: ["*:write"] } }, 0],
    ["what is equivalent", "default: viewer, users: { alice: viewer }", { defaultAccesses: ["*:read"] }, 0],
    ["what takes and gives", "users: { alice: viewer }", { usersAccesses: { bob: ["*:write"] } }, 11],
  ])("unless-widening: %s", (_, text, before, code) =>
    inWorld(`rooms: { weekly: { ${text} } }\n`, [room("weekly", before)], async ({ run, service }) => {
      expect((await run(["apply", "--auto-approve=unless-widening"])).code).toBe(code);
      expect(service.writes()).toHaveLength(code === 0 ? 1 : 0);
    }),
  );

  it("takes a plan after --auto-approve for a plan", () =>
    inWorld(one, [room("weekly")], async ({ run, service }) => {
      expect((await run(["plan", "--out", "plan.json"])).code).toBe(0);
      expect((await run(["apply", "--auto-approve", "plan.json"])).code).toBe(0);
      expect(service.writes()).toHaveLength(1);
      const missing = await run(["apply", "--auto-approve", "nothing.json"]);
      expect(missing).toMatchObject({ code: 1, out: "" });
    }));

  it("is not asked for when there is nothing to do", () =>
    inWorld(one, [room("weekly", { usersAccesses: { alice: ["*:write"] } })], async ({ run, json }) => {
      expect(await run(["apply", "--auto-approve=unless-widening"])).toMatchObject({ code: 0 });
      const { code, value } = await json<ApplyDocument>(["apply", "--auto-approve"]);
      expect({ code, value }).toMatchObject({ code: 0, value: { errored: false, failure_reason: null, outcomes: [] } });
    }));
});

const many = (count: number, prefix = "u"): StandInRoom["usersAccesses"] =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ["*:write"]]));
const listed = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => `u${index + from}: editor`).join(", ");

/** Plans, expects the guard to fail with a flag, and that the pasted flag lets the plan pass and be applied. */
const failsWithFlag = (text: string, rooms: readonly StandInRoom[], guard: string): Promise<void> =>
  inWorld(text, rooms, async ({ run, json, service }) => {
    const { code, value } = await json<PlanDocument>(["plan", "--out", "plan.json"]);
    expect({ code, value }).toMatchObject({ code: 11, value: { errored: true, failure_reason: "guard-failed" } });
    const failed = value.guards.filter(({ passed }) => !passed);
    expect(failed.map((each) => each.guard)).toEqual([guard]);
    const flag = failed[0]?.flag ?? "";
    const [name = "", pasted = ""] = flag.split(/ (.*)/u);
    const printed = await run(["plan"]);
    expect(printed.code).toBe(11);
    expect(printed.out).toMatch(/^Rolecall plan/u);
    expect(printed.out).toContain(flag);
    expect((await run(["apply", "plan.json"])).code).toBe(11);
    const direct = await json<ApplyDocument>(["apply", "--auto-approve"]);
    expect(direct).toMatchObject({ code: 11, value: { errored: true, failure_reason: "guard-failed" } });
    expect(service.writes()).toEqual([]);
    const given = [name, pasted.replace(/^'|'$/gu, "")];
    const allowed = await run(["plan", "--out", "plan.json", ...given]);
    expect(allowed.code, allowed.out + allowed.err).toBe(0);
    expect((await run(["apply", "plan.json"])).code).toBe(0);
    expect((await run(["plan"])).out).toMatch(/^No changes\./u);
  });

describe("guards", () => {
  it("removals: 11 of 20", () =>
    failsWithFlag(
      `rooms: { weekly: { users: { ${listed(9)} } } }\n`,
      [room("weekly", { usersAccesses: many(20) })],
      "removals",
    ));

  it("removals: 10 of 20 pass", () =>
    inWorld(
      `rooms: { weekly: { users: { ${listed(10)} } } }\n`,
      [room("weekly", { usersAccesses: many(20) })],
      async ({ run }) => {
        expect((await run(["plan"])).code).toBe(0);
      },
    ));

  it("deletions: four rooms at once", () =>
    failsWithFlag(
      "rooms: { a: { absent: true }, b: { absent: true }, c: { absent: true }, d: { absent: true } }\n",
      ["a", "b", "c", "d", "e"].map((id) => room(id)),
      "deletions",
    ));

  it("emptied: six rooms lose everybody named", () =>
    failsWithFlag(
      'rooms: { "class-*": { users: {} } }\n',
      [...Array.from({ length: 6 }, (_, index) => room(`class-${index}`, { usersAccesses: { bob: ["*:write"] } }))],
      "emptied",
    ));

  it("are tightened in files, and loosened only by --policy", () =>
    inWorld(
      "guards: { removals: { floor: 0, percent: 0 } }\nrooms: { weekly: { users: {} } }\n",
      [room("weekly", { usersAccesses: many(1) })],
      async ({ run, write, policy }) => {
        expect((await run(["plan"])).code).toBe(11);
        policy(`guards: { removals: { floor: 50 } }\nrooms: { weekly: { users: { ${listed(2)} } } }\n`);
        expect((await run(["plan"])).code).toBe(1);
        policy("rooms: { weekly: { users: {} } }\n");
        write("trusted.yaml", "guards: { removals: { floor: 50 }, deletions: 10 }\n");
        expect((await run(["plan", "--policy", "trusted.yaml"])).code).toBe(0);
        expect((await run(["plan"], { env: { ROLECALL_POLICY: "trusted.yaml" } })).code).toBe(0);
        policy("guards: { deletions: 1 }\nrooms: { weekly: { users: {} } }\n");
        expect((await run(["plan", "--policy", "trusted.yaml"])).code).toBe(1);
      },
    ));

  it("gains and creations are opt-in", () =>
    inWorld(
      "guards: { gains: { everyone: 0 }, creations: 0 }\nrooms: { weekly: { default: editor }, fresh: { users: {} } }\n",
      [room("weekly")],
      async ({ run, json }) => {
        const { code, value } = await json<PlanDocument>(["plan"]);
        expect(code).toBe(11);
        const failed = value.guards.filter(({ passed }) => !passed);
        expect(failed.map(({ guard }) => guard).sort()).toEqual(["creations", "gains"]);
        const flags = failed.flatMap(({ flag = "" }) => flag.replaceAll("'", "").split(/ (.*)/u).slice(0, 2));
        const allowed = await run(["plan", ...flags]);
        expect(allowed.code, allowed.out).toBe(0);
      },
    ));

  it("hold no further than the flag says", () =>
    inWorld(`rooms: { weekly: { users: {} } }\n`, [room("weekly", { usersAccesses: many(20) })], async ({ run }) => {
      expect((await run(["plan", "--allow-removals", "liveblocks/room/weekly=19"])).code).toBe(11);
      expect((await run(["plan", "--allow-removals", "liveblocks/room/other=20"])).code).toBe(11);
      expect((await run(["plan", "--allow-removals", "liveblocks/room/weekly=20"])).code).toBe(0);
    }));
});

describe("checks", () => {
  const check = (text: string): string => `${one}checks:\n  - { name: the rule, ${text} }\n`;

  it("that fail afterwards end the plan with 11, name who and why, and nothing is applied", () =>
    inWorld(
      check("cannot: [liveblocks:room:write], in: weekly, who: { users: [alice] }"),
      [room("weekly")],
      async ({ run, json, service }) => {
        const { code, value } = await json<PlanDocument>(["plan", "--out", "plan.json"]);
        expect({ code, value }).toMatchObject({ code: 11, value: { errored: true, failure_reason: "check-failed" } });
        expect(value.checks).toMatchObject([
          {
            name: "the rule",
            status: "failed",
            state: "after",
            failures: [
              {
                subject: { kind: "user", id: "alice" },
                room: "weekly",
                capability: "liveblocks:room:write",
                source: { file: "rolecall.yaml" },
              },
            ],
          },
        ]);
        const text = await run(["plan"]);
        expect(text.code).toBe(11);
        expect(text.out).toMatch(/the rule/u);
        expect(await json(["apply", "plan.json"])).toMatchObject({
          code: 11,
          value: { failure_reason: "check-failed" },
        });
        expect(await json(["apply", "--auto-approve"])).toMatchObject({
          code: 11,
          value: { failure_reason: "check-failed" },
        });
        expect(service.writes()).toEqual([]);
      },
    ));

  it("that fail only now are mended and stop nothing", () =>
    inWorld(
      check("cannot: [liveblocks:room:write], in: weekly, who: { users: [bob] }"),
      [room("weekly", { usersAccesses: { bob: ["*:write"] } })],
      async ({ run, json }) => {
        const { code, value } = await json<PlanDocument>(["plan", "--out", "plan.json"]);
        expect({ code, value }).toMatchObject({ code: 0, value: { checks: [{ status: "mended" }] } });
        expect((await run(["plan"])).out).toMatch(/failing now, mended by this plan/u);
        expect((await run(["apply", "plan.json"])).code).toBe(0);
      },
    ));

  it("of a future instant count too", () =>
    inWorld(
      "rooms: { weekly: { users: { alice: { role: editor, expires: 2030-01-01 } } } }\nchecks:\n  - { name: somebody, in: weekly, atLeast: { count: 1, can: [liveblocks:room:write] } }\n",
      [room("weekly")],
      async ({ json }) => {
        const { code, value } = await json<PlanDocument>(["plan"]);
        expect({ code, value }).toMatchObject({
          code: 11,
          value: { failure_reason: "check-failed", checks: [{ status: "failed", state: "2030-01-02T00:00:00.000Z" }] },
        });
      },
    ));
});

describe("hosts", () => {
  const refused = async (
    {
      json,
      service,
    }: {
      json: (argv: readonly string[], options?: { env: Record<string, string> }) => Promise<unknown>;
      service: { seen: readonly unknown[] };
    },
    options: { env: Record<string, string> },
    ...argv: readonly string[]
  ): Promise<void> => {
    expect(await json(["plan", ...argv], options)).toMatchObject({
      code: 1,
      value: { errored: true, failure_reason: "host-refused" },
    });
    expect(await json(["apply", "--auto-approve", ...argv], options)).toMatchObject({
      code: 1,
      value: { failure_reason: "host-refused" },
    });
    expect(service.seen).toEqual([]);
  };

  it("loopback must be allowed in CI, by flag or variable", () =>
    inWorld(one, [room("weekly")], async (world) => {
      const CI = "true";
      await refused(world, { env: { CI } });
      await refused(world, { env: { CI } }, "--allow-host", "127.0.0.2");
      await refused(world, { env: { CI } }, "--allow-host", "127.0.0.1:1");
      await refused(world, { env: { CI, ROLECALL_ALLOW_HOSTS: "example.com" } });
      for (const host of ["127.0.0.1", `127.0.0.1:${world.service.port}`]) {
        expect((await world.run(["plan", "--allow-host", host], { env: { CI } })).code).toBe(0);
        expect((await world.run(["plan"], { env: { CI, ROLECALL_ALLOW_HOSTS: `example.com, ${host}` } })).code).toBe(0);
      }
    }));

  it("of somebody else are refused, however they look like the vendor's", () =>
    inWorld(one, [room("weekly")], async (world) => {
      for (const url of [
        "https://evil-api.liveblocks.io",
        "https://api.liveblocks.io.example.com",
        "https://x.api.liveblocks.io",
        "https://api.liveblocks.io:8443",
        "http://api.liveblocks.io",
        "http://localhost.example.com",
      ]) {
        world.write(
          "rolecall.yaml",
          `version: 1\nproviders: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "${url}" } }\nrooms: { weekly: { users: {} } }\n`,
        );
        await refused(world, { env: {} });
      }
    }));

  it.each([
    "ftp://127.0.0.1/",
    "nonsense",
    "http://",
    "//127.0.0.1",
    "http://user:pass@127.0.0.1",
    "http://127.0.0.1/?q=1",
    "file:///etc/passwd",
    "https://api.liveblocks.io/v2",
  ])("that are no address are an error with its line: %s", (url) =>
    inWorld(one, [], async (world) => {
      world.write(
        "rolecall.yaml",
        `version: 1\nproviders: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "${url}" } }\nrooms: { weekly: { users: {} } }\n`,
      );
      const ran = await world.json<ErrorDocument>(["plan"]);
      expect(ran.code).toBe(1);
      expect(["invalid", "host-refused"]).toContain(ran.value.failure_reason);
      expect(ran.err).toMatch(/rolecall\.yaml:2:\d+/u);
      expect(ran.err).not.toContain("user:pass");
    }),
  );
});
