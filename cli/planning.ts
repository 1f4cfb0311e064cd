import type { Diagnostic, Document } from "../engine/model.ts";
import { makePlan, type Planned } from "../engine/pipeline.ts";
import { type Scope, scopeOf } from "../engine/plan/scope.ts";
import type { Service } from "../engine/plan/worlds.ts";
import type { PlanDocument } from "../engine/plan-document.ts";
import { sortDiagnostics } from "../engine/report/diagnostics.ts";
import { renderPlan } from "../engine/report/plan-text.ts";
import { languages } from "../providers/registry.ts";
import { EXIT, type ExitCode, exitOfReason } from "./exit.ts";
import { CommandFailure, printDiagnostics, printJson } from "./failures.ts";
import { type Io, wantsColor } from "./io.ts";
import type { Loaded } from "./load-files.ts";
import type { GlobalOptions, PlanOptions } from "./options.ts";
import { checkTargets } from "./targets.ts";
import { VERSION } from "./version.ts";

/** What `--target` and `--exclude` leave. Throws CommandFailure for one that names nothing. */
export const scopeFor = (
  options: { readonly target: readonly string[]; readonly exclude: readonly string[] },
  document: Document,
): Scope => {
  checkTargets(options, document);
  return scopeOf(options.target, options.exclude, [...document.providers.keys()]);
};

type PlanInput = {
  readonly io: Io;
  readonly options: PlanOptions;
  readonly loaded: Loaded & { readonly document: Document };
  readonly scope: Scope;
  readonly services: ReadonlyMap<string, Service>;
  /** When the reading was taken, for a plan on a snapshot. */
  readonly snapshot: string | null;
};

/** Plans with what was read. Throws CommandFailure where the files cannot be planned against this state. */
export const planWith = (input: PlanInput): Planned => {
  const { options, loaded } = input;
  const planned = makePlan({
    document: loaded.document,
    services: input.services,
    scope: input.scope,
    at: loaded.at,
    timestamp: new Date(input.io.now()).toISOString(),
    version: VERSION,
    loadDiagnostics: loaded.diagnostics,
    options: {
      targets: options.target,
      excludes: options.exclude,
      allow_removals: options.allowRemovals,
      allow_gains: options.allowGains,
      allow_creations: options.allowCreations ?? null,
      accept_transient: options.acceptTransient,
      snapshot: input.snapshot,
    },
  });
  failOnErrors(planned.diagnostics, loaded);
  return planned;
};

const failOnErrors = (diagnostics: readonly Diagnostic[], loaded: Loaded): void => {
  if (!diagnostics.some((diagnostic) => diagnostic.severity === "error")) return;
  throw new CommandFailure("invalid", sortDiagnostics(diagnostics), loaded.texts);
};

/** Prints a plan: JSON or text on standard output, warnings on standard error. */
export const printPlan = (
  io: Io,
  options: GlobalOptions,
  plan: PlanDocument,
  warnings: readonly Diagnostic[],
  loaded: Loaded,
): void => {
  if (options.json === true) {
    printJson(io, plan);
    return;
  }
  printDiagnostics(io, options, warnings, loaded.texts);
  io.out(planText(io, options, plan));
};

/** A plan as text, coloured and as wide as the terminal. */
export const planText = (io: Io, options: GlobalOptions, plan: PlanDocument): string =>
  renderPlan(plan, {
    color: wantsColor(io, io.outIsTerminal, !options.color),
    fold: foldCapabilities,
    ...(io.columns === undefined ? {} : { width: io.columns }),
  });

/** Each service says which of its capabilities follow from others; all of one list are of one type. */
const foldCapabilities = (capabilities: readonly string[]): readonly string[] => {
  const type = capabilities[0]?.split(":")[0] ?? "";
  return languages.get(type)?.foldCapabilities?.(capabilities) ?? capabilities;
};

/** How a plan that was only printed ends: a failed guard or check over changes over nothing. */
export const planExit = (plan: PlanDocument, detailed: boolean): ExitCode => {
  if (plan.failure_reason !== null) return exitOfReason(plan.failure_reason);
  return detailed && hasChanges(plan) ? EXIT.changes : EXIT.done;
};

/** Whether a plan would change anything known; values that cannot be read back and are sent again do not count alone. */
export const hasChanges = (plan: PlanDocument): boolean =>
  plan.resource_changes.some(
    ({ fields, change }) => change.actions[0] !== "update" || fields.some((field) => field.before !== "(unknown)"),
  );
