import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Document, Instant } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { accountFaults, asReviewed, progressOf, shownFaults } from "../../engine/plan/approve.ts";
import { type Scope, scopeOf } from "../../engine/plan/scope.ts";
import { readSetOf } from "../../engine/plan/targets.ts";
import { presentState } from "../../engine/plan/worlds.ts";
import type { FailureReason, PlanDocument } from "../../engine/plan-document.ts";
import { providerNameOf } from "../../engine/util/address.ts";
import { finish, finishRounds, nothingToDo, refuse, withhold } from "../apply-report.ts";
import {
  approved,
  type LoadedDocument,
  refuseFaulty,
  refuseForReading,
  refuseUnattended,
  refuseWithPlan,
} from "../apply-rules.ts";
import { type Applied, applyPlanned } from "../applying.ts";
import { type Approval, confirm } from "../confirm.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, problem } from "../failures.ts";
import { type Io, inCi } from "../io.ts";
import { JournalError } from "../journal.ts";
import { loadOrFail, workingDirectory } from "../load-files.ts";
import { acquireLock, type Lock, LockedError } from "../lock.ts";
import type { ApplyOptions } from "../options.ts";
import { loadPlan } from "../plan-file.ts";
import { planText, planWith, scopeFor } from "../planning.ts";
import { accountsOf, type OpenServices, openServices, readServices } from "../services.ts";
import { VERSION } from "../version.ts";
import { keepApplying, type Round, WAIT_INTERVAL_MS } from "../waiting.ts";

/** `rolecall apply [PLAN]`: an approved plan, or plan, show, ask, apply. */
export const applyCommand = (io: Io, options: ApplyOptions, file: string | undefined): Promise<ExitCode> =>
  orFail(io, options, async () => {
    refuseUnattended(io, options, file);
    if (file !== undefined) refuseWithPlan(options);
    const directory = join(workingDirectory(io, options), ".rolecall");
    const plan = file === undefined ? undefined : await loadPlan(resolve(workingDirectory(io, options), file), file);
    const loaded = await loadOrFail(io, options);
    if (plan !== undefined) refuseFaulty(io, options, plan, loaded);
    const lock = await lockOrFail(io, options, directory);
    try {
      const input = { io, options, loaded, directory, lock };
      return plan === undefined ? await applyDirect(input) : await applyApproved(input, plan);
    } finally {
      await lock.release();
    }
  });

const lockOrFail = async (io: Io, options: ApplyOptions, directory: string): Promise<Lock> => {
  try {
    return await acquireLock(directory, { timeoutMs: options.lockTimeout, signal: io.signal });
  } catch (error) {
    if (error instanceof LockedError) {
      throw new CommandFailure("state-locked", [
        problem("state-locked", error.message, "wait until it is done, or give --lock-timeout 5m to wait here"),
      ]);
    }
    throw error;
  }
};

type ApplyInput = {
  readonly io: Io;
  readonly options: ApplyOptions;
  readonly loaded: LoadedDocument;
  readonly directory: string;
  readonly lock: Lock;
};
type Opened = ApplyInput & { readonly open: OpenServices; readonly scope: Scope };

const applyDirect = async (input: ApplyInput): Promise<ExitCode> => {
  const { io, options, loaded } = input;
  const { document, texts } = loaded;
  const scope = scopeFor(options, document);
  const open = await openServices({ io, options, document, texts, scope, mode: "write" });
  const opened = { ...input, open, scope };
  try {
    refuseForReading(options, loaded, open, io.now());
    const planned = await planNow(opened);
    printDiagnostics(io, options, planned.diagnostics, texts);
    if (options.json !== true) io.out(planText(io, options, planned.document));
    if (planned.document.failure_reason !== null) return refuse(io, options, planned, planned.document.failure_reason);
    if (planned.calls.length === 0 && !isWaiting(options, planned)) return nothingToDo(io, options, planned);
    if (options.autoApproveUnlessWidening === true && widens(planned.document)) return withhold(io, options, planned);
    if (planned.calls.length > 0 && !approved(options)) {
      const answer = await ask(io, planned.document);
      if (answer !== "approved") return declined(io, answer);
      await refuseChanged(opened, planned);
    }
    return await applyRounds(opened, planned, new Set(), async () => {
      const again = await planNow(opened);
      const widening = options.autoApproveUnlessWidening === true && widens(again.document);
      return { planned: again, alreadyDone: new Set(), refused: widening ? "approval-required" : null };
    });
  } finally {
    await open.close();
  }
};

