import type { Json } from "../model.ts";
import { compareText } from "./compare.ts";
import { record } from "./record.ts";

type JsonRecord = { readonly [key: string]: Json | undefined };

/** JSON text with sorted keys: equal values, equal bytes, however they were built. `undefined` members are left out. */
export const stableJson = (value: Json | undefined): string => {
  if (value === undefined) return "null";
  if (Array.isArray(value)) return `[${value.map((item: Json) => stableJson(item)).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const object = value as JsonRecord;
    const parts: string[] = [];
    for (const key of Object.keys(object).sort(compareText)) {
      if (object[key] !== undefined) parts.push(`${JSON.stringify(key)}:${stableJson(object[key])}`);
    }
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value);
};

/** Whether two JSON values are the same, key order aside. Builds nothing: equal objects of a large state cost one walk. */
export const sameJson = (a: Json | undefined, b: Json | undefined): boolean => {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item: Json, index) => sameJson(item, b[index]));
  }
  const [left, right] = [a as JsonRecord, b as JsonRecord];
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key], right[key]));
};

/** A copy with the keys of every object in order; lists stay as they are. */
export const sortedJson = <T extends Json | undefined>(value: T): T => {
  if (Array.isArray(value)) return value.map((item: Json) => sortedJson(item)) as unknown as T;
  if (typeof value !== "object" || value === null) return value;
  const object = value as JsonRecord;
  const keys = Object.keys(object).sort(compareText);
  return record(keys.map((key): [string, Json | undefined] => [key, sortedJson(object[key])])) as unknown as T;
};
