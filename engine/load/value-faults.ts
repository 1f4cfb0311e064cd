/** Faults that YAML and JSON share, in the same words. */
import type { Fault } from "./faults.ts";
import { MAX_DEPTH } from "./limits.ts";

const LONGEST_SHOWN = 60;
const short = (key: string): string => (key.length > LONGEST_SHOWN ? `${key.slice(0, LONGEST_SHOWN)}…` : key);

/** A key that stands twice in one map, with the place of the first. */
export const duplicateKey = (key: string, start: number, end: number, first: readonly [number, number]): Fault => ({
  code: "duplicate-key",
  start,
  end,
  summary: `the key ${short(key)} stands twice in one map`,
  hint: "keep one of the two",
  also: { summary: "it stands here first", start: first[0], end: first[1] },
});

/** A key with nothing, `null` or `~` behind it. */
export const emptyValue = (key: string, start: number, end: number): Fault => ({
  code: "empty-value",
  start,
  end,
  summary: `${short(key)} has no value`,
  hint: "write `absent` to take an entry away, `{}` for a map without entries, or remove the line",
});

/** An item of a list with nothing, `null` or `~` in it. */
export const emptyItem = (start: number, end: number): Fault => ({
  code: "empty-value",
  start,
  end,
  summary: "this item of a list is empty",
  hint: "write a value, or remove the item",
});

/** A file whose content is no map. */
export const rootNotMap = (list: boolean, start: number, end: number): Fault => ({
  code: "root-not-map",
  start,
  end,
  summary: `a file holds a map of keys, and this one holds ${list ? "a list" : "a single value"}`,
  hint: "begin with `version: 1`",
});

/** Nesting beyond the cap; `at` is where the first container too many begins. */
export const tooDeep = (at: number): Fault => ({
  code: "too-deep",
  start: at,
  end: at + 1,
  summary: `maps and lists are nested more than ${MAX_DEPTH} deep`,
  hint: "no setting of the language needs this; look for brackets that are not closed",
});
