/** The table of contents: everything that the engine does, in the order in which data flows. */

import { effectsOf, sourceJson, verdictOf } from "./effect/effects.ts";
import type { Address, Call, Diagnostic, Document, Instant, SourceJson, Spec } from "./model.ts";
import { orderCalls } from "./order/order.ts";
import { planDocument } from "./plan/assemble.ts";
import { draftsOf } from "./plan/drafts.ts";
import { judge } from "./plan/judge.ts";
import { later } from "./plan/later.ts";
import { remarksOf } from "./plan/remarks.ts";
import { type Scope, strayScopes } from "./plan/scope.ts";
import { plannedSetOf } from "./plan/targets.ts";
import { type PlannedWorld, pendingIn, type Service, unknownIn, worldOf } from "./plan/worlds.ts";
import type { PlanDocument } from "./plan-document.ts";
import { kindOf, providerNameOf } from "./util/address.ts";

export type MakePlanInput = {
  readonly document: Document;
  /** What was read, by provider name. */
  readonly services: ReadonlyMap<string, Service>;
  readonly scope: Scope;
  readonly at: Instant;
  readonly timestamp: string;
  readonly version: string;
  readonly loadDiagnostics: readonly Diagnostic[];
  readonly options: PlanDocument["options"];
  /** An approved plan that is planned again: only its objects count, totals of other places are taken from it. */
  readonly reviewed?: PlanDocument;
};

export type Planned = {
  readonly document: PlanDocument;
  readonly calls: readonly Call[];
  readonly worlds: ReadonlyMap<string, PlannedWorld>;
  /** Errors and warnings, of the files too. With an error the document must not be used. */
  readonly diagnostics: readonly Diagnostic[];
  /** The line that asked for each changed object. */
  readonly sources: ReadonlyMap<Address, SourceJson | null>;
  before(object: Address): Spec | null | undefined;
  /** How the objects of these calls have to look once they are done. */
  expected(calls: readonly Call[]): ReadonlyMap<Address, Spec | null>;
};

/** Files and what was read, to a plan. Pure: same input, same plan. */
export const makePlan = (input: MakePlanInput): Planned => {
  const { document, at } = input;
  const only = input.reviewed === undefined ? undefined : plannedSetOf(input.reviewed);
  const worlds = new Map(
    [...input.services].map(([name, service]): [string, PlannedWorld] => [
      name,
      worldOf(name, service, { document, at, scope: input.scope, only }),
    ]),
  );
  const all = [...worlds.values()];
  const ordered = orderCalls(worlds, draftsOf(all), {
    accept: input.options.accept_transient,
    changes: all.flatMap((world) => world.changes),
  });
  const effects = all.flatMap((world) => {
    const isPending = pendingIn(world);
    return effectsOf({
      ...world,
      places: world.touched,
      teams: document.teams,
      unknownBefore: unknownIn(world),
    }).filter(({ room, subject }) => !isPending(room, subject));
  });
  const points = later(
    document,
    new Map(all.map((world) => [world.policy.provider, { ...world, state: world.stateAfter }])),
    at,
  );
  const { guards, checks } = judge({
    document,
    worlds,
    ordered,
    points,
    options: input.options,
    reviewed: input.reviewed,
  });
  const diagnostics = [
    ...input.loadDiagnostics,
    ...all.flatMap((world) => world.diagnostics),
    ...remarksOf(all, effects),
    ...strayScopesOf(input, all),
  ];
  const plan = planDocument({
    ...input,
    worlds: all,
    ordered,
    effects,
    verdict: verdictOf(effects),
    points,
    guards,
    checks,
    diagnostics,
  });
  return {
    document: plan,
    calls: ordered.calls,
    worlds,
    diagnostics,
    sources: new Map(
      all.flatMap((world) => world.changes.map((change) => [change.address, sourceJson(change.source)] as const)),
    ),
    before: (object) => worlds.get(providerNameOf(object))?.before(object),
    expected: (calls) =>
      new Map(calls.flatMap((call) => [...call.leaves]).filter(([object]) => isReadBack(worlds, object))),
  };
};

const isReadBack = (worlds: ReadonlyMap<string, PlannedWorld>, object: Address): boolean =>
  worlds.get(providerNameOf(object))?.provider.facts.unverified?.includes(kindOf(object)) !== true;

/** Where everything is in scope there is nothing to say; an approved plan was said it when it was made. */
const strayScopesOf = (input: MakePlanInput, worlds: readonly PlannedWorld[]): readonly Diagnostic[] => {
  if (input.scope.whole || input.reviewed !== undefined) return [];
  const governed = new Set(worlds.flatMap((world) => [...world.governed]));
  return strayScopes(input.options, governed, [...input.document.providers.keys()]);
};
