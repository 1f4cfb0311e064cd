/** What only the service can say: what roles may do that the files use and do not define, and the team's default role. */
import type { Access, Place, ProviderPolicy } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { quote } from "../../engine/util/quote.ts";
import { ROLE, ROOM, roomSpec } from "./convert.ts";
import { JOIN_WITHOUT_ACCEPTANCE } from "./fold.ts";
import { JOIN_WITHOUT_TOKEN } from "./language.ts";

/** How people get in is a matter of the room, not of roles. */
const OF_THE_ROOM: ReadonlySet<string> = new Set([JOIN_WITHOUT_ACCEPTANCE, JOIN_WITHOUT_TOKEN]);

/** See `Provider.unread`. */
export const unread = (
  capability: string,
  { subject, layer }: Access,
  { provider, room }: Place,
  view: View,
  policy: ProviderPolicy,
): string | undefined => {
  const spec = view(address(provider, ROOM, room));
  if (OF_THE_ROOM.has(capability) || spec === undefined || spec === null) return undefined;
  const own = subject.kind === "role" ? subject.id : undefined;
  const granted =
    subject.kind === "user" && layer === "user" ? policy.rooms.get(room)?.users?.get(subject.id)?.role : undefined;
  const role = own ?? granted ?? roomSpec(spec).default_role;
  if (role === null) return "which role the team gives by default";
  const found = view(address(provider, ROLE, role));
  return found === undefined || found === null ? `what the role ${quote(role)} may do` : undefined;
};
