import type { Json, JsonObject, Source } from "../model.ts";
import { isRecord } from "../util/record.ts";
import type { SourceFile } from "./source-file.ts";

/**
 * A value together with the place where it stands. Where several files write one map, `merged` holds its members; all
 * else is read from the file's own data, so nothing is copied.
 */
export type Item = {
  readonly value: Json;
  readonly file: SourceFile;
  readonly container: object | undefined;
  readonly key: string | number;
  readonly merged?: ReadonlyMap<string, Item> | readonly Item[];
};

/** Whether a JSON value is a map. */
export const isMap = (value: Json | undefined): value is JsonObject => isRecord(value);

/** The whole content of a file. */
export const rootItem = (file: SourceFile, value: Json): Item => ({ value, file, container: undefined, key: "" });

/** Where the item stands: its value, or the key that it stands under. */
export const placeOf = (item: Item, part: "key" | "value" = "value"): Source =>
  item.container === undefined ? item.file.root : item.file.sourceOf(item.container, item.key, part);

/** The members of a map; nothing for any other value. */
export function* members(item: Item): Iterable<readonly [string, Item]> {
  if (item.merged instanceof Map) {
    yield* item.merged;
    return;
  }
  const { value, file } = item;
  if (!isMap(value)) return;
  for (const key of Object.keys(value)) {
    yield [key, { value: value[key] as Json, file, container: value, key }];
  }
}

/** The items of a list; nothing for any other value. */
export function* elements(item: Item): Iterable<Item> {
  if (Array.isArray(item.merged)) {
    yield* item.merged;
    return;
  }
  const { value, file } = item;
  if (!Array.isArray(value)) return;
  for (const [key, element] of value.entries()) yield { value: element, file, container: value, key };
}

/** One member of a map, or one item of a list. */
export const member = (item: Item, key: string | number): Item | undefined => {
  if (item.merged instanceof Map) return item.merged.get(String(key));
  if (Array.isArray(item.merged)) return item.merged[Number(key)];
  const { value, file } = item;
  if (Array.isArray(value)) {
    const found: Json | undefined = value[Number(key)];
    return found === undefined ? undefined : { value: found, file, container: value, key: Number(key) };
  }
  if (!isMap(value) || !Object.hasOwn(value, key)) return undefined;
  return { value: value[key] as Json, file, container: value, key };
};

/** Follows a path as far as it goes. */
export const follow = (
  item: Item,
  path: readonly (string | number)[],
): { readonly item: Item; readonly whole: boolean } => {
  let at = item;
  for (const key of path) {
    const next = member(at, key);
    if (next === undefined) return { item: at, whole: false };
    at = next;
  }
  return { item: at, whole: true };
};

/** A member's text; undefined where there is none, or where it is no text. */
export const textOf = (item: Item, key: string): string | undefined => {
  const value = member(item, key)?.value;
  return typeof value === "string" ? value : undefined;
};

/** A text or a list of texts as items. */
export const oneOrMore = (item: Item | undefined): readonly Item[] => {
  if (item === undefined) return [];
  const all = typeof item.value === "string" ? [item] : [...elements(item)];
  return all.filter((element) => typeof element.value === "string");
};

/** The texts of `oneOrMore`. */
export const textsOf = (item: Item | undefined): readonly string[] =>
  oneOrMore(item).map((element) => String(element.value));
