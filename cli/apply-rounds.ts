/** Applies a plan, and with `--wait` what is pending as it becomes possible. */
import { setTimeout as wait } from "node:timers/promises";
import type { Diagnostic } from "../engine/model.ts";
import type { Planned } from "../engine/pipeline.ts";
import type { FailureReason } from "../engine/plan-document.ts";
import { providerNameOf } from "../engine/util/address.ts";
import { finish, finishRounds, obstaclesOf, WITHHELD } from "./apply-report.ts";
import { type Applied, applyPlanned } from "./applying.ts";
import { EXIT, type ExitCode, exitOfReason } from "./exit.ts";
import { asFailure, CommandFailure, problem } from "./failures.ts";
import { JournalError } from "./journal.ts";
import type { Lock } from "./lock.ts";
import type { ApplyOptions } from "./options.ts";
import type { Opened } from "./plan-again.ts";
import { keepApplying, type Round, WAIT_INTERVAL_MS } from "./waiting.ts";

export type Applying = Opened & { readonly options: ApplyOptions; readonly directory: string; readonly lock: Lock };

export type NextRound = {
  readonly planned: Planned;
  readonly alreadyDone: ReadonlySet<string>;
  /** Somebody would have to approve it. */
  readonly withheld: boolean;
};
type ApplyRound = Round & { readonly planned: Planned; readonly applied: Applied };

/** Whether there is somebody to wait for. */
export const isWaiting = (options: ApplyOptions, planned: Planned): boolean =>
  options.wait !== undefined && planned.document.pending.length > 0;

/**
 * The first round, and with `--wait` more of them while something is pending. A later round that a guard or a check stands
 * against is left out: with who comes next it may be otherwise. One that cannot be planned ends the wait.
 */
export const applyRounds = async (
  applying: Applying,
  planned: Planned,
  alreadyDone: ReadonlySet<string>,
  again: () => Promise<NextRound>,
): Promise<ExitCode> => {
  const { io, options } = applying;
  let last = await roundOf(applying, planned, alreadyDone);
  if (options.wait === undefined || last.pending.length === 0) return finish(io, options, planned, last.applied);
  let isSent = last.applied.outcomes.some(({ status }) => status === "done");
  const kept = await keepApplying({
    first: last,
    until: io.now() + options.wait,
    interval: Math.max(WAIT_INTERVAL_MS, ...pollsOf(applying, planned)),
    attempt: async () => {
      last = await nextRound(applying, again).catch((error) => brokenRound(applying, last, isSent, error));
      isSent ||= last.applied.outcomes.some(({ status }) => status === "done");
      return last;
    },
    progress: applying.open.progress,
    signal: io.signal,
    sleep: io.sleep ?? ((milliseconds, signal) => wait(milliseconds, undefined, { signal })),
    now: io.now,
  });
  return finishRounds(io, options, kept.rounds, kept.exit);
};

/** How often it is of use to ask the services of what is pending. Milliseconds. */
const pollsOf = ({ open }: Opened, { document }: Planned): readonly number[] =>
  document.pending.flatMap(
    ({ address }) => open.services.get(providerNameOf(address))?.provider.facts.presenceLagMs ?? [],
  );

const roundOf = async (applying: Applying, planned: Planned, alreadyDone: ReadonlySet<string>): Promise<ApplyRound> => {
  const applied = await run(applying, planned, alreadyDone);
  const pending = [...planned.document.pending, ...applied.away.map((address) => ({ address }))];
  return { planned, applied, pending, exit: applied.exit };
};

const nextRound = async (applying: Applying, again: () => Promise<NextRound>): Promise<ApplyRound> => {
  const { planned, alreadyDone, withheld } = await again();
  const reason = withheld ? "approval-required" : planned.document.failure_reason;
  if (reason !== null) {
    const faults = withheld ? [WITHHELD] : obstaclesOf(planned.document);
    return {
      ...emptyRound(planned, reason, EXIT.guard, faults),
      withheld: faults.map(({ summary }) => summary).join("; "),
    };
  }
  const round = await roundOf(applying, planned, alreadyDone);
  const outcomes = round.applied.outcomes.filter(({ call }) => !alreadyDone.has(call));
  return { ...round, applied: { ...round.applied, outcomes, before: 0 } };
};

/** What was done before stays done: it is reported with the failure. */
const brokenRound = ({ io }: Applying, last: ApplyRound, isSent: boolean, error: unknown): ApplyRound => {
  const failure = asFailure(error, io);
  if (failure === undefined) throw error;
  const reason = isSent && failure.reason === "provider-error" ? "apply-partial" : failure.reason;
  return emptyRound(last.planned, reason, failure.exit ?? exitOfReason(reason), failure.diagnostics);
};

const emptyRound = (
  planned: Planned,
  reason: FailureReason,
  exit: ExitCode,
  faults: readonly Diagnostic[],
): ApplyRound => ({
  planned,
  applied: { outcomes: [], away: [], before: 0, reason, exit, faults, journalError: undefined },
  pending: planned.document.pending,
  exit,
});

const run = async (applying: Applying, planned: Planned, alreadyDone: ReadonlySet<string>): Promise<Applied> => {
  const { io, options, directory, open, lock } = applying;
  try {
    return await applyPlanned({ io, options, directory, planned, open, lock, alreadyDone });
  } catch (error) {
    if (error instanceof JournalError)
      throw new CommandFailure("invalid", [problem("write-failed", `nothing was sent: ${error.message}`)]);
    throw error;
  }
};
