import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Lexer } from "yaml";
import { languages } from "../../providers/registry.ts";
import { stableJson } from "../util/stable-json.ts";
import { NOW } from "./fixtures.ts";
import { formatFile } from "./format.ts";
import { formatYaml } from "./format-yaml.ts";
import { loadDocument } from "./load.ts";
import { readText } from "./read-text.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readText("a.yaml", bytes(text));
const dataOf = (text: string): string => stableJson(read(text).file?.data ?? null);
const commentsOf = (text: string): readonly string[] =>
  [...new Lexer().lex(text)]
    .filter((lexeme) => lexeme.startsWith("#"))
    .map((lexeme) => lexeme.trimEnd())
    .sort();

const meaningOf = (path: string, text: string): string => {
  const { file } = readText(path, bytes(text));
  const files = file === undefined ? [] : [file];
  const { document, diagnostics } = loadDocument(files, { policyFiles: [], languages, allowEnv: [], at: NOW });
  return stableJson(document?.meaning ?? diagnostics.map(({ summary }) => summary));
};

/** The promises, for a text in which nothing is wrong. */
const judge = (text: string): void => {
  const once = formatYaml(text);
  expect(read(once).diagnostics, once).toEqual([]);
  expect(dataOf(once), once).toBe(dataOf(text));
  expect(commentsOf(once), once).toEqual(commentsOf(text));
  expect(formatYaml(once)).toBe(once);
  expect(once).not.toMatch(/^\n|\r|[^\n]$/u);
};

// Documents in every style: the same data can be written in many ways -------------------------------------------------

type Tree = string | readonly Tree[] | readonly (readonly [string, Tree])[];
type Style = { next(bound: number): number };

const word = fc.oneof(
  fc.constantFrom(
    "a",
    "room:read",
    "two words",
    "7",
    "true",
    "it's",
    'say "no"',
    "#no",
    "x: y",
    "- z",
    "[",
    "é日",
    "",
    "back\\slash",
  ),
  fc.constantFrom("first\nsecond", "end\n", "  led", "para\n\ngraph\n", "trail ", "a\n  deeper\nb\n\n\n"),
  fc.string({ maxLength: 6 }),
);
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    word,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc
      .uniqueArray(fc.tuple(word, tie("tree")), { maxLength: 3, selector: ([key]) => key })
      .map((pairs) => pairs as Tree),
  ),
}));
const root = fc
  .uniqueArray(fc.tuple(word, tree), { minLength: 1, maxLength: 4, selector: ([key]) => key })
  .map((pairs) => pairs as readonly (readonly [string, Tree])[]);

const isMap = (value: Tree): value is readonly (readonly [string, Tree])[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => Array.isArray(item) && item.length === 2 && typeof item[0] === "string");

const PLAIN = /^[A-Za-z][A-Za-z0-9:]*(?: [A-Za-z0-9:]+)*$/u;
const WORDS = /^(?:true|false|null|y|n|yes|no)$/iu;

