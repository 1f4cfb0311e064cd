/**
 * Text from outside, made harmless wherever it is printed: no terminal control, no new line, nothing invisible, nothing
 * that turns the reading direction, no command of a CI log.
 */

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^\p{M}/gu;
/** A backslash that would read as one of the escapes made here. */
const LOOKS_ESCAPED = /\\(?=[nrt\\]|u\{)/gu;
/** `::command` counts at the start of a line, `##[command]` and `##vso[command]` anywhere in it. */
const LINE_COMMAND = /^( *):(?=:)/u;
const LOG_COMMAND = /#(?=#(?:\[|vso\[))/giu;
const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

const escaped = (character: string): string =>
  SHORT.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** One line of plain text that says the same; unsafe characters as `\n`, `\u{1b}`. Two different texts stay different. */
export const inert = (text: string): string =>
  text
    .replaceAll(LOOKS_ESCAPED, "\\\\")
    .replaceAll(UNSAFE, escaped)
    .replace(LINE_COMMAND, "$1\\u{3a}")
    .replaceAll(LOG_COMMAND, "\\u{23}");

/** Like `inert`, for text of several lines: keeps the lines apart. */
export const inertLines = (text: string): readonly string[] => text.split(/\r\n|\n/u).map(inert);

const PLAIN = /^[^\s"',;()[\]]+$/u;
const RESERVED: ReadonlySet<string> = new Set(["everyone", "group", "team", "role", "user"]);

/** A name among words: in quotes where it could be taken for something else. */
export const inertName = (text: string): string => {
  const safe = inert(text);
  if (PLAIN.test(safe) && !RESERVED.has(safe)) return safe;
  return `"${safe.replaceAll('"', '\\"')}"`;
};
