/**
 * One apply at a time. A holder shows that it lives by a beat; its lock passes to another process at once where that
 * process is certainly dead, and otherwise only after no beat was seen for the length of the lease, by the watcher's own
 * monotonic clock. Clocks of different machines are never compared.
 */
import { randomBytes } from "node:crypto";
import { inert } from "../engine/report/inert.ts";
import { describeSelf, type Holder, isCertainlyDead } from "./lock-holder.ts";
import { type LockStore, type OwnSlot, openLockStore } from "./lock-store.ts";

export interface Lock {
  /** Throws LockedError when another process has taken the lock over (this one stood still too long). Ask before each call. */
  check(): Promise<void>;
  /** Gives the lock back; a second time does nothing. */
  release(): Promise<void>;
}

/** Somebody else holds the lock; the message names who. */
export class LockedError extends Error {
  override readonly name = "LockedError";
  readonly holder: Holder | undefined;
  constructor(holder: Holder | undefined, lost = false) {
    const who =
      holder === undefined
        ? "another process"
        : `process ${holder.pid} on ${inert(holder.host)}, since ${inert(holder.since)}`;
    super(lost ? `the lock was taken over by ${who}` : `the state is locked by ${who}`);
    this.holder = holder;
  }
}

/** Time as the lock sees it; tests hand in their own. */
type LockClock = {
  /** Monotonic milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
};

export type LockWorld = {
  readonly store: LockStore;
  readonly clock: LockClock;
  readonly self: Holder;
  isDead(holder: Holder): boolean;
  /** Calls `beat` now and then until stopped. */
  startBeating(beat: () => Promise<void>): () => void;
};

export const LEASE_MS = 30_000;
const BEAT_MS = 5_000;
const POLL_MS = 250;

/**
 * Takes the lock in `dir` (`.rolecall`), waiting at most `timeoutMs` (0: not at all). Rejects with LockedError when
 * somebody else still has it then, with the signal's reason when aborted, with PrivateFileError when the directory
 * cannot be used.
 */
export const acquireLock = async (
  dir: string,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> => {
  const self = describeSelf(randomBytes(16).toString("hex"), new Date().toISOString());
  return await acquireIn({ ...realWorld, self, store: await openLockStore(dir) }, options);
};

/** The same in any world. */
export const acquireIn = async (
  world: LockWorld,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Lock> => {
  const { clock, store } = world;
  const deadline = clock.now() + options.timeoutMs;
  const watch = watcher(world);
  for (;;) {
    options.signal?.throwIfAborted();
    const top = (await store.list()).at(-1) ?? 0;
    const slot = top === 0 ? ({ type: "free" } as const) : await store.read(top);
    if (slot === undefined) continue;
    if (slot.type === "free" || watch(top, slot.holder, slot.mark)) {
      const lock = await takeNumber(world, top + 1);
      if (lock !== undefined) return lock;
      continue;
    }
    const left = deadline - clock.now();
    if (left <= 0) throw new LockedError(slot.holder);
    await clock.sleep(Math.min(POLL_MS, left));
  }
};

/** Whether what stands in the highest number may be passed over. */
const watcher = (world: LockWorld): ((top: number, holder: Holder | undefined, mark: string) => boolean) => {
  let seen = "";
  let since = 0;
  return (top, holder, mark) => {
    if (holder !== undefined && world.isDead(holder)) return true;
    const now = world.clock.now();
    const state = `${top} ${mark}`;
    if (state !== seen) {
      seen = state;
      since = now;
    }
    return now - since >= LEASE_MS;
  };
};

/**
 * To create a number wins against all who try the same; whoever looked long ago and creates a number that was used and
 * cleared away meanwhile finds a higher one and steps back. Numbers are cleared only below one that stands.
 */
const takeNumber = async (world: LockWorld, number: number): Promise<Lock | undefined> => {
  const { store } = world;
  const own = await store.create(number, world.self);
  if (own === undefined) return undefined;
  if ((await highest(store)) !== number) {
    await own.free();
    await store.remove(number);
    return undefined;
  }
  for (const older of await store.list()) if (older < number) await store.remove(older);
  return heldLock(world, number, own);
};

/** The highest number of two listings that agree: one listing may miss what moves while it is read. */
const highest = async (store: LockStore): Promise<number> => {
  let before = -1;
  for (;;) {
    const top = (await store.list()).at(-1) ?? 0;
    if (top === before) return top;
    before = top;
  }
};

const heldLock = (world: LockWorld, number: number, own: OwnSlot): Lock => {
  const stop = world.startBeating(() => own.beat());
  return {
    check: async () => {
      const top = await highest(world.store);
      if (top === number) return;
      const slot = await world.store.read(top);
      throw new LockedError(slot?.type === "held" ? slot.holder : undefined, true);
    },
    release: async () => {
      stop();
      await own.free();
    },
  };
};

const realWorld: Omit<LockWorld, "store" | "self"> = {
  clock: {
    now: () => performance.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  },
  isDead: isCertainlyDead,
  startBeating: (beat) => {
    const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS);
    timer.unref();
    return () => clearInterval(timer);
  },
};
