import type { ProviderConfig } from "../model.ts";
import { sortedSet } from "../util/compare.ts";
import { quote } from "../util/quote.ts";
import { type Item, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";

/** The providers that an `on` names, by name; those that are not configured are errors. */
export const readOn = (
  names: readonly Item[],
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): readonly string[] => {
  const found: string[] = [];
  for (const item of names) {
    const name = String(item.value);
    if (providers.has(name)) found.push(name);
    else if (!loading.mayHold(name)) {
      const configured = [...providers.keys()].join(", ");
      const otherwise =
        configured === "" ? "configure it under `providers`" : `the configured providers: ${configured}`;
      loading.error(
        "unknown-name",
        `there is no provider ${quote(name)}`,
        placeOf(item),
        loading.didYouMean(name, providers.keys(), otherwise),
      );
    }
  }
  return sortedSet(found);
};
