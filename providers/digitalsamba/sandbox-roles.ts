import type { SandboxAnswer, SandboxRequest } from "../_shared/sandbox-server.ts";
import { done, invalid, notFound, ok, type Problems, refused } from "./sandbox-answers.ts";
import { pageOf } from "./sandbox-pages.ts";
import { HIDDEN_WHEN_OFF } from "./sandbox-permissions.ts";
import type { Context } from "./sandbox-settings.ts";
import {
  findRole,
  isObject,
  newId,
  type PermissionValue,
  type Store,
  type StoredRole,
  stamp,
  type Values,
} from "./sandbox-store.ts";

type Permissions = StoredRole["permissions"];

/** Pages of roles, without their permissions. */
export const listRoles = ({ store }: Context, request: SandboxRequest): SandboxAnswer => {
  const page = pageOf([...store.roles.values()], request);
  if (page instanceof Map) return invalid(page);
  const data = page.items.map(({ permissions: _, ...role }) => ({ ...role, default: isTeamDefault(store, role) }));
  return ok({ total_count: page.total, data });
};

export const getRole = (context: Context, key: string): SandboxAnswer => {
  const role = findRole(context.store, key);
  return role === undefined ? notFound : ok(showRole(context, role));
};

export const createRole = (context: Context, body: Values): SandboxAnswer => {
  const { store } = context;
  const problems = checkRole(context, body, undefined);
  for (const field of ["name", "display_name", "permissions"]) {
    if (body[field] === undefined) problems.set(field, `The ${field.replace("_", " ")} field is required.`);
  }
  if (problems.size > 0) return invalid(problems);
  const now = stamp(context.now());
  const role: StoredRole = {
    id: newId(store),
    name: String(body.name),
    display_name: String(body.display_name),
    description: typeof body.description === "string" ? body.description : null,
    permissions: kept(context, body.permissions, body.name, true),
    created_at: now,
    updated_at: now,
  };
  store.roles.set(role.id, role);
  context.changed();
  return ok(showRole(context, role));
};

/** Permissions merge key by key: what is left out stays, off takes an explicit false, an array replaces the array. */
export const patchRole = (context: Context, key: string, body: Values): SandboxAnswer => {
  const { store } = context;
  const role = findRole(store, key);
  if (role === undefined) return notFound;
  const problems = checkRole(context, body, role);
  if (problems.size > 0) return invalid(problems);
  const { name = role.name, display_name = role.display_name, description = role.description } = body;
  const patched: StoredRole = {
    ...role,
    name: String(name),
    display_name: String(display_name),
    description: typeof description === "string" ? description : null,
    permissions: { ...role.permissions, ...kept(context, body.permissions, name, false) },
    updated_at: stamp(context.now()),
  };
  store.roles.set(role.id, patched);
  context.changed();
  return ok(showRole(context, patched));
};

/** Refused for presets, for the default of the team or a room, and for a role that somebody has in a running session. */
export const deleteRole = (context: Context, key: string): SandboxAnswer => {
  const { store, switches } = context;
  const role = findRole(store, key);
  if (role === undefined) return notFound;
  if (switches.presets.includes(role.name)) return refused("System roles cannot be deleted.");
  if (isTeamDefault(store, role)) return refused("Cannot delete the default role of the team.");
  if ([...store.rooms.values()].some((room) => room.values.default_role === role.id)) {
    return refused("Cannot delete the default role of a room.");
  }
  const live = [...store.live.values()].flatMap((session) => session.participants);
  if (live.some((participant) => participant.role === role.name)) {
    return refused("Cannot delete a role that is used in a live session.");
  }
  store.roles.delete(role.id);
  if (switches.afterDelete === "scrub") scrub(store, role.name);
  context.changed();
  return done;
};

const scrub = (store: Store, name: string): void => {
  for (const role of store.roles.values()) {
    const entries = Object.entries(role.permissions).map(([permission, value]): readonly [string, PermissionValue] => [
      permission,
      without(value, name),
    ]);
    store.roles.set(role.id, { ...role, permissions: Object.fromEntries(entries) });
  }
};

const without = (value: PermissionValue, name: string): PermissionValue => {
  if (typeof value === "boolean") return value;
  const left = value.filter((each) => each !== name);
  return left.length > 0 ? left : false;
};

const isTeamDefault = (store: Store, role: { readonly id: string }): boolean =>
  store.team.values.default_role === role.id;

const showRole = ({ store, switches }: Context, role: StoredRole): Values => {
  const names = switches.permissions.filter(
    (name) => !HIDDEN_WHEN_OFF.has(name) || (role.permissions[name] ?? false) !== false,
  );
  const permissions = Object.fromEntries(names.map((name) => [name, role.permissions[name] ?? false]));
  return { ...role, default: isTeamDefault(store, role), permissions };
};

const checkRole = (context: Context, body: Values, role: StoredRole | undefined): Problems => {
  const { name, display_name, description, permissions } = body;
  const problems: Problems = new Map();
  if (name !== undefined) {
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,30}$/u.test(name)) {
      problems.set("name", "The name format is invalid.");
    } else if ([...context.store.roles.values()].some((other) => other.name === name && other.id !== role?.id)) {
      problems.set("name", "The name has already been taken.");
    }
  }
  if (display_name !== undefined) {
    const fits = typeof display_name === "string" && display_name.length >= 3 && display_name.length <= 100;
    if (!fits) problems.set("display_name", "The display name must be between 3 and 100 characters.");
  }
  if (description !== undefined && description !== null && typeof description !== "string") {
    problems.set("description", "The description must be a string.");
  }
  if (permissions !== undefined)
    checkPermissions(context, permissions, name ?? role?.name, role === undefined, problems);
  return problems;
};

const checkPermissions = (
  context: Context,
  permissions: unknown,
  self: unknown,
  creates: boolean,
  problems: Problems,
): void => {
  const { switches } = context;
  // What null does is not stated; it is refused.
  if (!isObject(permissions)) {
    problems.set("permissions", "The permissions must be an array.");
    return;
  }
  for (const [name, value] of Object.entries(permissions)) {
    const field = `permissions.${name}`;
    if (!switches.permissions.includes(name)) problems.set(field, `The permission ${name} is unknown.`);
    else if (typeof value === "boolean") continue;
    else if (!Array.isArray(value) || !switches.roleSensitive.includes(name)) {
      problems.set(field, `The ${field} field must be true or false.`);
    } else if (value.length === 0) problems.set(field, `The ${field} field must have at least 1 item.`);
    else if (switches.unknownTargets === "refuse") {
      const stranger = value.find((target) => !isTarget(context, target, self, creates));
      if (stranger !== undefined) problems.set(field, `The role ${String(stranger)} does not exist.`);
    }
  }
};

// Names are documented in arrays, ids are not.
const isTarget = ({ store, switches }: Context, target: unknown, self: unknown, creates: boolean): boolean =>
  creates && target === self ? switches.selfOnCreate : [...store.roles.values()].some((role) => role.name === target);

/** What is stored of permissions that were checked: with the switch `drop`, arrays lose the names that nobody has. */
const kept = (context: Context, permissions: unknown, self: unknown, creates: boolean): Permissions => {
  if (!isObject(permissions)) return {};
  const entries = Object.entries(permissions).map(([name, value]): readonly [string, PermissionValue] => {
    if (!Array.isArray(value)) return [name, value === true];
    const known = value.map(String).filter((target) => isTarget(context, target, self, creates));
    return [name, known.length > 0 ? known : false];
  });
  return Object.fromEntries(entries);
};
