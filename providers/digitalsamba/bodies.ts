/** What is sent. The service merges key by key, so a body holds only what differs, and what goes off is said. */
import type { Change, Json, JsonObject, Spec } from "../../engine/model.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { isTextList, type Permissions, type RoleSpec, roomSpec, settingsOf, teamSpec } from "./convert.ts";
import { inheritsIn } from "./inherits.ts";
import { CHAT_ROLES } from "./settings.ts";

/** The body of a new role. */
export const newRole = (name: string, spec: RoleSpec): JsonObject =>
  record<Json>([
    ["name", name],
    ["display_name", spec.display_name],
    ...(spec.description === undefined ? [] : [["description", spec.description] as const]),
    ["permissions", spec.permissions],
  ]);

/** The body that turns one role into the other. */
export const rolePatch = (before: RoleSpec, after: RoleSpec): JsonObject => {
  const permissions = permissionsPatch(before.permissions, after.permissions);
  return record<Json>([
    ...(before.display_name === after.display_name ? [] : [["display_name", after.display_name] as const]),
    ...(before.description === after.description ? [] : [["description", after.description ?? null] as const]),
    ...(Object.keys(permissions).length === 0 ? [] : [["permissions", permissions] as const]),
  ]);
};

const permissionsPatch = (before: Permissions, after: Permissions): JsonObject => {
  const patch = record<Json>();
  for (const name of sortedSet([...Object.keys(before), ...Object.keys(after)])) {
    const old = own(before, name);
    const value = own(after, name);
    if (value === undefined) patch[name] = false;
    else if (old === undefined || !sameJson(old, value)) patch[name] = value;
  }
  return patch;
};

/** The body of a new room: closed or open, with its roles and their default at once. */
export const newRoom = (change: Change, after: Spec): JsonObject => {
  const spec = roomSpec(after);
  const { order, values, blind } = wireOf(change);
  const roles = spec.default_role === null ? [] : rolesPart(spec.roles, spec.default_role, order);
  return record<Json>([
    ["friendly_url", change.id],
    ["privacy", spec.privacy],
    ...roles,
    ...Object.entries(settingsOf(spec)),
    ...blind.flatMap((key) => (own(values, key) === undefined ? [] : [[key, own(values, key) as Json] as const])),
  ]);
};

/** The body that turns one room into the other. A value that goes back to the team's is sent as the files write it. */
export const roomPatch = (change: Change, from: Spec, to: Spec): JsonObject => {
  const before = roomSpec(from);
  const after = roomSpec(to);
  const { order, values } = wireOf(change);
  const body = record<Json>();
  if (before.privacy !== after.privacy) body.privacy = after.privacy;
  const isPinned = !sameJson(inheritsIn(from), inheritsIn(to));
  const rolesDiffer = isPinned || !sameJson(before.roles, after.roles) || before.default_role !== after.default_role;
  if (rolesDiffer) for (const [key, value] of rolesPart(after.roles, after.default_role, order)) body[key] = value;
  const [old, wanted] = [settingsOf(before), settingsOf(after)];
  for (const key of sortedSet([...Object.keys(old), ...Object.keys(wanted)])) {
    const value = own(wanted, key) ?? own(values, key);
    if (value === undefined || sameJson(own(old, key) ?? null, own(wanted, key) ?? null)) continue;
    // A role that leaves the room leaves the private chat by itself.
    if (key === CHAT_ROLES && own(values, key) === undefined) continue;
    body[key] = value;
  }
  return body;
};

/** The body that turns the team's defaults into others. */
export const teamPatch = (change: Change, to: Spec): JsonObject => {
  const { roles, default_role } = teamSpec(to);
  return record<Json>(rolesPart(roles, default_role, wireOf(change).order));
};

/** `roles` and `default_role` are checked against each other, so they always go together. */
const rolesPart = (
  roles: readonly string[],
  defaultRole: string | null,
  order: readonly string[],
): readonly (readonly [string, Json])[] => {
  const known = order.filter((name) => roles.includes(name));
  const rest = roles.filter((name) => !known.includes(name)).sort(compareText);
  return [["roles", [...known, ...rest]], ...(defaultRole === null ? [] : [["default_role", defaultRole] as const])];
};

type Wire = { readonly order: readonly string[]; readonly values: JsonObject; readonly blind: readonly string[] };

const wireOf = (change: Change): Wire => {
  const wire = isRecord(change.wire) ? change.wire : {};
  const extra = isRecord(change.current?.extra) ? change.current.extra : {};
  const order = wire.order ?? extra.order;
  return {
    order: isTextList(order) ? order : [],
    values: isRecord(wire.values) ? (wire.values as JsonObject) : record(),
    blind: isTextList(wire.blind) ? wire.blind : [],
  };
};
