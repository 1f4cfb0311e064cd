import type { Call, Diagnostic, Document, Instant } from "../model.ts";
import type { Ordered } from "../order/order.ts";
import {
  type CheckResult,
  type Effect,
  type FailureReason,
  FORMAT_VERSION,
  type GuardResult,
  type PlanCall,
  type PlanDocument,
  type Verdict,
} from "../plan-document.ts";
import { diagnosticJson, sortDiagnostics } from "../report/diagnostics.ts";
import { compareText, sortedSet } from "../util/compare.ts";
import { digestOf } from "../util/digest.ts";
import { resourceChange } from "./changes.ts";
import { planDigest } from "./digest.ts";
import type { LaterPoint } from "./later.ts";
import type { PlannedWorld } from "./worlds.ts";

export type AssembleInput = {
  readonly document: Document;
  readonly worlds: readonly PlannedWorld[];
  readonly ordered: Ordered;
  readonly effects: readonly Effect[];
  readonly verdict: Verdict;
  readonly points: readonly LaterPoint[];
  readonly guards: readonly GuardResult[];
  readonly checks: readonly CheckResult[];
  readonly diagnostics: readonly Diagnostic[];
  readonly at: Instant;
  readonly timestamp: string;
  readonly version: string;
  readonly options: PlanDocument["options"];
};

/** Puts the plan document together, digest included. */
export const planDocument = (input: AssembleInput): PlanDocument => {
  const { worlds, ordered } = input;
  const changes = worlds.flatMap((world) => world.changes.map((change) => resourceChange(world, change)));
  const drift = worlds.flatMap((world) => world.drift.map((change) => resourceChange(world, change)));
  const count = (action: string): number => changes.filter(({ change }) => change.actions[0] === action).length;
  const failure = failureOf(input);
  const pending = worlds.flatMap((world) => world.desired.pending.map(({ address, reason }) => ({ address, reason })));
  const rest: Omit<PlanDocument, "digest"> = {
    format_version: FORMAT_VERSION,
    rolecall_version: input.version,
    timestamp: input.timestamp,
    at: new Date(input.at).toISOString(),
    errored: failure !== null,
    failure_reason: failure,
    verdict: input.verdict,
    providers: worlds.map(({ policy, account, baseUrl }) => ({
      name: policy.provider,
      type: policy.type,
      base_url: baseUrl,
      account,
    })),
    summary: {
      add: count("create"),
      change: count("update"),
      destroy: count("delete"),
      calls: ordered.calls.length,
      minimum_calls: ordered.minimum,
      pending: pending.length,
      unmanaged: sum(worlds.map((world) => world.desired.unmanaged)),
      drift: drift.length,
      read: sum(worlds.map((world) => world.state.objects.size)),
    },
    resource_changes: changes,
    resource_drift: drift,
    effects: input.effects,
    later: input.points
      .filter(({ effects }) => effects.length > 0)
      .map(({ at, effects }) => ({ at: new Date(at).toISOString(), effects })),
    calls: ordered.calls.map(planCall),
    transition: {
      safe: ordered.safe,
      points: ordered.points,
      exceptions: ordered.exceptions,
      ...(ordered.reason === undefined ? {} : { reason: ordered.reason }),
    },
    preconditions: worlds.flatMap(preconditionsOf),
    pending: pending.sort((a, b) => compareText(a.address, b.address)),
    checks: input.checks,
    guards: input.guards,
    diagnostics: sortDiagnostics(input.diagnostics).map(diagnosticJson),
    meaning: digestOf(input.document.meaning),
    options: input.options,
  };
  return { ...rest, digest: planDigest(rest) };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const failureOf = ({ guards, checks, ordered }: AssembleInput): FailureReason | null => {
  if (guards.some((guard) => !guard.passed)) return "guard-failed";
  if (ordered.exceptions.some((exception) => !exception.accepted)) return "guard-failed";
  return checks.some((check) => check.status === "failed") ? "check-failed" : null;
};

const planCall = (call: Call): PlanCall => ({
  id: call.id,
  provider: call.provider,
  changes: call.changes,
  method: call.method,
  path: call.path,
  ...(call.query === undefined ? {} : { query: call.query }),
  ...(call.action === undefined ? {} : { action: call.action }),
  ...(call.body === undefined ? {} : { body: call.body }),
  after: call.after,
  direction: call.direction,
  ...(call.staging === true ? { staging: true as const } : {}),
});

/** Every object that the changes write, or that their order and effects depend on. */
const preconditionsOf = (world: PlannedWorld): PlanDocument["preconditions"] => {
  const changed = new Set(world.changes.map((change) => change.address));
  const addresses = sortedSet([...changed, ...world.touched.flatMap((place) => place.dependsOn)]);
  return addresses.map((address) => {
    const spec = world.before(address) ?? null;
    return { address, hash: digestOf(spec), ...(changed.has(address) ? {} : { spec }) };
  });
};
