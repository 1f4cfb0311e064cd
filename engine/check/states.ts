import type { Call, Place } from "../model.ts";
import { stepsOf } from "../order/steps.ts";
import type { Worlds } from "../order/world.ts";
import type { Scene } from "./path.ts";
import type { CheckState } from "./rooms.ts";

/** The states of a plan that checks run in: `after` whole, each step where it is neither before nor after, and `before` in the touched places. */
export const planStates = (
  worlds: Worlds,
  calls: readonly Call[],
  touched: readonly Place[],
): { readonly before: CheckState; readonly states: readonly CheckState[] } => {
  const scenes = (view: "before" | "after"): ReadonlyMap<string, Scene> =>
    new Map(
      [...worlds].map(([name, world]): [string, Scene] => [
        name,
        { provider: world.provider, policy: world.policy, view: world[view] },
      ]),
    );
  const steps = stepsOf(worlds, calls).map(
    ({ call, provider, world, view, places, access }): CheckState => ({
      name: call,
      scenes: new Map([[provider, { provider: world.provider, policy: world.policy, view }]]),
      places,
      access,
    }),
  );
  return {
    before: { name: "before", scenes: scenes("before"), places: touched },
    states: [{ name: "after", scenes: scenes("after") }, ...steps],
  };
};
