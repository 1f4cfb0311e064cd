import type { Block, Mode, ProviderConfig, Role } from "../model.ts";
import { quote } from "../util/quote.ts";
import { inheritedBlock, judgeBlock, mergedBlock, ownBlock } from "./blocks.ts";
import { type Item, isMap, member, members, oneOrMore, placeOf, textOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { checkName } from "./names.ts";
import { readOn } from "./on.ts";
import { knownNames } from "./providers.ts";

const MODES: ReadonlySet<string> = new Set(["authoritative", "additive", "observe"]);
const TOMBSTONE_KEYS: ReadonlySet<string> = new Set(["absent", "on", "reason"]);

/** All roles, with `extends` applied. */
export const readRoles = (
  section: Item | undefined,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): ReadonlyMap<string, Role> => {
  const items = new Map<string, Item>();
  for (const [name, item] of section === undefined ? [] : members(section)) {
    if (checkName("role", name, item, loading)) items.set(name, item);
  }
  const roles = new Map<string, Role>();
  for (const name of items.keys()) resolveChain(name, items, providers, roles, loading);
  const ordered = new Map<string, Role>();
  for (const name of items.keys()) ordered.set(name, roles.get(name) as Role);
  return ordered;
};

/** Resolves a role after its parents, without recursion: a chain may be long. */
const resolveChain = (
  name: string,
  items: ReadonlyMap<string, Item>,
  providers: ReadonlyMap<string, ProviderConfig>,
  roles: Map<string, Role>,
  loading: Loading,
): void => {
  const chain: string[] = [];
  const onChain = new Set<string>();
  let next: string | undefined = name;
  while (next !== undefined && !roles.has(next) && !onChain.has(next)) {
    chain.push(next);
    onChain.add(next);
    next = parentOf(items.get(next) as Item, items, loading);
  }
  const circle = next !== undefined && onChain.has(next) ? chain.slice(chain.indexOf(next)) : [];
  if (circle.length > 0) reportCircle(circle, items, loading);
  const circular = new Set(circle);
  for (const role of chain.reverse()) {
    const item = items.get(role) as Item;
    const parent = circular.has(role) ? undefined : roles.get(textOf(item, "extends") ?? "");
    roles.set(role, makeRole(role, item, parent, providers, loading));
  }
};

const parentOf = (item: Item, items: ReadonlyMap<string, Item>, loading: Loading): string | undefined => {
  const parent = textOf(item, "extends");
  if (parent === undefined) return undefined;
  if (items.has(parent)) return parent;
  if (loading.mayHold(parent)) return undefined;
  const place = placeOf(member(item, "extends") as Item);
  loading.error("unknown-name", `there is no role ${quote(parent)}`, place, loading.didYouMean(parent, items.keys()));
  return undefined;
};

/** Roles of a circle that are named. */
const MOST_SHOWN = 10;

const reportCircle = (circle: readonly string[], items: ReadonlyMap<string, Item>, loading: Loading): void => {
  const [first, ...others] = circle.map((name) => member(items.get(name) as Item, "extends") as Item);
  if (first === undefined) return;
  const names = [...circle, circle[0] as string].map(quote);
  const path = names.length <= MOST_SHOWN ? names : [...names.slice(0, MOST_SHOWN - 1), "…", names.at(-1)];
  const shown = others.slice(0, MOST_SHOWN);
  loading.error("role-cycle", `roles extend each other in a circle: ${path.join(" -> ")}`, placeOf(first), {
    hint: "take one `extends` away",
    ...(shown.length === 0
      ? {}
      : { also: shown.map((item) => ({ summary: "part of the circle", source: placeOf(item) })) }),
  });
};

const isTombstone = (item: Item): boolean => item.value === "absent" || member(item, "absent")?.value === true;

const makeRole = (
  name: string,
  item: Item,
  parent: Role | undefined,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): Role => {
  const absent = isTombstone(item);
  const mode = textOf(item, "mode");
  const on = member(item, "on");
  const role: Role = {
    name,
    source: placeOf(item, "key"),
    absent,
    extends: textOf(item, "extends"),
    description: textOf(item, "description"),
    mode: mode !== undefined && MODES.has(mode) ? (mode as Mode) : "authoritative",
    on: on === undefined ? undefined : readOn(oneOrMore(on), providers, loading),
    blocks: absent ? new Map() : readBlocks(item, parent, providers, loading),
  };
  if (absent) checkTombstone(role, item, providers, loading);
  if (parent?.absent) {
    const place = placeOf(member(item, "extends") as Item);
    loading.error("tombstone", `the role ${quote(parent.name)} is marked as absent and cannot be extended`, place);
  }
  return role;
};

const readBlocks = (
  item: Item,
  parent: Role | undefined,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): ReadonlyMap<string, Block> => {
  const blocks = new Map<string, Block>();
  for (const [type, block] of parent?.blocks ?? []) {
    const inherited = inheritedBlock(block);
    if (inherited !== undefined) blocks.set(type, inherited);
  }
  for (const [key, block] of members(item)) {
    const language = loading.languages.get(key);
    if (language === undefined) continue;
    if (block.value === "absent") blocks.delete(key);
    else if (block.value === "existing" && !language.facts.rolesAreObjects)
      loading.error(
        "not-supported",
        `${language.facts.title} has no roles of its own that could exist`,
        placeOf(block),
        {
          hint: "write what the role may do",
        },
      );
    else {
      const inherited = blocks.get(key);
      const made = inherited?.type === "permissions" ? mergedBlock(inherited, block) : ownBlock(block);
      blocks.set(key, made);
      if (made.type === "existing") continue;
      judgeBlock(made, language, knownNames(providers, key), loading);
    }
  }
  for (const [type, block] of blocks) {
    if (block.type === "existing") continue;
    const { base: _, ...rest } = block;
    const incomplete = loading.languages.get(type)?.checkUse?.(block.value) !== undefined;
    blocks.set(type, incomplete ? { ...rest, base: true } : rest);
  }
  return blocks;
};

const checkTombstone = (
  role: Role,
  item: Item,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): void => {
  for (const [key, extra] of isMap(item.value) ? members(item) : []) {
    if (TOMBSTONE_KEYS.has(key)) continue;
    loading.error(
      "tombstone",
      `the role ${quote(role.name)} is absent and cannot say ${quote(key)}`,
      placeOf(extra, "key"),
      {
        hint: "take the key away, or take `absent` away",
      },
    );
  }
  for (const [name, config] of providers) {
    const facts = loading.languages.get(config.type)?.facts;
    if (facts === undefined || (role.on !== undefined && !role.on.includes(name))) continue;
    if (facts.presetRoles?.includes(role.name) !== true) continue;
    const summary = `${quote(role.name)} is a preset of ${facts.title} and cannot be deleted`;
    loading.error("tombstone", summary, placeOf(item, "key"), { hint: "take the line away" });
    return;
  }
};
