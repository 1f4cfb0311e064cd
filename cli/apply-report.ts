/** What `apply` prints, and how it ends. */
import type { Diagnostic } from "../engine/model.ts";
import type { Planned } from "../engine/pipeline.ts";
import type { FailureReason, PlanDocument } from "../engine/plan-document.ts";
import { diagnosticJson } from "../engine/report/diagnostics.ts";
import { applyDocument, pendingCount, renderOutcomes } from "../engine/report/outcomes.ts";
import { count } from "../engine/report/words.ts";
import { quote } from "../engine/util/quote.ts";
import type { Applied } from "./applying.ts";
import { EXIT, type ExitCode, exitOfReason } from "./exit.ts";
import { NO_TEXTS, printDiagnostics, printJson, problem } from "./failures.ts";
import { type Io, wantsColor } from "./io.ts";
import type { ApplyOptions } from "./options.ts";

/** What stands against a plan, in words: guards with the flag that lets them pass, and checks. */
export const obstaclesOf = (plan: PlanDocument): readonly Diagnostic[] => [
  ...plan.guards
    .filter(({ passed }) => !passed)
    .map(({ message, flag }) => problem("guard-failed", message, flag && `if that is meant: ${flag}`)),
  ...plan.checks
    .filter(({ status }) => status === "failed")
    .map(({ name, message }) =>
      problem("check-failed", `the check ${quote(name)} failed${message === undefined ? "" : `: ${message}`}`),
    ),
];

const report = (io: Io, options: ApplyOptions, planned: Planned, applied: Omit<Applied, "exit">): void => {
  const { faults = [] } = applied;
  const diagnostics = [...planned.document.diagnostics, ...faults.map(diagnosticJson)];
  if (applied.journalError !== undefined)
    diagnostics.push(diagnosticJson(problem("write-failed", `stopped: ${applied.journalError}`)));
  if (options.json === true) {
    const { digest, pending } = planned.document;
    printJson(
      io,
      applyDocument({
        digest,
        outcomes: applied.outcomes,
        pending: pendingCount({ pending, away: applied.away }),
        failure_reason: applied.reason,
        diagnostics,
      }),
    );
    return;
  }
  if (applied.journalError !== undefined) io.err(`Stopped: ${applied.journalError}\n`);
  io.out(
    `\n${renderOutcomes(applied.outcomes, { ...planned.document, away: applied.away }, { color: wantsColor(io, io.outIsTerminal, !options.color) })}`,
  );
  if (applied.before > 0)
    io.err(`${count(applied.before, "call was", "calls were")} done already and not sent again.\n`);
  printDiagnostics(io, options, faults, NO_TEXTS);
  const words = applied.reason === null || faults.length > 0 ? undefined : ENDINGS.get(applied.reason);
  if (words !== undefined) io.err(`Error: ${words}\n`);
};

const ENDINGS: ReadonlyMap<FailureReason, string> = new Map([
  ["provider-error", "the first call failed; nothing was applied"],
  ["apply-partial", "applied in part; once the cause is mended, run apply again: it sends only what is missing"],
  ["revoke-ineffective", "somebody still has what this should have taken, although the service accepted it"],
  ["plan-changed", "an object changed while the plan was applied; make the plan again"],
  ["interrupted", "interrupted; run apply again: it sends only what is missing"],
]);

export const finish = (io: Io, options: ApplyOptions, planned: Planned, applied: Applied): ExitCode => {
  report(io, options, planned, applied);
  return applied.exit;
};

type Finished = { readonly planned: Planned; readonly applied: Applied };

/** All rounds of `--wait` as one: every outcome, and what is still pending after the last. */
export const finishRounds = (io: Io, options: ApplyOptions, rounds: readonly Finished[], exit: ExitCode): ExitCode => {
  const last = rounds.at(-1);
  if (last === undefined) return exit;
  const outcomes = rounds.flatMap(({ applied }) => applied.outcomes);
  const told = rounds.find(({ applied }) => applied.reason !== null && applied.exit === exit);
  const reason = exit === EXIT.interrupted ? "interrupted" : (told?.applied.reason ?? null);
  report(io, options, last.planned, { ...last.applied, outcomes, reason, before: rounds[0]?.applied.before ?? 0 });
  return exit;
};

/** Why `--auto-approve=unless-widening` sends nothing. */
export const WITHHELD = problem(
  "approval-required",
  "somebody would gain a permission, or it is not known what they hold now; --auto-approve=unless-widening leaves that to a person",
);

const none = (reason: FailureReason | null, faults: readonly Diagnostic[] = []): Omit<Applied, "exit"> => ({
  outcomes: [],
  away: [],
  before: 0,
  faults,
  reason,
  journalError: undefined,
});

export const nothingToDo = (io: Io, options: ApplyOptions, planned: Planned): ExitCode => {
  if (options.json === true) report(io, options, planned, none(null));
  return EXIT.done;
};

export const refuse = (io: Io, options: ApplyOptions, planned: Planned, reason: FailureReason): ExitCode => {
  if (options.json === true) report(io, options, planned, none(reason, obstaclesOf(planned.document)));
  else io.err("Nothing was applied: a guard or a check failed.\n");
  return exitOfReason(reason);
};

export const withhold = (io: Io, options: ApplyOptions, planned: Planned): ExitCode => {
  if (options.json === true) report(io, options, planned, none("approval-required", [WITHHELD]));
  else io.err(`Nothing was applied: ${WITHHELD.summary}.\n`);
  return EXIT.guard;
};
