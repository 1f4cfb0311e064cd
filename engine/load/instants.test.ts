import { describe, expect, it } from "vitest";
import { parseInstant } from "./instants.ts";

const iso = (text: string, edge: "starts" | "expires" = "starts"): string => {
  const parsed = parseInstant(text, edge);
  return parsed.type === "instant" ? new Date(parsed.instant).toISOString() : parsed.fault;
};

describe("parseInstant", () => {
  it("begins a date at 00:00 UTC and ends it at 24:00 UTC", () => {
    expect(iso("2026-12-31", "starts")).toBe("2026-12-31T00:00:00.000Z");
    expect(iso("2026-12-31", "expires")).toBe("2027-01-01T00:00:00.000Z");
  });

  it("reads a date-time with zone, whichever edge it is", () => {
    expect(iso("2026-12-31T18:00:00Z")).toBe("2026-12-31T18:00:00.000Z");
    expect(iso("2026-12-31T18:00:00+01:30", "expires")).toBe("2026-12-31T16:30:00.000Z");
    expect(iso("2026-12-31t18:00-05:00")).toBe("2026-12-31T23:00:00.000Z");
    expect(iso("2026-12-31T18:00:00.1239Z")).toBe("2026-12-31T18:00:00.123Z");
  });

  it("knows the calendar", () => {
    expect(iso("2028-02-29")).toBe("2028-02-29T00:00:00.000Z");
    expect(iso("2000-02-29")).toBe("2000-02-29T00:00:00.000Z");
    expect(iso("2027-02-29")).toBe("there is no day 2027-02-29");
    expect(iso("2100-02-29")).toBe("there is no day 2100-02-29");
    expect(iso("2026-04-31")).toBe("there is no day 2026-04-31");
    expect(iso("0099-01-01")).toBe("0099-01-01T00:00:00.000Z");
    expect(iso("0000-01-01")).toBe("there is no day 0000-01-01");
  });

  it("wants a zone with a time", () => {
    expect(iso("2026-12-31T18:00:00")).toBe("the time has no zone");
    expect(iso("2026-12-31T18:00:00+25:00")).toBe("there is no zone +25:00");
    expect(iso("2026-12-31T24:00:00Z")).toBe("there is no time 24:00:00Z");
  });

  it.each(["2026-1-1", "31.12.2026", "tomorrow", "2026-12", "12026-01-01"])("refuses %j", (text) => {
    expect(iso(text)).toBe(`"${text}" is not a date`);
  });
});
