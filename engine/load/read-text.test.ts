import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../model.ts";
import { own } from "../util/record.ts";
import { createFaults } from "./faults.ts";
import { readText } from "./read-text.ts";
import { sourceText } from "./source-text.ts";
import { yamlTokens } from "./yaml-tokens.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string | Uint8Array, name = "a.yaml"): ReturnType<typeof readText> =>
  readText(name, typeof text === "string" ? bytesOf(text) : text);
/** `code line:column summary`: what a case has to give, the summary by its beginning. */
const told = ({ code, summary, source }: Diagnostic): string => {
  const start = source?.locate().start;
  return `${code} ${start?.line}:${start?.column} ${summary}`;
};
const lines = (...parts: readonly string[]): string => `${parts.join("\n")}\n`;
const nested = (depth: number): string => Array.from({ length: depth }, (_, at) => `${" ".repeat(at)}k:\n`).join("");

type Case = readonly [name: string, text: string | Uint8Array, ...expected: readonly string[]];

const YAML_REFUSED: readonly Case[] = [
  ["a key that stands twice", "a: 1\nb: 2\na: 3\n", "duplicate-key 3:1 the key a stands twice"],
  ["a key that stands twice inside brackets", "a: {b: 1, c: 2, b: 3}\n", "duplicate-key 1:17 the key b stands twice"],
  ["a key that stands twice, differently quoted", "a: 1\n'a': 2\n\"a\": 3\n", "duplicate-key 2:1", "duplicate-key 3:1"],
  ["a key without value that stands twice", "a:\na: 1\n", "empty-value 1:1", "duplicate-key 2:1"],
  ["an anchor and its alias", "a: &x 1\nb: *x\n", "yaml-feature 1:4 anchors are", "yaml-feature 2:4 aliases are"],
  ["an alias as key", "*x : 1\n", "yaml-feature 1:1 aliases are"],
  ["an alias to nothing", "a: *x\n", "yaml-feature 1:4 aliases are"],
  ["a merge key", "a:\n  <<: {b: 1}\n", "yaml-feature 2:3 merge keys are"],
  ["a tag for code", "a: !!js/function 'x'\n", "yaml-feature 1:4 tags are"],
  ["a tag of one's own", "a: !secret x\n", "yaml-feature 1:4 tags are"],
  ["a tag on a map", "a: !!set {b: c}\n", "yaml-feature 1:4 tags are"],
  ["a directive", "%YAML 1.1\n---\na: no\n", "yaml-feature 1:1 directives are"],
  ["several documents", "a: 1\n---\nb: 2\n", "yaml-feature 2:1 a file holds one document"],
  ["content after the end mark", "a: 1\n...\nb: 2\n", "yaml-feature 3:1 there is content after the end mark"],
  ["a bracket too many", "a: {b: 1}}\n", "yaml-syntax 1:10 a closing bracket without an opening one"],
  ["a first line that is indented", " a: 1\nb: 2\nc: 3\n", "yaml-syntax 2:1 this line is indented differently"],
  [
    "a first line that is indented, before hundreds of others",
    `  a: 1\n${"b: {c: d}\n".repeat(200)}`,
    "yaml-syntax 2:1 this line is indented differently",
  ],
  ["trailing garbage", "{a: 1} x\n", "yaml-syntax 1:8 there is something behind the end"],
  ["text after a quoted text", 'a: "x" y\n', "yaml-syntax 1:8 there is something behind the end"],
  ["a tab as indentation", "a:\n\tb: c\n", "yaml-syntax 2:1 a tab is used as indentation"],
  ["a tab behind spaces", "a:\n  b:\n  \tc: d\n", "yaml-syntax 3:3 a tab is used as indentation"],
  ["a lone carriage return", "a: 1\rb: 2\n", "encoding 1:5 a carriage return without a line feed"],
  ["NUL", "a: x\0y\n", "encoding 1:5 the control character U+0000 (NUL)"],
  ["ESC in a comment", "a: b # \u001b[31m\n", "encoding 1:8 the control character U+001B (ESC)"],
  [
    "C1 controls and DEL",
    "a: \u009b\nb: \u007f\n",
    "encoding 1:4 the control character U+009B",
    "encoding 2:4 the control character U+007F",
  ],
  [
    "a control character by an escape",
    'a: "\\e[2J"\n',
    "invalid-value 1:4 the text holds the control character U+001B",
  ],
  [
    "half of a surrogate pair by an escape",
    'a: "\\uD83D"\n',
    "invalid-value 1:4 the text holds half of a surrogate pair",
  ],
  ["a root list", "- a\n", "root-not-map 1:1 a file holds a map of keys, and this one holds a list"],
  ["a root text", "# x\nhello\n", "root-not-map 2:1 a file holds a map of keys, and this one holds a single value"],
  ["an open double quote", 'a: b\nc: "de\n', 'yaml-syntax 2:4 this text has no closing "'],
  ["a double quote that is only escaped", 'a: "bc\\"', 'yaml-syntax 1:4 this text has no closing "'],
  ["an open single quote", "a: 'bc", "yaml-syntax 1:4 this text has no closing '"],
  ["a single quote that is only doubled", "a: 'bc''", "yaml-syntax 1:4 this text has no closing '"],
  ["a key without value", "a: # x\nb: c\n", "empty-value 1:1 a has no value"],
  [
    "null in three spellings",
    "a: ~\nb: null\nc: NULL\n",
    "empty-value 1:4 a",
    "empty-value 2:4 b",
    "empty-value 3:4 c",
  ],
  ["an empty item", "a:\n  - b\n  - \n  - c\n", "empty-value 3:3 this item of a list is empty"],
  ["a null item", "a: [b, null]\n", "empty-value 1:8 this item of a list is empty"],
  ["a key alone in brackets", "a: {b, c: }\n", "empty-value 1:5 b has no value", "empty-value 1:8 c has no value"],
  ["a value without key", "a: b\n: c\n", "empty-value 2:1 a key is missing"],
  ["a map as key", "? {a: b}\n: c\n", "yaml-feature 1:3 a key is a text"],
  ["a number that looks octal", "a: 010\n", "unquoted-number 1:4 010 would be read as the number 10"],
  ["an octal number", "a: 0o17\n", "unquoted-number 1:4 0o17 would be read as the number 15"],
  ["a hexadecimal number", "a: 0x1F\n", "unquoted-number 1:4 0x1F would be read as the number 31"],
  [
    "a number that is too large",
    "a: 9007199254740993\n",
    "unquoted-number 1:4 the number 9007199254740993 is too large",
  ],
  [
    "a number that is too large and even",
    "a: 9007199254740994\n",
    "unquoted-number 1:4 the number 9007199254740994 is too large",
  ],
  [
    "numbers written otherwise",
    "a: [1e3, 1.0, +1, -0, .5]\n",
    "unquoted-number 1:5",
    "unquoted-number 1:10",
    "unquoted-number 1:15",
    "unquoted-number 1:19",
    "unquoted-number 1:23",
  ],
  [
    "numbers that are none",
    "a: .inf\nb: -.Inf\nc: .NaN\nd: 1e999\n",
    "invalid-value 1:4",
    "invalid-value 2:4",
    "invalid-value 3:4",
    "invalid-value 4:4",
  ],
  ["a number as key", "users:\n  1001: a\n", "unquoted-number 2:3 the key 1001 is a number"],
  [
    "other numbers as keys",
    "{0x1F: a, 1e3: b, -5: c, .5: d}\n",
    "unquoted-number 1:2",
    "unquoted-number 1:11",
    "unquoted-number 1:19",
    "unquoted-number 1:26",
  ],
  [
    "true and null as keys",
    "true: a\nNull: b\n~: c\n",
    "invalid-value 1:1 the key true",
    "invalid-value 2:1 the key Null",
    "invalid-value 3:1 the key ~",
  ],
  [
    "33 levels of maps",
    `${nested(33)}${" ".repeat(33)}x: y\n`,
    "too-deep 33:33 maps and lists are nested more than 32 deep",
  ],
  ["100,000 brackets", `a: ${"[".repeat(100_000)}`, "too-deep 1:35 maps and lists"],
  ["100,000 dashes on a line", `a:\n ${"- ".repeat(100_000)}`, "too-deep 2:64 maps and lists"],
  ["a key of 1,025 characters", `${"k".repeat(1025)}: a\n`, "invalid-value 1:1 a key of 1,025 characters"],
  ["a text of 10 MB", `a: ${"x".repeat(10_000_000)}\n`, "invalid-value 1:4 a text of 10,000,000 characters"],
  ["a second colon", "a: b: c\n", "yaml-syntax 1:4 a second `:` on one line"],
  ["a key without colon", "a:\n  b\n  c: d\n", "yaml-syntax 2:3 this line has no `:`"],
  ["a space too many", "a: {}\n b: {}\n", "yaml-syntax"],
  ["uneven indentation", "a:\n    b: c\n  d: e\n", "yaml-syntax 3:3 this line is indented differently"],
  ["an open bracket", "a: {b: c\nd: e\n", "yaml-syntax 2:1 a closing } is missing"],
  ["a list on the line of its key", "a: - b\n", "yaml-syntax 1:4 a list cannot begin on the line of its key"],
  ["an unknown escape", 'a: "\\q"\n', "yaml-syntax 1:5 this escape is not known"],
  [
    "a text that begins with a reserved sign",
    "a: @b\nc: `d`\n",
    "yaml-syntax 1:4 a text cannot begin with @",
    "yaml-syntax 2:4 a text cannot begin with `",
  ],
  ["a comma too many", "a: [b,,c]\n", "yaml-syntax 1:7 a comma too many"],
];

