import { type PlaceAccess, placeAccess } from "../effect/accesses.ts";
import type { Place, ProviderPolicy } from "../model.ts";
import type { Scene } from "./path.ts";

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
  /** Worked out when it is first asked for. */
  access(): PlaceAccess;
};

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

/** Each room once. */
const placesAt = (
  name: string,
  { provider, policy, view }: Scene,
  places: readonly Place[] | undefined,
): Iterable<Place> => {
  const found = places ?? provider.allPlaces(policy, view).map(({ place }) => place);
  const here = found.filter((place) => place.provider === name);
  return new Map(here.map((place) => [place.room, place])).values();
};

const checkedPlace = (
  name: string,
  { provider, policy, view }: Scene,
  room: string,
  known: () => PlaceAccess | undefined,
): CheckedPlace => {
  let access: PlaceAccess | undefined;
  return {
    provider: name,
    type: policy.type,
    room,
    policy,
    access: () => {
      access ??= known() ?? placeAccess(provider.effective({ provider: name, room }, view, policy));
      return access;
    },
  };
};
