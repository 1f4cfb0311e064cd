import type { Json } from "../model.ts";
import { quote } from "../util/quote.ts";
import { record } from "../util/record.ts";
import { type Item, isMap, members, placeOf, rootItem } from "./item.ts";
import type { Loading } from "./loading.ts";
import type { SourceFile } from "./source-file.ts";

/**
 * All files as one map. Maps merge at every depth; the same leaf twice is an error that shows both places. A role is
 * written in one file, checks are joined, versions must agree. `ignored` keys of a file count as not written. undefined: there is no key in any file.
 */
export const mergeFiles = (
  files: readonly SourceFile[],
  ignored: ReadonlyMap<SourceFile, ReadonlySet<string>>,
  loading: Loading,
): Item | undefined => {
  const parts: Item[] = [];
  for (const file of files) {
    if (file.data === undefined) continue;
    if (isMap(file.data)) parts.push(rootItem(file, file.data));
    else
      loading.error("root-not-map", "the file must hold a map, such as `version: 1`", file.root, {
        hint: "the keys that can stand here: version, providers, teams, roles, rooms, guards, checks",
      });
  }
  const filled = parts.filter((part) => Object.keys(part.value as object).length > 0);
  const [first] = filled;
  if (first === undefined || (filled.length === 1 && ignored.size === 0)) return first;
  const kept = filled.map((part) => withoutKeys(part, ignored.get(part.file)));
  return mergeParts(kept, (key, found) => mergeSection(key, found, loading));
};

const withoutKeys = (part: Item, keys: ReadonlySet<string> | undefined): Item =>
  keys === undefined ? part : { ...part, merged: new Map([...members(part)].filter(([key]) => !keys.has(key))) };

const mergeSection = (key: string, found: readonly Item[], loading: Loading): Item => {
  if (key === "version" || key === "$schema") return mergeVersion(key, found, loading);
  if (key === "checks") return joinLists(found);
  if (key !== "roles" || !found.every((item) => isMap(item.value))) return mergeSame(key, found, loading);
  return mergeParts(found, (name, roles) => {
    const hint = "a role is written in one file; use `extends` to build on it";
    return conflict(`the role ${quote(name)}`, roles, loading, hint);
  });
};

const mergeParts = (parts: readonly Item[], same: (key: string, found: readonly Item[]) => Item): Item => {
  const groups = new Map<string, Item[]>();
  for (const part of parts) {
    for (const [key, item] of members(part)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  const merged = new Map<string, Item>();
  const value = record<Json>();
  for (const [key, group] of groups) {
    const [only] = group;
    if (only === undefined) continue;
    const item = group.length === 1 ? only : same(key, group);
    merged.set(key, item);
    value[key] = item.value;
  }
  return { ...(parts[0] as Item), value, merged };
};

const mergeSame = (key: string, found: readonly Item[], loading: Loading): Item =>
  found.every((item) => isMap(item.value))
    ? mergeParts(found, (inner, group) => mergeSame(inner, group, loading))
    : conflict(quote(key), found, loading, "write it in one place");

const conflict = (what: string, found: readonly Item[], loading: Loading, hint: string): Item => {
  const [first, ...others] = found as readonly [Item, ...Item[]];
  const also = (items: readonly Item[]) =>
    items.map((item) => ({ summary: "also here", source: placeOf(item, "key") }));
  loading.error("conflict", `${what} is written more than once`, placeOf(first, "key"), { hint, also: also(others) });
  for (const other of others) {
    const summary = `${what} is written more than once`;
    loading.error("conflict", summary, placeOf(other, "key"), { hint, also: also([first]) });
  }
  return first;
};

const mergeVersion = (key: string, found: readonly Item[], loading: Loading): Item => {
  const first = found[0] as Item;
  if (key === "$schema") return first;
  for (const other of found) {
    if (other.value === first.value) continue;
    const also = [{ summary: "the other version", source: placeOf(first) }];
    loading.error("version", "the files give different versions", placeOf(other), { hint: "write `version: 1`", also });
  }
  return first;
};

const joinLists = (found: readonly Item[]): Item => {
  const first = found[0] as Item;
  const merged: Item[] = [];
  for (const part of found) {
    if (!Array.isArray(part.value)) return { ...part };
    for (const [key, value] of (part.value as readonly Json[]).entries())
      merged.push({ value, file: part.file, container: part.value as readonly Json[], key });
  }
  return { ...first, value: merged.map((item) => item.value), merged };
};
