/** The names of section 2.5, July 2026, in its order. */
export const PERMISSIONS: readonly string[] = [
  ...["start_session", "end_session", "recording", "restreaming", "transcribe_session", "control_room_entry"],
  ...["control_room_components", "manage_breakout", "invite_participant", "manage_phone_users"],
  ...["broadcast", "manage_broadcast", "screenshare", "manage_screenshare", "remote_muting", "ask_remote_unmute"],
  ...["raise_hand", "pin_panels"],
  ...["manage_roles", "remove_participant", "ban_participants", "rename_participants", "self_rename"],
  ...["see_participants_panel", "see_roles_in_participants_panel", "avatar_upload"],
  ...["general_chat", "private_chat", "remove_chat", "export_chat", "clear_chat", "delete_others_chat_messages"],
  ...["room_reactions", "chat_reactions"],
  ...["access_qa", "ask_question_qa", "ask_question_anonymously_qa", "answer_qa", "answer_privately_qa"],
  ...["moderate_qa", "download_qa", "upvote_qa", "see_all_questions", "see_questions_author"],
  ...["present_content_library", "manage_content_library", "manage_personal_content_library", "push_content"],
  ...["lock_content", "clear_content", "see_content_badges", "edit_whiteboard", "manage_edit_whiteboard"],
  ...["manage_private_whiteboard", "collaborate_in_notes", "see_notes"],
  ...["manage_polls", "manage_poll_templates"],
];

/** The names for which an array of roles is shown somewhere in the documents. */
export const ROLE_SENSITIVE: readonly string[] = [
  "manage_broadcast",
  "remove_participant",
  "manage_screenshare",
  "remote_muting",
  "manage_roles",
];

/** On the list of names and yet not in the example of a role: left out of roles that have it off. */
export const HIDDEN_WHEN_OFF: ReadonlySet<string> = new Set(["avatar_upload"]);

/** Five in the dashboard guide; the REST guide knows the first three. */
export const PRESETS: readonly string[] = ["moderator", "speaker", "attendee", "teacher", "student"];

const ATTENDEE = ["raise_hand", "general_chat", "see_participants_panel", "self_rename"];
const SPEAKER = [...ATTENDEE, "broadcast", "screenshare", "private_chat", "see_roles_in_participants_panel"];
const MODERATOR = [
  ...[...SPEAKER, "start_session", "end_session", "recording", "control_room_entry", "invite_participant"],
  ...["manage_broadcast", "manage_screenshare", "remote_muting", "manage_roles", "remove_participant"],
];

/** What a preset has on. The vendor does not publish it: this is for show. */
export const presetPermissions = (name: string): readonly string[] => {
  if (name === "moderator" || name === "teacher") return MODERATOR;
  return name === "speaker" ? SPEAKER : ATTENDEE;
};
