import type { PlanDocument } from "../../engine/plan-document.ts";

/** The options of a plan that nobody gave any, but for these. */
export const planOptions = (given: Partial<PlanDocument["options"]> = {}): PlanDocument["options"] => ({
  targets: [],
  excludes: [],
  allow_removals: [],
  allow_gains: [],
  allow_creations: null,
  accept_transient: [],
  snapshot: null,
  ...given,
});
