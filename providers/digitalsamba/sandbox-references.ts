import type { Problems } from "./sandbox-answers.ts";
import { findRole, type Store, type Values } from "./sandbox-store.ts";

/** What a body says about roles, as ids; only the fields that it holds. */
export type RoleReferences = {
  readonly roles?: readonly string[];
  readonly default_role?: string;
  readonly private_group_chat_roles?: readonly string[];
};

/** Reads the three fields that name roles, by id or name, and applies rule 6 of the sheet's section 9. */
export const readReferences = (store: Store, body: Values, problems: Problems): RoleReferences => {
  const roles = readList(store, body, "roles", problems);
  const group = readList(store, body, "private_group_chat_roles", problems);
  const { default_role: wanted } = body;
  const role = wanted === undefined ? undefined : findRole(store, wanted)?.id;
  if (wanted !== undefined && role === undefined) problems.set("default_role", "The selected default role is invalid.");
  if (role !== undefined && roles === undefined && body.roles === undefined) {
    problems.set("roles", "The roles field is required when default_role is set.");
  }
  if (role !== undefined && roles !== undefined && !roles.includes(role)) {
    problems.set("default_role", "The default role must be one of the roles.");
  }
  if (roles !== undefined && roles.length > 1 && wanted === undefined) {
    problems.set("default_role", "The default role field is required when there is more than one role.");
  }
  // With one role alone the default cannot be another.
  const only = roles?.length === 1 ? roles[0] : undefined;
  const chosen = role ?? only;
  return {
    ...(roles === undefined ? {} : { roles }),
    ...(chosen === undefined ? {} : { default_role: chosen }),
    ...(group === undefined ? {} : { private_group_chat_roles: group }),
  };
};

const readList = (store: Store, body: Values, field: string, problems: Problems): readonly string[] | undefined => {
  const value = body[field];
  if (value === undefined) return undefined;
  // An empty list of roles is not mentioned; a room without any could not be entered.
  if (!Array.isArray(value) || (value.length === 0 && field === "roles")) {
    problems.set(field, `The ${field} field must have at least 1 item.`);
    return undefined;
  }
  const ids: string[] = [];
  for (const [index, key] of value.entries()) {
    const role = findRole(store, key);
    if (role === undefined) problems.set(`${field}.${index}`, `The selected ${field}.${index} is invalid.`);
    else if (ids.includes(role.id)) problems.set(`${field}.${index}`, `The ${field}.${index} has a duplicate value.`);
    else ids.push(role.id);
  }
  return ids;
};

/** The read shape of the fields that name roles. Roles that were deleted since are not shown. */
export const showReferences = (store: Store, values: Values): Values => {
  const group = idList(values.private_group_chat_roles);
  const roles = idList(values.roles).flatMap((id) => {
    const role = store.roles.get(id);
    if (role === undefined) return [];
    const { name, display_name } = role;
    return [{ id, name, display_name, allow_private_group_chat: group.includes(id) }];
  });
  const role = findRole(store, values.default_role);
  const shown = role === undefined ? null : { id: role.id, name: role.name, display_name: role.display_name };
  return { roles, default_role: shown };
};

export const idList = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((id) => typeof id === "string") : [];
