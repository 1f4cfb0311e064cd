/** Where in an answer a list stands: keys and indexes from the root. */
export type AnswerPath = readonly (string | number)[];

/**
 * The same JSON with lists and the keys of objects in another order, decided by the seed alone. `keeps` names the lists
 * whose order has a meaning: those stay, what is in them does not.
 */
export const reorder = (value: unknown, seed: number, keeps: (path: AnswerPath) => boolean): unknown => {
  const random = generator(seed);
  const walk = (part: unknown, path: AnswerPath): unknown => {
    if (Array.isArray(part)) {
      const items = part.map((item: unknown, index) => walk(item, [...path, index]));
      return keeps(path) ? items : shuffle(items, random);
    }
    if (typeof part !== "object" || part === null) return part;
    const entries = Object.entries(part).map(([key, item]) => [key, walk(item, [...path, key])] as const);
    return Object.fromEntries(shuffle(entries, random));
  };
  return walk(value, []);
};

const shuffle = <T>(items: readonly T[], random: () => number): T[] => {
  const left = [...items];
  const shuffled: T[] = [];
  while (left.length > 0) shuffled.push(...left.splice(Math.floor(random() * left.length), 1));
  return shuffled;
};

/** Numbers in [0, 1), the same for the same seed (mulberry32, public domain). */
const generator = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
