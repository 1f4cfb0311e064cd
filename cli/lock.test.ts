import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireIn, acquireLock, LEASE_MS, LockedError, type LockWorld } from "./lock.ts";
import { describeSelf, type Holder } from "./lock-holder.ts";
import type { LockStore, OwnSlot, Slot } from "./lock-store.ts";
import { PrivateFileError } from "./private-files.ts";

let root = "";
let dir = "";
const children: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "rolecall-lock-"));
  dir = path.join(root, ".rolecall");
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(root, { recursive: true, force: true });
});

/** A process that takes the lock, says so, and does what its last argument says. */
const CHILD = `
  import { acquireLock } from ${JSON.stringify(path.resolve(import.meta.dirname, "lock.ts"))};
  import { appendFile } from "node:fs/promises";
  const [dir, timeout, todo, log] = process.argv.slice(1);
  try {
    const lock = await acquireLock(dir, { timeoutMs: Number(timeout) });
    await lock.check();
    process.stdout.write("held\\n");
    if (todo === "hold") setInterval(() => {}, 1000);
    if (todo === "work") {
      await appendFile(log, "in ");
      await new Promise((resolve) => setTimeout(resolve, 20));
      await appendFile(log, "out ");
      await lock.release();
    }
  } catch (error) {
    process.stdout.write(error.name + "\\n");
  }
`;

const bundleArgs = async (): Promise<string> => {
  const file = path.join(root, "child.mjs");
  const { build } = await import("esbuild");
  await build({
    stdin: { contents: CHILD, resolveDir: root },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: file,
  });
  return file;
};

type Child = { readonly process: ChildProcess; readonly said: Promise<string>; readonly ended: Promise<void> };
const runChild = (file: string, ...args: readonly string[]): Child => {
  const child = spawn(process.execPath, ["--input-type=module", "-e", `import(${JSON.stringify(file)})`, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const said = new Promise<string>((resolve) => {
    let text = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("\n")) resolve(text.trim());
    });
    void ended.then(() => resolve(text.trim()));
  });
  return { process: child, said, ended };
};

