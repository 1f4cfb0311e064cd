import type { Address, Desired, Json } from "../model.ts";
import type { PlanDocument } from "../plan-document.ts";
import { compareText } from "../util/compare.ts";
import { sortedJson } from "../util/stable-json.ts";
import type { PlannedWorld } from "./worlds.ts";

/** What the files ask for where people come and go: approved by person, whoever is there when it is applied. */
type PlanTarget = { readonly address: Address; readonly target: Json };

export type Targets = {
  /** By address, sorted. */
  readonly targets: readonly PlanTarget[];
  /** Approved targets whose people left since. */
  readonly gone: readonly Address[];
};

/**
 * The targets of a plan: those of volatile kinds, and those of anything pending that has one. When an approved plan is
 * planned again, just its targets; who has left since keeps the approved one and is pending.
 */
export const targetsOf = (worlds: readonly PlannedWorld[], reviewed: PlanDocument | undefined): Targets => {
  const approved = new Map((reviewed?.targets ?? []).map(({ address, target }) => [address, target]));
  const found = new Map<Address, Json>();
  for (const world of worlds) {
    for (const wanted of world.desired.objects.values()) {
      const target = targetOf(world, wanted, approved);
      if (target !== undefined) found.set(wanted.address, target);
    }
    for (const { address, target } of world.desired.pending) if (target !== undefined) found.set(address, target);
  }
  const gone: Address[] = [];
  for (const [address, target] of approved) {
    if (found.has(address)) continue;
    found.set(address, target);
    gone.push(address);
  }
  const targets = [...found].map(([address, target]) => ({ address, target: sortedJson(target) }));
  return { targets: targets.sort((a, b) => compareText(a.address, b.address)), gone };
};

const targetOf = (world: PlannedWorld, wanted: Desired, approved: ReadonlyMap<Address, Json>): Json | undefined => {
  if (approved.has(wanted.address)) return wanted.target ?? wanted.spec;
  return world.provider.facts.volatile?.includes(wanted.kind) === true ? wanted.target : undefined;
};

/** The addresses that a plan approves by target. */
export const targetedIn = (plan: Pick<PlanDocument, "targets">): ReadonlySet<Address> =>
  new Set((plan.targets ?? []).map(({ address }) => address));

/** Every object that has to be read before an approved plan can be planned again. */
export const readSetOf = (plan: PlanDocument): ReadonlySet<Address> =>
  new Set([...plan.preconditions.map(({ address }) => address), ...targetedIn(plan)]);

/** The objects that an approved plan speaks for; what else it only reads is not planned again. */
export const plannedSetOf = (plan: PlanDocument): ReadonlySet<Address> =>
  new Set([...plan.resource_changes.map(({ address }) => address), ...targetedIn(plan)]);
