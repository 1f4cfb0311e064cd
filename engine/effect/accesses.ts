import type { Access, Layer, Subject } from "../model.ts";
import { compareText } from "../util/compare.ts";

const NOTHING: readonly string[] = [];
const KINDS = ["everyone", "group", "role", "user"];

/** A text that tells subjects apart; sorts everyone first, then groups, roles, users by id. */
export const subjectKey = (subject: Subject): string =>
  `${KINDS.indexOf(subject.kind)}${subject.kind === "everyone" ? "" : subject.id}`;

/** The accesses of one place by subject. A subject without an own access has everyone's; an empty place gives nobody anything. */
export type PlaceAccess = {
  readonly own: ReadonlyMap<string, Access>;
  of(key: string): readonly string[];
  layer(key: string): Layer;
};

/** Indexes what a provider's `effective` gives. */
export const placeAccess = (accesses: readonly Access[]): PlaceAccess =>
  accessOf(new Map(accesses.map((access) => [subjectKey(access.subject), access])));

/** The same from accesses that are indexed already. */
export const accessOf = (own: ReadonlyMap<string, Access>): PlaceAccess => {
  const everyone = own.get(subjectKey({ kind: "everyone" }));
  return {
    own,
    of: (key) => (own.get(key) ?? everyone)?.capabilities ?? NOTHING,
    layer: (key) => (own.get(key) ?? everyone)?.layer ?? "built-in",
  };
};

/** Every subject that has an own access in one of the states, sorted. */
export const subjectsOf = (states: readonly PlaceAccess[]): readonly (readonly [key: string, subject: Subject])[] => {
  const found = new Map<string, Subject>();
  for (const state of states) for (const [key, access] of state.own) found.set(key, access.subject);
  return [...found].sort((a, b) => compareText(a[0], b[0]));
};

/** What is in `a` and not in `b`. */
export const minus = (a: readonly string[], b: readonly string[]): readonly string[] => {
  if (a === b || a.length === 0) return NOTHING;
  if (b.length === 0) return a;
  const without = new Set(b);
  const rest = a.filter((item) => !without.has(item));
  return rest.length === 0 ? NOTHING : rest;
};
