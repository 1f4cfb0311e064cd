import type { Problems } from "./sandbox-answers.ts";
import type { Values } from "./sandbox-store.ts";

/** Switches that the team has too: untouched, a room follows the team. */
const SHARED_SWITCHES: readonly string[] = [
  ...["chat_enabled", "private_chat_enabled", "screenshare_enabled", "recordings_enabled"],
  ...["recording_autostart_enabled", "raise_hand_enabled", "participants_list_enabled", "end_session_enabled"],
  ...["leave_session_enabled", "invite_participants_enabled", "whiteboard_enabled", "qa_enabled"],
  ...["upvote_qa_enabled", "polls_enabled", "shared_notes_enabled", "content_library_enabled"],
  ...["transcription_enabled", "captions_enabled", "virtual_backgrounds_enabled", "room_reactions_enabled"],
  ...["chat_reactions_enabled", "pin_enabled", "pin_panels_enabled", "join_screen_enabled", "audio_on_join_enabled"],
  ...["video_on_join_enabled", "e2ee_enabled", "is_locked", "private_group_chat_enabled"],
];
/** What is off in a team that never touched it; every other switch of a team names a feature that is on. */
const OFF_AT_FIRST = new Set([
  ...["recording_autostart_enabled", "e2ee_enabled", "is_locked", "private_group_chat_enabled"],
  ...["join_screen_enabled", "audio_on_join_enabled", "video_on_join_enabled"],
]);
/** The switches of a team that never touched them. The documents do not say which are on. */
export const FIRST_SWITCHES: { readonly [name: string]: boolean } = Object.fromEntries(
  SHARED_SWITCHES.map((name) => [name, !OFF_AT_FIRST.has(name)]),
);
const ROOM_SWITCHES = [
  ...["is_audio_only", "breakout_rooms_enabled", "restream_enabled", "telephony_enabled", "whip_enabled"],
];

const SHARED_VALUES = ["session_length", "languages", "library_id", "private_group_chat_name"];
const ROOM_VALUES = [
  ...[
    "description",
    "external_id",
    "max_participants",
    "max_broadcasters",
    "expires_at",
    "webhooks",
    "tags",
    "privacy",
  ],
];

/** Role references, kept as ids. */
const ROLE_FIELDS = ["roles", "default_role", "private_group_chat_roles"];

/** What the team's PATCH takes (`max_participants` is read-only there), and what a room has from the team until it is set. */
export const TEAM_FIELDS: ReadonlySet<string> = new Set([...SHARED_SWITCHES, ...SHARED_VALUES, ...ROLE_FIELDS]);
/** What a room's POST takes. Keys that are not known are passed over, as frameworks of this kind do. */
export const ROOM_FIELDS: ReadonlySet<string> = new Set([...TEAM_FIELDS, ...ROOM_SWITCHES, ...ROOM_VALUES]);
/** Named in POST alone. */
export const POST_ONLY: ReadonlySet<string> = new Set(["tags", "languages"]);

/** Written and not in the vendor's example of a room: not to be read back. */
export const NOT_IN_EXAMPLE: ReadonlySet<string> = new Set([
  ...["expires_at", "session_length", "is_audio_only", "polls_enabled", "telephony_enabled", "tags"],
]);

const SWITCHES = new Set([...SHARED_SWITCHES, ...ROOM_SWITCHES]);

/** Types and ranges of section 3.2. */
export const checkFields = (body: Values, now: number, problems: Problems): void => {
  for (const [field, value] of Object.entries(body)) {
    const wrong = SWITCHES.has(field) ? switchProblem(field, value) : fieldProblem(field, value, now);
    if (wrong !== undefined) problems.set(field, wrong);
  }
  const { max_participants: most, max_broadcasters: speaking } = body;
  if (typeof most === "number" && typeof speaking === "number" && speaking > most) {
    problems.set("max_broadcasters", "The max broadcasters may not be greater than max participants.");
  }
};

const switchProblem = (field: string, value: unknown): string | undefined =>
  typeof value === "boolean" ? undefined : `The ${field} field must be true or false.`;

const fieldProblem = (field: string, value: unknown, now: number): string | undefined => {
  switch (field) {
    case "privacy":
      return value === "public" || value === "private" ? undefined : "The selected privacy is invalid.";
    case "friendly_url":
      // The character set is not stated.
      return hasLength(value, 3, 32) && /^[A-Za-z0-9_-]+$/u.test(value) ? undefined : "The friendly url is invalid.";
    case "description":
      return hasLength(value, 3, 500) ? undefined : "The description must be between 3 and 500 characters.";
    case "private_group_chat_name":
      return hasLength(value, 3, 255) ? undefined : "The private group chat name must be at least 3 characters.";
    case "external_id":
    case "library_id":
      return typeof value === "string" ? undefined : `The ${field} must be a string.`;
    case "max_participants":
      return inRange(value, 2, 2000) ? undefined : "The max participants must be between 2 and 2000.";
    case "max_broadcasters":
      return inRange(value, 1, 2000) ? undefined : "The max broadcasters must be at least 1.";
    case "session_length":
      return value === "" || inRange(value, 1, 1440) ? undefined : "The session length must be between 1 and 1440.";
    case "expires_at":
      return isFuture(value, now) ? undefined : "The expires at must be a date in the future.";
    case "webhooks":
    case "tags":
    case "languages":
      return isTexts(value) ? undefined : `The ${field} must be an array of strings.`;
    default:
      return undefined;
  }
};

const hasLength = (value: unknown, least: number, most: number): value is string =>
  typeof value === "string" && value.length >= least && value.length <= most;

const inRange = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;

const isFuture = (value: unknown, now: number): boolean =>
  typeof value === "string" &&
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u.test(value) &&
  Date.parse(`${value.replace(" ", "T")}Z`) > now;

const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");
