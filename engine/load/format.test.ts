import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lexer } from "yaml";
import { stableJson } from "../util/stable-json.ts";
import { formatFile } from "./format.ts";
import { formatYaml } from "./format-yaml.ts";
import { readText } from "./read-text.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const yaml = (text: string): string => formatFile("a.yaml", bytes(text));
const json = (text: string): string => formatFile("a.json", bytes(text));
const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;

describe("the layout of YAML", () => {
  it("indents by two, lists below their keys, one space before comments, one blank line at most", () => {
    const before = lines(
      "",
      "# who may do what   ",
      "",
      "",
      "version:   1",
      "teams: {design:   [ alice,bob ] }    # lists of user ids",
      "roles:",
      "",
      "    participant:   # everybody",
      "        liveblocks:",
      "        - room:read   # looks",
      "        # and points",
      "        -   room:presence:write",
      "",
      "",
      "        zego: { module: all , graphic: none, }",
      "   ",
      "    # the end of roles",
      "# before rooms",
      "rooms: {}",
      "",
      "",
    );
    const after = lines(
      "# who may do what",
      "",
      "version: 1",
      "teams: { design: [alice, bob] } # lists of user ids",
      "roles:",
      "  participant: # everybody",
      "    liveblocks:",
      "      - room:read # looks",
      "      # and points",
      "      - room:presence:write",
      "",
      "    zego: { module: all, graphic: none }",
      "",
      "  # the end of roles",
      "# before rooms",
      "rooms: {}",
    );
    expect(yaml(before)).toBe(after);
    expect(yaml(after)).toBe(after);
  });

  it("breaks what stands in brackets and is too long, over several lines, or commented", () => {
    const long = Array.from({ length: 12 }, (_, at) => `user-number-${at}`);
    const before = lines(
      `teams: { red: [${long.join(", ")}] }`,
      "rooms: {",
      "  one: { users: { alice: reader, # first",
      "    bob: writer } }, two: {}",
      "} # all of them",
      "checks: [{ name: a",
      "  , in: '*' }, {name: b}]",
    );
    const after = lines(
      "teams:",
      "  red:",
      ...long.map((id) => `    - ${id}`),
      "rooms: # all of them",
      "  one:",
      "    users:",
      "      alice: reader # first",
      "      bob: writer",
      "  two: {}",
      "checks:",
      "  - name: a",
      "    in: '*'",
      "  - { name: b }",
    );
    expect(yaml(before)).toBe(after);
    expect(yaml(after)).toBe(after);
  });

  it("keeps a line of 120 characters in brackets, and breaks one of 121", () => {
    const line = (length: number): string => `t: [${"a".repeat(length - 6)}b]\n`;
    expect(line(120).length).toBe(121);
    expect(yaml(line(120))).toBe(line(120));
    expect(yaml(line(121))).toBe(`t:\n  - ${"a".repeat(115)}b\n`);
  });

  it("keeps how texts are quoted and wrapped, and re-indents their lines", () => {
    const before = lines(
      "a: 'it''s'",
      'b: "x\\ty"',
      "c: first",
      "       second",
      "",
      "       third",
      'd: "first \\',
      "          second\\ ",
      '    third"',
      "e: |+",
      "        kept",
      "          deeper  ",
      "",
      "f: >2-",
      "    led",
      "   folded",
      "g:",
      "  |",
      "  text",
    );
    const after = lines(
      "a: 'it''s'",
      'b: "x\\ty"',
      "c: first",
      "  second",
      "",
      "  third",
      'd: "first \\',
      "  second\\ ",
      '  third"',
      "e: |+",
      "  kept",
      "    deeper  ",
      "",
      "f: >2-",
      "    led",
      "   folded",
      "g: |",
      "  text",
    );
    expect(yaml(before)).toBe(after);
    expect(yaml(after)).toBe(after);
  });

  it("writes explicit keys, marks of a document and line ends of Windows the plain way", () => {
    expect(yaml("\uFEFF--- # top\r\n? a # key\r\n: b\r\n...\r\n# end\r\n")).toBe("# top\na: # key\n  b\n# end\n");
    expect(yaml("a: |\r\n  x\r\n  y\r\n")).toBe("a: |\n  x\n  y\n");
    expect(yaml('{ "version": 1, teams: {} }')).toBe('"version": 1\nteams: {}\n');
  });

  it("keeps comments between a key and its value, and in empty brackets", () => {
    expect(yaml("a: # one\n  # two\n\n  b\nc: [ # three\n]\nd:\n# four\n- x\n")).toBe(
      "a: # one\n  # two\n  b\n# three\nc: []\nd:\n  # four\n  - x\n",
    );
  });

  it("leaves nothing but comments as they are, and nothing as nothing", () => {
    expect(yaml("\n\n# a\n\n\n# b")).toBe("# a\n\n# b\n");
    expect([yaml(""), yaml(" \n\n")]).toEqual(["", ""]);
  });

  it.each([
    "k:\n-   - a\n    - b\n-   - c: d\n      e: f\n",
    "k: [a: b, ? c : d, {e: f}]\n",
    'k: "multi\n\n  line"\nb:   c\n',
    'k: {"a":1,"b":[2,3]}\n',
    "k:\n  - # note\n    a: b\n  -\n    # note\n    c\n",
    "k:\n- |2\n    led\n- >\n  x\n\n\n# end\n",
    "a: [\n  # only\n  b # behind\n  , # comma\n  c\n  # last\n] # all\n",
    '? "long key that\n  goes on"\n: x\n',
    "a:\n  b: |+\n    x\n\n\n\n# after\nc: 1\n",
    "a: {b: {c: {d: [[], {}, [{}]]}}}\n",
    "a:\n      b:\n            c: 1\n   # between\n# out\n",
    "?   a\n# x\n:   b\n",
    "a: b#c\nd: 'x # y' # z\n",
    "a:\n  - b\n  # one\n # two\n# three\nc: d\n",
    "a: [b, c]   \n   # deep\n",
    "a:\n  - b: c # one\n\n    # two\n    d: e\n\n  # three\n  - f\n",
  ])("keeps data and comments, and is done after one time: %j", (text) => {
    const read = (one: string) => readText("a.yaml", bytes(one));
    const comments = (one: string) => [...new Lexer().lex(one)].filter((lexeme) => lexeme.startsWith("#")).sort();
    expect(read(text).diagnostics).toEqual([]);
    const once = formatYaml(text);
    expect(stableJson(read(once).file?.data ?? null)).toBe(stableJson(read(text).file?.data ?? null));
    expect(comments(once)).toEqual(comments(text));
    expect(formatYaml(once)).toBe(once);
  });
});

