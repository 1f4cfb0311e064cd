import type { JsonObject } from "../model.ts";
import type { PlanCall, PlanDocument } from "../plan-document.ts";
import { compareText } from "../util/compare.ts";
import { digestOf } from "../util/digest.ts";
import { stableJson } from "../util/stable-json.ts";
import { targetedIn } from "./targets.ts";

/**
 * The digest of a plan's meaning: what the files ask for, accounts and hosts, guards and what was allowed, preconditions,
 * changes, calls and the instant. Where people come and go it covers what each is to have, not who is there. Not the time of day, positions, words for people, or the digest itself.
 */
export const planDigest = (plan: Omit<PlanDocument, "digest">): string => {
  const targeted = targetedIn(plan);
  const covered = {
    format_version: plan.format_version,
    meaning: plan.meaning,
    at: plan.at,
    providers: plan.providers,
    options: plan.options,
    guards: plan.guards.map(({ guard, passed, count, total, limit }) =>
      targeted.size > 0 ? { guard, passed, limit } : { guard, passed, count, total, limit },
    ),
    checks: plan.checks.map(({ name, status }) => ({ name, failed: status === "failed" })),
    preconditions: plan.preconditions.filter(({ passing }) => passing !== true),
    targets: plan.targets ?? [],
    changes: plan.resource_changes
      .filter(({ address }) => !targeted.has(address))
      .map(({ address, change }) => ({ address, change })),
    calls: lastingCalls(plan.calls, targeted),
    exceptions: plan.transition.exceptions.filter(({ address }) => !targeted.has(address)),
  };
  return digestOf(covered as unknown as JsonObject);
};

/**
 * Calls that do not depend on who is there, in an order of their own and numbered in it: who is there decides which of them
 * comes first, and whether one narrows. What has to wait for what is covered.
 */
const lastingCalls = (calls: readonly PlanCall[], targeted: ReadonlySet<string>): readonly unknown[] => {
  if (targeted.size === 0) return calls;
  const nameOf = ({ provider, changes, method, path }: PlanCall): string =>
    stableJson([provider, [...changes], method, path]);
  const lasting = calls
    .filter((call) => !call.changes.every((address) => targeted.has(address)))
    .sort((a, b) => compareText(nameOf(a), nameOf(b)));
  const numbers = new Map(lasting.map((call, index) => [call.id, index]));
  return lasting.map(({ direction: _, ...call }) => ({
    ...call,
    id: numbers.get(call.id),
    after: call.after.flatMap((id) => numbers.get(id) ?? []).sort((a, b) => a - b),
  }));
};
