/** Roles, rooms and the team as the service writes them, and as specs. */
import type { Json, JsonObject, Spec } from "../../engine/model.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { invariant } from "../../engine/util/invariant.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { CHAT_ROLES, SETTINGS } from "./settings.ts";

export const ROLE = "role";
export const ROOM = "room";
export const TEAM = "team";

/** A permission that is on: for everybody, or over the people of these roles, sorted. */
export type Permission = true | readonly string[];
export type Permissions = { readonly [name: string]: Permission };
/** Only what is on. */
export type RoleSpec = {
  readonly display_name: string;
  readonly description?: string;
  readonly permissions: Permissions;
};
export type Privacy = "public" | "private";
/** `roles` is sorted: their order at the service is no permission. The other keys are settings of the room's own. */
export type RoomSpec = {
  readonly privacy: Privacy;
  readonly roles: readonly string[];
  /** null: not known, as when nothing was read. */
  readonly default_role: string | null;
  readonly [setting: string]: Json;
};
export type TeamSpec = { readonly roles: readonly string[]; readonly default_role: string | null };

/** Thrown for an object that is not of the documented form; the message completes "role …: ". */
export class FormError extends Error {
  override readonly name = "FormError";
}

export type WireRole = { readonly id: string; readonly name: string; readonly spec: RoleSpec };

/** Reads a role of its own answer. Throws `FormError`; a role without permissions would be believed to have none. */
export const readRole = (wire: unknown): WireRole => {
  if (!isRecord(wire)) throw new FormError("is not an object");
  const { id, name, display_name, description } = wire;
  if (typeof id !== "string" || typeof name !== "string" || name === "") throw new FormError("has no id or no name");
  if (typeof display_name !== "string") throw new FormError("has no display_name");
  const spec = {
    display_name,
    ...(typeof description === "string" && description !== "" ? { description } : {}),
    permissions: readPermissions(wire.permissions),
  };
  return { id, name, spec };
};

const readPermissions = (wire: unknown): Permissions => {
  // PHP writes an empty map as an empty list.
  if (Array.isArray(wire) && wire.length === 0) return record();
  if (!isRecord(wire)) throw new FormError("shows no permissions");
  const permissions = record<Permission>();
  for (const name of Object.keys(wire).sort(compareText)) {
    const value = wire[name];
    const permission = permissionOf(value);
    if (permission === undefined && value !== false && value !== null && !isEmptyList(value))
      throw new FormError(`permission ${JSON.stringify(name)} is neither true nor false nor a list of names`);
    if (permission !== undefined) permissions[name] = permission;
  }
  return permissions;
};

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** What is on, in one form; undefined: off, or nothing that could be on. */
export const permissionOf = (value: unknown): Permission | undefined => {
  if (value === true) return true;
  if (!isTextList(value) || value.length === 0) return undefined;
  return sortedSet(value);
};

export type WireRoom = {
  readonly id: string;
  readonly url: string;
  readonly privacy: Privacy;
  /** In the order of the service. */
  readonly roles: readonly string[];
  readonly default_role: string | null;
  /** Every known setting that the answer shows. Nothing else of the answer is kept: it can hold secrets. */
  readonly settings: JsonObject;
};

/**
 * Reads a room of its own answer; list items are partial and cannot be read. What it does not show of its roles it has of the
 * team: https://docs.digitalsamba.com/dashboard/creating-a-room. Throws `FormError`.
 */
export const readRoom = (wire: unknown, team?: WireTeam): WireRoom => {
  if (!isRecord(wire)) throw new FormError("is not an object");
  const { id, friendly_url, privacy } = wire;
  if (typeof id !== "string" || id === "") throw new FormError("has no id");
  if (privacy !== "public" && privacy !== "private")
    throw new FormError("does not say whether it is public or private");
  return {
    id,
    url: typeof friendly_url === "string" && friendly_url !== "" ? friendly_url : id,
    privacy,
    roles: wire.roles === undefined && team !== undefined ? team.roles : roleNames(wire.roles),
    default_role: wire.default_role === undefined ? (team?.default_role ?? null) : defaultRole(wire.default_role),
    settings: readSettings(wire),
  };
};