describe("the layout of JSON", () => {
  it("has two spaces a level, keys and numbers as they were written, and short lines in brackets where they were", () => {
    const before = '\uFEFF{"b":[1,{}, [ ] ],\r\n\t"7":1e3,"1":"a{,:\\"}","c":{"d":false},"e":[\r\n1],"f":[{"g":\n2}]}';
    const after = lines(
      "{",
      '  "b": [1, {}, []],',
      '  "7": 1e3,',
      '  "1": "a{,:\\"}",',
      '  "c": { "d": false },',
      '  "e": [',
      "    1",
      "  ],",
      '  "f": [',
      "    {",
      '      "g": 2',
      "    }",
      "  ]",
      "}",
    );
    expect(json(before)).toBe(after);
    expect(json(after)).toBe(after);
  });

  it("leaves what JSON.stringify writes as it is, and breaks long lines as it does", () => {
    const value = {
      version: 1,
      teams: { a: ["x", "y"], b: [], c: Array.from({ length: 40 }, (_, at) => `user${at}`) },
      rooms: {},
    };
    const indented = `${JSON.stringify(value, null, 2)}\n`;
    expect(json(indented)).toBe(indented);
    expect(json(JSON.stringify(value))).toContain('"b": [],\n    "c": [\n      "user0",\n');
    expect([json(""), json(" {}")]).toEqual(["", "{}\n"]);
  });

  it("keeps the data of any JSON, and is done after one time", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (data, space) => {
        const once = json(JSON.stringify(data, null, space));
        expect(JSON.parse(once)).toEqual(JSON.parse(JSON.stringify(data)));
        expect(json(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it("is taken on standard input too", () => {
    expect(formatFile("<stdin>", bytes('{"a":1}'))).toBe('{\n  "a": 1\n}\n');
    expect(formatFile("<stdin>", bytes("{a: 1}"))).toBe("a: 1\n");
  });
});
