/**
 * The private group chat: its roles are written together with its switch, and only while that is on.
 * https://docs.digitalsamba.com/reference/rest-api/rooms/edit
 */
import type { RoomPolicy } from "../../engine/model.ts";
import { own } from "../../engine/util/record.ts";
import { type MergedRoom, managedSettings, type RoomBase } from "./desire-room.ts";

/** The switch of the private group chat. */
export const CHAT_SWITCH = "private_group_chat_enabled";

/** Whether the chat of a room is on once it is as planned; undefined where nothing shows it. */
export const isChatOn = (room: RoomPolicy, base: RoomBase, planned: MergedRoom): boolean | undefined => {
  const written = room.mode.settings === "observe" ? undefined : own(managedSettings(room), CHAT_SWITCH);
  if (typeof written === "boolean") return written;
  if (!base.shown.has(CHAT_SWITCH)) return undefined;
  return (own(planned.spec, CHAT_SWITCH) ?? own(base.team, CHAT_SWITCH)) === true;
};