export type WireTeam = {
  readonly roles: readonly string[];
  readonly default_role: string | null;
  readonly settings: JsonObject;
};

/**
 * Reads the team's default room settings. One that shows no roles counts as one that has none, where nothing is decided by
 * them (`needsRoles: false`). Throws `FormError`.
 */
export const readTeam = (wire: unknown, needsRoles: boolean): WireTeam => {
  if (!isRecord(wire)) throw new FormError("is not an object");
  return {
    roles: wire.roles === undefined && !needsRoles ? [] : roleNames(wire.roles),
    default_role: defaultRole(wire.default_role),
    settings: readSettings(wire),
  };
};

const roleNames = (wire: unknown): readonly string[] => {
  if (!Array.isArray(wire)) throw new FormError("shows no list of roles");
  return wire.map((role: unknown) => {
    if (!isRecord(role) || typeof role.name !== "string") throw new FormError("has a role without a name");
    return role.name;
  });
};

const defaultRole = (wire: unknown): string | null => {
  if (wire === null || wire === undefined) return null;
  if (!isRecord(wire) || typeof wire.name !== "string") throw new FormError("has a default role without a name");
  return wire.name;
};

const readSettings = (wire: { readonly [key: string]: unknown }): JsonObject => {
  const settings = record<Json>();
  for (const key of SETTINGS) {
    const value = wire[key];
    if (key === CHAT_ROLES || value === undefined || (typeof value === "object" && value !== null)) continue;
    settings[key] = key === "expires_at" && typeof value === "string" ? stampOf(value) : (value as Json);
  }
  const chat = Array.isArray(wire.roles) ? wire.roles.filter(isRecord) : [];
  if (chat.some((role) => typeof role.allow_private_group_chat === "boolean"))
    settings[CHAT_ROLES] = sortedSet(
      chat.flatMap((role) => (role.allow_private_group_chat === true ? [String(role.name)] : [])),
    );
  return settings;
};

/** Read as `2026-12-31T18:00:00Z`, written as `2026-12-31 18:00:00`. */
const stampOf = (text: string): string => text.replace("T", " ").replace(/(\.\d+)?Z$/u, "");

/** The engine's view of a spec as ours. Specs are made in this folder only. */
export const roleSpec = (spec: Spec): RoleSpec => {
  invariant(
    typeof spec.display_name === "string" && isRecord(spec.permissions),
    "not the spec of a Digital Samba role",
  );
  return spec as RoleSpec;
};

/** See `roleSpec`. */
export const roomSpec = (spec: Spec): RoomSpec => {
  invariant(isTextList(spec.roles) && typeof spec.privacy === "string", "not the spec of a Digital Samba room");
  return spec as RoomSpec;
};

/** See `roleSpec`. */
export const teamSpec = (spec: Spec): TeamSpec => {
  invariant(isTextList(spec.roles), "not the spec of a Digital Samba team");
  return spec as TeamSpec;
};

/** The settings of a room's spec. */
export const settingsOf = (spec: RoomSpec): JsonObject =>
  record(SETTINGS.flatMap((key) => (own(spec, key) === undefined ? [] : [[key, own(spec, key) as Json]])));

/** See `Provider.asPlanned`: what a new room has in settings that nobody asked for cannot be known before it is made. */
export const asCreated = (planned: Spec, present: Spec): Spec =>
  "privacy" in present
    ? record(Object.entries(present).filter(([key]) => own(planned, key) !== undefined || !settingNames.has(key)))
    : present;

const settingNames: ReadonlySet<string> = new Set(SETTINGS);

/** Every role that a role's lists name. */
export const targetsOf = (permissions: Permissions): ReadonlySet<string> =>
  new Set(Object.values(permissions).flatMap((permission) => (permission === true ? [] : permission)));

/** Whether a value is a list of texts. */
export const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
