import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stableJson } from "../util/stable-json.ts";
import { documentOf, NOW, type Texts } from "./fixtures.ts";
import { resolvePolicy } from "./resolve.ts";

type Tree = { [key: string]: Tree | string | readonly string[] };

const roomName = fc.constantFrom("one", "two", "class-{id}", "x*", "7", "constructor");
const user = fc.constantFrom("alice", "bob", "7", "10", "__proto__x", "erin");
const role = fc.constantFrom("reader", "writer");
const room = fc.record(
  {
    default: role,
    users: fc.dictionary(user, role, { maxKeys: 4 }),
    teams: fc.dictionary(fc.constantFrom("red", "blue"), fc.constant("writer"), { maxKeys: 2 }),
    mode: fc.constantFrom("additive", "observe"),
  },
  { requiredKeys: [] },
);
const tree = fc.record({
  rooms: fc.dictionary(roomName, room, { maxKeys: 5 }),
  teams: fc.constant({ red: ["alice", "bob"], blue: ["erin"] }),
});

const fixed: Tree = {
  providers: { liveblocks: { secretKey: { env: "LIVEBLOCKS_K" } } },
  roles: { reader: { liveblocks: ["room:read"] }, writer: { liveblocks: ["room:write"] } },
};

/** Deals the leaves of a tree out to several files, each map with its keys in another order. */
const deal = (whole: Tree, hands: number, pick: (bound: number) => number): readonly Tree[] => {
  const files: Tree[] = Array.from({ length: hands }, () => Object.create(null));
  const put = (value: Tree, targets: readonly Tree[], depth: number): void => {
    const keys = Object.keys(value);
    for (let at = keys.length - 1; at > 0; at -= 1) {
      const other = pick(at + 1);
      [keys[at], keys[other]] = [keys[other] as string, keys[at] as string];
    }
    for (const key of keys) {
      const inner = value[key] as Tree[string];
      const isLeaf = typeof inner === "string" || Array.isArray(inner) || depth > 3 || Object.keys(inner).length === 0;
      if (isLeaf) (targets[pick(hands)] as Tree)[key] = inner;
      else {
        const nested: Tree[] = targets.map(() => Object.create(null));
        for (const [index, made] of nested.entries()) (targets[index] as Tree)[key] = made;
        put(inner as Tree, nested, depth + 1);
        for (const [index, made] of nested.entries())
          if (Object.keys(made).length === 0) delete (targets[index] as Tree)[key];
      }
    }
  };
  put(whole, files, 0);
  return files;
};

const textsOf = (files: readonly Tree[]): Texts =>
  Object.fromEntries(
    files.map((file, index) => [index % 2 === 0 ? `${index}.json` : `${index}.yaml`, JSON.stringify(file)]),
  );

describe("what files mean", () => {
  it("does not depend on their number, order, format and the order of keys", () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.nat()), (part, hands, stream) => {
        const pick = (bound: number): number => Number(stream.next().value) % bound;
        const whole = part as unknown as Tree;
        const base = documentOf(textsOf([{ ...fixed, ...whole }]));
        const files = deal(whole, hands, pick);
        const other = documentOf(textsOf(pick(2) === 0 ? [fixed, ...files] : [...files, fixed]));
        expect(stableJson(other.meaning)).toBe(stableJson(base.meaning));

        const known = new Set(["class-7b", "xx", "one"]);
        const users = (document: typeof base) => {
          const { policy, diagnostics } = resolvePolicy(document, "liveblocks", known, NOW);
          const rooms = [...policy.rooms.values()].map(({ id, pattern, mode, users: grants, removedUsers }) => [
            id,
            pattern,
            mode,
            [...(grants ?? [])].map(([name, { role: granted, via }]) => [name, granted, via]).sort(),
            [...removedUsers.keys()].sort(),
          ]);
          return JSON.stringify([rooms, diagnostics.map(({ summary }) => summary)]);
        };
        expect(users(other)).toBe(users(base));
      }),
      { numRuns: 150 },
    );
  });

  it("changes with what is said, and not with prose", () => {
    const document = (text: string) =>
      stableJson(documentOf({ "a.json": JSON.stringify({ ...fixed, ...JSON.parse(text) }) }).meaning);
    const base = document('{"rooms":{"one":{"users":{"a":"reader"}}}}');
    expect(document('{"rooms":{"one":{"users":{"a":"writer"}}}}')).not.toBe(base);
    expect(document('{"rooms":{"one":{"users":{"a":{"role":"reader","expires":"2030-01-01"}}}}}')).not.toBe(base);
    expect(document('{"rooms":{"one":{"users":{}}}}')).not.toBe(document('{"rooms":{"one":{}}}'));
    expect(
      document(
        '{"rooms":{"one":{"users":{"a":{"role":"reader","reason":"why"}},"reason":"because","on":"liveblocks"}}}',
      ),
    ).toBe(base);
  });
});
