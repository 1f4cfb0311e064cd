import { type PlaceAccess, placeAccess, subjectKey } from "../effect/accesses.ts";
import type { Place, ProviderPolicy } from "../model.ts";
import type { ProviderFacts } from "../provider.ts";
import { lazily } from "../util/lazy.ts";
import { type Paths, pathsIn, type Scene } from "./path.ts";

/** One state of the world that checks are asked about. */
export type CheckState = {
  /** `desired`, `before`, `after`, a call id, an instant. */
  readonly name: string;
  readonly scenes: ReadonlyMap<string, Scene>;
  /** Look at these places alone; what the check says of others is known from another state. */
  readonly places?: readonly Place[];
  /** Who may do what in one of `places`, where that is known without asking the provider about everybody. */
  access?(place: Place): PlaceAccess;
};

/** One room at one provider, in one state. */
export type CheckedPlace = {
  readonly provider: string;
  readonly type: string;
  readonly room: string;
  readonly policy: ProviderPolicy;
  readonly facts: Pick<ProviderFacts, "asksOverAnybody">;
  /** Worked out when it is first asked for. */
  access(): PlaceAccess;
  readonly path: Paths;
  /** Why a permission that is missing here says nothing; undefined: it does. */
  readonly vague: string | undefined;
  /** Why it is not known whether a subject, by its key, holds a capability that it is not seen to hold; undefined: it does not. */
  doubt(key: string, capability: string): string | undefined;
};

const EVERYONE = subjectKey({ kind: "everyone" });

/** The places of a state by room, each evaluated at most once. */
export const roomsOf = (state: CheckState): ReadonlyMap<string, readonly CheckedPlace[]> => {
  const rooms = new Map<string, CheckedPlace[]>();
  for (const [name, scene] of state.scenes) {
    for (const found of placesAt(name, scene, state.places)) {
      const { room } = found;
      const place = checkedPlace(name, scene, room, () => state.access?.(found));
      const places = rooms.get(room);
      if (places === undefined) rooms.set(room, [place]);
      else places.push(place);
    }
  }
  return rooms;
};

/** Each room of the files once: of other rooms (`OTHER_ROOMS`) checks say nothing. */
const placesAt = (
  name: string,
  { provider, policy, view }: Scene,
  places: readonly Place[] | undefined,
): Iterable<Place> => {
  const found = places ?? provider.allPlaces(policy, view).map(({ place }) => place);
  const here = found.filter((place) => place.provider === name && policy.rooms.has(place.room));
  return new Map(here.map((place) => [place.room, place])).values();
};

const checkedPlace = (name: string, scene: Scene, room: string, known: () => PlaceAccess | undefined): CheckedPlace => {
  const { provider, policy, view, offline } = scene;
  const place = { provider: name, room };
  const accesses = lazily(() => known() ?? placeAccess(provider.effective(place, view, policy)));
  const paths = lazily(() => pathsIn(scene, place, accesses.get()));
  return {
    provider: name,
    type: policy.type,
    room,
    policy,
    facts: provider.facts,
    access: accesses.get,
    path: (subject, capability) => paths.get()(subject, capability),
    vague: scene.samples?.has(room) === true ? `who is in rooms like ${room}` : undefined,
    doubt: (key, capability) => {
      const { own } = accesses.get();
      const found = own.get(key) ?? own.get(EVERYONE);
      if (offline !== true || found === undefined) return undefined;
      const what = provider.unread?.(capability, found, place, view, policy);
      return what === undefined ? undefined : `${what}, which only ${provider.facts.title} knows`;
    },
  };
};
