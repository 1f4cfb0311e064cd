/** What a full set of permissions lets somebody do. */
import type { Json } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { type Names, trackNames } from "./named.ts";
import { ADMIN, SEND, TRACKS, type Values } from "./permissions.ts";

/**
 * Capabilities with the type, sorted. `daily:receive:video` is what is received from senders who are not named;
 * `daily:receive:video(alice)` what is received from alice, where `byUserId` gives it beyond `base`, and for each of
 * `senders`. Of custom tracks it is enough for `daily:receive:customVideo` that one is received; where `tracks` are given,
 * `daily:receive:customVideo.cam2` is that one and `daily:receive:customVideo.*` those that are not named. Somebody hidden can
 * share no media, whatever `canSend` says.
 */
export const capabilitiesOf = (
  values: Values,
  senders: readonly string[] = [],
  tracks: Tracks = NO_TRACKS,
): readonly string[] => {
  const found: string[] = [];
  const presence = values.get("hasPresence") === true;
  if (presence) found.push("daily:presence");
  for (const kind of SEND) if (presence && includes(values.get("canSend"), kind)) found.push(`daily:send:${kind}`);
  for (const kind of ADMIN) if (includes(values.get("canAdmin"), kind)) found.push(`daily:admin:${kind}`);
  const base = values.get("canReceive.base");
  const byUser = values.get("canReceive.byUserId");
  const named = isRecord(byUser) ? byUser : {};
  const asked = new Set(senders);
  const all = new Set([...Object.keys(named), ...asked]);
  for (const medium of mediaOf(tracks)) {
    const fromAll = receives(medium, [base]);
    if (fromAll) found.push(`daily:receive:${medium.name}`);
    for (const sender of all) {
      const given = receives(medium, [own(named, sender), base]);
      if (given && (asked.has(sender) || !fromAll)) found.push(`daily:receive:${medium.name}(${sender})`);
    }
  }
  return sortedSet(found);
};

const includes = (value: Json | undefined, word: string): boolean =>
  value === true || (Array.isArray(value) && value.includes(word));

/** A kind of media as a whole, or one track of it. */
type Medium = { readonly name: string; readonly kind: string; readonly track?: string };

type Tracks = Pick<Names, (typeof TRACKS)[number]>;

const NO_TRACKS: Tracks = { customVideo: [], customAudio: [] };
const WHOLE: readonly Medium[] = SEND.map((kind) => ({ name: kind, kind }));

const mediaOf = (tracks: Tracks): readonly Medium[] => [
  ...WHOLE,
  ...TRACKS.flatMap((kind) => {
    const named = tracks[kind];
    return (named.length === 0 ? [] : ["*", ...named]).map((track) => ({ name: `${kind}.${track}`, kind, track }));
  }),
];

/** `levels`: what is given, the nearest first; what one leaves out the next one says. */
const receives = ({ kind, track }: Medium, levels: readonly unknown[]): boolean => {
  const asked = track === undefined ? ["*", ...levels.flatMap((level) => trackNames(level, kind))] : [track];
  return asked.some((each) => levels.map((level) => valueIn(level, kind, each)).find(isSaid) === true);
};

/** undefined: not said. */
const valueIn = (media: unknown, kind: string, track: string): unknown => {
  if (!isRecord(media)) return media;
  const value = own(media, kind);
  return isRecord(value) ? (own(value, track) ?? own(value, "*")) : value;
};

const isSaid = (value: unknown): boolean => value !== undefined;
