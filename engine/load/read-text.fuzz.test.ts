import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { Diagnostic, Json } from "../model.ts";
import { isRecord } from "../util/record.ts";
import { readText } from "./read-text.ts";
import type { SourceFile } from "./source-file.ts";

/** `FUZZ=100` runs a hundred times as much. */
const RUNS = 400 * Number(process.env.FUZZ ?? 1);
const NAMES = ["a.yaml", "a.json", "<stdin>"] as const;

const EXAMPLE = `# a file
version: 1
teams: { design: [alice, bob] }
roles:
  participant:
    description: May look, "speak" when asked
    liveblocks: [room:read, 'room:presence:write']
rooms:
  "class-{id}":
    users:
      alice: facilitator
      erin: { role: facilitator, expires: 2026-12-31 }
    metadata: |
      some text
    settings: {}
checks:
  - name: one
    atLeast: { count: 1 }
`;
const PIECES = [
  "\t",
  " ",
  "  ",
  "\n",
  "\r",
  "\r\n",
  ":",
  ": ",
  "- ",
  "? ",
  "#",
  " #",
  "&a ",
  "*a",
  "!t ",
  "|",
  ">-",
  "'",
  '"',
  "\\",
  "{",
  "}",
  "[",
  "]",
  ",",
  "---",
  "...",
  "%",
  "<<: ",
  "~",
  "null",
  "1",
  "0x1",
  "\0",
  "\uFEFF",
  "é",
  "😀",
  "a: b",
  "@",
];

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const at = (diagnostic: Diagnostic): { line: number; column: number } | undefined => diagnostic.source?.locate().start;

/** Whatever goes in: a file or a reason, every fault at a place of the text, and data that holds what is promised. */
const expectSound = (name: string, bytes: Uint8Array): void => {
  const { file, diagnostics } = readText(name, bytes);
  expect(file !== undefined || diagnostics.length > 0).toBe(true);
  const lines = new TextDecoder().decode(bytes).split("\n");
  for (const diagnostic of diagnostics) {
    expect(diagnostic.summary.length).toBeGreaterThan(0);
    expect(at(diagnostic)?.line).toBeLessThanOrEqual(lines.length);
    expect(at(diagnostic)?.column).toBeLessThanOrEqual((lines[(at(diagnostic)?.line ?? 0) - 1]?.length ?? 0) + 1);
  }
  if (file?.data !== undefined) expectData(file.data, file);
};

const expectData = (value: Json, file: SourceFile): void => {
  expect(["object", "string", "number", "boolean"]).toContain(typeof value);
  expect(value).not.toBeNull();
  if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  if (Array.isArray(value)) for (const item of value) expectData(item, file);
  if (!isRecord(value)) return;
  expect(Object.getPrototypeOf(value)).toBeNull();
  for (const key of Object.keys(value)) {
    expect(file.sourceOf(value, key).locate().start.line).toBeGreaterThan(0);
    expectData(value[key] as Json, file);
  }
};

describe("any input gives a file or a reason", () => {
  it.each(NAMES)("random bytes as %s", (name) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSound(name, bytes)),
      { numRuns: RUNS },
    );
  });

  it.each(NAMES)("random pieces of YAML and JSON as %s", (name) => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, (made) => expectSound(name, bytesOf(made))),
      { numRuns: RUNS * 2 },
    );
  });

  it.each(NAMES)("a good file with faults put in, taken out and doubled as %s", (name) => {
    const example = name === "a.json" ? JSON.stringify(parse(EXAMPLE), null, 1) : EXAMPLE;
    const edit = fc.record({
      at: fc.nat(example.length),
      cut: fc.nat(6),
      put: fc.constantFrom("", ...PIECES, "alice: x\n"),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let text = example;
        for (const { at: place, cut, put } of edits) text = text.slice(0, place) + put + text.slice(place + cut);
        expectSound(name, bytesOf(text));
      }),
      { numRuns: RUNS },
    );
  });

  it("a good file cut at every byte", () => {
    const bytes = bytesOf(EXAMPLE);
    for (let length = 0; length <= bytes.length; length += 1) expectSound("a.yaml", bytes.subarray(0, length));
    const json = bytesOf(JSON.stringify(parse(EXAMPLE)));
    for (let length = 1; length < json.length; length += 1) {
      expect(readText("a.json", json.subarray(0, length)).diagnostics).toHaveLength(1);
    }
  });
});

describe("what is accepted", () => {
  const text = fc
    .string({ unit: "grapheme", maxLength: 12 })
    .filter((made) => !/\p{Cc}|[\u2028\u2029\uFEFF]/u.test(made));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.integer(),
      fc.boolean(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(text, tie("value"), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const root = fc.dictionary(text, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true });

  it("means what yaml.parse reads, in block and flow style", () => {
    fc.assert(
      fc.property(root, fc.boolean(), fc.boolean(), (made, flow, quoted) => {
        const written = stringify(made, {
          ...(flow ? { collectionStyle: "flow" } : {}),
          ...(quoted ? { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" } : {}),
          aliasDuplicateObjects: false,
          lineWidth: flow ? 40 : 0,
        } as const);
        const { file, diagnostics } = readText("a.yaml", bytesOf(written));
        expect(diagnostics.map(({ summary }) => summary)).toEqual([]);
        expect(JSON.stringify(file?.data)).toBe(JSON.stringify(parse(written, { schema: "core" })));
      }),
      { numRuns: RUNS },
    );
  });

  it("is the same from JSON, on standard input and with the places of a slow reading", () => {
    fc.assert(
      fc.property(root, fc.constantFrom(0, 2), (made, indent) => {
        const written = JSON.stringify(made, null, indent);
        for (const name of ["a.json", "<stdin>"]) {
          const { file, diagnostics } = readText(name, bytesOf(written));
          expect(diagnostics).toEqual([]);
          expect(JSON.stringify(file?.data)).toBe(JSON.stringify(JSON.parse(written)));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it("has the place of every key and value, alike in YAML and JSON", () => {
    const placesOf = (file: SourceFile, container: Json | undefined): readonly string[] => {
      if (typeof container !== "object" || container === null) return [];
      const keys = Array.isArray(container) ? container.map((_, index) => index) : Object.keys(container);
      return keys.flatMap((key) => {
        const found = (["key", "value"] as const).map((part) =>
          JSON.stringify(file.sourceOf(container, key, part).locate()),
        );
        return [...found, ...placesOf(file, (container as { readonly [key: string]: Json })[key])];
      });
    };
    fc.assert(
      fc.property(root, (made) => {
        const written = bytesOf(JSON.stringify(made, null, 2));
        const [fast, slow] = [readText("<stdin>", written).file, readText("a.yaml", written).file];
        if (fast === undefined || slow === undefined) throw new Error("a JSON text was not read");
        const renamed = placesOf(fast, fast.data).map((place) => place.replace("<stdin>", "a.yaml"));
        expect(renamed).toEqual(placesOf(slow, slow.data));
      }),
      { numRuns: RUNS },
    );
  });
});
