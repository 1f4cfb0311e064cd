/** What a role of the files should be at the service. */

import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { type Permission, type Permissions, permissionOf, type RoleSpec } from "./convert.ts";
import type { KeptRole, Names } from "./names.ts";

export type MergedRole = {
  /** What to plan; the found spec itself where nothing changes. */
  readonly target: RoleSpec;
  /** What it would be if it were not just observed. */
  readonly observed: RoleSpec | undefined;
  /** Permissions that are on and that the file does not list. */
  readonly unmanaged: number;
};

/** What a block writes of permissions, by name, as written. */
export const writtenPermissions = ({ block }: KeptRole): { readonly [name: string]: unknown } => {
  const written = isRecord(block.value) ? own(block.value, "permissions") : undefined;
  return isRecord(written) ? written : {};
};

/** The file's role laid over the one found, as its mode says. */
export const mergeRole = (kept: KeptRole, found: RoleSpec | undefined, names: Names): MergedRole => {
  const { mode } = kept.role;
  const whole = specOf(kept, found, wanted(kept));
  if (found === undefined) return { target: whole, observed: mode === "observe" ? whole : undefined, unmanaged: 0 };
  if (mode === "authoritative") return { target: sameOr(found, whole), observed: undefined, unmanaged: 0 };
  const written = writtenPermissions(kept);
  const unmanaged = Object.keys(found.permissions).filter((name) => own(written, name) === undefined).length;
  if (mode === "observe") return { target: found, observed: sameOr(found, whole), unmanaged };
  const target = specOf(kept, found, added(kept, found.permissions, names));
  return { target: sameOr(found, target), observed: undefined, unmanaged };
};

const sameOr = (found: RoleSpec, made: RoleSpec): RoleSpec => (sameJson(found, made) ? found : made);

/** What the file turns on. */
const wanted = (kept: KeptRole): Permissions => {
  const written = writtenPermissions(kept);
  return inOrder(Object.keys(written).map((name) => [name, permissionOf(own(written, name))] as const));
};

/** The description is managed only where the file writes one. */
const specOf = ({ block }: KeptRole, found: RoleSpec | undefined, permissions: Permissions): RoleSpec => {
  const value = isRecord(block.value) ? block.value : {};
  const described = typeof value.description === "string" ? value.description.trim() : found?.description;
  // Frameworks of the service's kind trim what they are sent.
  return {
    display_name: String(value.display_name).trim(),
    ...(described === undefined || described === "" ? {} : { description: described }),
    permissions,
  };
};

/** What is on stays on, apart from what the file turns off by name; roles that go are taken out of lists. */
const added = (kept: KeptRole, found: Permissions, names: Names): Permissions => {
  const written = writtenPermissions(kept);
  const all = sortedSet([...Object.keys(found), ...Object.keys(written)]);
  return inOrder(
    all.map((name) => {
      const before = withoutDoomed(own(found, name), names);
      const value = own(written, name);
      return [name, value === undefined ? before : union(before, permissionOf(value), names)] as const;
    }),
  );
};

const withoutDoomed = (permission: Permission | undefined, names: Names): Permission | undefined =>
  permission === undefined || permission === true || !permission.some((name) => names.doomed.has(name))
    ? permission
    : permissionOf(permission.filter((name) => !names.doomed.has(name)));

/** A list that is written anew names no role that is not there: the service refuses such a list. */
const union = (before: Permission | undefined, wants: Permission | undefined, names: Names): Permission | undefined => {
  if (wants === undefined || before === undefined) return wants;
  if (before === true || wants === true) return true;
  if (wants.every((name) => before.includes(name))) return before;
  return sortedSet([...before.filter(names.willExist), ...wants]);
};

const inOrder = (entries: readonly (readonly [string, Permission | undefined])[]): Permissions =>
  record(
    [...entries]
      .sort(([a], [b]) => compareText(a, b))
      .flatMap(([name, permission]) => (permission === undefined ? [] : [[name, permission] as const])),
  );
