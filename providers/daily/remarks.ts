/** What a plan says beside a change. */
import type { Change, Diagnostic, ProviderPolicy, RoomPolicy } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { DOMAIN, LIVE, permissionsIn } from "./convert.ts";
import { STAR } from "./targets.ts";

/** See `Provider.remarks`. */
export const remarks = (change: Change, loses: boolean, policy: ProviderPolicy): readonly Diagnostic[] => {
  if (change.kind === DOMAIN) return [wholeDomain(change)];
  const room = policy.rooms.get(change.room ?? "");
  if (change.kind === LIVE) return [...(loses ? [TOKENS] : []), ...liveRemarks(change)];
  if (change.action === "delete") return [deletion(change)];
  if (change.action === "create") return [];
  const moved = !sameJson(permissionsIn(change.before), permissionsIn(change.after));
  return [...(loses ? [TOKENS] : []), ...(moved && room !== undefined ? unreached(change, room) : [])];
};

const at = (change: Change): Pick<Diagnostic, "source"> =>
  change.source === undefined ? {} : { source: change.source };

/** https://docs.daily.co/reference/rest-api/meeting-tokens: tokens cannot be taken back. */
const TOKENS: Diagnostic = {
  severity: "warning",
  code: "takes-effect-later",
  summary: "meeting tokens of Daily that were issued before go on giving their permissions until they end",
  hint: "where it must take effect at once, put the people out of the call and wait until their tokens have ended",
};

const wholeDomain = (change: Change): Diagnostic => ({
  severity: "warning",
  code: "daily/whole-domain",
  summary:
    "the domain's permissions hold in every room that sets none of its own, also in rooms that these files do not name",
  detail:
    change.unknown.length === 0
      ? "people who are in a call keep what they joined with"
      : "Daily does not show what the domain holds now: fields that the files do not write may go back to their default",
  ...at(change),
});

const deletion = (change: Change): Diagnostic => ({
  severity: "warning",
  code: "daily/call-ended",
  summary: `deleting room ${quote(change.id)} ends its running call and puts everybody out`,
  ...at(change),
});

/** Changing a room does not change people who are in its call. */
const unreached = (change: Change, room: RoomPolicy): readonly Diagnostic[] => {
  if (room.live === "enforce" && room.users !== undefined && room.mode.users === "authoritative") return [];
  return [
    {
      severity: "warning",
      code: "takes-effect-later",
      summary: `the new default of room ${quote(change.id)} reaches who joins later; people in the call keep theirs`,
      hint:
        room.live === "ignore"
          ? "take `live: ignore` away to reach them"
          : "write `users:` (and leave its mode authoritative) to reach them",
      ...at(change),
    },
  ];
};

const liveRemarks = (change: Change): readonly Diagnostic[] => {
  const after = change.after ?? {};
  const found: Diagnostic[] = [];
  if (isRecord(own(after, STAR)) && !sameJson(own(change.before ?? {}, STAR), own(after, STAR))) {
    found.push({
      severity: "warning",
      code: "daily/owners",
      summary: `owners in the call of ${quote(change.id)} whom the files do not name get what everybody else there gets`,
      hint: "name them under `users`",
      ...at(change),
    });
  }
  if (Object.values(after).some((set) => isRecord(set) && set.hasPresence === false)) {
    found.push({
      severity: "warning",
      code: "daily/hidden",
      summary: `people hidden in the call of ${quote(change.id)} may be missing from presence, and are not found without the ledger`,
      ...at(change),
    });
  }
  return found;
};
