import { PassThrough, Writable } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { createProgress, type Progress } from "./progress.ts";

type World = { readonly progress: Progress; wait(milliseconds: number): void; text(): string };

const world = (options: { readonly tty: boolean; readonly ci: boolean }): World => {
  let time = 0;
  let written = "";
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString();
      done();
    },
  });
  Object.assign(stream, { isTTY: options.tty, columns: 100 });
  return {
    progress: createProgress({ stream, ...options, now: () => time }),
    wait: (milliseconds) => {
      time += milliseconds;
    },
    text: () => written,
  };
};

describe("without a terminal", () => {
  it("says nothing about work that is soon done", () => {
    const { progress, wait, text } = world({ tty: false, ci: false });
    progress.start("Reading liveblocks", 100);
    for (let done = 0; done <= 100; done += 10) {
      wait(40);
      progress.tick(done);
    }
    progress.stop();
    expect(text()).toBe("");
  });

  it("writes a line about every five seconds, with count, rate and time left", () => {
    const { progress, wait, text } = world({ tty: false, ci: false });
    progress.start("Reading liveblocks", 1000);
    for (let done = 10; done <= 120; done += 10) {
      wait(1000);
      progress.tick(done);
    }
    progress.stop();
    expect(text()).toBe(
      "Reading liveblocks: 50 of 1000, 10/s, about 2 min left\nReading liveblocks: 100 of 1000, 10/s, about 2 min left\n",
    );
  });

  it("goes on saying where it is while nothing gets done", () => {
    vi.useFakeTimers({ now: 0 });
    try {
      let written = "";
      const stream = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          written += chunk.toString();
          done();
        },
      });
      const progress = createProgress({ stream, tty: false, ci: false, now: () => Date.now() });
      progress.start("Reading", 100);
      progress.tick(40);
      vi.advanceTimersByTime(11_000);
      progress.stop();
      vi.advanceTimersByTime(60_000);
      expect(written.split("\n")).toEqual([
        "Reading: 40 of 100, 8.0/s, about 8 s left",
        "Reading: 40 of 100, 4.0/s, about 15 s left",
        "",
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("does without a total, learns one, and copes with one that was too small", () => {
    const { progress, wait, text } = world({ tty: false, ci: false });
    progress.start("Applying");
    wait(5000);
    progress.tick(4);
    wait(5000);
    progress.tick(8, 16);
    wait(5000);
    progress.tick(20);
    expect(text()).toBe("Applying: 4, 0.8/s\nApplying: 8 of 16, 0.8/s, about 10 s left\nApplying: 20, 1.3/s\n");
  });

  it("ignores a tick without a start, and one after the stop", () => {
    const { progress, wait, text } = world({ tty: false, ci: false });
    progress.tick(1);
    progress.start("x", 2);
    progress.stop();
    wait(60_000);
    progress.tick(1);
    expect(text()).toBe("");
  });
});

describe("on a terminal", () => {
  it("draws a bar and clears it away", () => {
    const { progress, wait, text } = world({ tty: true, ci: false });
    progress.start("Reading daily", 10);
    wait(2000);
    progress.tick(5);
    progress.note("waiting 3 s: rate limit");
    progress.tick(6);
    progress.stop();
    expect(text()).toContain("Reading daily [============------------] 5 of 10");
    expect(text()).toContain("waiting 3 s: rate limit\n");
  });

  it("draws no bar in CI, only lines", () => {
    const { progress, wait, text } = world({ tty: true, ci: true });
    progress.start("Reading daily", 10);
    wait(6000);
    progress.tick(5);
    progress.stop();
    expect(text()).toBe("Reading daily: 5 of 10, 0.8/s, about 6 s left\n");
  });
});

describe("names from outside", () => {
  it("cannot steer a terminal or a CI log", () => {
    const { progress, wait, text } = world({ tty: false, ci: true });
    progress.start("::add-mask::x\u001b[2J\r\n\u202e##[error]", 10);
    wait(6000);
    progress.tick(5);
    progress.note("\n::set-env name=x::y\u2028");
    for (const steering of ["\u001b", "\r", "\u202e", "\u2028", "##["]) expect(text()).not.toContain(steering);
    expect(text()).not.toMatch(/^\s*::/mu);
    expect(text().split("\n")).toHaveLength(3);
  });

  it("goes to the given stream only", () => {
    const stream = new PassThrough();
    createProgress({ stream, tty: false, ci: false }).note("hello");
    expect(stream.read().toString()).toBe("hello\n");
  });
});
