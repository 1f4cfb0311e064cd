import { join, resolve } from "node:path";
import { boundaries } from "../../engine/load/resolve.ts";
import type { Document } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { accountFaults, asReviewed, progressOf, reviewFaults } from "../../engine/plan/approve.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { FailureReason, PlanDocument } from "../../engine/plan-document.ts";
import { diagnosticJson } from "../../engine/report/diagnostics.ts";
import { applyDocument, renderOutcomes } from "../../engine/report/outcomes.ts";
import { digestOf } from "../../engine/util/digest.ts";
import { type Applied, applyPlanned } from "../applying.ts";
import { confirm } from "../confirm.ts";
import { isLoopback } from "../connection-rules.ts";
import { EXIT, type ExitCode, exitOfReason } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, printJson, problem } from "../failures.ts";
import { type Io, inCi, wantsColor } from "../io.ts";
import { JournalError } from "../journal.ts";
import { type Loaded, loadOrFail, workingDirectory } from "../load-files.ts";
import { acquireLock, type Lock, LockedError } from "../lock.ts";
import type { ApplyOptions } from "../options.ts";
import { loadPlan } from "../plan-file.ts";
import { planText, planWith, scopeFor } from "../planning.ts";
import { type OpenServices, openServices, readServices } from "../services.ts";
import { VERSION } from "../version.ts";

type LoadedDocument = Loaded & { readonly document: Document };

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
      return plan === undefined
        ? await applyDirect(io, options, loaded, directory, lock)
        : await applyApproved(io, options, loaded, directory, lock, plan);
    } finally {
      await lock.release();
    }
  });

const refuseUnattended = (io: Io, options: ApplyOptions, file: string | undefined): void => {
  if (file !== undefined || approved(options)) return;
  if (io.interactive && !inCi(io.env) && options.json !== true) return;
  const summary = "there is nobody to ask, and no plan was approved";
  throw new CommandFailure("approval-required", [
    problem("approval-required", summary, "apply a reviewed plan (rolecall apply plan.json), or add --auto-approve"),
  ]);
};

const approved = (options: ApplyOptions): boolean =>
  options.autoApprove === true || options.autoApproveUnlessWidening === true;

/** What belongs to the approval stands in the plan. */
const refuseWithPlan = (options: ApplyOptions): void => {
  const given = [
    ["--target", options.target.length > 0],
    ["--exclude", options.exclude.length > 0],
    ["--at", options.at !== undefined],
    ["--allow-removals", options.allowRemovals.length > 0],
    ["--allow-gains", options.allowGains.length > 0],
    ["--allow-creations", options.allowCreations !== undefined],
    ["--accept-transient", options.acceptTransient.length > 0],
  ] as const;
  const found = given.find(([, isGiven]) => isGiven);
  if (found === undefined) return;
  throw new CommandFailure("usage", [
    problem(
      "usage",
      `${found[0]} cannot be used with a saved plan`,
      `give ${found[0]} to rolecall plan: it is part of what was approved`,
    ),
  ]);
};

const refuseFaulty = (io: Io, options: ApplyOptions, plan: PlanDocument, loaded: LoadedDocument): void => {
  const faults = reviewFaults(plan, {
    meaning: digestOf(loaded.document.meaning),
    now: io.now(),
    boundaries: boundaries(loaded.document, Date.parse(plan.at)),
    local: options.sandbox === true || plan.providers.every((provider) => isLocal(provider.base_url)),
  });
  if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
  if (plan.failure_reason !== null) {
    const failed = plan.guards.filter((guard) => !guard.passed).map((guard) => problem("guard-failed", guard.message));
    const checks = plan.checks
      .filter((check) => check.status === "failed")
      .map((check) => problem("check-failed", `the check ${check.name} failed`));
    throw new CommandFailure(
      plan.failure_reason,
      [
        problem("guard-failed", "the plan was saved with a failed guard or check and cannot be applied"),
        ...failed,
        ...checks,
      ],
      loaded.texts,
      EXIT.guard,
    );
  }
};

const isLocal = (baseUrl: string): boolean => baseUrl === "sandbox" || isLoopback(new URL(baseUrl).hostname);

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

const applyDirect = async (
  io: Io,
  options: ApplyOptions,
  loaded: LoadedDocument,
  directory: string,
  lock: Lock,
): Promise<ExitCode> => {
  const scope = scopeFor(options, loaded.document);
  const open = await openServices({
    io,
    options,
    document: loaded.document,
    texts: loaded.texts,
    scope,
    mode: "write",
  });
  try {
    const services = await readServices({ io, document: loaded.document, scope }, open);
    const planned = planWith({ io, options, loaded, scope, services, snapshot: null });
    printDiagnostics(io, options, planned.diagnostics, loaded.texts);
    if (options.json !== true) io.out(planText(io, options, planned.document));
    if (planned.document.failure_reason !== null) return refuse(io, options, planned, planned.document.failure_reason);
    if (planned.calls.length === 0) return nothingToDo(io, options, planned);
    if (options.autoApproveUnlessWidening === true && widens(planned.document)) return withhold(io, options, planned);
    if (!approved(options)) {
      if (!(await isApproved(io, planned.document))) return declined(io);
      const now = await readServices(
        { io, document: loaded.document, scope },
        open,
        new Set(planned.document.preconditions.map(({ address }) => address)),
      );
      const { faults } = progressOf(planned.document, planned.calls, present(now), providerIn(open));
      if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
    }
    return finish(io, options, planned, await run(io, options, directory, planned, open, lock, new Set()));
  } finally {
    await open.close();
  }
};

