import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Io } from "../../cli/io.ts";
import { runProgram } from "../../cli/program.ts";
import { KEY, room, type StandIn } from "./stand-in.ts";
import { inWorld, type World } from "./world.ts";

const ONE = "rooms: { weekly: { users: { alice: editor } } }\n";

/** Runs `apply` with somebody at a terminal, who types these keys once asked; `meanwhile` happens before. */
const asked = async (
  world: World,
  keys: string,
  options: {
    readonly env?: Record<string, string>;
    readonly argv?: readonly string[];
    meanwhile?(service: StandIn): void;
  } = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string; readonly question: string }> => {
  const seen = { out: "", err: "", question: "" };
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  stderr.on("data", (chunk: Buffer) => {
    if (seen.question === "") {
      options.meanwhile?.(world.service);
      setImmediate(() => stdin.write(keys));
    }
    seen.question += chunk.toString();
  });
  const io: Io = {
    cwd: world.dir,
    env: { LIVEBLOCKS_SECRET_KEY: KEY, ...options.env },
    out: (text) => {
      seen.out += text;
    },
    err: (text) => {
      seen.err += text;
    },
    stdin,
    stderr,
    interactive: true,
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    now: () => Date.now(),
    signal: new AbortController().signal,
  };
  return { code: await runProgram(options.argv ?? ["apply"], io), ...seen };
};

describe("apply with somebody at a terminal", () => {
  it("shows the plan, asks, and applies after yes", () =>
    inWorld(ONE, [room("weekly")], async (world) => {
      const ran = await asked(world, "yes\r");
      expect(ran).toMatchObject({ code: 0, question: expect.stringContaining("Send 1 call?") });
      expect(ran.out).toMatch(/^Rolecall plan/u);
      expect(ran.out).not.toContain("Send 1 call");
      expect(world.service.writes()).toHaveLength(1);
    }));

  it.each([
    ["no\r", 1],
    ["y\r", 1],
    ["\u0003", 130],
  ])("sends nothing after %j, exit %i", (keys, code) =>
    inWorld(ONE, [room("weekly")], async (world) => {
      expect(await asked(world, keys)).toMatchObject({ code, err: expect.stringContaining("Nothing was applied") });
      expect(world.service.writes()).toEqual([]);
    }),
  );

  it("refuses what changed while the question stood: 10, with both values", () =>
    inWorld(ONE, [room("weekly", { usersAccesses: { alice: ["*:read"] } })], async (world) => {
      const ran = await asked(world, "yes\r", {
        meanwhile: (service) =>
          service.rooms.set("weekly", room("weekly", { usersAccesses: { alice: ["*:read"], bob: ["*:write"] } })),
      });
      expect(ran).toMatchObject({
        code: 10,
        err: expect.stringMatching(/weekly usersAccesses\.bob.*present \[room:write\]/u),
      });
      expect(world.service.writes()).toEqual([]);
    }));

  it("never asks in CI, for JSON, for a saved plan, or when there is nothing to do", () =>
    inWorld(ONE, [room("weekly")], async (world) => {
      const env = { CI: "true", ROLECALL_ALLOW_HOSTS: "127.0.0.1" };
      expect(await asked(world, "yes\r", { env })).toMatchObject({ code: 1, question: "" });
      expect(await asked(world, "yes\r", { argv: ["apply", "--json"] })).toMatchObject({ code: 1, question: "" });
      expect(world.service.seen).toEqual([]);
      expect((await world.run(["plan", "--out", "plan.json"])).code).toBe(0);
      expect(await asked(world, "", { argv: ["apply", "plan.json"] })).toMatchObject({ code: 0, question: "" });
      expect(await asked(world, "")).toMatchObject({
        code: 0,
        question: "",
        out: expect.stringMatching(/^No changes\./u),
      });
    }));
});
