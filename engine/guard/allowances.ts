import type { Address } from "../model.ts";
import { scopeMatches } from "../plan/scope.ts";
import { addressParts } from "../util/address.ts";
import { compareText } from "../util/compare.ts";

/** Something that a guard counts, and what a scope can name it by. */
export type Counted = {
  /** Every object that it is about or depends on. */
  readonly addresses: readonly Address[];
  /** Those of them that the plan changes: a flag is proposed by what the plan shows. */
  readonly changed: readonly Address[];
  readonly room: string | undefined;
};

export type Excused<T> = {
  readonly rest: readonly T[];
  /** The flags that let the others pass. */
  readonly by: readonly string[];
};

/**
 * Lets pass what `SCOPE=N` flags allow. SCOPE is an address, a room id or a pattern of either (its last `=` begins N). Each
 * guard counts its own things: people for `removals`, rooms and roles for `deletions`, rooms for `emptied`, a permission in a
 * room for `lastHolder`; a flag speaks of all four, to each in its own count. Where no more than N of them are in the scope,
 * those do not count any more and the rest is judged by the limit; where more are, something has changed since N was
 * written down, so the flag allows nothing at all, not even N of them. Flags are taken in turn, each for what those before
 * it leave. A flag without a number allows nothing.
 */
export const excuse = <T extends Counted>(
  items: readonly T[],
  flag: string,
  allowances: readonly string[],
): Excused<T> => {
  let rest = items;
  const by: string[] = [];
  for (const text of allowances) {
    const { scope, count } = parseAllowance(text);
    const others = rest.filter((item) => !inScope(scope, item));
    const passing = rest.length - others.length;
    if (passing === 0 || passing > count) continue;
    rest = others;
    by.push(flagText(flag, text));
  }
  return { rest, by };
};

const parseAllowance = (text: string): { readonly scope: string; readonly count: number } => {
  const at = text.lastIndexOf("=");
  const digits = text.slice(at + 1);
  return { scope: text.slice(0, Math.max(at, 0)), count: /^[0-9]+$/u.test(digits) ? Number(digits) : 0 };
};

const inScope = (scope: string, item: Counted): boolean =>
  item.addresses.length === 0
    ? scopeMatches(scope, "", item.room)
    : item.addresses.some((address) => scopeMatches(scope, address, item.room));

/** The flag that lets exactly these pass, ready to be pasted into a shell. */
export const flagFor = (flag: string, items: readonly Counted[]): string =>
  flagText(flag, `${tightScope(items)}=${items.length}`);

const flagText = (flag: string, value: string): string => `${flag} ${shellQuoted(value)}`;

const shellQuoted = (text: string): string =>
  /^[A-Za-z0-9_./:@%+=,-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** The shortest that holds all of these and as little else as can be: an address, a room, else a pattern of the form `start*`. */
const tightScope = (items: readonly Counted[]): string => {
  const [first, ...others] = items;
  if (first === undefined) return "*";
  const object = sharedBy(items, "changed");
  if (object !== undefined) return object;
  if (first.room === undefined || others.some(({ room }) => room !== first.room)) return tightPattern(items);
  const people = new Set(items.map(({ changed }) => parentOf(changed.find(isPersonal))));
  const [parent] = people;
  if (people.size === 1 && parent !== undefined) return `${parent}/*`;
  return sharedBy(items, "addresses") ?? first.room;
};

type Named = "changed" | "addresses";

/** The narrowest object that all of them name: somebody's own before a room's, a room's before what rooms share. */
const sharedBy = (items: readonly Counted[], named: Named): Address | undefined => {
  const [first, ...others] = items;
  const sets = others.map((item) => new Set(item[named]));
  const shared = first?.[named].filter((object) => sets.every((set) => set.has(object))) ?? [];
  const width = (object: Address): number => (isPersonal(object) ? 0 : addressParts(object)[2] === first?.room ? 1 : 2);
  return [...shared].sort((a, b) => width(a) - width(b) || compareText(a, b))[0];
};

/** Whether an object is one person's in a room: `provider/kind/ROOM/USER`. */
export const isPersonal = (object: Address): boolean => addressParts(object).length > 3;

const parentOf = (object: Address | undefined): string | undefined => object?.slice(0, object.lastIndexOf("/"));

/** By objects of one kind, where all name one; by what is changed before what is not. */
const tightPattern = (items: readonly Counted[]): string => {
  for (const named of ["changed", "addresses"] as const) {
    const starts = commonKinds(items, named).map((kind) =>
      commonStart(items.map((item) => firstOf(item[named].filter((object) => kindOf(object) === kind)))),
    );
    const [longest] = starts.sort((a, b) => b.length - a.length || compareText(a, b));
    if (longest !== undefined) return `${longest}*`;
  }
  const start = commonStart(items.map(({ addresses }) => firstOf(addresses)));
  return start.includes("/") ? `${start}*` : "*";
};

const commonKinds = (items: readonly Counted[], named: Named): readonly string[] => {
  const [first, ...others] = items.map((item) => new Set(item[named].map(kindOf)));
  return [...(first ?? [])].filter((kind) => others.every((kinds) => kinds.has(kind)));
};

/** `provider/kind/`. */
const kindOf = (object: Address): string => `${object.split("/", 2).join("/")}/`;

const firstOf = (objects: readonly Address[]): Address => [...objects].sort(compareText)[0] ?? "";

const commonStart = (texts: readonly string[]): string => {
  let start = texts[0] ?? "";
  for (const text of texts) while (!text.startsWith(start)) start = start.slice(0, -1);
  const special = start.search(/[*?{]/u);
  return special === -1 ? start : start.slice(0, special);
};
