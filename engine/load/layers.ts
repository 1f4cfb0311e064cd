import type { Document, RoomEntry } from "../model.ts";
import { compareText } from "../util/compare.ts";
import { compilePattern, type Pattern } from "../util/pattern.ts";

/** One entry of `rooms` as it bears upon one room. */
export type Layer = {
  readonly entry: RoomEntry;
  /** The pattern that matched, undefined for the exact entry. */
  readonly pattern: string | undefined;
  readonly captures: ReadonlyMap<string, string>;
  readonly weight: number;
};

/** The entries of one provider, ready to be asked for the layers of any room. */
export type LayerIndex = {
  readonly exact: ReadonlyMap<string, RoomEntry>;
  readonly patterns: readonly RoomEntry[];
  /** From the least to the most literal characters, the exact name last. A tombstone stands alone. */
  layersOf(id: string): readonly Layer[];
};

type Candidate = { readonly entry: RoomEntry; readonly pattern: Pattern; readonly literals: readonly string[] };

const NO_CAPTURES: ReadonlyMap<string, string> = new Map();
const SPECIAL = /[*?]|\{[A-Za-z_][A-Za-z0-9_-]*\}/u;

/** The literal texts of a pattern: a cheap test that most ids fail. */
const literalsOf = (pattern: string): readonly string[] => pattern.split(SPECIAL).filter((text) => text !== "");

/** Sorts the entries of a provider into exact ones and patterns. */
export const indexLayers = (document: Document, provider: string): LayerIndex => {
  const exact = new Map<string, RoomEntry>();
  const candidates: Candidate[] = [];
  for (const entry of document.rooms) {
    const id = entry.ids.get(provider);
    if (id === undefined) continue;
    if (!entry.pattern) exact.set(id, entry);
    else candidates.push({ entry, pattern: compilePattern(id), literals: literalsOf(id) });
  }
  candidates.sort((a, b) => a.pattern.weight - b.pattern.weight || compareText(a.entry.key, b.entry.key));
  return {
    exact,
    patterns: candidates.map(({ entry }) => entry),
    layersOf: (id) => {
      const named = exact.get(id);
      const last: Layer[] = [];
      if (named !== undefined)
        last.push({ entry: named, pattern: undefined, captures: NO_CAPTURES, weight: Number.POSITIVE_INFINITY });
      if (candidates.length === 0 || named?.absent) return last;
      const layers: Layer[] = [];
      for (const { entry, pattern, literals } of candidates) {
        const captures = literals.every((text) => id.includes(text)) ? pattern.match(id) : undefined;
        if (captures !== undefined) layers.push({ entry, pattern: entry.key, captures, weight: pattern.weight });
      }
      return [...layers, ...last];
    },
  };
};
