/** What was approved, planned again against what is there now. */
import { boundaries } from "../engine/load/resolve.ts";
import type { Address, Document, Instant, Spec } from "../engine/model.ts";
import { makePlan, type Planned } from "../engine/pipeline.ts";
import { asReviewed, passedFaults, progressOf, shownFaults } from "../engine/plan/approve.ts";
import { otherResult } from "../engine/plan/other-result.ts";
import type { Scope } from "../engine/plan/scope.ts";
import { readSetOf } from "../engine/plan/targets.ts";
import { presentState } from "../engine/plan/worlds.ts";
import type { PlanDocument } from "../engine/plan-document.ts";
import type { Provider } from "../engine/provider.ts";
import { providerNameOf } from "../engine/util/address.ts";
import type { LoadedDocument } from "./apply-rules.ts";
import { CommandFailure, problem } from "./failures.ts";
import type { Io } from "./io.ts";
import { type OpenServices, readServices } from "./services.ts";
import { VERSION } from "./version.ts";

/** All that an apply works with once its services are open. */
export type Opened = {
  readonly io: Io;
  readonly loaded: LoadedDocument;
  readonly scope: Scope;
  readonly open: OpenServices;
};

const MOST_REASONS = 50;
const AGAIN = "make the plan again and have it reviewed";
const changed = (summary: string) => problem("plan-changed", summary, AGAIN);
const OTHER_RESULT = changed("planning again gives another result than the one that was reviewed");
const OTHER_FILES = changed("the files say something else than when the plan was made");
const NO_PLAN = changed("what was reviewed cannot be planned any more");

/** Throws CommandFailure unless planning again gives what was reviewed; also gives the calls that are done already. */
export const planAgain = async (
  { io, loaded, scope, open }: Opened,
  plan: PlanDocument,
): Promise<{ readonly planned: Planned; readonly alreadyDone: ReadonlySet<string> }> => {
  const passed = passedFaults(plan, {
    now: io.now(),
    boundaries: boundaries(loaded.document, Date.parse(plan.at)),
  });
  if (passed.length > 0) throw new CommandFailure("plan-changed", passed);
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
  const now = present(services, loaded.document, Date.parse(plan.at));
  const progress = progressOf(plan, planned.calls, now, providerIn(open));
  if (progress.faults.length > 0) throw new CommandFailure("plan-changed", progress.faults);
  const errors = planned.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new CommandFailure("plan-changed", [NO_PLAN, ...errors], loaded.texts);
  if (planned.document.digest !== plan.digest) {
    const first = plan.meaning === planned.document.meaning ? OTHER_RESULT : OTHER_FILES;
    const again = planned.document;
    const reasons = otherResult({ reviewed: plan, again, providerOf: providerIn(open) });
    throw new CommandFailure("plan-changed", [first, ...reasons.slice(0, MOST_REASONS)]);
  }
  const shown = shownFaults(plan, planned.document);
  if (shown.length > 0) throw new CommandFailure("plan-changed", shown);
  return { planned, alreadyDone: progress.done };
};

/** Somebody thought about it for a while: throws CommandFailure unless what was shown is still so. */
export const refuseChanged = async ({ io, loaded, scope, open }: Opened, planned: Planned): Promise<void> => {
  const { document, calls } = planned;
  const services = await readServices({ io, document: loaded.document, scope }, open, readSetOf(document));
  const now = present(services, loaded.document, Date.parse(document.at));
  const { faults } = progressOf(document, calls, now, providerIn(open));
  if (faults.length > 0) throw new CommandFailure("plan-changed", faults);
};

const present = (
  services: Awaited<ReturnType<typeof readServices>>,
  document: Document,
  at: Instant,
): ((address: Address) => Spec | null) => {
  const states = new Map([...services].map(([name, service]) => [name, presentState(name, service, document, at)]));
  return (address) => states.get(providerNameOf(address))?.objects.get(address)?.spec ?? null;
};

const providerIn =
  (open: OpenServices): ((address: Address) => Provider | undefined) =>
  (address) =>
    open.services.get(providerNameOf(address))?.provider;
