import { checkPermissions, isRecord, type JsonRecord, unknownKey } from "./sandbox-permissions.ts";

type Kind = "boolean" | "integer" | "string" | "object" | "recording" | "permissions";
type Property = { readonly kind: Kind; readonly byDefault?: boolean | number | string };
type Properties = { readonly [name: string]: Property };

const flag: Property = { kind: "boolean" };
const off: Property = { kind: "boolean", byDefault: false };
const on: Property = { kind: "boolean", byDefault: true };
const integer: Property = { kind: "integer" };
const text: Property = { kind: "string" };
const object: Property = { kind: "object" };
const permissions: Property = { kind: "permissions" };

/** What the domain and a room have in common. */
const COMMON: Properties = {
  permissions,
  enforce_unique_user_ids: off,
  enable_prejoin_ui: flag,
  enable_people_ui: flag,
  enable_network_ui: flag,
  enable_hand_raising: flag,
  enable_emoji_reactions: flag,
  enable_pip_ui: flag,
  enable_breakout_rooms: flag,
  enable_live_captions_ui: flag,
  geo: text,
  lang: { kind: "string", byDefault: "en" },
};

/**
 * The properties that the sheet names (5.4). The vendor knows some more that are not about access; here they get 400, and
 * so do those that only the SDK's types still have (`owner_only_broadcast`, `audio_only`, `enable_dialin`).
 */
export const ROOM_PROPERTIES: Properties = {
  ...COMMON,
  nbf: integer,
  exp: integer,
  max_participants: { kind: "integer", byDefault: 200 },
  enable_knocking: flag,
  enable_screenshare: on,
  enable_chat: off,
  enable_advanced_chat: off,
  enable_hidden_participants: off,
  start_audio_off: off,
  start_video_off: off,
  enable_recording: { kind: "recording" },
  eject_at_room_exp: off,
  eject_after_elapsed: integer,
  enable_dialout: off,
  dialout_config: object,
  meeting_join_hook: text,
  sip: object,
  streaming_endpoints: object,
  recordings_bucket: object,
};

export const DOMAIN_PROPERTIES: Properties = COMMON;

export const TOKEN_PROPERTIES: Properties = {
  permissions,
  room_name: text,
  is_owner: off,
  user_id: text,
  user_name: text,
  nbf: integer,
  exp: integer,
  eject_at_token_exp: off,
  eject_after_elapsed: integer,
  knocking: off,
  enable_screenshare: on,
  enable_recording: { kind: "recording" },
  start_cloud_recording: off,
  enable_prejoin_ui: flag,
  enable_recording_ui: flag,
  start_audio_off: off,
  start_video_off: off,
  lang: text,
};

const RECORDINGS = ["cloud", "cloud-audio-only", "local", "raw-tracks"];

/** What is wrong with `properties`. null is allowed everywhere: it unsets (documented for two, assumed for the rest). */
export const checkProperties = (value: unknown, known: Properties, partialBase: boolean): string | undefined => {
  if (!isRecord(value)) return "properties must be an object";
  const wrong = unknownKey(value, Object.keys(known));
  if (wrong !== undefined) return wrong;
  for (const [name, each] of Object.entries(value)) {
    const kind = known[name]?.kind;
    if (each === null || kind === undefined) continue;
    if (kind === "permissions") {
      const why = checkPermissions(each, partialBase);
      if (why !== undefined) return why;
    } else if (!fits(kind, each)) return `'${name}' has a wrong value`;
  }
  const { user_id, meeting_join_hook } = value;
  if (typeof user_id === "string" && user_id.length > 36) return "'user_id' is longer than 36 characters";
  if (typeof meeting_join_hook === "string" && meeting_join_hook.length > 255) return "'meeting_join_hook' is too long";
  return undefined;
};

const fits = (kind: Exclude<Kind, "permissions">, value: unknown): boolean => {
  switch (kind) {
    case "boolean":
    case "string":
      return typeof value === kind;
    case "integer":
      return Number.isSafeInteger(value);
    case "object":
      return typeof value === "object";
    case "recording":
      return [value].flat().every((word) => typeof word === "string" && RECORDINGS.includes(word));
  }
};

/** Merges at the top: what is left out stays, null unsets. */
export const mergeProperties = (before: JsonRecord, change: JsonRecord, mergesPermissions: boolean): JsonRecord => {
  const merged = new Map(Object.entries(before));
  for (const [name, value] of Object.entries(change)) {
    const old = merged.get(name);
    if (value === null) merged.delete(name);
    else if (name === "permissions" && mergesPermissions && isRecord(old) && isRecord(value)) {
      merged.set(name, { ...old, ...value });
    } else merged.set(name, value);
  }
  return Object.fromEntries(merged);
};

/**
 * How set properties read back as `config`: without those that equal the default, which is the vendor's, or with
 * `domain` the domain's value where it has one (which of the two is unknown). `sip` reads back as `sip_uri`.
 */
export const configOf = (properties: JsonRecord, domain: JsonRecord | undefined): JsonRecord => {
  const shown = Object.entries(properties).filter(([name, value]) => {
    const standard = domain?.[name] ?? ROOM_PROPERTIES[name]?.byDefault;
    return name !== "sip" && JSON.stringify(value) !== JSON.stringify(standard);
  });
  const config = Object.fromEntries(shown);
  return properties.sip === undefined ? config : { ...config, sip_uri: { endpoint: "sandbox@sip.invalid" } };
};
