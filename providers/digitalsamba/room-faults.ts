/** Why a room cannot be what the files ask for. */
import type { CurrentState, Diagnostic, RoomPolicy, Source } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { own } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { CHAT_SWITCH, isChatOn } from "./chat.ts";
import { isTextList } from "./convert.ts";
import { type MergedRoom, managedSettings, type RoomBase } from "./desire-room.ts";
import type { Known } from "./known.ts";
import { CHAT_ROLES } from "./settings.ts";

/** Errors and warnings about one room, each at its line. Of one that was not asked for nothing can be said. */
export const roomFaults = (
  room: RoomPolicy,
  base: RoomBase,
  planned: MergedRoom,
  state: CurrentState,
  known: Known,
): readonly Diagnostic[] => {
  if (!base.exists && !known.missing.includes(room.id)) return [];
  const faults: Diagnostic[] = [];
  const at = (key: string): Source => room.settings?.sourceOf(key) ?? room.source;
  const name = `room ${quote(room.id)}`;
  const add = (
    severity: Diagnostic["severity"],
    code: string,
    summary: string,
    hint: string,
    source: Source,
  ): unknown => faults.push({ severity, code: `digitalsamba/${code}`, summary, hint, source });

  const other = base.exists ? undefined : sameButCase(room.id, state, known);
  if (other !== undefined)
    add(
      "error",
      "room-case",
      `${name}: the service has a room ${quote(other)}, and whether it tells names apart that differ only by case is not documented`,
      `write ${other}, or choose another name`,
      room.source,
    );
  if (planned.spec.default_role === null)
    add("error", "no-default", `${name} has no default role`, "add `default:` to the room", room.source);
  const settings = managedSettings(room);
  if (planned.spec.roles.length === 1 && own(settings, "is_locked") === true)
    add(
      "error",
      "single-role",
      `${name} has a single role, and such a room cannot be locked`,
      "give it another role, or write is_locked: false",
      at("is_locked"),
    );
  const chat = own(settings, CHAT_ROLES);
  for (const role of isTextList(chat) ? chat : []) {
    if (planned.spec.roles.includes(role)) continue;
    add(
      "error",
      "chat-role",
      `${name}: the role ${quote(role)} is in the private chat, and the room does not have it`,
      "add it to `roles` of the settings",
      at(CHAT_ROLES),
    );
  }
  const why = chat === undefined ? undefined : silentChat(room, base, planned);
  if (why !== undefined)
    add(
      "error",
      "chat-off",
      `${name}: roles are written for the private group chat, ${why}`,
      `write ${CHAT_SWITCH}: true too, or take the roles away`,
      at(CHAT_ROLES),
    );
  for (const key of base.exists ? Object.keys(settings) : []) {
    if (base.shown.has(key) || key === CHAT_ROLES) continue;
    add(
      "warning",
      "not-readable",
      `${name}: the service does not show ${quote(key)}, so it is sent only when a room is made, and not compared`,
      "set it at the service",
      at(key),
    );
  }
  return faults;
};

/** Why roles cannot be written for the private group chat. Where the files turn it off themselves, that is said of the files. */
const silentChat = (room: RoomPolicy, base: RoomBase, planned: MergedRoom): string | undefined => {
  if (room.mode.settings === "observe" || own(managedSettings(room), CHAT_SWITCH) !== undefined) return undefined;
  const isOn = isChatOn(room, base, planned);
  if (isOn === false) return "which is off";
  const isWritten =
    !base.exists || !sameJson(own(base.spec, CHAT_ROLES) ?? null, own(planned.spec, CHAT_ROLES) ?? null);
  return isOn === undefined && isWritten ? "and the service does not show whether it is on" : undefined;
};

const sameButCase = (id: string, { rooms }: CurrentState, { otherCase }: Known): string | undefined => {
  const asked = own(otherCase, id);
  if (asked !== undefined) return asked;
  if (rooms.has(id)) return undefined;
  const lower = id.toLowerCase();
  for (const other of rooms) if (other.toLowerCase() === lower) return other;
  return undefined;
};
