import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApplyDocument, ErrorDocument, PlanDocument } from "../../engine/plan-document.ts";
import { KEY, room, type Seen } from "./stand-in.ts";
import { inWorld, type World } from "./world.ts";

let out = "";
beforeAll(async () => {
  out = mkdtempSync(join(tmpdir(), "rolecall-bundle-"));
  await build({
    entryPoints: { rolecall: "cli/main.ts" },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    banner: { js: 'import { createRequire as made } from "node:module"; const require = made(import.meta.url);' },
    logLevel: "warning",
  });
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

type Ended = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
};
type Running = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

const start = (world: Pick<World, "dir">, argv: readonly string[], env: Record<string, string> = {}): Running => {
  const child = spawn(process.execPath, [join(out, "rolecall.mjs"), ...argv], {
    cwd: world.dir,
    env: { PATH: process.env.PATH ?? "", NO_COLOR: "1", LIVEBLOCKS_SECRET_KEY: KEY, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seen = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (seen.out += String(chunk)));
  child.stderr.on("data", (chunk) => (seen.err += String(chunk)));
  return {
    child,
    ended: new Promise((resolve) => void child.on("close", (code, signal) => resolve({ code, signal, ...seen }))),
  };
};
const run = (world: Pick<World, "dir">, ...argv: readonly string[]): Promise<Ended> => start(world, argv).ended;

const IDS = Array.from({ length: 8 }, (_, index) => `room-${index}`);
const POLICY = `rooms:\n${IDS.map((id) => `  ${id}: { users: { alice: editor } }\n`).join("")}`;
const ROOMS = IDS.map((id) => room(id, { usersAccesses: { bob: ["*:write"] } }));
const isWrite = (seen: Seen): boolean => seen.method !== "GET";
const fresh = (): typeof ROOMS => ROOMS.map((one) => ({ ...one }));
const isDone = (world: World): boolean =>
  IDS.every((id) => JSON.stringify(world.service.rooms.get(id)?.usersAccesses) === '{"alice":["room:write"]}');
const done = (world: World): number =>
  IDS.filter((id) => "alice" in (world.service.rooms.get(id)?.usersAccesses ?? {})).length;
const journals = (world: World): readonly { readonly [key: string]: unknown }[][] => {
  const dir = join(world.dir, ".rolecall", "journal");
  return readdirSync(dir)
    .sort()
    .map((name) =>
      readFileSync(join(dir, name), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { readonly [key: string]: unknown }),
    );
};

/** Holds the n-th write until let go; `before`: it is held before it is carried out. */
const holdWrite = (world: World, number: number): { readonly held: Promise<void>; go(): void } => {
  let count = 0;
  let go = (): void => {};
  const gate = new Promise<undefined>((resolve) => {
    go = () => resolve(undefined);
  });
  const held = new Promise<void>((resolve) => {
    world.service.hook = (seen) => {
      if (!isWrite(seen)) return undefined;
      count += 1;
      if (count !== number) return undefined;
      resolve();
      return gate;
    };
  });
  return { held, go };
};

describe("a process that is killed", () => {
  it.each([
    [1, "direct"],
    [4, "direct"],
    [8, "direct"],
    [4, "saved"],
  ])("at write %i (%s): the next run takes the lock at once and sends only what is missing", (number, kind) =>
    inWorld(POLICY, fresh(), async (world) => {
      if (kind === "saved") expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
      const argv = kind === "saved" ? ["apply", "plan.json"] : ["apply", "--auto-approve"];
      const { held, go } = holdWrite(world, number);
      const running = start(world, [...argv, "--parallelism", "1"]);
      await held;
      running.child.kill("SIGKILL");
      expect((await running.ended).signal).toBe("SIGKILL");
      world.service.hook = undefined;
      go();
      await new Promise((resolve) => void setTimeout(resolve, 20));
      const before = done(world);
      expect(before).toBeGreaterThanOrEqual(number - 1);
      const last = journals(world)[0]?.at(-1);
      expect(last).toMatchObject({ event: "sending", address: `liveblocks/room/room-${number - 1}` });
      world.service.forget();
      const again = await world.json<ApplyDocument>(argv);
      expect(again, again.err).toMatchObject({ code: 0, value: { errored: false, failure_reason: null } });
      expect(world.service.writes()).toHaveLength(IDS.length - before);
      expect(isDone(world)).toBe(true);
      expect((await world.run(["plan"])).out).toMatch(/^No changes\./u);
    }),
  );
});

describe("a process that is killed while it creates, changes and deletes", () => {
  it.each([1, 2, 3, 4])("at write %i", (number) =>
    inWorld(
      `rooms:
  changed: { default: viewer, users: { alice: editor } }
  made: { users: { alice: editor } }
  other: { users: { bob: viewer } }
  retired: { absent: true }
`,
      [room("changed", { usersAccesses: { bob: ["*:write"] } }), room("other"), room("retired")],
      async (world) => {
        expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
        const { held, go } = holdWrite(world, number);
        const running = start(world, ["apply", "plan.json", "--parallelism", "1"]);
        await held;
        running.child.kill("SIGKILL");
        await running.ended;
        world.service.hook = undefined;
        go();
        await new Promise((resolve) => void setTimeout(resolve, 20));
        world.service.forget();
        const again = await world.json<ApplyDocument>(["apply", "plan.json"]);
        expect(again, again.err).toMatchObject({ code: 0, value: { summary: { done: 4 } } });
        expect(world.service.writes()).toHaveLength(4 - number);
        expect((await world.run(["plan"])).out).toMatch(/^No changes\./u);
      },
    ),
  );
});

describe("a process that is interrupted", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s: finishes what is under way, exit 130, and the journal is whole",
    (signal) =>
      inWorld(POLICY, fresh(), async (world) => {
        const { held, go } = holdWrite(world, 3);
        const running = start(world, ["apply", "--auto-approve", "--parallelism", "1", "--json"]);
        await held;
        running.child.kill(signal);
        await new Promise((resolve) => void setTimeout(resolve, 100));
        go();
        const ended = await running.ended;
        expect(ended).toMatchObject({ code: 130, signal: null });
        const document = JSON.parse(ended.out) as ApplyDocument;
        expect(document).toMatchObject({
          errored: true,
          failure_reason: "interrupted",
          summary: { done: 3, not_started: 5, unknown: 0, failed: 0 },
        });
        expect(done(world)).toBe(3);
        expect(journals(world)[0]?.map(({ event }) => event)).toEqual([
          "start",
          "sending",
          "done",
          "sending",
          "done",
          "sending",
          "done",
          "end",
        ]);
        world.service.hook = undefined;
        world.service.forget();
        expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
        expect(world.service.writes()).toHaveLength(5);
      }),
  );

  it("a second signal ends it at once, and the next run settles what was under way", () =>
    inWorld(POLICY, fresh(), async (world) => {
      const { held, go } = holdWrite(world, 2);
      const running = start(world, ["apply", "--auto-approve", "--parallelism", "1"]);
      await held;
      running.child.kill("SIGINT");
      await new Promise((resolve) => void setTimeout(resolve, 60));
      running.child.kill("SIGINT");
      expect((await running.ended).code).toBe(130);
      world.service.hook = undefined;
      go();
      expect((await world.run(["apply", "--auto-approve"])).code).toBe(0);
      expect(isDone(world)).toBe(true);
    }));
});

describe("the lock", () => {
  it("of a process that lives is respected: 12, nothing sent; --lock-timeout waits for it", () =>
    inWorld(POLICY, fresh(), async (world) => {
      const { held, go } = holdWrite(world, 1);
      const running = start(world, ["apply", "--auto-approve", "--parallelism", "1"]);
      await held;
      const sent = world.service.seen.length;
      const locked = await world.json<ErrorDocument>(["apply", "--auto-approve"]);
      expect(locked).toMatchObject({ code: 12, value: { errored: true, failure_reason: "state-locked" } });
      expect(locked.value.diagnostics[0]?.summary).toContain(`process ${running.child.pid}`);
      expect(await run(world, "apply", "--auto-approve", "--lock-timeout", "200ms")).toMatchObject({
        code: 12,
        out: "",
      });
      expect(world.service.seen.length).toBe(sent);
      expect((await world.run(["plan"])).code).toBe(0);
      const waiting = run(world, "apply", "--auto-approve", "--lock-timeout", "20s");
      await new Promise((resolve) => void setTimeout(resolve, 100));
      go();
      expect((await running.ended).code).toBe(0);
      const second = await waiting;
      expect(second.code, second.err).toBe(0);
      expect(second.out).toMatch(/^No changes\./u);
      expect(world.service.writes()).toHaveLength(IDS.length);
    }));
});

describe("the streams of a process", () => {
  it("hold the result and the talk apart", () =>
    inWorld(POLICY, fresh(), async (world) => {
      const plan = await run(world, "plan", "--json");
      expect((JSON.parse(plan.out) as PlanDocument).calls).toHaveLength(8);
      expect(plan.err).not.toContain('"calls"');
      expect(await run(world, "plan", "--nonsense", "--json")).toMatchObject({ code: 1 });
      expect(await run(world, "apply")).toMatchObject({ code: 1, out: "" });
      expect((await run(world, "--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/u);
      const ended = await run(world, "apply", "--auto-approve", "--json");
      expect(ended.code).toBe(0);
      expect((JSON.parse(ended.out) as ApplyDocument).summary.done).toBe(8);
      expect(await run(world, "plan", "--detailed-exitcode")).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^No changes\./u),
      });
    }));

  it("a reader that goes away does not stop an apply", () =>
    inWorld(POLICY, fresh(), async (world) => {
      const running = start(world, ["apply", "--auto-approve"]);
      running.child.stdout?.destroy();
      running.child.stderr?.destroy();
      expect((await running.ended).code).toBe(0);
      expect(isDone(world)).toBe(true);
    }));

  // Only Linux has a device that is always full.
  it.runIf(existsSync("/dev/full"))("one that is full is an error in words, and does not stop an apply", () =>
    inWorld(POLICY, fresh(), async (world) => {
      const full = openSync("/dev/full", "w");
      const argv = [join(out, "rolecall.mjs"), "apply", "--auto-approve", "--allow-removals", "*=9", "--json"];
      const env = { PATH: process.env.PATH ?? "", LIVEBLOCKS_SECRET_KEY: KEY };
      const child = spawn(process.execPath, argv, { cwd: world.dir, env, stdio: ["ignore", full, "pipe"] });
      let err = "";
      child.stderr?.on("data", (chunk) => (err += String(chunk)));
      const code = await new Promise((resolve) => void child.on("close", resolve));
      closeSync(full);
      expect([code, isDone(world)]).toEqual([1, true]);
      expect(err).toContain("Error: the output cannot be written (ENOSPC).");
      expect(err).not.toMatch(/\n\s+at /u);
    }),
  );

  it("the embedded sandbox needs no account, keeps its state, and holds no secret", () =>
    inWorld(POLICY.replace("rooms:", "rooms:"), [], async (world) => {
      const env = { LIVEBLOCKS_SECRET_KEY: "", CI: "true" };
      const first = await start(world, ["apply", "--sandbox", "--auto-approve", "--json"], env).ended;
      expect(first, first.err).toMatchObject({ code: 0 });
      const second = await start(world, ["plan", "--sandbox"], env).ended;
      expect(second.out).toMatch(/^No changes\./u);
      expect(world.service.seen).toEqual([]);
      const kept = readFileSync(join(world.dir, ".rolecall", "sandbox.json"), "utf8");
      expect(kept).toContain("room-7");
      expect(kept).not.toMatch(/sk_/u);
    }));
});
