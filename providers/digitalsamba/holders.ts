/** Who still holds a role that the files delete, and will not let go of it: https://docs.digitalsamba.com/reference/rest-api/roles-and-permissions/delete */
import type { Address, CurrentState, Diagnostic, ProviderPolicy, Role, Spec } from "../../engine/model.ts";
import { address } from "../../engine/util/address.ts";
import { compareText } from "../../engine/util/compare.ts";
import { quote } from "../../engine/util/quote.ts";
import { ROLE, ROOM, roleSpec, roomSpec, TEAM, targetsOf, teamSpec } from "./convert.ts";
import { SWITCHES } from "./switches.ts";

export type Holders = {
  readonly diagnostics: readonly Diagnostic[];
  /** Objects that hold it now and let go of it first. */
  readonly leaving: readonly Address[];
};

/** `target`: how an object will look; undefined for one that the files do not manage. */
export const holdersOf = (
  role: Role,
  state: CurrentState,
  policy: ProviderPolicy,
  target: (object: Address) => Spec | null | undefined,
  everything: boolean,
): Holders => {
  const leaving: Address[] = [];
  const keeping: string[] = [];
  const naming: string[] = [];
  const objects = [...state.objects.values()].sort((a, b) => compareText(a.address, b.address));
  for (const { address: object, kind, id, spec } of objects) {
    if (kind === SWITCHES || !mentions(kind, spec, role.name) || (kind === ROLE && id === role.name)) continue;
    const after = target(object);
    if (after !== undefined && (after === null || !mentions(kind, after, role.name))) leaving.push(object);
    else if (kind === ROLE) naming.push(quote(id));
    else keeping.push(kind === TEAM ? "the team" : `room ${quote(id)}`);
  }
  const diagnostics: Diagnostic[] = [];
  if (keeping.length > 0) diagnostics.push(stillHeld(role, keeping));
  if (naming.length > 0) diagnostics.push(stillNamed(role, naming));
  const isThere = state.objects.has(address(policy.provider, ROLE, role.name));
  if (isThere && !everything) diagnostics.push(notLookedAt(role));
  return { diagnostics, leaving };
};

const mentions = (kind: string, spec: Spec, name: string): boolean => {
  if (kind === ROLE) return targetsOf(roleSpec(spec).permissions).has(name);
  const { roles, default_role } = kind === ROOM ? roomSpec(spec) : teamSpec(spec);
  return default_role === name || roles.includes(name);
};

const stillHeld = (role: Role, holders: readonly string[]): Diagnostic => ({
  severity: "error",
  code: "tombstone",
  summary: `the role ${quote(role.name)} cannot be deleted: ${some(holders)} ${holders.length === 1 ? "has" : "have"} it as default or among the roles, and the files do not change that`,
  hint: "give them another role at the service or in the files first",
  source: role.source,
});

const stillNamed = (role: Role, names: readonly string[]): Diagnostic => ({
  severity: "warning",
  code: "digitalsamba/role-left",
  summary: `the role ${quote(role.name)} goes, and roles that the files do not manage go on naming it: ${some(names)}`,
  hint: "a role that is made later under this name would be reached by them",
  source: role.source,
});

const notLookedAt = (role: Role): Diagnostic => ({
  severity: "warning",
  code: "digitalsamba/holders-unknown",
  summary: `whether rooms or roles that no file names use the role ${quote(role.name)} was not looked at`,
  hint: "the service refuses to delete a role that is a default",
  source: role.source,
});

const MOST = 5;
const some = (names: readonly string[]): string =>
  names.length <= MOST ? names.join(", ") : `${names.slice(0, MOST).join(", ")} and ${names.length - MOST} more`;
