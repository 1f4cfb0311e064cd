/** What a plan says beside a change. */
import type { Change, Diagnostic, ProviderPolicy, RoomPolicy } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord } from "../../engine/util/record.ts";
import { isTextList, ROOM } from "./convert.ts";
import { nameList } from "./names.ts";

/** See `Provider.remarks`. */
export const remarks = (change: Change, policy: ProviderPolicy): readonly Diagnostic[] => {
  if (change.kind === ROOM) return unreached(change, policy.rooms.get(change.id));
  return pinned(change);
};

/** Overrides stay as they are when the room's default changes, until their holders leave. */
const unreached = (change: Change, room: RoomPolicy | undefined): readonly Diagnostic[] => {
  const extra = change.current?.extra;
  const holders = isRecord(extra) && isTextList(extra.overrides) ? extra.overrides : [];
  const left = holders.filter((id) => room === undefined || !isPinned(room, id));
  if (left.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "zego/default-not-reached",
      summary: `the new default of room ${quote(change.id)} does not reach ${nameList(left)}`,
      detail: "somebody with permissions of their own keeps those, whatever the default is, until they leave the room",
      ...(change.source === undefined ? {} : { source: change.source }),
    },
  ];
};

/** Whether the same plan sets this override to the new default. */
const isPinned = ({ users, removedUsers, mode }: RoomPolicy, id: string): boolean => {
  if (users === undefined || users.has(id) || mode.users === "observe") return false;
  return mode.users === "authoritative" || removedUsers.has(id);
};

const pinned = ({ wire, room = "", source }: Change): readonly Diagnostic[] => {
  const ids = isRecord(wire) && isTextList(wire.pinned) ? wire.pinned : [];
  if (ids.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "zego/pinned",
      summary: `in room ${quote(room)} the room's default is set for ${nameList(ids)} until they leave`,
      detail:
        "ZEGOCLOUD cannot take back what one person was given: the room's default is set for them instead, and it does not follow when the default changes",
      ...(source === undefined ? {} : { source }),
    },
  ];
};
