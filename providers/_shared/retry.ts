/** How long to wait before a request is sent again, and how often. */

const FIRST_MS = 500;
const LONGEST_BACKOFF_MS = 20_000;
const SHORTEST_MS = 50;
/** A longer `Retry-After` is cut to this. */
export const LONGEST_ASKED_MS = 120_000;

/** Full jitter: anywhere between the floor and a bound that doubles with each try. `tries` counts those already made. */
export const backoff = (tries: number, random: () => number): number =>
  SHORTEST_MS + random() * Math.min(LONGEST_BACKOFF_MS, FIRST_MS * 2 ** (tries - 1));

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u;

/**
 * Milliseconds that a `Retry-After` asks for, at most two minutes; undefined where it says nothing of sense. A date is
 * measured from the answer's own `Date`, since the two clocks may differ.
 */
export const askedWait = (value: string | undefined, date: string | undefined, now: number): number | undefined => {
  const text = value?.trim() ?? "";
  if (/^\d+(\.\d+)?$/u.test(text)) return Math.min(LONGEST_ASKED_MS, Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return undefined;
  const until = Date.parse(text);
  if (Number.isNaN(until)) return undefined;
  const from = date !== undefined && HTTP_DATE.test(date) ? Date.parse(date) : now;
  return Math.min(LONGEST_ASKED_MS, Math.max(0, until - from));
};

/** The wait that was asked for, with a little jitter so that clients do not come back together; else the backoff. */
export const waitFor = (asked: number | undefined, tries: number, random: () => number): number =>
  asked === undefined || asked === 0
    ? backoff(tries, random)
    : asked + SHORTEST_MS + random() * Math.min(1000, asked / 10);

export type Budget = { spend(): boolean; earn(): void };

/** Retries that all requests share: each costs one, each answer of sense gives one back. An endless storm ends. */
export const retryBudget = (size: number): Budget => {
  let left = size;
  return {
    spend() {
      if (left < 1) return false;
      left -= 1;
      return true;
    },
    earn() {
      left = Math.min(size, left + 1);
    },
  };
};
