import type { ErrorCode, YAMLError } from "yaml";
import type { Fault } from "./faults.ts";

type Words = readonly [summary: string, hint?: string];

/** Codes whose cause is reported by what the token itself is, in plainer words. */
const REPORTED_ELSEWHERE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ALIAS_PROPS",
  "BAD_ALIAS",
  "BAD_COLLECTION_TYPE",
  "BAD_DIRECTIVE",
  "BAD_PROP_ORDER",
  "KEY_OVER_1024_CHARS",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_DOCS",
  "MULTIPLE_TAGS",
  "NON_STRING_KEY",
  "TAG_RESOLVE_FAILED",
]);

const COLON = "quote a text that holds `: `; put an inner map on lines of its own, indented";
const BY_CODE: Partial<Record<ErrorCode, Words>> = {
  TAB_AS_INDENT: ["a tab is used as indentation", "indent with spaces"],
  BAD_INDENT: ["this line is indented differently from its neighbours", "keys of one map begin in the same column"],
  BLOCK_AS_IMPLICIT_KEY: ["a map or list cannot begin here", COLON],
  BLOCK_IN_FLOW: [
    "inside {} and [] a comma stands between items, and an inner map has its own {}",
    "add the comma or the brackets, or quote a text that holds `: `",
  ],
  MULTILINE_IMPLICIT_KEY: ["this line has no `:` after its key", "write `key: value`"],
};

const BY_MESSAGE: readonly (readonly [RegExp, (found: RegExpExecArray) => Words])[] = [
  [/^Nested mappings are not allowed/u, () => ["a second `:` on one line", COLON]],
  [/^Implicit map keys need to be followed/u, () => ["this key has no `:`", "write `key: value`"]],
  [
    /must (?:be sufficiently indented and )?end with a (.)$/u,
    (found) => [`a closing ${found[1]} is missing`, `put a ${found[1]} where the bracket ends`],
  ],
  [/^Missing , or : between/u, () => ["a comma or a colon is missing here", "put a comma between two items"]],
  [/^Missing , between/u, () => ["a comma is missing here", "put a comma between two items"]],
  [/^Missing space after :/u, () => ["a space is missing after the `:`", "write `key: value`"]],
  [
    /^Comments must be separated/u,
    () => ["a space is missing before the `#`", "put a space before a comment; quote a text that holds #"],
  ],
  [
    /^Invalid escape sequence (.*)$/su,
    () => ["this escape is not known", "write \\\\ for a backslash, or use single quotes"],
  ],
  [
    /^Plain value cannot start with (?:reserved character|flow indicator character|directive indicator character|block scalar indicator) (.)/u,
    (found) => [`a text cannot begin with ${found[1]}`, "put the text in quotes"],
  ],
  [/^Plain value cannot start with a tab/u, () => ["a tab is used as indentation", "indent with spaces"]],
  [
    /block-seq-ind on same line/u,
    () => ["a list cannot begin on the line of its key", "begin the list on the next line, or write it as [a, b]"],
  ],
  [
    /^Unexpected (?:flow-map-end|flow-seq-end)/u,
    () => ["a closing bracket without an opening one", "remove it, or quote the text that it belongs to"],
  ],
  [
    /^Unexpected (?:flow )?\S+ at node end/u,
    () => ["there is something behind the end of a value", "quote the whole text, or begin a new line"],
  ],
  [/^Unexpected , in/u, () => ["a comma too many", "remove it"]],
  [/^Unexpected empty item/u, () => ["an item is missing here", "remove the comma"]],
  [
    /^Block scalar header includes extra/u,
    () => ["text cannot stand on the line of | or >", "begin the text on the next line"],
  ],
  [
    /^Block collection cannot start on same line/u,
    () => ["content cannot stand on the line of `---`", "begin on the next line"],
  ],
];

/** What an error of the YAML parser means to somebody who writes permissions; undefined: told elsewhere. */
export const explainYamlError = (error: YAMLError, text: string): Fault | undefined => {
  if (REPORTED_ELSEWHERE.has(error.code) || error.message.startsWith("Missing closing ")) return undefined;
  const start = visibleOffset(text, error.pos[0]);
  const [summary, hint] = isOutdent(error, text, start) ? OUTDENT : wordsFor(error);
  const code = error.code === "RESOURCE_EXHAUSTION" ? "too-deep" : "yaml-syntax";
  const end = Math.min(endOfLine(text, start), Math.max(start + 1, error.pos[1]));
  return { code, start, end: Math.max(start, end), summary, ...(hint === undefined ? {} : { hint }) };
};

/** A line that begins further left than the first line of the file: to the parser the document has ended there. */
const isOutdent = (error: YAMLError, text: string, start: number): boolean => {
  if (!error.message.endsWith(" at node end")) return false;
  const before = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  const first = FIRST_INDENT.exec(text)?.[1] ?? "";
  return before.trim() === "" && before.length < first.length;
};
const FIRST_INDENT = /^(?:[ \t]*(?:#[^\n]*|---[ \t]*)?\r?\n)*( *)/u;
const OUTDENT: Words = [
  "this line is indented differently from the lines above it",
  "keys of one map begin in the same column",
];

/** What the parser says of all that follows once the document has ended. */
export const isAftermath = (error: YAMLError): boolean => error.message.includes(" token in YAML stream");

const wordsFor = (error: YAMLError): Words => {
  for (const [pattern, words] of BY_MESSAGE) {
    const found = pattern.exec(error.message);
    if (found !== null) return words(found);
  }
  return (
    BY_CODE[error.code] ?? ["this cannot stand here", "check the indentation, and quote texts with special characters"]
  );
};

/** The parser points where a line begins or an item ended; people look for the first thing that can be seen there. */
const visibleOffset = (text: string, at: number): number => {
  let seen = Math.min(at, text.length);
  while (seen < text.length && BLANK.test(text[seen] ?? "")) seen += 1;
  if (seen < text.length) return seen;
  while (seen > 0 && BLANK.test(text[seen - 1] ?? "")) seen -= 1;
  return seen;
};
const BLANK = /[ \r\n]/u;

const endOfLine = (text: string, from: number): number => {
  const found = text.slice(from, from + 4096).search(/\r?\n/u);
  return found < 0 ? Math.min(text.length, from + 4096) : from + found;
};
