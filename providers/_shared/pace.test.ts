import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pacer } from "./pace.ts";

const virtualClock = () => {
  let time = 1_000_000;
  return {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
  };
};
/** Time that passes only when everybody waits. */
const busyClock = () => {
  let time = 0;
  const waiting: { readonly at: number; wake(): void }[] = [];
  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => void waiting.push({ at: time + ms, wake: resolve }));
  const run = async (work: Promise<unknown>): Promise<void> => {
    let isOver = false;
    const ended = work.finally(() => {
      isOver = true;
    });
    for (;;) {
      await new Promise(setImmediate);
      const next = waiting.sort((a, b) => a.at - b.at).shift();
      if (isOver || next === undefined) return void (await ended);
      time = next.at;
      next.wake();
    }
  };
  return { now: () => time, sleep, run };
};
const GET = { method: "GET", path: "/rooms" };

describe("pacer", () => {
  it("never lets more than the limit through in any span, and not slower than it must", async () => {
    const shape = fc.record({ limit: fc.integer({ min: 1, max: 7 }), perMs: fc.integer({ min: 1, max: 90 }) });
    await fc.assert(
      fc.asyncProperty(shape, fc.array(fc.nat(40), { maxLength: 60 }), async ({ limit, perMs }, gaps) => {
        const clock = virtualClock();
        const pace = pacer([{ limit, perMs }], clock);
        const times: number[] = [];
        for (const gap of gaps) {
          await clock.sleep(gap);
          const before = clock.now();
          await pace.take(GET);
          const nth = times[times.length - limit];
          expect(clock.now()).toBe(nth === undefined ? before : Math.max(before, nth + perMs));
          times.push(clock.now());
        }
      }),
    );
  });

  it("counts a rule only for the requests that it matches", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([{ matches: ({ method }) => method === "DELETE", limit: 1, perMs: 600 }], clock);
    for (let i = 0; i < 5; i += 1) await pace.take(GET);
    await pace.take({ method: "DELETE", path: "/rooms/{name}" });
    expect(clock.now()).toBe(start);
    await pace.take({ method: "DELETE", path: "/rooms/{name}" });
    expect(clock.now()).toBe(start + 600);
  });

  it("lets nothing through while paused, and keeps the longer of two pauses", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([], clock);
    pace.pause(5000);
    pace.pause(100);
    await pace.take(GET);
    expect(clock.now()).toBe(start + 5000);
  });

  it("waits one span at most when the clock jumps back or stands still", async () => {
    const waited: number[] = [];
    let time = 1_000_000;
    const clock = {
      now: () => time,
      sleep: async (ms: number) => {
        waited.push(ms);
      },
    };
    const pace = pacer([{ limit: 1, perMs: 50 }], clock);
    await pace.take(GET);
    time = 0;
    await pace.take(GET);
    pace.pause(30);
    await pace.take(GET);
    expect(waited).toEqual([50, 50]);
  });

  it("stops waiting when told to", async () => {
    const pace = pacer([], virtualClock());
    await expect(pace.take(GET, AbortSignal.abort())).rejects.toThrow();
  });

  it("never lets more than the limit arrive in any span, however long requests are under way", async () => {
    const way = fc.record({ there: fc.nat(300), back: fc.nat(300) });
    const shape = fc.record({ limit: fc.integer({ min: 1, max: 8 }), perMs: fc.integer({ min: 50, max: 500 }) });
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.integer({ min: 1, max: 10 }),
        fc.array(way, { maxLength: 40 }),
        async (rule, lanes, ways) => {
          const clock = busyClock();
          const pace = pacer([rule], clock);
          const arrivals: number[] = [];
          const left = [...ways];
          const lane = async (): Promise<void> => {
            for (let next = left.shift(); next !== undefined; next = left.shift()) {
              const { there, back } = next;
              const send = async (): Promise<void> => {
                await clock.sleep(there);
                arrivals.push(clock.now());
                await clock.sleep(back);
              };
              await pace.through(GET, send);
            }
          };
          await clock.run(Promise.all(Array.from({ length: lanes }, lane)));
          expect(arrivals).toHaveLength(ways.length);
          for (const [index, at] of arrivals.entries()) {
            expect(at - (arrivals[index - rule.limit] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(rule.perMs);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("sends a small run at once, and gives what came of it", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([{ limit: 3, perMs: 5000 }], clock);
    const sent = [1, 2, 3].map((number) => pace.through(GET, async () => number));
    expect(await Promise.all(sent)).toEqual([1, 2, 3]);
    expect(clock.now()).toBe(start);
  });

  it("counts a request that failed", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([{ limit: 1, perMs: 200 }], clock);
    await expect(pace.through(GET, () => Promise.reject(new Error("lost")))).rejects.toThrow("lost");
    await pace.take(GET);
    expect(clock.now()).toBe(start + 200);
  });

  it("is held up for a second at most by a request that hangs", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([{ limit: 1, perMs: 200 }], clock);
    void pace.through(GET, () => new Promise<never>(() => {}));
    await pace.take(GET);
    expect(clock.now()).toBe(start + 1000 + 200);
  });

  it("counts each by itself where a rule says so", async () => {
    const clock = virtualClock();
    const start = clock.now();
    const pace = pacer([{ per: ({ query }) => String(query?.RoomId), limit: 1, perMs: 200 }], clock);
    const page = (room: string) => ({ ...GET, query: { RoomId: room } });
    for (const room of ["a", "b", "c"]) await pace.take(page(room));
    expect(clock.now()).toBe(start);
    await pace.take(page("b"));
    expect(clock.now()).toBe(start + 200);
  });
});
