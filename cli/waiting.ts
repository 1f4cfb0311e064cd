/** `apply --wait DURATION`: goes on applying what is pending until the time is up. */
import type { Address } from "../engine/model.ts";
import { EXIT, type ExitCode, worstExit } from "./exit.ts";
import type { Progress } from "./progress.ts";

/** One round of reading, planning and applying. */
export type Round = {
  /** What could not be set in this round. */
  readonly pending: readonly { readonly address: Address }[];
  readonly exit: ExitCode;
  /** Why nothing was sent, where that may be otherwise in a later round. */
  readonly withheld?: string;
};

export type KeepApplyingInput<R extends Round> = {
  /** What the apply before came to. */
  readonly first: R;
  /** When the time is up, by `now`. */
  readonly until: number;
  /** Milliseconds between two rounds. */
  readonly interval: number;
  /** Reads again, plans again and applies what became possible. Asks nothing. */
  attempt(): Promise<R>;
  readonly progress: Pick<Progress, "note">;
  readonly signal: AbortSignal;
  /** Resolves or rejects early when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  now(): number;
};

export type Kept<R extends Round> = {
  /** Every round, the first included. */
  readonly rounds: readonly R[];
  /** What is still pending. */
  readonly pending: R["pending"];
  /** The worst of all rounds; interrupted where somebody ended the wait. */
  readonly exit: ExitCode;
};

/** Often enough for somebody who just came in, and far below every service's limits. */
export const WAIT_INTERVAL_MS = 5_000;
/** A wait in which nothing happens says so this often. */
const REMIND_MS = 60_000;
const MOST_NAMES = 3;

/**
 * Repeats `attempt` until nothing is pending or withheld, the time is up, a round fails or the signal is aborted; the last attempt is
 * made when the time is up. What is pending at the end is no failure. A round that is under way is never cut short. Rejects
 * with what `attempt` throws.
 */
export const keepApplying = async <R extends Round>(input: KeepApplyingInput<R>): Promise<Kept<R>> => {
  const { first, until, interval, attempt, progress, signal, sleep, now } = input;
  const rounds: R[] = [first];
  const say = reminder(progress, now);
  let last = first;
  while ((last.withheld !== undefined || (last.exit === EXIT.done && last.pending.length > 0)) && !signal.aborted) {
    const left = until - now();
    if (left <= 0) {
      progress.note(
        last.pending.length === 0 ? "The time is up." : `The time is up, still pending: ${awaited(last.pending)}.`,
      );
      break;
    }
    say(last, left);
    await sleep(Math.min(interval, left), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (signal.aborted) break;
    last = await attempt();
    rounds.push(last);
  }
  const exits = rounds.flatMap((round) => (round.withheld !== undefined && round !== last ? [] : [round.exit]));
  return {
    rounds,
    pending: last.pending,
    exit: worstExit(signal.aborted ? [...exits, EXIT.interrupted] : exits),
  };
};

/** Says who is awaited: at first, when that changes, and once a minute. */
const reminder = (progress: Pick<Progress, "note">, now: () => number) => {
  let said = "";
  let at = Number.NEGATIVE_INFINITY;
  return ({ pending, withheld }: Round, left: number): void => {
    const names = pending.length === 0 ? "whoever comes" : awaited(pending);
    const key = `${names} ${withheld ?? ""}`;
    if (key === said && now() - at < REMIND_MS) return;
    said = key;
    at = now();
    if (withheld !== undefined) progress.note(`Not applied for now: ${withheld}.`);
    progress.note(`Waiting for ${names} (${timeLeft(left)} left).`);
  };
};

const awaited = (pending: Round["pending"]): string => {
  const addresses = pending.map(({ address }) => address).sort();
  const shown = addresses.slice(0, MOST_NAMES).join(", ");
  return addresses.length > MOST_NAMES ? `${shown} and ${addresses.length - MOST_NAMES} more` : shown;
};

const timeLeft = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
};
