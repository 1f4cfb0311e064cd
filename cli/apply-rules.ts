/** When `apply` refuses before it reads or sends anything. */
import { boundaries } from "../engine/load/resolve.ts";
import type { Document } from "../engine/model.ts";
import { isForReading, reviewFaults, wasRefused } from "../engine/plan/approve.ts";
import type { PlanDocument } from "../engine/plan-document.ts";
import { obstaclesOf } from "./apply-report.ts";
import { isLoopback } from "./connection-rules.ts";
import { EXIT } from "./exit.ts";
import { CommandFailure, problem } from "./failures.ts";
import { type Io, inCi } from "./io.ts";
import type { Loaded } from "./load-files.ts";
import type { ApplyOptions } from "./options.ts";
import type { OpenServices } from "./services.ts";

export type LoadedDocument = Loaded & { readonly document: Document };

export const refuseUnattended = (io: Io, options: ApplyOptions, file: string | undefined): void => {
  if (file !== undefined || approved(options)) return;
  if (io.interactive && !inCi(io.env) && options.json !== true) return;
  const summary = "there is nobody to ask, and no plan was approved";
  throw new CommandFailure("approval-required", [
    problem("approval-required", summary, "apply a reviewed plan (rolecall apply plan.json), or add --auto-approve"),
  ]);
};

export const approved = (options: ApplyOptions): boolean =>
  options.autoApprove === true || options.autoApproveUnlessWidening === true;

/** What belongs to the approval stands in the plan. */
export const refuseWithPlan = (options: ApplyOptions): void => {
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

export const refuseFaulty = (io: Io, options: ApplyOptions, plan: PlanDocument, loaded: LoadedDocument): void => {
  const faults = reviewFaults(plan, {
    now: io.now(),
    boundaries: boundaries(loaded.document, Date.parse(plan.at)),
    local: options.sandbox === true || plan.providers.every((provider) => isLocal(provider.base_url)),
  });
  if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
  if (wasRefused(plan)) {
    const obstacles = obstaclesOf(plan);
    const onlyChecks = obstacles.length > 0 && obstacles.every(({ code }) => code === "check-failed");
    throw new CommandFailure(
      plan.failure_reason ?? (onlyChecks ? "check-failed" : "guard-failed"),
      [problem("guard-failed", "the plan was saved with a failed guard or check and cannot be applied"), ...obstacles],
      loaded.texts,
      EXIT.guard,
    );
  }
};

/** What another instant than now would grant is for reading, except where nobody is real. */
export const refuseForReading = (
  options: Pick<ApplyOptions, "at">,
  { at }: LoadedDocument,
  open: OpenServices,
  now: number,
): void => {
  if (options.at === undefined || !isForReading(at, now)) return;
  if ([...open.services.values()].every(({ baseUrl }) => isLocal(baseUrl))) return;
  throw new CommandFailure("usage", [
    problem(
      "usage",
      "--at is more than five minutes from now: what it gives is for reading only",
      "see it with rolecall plan --at, or leave --at out",
    ),
  ]);
};

const isLocal = (baseUrl: string): boolean =>
  baseUrl === "sandbox" || (URL.canParse(baseUrl) && isLoopback(new URL(baseUrl).hostname));
