import type { JsonObject } from "../model.ts";
import type { PlanDocument } from "../plan-document.ts";
import { digestOf } from "../util/digest.ts";

/**
 * The digest of a plan's meaning: what the files ask for, accounts and hosts, guards and what was allowed, preconditions,
 * changes, calls and the instant. Not the time of day, positions, words for people, or the digest itself.
 */
export const planDigest = (plan: Omit<PlanDocument, "digest">): string => {
  const covered = {
    format_version: plan.format_version,
    meaning: plan.meaning,
    at: plan.at,
    providers: plan.providers,
    options: plan.options,
    guards: plan.guards.map(({ guard, passed, count, total, limit }) => ({ guard, passed, count, total, limit })),
    checks: plan.checks.map(({ name, status }) => ({ name, status })),
    preconditions: plan.preconditions,
    changes: plan.resource_changes.map(({ address, change }) => ({ address, change })),
    calls: plan.calls,
    exceptions: plan.transition.exceptions,
  };
  return digestOf(JSON.parse(JSON.stringify(covered)) as JsonObject);
};