const planNow = async (opened: Opened): Promise<Planned> => {
  const { io, options, loaded, scope, open } = opened;
  const services = await readServices({ io, document: loaded.document, scope }, open);
  return planWith({ io, options, loaded, scope, services, snapshot: null });
};

/** Somebody thought about it for a while: what was shown must still be so. */
const refuseChanged = async ({ io, loaded, scope, open }: Opened, planned: Planned): Promise<void> => {
  const now = await readServices({ io, document: loaded.document, scope }, open, readSetOf(planned.document));
  const { faults } = progressOf(
    planned.document,
    planned.calls,
    present(now, loaded.document, Date.parse(planned.document.at)),
    providerIn(open),
  );
  if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
};

const applyApproved = async (input: ApplyInput, plan: PlanDocument): Promise<ExitCode> => {
  const { io, options, loaded } = input;
  const { document, texts } = loaded;
  const reviewedNames = new Set(plan.providers.map((provider) => provider.name));
  const names = [...document.providers.keys()];
  const scope = scopeOf(
    [],
    names.filter((name) => !reviewedNames.has(name)),
    names,
  );
  const open = await openServices({ io, options, document, texts, scope, mode: "write" });
  const opened = { ...input, open, scope };
  try {
    const faults = accountFaults(plan, await accountsOf(open));
    if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
    const first = await planAgain(opened, plan);
    return await applyRounds(opened, first.planned, first.alreadyDone, async () => ({
      ...(await planAgain(opened, plan)),
      refused: null,
    }));
  } finally {
    await open.close();
  }
};

/** Plans an approved plan again; throws CommandFailure unless that gives what was reviewed. */
const planAgain = async (
  { io, loaded, scope, open }: Opened,
  plan: PlanDocument,
): Promise<{ readonly planned: Planned; readonly alreadyDone: ReadonlySet<string> }> => {
  const services = await readServices({ io, document: loaded.document, scope }, open, readSetOf(plan));
  const planned = makePlan({
    document: loaded.document,
    services: asReviewed(plan, services),
    scope,
    at: Date.parse(plan.at),
    timestamp: plan.timestamp,
    version: VERSION,
    loadDiagnostics: loaded.diagnostics,
    options: plan.options,
    reviewed: plan,
  });
  const progress = progressOf(
    plan,
    planned.calls,
    present(services, loaded.document, Date.parse(plan.at)),
    providerIn(open),
  );
  if (progress.faults.length > 0) throw new CommandFailure("plan-changed", progress.faults);
  if (planned.document.digest !== plan.digest) {
    const summary = "planning again gives another result than the one that was reviewed";
    const hint = "make the plan again and have it reviewed";
    throw new CommandFailure("plan-changed", [problem("plan-changed", summary, hint)]);
  }
  const shown = shownFaults(plan, planned.document);
  if (shown.length > 0) throw new CommandFailure("plan-changed", shown);
  return { planned, alreadyDone: progress.done };
};

type NextRound = {
  readonly planned: Planned;
  readonly alreadyDone: ReadonlySet<string>;
  /** Why this round must not be sent. */
  readonly refused: FailureReason | null;
};
type ApplyRound = Round & { readonly planned: Planned; readonly applied: Applied };

const isWaiting = (options: ApplyOptions, planned: Planned): boolean =>
  options.wait !== undefined && planned.document.pending.length > 0;

