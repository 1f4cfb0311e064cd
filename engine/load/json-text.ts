import type { Json } from "../model.ts";
import { record } from "../util/record.ts";
import { createFaults } from "./faults.ts";
import { parseJson } from "./json-parse.ts";
import { scanJson } from "./json-scan.ts";
import { createPlaces } from "./places.ts";
import { hasControls, keyTooLong, smuggled, textTooLong } from "./text-rules.ts";

/** What `sourceOf` needs to know of a file. */
export type JsonPlaces = {
  find(container: object, key: string | number, part: "key" | "value"): readonly [number, number] | undefined;
  readonly start: number;
  readonly end: number;
};

/** The fast road: the data of a JSON text in which nothing is wrong, else undefined. It knows no positions. */
export const readCleanJson = (text: string): Json | undefined => {
  if (hasControls(text)) return undefined;
  const scan = scanJson(text);
  if (scan.tooDeepAt !== undefined || scan.tooManyAt !== undefined) return undefined;
  const parsed = parseOrNothing(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return undefined;
  const tally: Tally = { keys: 0, clean: true, escapes: scan.escapes };
  const data = copy(parsed, tally);
  // Of a key that stands twice JSON.parse keeps one: then there are fewer keys than colons.
  return tally.clean && tally.keys === scan.members ? data : undefined;
};

/** Finds places in data of the fast road, by reading the text again beside it. */
export const placesOfJson = (text: string, data: Json): JsonPlaces => {
  const places = createPlaces();
  const again = parseJson(text, createFaults(), places);
  const twins = new Map<object, object>();
  pairUp(data, again.value, twins);
  return {
    find: (container, key, part) => {
      const twin = twins.get(container);
      return twin === undefined ? undefined : places.find(twin, key, part);
    },
    start: again.start,
    end: again.end,
  };
};

const parseOrNothing = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

type Tally = { keys: number; clean: boolean; readonly escapes: boolean };

const copy = (value: unknown, tally: Tally): Json => {
  if (typeof value === "string") {
    if (textTooLong(value) !== undefined || (tally.escapes && smuggled(value) !== undefined)) tally.clean = false;
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) tally.clean = false;
    return value;
  }
  if (typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item) => copy(item, tally));
  if (typeof value === "object" && value !== null) return copyMap(value, tally);
  tally.clean = false;
  return null;
};

const copyMap = (value: object, tally: Tally): Json => {
  const data = record<Json>();
  for (const [key, item] of Object.entries(value)) {
    if (keyTooLong(key) !== undefined || (tally.escapes && smuggled(key) !== undefined)) tally.clean = false;
    data[key] = copy(item, tally);
    tally.keys += 1;
  }
  return data;
};

const pairUp = (value: unknown, twin: unknown, twins: Map<object, object>): void => {
  if (typeof value !== "object" || value === null || typeof twin !== "object" || twin === null) return;
  twins.set(value, twin);
  const others = new Map(Object.entries(twin));
  for (const [key, item] of Object.entries(value)) pairUp(item, others.get(key), twins);
};
