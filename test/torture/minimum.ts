/** The fewest requests, found by trying: a breadth-first search over the states of the model. */
import type { Model } from "./model.ts";
import { stateKey } from "./service.ts";

/** Deeper than this is not looked. */
const DEEPEST = 6;

/** How many single requests lead from one state to another at least; undefined: more than are looked at. */
export const fewest = <S>(
  model: Model<S>,
  moves: (from: S, to: S) => readonly Parameters<Model<S>["request"]>[1][],
  from: S,
  to: S,
): number | undefined => {
  const goal = stateKey(to);
  if (stateKey(from) === goal) return 0;
  const seen = new Set([stateKey(from)]);
  let edge: readonly S[] = [from];
  for (let count = 1; count <= DEEPEST; count += 1) {
    const next: S[] = [];
    for (const state of edge) {
      for (const move of moves(state, to)) {
        const answer = model.request(state, move);
        const key = stateKey(answer.state);
        if (answer.status >= 300 || seen.has(key)) continue;
        if (key === goal) return count;
        seen.add(key);
        next.push(answer.state);
      }
    }
    edge = next;
  }
  return undefined;
};
