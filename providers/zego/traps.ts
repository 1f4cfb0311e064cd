/** Offline: what a policy cannot mean on this service, and what surprises people. */
import type { Diagnostic, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { authOf } from "./convert.ts";
import { capabilitiesOf } from "./effective.ts";
import { nameList } from "./names.ts";

/** See `Provider.checkPolicy`. */
export const trapsOf = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  for (const room of policy.rooms.values()) {
    if (room.absent) found.push(cannotDelete(room));
    else if (room.default === undefined) found.push(failOpen(room));
    else found.push(...forgotten(room, capabilitiesOf(authOf(room.default.block))));
  }
  return found;
};

const cannotDelete = (room: RoomPolicy): Diagnostic => ({
  severity: "error",
  code: "not-supported",
  summary: `room ${quote(room.id)} cannot be deleted: a ZEGOCLOUD room ends by itself when the last person leaves`,
  hint: "take the entry out of the files",
  source: room.source,
});

const failOpen = (room: RoomPolicy): Diagnostic => ({
  severity: "warning",
  code: "zego/no-default",
  summary: `room ${quote(room.id)} has no default: while nothing is set at the service, everybody may do everything there`,
  hint: "give the room a default",
  source: room.source,
});

/** Overrides are forgotten when people leave: one that only takes away is undone by leaving and coming back. */
const forgotten = (room: RoomPolicy, everyone: readonly string[]): readonly Diagnostic[] => {
  const bySource = new Map<Source, { readonly taken: readonly string[]; readonly ids: string[] }>();
  for (const [id, grant] of room.users ?? []) {
    const own = capabilitiesOf(authOf(grant.block));
    const taken = everyone.filter((capability) => !own.includes(capability));
    if (taken.length === 0) continue;
    const known = bySource.get(grant.source);
    if (known === undefined) bySource.set(grant.source, { taken, ids: [id] });
    else known.ids.push(id);
  }
  return [...bySource].map(([source, { taken, ids }]) => ({
    severity: "warning",
    code: "zego/override-forgotten",
    summary: `room ${quote(room.id)} gives ${nameList(ids)} less than its default (without ${taken.join(", ")}): after leaving and coming back they have the default until the next apply`,
    hint: "lower the default, and give more to those who need it",
    source,
  }));
};
