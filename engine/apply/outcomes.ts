import { minus, placeAccess, subjectsOf } from "../effect/accesses.ts";
import type { Address, Outcome, SourceJson, Spec } from "../model.ts";
import type { PlannedWorld } from "../plan/worlds.ts";
import type { View } from "../provider.ts";
import { providerNameOf } from "../util/address.ts";
import { sameJson } from "../util/stable-json.ts";
import type { CallOutcome } from "./execute.ts";
import type { Verified } from "./verify.ts";

/** What the fresh read afterwards showed to be otherwise than the service said. */
export type Verdicts = {
  /** Why, by address. */
  readonly ineffective: ReadonlyMap<Address, string>;
  /** Done, and gone since: whoever it was for has left. */
  readonly away: ReadonlySet<Address>;
  /** Somebody still has what this apply should have taken. */
  readonly revokeIneffective: boolean;
};

type Planned = { readonly worlds: ReadonlyMap<string, PlannedWorld> };

/** Judges objects that do not look as they should after the last wait. */
export const weigh = (off: readonly Verified[], planned: Planned): Verdicts => {
  const ineffective = new Map<Address, string>();
  const away = new Set<Address>();
  let revokeIneffective = false;
  for (const { address, seen, away: hasLeft } of off) {
    if (hasLeft) {
      away.add(address);
      continue;
    }
    const world = planned.worlds.get(providerNameOf(address));
    if (seen === undefined || world === undefined) {
      ineffective.set(address, "the service accepted it, but it could not be read back");
      continue;
    }
    const unchanged = sameJson(seen, world.before(address));
    ineffective.set(
      address,
      unchanged ? "the service accepted it, but nothing changed" : "the service accepted it, but shows something else",
    );
    if (givesTooMuch(world, address, seen)) revokeIneffective = true;
  }
  return { ineffective, away, revokeIneffective };
};

/** Whether anybody holds more with the object as it is than with the object as it should be. */
const givesTooMuch = (world: PlannedWorld, address: Address, seen: Spec | null): boolean => {
  const view: View = (object) => (object === address ? seen : world.after(object));
  return world.provider.places(new Set([address]), world.policy, view, world.after).some(({ place }) => {
    const wanted = placeAccess(world.provider.effective(place, world.after, world.policy));
    const found = placeAccess(world.provider.effective(place, view, world.policy));
    return subjectsOf([wanted, found]).some(([key]) => minus(found.of(key), wanted.of(key)).length > 0);
  });
};

/** One outcome for each call and object, in the order of the plan. */
export const outcomesOf = (
  calls: readonly CallOutcome[],
  verdicts: Verdicts,
  sources: ReadonlyMap<Address, SourceJson | null>,
): readonly Outcome[] =>
  calls.flatMap(({ call, status, error }) =>
    call.changes
      .filter((address) => !verdicts.away.has(address))
      .map((address): Outcome => {
        const why = status === "done" ? verdicts.ineffective.get(address) : undefined;
        return {
          call: call.id,
          address,
          status: why === undefined ? status : "failed",
          error: why ?? error,
          source: sources.get(address) ?? null,
        };
      }),
  );
