/** The roles that the files give a room. */
import type { Grant, ProviderPolicy, RoomPolicy } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { own } from "../../engine/util/record.ts";
import { isTextList, ROOM } from "./convert.ts";
import { namesOf } from "./names.ts";

/** The roles that `settings` gives a room beyond those granted in it. */
export const settingsRoles = (room: RoomPolicy): readonly string[] => {
  const roles = own(room.settings?.value, "roles");
  return isTextList(roles) ? roles : [];
};

/** Who is granted which role, each role once, sorted. */
export const grantedRoles = (room: RoomPolicy): ReadonlyMap<string, Grant> => {
  const roles = new Map<string, Grant>();
  for (const grant of room.users?.values() ?? [])
    if (grant.role !== undefined && !roles.has(grant.role)) roles.set(grant.role, grant);
  return new Map([...roles].sort(([a], [b]) => compareText(a, b)));
};

/**
 * Roles of the files, and those that they delete, that the files give no room: whoever holds one got it in a token made
 * elsewhere. The same in every state of one plan, as a room that the files do not make is never made.
 */
export const rolesWithoutRoom = (policy: ProviderPolicy, view: View): readonly string[] => {
  const { kept, doomed } = rolesOf(policy);
  const named = new Set<string>();
  for (const room of policy.rooms.values()) {
    const found = room.create ? undefined : view(address(policy.provider, ROOM, room.id));
    if (room.absent || (!room.create && (found === undefined || found === null))) continue;
    if (room.default?.role !== undefined && room.mode.default !== "observe") named.add(room.default.role);
    for (const name of givenRoles(room)) named.add(name);
  }
  return sortedSet([...kept, ...doomed].filter((name) => !named.has(name)));
};

/** The roles that the files give a room beside its default, without those that they only observe there. */
export const givenRoles = (room: RoomPolicy): readonly string[] => [
  ...(room.mode.users === "observe" ? [] : grantedRoles(room).keys()),
  ...(room.mode.settings === "observe" ? [] : settingsRoles(room)),
];

type RoleNames = { readonly kept: readonly string[]; readonly doomed: readonly string[] };
const ofPolicy = new WeakMap<ProviderPolicy, RoleNames>();

/** The same policy is asked about in many states. */
const rolesOf = (policy: ProviderPolicy): RoleNames => {
  const before = ofPolicy.get(policy);
  if (before !== undefined) return before;
  const { kept, doomed } = namesOf(policy, undefined);
  const made = { kept: [...kept.keys()], doomed: [...doomed.keys()] };
  ofPolicy.set(policy, made);
  return made;
};
