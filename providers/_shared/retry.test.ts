import { describe, expect, it } from "vitest";
import { askedWait, backoff, LONGEST_ASKED_MS, retryBudget, waitFor } from "./retry.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

describe("askedWait", () => {
  it.each([
    ["2", 2000],
    [" 7 ", 7000],
    ["0", 0],
    ["99999999999", LONGEST_ASKED_MS],
    ["Thu, 01 Jan 2026 00:00:10 GMT", 10_000],
    ["Thu, 01 Jan 2020 00:00:00 GMT", 0],
    ["Thu, 01 Jan 2099 00:00:00 GMT", LONGEST_ASKED_MS],
  ])("reads %j", (value, ms) => {
    expect(askedWait(value, undefined, NOW)).toBe(ms);
  });

  it.each([undefined, "", "soon", "-3", "1e9", "2026-01-01", "0x10", "Thu, 99 Foo 2026 00:00:10 GMT"])(
    "takes %j for nothing",
    (value) => {
      expect(askedWait(value, undefined, NOW)).toBeUndefined();
    },
  );

  it("measures a date from the clock of the service", () => {
    const served = "Thu, 01 Jan 2026 01:00:00 GMT";
    expect(askedWait("Thu, 01 Jan 2026 01:00:05 GMT", served, NOW)).toBe(5000);
  });
});

describe("backoff", () => {
  it("doubles its bound, stays above a floor and below a cap, with jitter over the whole range", () => {
    expect(backoff(1, () => 0)).toBe(50);
    expect(backoff(1, () => 1)).toBe(550);
    expect(backoff(3, () => 1)).toBe(2050);
    expect(backoff(40, () => 1)).toBe(20_050);
  });
});

describe("waitFor", () => {
  it("never waits less than was asked, and does not come back at once when asked for nothing", () => {
    expect(waitFor(3000, 1, () => 0)).toBeGreaterThanOrEqual(3000);
    expect(waitFor(3000, 1, () => 1)).toBeLessThanOrEqual(3400);
    expect(waitFor(0, 2, () => 1)).toBe(backoff(2, () => 1));
    expect(waitFor(undefined, 1, () => 0.5)).toBe(backoff(1, () => 0.5));
  });
});

describe("retryBudget", () => {
  it("runs out in a storm and fills up with answers, never above its size", () => {
    const budget = retryBudget(2);
    expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
    budget.earn();
    expect([budget.spend(), budget.spend()]).toEqual([true, false]);
    for (let i = 0; i < 9; i += 1) budget.earn();
    expect([budget.spend(), budget.spend(), budget.spend()]).toEqual([true, true, false]);
  });
});
