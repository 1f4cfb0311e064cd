/** Access settings of a room: https://docs.daily.co/reference/rest-api/rooms/config */
import type { Json, JsonObject } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";

/**
 * With the default where the documents state one; `privacy` and `permissions` stand by themselves. Knocking has to be turned on:
 * https://docs.daily.co/docs/daily-js/guides/waiting-room
 */
const DEFAULTS: ReadonlyMap<string, Json | undefined> = new Map<string, Json | undefined>([
  ["eject_after_elapsed", undefined],
  ["eject_at_room_exp", false],
  ["enable_advanced_chat", false],
  ["enable_breakout_rooms", undefined],
  ["enable_chat", false],
  ["enable_dialout", false],
  ["enable_emoji_reactions", undefined],
  ["enable_hand_raising", undefined],
  ["enable_hidden_participants", false],
  ["enable_knocking", false],
  ["enable_live_captions_ui", undefined],
  ["enable_network_ui", undefined],
  ["enable_people_ui", undefined],
  ["enable_pip_ui", undefined],
  ["enable_prejoin_ui", undefined],
  ["enable_recording", undefined],
  ["enable_screenshare", true],
  ["enforce_unique_user_ids", false],
  ["exp", undefined],
  ["max_participants", 200],
  ["nbf", undefined],
  ["start_audio_off", false],
  ["start_video_off", false],
]);

/** The defaults that hold on one domain: its own values, then what the documents state, then what was learned. */
export type Defaults = { readonly domain: JsonObject; readonly learned: JsonObject };

/** One value in canonical form. */
export const canonicalSetting = (key: string, value: Json): Json => {
  if (key !== "enable_recording") return value;
  const kinds = Array.isArray(value) ? value : [value];
  return sortedSet(kinds.filter((kind) => typeof kind === "string"));
};

/** Whether a value is the default, so that the service leaves it out of `config`. */
export const isDefault = (key: string, value: Json, { domain, learned }: Defaults): boolean => {
  const standard = own(domain, key) ?? DEFAULTS.get(key) ?? own(learned, key);
  return standard !== undefined && sameJson(canonicalSetting(key, standard), value);
};

/** The settings of a `config` that differ from their defaults. */
export const settingsOf = (config: JsonObject, defaults: Defaults): JsonObject => {
  const kept: [string, Json][] = [];
  for (const key of DEFAULTS.keys()) {
    const value = own(config, key);
    if (value === undefined || value === null) continue;
    const given = canonicalSetting(key, value);
    if (!isDefault(key, given, defaults)) kept.push([key, given]);
  }
  return record(kept);
};

/**
 * On/off settings that were sent and that the answer leaves out, so that the value must be the default: for those whose
 * default no page states.
 */
export const learnedFrom = (sent: JsonObject, config: JsonObject): readonly (readonly [string, Json])[] =>
  Object.entries(sent).filter(
    ([key, value]) =>
      typeof value === "boolean" &&
      DEFAULTS.has(key) &&
      DEFAULTS.get(key) === undefined &&
      own(config, key) === undefined,
  );
