/** What the team's default room settings should be. */
import type { ProviderPolicy } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import type { TeamSpec } from "./convert.ts";
import type { Names } from "./names.ts";

export type MergedTeam = { readonly spec: TeamSpec; readonly order: readonly string[] };

/** The roles that are written are all of them; without a list, the default joins those that are there. */
export const mergeTeam = (
  found: TeamSpec,
  foundOrder: readonly string[],
  roomDefaults: NonNullable<ProviderPolicy["roomDefaults"]>,
  names: Names,
): MergedTeam => {
  const defaultRole = roomDefaults.default?.role ?? found.default_role;
  const written = roomDefaults.roles?.map(({ name }) => name);
  const listed = written ?? foundOrder.filter((name) => name === defaultRole || !names.doomed.has(name));
  const wanted = new Set([...listed, ...(defaultRole === null ? [] : [defaultRole])]);
  const kept = foundOrder.filter((name) => wanted.has(name));
  const order = [...kept, ...[...wanted].filter((name) => !kept.includes(name))];
  const spec = { roles: sortedSet(order), default_role: defaultRole };
  return sameJson(spec, found) ? { spec: found, order: foundOrder } : { spec, order };
};
