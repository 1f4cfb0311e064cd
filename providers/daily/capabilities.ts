/** What a full set of permissions lets somebody do. */
import type { Json } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { ADMIN, SEND, type Values } from "./permissions.ts";

/**
 * Capabilities with the type, sorted. `daily:receive:video` is what is received from senders who are not named;
 * `daily:receive:video(alice)` what is received from alice, where `byUserId` gives it beyond `base`, and for each of
 * `senders`. Somebody hidden can share no media, whatever `canSend` says.
 */
export const capabilitiesOf = (values: Values, senders: Iterable<string> = []): readonly string[] => {
  const found: string[] = [];
  const presence = values.get("hasPresence") === true;
  if (presence) found.push("daily:presence");
  for (const kind of SEND) if (presence && includes(values.get("canSend"), kind)) found.push(`daily:send:${kind}`);
  for (const kind of ADMIN) if (includes(values.get("canAdmin"), kind)) found.push(`daily:admin:${kind}`);
  const base = values.get("canReceive.base");
  const byUser = values.get("canReceive.byUserId");
  const named = isRecord(byUser) ? byUser : {};
  const asked = new Set(senders);
  for (const kind of SEND) {
    const fromAll = receives(base, kind) === true;
    if (fromAll) found.push(`daily:receive:${kind}`);
    for (const sender of new Set([...Object.keys(named), ...asked])) {
      const given = receives(own(named, sender) as Json | undefined, kind) ?? fromAll;
      if (given && (asked.has(sender) || !fromAll)) found.push(`daily:receive:${kind}(${sender})`);
    }
  }
  return sortedSet(found);
};

const includes = (value: Json | undefined, word: string): boolean =>
  value === true || (Array.isArray(value) && value.includes(word));

/** undefined: not said. Of custom tracks it is enough that one is received. */
const receives = (media: Json | undefined, kind: string): boolean | undefined => {
  if (!isRecord(media)) return media === undefined ? undefined : media === true;
  const value = own(media, kind);
  return isRecord(value) ? Object.values(value).includes(true) : (value as boolean | undefined);
};

/** The senders that a set of permissions names. */
export const sendersOf = (values: Values): readonly string[] => {
  const named = values.get("canReceive.byUserId");
  return isRecord(named) ? Object.keys(named) : [];
};
