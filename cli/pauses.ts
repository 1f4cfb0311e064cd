import type { Progress } from "./progress.ts";

/** Many requests pause together: more lines than this say nothing new. Milliseconds. */
const APART_MS = 3_000;

/** Tells people of requests that wait and are sent again, at most once in a while. `now` in milliseconds. */
export const pauseNotes = (progress: Pick<Progress, "note">, now: () => number): ((message: string) => void) => {
  let said = Number.NEGATIVE_INFINITY;
  return (message) => {
    if (now() - said < APART_MS) return;
    said = now();
    progress.note(message);
  };
};