/** The first round, and with `--wait` more of them while something is pending. */
const applyRounds = async (
  opened: Opened,
  planned: Planned,
  alreadyDone: ReadonlySet<string>,
  again: () => Promise<NextRound>,
): Promise<ExitCode> => {
  const { io, options } = opened;
  const first = await roundOf(opened, planned, alreadyDone);
  if (options.wait === undefined || first.pending.length === 0) return finish(io, options, planned, first.applied);
  const kept = await keepApplying({
    first,
    until: io.now() + options.wait,
    interval: WAIT_INTERVAL_MS,
    attempt: async () => {
      const next = await again();
      const reason = next.refused ?? next.planned.document.failure_reason;
      if (reason !== null) return refusedRound(next.planned, reason);
      const round = await roundOf(opened, next.planned, next.alreadyDone);
      const outcomes = round.applied.outcomes.filter(({ call }) => !next.alreadyDone.has(call));
      return { ...round, applied: { ...round.applied, outcomes, before: 0 } };
    },
    progress: opened.open.progress,
    signal: io.signal,
    sleep: io.sleep ?? ((milliseconds, signal) => wait(milliseconds, undefined, { signal })),
    now: io.now,
  });
  return finishRounds(io, options, kept.rounds, kept.exit);
};

const roundOf = async (opened: Opened, planned: Planned, alreadyDone: ReadonlySet<string>): Promise<ApplyRound> => {
  const applied = await run(opened, planned, alreadyDone);
  const pending = [...planned.document.pending, ...applied.away.map((address) => ({ address }))];
  return { planned, applied, pending, exit: applied.exit };
};

const refusedRound = (planned: Planned, reason: FailureReason): ApplyRound => ({
  planned,
  applied: { outcomes: [], away: [], before: 0, reason, exit: EXIT.guard, journalError: undefined },
  pending: planned.document.pending,
  exit: EXIT.guard,
});

const present = (
  services: Awaited<ReturnType<typeof readServices>>,
  document: Document,
  at: Instant,
): Parameters<typeof progressOf>[2] => {
  const states = new Map([...services].map(([name, service]) => [name, presentState(name, service, document, at)]));
  return (address) => states.get(providerNameOf(address))?.objects.get(address)?.spec ?? null;
};

const providerIn =
  (open: OpenServices): Parameters<typeof progressOf>[3] =>
  (address) =>
    open.services.get(providerNameOf(address))?.provider;

/** What is not known may be less than what would be sent, also where nobody seems to gain. */
const widens = (plan: PlanDocument): boolean =>
  plan.verdict === "wider" ||
  plan.verdict === "mixed" ||
  plan.effects.some((effect) => effect.unknown_before === true) ||
  plan.resource_changes.some(({ fields }) => fields.some(({ before }) => before === "(unknown)"));

const run = async (opened: Opened, planned: Planned, alreadyDone: ReadonlySet<string>): Promise<Applied> => {
  const { io, options, directory, open, lock } = opened;
  try {
    return await applyPlanned({ io, options, directory, planned, open, lock, alreadyDone });
  } catch (error) {
    if (error instanceof JournalError)
      throw new CommandFailure("provider-error", [problem("write-failed", `nothing was sent: ${error.message}`)]);
    throw error;
  }
};

const ask = (io: Io, plan: PlanDocument): Promise<Approval> => {
  const { calls, destroy } = plan.summary;
  return confirm({
    message: `Send ${calls} ${calls === 1 ? "call" : "calls"}${destroy === 0 ? "" : `, ${destroy} to destroy`}?`,
    input: io.stdin,
    output: io.stderr,
    interactive: io.interactive,
    ci: inCi(io.env),
    signal: io.signal,
  });
};

const declined = (io: Io, answer: Approval): ExitCode => {
  io.err("Nothing was applied.\n");
  return io.signal.aborted || answer === "cancelled" ? EXIT.interrupted : EXIT.error;
};
