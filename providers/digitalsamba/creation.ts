/**
 * In which order roles that name each other are made. A list can name only roles that are there (sheet section 2.6), so of
 * every circle at least one role has to be completed by a second request; all others are made after those that they name.
 */
import { compareText } from "../../engine/util/compare.ts";

/** By name, the new roles that each new role names; itself included where it does. */
export type References = ReadonlyMap<string, ReadonlySet<string>>;

/** Up to so many roles in circles the fewest are found for sure. */
const EXACT = 16;

/**
 * The roles that are made without naming other new ones, and completed later: the fewest for circles of up to 16 roles,
 * few for larger ones. Sorted.
 */
export const completedLater = (references: References): ReadonlySet<string> => {
  const chosen = new Set<string>();
  for (const [name, targets] of references) if (targets.has(name)) chosen.add(name);
  for (const circle of circlesOf(references, chosen)) {
    for (const name of circle.length <= EXACT ? fewest(circle, references) : many(circle, references)) chosen.add(name);
  }
  return new Set([...chosen].sort(compareText));
};

/** Groups of roles that all reach each other, without those in `without`. */
const circlesOf = (references: References, without: ReadonlySet<string>): readonly (readonly string[])[] => {
  const members = [...references.keys()].filter((name) => !without.has(name)).sort(compareText);
  const reach = new Map(members.map((name) => [name, reachable(name, references, without)]));
  const grouped = new Set<string>();
  const circles: (readonly string[])[] = [];
  for (const name of members) {
    if (grouped.has(name) || reach.get(name)?.has(name) !== true) continue;
    const circle = members.filter(
      (other) => reach.get(name)?.has(other) === true && reach.get(other)?.has(name) === true,
    );
    for (const member of circle) grouped.add(member);
    circles.push(circle);
  }
  return circles;
};

/** The roles of `references` that one comes to from this one by the roles that it names, and they name. */
export const reachable = (
  from: string,
  references: References,
  without: ReadonlySet<string> = new Set(),
): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const target of references.get(name) ?? []) {
      if (without.has(target) || seen.has(target) || !references.has(target)) continue;
      seen.add(target);
      open.push(target);
    }
  }
  return seen;
};

/** The smallest choice that leaves no circle, the first in the order of names. */
const fewest = (circle: readonly string[], references: References): readonly string[] => {
  for (let size = 1; size < circle.length; size += 1) {
    for (const choice of choices(circle, size)) if (isOpen(circle, references, new Set(choice))) return choice;
  }
  return circle;
};

function* choices(names: readonly string[], size: number): Iterable<readonly string[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, name] of names.entries()) {
    for (const rest of choices(names.slice(index + 1), size - 1)) yield [name, ...rest];
  }
}

/** Whether no circle is left: roles that name nobody who is left can be taken away until none is left. */
const isOpen = (circle: readonly string[], references: References, without: ReadonlySet<string>): boolean => {
  const left = new Set(circle.filter((name) => !without.has(name)));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const name of left) {
      if (![...(references.get(name) ?? [])].some((target) => left.has(target))) left.delete(name);
    }
  }
  return left.size === 0;
};

/** The role in most circles first, until none is left. */
const many = (circle: readonly string[], references: References): readonly string[] => {
  const chosen = new Set<string>();
  for (;;) {
    const [open] = circlesOf(new Map(circle.map((name) => [name, references.get(name) ?? new Set()])), chosen);
    if (open === undefined) return [...chosen];
    const links = new Map(open.map((name) => [name, 0]));
    for (const name of open) {
      for (const target of references.get(name) ?? []) {
        const count = links.get(target);
        if (count === undefined) continue;
        links.set(target, count + 1);
        links.set(name, (links.get(name) ?? 0) + 1);
      }
    }
    const [first] = [...links].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
    if (first !== undefined) chosen.add(first[0]);
  }
};
