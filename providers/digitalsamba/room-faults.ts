/** Why a room cannot be what the files ask for. */
import type { CurrentState, Diagnostic, RoomPolicy, Source } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { own } from "../../engine/util/record.ts";
import { isTextList } from "./convert.ts";
import { type MergedRoom, managedSettings, type RoomBase } from "./desire-room.ts";
import type { Known } from "./known.ts";
import { CHAT_ROLES } from "./settings.ts";

/** Errors and warnings about one room, each at its line. */
export const roomFaults = (
  room: RoomPolicy,
  base: RoomBase,
  planned: MergedRoom,
  state: CurrentState,
  known: Known,
): readonly Diagnostic[] => {
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
  const isRead = known.team !== undefined;
  if (planned.spec.default_role === null && isRead)
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

const sameButCase = (id: string, { rooms }: CurrentState, { otherCase }: Known): string | undefined => {
  const asked = own(otherCase, id);
  if (asked !== undefined) return asked;
  if (rooms.has(id)) return undefined;
  const lower = id.toLowerCase();
  for (const other of rooms) if (other.toLowerCase() === lower) return other;
  return undefined;
};