const ENCODINGS_REFUSED: readonly Case[] = [
  ["Latin-1", Uint8Array.of(0x61, 0x3a, 0x20, 0xe9, 0x0a), "encoding 1:4 byte 0xE9 is not UTF-8"],
  ["a sequence that is cut", Uint8Array.of(0x61, 0x0a, 0x62, 0xe2, 0x82), "encoding 2:2 byte 0xE2 is not UTF-8"],
  ["an overlong sequence", Uint8Array.of(0x61, 0xc0, 0xaf), "encoding 1:2 byte 0xC0 is not UTF-8"],
  ["an encoded surrogate", Uint8Array.of(0x61, 0xed, 0xa0, 0x80), "encoding 1:2 byte 0xED is not UTF-8"],
  ["UTF-16 with a mark", Uint8Array.of(0xff, 0xfe, 0x61, 0), "encoding 1:1 the file is written in UTF-16"],
  ["UTF-16 without a mark", Uint8Array.of(0, 0x61, 0, 0x3a, 0, 0x31), "encoding 1:1 the file is written in UTF-16"],
  [
    "UTF-16, little end first, without a mark",
    Uint8Array.of(0x61, 0, 0x3a, 0),
    "encoding 1:1 the file is written in UTF-16",
  ],
  ["UTF-32", Uint8Array.of(0xff, 0xfe, 0, 0, 0x61, 0, 0, 0), "encoding 1:1 the file is written in UTF-32"],
  ["more than 32 MiB", new Uint8Array(33 * 1024 * 1024), "file-too-large 1:1 the file has 34,603,008 bytes"],
];

