import { type PlaceAccess, subjectKey } from "../effect/accesses.ts";
import { type ViaWords, viaOf } from "../effect/via.ts";
import type { ProviderPolicy, Subject } from "../model.ts";
import type { Judge } from "../order/world.ts";
import type { View } from "../provider.ts";

/** One provider in one state. */
export type Scene = { readonly provider: Judge; readonly policy: ProviderPolicy; readonly view: View };

/** By which path a subject holds what it holds: its own entry's, else everyone's. */
export const pathOf = (policy: ProviderPolicy, room: string, access: PlaceAccess, subject: Subject): ViaWords => {
  const key = subjectKey(subject);
  const found = viaOf(policy.rooms.get(room), access.own.has(key) ? subject : { kind: "everyone" }, access.layer(key));
  if (found.source !== undefined || access.layer(key) !== "provider default") return found;
  const grant = policy.roomDefaults?.default;
  if (grant === undefined) return found;
  const role = grant.role === undefined ? "inline role" : `role ${grant.role}`;
  return { via: `provider default: ${role}`, source: grant.source };
};
