/**
 * Settings that decide who may do what, beside the roles. A feature that is switched off is hidden from everybody, whatever
 * the roles say, and whoever comes to a locked room has to be let in. Only permissions that carry the name of a feature are
 * held to depend on it: which others do is not documented.
 * https://docs.digitalsamba.com/dashboard/creating-a-room
 */
import type { Json, JsonObject, Spec } from "../../engine/model.ts";
import { own, record } from "../../engine/util/record.ts";

/** In the spec of a room, and among the team's settings. */
const LOCK = "is_locked";

/** What the team's settings decide in rooms that have none of their own: an object beside those that people know. */
export const SWITCHES = "switches";

/** By switch, the permissions that are nothing while it is off. */
const FEATURES: ReadonlyMap<string, readonly string[]> = new Map([
  ["breakout_rooms_enabled", ["manage_breakout"]],
  ["chat_enabled", ["general_chat"]],
  ["chat_reactions_enabled", ["chat_reactions"]],
  ["content_library_enabled", ["manage_content_library", "manage_personal_content_library", "present_content_library"]],
  ["end_session_enabled", ["end_session"]],
  ["invite_participants_enabled", ["invite_participant"]],
  ["pin_panels_enabled", ["pin_panels"]],
  ["polls_enabled", ["manage_poll_templates", "manage_polls"]],
  ["private_chat_enabled", ["private_chat"]],
  [
    "qa_enabled",
    [
      ...["access_qa", "answer_privately_qa", "answer_qa", "ask_question_anonymously_qa", "ask_question_qa"],
      ...["download_qa", "moderate_qa", "see_all_questions", "see_questions_author", "upvote_qa"],
    ],
  ],
  ["raise_hand_enabled", ["raise_hand"]],
  ["recordings_enabled", ["recording"]],
  ["restream_enabled", ["restreaming"]],
  ["room_reactions_enabled", ["room_reactions"]],
  ["screenshare_enabled", ["screenshare"]],
  ["shared_notes_enabled", ["collaborate_in_notes", "see_notes"]],
  ["transcription_enabled", ["transcribe_session"]],
  ["upvote_qa_enabled", ["upvote_qa"]],
  ["whiteboard_enabled", ["edit_whiteboard", "manage_edit_whiteboard", "manage_private_whiteboard"]],
]);

/** Whether a setting is a switch that hides a feature. */
export const isFeature = (key: string): boolean => FEATURES.has(key);

/** Whether a value of a setting takes something from people: a feature that is off, a lock that is on. */
const closes = (key: string, value: Json | undefined): boolean =>
  isFeature(key) ? value === false : key === LOCK && value === true;

/** Those of the team's settings that take something from people. */
export const closedIn = (settings: JsonObject): JsonObject =>
  record(Object.entries(settings).filter(([key, value]) => closes(key, value)));

/** What a room gives nobody, whatever the roles say. `isLocked`: undefined where the files leave the lock alone. */
export type Closed = { readonly isLocked: boolean | undefined; readonly permissions: ReadonlySet<string> };

const OPEN: Closed = { isLocked: undefined, permissions: new Set() };

/**
 * By the room's own settings, else by the team's; what neither shows is on, and no room is locked unasked. Only switches that
 * the files write count: what the others do to people is no part of what the files say.
 */
export const closedBy = (room: Spec, team: Spec | null | undefined, written: Spec): Closed => {
  const keys = Object.keys(written).filter((key) => isFeature(key) || key === LOCK);
  if (keys.length === 0) return OPEN;
  const closed = keys.filter((key) => closes(key, own(room, key) ?? own(team ?? undefined, key)));
  return {
    isLocked: keys.includes(LOCK) ? closed.includes(LOCK) : undefined,
    permissions: new Set(closed.flatMap((key) => FEATURES.get(key) ?? [])),
  };
};

/**
 * The settings between two of one room, of which the one that gives less (or more) is chosen for each. A value that only one
 * of them has is not what the team has, so the other is its opposite.
 */
export const switchesBetween = (before: Spec, after: Spec, way: "meet" | "join"): JsonObject => {
  const made = record<Json>(Object.entries(before));
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, wanted] = [own(before, key), own(after, key)];
    if (!(isFeature(key) || key === LOCK) || old === wanted) continue;
    const value = wanted ?? old !== true;
    if (closes(key, value) !== (way === "meet")) continue;
    if (wanted === undefined) delete made[key];
    else made[key] = wanted;
  }
  return made;
};