const JSON_REFUSED: readonly Case[] = [
  [
    "keys that stand twice, everywhere",
    '{"a":1,"b":{"c":1,"c":2},"a":2}',
    "duplicate-key 1:19 the key c",
    "duplicate-key 1:26 the key a",
  ],
  ["a key that stands twice, once escaped", '{"a":1,"\\u0061":2}', "duplicate-key 1:8 the key a"],
  ["null", '{"a":null,\n"b":[null,1]}', "empty-value 1:6 a has no value", "empty-value 2:6 this item"],
  ["a trailing comma", '{"a":1,}', "json-syntax 1:7 a comma before the closing }"],
  ["a trailing comma in a list", '{"a":[1,\n]}', "json-syntax 1:8 a comma before the closing ]"],
  ["trailing garbage", '{"a":1} x', "json-syntax 1:9 there is content after the end"],
  ["a comment", '{\n// x\n"a":1}', "json-syntax 2:1 JSON has no comments"],
  ["single quotes", "{'a':1}", "json-syntax 1:2 JSON has no single quotes"],
  ["a key without quotes", "{a:1}", "json-syntax 1:2 a key in double quotes is missing"],
  ["a word of another language", '{"a":None}', "json-syntax 1:6 this word is no value of JSON"],
  ["a missing comma", '{"a":1 "b":2}', "json-syntax 1:8 a comma is missing"],
  ["a missing colon", '{"a" 1}', "json-syntax 1:6 a colon is missing"],
  ["an open map", '{"a":\n{"b":"c"', "json-syntax 2:1 this { is not closed"],
  ["brackets that do not match", '{"a":[1}}', "json-syntax 1:8 } closes here what [ opened"],
  ["an open text", '{"a":"bc\n}', "json-syntax 1:6 this text has no closing quote"],
  ["a raw tab in a text", '{"a":"b\tc"}', "json-syntax 1:8 a tab in a text"],
  ["an unknown escape", '{"a":"b\\q"}', "json-syntax 1:8 this escape is not known"],
  ["an octal number", '{"a":010}', "json-syntax 1:6 this is no number of JSON"],
  [
    "a number that is too large",
    '{"a":9007199254740993}',
    "unquoted-number 1:6 the number 9007199254740993 is too large",
  ],
  ["a number out of range", '{"a":1e400}', "invalid-value 1:6 1e400 is not a number"],
  ["a control character", '{"a":"\u001b"}', "encoding 1:7 the control character U+001B"],
  [
    "a control character by an escape",
    '{"a":"\\u0000"}',
    "invalid-value 1:6 the text holds the control character U+0000",
  ],
  ["half of a surrogate pair in a key", '{"\\udc00":1}', "invalid-value 1:2 the text holds half of a surrogate pair"],
  ["100,000 brackets", `{"a":${"[".repeat(100_000)}`, "too-deep 1:37 maps and lists"],
  ["a root list", "[1]", "root-not-map 1:1 a file holds a map of keys, and this one holds a list"],
  ["a web page", "<!doctype html>", "json-syntax 1:1 a value is missing here"],
  ["a file that breaks off", '{"a":', "json-syntax 1:6 the file ends where a value is missing"],
  ["a long key", `{"${"k".repeat(1025)}":1}`, "invalid-value 1:2 a key of 1,025 characters"],
];

