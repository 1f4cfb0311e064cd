/**
 * Lists of scopes in one form, for comparing: sorted sets, `*:read` and `*:write` under their older names, and without
 * `room:presence:write`, which adds nothing. Scopes nobody knows yet are kept as text.
 * https://liveblocks.io/docs/authentication/permissions
 */
import type { Block } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";

/** An alias and what it stands for; `undefined`: drop it. */
const ALIASES: ReadonlyMap<string, string | undefined> = new Map([
  ["*:read", "room:read"],
  ["*:write", "room:write"],
  ["room:presence:write", undefined],
]);

type Known = { readonly given: readonly string[]; readonly canonical: readonly string[] };
/** Rooms use few different lists, over and over: equal lists become one, so that comparing is comparing references. */
const MOST_LISTS = 10_000;
const knownLists = new Map<string, Known>();

/** The canonical list; mostly the same one for the same scopes. */
export const canonicalScopes = (list: readonly string[]): readonly string[] => {
  const key = list.length === 1 ? (list[0] ?? "") : list.join(" ");
  const before = knownLists.get(key);
  if (before !== undefined && isSame(before.given, list)) return before.canonical;
  const made = canonical(list);
  if (knownLists.size >= MOST_LISTS) knownLists.clear();
  knownLists.set(key, { given: [...list], canonical: made });
  return made;
};

const isSame = (a: readonly string[], b: readonly string[]): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
};

const canonical = (list: readonly string[]): readonly string[] => {
  const kept: string[] = [];
  for (const scope of list) {
    const name = ALIASES.has(scope) ? ALIASES.get(scope) : scope;
    if (name !== undefined) kept.push(name);
  }
  return sortedSet(kept);
};

export type BlockScopes = {
  readonly canonical: readonly string[];
  /** The words of the file, sorted and without repeats: what is sent. */
  readonly words: readonly string[];
};

const NONE: BlockScopes = { canonical: [], words: [] };
const knownBlocks = new WeakMap<Block, BlockScopes>();

/** The scopes of a role's block. Blocks are shared by many grants, so each is worked out once. */
export const scopesOf = (block: Block): BlockScopes => {
  const before = knownBlocks.get(block);
  if (before !== undefined) return before;
  const scopes = block.type === "permissions" && isTextList(block.value) ? listed(block.value) : NONE;
  knownBlocks.set(block, scopes);
  return scopes;
};

const listed = (list: readonly string[]): BlockScopes => ({
  canonical: canonicalScopes(list),
  words: sortedSet(list),
});

/** Whether a value is a list of texts. */
export const isTextList = (value: unknown): value is readonly string[] => {
  if (!Array.isArray(value)) return false;
  for (const item of value) if (typeof item !== "string") return false;
  return true;
};
