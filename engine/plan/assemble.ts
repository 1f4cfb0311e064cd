import type { Address, Call, Diagnostic, Document, Instant } from "../model.ts";
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
import type { Provider, TouchedPlace } from "../provider.ts";
import { diagnosticJson, sortDiagnostics } from "../report/diagnostics.ts";
import { kindOf } from "../util/address.ts";
import { compareText, sortedSet } from "../util/compare.ts";
import { digestOf } from "../util/digest.ts";
import { sortedJson } from "../util/stable-json.ts";
import { resourceChange } from "./changes.ts";
import { planDigest } from "./digest.ts";
import type { LaterPoint } from "./later.ts";
import { targetsOf } from "./targets.ts";
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
  readonly reviewed?: PlanDocument;
};

/** Puts the plan document together, digest included. */
export const planDocument = (input: AssembleInput): PlanDocument => {
  const { worlds, ordered } = input;
  const changes = worlds.flatMap((world) => world.changes.map((change) => resourceChange(world, change)));
  const drift = worlds.flatMap((world) => world.drift.map((change) => resourceChange(world, change)));
  const count = (action: string): number => changes.filter(({ change }) => change.actions[0] === action).length;
  const failure = failureOf(input);
  const { targets, gone } = targetsOf(worlds, input.reviewed);
  const targeted = new Set(targets.map(({ address }) => address));
  const pending = [
    ...worlds.flatMap((world) => world.desired.pending.map(({ address, reason }) => ({ address, reason }))),
    ...gone.map((address) => ({ address, reason: "not there any more since the plan was made" })),
  ];
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
      read: sum(worlds.map(countRead)),
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
    preconditions: worlds.flatMap((world) => preconditionsOf(world, targeted)),
    ...(targets.length === 0 ? {} : { targets }),
    pending: pending.sort((a, b) => compareText(a.address, b.address)),
    checks: input.checks,
    guards: input.guards,
    diagnostics: sortDiagnostics(input.diagnostics).map(diagnosticJson),
    meaning: digestOf(input.document.meaning),
    options: input.options,
  };
  const { format_version, rolecall_version, timestamp, at, ...others } = rest;
  return { format_version, rolecall_version, timestamp, at, digest: planDigest(rest), ...others };
};

/** Objects of kinds that reports list: what a provider keeps beside them for itself is nothing that people know. */
const countRead = ({ provider, state }: PlannedWorld): number => {
  const { kinds } = provider.facts;
  let count = 0;
  for (const { kind } of state.objects.values()) if (kinds.includes(kind)) count += 1;
  return count;
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
  ...(call.query === undefined ? {} : { query: sortedJson(call.query) }),
  ...(call.action === undefined ? {} : { action: call.action }),
  ...(call.body === undefined ? {} : { body: sortedJson(call.body) }),
  after: call.after,
  direction: call.direction,
  ...(call.staging === true ? { staging: true as const } : {}),
});

const isVolatile = ({ facts }: Provider, address: Address): boolean =>
  facts.volatile?.includes(kindOf(address)) === true;

/** Every object that the changes write, or that their order and effects depend on. */
const preconditionsOf = (world: PlannedWorld, targeted: ReadonlySet<Address>): PlanDocument["preconditions"] => {
  const changed = new Set(world.changes.map((change) => change.address));
  const dependsOn = (places: readonly TouchedPlace[]): readonly Address[] => places.flatMap((place) => place.dependsOn);
  const lasting = new Set([...changed].filter((address) => !targeted.has(address)));
  const isSteady = lasting.size === changed.size;
  const { provider, policy, before, after } = world;
  const steady = isSteady ? world.touched : lasting.size === 0 ? [] : provider.places(lasting, policy, before, after);
  const kept = new Set([...lasting, ...dependsOn(steady)]);
  return sortedSet([...changed, ...dependsOn(world.touched)]).map((address) => {
    const spec = world.before(address) ?? null;
    const passing = targeted.has(address) || !kept.has(address) || isVolatile(provider, address);
    return {
      address,
      hash: digestOf(spec),
      ...(changed.has(address) ? {} : { spec: sortedJson(spec) }),
      ...(passing ? { passing: true as const } : {}),
    };
  });
};
