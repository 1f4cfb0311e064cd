import type { Instant } from "../model.ts";

const DAY = 86_400_000;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/u;
const DATE_TIME = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|z|[+-]\d{2}:\d{2})?$/u;

export type ParsedInstant =
  | { readonly type: "instant"; readonly instant: Instant }
  | { readonly type: "fault"; readonly fault: string; readonly hint: string };

const fault = (text: string, hint: string): ParsedInstant => ({ type: "fault", fault: text, hint });
const HOW = "write a date such as 2026-12-31, or a date-time with zone such as 2026-12-31T18:00:00Z";

/**
 * Reads `starts` or `expires`: a date or a date-time with zone, on the real calendar. A date begins at 00:00 UTC as a
 * start, and ends at 24:00 UTC as an end.
 */
export const parseInstant = (text: string, edge: "starts" | "expires"): ParsedInstant => {
  const date = DATE.exec(text);
  if (date !== null) {
    const day = dayOf(date);
    if (day === undefined) return fault(`there is no day ${text}`, HOW);
    return { type: "instant", instant: edge === "expires" ? day + DAY : day };
  }
  const found = DATE_TIME.exec(text);
  if (found === null) return fault(`"${text.slice(0, 40)}" is not a date`, HOW);
  const day = dayOf(found);
  if (day === undefined) return fault(`there is no day ${text.slice(0, 10)}`, HOW);
  const [hour, minute, second] = [Number(found[4]), Number(found[5]), Number(found[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return fault(`there is no time ${text.slice(11)}`, HOW);
  const zone = zoneOf(found[8]);
  if (zone === undefined) {
    const hint = found[8] === undefined ? "add the zone: Z for UTC, or an offset such as +01:00" : HOW;
    return fault(found[8] === undefined ? "the time has no zone" : `there is no zone ${found[8]}`, hint);
  }
  const fraction = Math.floor(Number(`0.${found[7] ?? "0"}`) * 1000);
  return { type: "instant", instant: day + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - zone };
};

const dayOf = (found: RegExpExecArray): Instant | undefined => {
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const real =
    year > 0 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return real ? date.getTime() : undefined;
};

const zoneOf = (zone: string | undefined): number | undefined => {
  if (zone === undefined) return undefined;
  if (zone.toUpperCase() === "Z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
};
