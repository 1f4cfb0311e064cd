import type { Address, CallDraft } from "../model.ts";
import type { TouchedPlace } from "../provider.ts";
import type { Drafts } from "./drafts.ts";
import { type Part, personalParts } from "./personal.ts";
import { type Spot, spotOf } from "./spot.ts";
import { type Table, tablesOf } from "./tables.ts";
import { placeKey, touchedPlaces, type World, type Worlds } from "./world.ts";

/** The places that some calls touch. */
export type Scene = {
  /** Touched by one call alone: old, then new, nothing between. */
  readonly singles: readonly { readonly world: World; readonly place: TouchedPlace["place"]; readonly call: number }[];
  readonly spots: readonly ScenePlace[];
  readonly tables: readonly Table[];
};

/** A place that several calls touch. */
type ScenePlace = {
  readonly spot: Spot;
  /** What can be looked at apart; together every subject and every call. */
  readonly parts: readonly Part[];
};

/** Sets up scenes for the same places and changing lists of drafts; what is known of a place with the same calls is kept. */
export const sceneMaker = (
  worlds: Worlds,
  list: readonly CallDraft[],
): ((drafts: Drafts, whole: ReadonlySet<string>) => Scene) => {
  const places = [...worlds].flatMap(([name, world]) =>
    touchedPlaces(world, writtenAt(name, list)).map((touched) => ({ world, ...touched })),
  );
  const known = new Map<string, Seen>();
  return (drafts, whole) => {
    const singles: Scene["singles"][number][] = [];
    const spots: ScenePlace[] = [];
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
      spots.push(made);
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

type Seen = ScenePlace & { readonly tables: readonly Table[] };

const look = (
  drafts: Drafts,
  world: World,
  place: TouchedPlace["place"],
  calls: readonly number[],
  whole: boolean,
): Seen => {
  const spot = spotOf(drafts, world, place, calls);
  const personal = whole ? undefined : personalParts(drafts, spot);
  const parts: readonly Part[] = personal ?? [{ subjects: undefined, calls, at: (done) => spot.at(done) }];
  return { spot, parts, tables: tablesOf(drafts, spot, personal, whole) };
};
