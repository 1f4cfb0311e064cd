/** What the files may say of Digital Samba: https://docs.digitalsamba.com/reference/rest-api/roles-and-permissions/ */
import type { Diagnostic, Json, Source } from "../../engine/model.ts";
import type { ProviderLanguage } from "../../engine/provider.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { nearest } from "../../engine/util/nearest.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { permissionOf } from "./convert.ts";
import { foldCapabilities, JOIN_WITHOUT_ACCEPTANCE } from "./fold.ts";

/** Permissions over others: a list of role names may stand in the place of true and false. */
export const ROLE_SENSITIVE: readonly string[] = [
  "manage_broadcast",
  "manage_roles",
  "manage_screenshare",
  "remote_muting",
  "remove_participant",
];

/** Not a name of the service: whether people get into a room without a token. Going from private to public gains it. */
export const JOIN_WITHOUT_TOKEN = "digitalsamba:join_without_token";

/** Every permission that the service had in July 2026, sorted. */
export const PERMISSIONS: readonly string[] = sortedSet([
  ...ROLE_SENSITIVE,
  ...["start_session", "end_session", "recording", "restreaming", "transcribe_session", "control_room_entry"],
  ...["control_room_components", "manage_breakout", "invite_participant", "manage_phone_users"],
  ...["broadcast", "screenshare", "ask_remote_unmute", "raise_hand", "pin_panels"],
  ...["ban_participants", "rename_participants", "self_rename", "see_participants_panel"],
  ...["see_roles_in_participants_panel", "avatar_upload"],
  ...["general_chat", "private_chat", "remove_chat", "export_chat", "clear_chat", "delete_others_chat_messages"],
  ...["room_reactions", "chat_reactions"],
  ...["access_qa", "ask_question_qa", "ask_question_anonymously_qa", "answer_qa", "answer_privately_qa"],
  ...["moderate_qa", "download_qa", "upvote_qa", "see_all_questions", "see_questions_author"],
  ...["present_content_library", "manage_content_library", "manage_personal_content_library", "push_content"],
  ...["lock_content", "clear_content", "see_content_badges", "edit_whiteboard", "manage_edit_whiteboard"],
  ...["manage_private_whiteboard", "collaborate_in_notes", "see_notes", "manage_polls", "manage_poll_templates"],
]);

/** Names in use elsewhere that the REST API does not know. */
const WRONG_NAMES: ReadonlyMap<string, string> = new Map([
  ["chat", "general_chat"],
  ["emoji_reactions", "room_reactions"],
]);

const known: ReadonlySet<string> = new Set(PERMISSIONS);
const roleSensitive: ReadonlySet<string> = new Set(ROLE_SENSITIVE);
const NOTHING: ReadonlySet<string> = new Set();

type At = (path: readonly (string | number)[]) => Source;

const checkBlock = (block: Json, at: At, also: ReadonlySet<string> = NOTHING): readonly Diagnostic[] => {
  const permissions = isRecord(block) ? block.permissions : undefined;
  if (!isRecord(permissions)) return [];
  const found: Diagnostic[] = [];
  for (const [name, value] of Object.entries(permissions)) {
    const source = at(["permissions", name]);
    if (!known.has(name) && !also.has(name)) found.push(unknownPermission(name, source));
    else if (typeof value !== "boolean" && !isNames(value)) found.push(wrongValue(name, source));
    else if (roleSensitive.has(name) && value === true) found.push(futureRoles(name, source));
    else if (Array.isArray(value) && !roleSensitive.has(name) && !also.has(name))
      found.push(notOverOthers(name, source));
  }
  return found;
};

const isNames = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");

const wrongValue = (name: string, source: Source): Diagnostic => ({
  severity: "error",
  code: "wrong-type",
  summary: `${quote(name)} must be true or false${roleSensitive.has(name) ? ", or a list of role names" : ""}`,
  source,
});