const expectRefused = ([, text, ...expected]: Case, name: string): void => {
  const found = read(text, name).diagnostics;
  expect(found.map(told)).toEqual(expected.map((beginning) => expect.stringContaining(beginning)));
  expect(found.every(({ severity }) => severity === "error")).toBe(true);
};

describe("YAML refuses", () => {
  for (const row of YAML_REFUSED) it(row[0], () => expectRefused(row, "a.yaml"));
});

describe("both formats refuse", () => {
  for (const row of ENCODINGS_REFUSED) {
    it(row[0], () => {
      expectRefused(row, "a.yaml");
      expectRefused(row, "a.json");
      expect(read(row[1]).file).toBeUndefined();
    });
  }
});

describe("JSON refuses", () => {
  for (const row of JSON_REFUSED) it(row[0], () => expectRefused(row, "a.json"));
});

describe("faults", () => {
  it("show the first place of a duplicate, and go with a hint", () => {
    for (const [name, text] of [
      ["a.yaml", "a: 1\nb: 2\na: 3\n"],
      ["a.json", '{"a":1,\n"b":2,\n"a":3}'],
    ] as const) {
      const [duplicate] = read(text, name).diagnostics;
      expect(duplicate?.also?.[0]?.source.locate().start.line).toBe(1);
      expect(duplicate?.hint).toBe("keep one of the two");
    }
  });

  it("say what to write: quotes for a number, absent or {} for nothing", () => {
    const [number, nothing] = read("a: 010\nb:\n").diagnostics;
    expect(number?.hint).toContain('quote it: "010"');
    expect(nothing?.hint).toContain("`absent`");
    expect(nothing?.hint).toContain("`{}`");
    expect(read("1001: a\n").diagnostics[0]?.hint).toBe('quote it: "1001":');
  });

  it("do not hide each other, and stand in the order of their places", () => {
    const text = lines("a: 010", "b: ~", "a: x", "%: y", "c: &z 1", "d: [1, 2", "e: f");
    const found = read(text).diagnostics.map(told);
    expect(found.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "unquoted-number 1:4",
      "empty-value 2:4",
      "duplicate-key 3:1",
      "yaml-syntax 4:1",
      "yaml-feature 5:4",
      "yaml-syntax 7:1",
    ]);
  });

  it("leave the rest of a file readable where the structure is sound", () => {
    const { file } = read("a: 010\nb: ~\nc: d\nc: e\nf: [1, ~]\n");
    expect(file?.data).toEqual({ a: "010", c: "d", f: [1] });
    expect(read("a: [b\n").file).toBeUndefined();
    expect(read('a: "b\n').file).toBeUndefined();
  });

  it("are cut after a thousand, and the others counted", () => {
    const { diagnostics } = read(`a:\n${"  - 010\n".repeat(1500)}`);
    expect(diagnostics).toHaveLength(1001);
    expect(diagnostics.at(-1)?.summary).toBe("500 more faults in this file are not listed");
  });
});

