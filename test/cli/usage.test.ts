import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ErrorDocument } from "../../engine/plan-document.ts";
import { room } from "./stand-in.ts";
import { head, makeWorld, ROLES, type World } from "./world.ts";

const ROOMS = "rooms:\n  weekly: { users: { alice: editor } }\n";

describe("a command line that makes no sense sends nothing", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld(ROOMS, room("weekly"));
  });
  beforeEach(() => world.service.forget());
  afterAll(() => world.close());

  it.each([
    ["an unknown flag", ["plan", "--nonsense"]],
    ["a misspelt flag", ["plan", "--detailed-exit-code"]],
    ["a misspelt flag of apply", ["apply", "--auto-aprove"]],
    ["a condition that there is not", ["apply", "--auto-approve=nonsense"]],
    ["an empty condition", ["apply", "--auto-approve="]],
    ["an unknown command", ["plann"]],
    ["no command", []],
    ["too many arguments", ["plan", "extra"]],
    ["two plans", ["apply", "a.json", "b.json"]],
    ["a flag without its value", ["plan", "--target"]],
    ["a number that is none", ["plan", "--parallelism", "many"]],
    ["no requests at once", ["plan", "--parallelism", "0"]],
    ["a choice that there is not", ["apply", "--auto-approve", "--on-error", "ignore"]],
    ["a duration that is none", ["apply", "--auto-approve", "--lock-timeout", "soon"]],
    ["an allowance without a number", ["plan", "--allow-removals", "weekly"]],
    ["an instant that is none", ["plan", "--at", "tomorrow"]],
    ["an instant without a zone", ["plan", "--at", "2026-01-01T00:00:00"]],
    ["import", ["import", "liveblocks"]],
    ["journal verify", ["journal", "verify"]],
    ["unlock", ["unlock"]],
    ["a report format", ["plan", "--report", "markdown=plan.md"]],
    ["show without a plan", ["show"]],
    ["a plan that is not there", ["apply", "missing.json"]],
    ["a target together with a saved plan", ["apply", "plan.json", "--target", "weekly"]],
    ["a snapshot for apply", ["apply", "--auto-approve", "--snapshot", "s.json"]],
    ["a snapshot and a new one", ["plan", "--snapshot", "s.json", "--save-snapshot", "t.json"]],
    ["a directory that is not there", ["plan", "-C", "nowhere"]],
    ["a file that is not there", ["plan", "-f", "nowhere.yaml"]],
    ["a target at a provider that there is not", ["plan", "--target", "livebloks/room/weekly"]],
    ["a host that can be none", ["plan", "--allow-host", "https://example.com/path"]],
  ])("%s", async (_, argv) => {
    const text = await world.run(argv);
    expect(text).toMatchObject({ code: 1, out: "" });
    expect(text.err).not.toBe("");
    expect(text.err).not.toMatch(/\bat .*\.ts:\d|fault in Rolecall/u);
    for (const given of [
      [...argv, "--json"],
      ["--json", ...argv],
    ]) {
      const json = await world.run(given);
      const value = JSON.parse(json.out) as ErrorDocument;
      expect(json.code).toBe(1);
      expect(value).toMatchObject({ format_version: "1.0", errored: true });
      expect(["usage", "invalid"]).toContain(value.failure_reason);
      expect(value.diagnostics[0]).toMatchObject({ severity: "error", summary: expect.stringMatching(/\S/u) });
    }
    expect(world.service.seen).toEqual([]);
    expect(readdirSync(world.dir)).toEqual(["rolecall.yaml"]);
  });

  it("names the nearest flag and command", async () => {
    expect((await world.run(["plan", "--detailed-exit-code"])).err).toContain("--detailed-exitcode");
    expect((await world.run(["aply"])).err).toContain("apply");
  });

  it("lists in the help only what there is", async () => {
    const commands = [
      "init",
      "validate",
      "fmt",
      "test",
      "plan",
      "apply",
      "show",
      "sandbox",
      "schema",
      "who-can",
      "explain",
    ];
    const help = await world.run(["--help"]);
    expect(help.code).toBe(0);
    for (const command of commands) expect(help.out).toMatch(new RegExp(`^  ${command} `, "mu"));
    expect(help.out).not.toMatch(/^ {2}(import|journal|unlock)\b/mu);
    for (const command of commands) {
      const { code, out, err } = await world.run([command, "--help"]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).not.toMatch(/--report|--auto-approve-unless-widening/u);
    }
  });
});

