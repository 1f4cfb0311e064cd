import type { Address, Call, Place, Spec } from "../model.ts";
import type { View } from "../provider.ts";
import { touchedPlaces, type World, type Worlds } from "./world.ts";

/** What is new once one call is done: places that further calls will touch, in a state that is neither old nor new. */
export type Step = {
  readonly call: string;
  readonly provider: string;
  readonly world: World;
  readonly view: View;
  readonly places: readonly Place[];
};

/** The states between along the printed order. Places that one call alone touches have none and are left out. */
export const stepsOf = (worlds: Worlds, calls: readonly Call[]): readonly Step[] => {
  const steps: { readonly at: number; readonly step: Step }[] = [];
  for (const [provider, world] of worlds) {
    const writes = new Map<Address, { readonly at: number; readonly spec: Spec | null }[]>();
    for (const [at, call] of calls.entries()) {
      if (call.provider !== provider) continue;
      for (const [address, spec] of call.leaves) writes.set(address, [...(writes.get(address) ?? []), { at, spec }]);
    }
    for (const [at, places] of placesBetween(world, writes)) {
      const view: View = (address) => {
        const last = writes.get(address)?.findLast((write) => write.at <= at);
        return last === undefined ? world.before(address) : last.spec;
      };
      steps.push({ at, step: { call: calls[at]?.id ?? "", provider, world, view, places } });
    }
  }
  return steps.sort((a, b) => a.at - b.at).map(({ step }) => step);
};

const placesBetween = (
  world: World,
  writes: ReadonlyMap<Address, readonly { readonly at: number }[]>,
): ReadonlyMap<number, readonly Place[]> => {
  const between = new Map<number, Place[]>();
  for (const { place, dependsOn } of touchedPlaces(world, new Set(writes.keys()))) {
    const calls = new Set<number>();
    for (const address of dependsOn) for (const { at } of writes.get(address) ?? []) calls.add(at);
    if (calls.size < 2) continue;
    for (const at of [...calls].sort((a, b) => a - b).slice(0, -1)) {
      const places = between.get(at);
      if (places === undefined) between.set(at, [place]);
      else places.push(place);
    }
  }
  return between;
};
