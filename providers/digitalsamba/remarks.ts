/** What a plan says beside a change. */
import type { Change, Diagnostic, ProviderPolicy } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord } from "../../engine/util/record.ts";
import { isTextList, ROLE, ROOM, roleSpec, roomSpec } from "./convert.ts";
import { minusPermissions } from "./narrowing.ts";

/** See `Provider.remarks`. What holds for every change of a kind is said in the same words, so that a plan says it once. */
export const remarks = (change: Change, loses: boolean, policy: ProviderPolicy): readonly Diagnostic[] => {
  switch (change.kind) {
    case ROLE:
      return roleRemarks(change);
    case ROOM:
      return roomRemarks(change, loses);
    default:
      return [blastRadius(change, policy)];
  }
};

const roleRemarks = (change: Change): readonly Diagnostic[] => {
  const { before, after, id, source } = change;
  const at = source === undefined ? {} : { source };
  if (after === null) {
    const summary = `deleting the role ${quote(id)} cannot be undone, and is refused while somebody holds it in a running session`;
    return [{ severity: "warning", code: "digitalsamba/role-deleted", summary, ...at }];
  }
  if (before === null) return [];
  const narrows = minusPermissions(roleSpec(before).permissions, roleSpec(after).permissions).length > 0;
  return narrows ? [AT_NEXT_JOIN] : [];
};

const roomRemarks = (change: Change, loses: boolean): readonly Diagnostic[] => {
  const { before, after, id, source } = change;
  const at = source === undefined ? {} : { source };
  if (after === null) {
    const summary = `deleting room ${quote(id)} puts out everybody who is in it`;
    return [{ severity: "warning", code: "digitalsamba/room-deleted", summary, ...at }];
  }
  const found: Diagnostic[] = [];
  const wasOpen = before !== null && roomSpec(before).privacy === "public";
  if (roomSpec(after).privacy === "public" && !wasOpen) {
    const summary = `room ${quote(id)} becomes public: anybody who has the link joins with the default role`;
    found.push({ severity: "warning", code: "digitalsamba/public-room", summary, ...at });
  }
  if (before !== null && change.fields.some(({ path }) => path[0] !== "privacy")) found.push(PINS);
  if (before !== null && loses) found.push(TOKENS);
  return found;
};

/** https://docs.digitalsamba.com/dashboard/creating-a-room */
const PINS: Diagnostic = {
  severity: "warning",
  code: "digitalsamba/pins",
  summary: "what is written to a room no longer follows the team's default room settings",
  detail: "The way back is a button in the dashboard; the API has none.",
};

const TOKENS: Diagnostic = {
  severity: "warning",
  code: "takes-effect-later",
  summary:
    "Digital Samba tokens that were issued go on until they end, and people in a session keep their role until they leave it",
  hint: "where it must take effect at once, end the session in your application",
};

const AT_NEXT_JOIN: Diagnostic = {
  severity: "warning",
  code: "takes-effect-later",
  summary:
    "Digital Samba is not known to apply a changed role to people who are in a session, take it to hold from their next join",
  hint: "where it must take effect at once, end the session in your application",
};

const MOST = 5;

const blastRadius = (change: Change, policy: ProviderPolicy): Diagnostic => {
  const followers = isRecord(change.wire) && isTextList(change.wire.followers) ? change.wire.followers : [];
  const names = followers.slice(0, MOST).map(quote).join(", ");
  const more = followers.length > MOST ? ` and ${followers.length - MOST} more` : "";
  return {
    severity: "warning",
    code: "digitalsamba/team-defaults",
    summary:
      "every room of the team without roles of its own follows the new default room settings, rooms that no file names too",
    detail:
      followers.length === 0
        ? `None of the ${policy.rooms.size} rooms of the files looks as the team does now.`
        : `Of the ${policy.rooms.size} rooms of the files ${followers.length} look as the team does now and may follow: ${names}${more}. Plan again after this apply.`,
    ...(change.source === undefined ? {} : { source: change.source }),
  };
};
