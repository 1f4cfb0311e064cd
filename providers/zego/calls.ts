/** Changes to requests: one per room default, one per override. Nothing can be batched, and nothing can be cleared. */
import type { CallDraft, Change } from "../../engine/model.ts";
import { authOfSpec, ROOM, setQuery } from "./convert.ts";

/** Everything is asked for on this path. */
export const PATH = "/";
/** The Actions that write, though they are GETs like the others. */
export const SET_ROOM = "SetWhiteboardRoomAuth";
export const SET_USER = "SetWhiteboardUserAuth";

/** See `Provider.calls`. */
export const calls = (changes: readonly Change[]): readonly CallDraft[] => changes.flatMap(draftOf);

const draftOf = (change: Change): readonly CallDraft[] => {
  const auth = change.after === null ? undefined : authOfSpec(change.after);
  if (auth === undefined || change.room === undefined) return [];
  const isRoom = change.kind === ROOM;
  return [
    {
      provider: change.provider,
      changes: [change.address],
      method: "GET",
      path: PATH,
      action: isRoom ? SET_ROOM : SET_USER,
      query: setQuery(change.room, isRoom ? undefined : change.id, auth),
      leaves: new Map([[change.address, change.after]]),
      after: [],
    },
  ];
};
