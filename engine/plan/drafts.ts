import type { CallDraft } from "../model.ts";
import type { PlannedWorld } from "./worlds.ts";

/** The fewest requests of all providers as one list; indexes in `after` are those of this list. */
export const draftsOf = (worlds: Iterable<PlannedWorld>): readonly CallDraft[] => {
  const drafts: CallDraft[] = [];
  for (const { provider, changes, policy } of worlds) {
    if (changes.length === 0) continue;
    const offset = drafts.length;
    for (const draft of provider.calls(changes, policy))
      drafts.push({ ...draft, after: draft.after.map((index) => index + offset) });
  }
  return drafts;
};
