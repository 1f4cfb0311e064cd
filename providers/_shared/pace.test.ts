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
});
