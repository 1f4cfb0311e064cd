import { describe, expect, it } from "vitest";
import type { ExitCode } from "./exit.ts";
import { keepApplying, type Round } from "./waiting.ts";

const pending = (...addresses: readonly string[]): Round["pending"] => addresses.map((address) => ({ address }));

/** Rounds in a row; the last one stays. The clock moves only while somebody sleeps. */
const scene = (rounds: readonly (Omit<Round, "exit"> & { readonly exit?: ExitCode })[]) => {
  const controller = new AbortController();
  const notes: string[] = [];
  const slept: number[] = [];
  let time = 0;
  let next = 0;
  const round = (): Round => {
    const found = rounds[Math.min(next, rounds.length - 1)];
    next += 1;
    return { exit: 0, pending: [], ...found };
  };
  return {
    notes,
    slept,
    controller,
    attempts: () => next - 1,
    run: (until: number, onSleep: () => void = () => {}) =>
      keepApplying({
        first: round(),
        until,
        interval: 5000,
        attempt: async () => round(),
        progress: { note: (text) => void notes.push(text) },
        signal: controller.signal,
        now: () => time,
        sleep: async (ms, signal) => {
          onSleep();
          signal.throwIfAborted();
          slept.push(ms);
          time += ms;
        },
      }),
  };
};

const ALICE = "zego/user/lesson/alice";

describe("keepApplying", () => {
  it("does nothing where nothing is pending", async () => {
    const { run, slept, notes } = scene([{ pending: [] }]);
    expect(await run(60_000)).toEqual({ rounds: [{ exit: 0, pending: [] }], pending: [], exit: 0 });
    expect([slept, notes]).toEqual([[], []]);
  });

  it("goes on after a round that something stands against, says why, and forgets it once a later one is done", async () => {
    const { run, notes } = scene([
      { pending: pending(ALICE) },
      { pending: [], exit: 11, withheld: "the check draws failed" },
      { pending: [] },
    ]);
    const kept = await run(60_000);
    expect([kept.exit, kept.rounds.length]).toEqual([0, 3]);
    expect(notes).toContain("Not applied for now: the check draws failed.");
  });

  it("ends with what stands against it when the time is up", async () => {
    const { run } = scene([{ pending: pending(ALICE) }, { pending: [], exit: 11, withheld: "a check failed" }]);
    expect(await run(12_000)).toMatchObject({ exit: 11 });
  });

  it("says who is awaited and goes on until everybody came", async () => {
    const { run, notes, slept, attempts } = scene([
      { pending: pending(ALICE, "zego/room/lesson") },
      { pending: pending(ALICE, "zego/room/lesson") },
      { pending: pending(ALICE) },
      { pending: [] },
    ]);
    const kept = await run(60_000);
    expect([kept.exit, kept.pending, kept.rounds.length, attempts()]).toEqual([0, [], 4, 3]);
    expect(slept).toEqual([5000, 5000, 5000]);
    expect(notes).toEqual([`Waiting for zego/room/lesson, ${ALICE} (60 s left).`, `Waiting for ${ALICE} (50 s left).`]);
  });

  it("tries a last time when the time is up, and calls what is left no failure", async () => {
    const { run, notes, slept } = scene([{ pending: pending(ALICE) }]);
    const kept = await run(12_000);
    expect(slept).toEqual([5000, 5000, 2000]);
    expect([kept.exit, kept.rounds.length, kept.pending]).toEqual([0, 4, pending(ALICE)]);
    expect(notes.at(-1)).toBe(`The time is up, still pending: ${ALICE}.`);
  });

  it("reminds once a minute, with long lists cut", async () => {
    const { run, notes } = scene([{ pending: pending("d", "a", "b", "c", "e") }]);
    await run(2 * 3600_000);
    expect(notes[0]).toBe("Waiting for a, b, c and 2 more (2.0 h left).");
    expect(notes[1]).toBe("Waiting for a, b, c and 2 more (2.0 h left).");
    expect(notes).toHaveLength(121);
  });

  it("stops at a round that failed, with its exit code", async () => {
    const { run, attempts } = scene([{ pending: pending(ALICE) }, { pending: pending(ALICE), exit: 13 }]);
    expect((await run(60_000)).exit).toBe(13);
    expect(attempts()).toBe(1);
  });

  it("does not wait at all after a first apply that failed", async () => {
    const { run, slept } = scene([{ pending: pending(ALICE), exit: 14 }]);
    expect((await run(60_000)).exit).toBe(14);
    expect(slept).toEqual([]);
  });

  it("ends at once when it is interrupted, without another round", async () => {
    const { run, controller, attempts } = scene([{ pending: pending(ALICE) }]);
    const kept = await run(60_000, () => controller.abort());
    expect([kept.exit, attempts(), kept.pending]).toEqual([130, 0, pending(ALICE)]);
  });

  it("passes on what a round throws", async () => {
    const failing = keepApplying({
      first: { exit: 0, pending: pending(ALICE) } satisfies Round,
      until: 10,
      interval: 5,
      attempt: () => Promise.reject(new Error("no network")),
      progress: { note: () => {} },
      signal: new AbortController().signal,
      now: () => 0,
      sleep: async () => {},
    });
    await expect(failing).rejects.toThrow("no network");
  });
});
