/**
 * Text from outside, made harmless wherever it is printed: no terminal control, no new line, nothing invisible, nothing
 * that turns the reading direction, no command of a CI log.
 */

const UNSAFE = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}|^\p{M}`;
/** `::command` counts at the start of a line, `##[command]` and `##vso[command]` anywhere in it. */
const COMMAND = String.raw`(?<=^ *):(?=:)|#(?=#(?:\[|[Vv][Ss][Oo]\[))`;
const ESCAPED = new RegExp(`${UNSAFE}|${COMMAND}`, "gu");
/** A backslash that would read as one of the escapes made here, or as part of the escape that follows it. */
const LOOKS_ESCAPED = new RegExp(String.raw`\\(?=[nrt\\]|u\{|${UNSAFE}|${COMMAND})`, "gu");
const SHORT: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

const escaped = (character: string): string =>
  SHORT.get(character) ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** One line of plain text that says the same; unsafe characters as `\n`, `\u{1b}`. Two different texts stay different. */
export const inert = (text: string): string => text.replaceAll(LOOKS_ESCAPED, "\\\\").replaceAll(ESCAPED, escaped);

/** Like `inert`, for text of several lines: keeps the lines apart. */
export const inertLines = (text: string): readonly string[] => text.split(/\r\n|\n/u).map(inert);

const PLAIN = /^[^\s"',;()[\]]+$/u;
const RESERVED: ReadonlySet<string> = new Set(["everyone", "group", "team", "role", "user"]);

/** Text in quotes: a backslash before a quote, or at the end, is doubled, so that the last quote is the end. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/(\\*)("|$)/gu, (_, slashes: string, quote: string) => slashes + slashes + (quote && '\\"'))}"`;

/** A name among words: in quotes where it could be taken for something else. */
export const inertName = (text: string): string => {
  const safe = inert(text);
  return PLAIN.test(safe) && !RESERVED.has(safe) ? safe : quoted(safe);
};