/** Writes data in a style that is picked at random: quotes, brackets or lines, indentation, blank lines, comments. */
const write = (pairs: readonly (readonly [string, Tree])[], style: Style): string => {
  const chance = (one: number): boolean => style.next(one) === 0;
  const comment = (): string => `# c${style.next(1000)}${chance(3) ? "  " : ""}`;
  const behind = (): string => (chance(4) ? ` ${"  ".repeat(style.next(3))}${comment()}` : chance(6) ? "  " : "");
  const between = (indent: number): string => {
    let text = "";
    while (chance(3)) text += chance(2) ? "\n" : `${" ".repeat(Math.max(0, indent + style.next(5) - 2))}${comment()}\n`;
    return text;
  };
  const scalar = (text: string, flow: boolean): string => {
    const plain =
      PLAIN.test(text) &&
      !WORDS.test(text) &&
      !text.endsWith(":") &&
      !text.includes(": ") &&
      !(flow && text.includes(":"));
    if (plain && chance(2)) return text;
    if (!/[\n\r\\]|\p{Cc}/u.test(text) && chance(2)) return `'${text.replaceAll("'", "''")}'`;
    return JSON.stringify(text);
  };
  const flow = (value: Tree, wide: boolean): string => {
    if (typeof value === "string") return scalar(value, true);
    const gap = (): string => (wide && chance(3) ? `${behind()}\n${between(4)}      ` : " ".repeat(style.next(2)));
    const parts = isMap(value)
      ? value.map(
          ([key, inner]) =>
            `${gap()}${JSON.stringify(key)}:${wide && chance(5) ? `${behind()}\n    ` : " "}${flow(inner, wide)}${gap()}`,
        )
      : (value as readonly Tree[]).map((inner) => `${gap()}${flow(inner, wide)}${gap()}`);
    const [open, close] = isMap(value) ? "{}" : "[]";
    return `${open}${parts.length === 0 ? gap() : ""}${parts.join(",")}${parts.length > 0 && chance(4) ? "," : ""}${gap()}${close}`;
  };
  const blockText = (text: string, indent: number): string | undefined => {
    if (!/\n/u.test(text) || /\p{Cc}(?<!\n)|^\s|[ \t]$/u.test(text) || /\n[ \t]/u.test(text)) return undefined;
    const strip = !text.endsWith("\n");
    const keep = text.endsWith("\n\n");
    const lines = (strip ? text : text.slice(0, -1)).split("\n");
    return `|${strip ? "-" : keep ? "+" : ""}${behind()}\n${lines.map((line) => (line === "" ? "" : `${" ".repeat(indent)}${line}`)).join("\n")}\n`;
  };
  const entry = (head: string, value: Tree, indent: number): string => {
    const inner = indent + 1 + style.next(4);
    if (typeof value === "string") {
      const block = chance(2) ? blockText(value, inner) : undefined;
      if (block !== undefined) return `${head} ${block}`;
      const below = chance(6) ? `${behind()}\n${between(inner)}${" ".repeat(inner)}` : " ".repeat(1 + style.next(3));
      return `${head}${below}${scalar(value, false)}${behind()}\n`;
    }
    if (value.length === 0 || chance(3)) return `${head} ${flow(value, chance(2))}${behind()}\n`;
    const zero = !isMap(value) && head !== "-" && chance(3);
    return `${head}${behind()}\n${between(inner)}${group(value, zero ? indent : inner)}`;
  };
  const group = (value: Tree, indent: number): string => {
    const pad = " ".repeat(indent);
    const lines = isMap(value)
      ? value.map(
          ([key, inner]) => `${pad}${entry(`${chance(2) ? JSON.stringify(key) : scalar(key, false)}:`, inner, indent)}`,
        )
      : (value as readonly Tree[]).map((inner) => `${pad}${entry("-", inner, indent)}`);
    return lines.map((line) => `${between(indent)}${line}`).join("") + between(indent);
  };
  return `${between(0)}${group(pairs, 0)}`;
};

describe("formatting", () => {
  it("keeps data and comments of documents in every style, and is done after one time", () => {
    let judged = 0;
    fc.assert(
      fc.property(root, fc.infiniteStream(fc.nat()), (pairs, stream) => {
        const text = write(pairs, { next: (bound) => Number(stream.next().value) % bound });
        if (read(text).diagnostics.length > 0) return;
        judged += 1;
        judge(text);
      }),
      { numRuns: 800 },
    );
    expect(judged).toBeGreaterThan(300);
  });

  const examples = readdirSync("examples", { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/u.test(name))
    .map((name) => join("examples", name))
    .map((path) => [path, readFileSync(path, "utf8")] as const);

  it.each(examples)("keeps the meaning of %s", (path, text) => {
    judge(text);
    expect(meaningOf(path, formatFile(path, bytes(text)))).toBe(meaningOf(path, text));
  });

  it("keeps everything in examples with comments, blank lines and spaces put in anywhere", () => {
    const edit = fc.record({
      at: fc.nat(),
      put: fc.constantFrom("\n", "\n\n\n", " ", "   ", " # note", "\n# note\n", "\n      # note\n", "  # a # b\n"),
    });
    let judged = 0;
    fc.assert(
      fc.property(fc.constantFrom(...examples), fc.array(edit, { minLength: 1, maxLength: 6 }), ([, text], edits) => {
        let changed = text;
        for (const { at, put } of edits) {
          const end = changed.indexOf("\n", at % changed.length);
          const place = put.trim() === "" && put.startsWith(" ") ? at % changed.length : Math.max(0, end);
          changed = changed.slice(0, place) + put + changed.slice(place);
        }
        if (read(changed).diagnostics.length > 0) return;
        judged += 1;
        judge(changed);
      }),
      { numRuns: 400 },
    );
    expect(judged).toBeGreaterThan(40);
  });
});
