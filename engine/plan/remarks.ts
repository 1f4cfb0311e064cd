import type { Diagnostic } from "../model.ts";
import type { Effect } from "../plan-document.ts";
import type { PlannedWorld } from "./worlds.ts";

/** What the providers have to say of the changes, said once: remarks with the same code and words are folded. */
export const remarksOf = (worlds: readonly PlannedWorld[], effects: readonly Effect[]): readonly Diagnostic[] => {
  const losing = new Set(
    effects.filter((effect) => effect.loses.length > 0).map(({ provider, room }) => `${provider}/${room}`),
  );
  const said = new Set<string>();
  const remarks: Diagnostic[] = [];
  for (const { provider, changes, policy } of worlds) {
    for (const change of changes) {
      const loses = change.room !== undefined && losing.has(`${change.provider}/${change.room}`);
      for (const remark of provider.remarks(change, loses, policy)) {
        const key = `${remark.code} ${remark.summary}`;
        if (said.has(key)) continue;
        said.add(key);
        remarks.push(remark);
      }
    }
  }
  return remarks;
};
