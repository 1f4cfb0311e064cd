import type { Address, Place, ProviderPolicy } from "../model.ts";
import type { Provider, TouchedPlace, View } from "../provider.ts";

/** What the planner asks of a provider. */
export type Judge = Pick<Provider, "facts" | "places" | "allPlaces" | "effective" | "calls" | "between" | "isAtomic">;

/** One provider with the states that a plan leads from and to. `after` is what the calls lead to: pending things as before. */
export type World = {
  readonly provider: Judge;
  readonly policy: ProviderPolicy;
  readonly before: View;
  readonly after: View;
};

/** By the provider's name in the files. */
export type Worlds = ReadonlyMap<string, World>;

/** The places whose accesses depend on any of these objects; none for no objects. */
export const touchedPlaces = (world: World, addresses: ReadonlySet<Address>): readonly TouchedPlace[] =>
  addresses.size === 0 ? [] : world.provider.places(addresses, world.policy, world.before, world.after);

/** A text that tells places apart. */
export const placeKey = (place: Place): string => JSON.stringify([place.provider, place.room]);
