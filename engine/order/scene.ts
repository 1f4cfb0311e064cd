import type { Address, CallDraft } from "../model.ts";
import type { TouchedPlace } from "../provider.ts";
import type { Drafts } from "./drafts.ts";
import { type Spot, spotOf } from "./spot.ts";
import { type Table, tablesOf } from "./tables.ts";
import { placeKey, touchedPlaces, type World, type Worlds } from "./world.ts";

/** The places that some calls touch. */
export type Scene = {
  /** Touched by one call alone: old, then new, nothing between. */
  readonly singles: readonly { readonly world: World; readonly place: TouchedPlace["place"]; readonly call: number }[];
  readonly spots: readonly Spot[];
  readonly tables: readonly Table[];
};

/** Sets up scenes for the same places and changing lists of drafts; what is known of a place with the same calls is kept. */
export const sceneMaker = (
  worlds: Worlds,
  list: readonly CallDraft[],
): ((drafts: Drafts, whole: ReadonlySet<string>) => Scene) => {
  const places = [...worlds].flatMap(([name, world]) =>
    touchedPlaces(world, writtenAt(name, list)).map((touched) => ({ world, ...touched })),
  );
  const known = new Map<string, { readonly spot: Spot; readonly tables: readonly Table[] }>();
  return (drafts, whole) => {
    const singles: Scene["singles"][number][] = [];
    const spots: Spot[] = [];
    const tables: Table[] = [];
    for (const { world, place, dependsOn } of places) {
      const calls = callsOn(drafts, dependsOn);
      const [call] = calls;
      if (call === undefined) continue;
      if (calls.length === 1) {
        singles.push({ world, place, call });
        continue;
      }
      const isWhole = whole.has(placeKey(place));
      const key = `${placeKey(place)} ${calls.join()} ${isWhole}`;
      const made = known.get(key) ?? look(drafts, world, place, calls, isWhole);
      known.set(key, made);
      spots.push(made.spot);
      tables.push(...made.tables);
    }
    return { singles, spots, tables };
  };
};

const writtenAt = (provider: string, list: readonly CallDraft[]): ReadonlySet<Address> =>
  new Set(list.filter((draft) => draft.provider === provider).flatMap((draft) => [...draft.leaves.keys()]));

const callsOn = (drafts: Drafts, objects: readonly Address[]): readonly number[] => {
  const calls = new Set<number>();
  for (const object of objects) for (const call of drafts.writers.get(object) ?? []) calls.add(call);
  return [...calls].sort((a, b) => (drafts.rank.get(a) ?? 0) - (drafts.rank.get(b) ?? 0));
};

const look = (
  drafts: Drafts,
  world: World,
  place: TouchedPlace["place"],
  calls: readonly number[],
  whole: boolean,
): { readonly spot: Spot; readonly tables: readonly Table[] } => {
  const spot = spotOf(drafts, world, place, calls);
  return { spot, tables: tablesOf(drafts, spot, whole) };
};
