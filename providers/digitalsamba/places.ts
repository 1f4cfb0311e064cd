/** Places whose accesses depend on an object: rooms on themselves and every role in them. */
import type { Address, ProviderPolicy, Spec } from "../../engine/model.ts";
import type { TouchedPlace, View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { OTHER_ROOMS } from "../../engine/util/other-rooms.ts";
import { ROLE, ROOM, roomSpec, TEAM, teamSpec } from "./convert.ts";
import { rolesWithoutRoom } from "./room-roles.ts";

/**
 * See `Provider.places`. The team's defaults are in the rooms as read; which of them would follow a change is not known. The
 * rooms that no file names are one place more: where the team's defaults change, or a role that no room of the files has.
 */
export const places = (
  addresses: ReadonlySet<Address>,
  policy: ProviderPolicy,
  before: View,
  after: View,
): readonly TouchedPlace[] => {
  const all = [...policy.rooms.keys()].map((room) => placeOf(room, policy, [before, after]));
  const rooms = all.filter(({ dependsOn }) => dependsOn.some((object) => addresses.has(object)));
  const defaults = teamsObjects(policy, [before, after]);
  const unheld = sortedSet([before, after].flatMap((view) => rolesWithoutRoom(policy, view)))
    .map((role) => address(policy.provider, ROLE, role))
    .filter((role) => addresses.has(role));
  const held = new Set(unheld.length === 0 ? [] : all.flatMap(({ dependsOn }) => dependsOn));
  const isElsewhere = defaults.some((object) => addresses.has(object)) || unheld.some((role) => !held.has(role));
  if (!isElsewhere) return rooms;
  const place = { provider: policy.provider, room: OTHER_ROOMS };
  return [{ place, dependsOn: sortedSet([...defaults, ...unheld]) }, ...rooms];
};

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

/** What everyone has in the rooms that no file names depends on, where the files give the team its defaults. */
const teamsObjects = ({ provider, roomDefaults }: ProviderPolicy, views: readonly View[]): readonly Address[] => {
  if (roomDefaults === undefined) return [];
  const team = address(provider, TEAM);
  const roles = views.flatMap((view) => {
    const spec = view(team);
    const role = isThere(spec) ? teamSpec(spec).default_role : null;
    return role === null ? [] : [address(provider, ROLE, role)];
  });
  return [team, ...roles];
};
