import { join, resolve } from "node:path";
import type { Instant } from "../../engine/model.ts";
import type { Planned } from "../../engine/pipeline.ts";
import { accountFaults } from "../../engine/plan/approve.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { nothingToDo, refuse, withhold } from "../apply-report.ts";
import { applyRounds, isWaiting } from "../apply-rounds.ts";
import {
  approved,
  type LoadedDocument,
  refuseFaulty,
  refuseForReading,
  refuseUnattended,
  refuseWithPlan,
} from "../apply-rules.ts";
import { type Approval, confirm } from "../confirm.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printDiagnostics, problem } from "../failures.ts";
import { type Io, inCi } from "../io.ts";
import { loadOrFail, workingDirectory } from "../load-files.ts";
import { acquireLock, type Lock, LockedError } from "../lock.ts";
import { refuseInvalid } from "../offline-rules.ts";
import type { ApplyOptions } from "../options.ts";
import { type Opened, planAgain, refuseChanged } from "../plan-again.ts";
import { loadPlan } from "../plan-file.ts";
import { planText, planWith, scopeFor } from "../planning.ts";
import { accountsOf, openServices, readServices } from "../services.ts";

/** `rolecall apply [PLAN]`: an approved plan, or plan, show, ask, apply. */
export const applyCommand = (io: Io, options: ApplyOptions, file: string | undefined): Promise<ExitCode> =>
  orFail(io, options, async () => {
    refuseUnattended(io, options, file);
    if (file !== undefined) refuseWithPlan(options);
    const directory = join(workingDirectory(io, options), ".rolecall");
    const plan = file === undefined ? undefined : await loadPlan(resolve(workingDirectory(io, options), file), file);
    const loaded = await loadOrFail(io, options);
    if (plan !== undefined) refuseFaulty(io, options, plan, loaded);
    await refuseInvalid(loaded);
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

const applyDirect = async (input: ApplyInput): Promise<ExitCode> => {
  const { io, options, loaded } = input;
  const { document, texts } = loaded;
  const scope = scopeFor(options, document);
  const open = await openServices({ io, options, document, texts, scope, mode: "write" });
  const opened = { ...input, open, scope };
  try {
    refuseForReading(options, loaded, open, io.now());
    const planned = await planNow(opened, options, loaded.at);
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
      const again = await planNow(opened, options, options.at === undefined ? io.now() : loaded.at);
      const withheld = options.autoApproveUnlessWidening === true && widens(again.document);
      return { planned: again, alreadyDone: new Set(), withheld };
    });
  } finally {
    await open.close();
  }
};

const planNow = async ({ io, loaded, scope, open }: Opened, options: ApplyOptions, at: Instant): Promise<Planned> => {
  const services = await readServices({ io, document: loaded.document, scope }, open);
  return planWith({ io, options, loaded: { ...loaded, at }, scope, services, snapshot: null });
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
      withheld: false,
    }));
  } finally {
    await open.close();
  }
};

/** What is not known may be less than what would be sent, also where nobody seems to gain. */
const widens = (plan: PlanDocument): boolean =>
  plan.verdict === "wider" ||
  plan.verdict === "mixed" ||
  plan.effects.some((effect) => effect.unknown_before === true) ||
  plan.resource_changes.some(({ fields }) => fields.some(({ before }) => before === "(unknown)"));

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
