/** Random small worlds of the toy service, for property tests. */
import fc from "fast-check";
import type { Subject } from "../model.ts";
import type { Rule, Toy, ToySpec } from "./toy.model.ts";

export const SUBJECTS: readonly Subject[] = [
  { kind: "everyone" },
  { kind: "user", id: "alice" },
  { kind: "user", id: "bob" },
  { kind: "group", id: "__proto__" },
];
const value = fc.subarray(["r", "w", "x", "!r", "!w"]);

/** Worlds of these objects in which `most` pairs at most have rules of any shape. */
const toysOf = (objects: readonly string[], rooms: readonly string[], most: number): fc.Arbitrary<Toy> => {
  const object = fc.constantFrom(...objects);
  const spec: fc.Arbitrary<ToySpec> = fc.record({ value, names: object });
  const rule: fc.Arbitrary<Rule> = fc.oneof(
    fc.record({ type: fc.constant("override" as const), override: object, base: object }),
    fc.record({
      type: fc.constantFrom("union" as const, "gate" as const),
      objects: fc.uniqueArray(object, { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant("role" as const), holder: object }),
    fc.record({ type: fc.constant("property" as const), override: object, base: object }),
  );
  const state = fc
    .tuple(...objects.map(() => fc.option(spec, { freq: 5, nil: null })))
    .map((specs) => Object.fromEntries(objects.map((name, index) => [name, specs[index] ?? null])));
  const pair = fc.record({ room: fc.constantFrom(...rooms), subject: fc.constantFrom(...SUBJECTS), rule });
  const pairs = fc.uniqueArray(pair, {
    minLength: 1,
    maxLength: most,
    selector: ({ room, subject }) => JSON.stringify([room, subject]),
  });
  return fc.record({ pairs, before: state, after: state });
};

/** Two rooms, up to five calls. */
export const toys = toysOf(["a", "b", "c", "d", "e"], ["one", "two"], 5);
/** Up to eleven calls in one room. */
export const crowded = toysOf(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"], ["one"], 4);