describe("a file that makes no sense sends nothing", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld("", room("weekly"));
  });
  beforeEach(() => world.service.forget());
  afterAll(() => world.close());

  it.each([
    ["YAML that ends early", "rooms: { weekly: {"],
    ["an unknown key", "rooms: { weekly: { usrs: { alice: editor } } }"],
    ["an unknown role", "rooms: { weekly: { users: { alice: editr } } }"],
    ["a scope that there is not", 'rooms: { weekly: { default: { liveblocks: ["room:wrte"] } } }'],
    ["a number in the place of an id", "rooms: { weekly: { users: { 12345678901234567890: editor } } }"],
    ["an empty value", "rooms: { weekly: { users: } }"],
    ["an alias", "rooms: { weekly: &a { users: { alice: editor } }, other: *a }"],
    ["a room written twice", "rooms: { weekly: { users: {} }, weekly: { users: {} } }"],
    ["two entries of one room", "rooms: { weekly: { users: {} }, again: { id: weekly, users: {} } }"],
    ["a pattern that is deleted", 'rooms: { "class-*": { absent: true } }'],
    ["a room id that is too long", `rooms: { ${"r".repeat(129)}: { users: {} } }`],
    ["a room id that leads out of the path", 'rooms: { "..": { users: {} } }'],
    ["a guard that is loosened", "guards: { deletions: 50 }"],
    ["a literal secret", 'providers: { liveblocks: { secretKey: "sk_test_abcdefghijklmnop" } }'],
  ])("%s", async (_, text) => {
    const isWhole = text.startsWith("providers");
    world.write("rolecall.yaml", isWhole ? `version: 1\n${text}\n` : `${head(world.service.url)}${ROLES}${text}\n`);
    for (const command of [["plan"], ["apply", "--auto-approve"], ["validate"]]) {
      const ran = await world.run(command);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toMatch(/rolecall\.yaml:\d+:\d+/u);
      expect(ran.err).not.toContain("sk_test_abcdefghijklmnop");
    }
    const { code, out, value } = await world.json<ErrorDocument>(["plan"]);
    expect(code).toBe(1);
    expect(value).toMatchObject({ errored: true, failure_reason: "invalid" });
    expect(value.diagnostics.find(({ severity }) => severity === "error")).toMatchObject({
      code: expect.stringMatching(/./u),
      range: { filename: "rolecall.yaml", start: { line: expect.any(Number), column: expect.any(Number) } },
    });
    expect(out).not.toContain("sk_test_abcdefghijklmnop");
    expect(world.service.seen).toEqual([]);
  });

  it.each([
    ["more users than a room keeps", `rooms: { weekly: { users: { ${users(1001)} } } }`],
    ["metadata that is too long", `rooms: { weekly: { metadata: { note: "${"x".repeat(257)}" } } }`],
    ["a metadata key that is too long", `rooms: { weekly: { metadata: { ${"k".repeat(41)}: x } } }`],
    ["too many metadata keys", `rooms: { weekly: { metadata: { ${keys(51)} } } }`],
  ])("%s: the plan says so with its line, and nothing is written", async (_, text) => {
    world.policy(`${text}\n`);
    for (const command of [["plan"], ["apply", "--auto-approve"]]) {
      const ran = await world.run(command);
      expect(ran).toMatchObject({ code: 1, out: "" });
      expect(ran.err).toMatch(/rolecall\.yaml:\d+:\d+/u);
    }
    expect(world.service.writes()).toEqual([]);
  });

  it("gives all errors of a file, not the first", async () => {
    world.policy("rooms:\n  a: { users: { alice: nobody } }\n  b: { usres: {} }\n");
    const { value } = await world.json<ErrorDocument>(["plan"]);
    expect(value.diagnostics.filter(({ severity }) => severity === "error").length).toBeGreaterThanOrEqual(2);
  });

  it("says which variable is not set, and sends nothing", async () => {
    world.policy(ROOMS);
    const ran = await world.json<ErrorDocument>(["plan"], { env: { LIVEBLOCKS_SECRET_KEY: "" } });
    expect(ran).toMatchObject({ code: 1, value: { failure_reason: "invalid" } });
    expect(ran.value.diagnostics[0]?.summary).toContain("LIVEBLOCKS_SECRET_KEY");
    const odd = await world.run(["plan"], { env: { LIVEBLOCKS_SECRET_KEY: "pk_not_a_secret_key" } });
    expect(odd.code).toBe(1);
    expect(odd.err).not.toContain("pk_not_a_secret_key");
    expect(world.service.seen).toEqual([]);
  });

  it("works in the directory that -C names, with -C before and after the command", async () => {
    world.write(
      "inside/rolecall.yaml",
      `${head(world.service.url)}${ROLES}rooms: { weekly: { users: { alice: viewer } } }\n`,
    );
    for (const argv of [
      ["-C", "inside", "plan", "--out", "p.json"],
      ["plan", "--chdir", "inside", "--out", "q.json"],
    ]) {
      const ran = await world.run(argv);
      expect(ran.code, ran.err).toBe(0);
    }
    expect(readdirSync(join(world.dir, "inside")).filter((name) => name.endsWith(".json"))).toEqual([
      "p.json",
      "q.json",
    ]);
  });
});

function users(count: number): string {
  return Array.from({ length: count }, (_, index) => `u${index}: editor`).join(", ");
}
function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index}: x`).join(", ");
}