describe("one process", () => {
  it("takes the lock, names itself to others, and gives it back", async () => {
    const lock = await acquireLock(dir, { timeoutMs: 0 });
    const refused = await acquireLock(dir, { timeoutMs: 0 }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LockedError);
    expect(refused).toMatchObject({ holder: { pid: process.pid } });
    await lock.release();
    await lock.release();
    const again = await acquireLock(dir, { timeoutMs: 0 });
    await again.check();
    await again.release();
  });

  it("leaves one small private file, whatever the number of runs", async () => {
    for (let run = 0; run < 5; run += 1) await (await acquireLock(dir, { timeoutMs: 0 })).release();
    const names = await readdir(path.join(dir, "lock"));
    expect(names).toEqual(["5"]);
    expect((await stat(path.join(dir, "lock", "5"))).mode & 0o777).toBe(0o600);
    expect((await stat(dir)).mode & 0o777).toBe(0o700);
  });

  it("gets the lock while it waits for the holder to release it", async () => {
    const first = await acquireLock(dir, { timeoutMs: 0 });
    const second = acquireLock(dir, { timeoutMs: 60_000 });
    await first.release();
    await (await second).release();
  });

  it("stops waiting when it is told to", async () => {
    const lock = await acquireLock(dir, { timeoutMs: 0 });
    const controller = new AbortController();
    const waiting = acquireLock(dir, { timeoutMs: 60_000, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toThrow(/abort/u);
    await lock.release();
  });

  it("refuses a .rolecall that is a link", async () => {
    await symlink(root, dir);
    await expect(acquireLock(dir, { timeoutMs: 0 })).rejects.toBeInstanceOf(PrivateFileError);
    expect(await readdir(root)).toEqual([".rolecall"]);
  });

  it("passes over a process id that belongs to another process now", async () => {
    await (await acquireLock(dir, { timeoutMs: 0 })).release();
    const self = describeSelf("n", "2026-01-01T00:00:00Z");
    const reused = { ...self, born: self.born === "" ? "" : "1" };
    await writeFile(path.join(dir, "lock", "2"), JSON.stringify({ state: "held", beat: "0", holder: reused }));
    const taking = acquireLock(dir, { timeoutMs: 0 });
    if (self.born === "") await expect(taking).rejects.toBeInstanceOf(LockedError);
    else await (await taking).release();
  });

  it.each([
    ["another machine", (self: Holder) => ({ ...self, pid: 2 ** 22 + 1, machine: "other" })],
    ["another boot of a machine with this name", (self: Holder) => ({ ...self, pid: 2 ** 22 + 1, machine: "" })],
    ["this process", (self: Holder) => self],
  ])("does not take a fresh lock of %s", async (_, change) => {
    await (await acquireLock(dir, { timeoutMs: 0 })).release();
    const holder = change(describeSelf("n", "2026-01-01T00:00:00Z"));
    await writeFile(path.join(dir, "lock", "2"), JSON.stringify({ state: "held", beat: "0", holder }));
    await expect(acquireLock(dir, { timeoutMs: 0 })).rejects.toMatchObject({ holder: { pid: holder.pid } });
  });

  it.each(["", "{", '{"state":"held"', "null", "\u0000\u0000"])(
    "treats %j in the lock as held by somebody unknown",
    async (text) => {
      await (await acquireLock(dir, { timeoutMs: 0 })).release();
      await writeFile(path.join(dir, "lock", "2"), text);
      const refused = await acquireLock(dir, { timeoutMs: 0 }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(LockedError);
      expect(refused).toMatchObject({ holder: undefined });
    },
  );
});

describe("several processes", () => {
  it("takes the lock of a killed process at once", async () => {
    const file = await bundleArgs();
    const child = runChild(file, dir, "0", "hold");
    expect(await child.said).toBe("held");
    await expect(acquireLock(dir, { timeoutMs: 0 })).rejects.toMatchObject({ holder: { pid: child.process.pid } });
    child.process.kill("SIGKILL");
    await child.ended;
    const lock = await acquireLock(dir, { timeoutMs: 0 });
    await lock.check();
    await lock.release();
  });

  it("lets exactly one of several hold it when all start together", async () => {
    const file = await bundleArgs();
    const racing = Array.from({ length: 4 }, () => runChild(file, dir, "0", "hold"));
    const said = await Promise.all(racing.map((child) => child.said));
    expect(said.sort()).toEqual(["LockedError", "LockedError", "LockedError", "held"]);
  });

  it("lets exactly one take over from a killed one", async () => {
    const file = await bundleArgs();
    const dead = runChild(file, dir, "0", "hold");
    await dead.said;
    dead.process.kill("SIGKILL");
    await dead.ended;
    const racing = Array.from({ length: 4 }, () => runChild(file, dir, "0", "hold"));
    const said = await Promise.all(racing.map((child) => child.said));
    expect(said.filter((word) => word === "held")).toHaveLength(1);
  });

  it("never lets two work at the same time", async () => {
    const file = await bundleArgs();
    const log = path.join(root, "log");
    const workers = Array.from({ length: 5 }, () => runChild(file, dir, "60000", "work", log));
    await Promise.all(workers.map((child) => child.ended));
    expect(await readFile(log, "utf8")).toBe("in out ".repeat(5));
  });
});

/** Numbers from a seed: the same run every time. */
const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

/** Many processes over one store in memory; who moves next is drawn from the seed. Listings are read entry by entry. */
const simulate = async (
  seed: number,
): Promise<{ readonly worst: number; readonly held: number; readonly lost: number }> => {
  const random = randomFrom(seed);
  const slots = new Map<number, Slot>();
  const waiting: (() => void)[] = [];
  const dead = new Set<string>();
  let time = 0;
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  const store = (): LockStore => ({
    list: async () => {
      await turn();
      const names = [...slots.keys()].sort(() => random(3) - 1);
      const found: number[] = [];
      for (const name of names) {
        if (random(2) === 0) await turn();
        if (slots.has(name)) found.push(name);
      }
      return found.sort((a, b) => a - b);
    },
    read: async (number) => {
      await turn();
      return slots.get(number);
    },
    create: async (number, holder) => {
      await turn();
      if (slots.has(number)) return undefined;
      const mine: { slot: Slot } = { slot: { type: "held", holder, mark: "0" } };
      slots.set(number, mine.slot);
      const write = async (slot: Slot): Promise<void> => {
        await turn();
        if (slots.get(number) === mine.slot) slots.set(number, slot);
        mine.slot = slot;
      };
      const own: OwnSlot = {
        beat: () => write({ type: "held", holder, mark: String(time) }),
        free: () => write({ type: "free" }),
      };
      return own;
    },
    remove: async (number) => {
      await turn();
      slots.delete(number);
    },
  });

  let inside = 0;
  let worst = 0;
  let held = 0;
  let lost = 0;
  const world = (name: string, skew: number): LockWorld => ({
    store: store(),
    self: { nonce: name, pid: 1, host: "h", machine: "m", born: "1", since: "" },
    clock: { now: () => time * skew, sleep: () => turn() },
    isDead: (holder) => dead.has(holder.nonce),
    startBeating: () => () => undefined,
  });
  const contender = async (name: string, fate: "release" | "die" | "sleep"): Promise<void> => {
    const lock = await acquireIn(world(name, 1 + random(3)), { timeoutMs: Number.MAX_SAFE_INTEGER });
    held += 1;
    inside += 1;
    worst = Math.max(worst, inside);
    for (let step = 0; step < 2; step += 1) await turn();
    inside -= 1;
    if (fate === "die") {
      dead.add(name);
      return;
    }
    if (fate === "sleep") {
      time += LEASE_MS;
      for (let step = random(40); step > 0; step -= 1) await turn();
      const top = Math.max(...slots.keys());
      const latest = slots.get(top);
      const other = latest?.type !== "held" || latest.holder?.nonce !== name;
      const still = await lock.check().then(
        () => true,
        () => false,
      );
      if (other && still) worst = 99;
      if (!still) lost += 1;
    }
    await lock.release();
  };
  const fates = ["release", "die", "sleep"] as const;
  const all = Array.from({ length: 5 }, (_, index) => contender(`p${index}`, fates[random(3)] ?? "release"));
  let running = true;
  const ended = Promise.all(all).then(() => {
    running = false;
  });
  while (running) {
    await new Promise((resolve) => setImmediate(resolve));
    const [next] = waiting.splice(random(Math.max(1, waiting.length)), 1);
    time += 100;
    next?.();
  }
  await ended;
  return { worst, held, lost };
};

describe("seeded interleavings", () => {
  it("never shows two holders, lets everybody have a turn, and tells whoever overslept", async () => {
    const seeds = Number(process.env.ROLECALL_LOCK_SEEDS ?? 1000);
    let lost = 0;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const found = await simulate(seed);
      expect([seed, found.worst, found.held]).toEqual([seed, 1, 5]);
      lost += found.lost;
    }
    expect(lost).toBeGreaterThan(0);
  });
});
