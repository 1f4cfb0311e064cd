import { scopeMatches } from "../plan/scope.ts";
import { compareText } from "../util/compare.ts";

/** Something that a guard counts, and what a scope can name it by. */
export type Counted = { readonly addresses: readonly string[]; readonly room: string | undefined };

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

/** One address that all share, else their room, else the narrowest pattern of the form `start*`. */
const tightScope = (items: readonly Counted[]): string => {
  const [first, ...others] = items;
  if (first === undefined) return "*";
  const shared = first.addresses.filter((address) => others.every((item) => item.addresses.includes(address)));
  const [address] = [...shared].sort(compareText);
  if (address !== undefined) return address;
  if (first.room !== undefined && others.every((item) => item.room === first.room)) return first.room;
  const start = commonStart(items.map((item) => [...item.addresses].sort(compareText)[0] ?? ""));
  return start.includes("/") ? `${start}*` : "*";
};

const commonStart = (texts: readonly string[]): string => {
  let start = texts[0] ?? "";
  for (const text of texts) while (!text.startsWith(start)) start = start.slice(0, -1);
  const special = start.search(/[*?{]/u);
  return special === -1 ? start : start.slice(0, special);
};
