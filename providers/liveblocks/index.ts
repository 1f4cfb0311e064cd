/** Liveblocks: rooms with accesses by default, group and user. */
import type { Address, ProviderPolicy } from "../../engine/model.ts";
import { defineProvider, type Provider, type TouchedPlace, type View } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { calls } from "./calls.ts";
import { reader, writer } from "./connect.ts";
import { ROOM, roomSpec } from "./convert.ts";
import { desire } from "./desire.ts";
import { roomAccesses } from "./effective.ts";
import { language } from "./language.ts";
import { layerOf } from "./layers.ts";
import { policyLimits } from "./limits.ts";
import { remarks } from "./remarks.ts";
import { show } from "./show.ts";
import { trapsOf } from "./traps.ts";

export const liveblocks: Provider = defineProvider({
  ...language,
  checkPolicy: (policy) => [...policyLimits(policy), ...trapsOf(policy)],
  reader,
  writer,
  desire,
  places: (addresses, policy) => [...addresses].flatMap((object) => placeOf(object, policy)),
  allPlaces: (policy, view) => allPlaces(policy, view),
  effective(place, view) {
    const spec = view(address(place.provider, ROOM, place.room));
    return spec === undefined || spec === null ? [] : roomAccesses(roomSpec(spec));
  },
  layerOf(capability, access, place, view) {
    const spec = view(address(place.provider, ROOM, place.room));
    return spec === undefined || spec === null ? access.layer : layerOf(capability, access, roomSpec(spec));
  },
  calls: (changes) => calls(changes),
  remarks: (change, loses) => remarks(change, loses),
  show,
});

/** A room depends on itself alone. */
const placeOf = (object: Address, policy: ProviderPolicy): readonly TouchedPlace[] => {
  const [provider, kind, room] = addressParts(object);
  if (provider !== policy.provider || kind !== ROOM || room === undefined) return [];
  return [{ place: { provider, room }, dependsOn: [object] }];
};

const allPlaces = (policy: ProviderPolicy, view: View): readonly TouchedPlace[] => {
  const places: TouchedPlace[] = [];
  for (const room of policy.rooms.keys()) {
    const object = address(policy.provider, ROOM, room);
    const spec = view(object);
    if (spec === undefined || spec === null) continue;
    places.push({ place: { provider: policy.provider, room }, dependsOn: [object] });
  }
  return places;
};
