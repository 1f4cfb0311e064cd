/** The roles that the files give a room. */
import type { Grant, RoomPolicy } from "../../engine/model.ts";
import { compareText } from "../../engine/util/compare.ts";
import { own } from "../../engine/util/record.ts";
import { isTextList } from "./convert.ts";

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
