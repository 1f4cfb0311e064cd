import { minus, placeAccess, subjectsOf } from "../effect/accesses.ts";
import type { Direction } from "../model.ts";
import type { Drafts } from "./drafts.ts";
import { ancestors } from "./graph.ts";
import type { Scene } from "./scene.ts";
import { movement } from "./spot.ts";

/** Who gains and who loses by one call, over all places it touches. */
type Moves = { gains: boolean; loses: boolean };

/** By call. */
export type MovesByCall = Map<number, Moves>;

/** Notes a difference that a call makes. */
export const noteMove = (
  moves: MovesByCall,
  call: number,
  made: { readonly gains: boolean; readonly loses: boolean },
): void => {
  const known = moves.get(call) ?? { gains: false, loses: false };
  moves.set(call, { gains: known.gains || made.gains, loses: known.loses || made.loses });
};

export const directionOf = (moves: Moves | undefined): Direction => {
  if (moves?.gains === true) return moves.loses ? "mixed" : "widens";
  return moves?.loses === true ? "narrows" : "neutral";
};

/** What each call does in the places that it alone touches: the same whatever the order is. */
export const singleMoves = (scene: Scene): MovesByCall => {
  const moves: MovesByCall = new Map();
  for (const { world, place, call } of scene.singles) {
    const before = placeAccess(world.provider.effective(place, world.before, world.policy));
    const after = placeAccess(world.provider.effective(place, world.after, world.policy));
    const made = { gains: false, loses: false };
    for (const [key] of subjectsOf([before, after])) {
      if (minus(after.of(key), before.of(key)).length > 0) made.gains = true;
      if (minus(before.of(key), after.of(key)).length > 0) made.loses = true;
    }
    noteMove(moves, call, made);
  }
  return moves;
};

/** What each call would do as early as it can come: enough to list calls by. */
export const earlyMoves = (drafts: Drafts, scene: Scene, singles: MovesByCall): MovesByCall => {
  const moves: MovesByCall = new Map(singles);
  for (const { parts } of scene.spots) {
    for (const { subjects, calls, at } of parts) {
      for (const call of calls) {
        const before = ancestors(drafts.preds, call);
        noteMove(moves, call, movement(at(before), at(new Set([...before, call])), subjects));
      }
    }
  }
  return moves;
};
