import { runChecks } from "../check/checks.ts";
import type { CheckState } from "../check/rooms.ts";
import { planStates } from "../check/states.ts";
import { judgeGuards } from "../guard/guards.ts";
import type { Document } from "../model.ts";
import type { Ordered } from "../order/order.ts";
import type { CheckResult, GuardResult, PlanDocument } from "../plan-document.ts";
import type { LaterPoint } from "./later.ts";
import type { PlannedWorld } from "./worlds.ts";

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
  return judgeGuards({
    worlds,
    guards: document.guards,
    changes: [...worlds.values()].flatMap((world) => world.changes),
    calls: ordered.calls,
    exceptions: ordered.exceptions,
    allow: { removals: options.allow_removals, gains: options.allow_gains, creations: options.allow_creations },
    incomplete: incompleteOf(worlds),
    unknownBefore: (place) =>
      worlds.get(place.provider)?.changes.some((change) => change.room === place.room && change.unknown.length > 0) ??
      false,
    ...(total === undefined ? {} : { total }),
  });
};

const incompleteOf = (worlds: ReadonlyMap<string, PlannedWorld>): ReadonlyMap<string, readonly string[]> =>
  new Map(
    [...worlds]
      .filter(([, world]) => !world.state.complete)
      .map(([name, world]) => [name, world.state.diagnostics.map((diagnostic) => diagnostic.summary)]),
  );

/** Results for places that an approved plan does not touch are taken from it: they were not read again. */
const checksOf = ({ document, worlds, ordered, points, reviewed }: JudgeInput): readonly CheckResult[] => {
  if (reviewed !== undefined) return reviewed.checks;
  if (document.checks.length === 0) return [];
  const touched = [...worlds.values()].flatMap((world) => world.touched.map(({ place }) => place));
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
  return runChecks({ checks: document.checks, teams: document.teams, states: [...states, ...future], before });
};
