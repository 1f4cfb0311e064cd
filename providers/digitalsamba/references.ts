/** Names in the files that the service has to know: roles and permissions, each fault at its line. */
import type { Diagnostic, Grant, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import { nearest } from "../../engine/util/nearest.ts";
import { quote } from "../../engine/util/quote.ts";
import { own } from "../../engine/util/record.ts";
import { permissionOf } from "./convert.ts";
import { writtenPermissions } from "./desire-role.ts";
import type { Known } from "./known.ts";
import type { KeptRole, Names } from "./names.ts";
import { grantedRoles, settingsRoles } from "./room-roles.ts";

/** Looks at roles, rooms and the team's defaults. What was not asked of the service is not judged. */
export const referenceFaults = (policy: ProviderPolicy, names: Names, known: Known): readonly Diagnostic[] => {
  const faults: Diagnostic[] = [];
  const told = new Set<Source>();
  const roleFault = (name: string, source: Source): void => {
    if (names.willExist(name) || told.has(source)) return;
    told.add(source);
    faults.push(unknownRole(name, source, [...names.kept.keys(), ...Object.keys(known.roles ?? {})]));
  };
  const grantFault = (grant: Grant | undefined): void => {
    if (grant?.role !== undefined) roleFault(grant.role, grant.source);
  };
  for (const kept of names.kept.values()) {
    faults.push(...permissionFaults(kept, known.permissions));
    for (const { name, source } of namedTargets(kept)) roleFault(name, source);
  }
  for (const room of policy.rooms.values()) {
    if (room.absent) continue;
    grantFault(room.default);
    for (const grant of grantedRoles(room).values()) grantFault(grant);
    for (const name of settingsRoles(room)) roleFault(name, rolesLine(room));
  }
  grantFault(policy.roomDefaults?.default);
  for (const { name, source } of policy.roomDefaults?.roles ?? []) roleFault(name, source);
  return faults;
};

/** The line of `settings.digitalsamba.roles`. */
export const rolesLine = (room: RoomPolicy): Source => room.settings?.sourceOf("roles") ?? room.source;

/** Every role that the lists of a role name, with its line. */
export const namedTargets = (kept: KeptRole): readonly { readonly name: string; readonly source: Source }[] =>
  Object.entries(writtenPermissions(kept)).flatMap(([permission, value]) =>
    Array.isArray(value)
      ? value.map((name, index) => ({
          name: String(name),
          source: kept.block.sourceOf(["permissions", permission, index]),
        }))
      : [],
  );

const unknownRole = (name: string, source: Source, candidates: readonly string[]): Diagnostic => {
  const near = nearest(name, candidates);
  return {
    severity: "error",
    code: "unknown-name",
    summary: `neither the files nor Digital Samba have a role ${quote(name)}`,
    hint: near === undefined ? "define it under `roles`, or take the name away" : `did you mean ${quote(near)}?`,
    source,
  };
};

const permissionFaults = (kept: KeptRole, permissions: Known["permissions"]): readonly Diagnostic[] => {
  if (permissions === undefined) return [];
  const known = new Set(permissions);
  const written = writtenPermissions(kept);
  return Object.keys(written)
    .filter((name) => !known.has(name) && permissionOf(own(written, name)) !== undefined)
    .map((name) => {
      const near = nearest(name, permissions);
      return {
        severity: "error" as const,
        code: "unknown-name" as const,
        summary: `this team's service has no permission ${quote(name)}`,
        hint: near === undefined ? "take it away: it would not be kept" : `did you mean ${quote(near)}?`,
        source: kept.block.sourceOf(["permissions", name]),
      };
    });
};
