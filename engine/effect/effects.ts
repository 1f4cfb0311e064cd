import type { Place, ProviderPolicy, RoomPolicy, Source, SourceJson, Subject, Team } from "../model.ts";
import type { Effect, Verdict } from "../plan-document.ts";
import type { Provider, TouchedPlace, View } from "../provider.ts";
import { compareText } from "../util/compare.ts";
import { OTHER_ROOMS } from "../util/other-rooms.ts";
import { sameJson } from "../util/stable-json.ts";
import { minus, type PlaceAccess, placeAccess, subjectKey, subjectsOf } from "./accesses.ts";
import { viaOf } from "./via.ts";

type EffectsInput = {
  readonly provider: Pick<Provider, "effective">;
  readonly policy: ProviderPolicy;
  /** Where the files' grants themselves were others before: at an instant at which a grant starts or ends. */
  readonly policyBefore?: ProviderPolicy;
  readonly before: View;
  readonly after: View;
  readonly places: readonly TouchedPlace[];
  /** To say whether all of a team changes alike. */
  readonly teams: ReadonlyMap<string, Team>;
  /** Whether the state before is not known; a loss is the worst case then. */
  readonly unknownBefore: (room: string, subject: Subject) => boolean;
};

/** Who gains and who loses what in these places, by room, then everyone, groups, users. Only subjects that gain or lose. */
export const effectsOf = (input: EffectsInput): readonly Effect[] => {
  const effects: Effect[] = [];
  const defaults = input.policy.roomDefaults?.default ?? input.policy.roomDefaults;
  const elsewhere = (subject: Subject): Source | undefined =>
    subject.kind === "role" ? input.policy.roles.get(subject.id)?.source : defaults?.source;
  const places = [...input.places].sort((a, b) => compareText(a.place.room, b.place.room));
  for (const { place } of places) {
    const before = placeAccess(input.provider.effective(place, input.before, input.policyBefore ?? input.policy));
    const after = placeAccess(input.provider.effective(place, input.after, input.policy));
    const room = input.policy.rooms.get(place.room);
    for (const [key, subject] of subjectsOf([before, after])) {
      const gains = minus(after.of(key), before.of(key));
      const loses = minus(before.of(key), after.of(key));
      if (gains.length === 0 && loses.length === 0) continue;
      const credited = keepsEntry(before, after, key) ? EVERYONE : subject;
      const layer = after.layer(subjectKey(credited));
      const isWide = place.room === OTHER_ROOMS || layer === "provider default";
      effects.push(
        effectOf({
          place,
          subject,
          credited,
          gains,
          loses,
          room,
          otherwise: isWide ? elsewhere(subject) : undefined,
          layer,
          unknown: input.unknownBefore(place.room, subject),
          teams: input.teams,
        }),
      );
    }
  }
  return effects;
};

const EVERYONE: Subject = { kind: "everyone" };

/** Whether a subject's own entry is what it was: then what it gains and loses comes from what lies below. */
const keepsEntry = (before: PlaceAccess, after: PlaceAccess, key: string): boolean => {
  const had = before.own.get(key)?.entry;
  return had !== undefined && sameJson(had, after.own.get(key)?.entry);
};

const effectOf = (found: {
  readonly place: Place;
  readonly subject: Subject;
  /** Whose line says why. */
  readonly credited: Subject;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  readonly room: RoomPolicy | undefined;
  /** The line for a room that no file names, and for what a room has from the room defaults. */
  readonly otherwise: Source | undefined;
  readonly layer: Effect["layer"];
  readonly unknown: boolean;
  readonly teams: ReadonlyMap<string, Team>;
}): Effect => {
  const { via, source, team, mode } = viaOf(found.room, found.credited, found.layer);
  return {
    subject: found.subject,
    provider: found.place.provider,
    room: found.place.room,
    gains: found.gains,
    loses: found.loses,
    via,
    layer: found.layer,
    ...(team === undefined ? {} : { team, team_size: found.teams.get(team)?.members.size ?? 0 }),
    ...(mode === undefined || found.loses.length === 0 ? {} : { mode }),
    ...(found.unknown ? { unknown_before: true as const } : {}),
    source: sourceJson(source ?? found.otherwise),
  };
};

/** A source as JSON output writes it, or null. */
export const sourceJson = (source: Source | undefined): SourceJson | null => {
  if (source === undefined) return null;
  const { filename, start } = source.locate();
  return { file: filename, line: start.line, column: start.column };
};

/** What a list of effects amounts to. */
export const verdictOf = (effects: readonly Effect[]): Verdict => {
  const gains = effects.some((effect) => effect.gains.length > 0);
  const loses = effects.some((effect) => effect.loses.length > 0);
  if (gains) return loses ? "mixed" : "wider";
  return loses ? "narrower" : "equivalent";
};