describe("accepted", () => {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

  it.each([
    ["a byte order mark", "\uFEFFa: 1\n", { a: 1 }],
    ["CRLF", "a: b\r\nc:\r\n  - d\r\n", { a: "b", c: ["d"] }],
    [
      "words and dates as text",
      "on: no\nyes: off\nday: 2026-12-31\n2026-01-01: y\n",
      { on: "no", yes: "off", day: "2026-12-31", "2026-01-01": "y" },
    ],
    [
      "numbers as they are written",
      "a: [0, 30, -5, 1.5, 9007199254740991]\n",
      { a: [0, 30, -5, 1.5, 9007199254740991] },
    ],
    ["numbers in quotes", "'1001': \"010\"\n", { "1001": "010" }],
    ["true and false", "a: true\nb: False\n", { a: true, b: false }],
    [
      "texts that hold digits",
      "a: 1.2.3\nb: 12:30\nc: 1_000\nd: 0b1\ne: 08x\n",
      { a: "1.2.3", b: "12:30", c: "1_000", d: "0b1", e: "08x" },
    ],
    ["a document mark, and an end mark", "---\na: 1\n...\n", { a: 1 }],
    ["tabs where they do not indent", "a:\tb\t# c\n", { a: "b" }],
    ["texts of several lines", "a: |\n  b\n  c\nd: >-\n  e\n  f\n", { a: "b\nc\n", d: "e f" }],
    ["32 levels", `${nested(31)}${" ".repeat(31)}x: y\n`, undefined],
    ["JSON as YAML", '{"a": {"b": [1, "c"]}}', { a: { b: [1, "c"] } }],
    ["quoted signs", "'<<': '*'\n\"&a\": '!b'\n'': '%'\n", { "<<": "*", "&a": "!b", "": "%" }],
    ["escapes for ordinary text", 'a: "\\u00e9\\n\\t\\U0001F600"\n', { a: "é\n\t😀" }],
  ])("%s", (_, text, expected) => {
    const { file, diagnostics } = read(text);
    expect(diagnostics).toEqual([]);
    if (expected !== undefined) expect(plain(file?.data)).toEqual(expected);
  });

  it("nothing but comments: a file without data", () => {
    for (const text of ["", "# a\n\n# b\n", "---\n", "\uFEFF", " \n"]) {
      expect(read(text)).toMatchObject({ diagnostics: [], file: { data: undefined } });
    }
    expect(read(" \n", "a.json")).toMatchObject({ diagnostics: [], file: { data: undefined } });
  });

  it("JSON with a byte order mark, numbers of every spelling that keep their value, and lone returns as space", () => {
    const { file, diagnostics } = read('\uFEFF{"a":\r1.0,"b":1e3,"c":-0.5}', "a.json");
    expect(diagnostics).toEqual([]);
    expect(plain(file?.data)).toEqual({ a: 1, b: 1000, c: -0.5 });
  });

  it("JSON or YAML on standard input", () => {
    expect(plain(read('{"a": 1.0}', "<stdin>").file?.data)).toEqual({ a: 1 });
    expect(plain(read("a: b\n", "<stdin>").file?.data)).toEqual({ a: "b" });
    expect(plain(read("{a: b}\n", "<stdin>").file?.data)).toEqual({ a: "b" });
    expect(read('{"a":1,"a":2}', "<stdin>").diagnostics.map(told)).toEqual([
      expect.stringContaining("duplicate-key 1:8"),
    ]);
  });
});

