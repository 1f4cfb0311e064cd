import { Lexer } from "yaml";
import { stableJson } from "../util/stable-json.ts";
import { decodeUtf8 } from "./decode.ts";
import { formatJson } from "./format-json.ts";
import { formatYaml } from "./format-yaml.ts";
import { readCleanJson } from "./json-text.ts";
import { readText } from "./read-text.ts";

/**
 * The canonical layout of a file that was read without faults: UTF-8 without byte order mark, `\n`, two spaces a level,
 * at most one blank line, one space before a comment, every comment kept, the writer's own order, quotes and wrapping of
 * texts kept. What stands in brackets on one line stays there as long as it is not longer than 120 characters; what does
 * not becomes lines of its own. JSON files get two spaces. Formatting twice is formatting once.
 */
export const formatFile = (name: string, bytes: Uint8Array): string => {
  const { text } = decodeUtf8(bytes);
  const plain = text.replaceAll("\r\n", "\n");
  if (name.endsWith(".json") || (name === "<stdin>" && readCleanJson(plain) !== undefined)) return formatJson(plain);
  const made = formatYaml(plain);
  return isSame(plain, made) ? made : plain;
};

/** The meaning and the comments are worth more than the layout: where one would be lost, the text stays as it is. */
const isSame = (before: string, after: string): boolean =>
  dataOf(before) === dataOf(after) && commentsOf(before) === commentsOf(after);

const dataOf = (text: string): string =>
  stableJson(readText("file.yaml", new TextEncoder().encode(text)).file?.data ?? null);

const commentsOf = (text: string): string =>
  [...new Lexer().lex(text)]
    .filter((lexeme) => lexeme.startsWith("#"))
    .map((lexeme) => lexeme.trimEnd())
    .sort()
    .join("\n");
