/** Values of a spec for people. */
import type { Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import { LIVE } from "./convert.ts";

/**
 * See `Provider.show`: `[audio]`, `true`, `none` for `canSend: false`, `[audio, customVideo(screen)]` for what is received;
 * `(default)` where nothing of its own is set, which in a running call is what everybody else there has.
 */
export const show = (kind: string, path: readonly string[], value: Json | undefined): string => {
  if (value === undefined || value === null) return kind === LIVE ? "(as everybody else)" : "(default)";
  const field = path.at(-1) ?? "";
  const receives = path.at(-2) === "canReceive";
  if (receives && field === "base") return mediaText(value, true);
  if (receives && isRecord(value)) return byUserText(value as { readonly [user: string]: Json });
  if (value === false && (field === "canSend" || field === "canAdmin")) return "none";
  if (Array.isArray(value)) return listText(value.map(String));
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${show("", [...path, key], entry as Json)}`);
  return entries.length === 0 ? "(none)" : `{ ${entries.join(", ")} }`;
};

const listText = (items: readonly string[]): string => (items.length === 0 ? "none" : `[${items.join(", ")}]`);

const byUserText = (value: { readonly [user: string]: Json }): string => {
  const users = Object.entries(value).map(([user, media]) => `${user}: ${mediaText(media, false)}`);
  return users.length === 0 ? "(none)" : `{ ${users.join(", ")} }`;
};

/** The kinds of media that are received; where what is left out is not off (`byUserId`), also the kinds that are not. */
const mediaText = (media: Json, whole: boolean): string => {
  if (!isRecord(media)) return media === true ? "true" : "none";
  const kinds = Object.entries(media).flatMap(([kind, value]) => {
    if (!isRecord(value)) return value === true ? [kind] : whole ? [] : [`no ${kind}`];
    return tracksText(kind, Object.entries(value), whole);
  });
  return listText(kinds);
};

const tracksText = (
  kind: string,
  tracks: readonly (readonly [string, unknown])[],
  whole: boolean,
): readonly string[] => {
  const rest = tracks.find(([track]) => track === "*")?.[1];
  const named = tracks.filter(([track, on]) => track !== "*" && on !== rest);
  return [
    ...(rest === true ? [kind] : rest === undefined || whole ? [] : [`no ${kind}`]),
    ...named.map(([track, on]) => `${on === true ? "" : "no "}${kind}(${track})`),
  ];
};
