/** A state between two, for a change that cannot be made in one step. */
import type { Spec } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { own, record } from "../../engine/util/record.ts";
import { type Permission, type Permissions, permissionOf, roleSpec, roomSpec } from "./convert.ts";
import { switchesBetween } from "./switches.ts";

type Way = "meet" | "join";

/** See `Provider.between`. Only what decides who may do what moves; the rest waits for the second step. */
export const between = (before: Spec, after: Spec, way: Way): Spec | undefined => {
  if ("permissions" in before) return betweenRoles(before, after, way);
  return "privacy" in before ? betweenRooms(before, after, way) : undefined;
};

const betweenRoles = (from: Spec, to: Spec, way: Way): Spec => {
  const [before, after] = [roleSpec(from), roleSpec(to)];
  return { ...before, permissions: mix(before.permissions, after.permissions, way) };
};

const mix = (a: Permissions, b: Permissions, way: Way): Permissions => {
  const permissions = record<Permission>();
  for (const name of sortedSet([...Object.keys(a), ...Object.keys(b)])) {
    const [left, right] = [own(a, name), own(b, name)];
    const permission = way === "join" ? union(left, right) : intersection(left, right);
    if (permission !== undefined) permissions[name] = permission;
  }
  return permissions;
};

const union = (a: Permission | undefined, b: Permission | undefined): Permission | undefined => {
  if (a === true || b === true) return true;
  return permissionOf([...(a ?? []), ...(b ?? [])]);
};

const intersection = (a: Permission | undefined, b: Permission | undefined): Permission | undefined => {
  if (a === undefined || b === undefined) return undefined;
  if (a === true) return b;
  return b === true ? a : permissionOf(a.filter((name) => b.includes(name)));
};

/** The default stays; it has to be among the roles. */
const betweenRooms = (from: Spec, to: Spec, way: Way): Spec => {
  const [before, after] = [roomSpec(from), roomSpec(to)];
  const keep =
    way === "join" ? () => true : (name: string) => name === before.default_role || after.roles.includes(name);
  const joined = way === "join" ? after.roles : [];
  const wide = way === "join" ? "public" : "private";
  return {
    ...switchesBetween(from, to, way),
    privacy: before.privacy === after.privacy ? before.privacy : wide,
    roles: sortedSet([...before.roles.filter(keep), ...joined]),
  };
};
