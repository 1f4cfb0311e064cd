/**
 * Where the keys and values of a file's data stand, kept compactly: one row of offsets for each container, in one array
 * of 32-bit numbers. A row holds start and end of the container, then for each key, in the order of `Object.keys`,
 * key start, key end, value start, value end; for each item of a list value start and value end.
 */
export type Places = {
  add(container: object, start: number, end: number, offsets: readonly number[]): void;
  /** Start and end; a key that is not there gives its container. undefined: a container of another file. */
  find(container: object, key: string | number, part: "key" | "value"): readonly [number, number] | undefined;
};

/** From this size on an index by key is kept once it was needed. */
const INDEX_FROM = 16;

/** An empty table. */
export const createPlaces = (): Places => {
  const rows = new Map<object, number>();
  const indexes = new WeakMap<object, ReadonlyMap<string, number>>();
  let cells = new Int32Array(256);
  let used = 0;

  const keyIndex = (container: object, key: string): number => {
    const known = indexes.get(container);
    if (known !== undefined) return known.get(key) ?? -1;
    const keys = Object.keys(container);
    if (keys.length < INDEX_FROM) return keys.indexOf(key);
    const index = new Map(keys.map((name, at) => [name, at]));
    indexes.set(container, index);
    return index.get(key) ?? -1;
  };
  const pair = (cell: number): readonly [number, number] => [cells[cell] ?? 0, cells[cell + 1] ?? 0];

  return {
    add: (container, start, end, offsets) => {
      const needed = used + 2 + offsets.length;
      if (needed > cells.length) {
        const larger = new Int32Array(Math.max(needed, cells.length * 2));
        larger.set(cells);
        cells = larger;
      }
      rows.set(container, used);
      cells[used] = start;
      cells[used + 1] = end;
      cells.set(offsets, used + 2);
      used = needed;
    },
    find: (container, key, part) => {
      const row = rows.get(container);
      if (row === undefined) return undefined;
      if (Array.isArray(container)) {
        const inside = typeof key === "number" && key >= 0 && key < container.length;
        return inside ? pair(row + 2 + key * 2) : pair(row);
      }
      const index = keyIndex(container, String(key));
      if (index < 0) return pair(row);
      return pair(row + 2 + index * 4 + (part === "value" ? 2 : 0));
    },
  };
};

/** Builds an object's offsets while its keys are read, and puts them into the order of `Object.keys`. */
export type KeyOffsets = {
  add(key: string, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void;
  /** The place of a key that was read before. */
  keyPlace(key: string): readonly [number, number] | undefined;
  finish(container: object): readonly number[];
};

/** Digits only: `Object.keys` may put such keys first, whatever the order of insertion. */
const LIKE_AN_INDEX = /^(?:0|[1-9][0-9]{0,9})$/u;

export const createKeyOffsets = (): KeyOffsets => {
  const keys: string[] = [];
  const offsets: number[] = [];
  let reordered = false;
  let index: Map<string, number> | undefined;
  return {
    add: (key, keyStart, keyEnd, valueStart, valueEnd) => {
      reordered ||= LIKE_AN_INDEX.test(key);
      index?.set(key, keys.length);
      keys.push(key);
      offsets.push(keyStart, keyEnd, valueStart, valueEnd);
    },
    keyPlace: (key) => {
      index ??= new Map(keys.map((name, at) => [name, at]));
      const at = index.get(key);
      return at === undefined ? undefined : [offsets[at * 4] ?? 0, offsets[at * 4 + 1] ?? 0];
    },
    finish: (container) => {
      if (!reordered) return offsets;
      const at = new Map(keys.map((name, position) => [name, position * 4]));
      return Object.keys(container).flatMap((key) => {
        const from = at.get(key) ?? 0;
        return offsets.slice(from, from + 4);
      });
    },
  };
};
