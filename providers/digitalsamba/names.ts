/** Which roles there are: at the service, in the files, and which are to go. */
import type { Block, ProviderPolicy, Role } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import type { Known } from "./known.ts";

const TYPE = "digitalsamba";
type PermissionsBlock = Extract<Block, { readonly type: "permissions" }>;

/** A role that the files keep as an object. */
export type KeptRole = { readonly role: Role; readonly block: PermissionsBlock };

export type Names = {
  /** Roles that the files keep as objects. */
  readonly kept: ReadonlyMap<string, KeptRole>;
  /** Roles that the files delete. */
  readonly doomed: ReadonlyMap<string, Role>;
  /** Whether a role will be there; true where that is not known. */
  willExist(name: string): boolean;
};

/** Sorts the roles of a policy. A base for `extends` alone is no role of the service. */
export const namesOf = (policy: ProviderPolicy, roles: Known["roles"]): Names => {
  const kept = new Map<string, KeptRole>();
  const doomed = new Map<string, Role>();
  for (const role of policy.roles.values()) {
    const block = role.blocks.get(TYPE);
    if (role.absent) doomed.set(role.name, role);
    else if (block?.type === "permissions" && hasName(block)) kept.set(role.name, { role, block });
  }
  const isThere = (name: string): boolean => roles === undefined || Object.hasOwn(roles, name);
  const isMade = (name: string): boolean => kept.has(name) && kept.get(name)?.role.mode !== "observe";
  return { kept, doomed, willExist: (name) => isMade(name) || (!doomed.has(name) && isThere(name)) };
};

const hasName = (block: PermissionsBlock): boolean =>
  isRecord(block.value) && typeof block.value.display_name === "string";
