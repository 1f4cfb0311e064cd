import { placeAccess, subjectKey, subjectsOf } from "../effect/accesses.ts";
import { sourceJson } from "../effect/effects.ts";
import { holdsCapability } from "../effect/holds.ts";
import type { SourceJson, Subject } from "../model.ts";
import { compareText } from "../util/compare.ts";
import { pathsIn, type Scene } from "./path.ts";

/** One answer of `who-can`; `id` is left out for everyone. */
type Holder = {
  readonly kind: Subject["kind"];
  readonly id?: string;
  readonly provider: string;
  readonly via: string;
  readonly source: SourceJson | null;
};

/** One answer of `explain`. */
type Held = {
  readonly capability: string;
  readonly provider: string;
  readonly via: string;
  readonly source: SourceJson | null;
};

/** Who holds a capability in a room, at every provider given. Everyone first, then groups, roles and users by id. */
export const whoCan = (scenes: ReadonlyMap<string, Scene>, capability: string, room: string): readonly Holder[] => {
  const holders: Holder[] = [];
  for (const [name, scene] of scenes) {
    const place = { provider: name, room };
    const access = placeAccess(scene.provider.effective(place, scene.view, scene.policy));
    const paths = pathsIn(scene, place, access);
    for (const [key, subject] of subjectsOf([access])) {
      if (!holdsCapability(scene.provider.facts, access.of(key), capability)) continue;
      const { via, source } = paths(subject, capability);
      holders.push({
        kind: subject.kind,
        ...(subject.kind === "everyone" ? {} : { id: subject.id }),
        provider: name,
        via,
        source: sourceJson(source),
      });
    }
  }
  return holders;
};

/** What a subject holds in a room, at every provider given, and by which path. Sorted within a provider. */
export const explain = (scenes: ReadonlyMap<string, Scene>, subject: Subject, room: string): readonly Held[] => {
  const held: Held[] = [];
  for (const [name, scene] of scenes) {
    const place = { provider: name, room };
    const access = placeAccess(scene.provider.effective(place, scene.view, scene.policy));
    const paths = pathsIn(scene, place, access);
    for (const capability of [...access.of(subjectKey(subject))].sort(compareText)) {
      const { via, source } = paths(subject, capability);
      held.push({ capability, provider: name, via, source: sourceJson(source) });
    }
  }
  return held;
};
