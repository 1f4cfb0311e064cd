/** What is sent. The service merges key by key, so a body holds only what differs, and what goes off is said. */
import type { Change, Json, JsonObject, Spec } from "../../engine/model.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { CHAT_SWITCH } from "./chat.ts";
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

/** The body that turns one role into the other. `permissions` is always there: the service's reference requires it. */
export const rolePatch = (change: Change, before: RoleSpec, after: RoleSpec): JsonObject => {
  const changed = permissionsPatch(before.permissions, after.permissions);
  const permissions = Object.keys(changed).length === 0 ? unchanged(after.permissions, writtenIn(change)) : changed;
  return record<Json>([
    ...(before.display_name === after.display_name ? [] : [["display_name", after.display_name] as const]),
    ...(before.description === after.description ? [] : [["description", after.description ?? null] as const]),
    ["permissions", permissions],
  ]);
};

/**
 * One that the file turns on, as it is: what it does not list is not ours to write. A list may hold a name that the service
 * would not take again, so rather not a list.
 */
const unchanged = (permissions: Permissions, written: ReadonlySet<string>): JsonObject => {
  const entries = Object.entries(permissions)
    .filter(([name]) => written.has(name))
    .sort(([a], [b]) => compareText(a, b));
  const [first] = [...entries.filter(([, value]) => value === true), ...entries];
  return record<Json>(first === undefined ? [] : [first]);
};

/** The permissions that the file lists. */
const writtenIn = ({ wire }: Change): ReadonlySet<string> =>
  new Set(isRecord(wire) && isTextList(wire.written) ? wire.written : []);

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
  const { values, blind, chat } = wireOf(change);
  const roles = spec.default_role === null ? [] : rolesPart(change, spec.roles, spec.default_role);
  const body = record<Json>([
    ["friendly_url", change.id],
    ["privacy", spec.privacy],
    ...roles,
    ...Object.entries(settingsOf(spec)),
    ...blind.flatMap((key) => (own(values, key) === undefined ? [] : [[key, own(values, key) as Json] as const])),
  ]);
  return withSwitch(body, chat);
};

/** The body that turns one room into the other. A value that goes back to the team's is sent as the files write it. */
export const roomPatch = (change: Change, from: Spec, to: Spec): JsonObject => {
  const before = roomSpec(from);
  const after = roomSpec(to);
  const { values, chat } = wireOf(change);
  const body = record<Json>();
  if (before.privacy !== after.privacy) body.privacy = after.privacy;
  const isPinned = !sameJson(inheritsIn(from), inheritsIn(to));
  const rolesDiffer = isPinned || !sameJson(before.roles, after.roles) || before.default_role !== after.default_role;
  if (rolesDiffer) for (const [key, value] of rolesPart(change, after.roles, after.default_role)) body[key] = value;
  const [old, wanted] = [settingsOf(before), settingsOf(after)];
  for (const key of sortedSet([...Object.keys(old), ...Object.keys(wanted)])) {
    const value = own(wanted, key) ?? own(values, key);
    if (value === undefined || sameJson(own(old, key) ?? null, own(wanted, key) ?? null)) continue;
    // A role that leaves the room leaves the private chat by itself.
    if (key === CHAT_ROLES && own(values, key) === undefined) continue;
    body[key] = value;
  }
  return withSwitch(body, chat);
};

const withSwitch = (body: JsonObject, isOn: boolean): JsonObject =>
  isOn && own(body, CHAT_ROLES) !== undefined ? record<Json>([...Object.entries(body), [CHAT_SWITCH, true]]) : body;

/** The body that turns the team's defaults into others. */
export const teamPatch = (change: Change, to: Spec): JsonObject => {
  const { roles, default_role } = teamSpec(to);
  return record<Json>(rolesPart(change, roles, default_role));
};

/**
 * `roles` and `default_role` are checked against each other, so they always go together. A plan does not depend on the order
 * in which the service lists roles: those that are there come sorted, and `inServiceOrder` puts them as the service has them.
 */
const rolesPart = (
  change: Change,
  roles: readonly string[],
  defaultRole: string | null,
): readonly (readonly [string, Json])[] => {
  const there = rolesBefore(change);
  const old = roles.filter((name) => there.has(name)).sort(compareText);
  const added = inOrder(
    roles.filter((name) => !there.has(name)),
    wireOf(change).order,
  );
  return [["roles", [...old, ...added]], ...(defaultRole === null ? [] : [["default_role", defaultRole] as const])];
};

const rolesBefore = ({ before }: Change): ReadonlySet<string> =>
  new Set(before !== null && isTextList(before.roles) ? before.roles : []);

const inOrder = (names: readonly string[], order: readonly string[]): readonly string[] => {
  const known = order.filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name)).sort(compareText)];
};

/** The roles that a room or the team has, in the order of the service; [] where there are none. */
export const serviceOrder = (change: Change): readonly string[] => {
  const there = rolesBefore(change);
  return wireOf(change).order.filter((name) => there.has(name));
};

/** A body with its roles in the order that the service has them in; those that it does not have come last, as they are. */
export const inServiceOrder = (body: Json, order: readonly string[]): Json => {
  if (!isRecord(body) || !isTextList(body.roles)) return body;
  const { roles } = body;
  const known = order.filter((name) => roles.includes(name));
  const sent = [...known, ...roles.filter((name) => !known.includes(name))];
  return record<Json>(
    (Object.entries(body) as [string, Json][]).map(([key, value]) => [key, key === "roles" ? sent : value]),
  );
};

type Wire = {
  readonly order: readonly string[];
  readonly values: JsonObject;
  readonly blind: readonly string[];
  readonly chat: boolean;
};

const wireOf = (change: Change): Wire => {
  const wire = isRecord(change.wire) ? change.wire : {};
  const extra = isRecord(change.current?.extra) ? change.current.extra : {};
  const order = wire.order ?? extra.order;
  return {
    order: isTextList(order) ? order : [],
    values: isRecord(wire.values) ? (wire.values as JsonObject) : record(),
    blind: isTextList(wire.blind) ? wire.blind : [],
    chat: wire.chat === true,
  };
};
