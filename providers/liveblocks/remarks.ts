/** What a plan says beside a change. */
import type { Change, Diagnostic } from "../../engine/model.ts";

/** See `Provider.remarks`. The words are the same for every narrowing, so that a plan can say them once. */
export const remarks = (change: Change, loses: boolean): readonly Diagnostic[] => {
  if (change.action === "delete") return [deletion(change)];
  return change.action === "update" && loses ? [LATER] : [];
};

/** https://github.com/liveblocks/liveblocks/issues/3720 */
const LATER: Diagnostic = {
  severity: "warning",
  code: "takes-effect-later",
  summary: "Liveblocks applies lower permissions at the next connect, people who are connected keep theirs until then",
  hint: "where it must take effect at once, end the sessions in your application",
};

const deletion = (change: Change): Diagnostic => ({
  severity: "warning",
  code: "liveblocks/content-deleted",
  summary: `deleting room ${JSON.stringify(change.id)} deletes its content too (storage, comments), and cannot be undone`,
  ...(change.source === undefined ? {} : { source: change.source }),
});
