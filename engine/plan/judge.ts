import { runChecks } from "../check/checks.ts";
import type { CheckState } from "../check/rooms.ts";
import { planStates } from "../check/states.ts";
import { judgeGuards } from "../guard/guards.ts";
import type { Document } from "../model.ts";
import type { Ordered } from "../order/order.ts";
import type { CheckResult, GuardResult, PlanDocument } from "../plan-document.ts";
import type { LaterPoint } from "./later.ts";
import { type PlannedWorld, pendingIn, unknownIn } from "./worlds.ts";

export type JudgeInput = {
  readonly document: Document;
  readonly worlds: ReadonlyMap<string, PlannedWorld>;
  readonly ordered: Ordered;
  readonly points: readonly LaterPoint[];
  readonly options: PlanDocument["options"];
  /** An approved plan that is planned again. */
  readonly reviewed: PlanDocument | undefined;
};

export type Judgement = { readonly guards: readonly GuardResult[]; readonly checks: readonly CheckResult[] };

/** What guards and checks say of a plan: of the state after it, of every step, and of every instant at which a grant starts or ends. */
export const judge = (input: JudgeInput): Judgement => ({ guards: guardsOf(input), checks: checksOf(input) });

const guardsOf = ({ document, worlds, ordered, options, reviewed }: JudgeInput): readonly GuardResult[] => {
  const total = reviewed?.guards.find((guard) => guard.guard === "removals")?.total;
  const unknown = new Map([...worlds].map(([name, world]) => [name, unknownIn(world)]));
  const pending = new Map([...worlds].map(([name, world]) => [name, pendingIn(world)]));
  return judgeGuards({
    worlds,
    guards: document.guards,
    changes: [...worlds.values()].flatMap((world) => world.changes),
    calls: ordered.calls,
    exceptions: ordered.exceptions,
    allow: { removals: options.allow_removals, gains: options.allow_gains, creations: options.allow_creations },
    incomplete: incompleteOf(worlds),
    unknownBefore: (place, subject) => unknown.get(place.provider)?.(place.room, subject) ?? false,
    isPending: (place, subject) => pending.get(place.provider)?.(place.room, subject) ?? false,
    ...(total === undefined ? {} : { total }),
  });
};

const incompleteOf = (worlds: ReadonlyMap<string, PlannedWorld>): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...worlds]
      .filter(([, world]) => !world.state.complete)
      .map(([name, world]) => [name, world.state.diagnostics.map((diagnostic) => diagnostic.summary)]),
  );

const checksOf = (input: JudgeInput): readonly CheckResult[] => {
  const { document, worlds, ordered, points, reviewed } = input;
  if (document.checks.length === 0) return [];
  const touched = [...worlds.values()].flatMap((world) => world.touched.map(({ place }) => place));
  const places = reviewed === undefined ? {} : { places: touched };
  const { before, states } = planStates(worlds, ordered.calls, touched);
  const future = points.map(
    ({ at, states: scenes }): CheckState => ({
      name: new Date(at).toISOString(),
      scenes: new Map(
        [...scenes].flatMap(([name, { policy, view }]) => {
          const world = worlds.get(name);
          return world === undefined ? [] : [[name, { provider: world.provider, policy, view }] as const];
        }),
      ),
    }),
  );
  const found = runChecks({
    checks: document.checks,
    teams: document.teams,
    states: [...states, ...future].map((state) => ({ ...places, ...state })),
    before,
  });
  return reviewed === undefined ? found : found.map((result) => asReviewed(result, reviewed, worlds.size > 1));
};

/**
 * Places that an approved plan does not touch are not read again: nothing failed there when it was made, or it would have
 * been refused. A count may need such places at another provider, and may miss people who left since, which does not void
 * a review: it is taken from the plan.
 */
const asReviewed = (found: CheckResult, reviewed: PlanDocument, isSpread: boolean): CheckResult => {
  const counts = found.status === "failed" && (found.failures ?? []).length === 0;
  if (!counts || (!isSpread && reviewed.targets === undefined)) return found;
  return reviewed.checks.find(({ name }) => name === found.name) ?? found;
};
