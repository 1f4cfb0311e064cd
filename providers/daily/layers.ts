/** Which height a capability comes from: each field is set by a person's role, the room, the domain, or is built in. */
import type { Access, JsonObject, Layer, Place, ProviderPolicy } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { DOMAIN, LIVE, permissionsIn, ROOM } from "./convert.ts";
import { blockValues, type Field, resolved, type Values, written } from "./permissions.ts";
import { userKey } from "./targets.ts";

/** See `Provider.layerOf`. */
export const layerOf = (
  capability: string,
  { subject, layer }: Access,
  place: Place,
  view: View,
  policy: ProviderPolicy,
): Layer => {
  const room = permissionsIn(view(address(place.provider, ROOM, place.room)));
  const domain = permissionsIn(view(address(place.provider, DOMAIN)));
  const mine = subject.kind === "user" ? valuesOf(subject.id, place, view, policy) : NOTHING;
  const field = fieldOf(capability, mine.get(BY_USER) ?? resolved(BY_USER, room, domain));
  // Whether people get in without a token is a matter of the room.
  if (field === undefined) return subject.kind === "user" ? "default" : layer;
  if (mine.has(field)) return "user";
  if (sets(room, field)) return "default";
  return sets(domain, field) ? "provider default" : "built-in";
};

const NOTHING: Values = new Map();
const BY_USER = "canReceive.byUserId";

/** What was sent to somebody in a call, else what the files' role writes. */
const valuesOf = (id: string, { provider, room }: Place, view: View, policy: ProviderPolicy): Values => {
  const found = policy.rooms.get(room);
  const live = found === undefined || found.live === "ignore" ? undefined : view(address(provider, LIVE, room));
  const sent = own(live ?? undefined, userKey(id));
  if (isRecord(sent)) return written(sent);
  const grant = found?.users?.get(id);
  return grant === undefined ? NOTHING : blockValues(grant.block);
};

/** The field that decides; of what is received from one sender the part that names them, where there is one. */
const fieldOf = (capability: string, byUser: unknown): Field | undefined => {
  const [, what = "", media = ""] = capability.split(":");
  if (what === "presence") return "hasPresence";
  if (what === "send") return "canSend";
  if (what === "admin") return "canAdmin";
  if (what !== "receive") return undefined;
  const sender = /\((.+)\)$/u.exec(media)?.[1];
  return sender !== undefined && isRecord(byUser) && Object.hasOwn(byUser, sender) ? BY_USER : "canReceive.base";
};

/** At the room and the domain `canReceive` is one field. */
const sets = (permissions: JsonObject, field: Field): boolean =>
  own(permissions, field.split(".")[0] ?? "") !== undefined;