describe("keys from outside", () => {
  it.each(["a.yaml", "a.json", "<stdin>"])("are ordinary keys of objects without prototype in %s", (name) => {
    const { file, diagnostics } = read('{"__proto__": {"x": "y"}, "constructor": "z", "10": "a", "9": "b"}', name);
    const data = file?.data as { readonly [key: string]: object };
    expect(diagnostics).toEqual([]);
    expect(Object.getPrototypeOf(data)).toBeNull();
    expect(Object.keys(data).sort()).toEqual(["10", "9", "__proto__", "constructor"]);
    expect(Object.getPrototypeOf(own(data, "__proto__") ?? {})).toBeNull();
    expect(file?.sourceOf(data, "__proto__").locate().start.column).toBe(2);
    expect(file?.sourceOf(data, "constructor").locate().start.column).toBe(27);
    expect(file?.sourceOf(data, "9", "value").locate().start.column).toBe(63);
  });
});

describe("size", () => {
  const keys = (name: (at: number) => string): string =>
    Array.from({ length: 100_000 }, (_, at) => `${name(at)}: v\n`).join("");

  it.each([
    ["texts", keys((at) => `key-${at}`), 0],
    ["digits", keys((at) => `"${99_999 - at}"`), 0],
    ["twice the same", keys((at) => `key-${at >> 1}`), 1001],
  ])("100,000 keys of one map are read: %s", (_, text, faults) => {
    const { file, diagnostics } = read(text);
    expect(diagnostics).toHaveLength(faults);
    const data = file?.data as object;
    const last = Object.keys(data).at(-1) ?? "";
    expect(file?.sourceOf(data, last).locate().start.line).toBe(
      text.split("\n").findIndex((line) => line.replaceAll('"', "").startsWith(`${last}:`)) + 1,
    );
  });

  it("more YAML than memory is good for is given up", () => {
    const faults = createFaults();
    expect(yamlTokens("a: [1, 2, 3]\n", faults, 8).stopped).toBe(true);
    expect(faults.diagnostics(sourceText("a.yaml", "a: [1, 2, 3]\n")).map(told)).toEqual([
      "file-too-large 1:6 the file holds more than 8 keys, values and marks",
    ]);
  });
});