const unknownPermission = (name: string, source: Source): Diagnostic => {
  const near = WRONG_NAMES.get(name) ?? nearest(name, PERMISSIONS);
  return {
    severity: "error",
    code: "unknown-name",
    summary: `Digital Samba has no permission ${quote(name)}`,
    hint:
      near === undefined
        ? "if it is new at the service, add it to the provider's knownPermissions"
        : `did you mean "${near}"?`,
    source,
  };
};

const futureRoles = (name: string, source: Source): Diagnostic => ({
  severity: "warning",
  code: "digitalsamba/future-roles",
  summary: `"${name}: true" covers every role, those that are made later too`,
  hint: `list the roles that it may reach: ${name}: [participant]`,
  source,
});

const notOverOthers = (name: string, source: Source): Diagnostic => ({
  severity: "error",
  code: "invalid-value",
  summary: `${quote(name)} takes true or false, not a list of roles`,
  hint: `a list can stand at ${ROLE_SENSITIVE.join(", ")}`,
  source,
});

/** Lists are sets, and an empty one is off. What is written as off stays: a role that only adds turns it off, and leaves what is not written. */
const canonicalBlock = (block: Json): Json => {
  if (!isRecord(block)) return block;
  const made = record<Json>(Object.entries(block) as [string, Json][]);
  for (const key of ["display_name", "description"]) {
    const text = made[key];
    if (typeof text === "string") made[key] = text.trim();
  }
  const permissions = own(block, "permissions");
  if (isRecord(permissions))
    made.permissions = record<Json>(
      Object.entries(permissions).map(([name, value]) => [name, permissionOf(value) ?? false]),
    );
  return made;
};

const checkUse = (block: Json): string | undefined =>
  isRecord(block) && typeof block.display_name === "string" ? undefined : "it has no display_name";

/** `friendly_url`; the charset is not documented, so the one that every address understands. */
const checkRoomId = (id: string): string | undefined => {
  if (!/^[A-Za-z0-9_-]+$/u.test(id)) return "only letters, digits, - and _ can be used";
  if (id.length < 3 || id.length > 32) return "it must have 3 to 32 characters";
  if (id === "live") return "the service has a page of that name";
  return id.toLowerCase() === "live"
    ? 'the service has a page "live", and whether it tells names apart that differ only by case is not documented'
    : undefined;
};

const isCapability = (capability: string): boolean => {
  if (capability === JOIN_WITHOUT_TOKEN || capability === JOIN_WITHOUT_ACCEPTANCE) return true;
  const found = /^digitalsamba:([a-z_]+)(\((?:\*|[A-Za-z0-9_-]{1,30})\))?$/u.exec(capability);
  if (found === null || !known.has(found[1] ?? "")) return false;
  return found[2] === undefined || roleSensitive.has(found[1] ?? "");
};

export const language: ProviderLanguage = {
  type: "digitalsamba",
  facts: {
    title: "Digital Samba",
    origins: ["https://api.digitalsamba.com"],
    baseUrl: "https://api.digitalsamba.com/api/v1",
    fields: {
      teamId: { pattern: /^[A-Za-z0-9-]{1,64}$/u, form: "letters, digits and -, at most 64", secret: false },
      developerKey: { pattern: /^[!-~]{1,512}$/u, form: "visible characters without spaces", secret: true },
    },
    listsRooms: true,
    createsRooms: true,
    knowsGroups: false,
    knowsMetadata: false,
    knowsRoomDefaults: true,
    rolesAreObjects: true,
    presetRoles: ["moderator", "speaker", "attendee", "teacher", "student"],
    issuesTokens: true,
    managing: ["digitalsamba:manage_roles"],
    asksOverAnybody: true,
    kinds: ["role", "team", "room"],
  },
  checkBlock,
  canonicalBlock,
  checkUse,
  checkRoomId,
  checkUserId: () => undefined,
  isCapability,
  foldCapabilities,
  capabilities: sortedSet([
    ...PERMISSIONS.map((name) => `digitalsamba:${name}`),
    JOIN_WITHOUT_TOKEN,
    JOIN_WITHOUT_ACCEPTANCE,
  ]),
};
