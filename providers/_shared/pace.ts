/** Keeps requests within a service's limits: never more than `limit` in any span of `perMs`. */
import type { Query } from "./path.ts";

type PacedRequest = { readonly method: string; readonly path: string; readonly query?: Query };
/** One limit. A sliding window: it satisfies servers that count in fixed windows as well as those with token buckets. */
export type PaceRule = {
  /** Which requests it counts; left out, all. `path` is the template. */
  matches?(request: PacedRequest): boolean;
  /** What has a limit of its own each, e.g. a room; left out, all that it counts share one. */
  per?(request: PacedRequest): string;
  readonly limit: number;
  readonly perMs: number;
};
export type Clock = {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export type Pacer = {
  /** Resolves when the request may be sent, and counts it as arrived then. Rejects when the signal is aborted. */
  take(request: PacedRequest, signal?: AbortSignal): Promise<void>;
  /**
   * Sends when the request may be sent, and gives what came of it. When a request arrives is not known, only that its answer
   * comes later: so it counts for a whole span after that. Rejects when the signal is aborted.
   */
  through<T>(request: PacedRequest, send: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Lets nothing through for so long. */
  pause(ms: number): void;
};

/** A request without an answer for so long is taken to have arrived: one that hangs holds up no others. */
const LONGEST_WAY_MS = 1000;

type Sent = { readonly at: number; arrived: number | undefined };

/** A pacer over all rules. Time never runs back in it, and what it slept has passed, whatever the clock says. */
export const pacer = (rules: readonly PaceRule[], clock: Clock): Pacer => {
  const windows = rules.map((rule) => ({ rule, sets: new Map<string, Set<Sent>>() }));
  let latest = Number.NEGATIVE_INFINITY;
  let pausedUntil = latest;

  const time = (atLeast = latest): number => {
    latest = Math.max(latest, atLeast, clock.now());
    return latest;
  };

  /** By rule, what counts with this request. */
  const windowsOf = function* (request: PacedRequest): Generator<readonly [PaceRule, Set<Sent>]> {
    for (const { rule, sets } of windows) {
      if (rule.matches?.(request) === false) continue;
      const key = rule.per?.(request) ?? "";
      const sent = sets.get(key) ?? new Set();
      sets.set(key, sent);
      yield [rule, sent];
    }
  };

  /** Until when it counts; of one that is under way, the least that is possible. */
  const end = ({ at, arrived }: Sent, perMs: number, now: number): number =>
    Math.min(arrived ?? now, at + LONGEST_WAY_MS) + perMs;

  const wait = (request: PacedRequest, now: number): number => {
    let longest = pausedUntil - now;
    for (const [rule, sent] of windowsOf(request)) {
      if (sent.size < rule.limit) continue;
      let first = Number.POSITIVE_INFINITY;
      for (const each of sent) {
        const until = end(each, rule.perMs, now);
        if (until <= now) sent.delete(each);
        else first = Math.min(first, until);
      }
      if (sent.size >= rule.limit) longest = Math.max(longest, first - now);
    }
    return longest;
  };

  const count = (request: PacedRequest, now: number): Sent => {
    const counted: Sent = { at: now, arrived: undefined };
    for (const [, sent] of windowsOf(request)) sent.add(counted);
    return counted;
  };

  const enter = async (request: PacedRequest, signal: AbortSignal | undefined): Promise<Sent> => {
    for (;;) {
      signal?.throwIfAborted();
      const now = time();
      const ms = Math.ceil(wait(request, now));
      if (ms <= 0) return count(request, now);
      await clock.sleep(ms, signal);
      time(now + ms);
    }
  };

  return {
    async take(request, signal) {
      const counted = await enter(request, signal);
      counted.arrived = counted.at;
    },
    async through(request, send, signal) {
      const counted = await enter(request, signal);
      try {
        return await send();
      } finally {
        counted.arrived = time();
      }
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, time() + ms);
    },
  };
};
