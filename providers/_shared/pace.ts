/** Keeps requests within a service's limits: never more than `limit` in any span of `perMs`. */

type PacedRequest = { readonly method: string; readonly path: string };
/** One limit. A sliding window: it satisfies servers that count in fixed windows as well as those with token buckets. */
export type PaceRule = {
  /** Which requests it counts; left out, all. `path` is the template. */
  matches?(request: PacedRequest): boolean;
  readonly limit: number;
  readonly perMs: number;
};
export type Clock = {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export type Pacer = {
  /** Resolves when the request may be sent, and counts it. Rejects when the signal is aborted. */
  take(request: PacedRequest, signal?: AbortSignal): Promise<void>;
  /** Lets nothing through for so long. */
  pause(ms: number): void;
};

/** A pacer over all rules. Time never runs back in it, and what it slept has passed, whatever the clock says. */
export const pacer = (rules: readonly PaceRule[], clock: Clock): Pacer => {
  const windows = rules.map((rule) => ({ rule, sent: [] as number[] }));
  let latest = Number.NEGATIVE_INFINITY;
  let pausedUntil = latest;

  const time = (atLeast = latest): number => {
    latest = Math.max(latest, atLeast, clock.now());
    return latest;
  };

  const wait = (request: PacedRequest, now: number): number => {
    let longest = pausedUntil - now;
    for (const { rule, sent } of windows) {
      if (rule.matches?.(request) === false || sent.length < rule.limit) continue;
      longest = Math.max(longest, (sent[sent.length - rule.limit] ?? now) + rule.perMs - now);
    }
    return longest;
  };

  const count = (request: PacedRequest, now: number): void => {
    for (const { rule, sent } of windows) {
      if (rule.matches?.(request) === false) continue;
      sent.push(now);
      if (sent.length > rule.limit) sent.shift();
    }
  };

  return {
    async take(request, signal) {
      for (;;) {
        signal?.throwIfAborted();
        const now = time();
        const ms = Math.ceil(wait(request, now));
        if (ms <= 0) return count(request, now);
        await clock.sleep(ms, signal);
        time(now + ms);
      }
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, time() + ms);
    },
  };
};