const applyApproved = async (
  io: Io,
  options: ApplyOptions,
  loaded: LoadedDocument,
  directory: string,
  lock: Lock,
  plan: PlanDocument,
): Promise<ExitCode> => {
  const reviewedNames = new Set(plan.providers.map((provider) => provider.name));
  const everything = scopeOf(
    [],
    [...loaded.document.providers.keys()].filter((name) => !reviewedNames.has(name)),
    [...loaded.document.providers.keys()],
  );
  const open = await openServices({
    io,
    options,
    document: loaded.document,
    texts: loaded.texts,
    scope: everything,
    mode: "write",
  });
  try {
    const only = new Set(plan.preconditions.map(({ address }) => address));
    const services = await readServices({ io, document: loaded.document, scope: everything }, open, only);
    const faults = accountFaults(plan, services);
    if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
    const planned = makePlan({
      document: loaded.document,
      services: asReviewed(plan, services),
      scope: everything,
      at: Date.parse(plan.at),
      timestamp: plan.timestamp,
      version: VERSION,
      loadDiagnostics: loaded.diagnostics,
      options: plan.options,
      reviewed: plan,
    });
    const progress = progressOf(plan, planned.calls, present(services), providerIn(open));
    if (progress.faults.length > 0) throw new CommandFailure("plan-changed", progress.faults);
    if (planned.document.digest !== plan.digest) {
      throw new CommandFailure("plan-changed", [
        problem(
          "plan-changed",
          "planning again gives another result than the one that was reviewed",
          "make the plan again and have it reviewed",
        ),
      ]);
    }
    return finish(io, options, planned, await run(io, options, directory, planned, open, lock, progress.done));
  } finally {
    await open.close();
  }
};

const present =
  (services: Awaited<ReturnType<typeof readServices>>): Parameters<typeof progressOf>[2] =>
  (address) =>
    services.get(address.slice(0, address.indexOf("/")))?.state.objects.get(address)?.spec ?? null;

const providerIn =
  (open: OpenServices): Parameters<typeof progressOf>[3] =>
  (address) =>
    open.services.get(address.slice(0, address.indexOf("/")))?.provider;

const widens = (plan: PlanDocument): boolean =>
  plan.verdict === "wider" || plan.verdict === "mixed" || plan.effects.some((effect) => effect.unknown_before === true);

const run = async (
  io: Io,
  options: ApplyOptions,
  directory: string,
  planned: Planned,
  open: OpenServices,
  lock: Lock,
  alreadyDone: ReadonlySet<string>,
): Promise<Applied> => {
  try {
    return await applyPlanned({ io, options, directory, planned, open, lock, alreadyDone });
  } catch (error) {
    if (error instanceof JournalError)
      throw new CommandFailure("provider-error", [problem("write-failed", `nothing was sent: ${error.message}`)]);
    throw error;
  }
};

const report = (io: Io, options: ApplyOptions, planned: Planned, applied: Omit<Applied, "exit">): void => {
  const diagnostics = [...planned.document.diagnostics];
  if (applied.journalError !== undefined)
    diagnostics.push(diagnosticJson(problem("write-failed", `stopped: ${applied.journalError}`)));
  if (options.json === true) {
    const { digest, pending } = planned.document;
    printJson(
      io,
      applyDocument({
        digest,
        outcomes: applied.outcomes,
        pending: pending.length,
        failure_reason: applied.reason,
        diagnostics,
      }),
    );
    return;
  }
  if (applied.journalError !== undefined) io.err(`Stopped: ${applied.journalError}\n`);
  io.out(
    `\n${renderOutcomes(applied.outcomes, planned.document, { color: wantsColor(io, io.outIsTerminal, !options.color) })}`,
  );
};

const finish = (io: Io, options: ApplyOptions, planned: Planned, applied: Applied): ExitCode => {
  report(io, options, planned, applied);
  return applied.exit;
};

const none = (reason: FailureReason | null): Omit<Applied, "exit"> => ({
  outcomes: [],
  reason,
  journalError: undefined,
});

const nothingToDo = (io: Io, options: ApplyOptions, planned: Planned): ExitCode => {
  if (options.json === true) report(io, options, planned, none(null));
  return EXIT.done;
};

const refuse = (io: Io, options: ApplyOptions, planned: Planned, reason: FailureReason): ExitCode => {
  if (options.json === true) report(io, options, planned, none(reason));
  else io.err("Nothing was applied: a guard or a check failed.\n");
  return exitOfReason(reason);
};

const withhold = (io: Io, options: ApplyOptions, planned: Planned): ExitCode => {
  if (options.json === true) report(io, options, planned, none("approval-required"));
  else
    io.err(
      "Nothing was applied: somebody would gain a permission, and --auto-approve=unless-widening leaves that to a person.\n",
    );
  return EXIT.guard;
};

const isApproved = async (io: Io, plan: PlanDocument): Promise<boolean> => {
  const { calls, destroy } = plan.summary;
  const message = `Send ${calls} ${calls === 1 ? "call" : "calls"}${destroy === 0 ? "" : `, ${destroy} to destroy`}?`;
  const answer = await confirm({
    message,
    input: io.stdin,
    output: io.stderr,
    interactive: io.interactive,
    ci: inCi(io.env),
    signal: io.signal,
  });
  return answer === "approved";
};

const declined = (io: Io): ExitCode => {
  io.err("Nothing was applied.\n");
  return io.signal.aborted ? EXIT.interrupted : EXIT.error;
};
