/** Rooms whose accesses depend on an object: the room itself and every role in it. */
import type { Address, ProviderPolicy, Spec } from "../../engine/model.ts";
import type { TouchedPlace, View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { ROLE, ROOM, roomSpec } from "./convert.ts";

/** See `Provider.places`. The team's defaults are in the rooms as read; which of them would follow a change is not known. */
export const places = (
  addresses: ReadonlySet<Address>,
  policy: ProviderPolicy,
  before: View,
  after: View,
): readonly TouchedPlace[] =>
  [...policy.rooms.keys()]
    .map((room) => placeOf(room, policy, [before, after]))
    .filter(({ dependsOn }) => dependsOn.some((object) => addresses.has(object)));

/** See `Provider.allPlaces`. */
export const allPlaces = (policy: ProviderPolicy, view: View): readonly TouchedPlace[] =>
  [...policy.rooms.keys()]
    .filter((room) => isThere(view(address(policy.provider, ROOM, room))))
    .map((room) => placeOf(room, policy, [view]));

const isThere = (spec: Spec | null | undefined): spec is Spec => spec !== null && spec !== undefined;

const placeOf = (room: string, { provider }: ProviderPolicy, views: readonly View[]): TouchedPlace => {
  const object = address(provider, ROOM, room);
  const roles = views.flatMap((view) => {
    const spec = view(object);
    if (!isThere(spec)) return [];
    const { roles, default_role } = roomSpec(spec);
    return default_role === null ? roles : [...roles, default_role];
  });
  return {
    place: { provider, room },
    dependsOn: [object, ...sortedSet(roles).map((role) => address(provider, ROLE, role))],
  };
};
