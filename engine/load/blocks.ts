import type { Block, Json, JsonObject } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { record } from "../util/record.ts";
import { follow, type Item, isMap, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";

type Permissions = Extract<Block, { type: "permissions" }>;

/** What a block says of itself only: a role that extends it does not get it. */
const NOT_INHERITED: ReadonlySet<string> = new Set(["display_name", "description"]);

/** The block as it stands in the files. */
export const ownBlock = (item: Item): Block => {
  if (item.value === "existing") return { type: "existing", source: placeOf(item) };
  return {
    type: "permissions",
    value: item.value,
    source: placeOf(item),
    sourceOf: (path) => (path.length === 0 ? placeOf(item) : placeOf(follow(item, path).item, "key")),
  };
};

/** What a role gets from the block of its parent; an `existing` block is one role at the service and gives nothing. */
export const inheritedBlock = (parent: Block): Permissions | undefined => {
  if (parent.type === "existing") return undefined;
  if (!isMap(parent.value) || !Object.keys(parent.value).some((key) => NOT_INHERITED.has(key))) return parent;
  return { ...parent, value: record(Object.entries(parent.value).filter(([key]) => !NOT_INHERITED.has(key))) };
};

/** A block upon that of its parent: maps merge at every depth, lists and scalars replace. */
export const mergedBlock = (parent: Permissions, item: Item): Block => {
  if (item.value === "existing" || !isMap(item.value) || !isMap(parent.value)) return ownBlock(item);
  return {
    type: "permissions",
    value: mergeMaps(parent.value, item.value),
    source: placeOf(item),
    sourceOf: (path) => {
      const { item: found, whole } = follow(item, path);
      if (path.length === 0) return placeOf(item);
      return whole ? placeOf(found, "key") : parent.sourceOf(path);
    },
  };
};

/** Maps merged at every depth; lists and scalars of `own` replace. */
export const mergeMaps = (parent: JsonObject, own: JsonObject): JsonObject => {
  const merged = record<Json>(Object.entries(parent));
  for (const [key, value] of Object.entries(own)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeMaps(before, value) : value;
  }
  return merged;
};

/** What the service's own rules say of a block. */
export const judgeBlock = (
  block: Permissions,
  language: ProviderLanguage,
  known: ReadonlySet<string>,
  loading: Loading,
): void => {
  if (typeof block.value !== "object") return;
  for (const diagnostic of language.checkBlock(block.value, block.sourceOf, known)) loading.add(diagnostic);
};
