/** Where in a text credentials are written, found in the text itself: it may be broken, and be YAML or JSON. */
import { nearest } from "../util/nearest.ts";
import type { Vocabulary } from "./harmless.ts";

export type Region = {
  readonly start: number;
  readonly end: number;
  /**
   * `providers`: names, each with a map. `secret`: a provider that lost its section. `elsewhere`: a key that has the name of a
   * secret, where people and other things have names too.
   */
  readonly kind: "providers" | "secret" | "elsewhere";
};

const SECTIONS = ["version", "providers", "teams", "roles", "rooms", "guards", "checks", "$schema"];

/** The sections of providers, and every key elsewhere that holds a secret. Sorted, without overlaps. */
export const findRegions = (text: string, words: Vocabulary): readonly Region[] => {
  const regions = providerSections(text, words);
  let next = 0;
  const all: Region[] = [];
  for (const { index, 0: key } of text.matchAll(secretKeyPattern(words))) {
    while ((regions[next]?.end ?? Number.POSITIVE_INFINITY) <= index) next += 1;
    const inside = (regions[next]?.start ?? Number.POSITIVE_INFINITY) <= index;
    if (inside || index < (all.at(-1)?.end ?? 0)) continue;
    if (BEHIND_KEY.test(text.slice(index + key.length, index + key.length + 64)))
      all.push({ start: index, end: endOfSecret(text, index, index + key.length), kind: "elsewhere" });
  }
  return [...regions, ...all].sort((a, b) => a.start - b.start);
};

const BEHIND_KEY = /^["']?[ \t]*[:=]/u;

const secretKeyPattern = ({ secretKeys }: Vocabulary): RegExp =>
  new RegExp(`(?<![\\w-])(?:${[...secretKeys].join("|")})(?![\\w-])`, "gu");

/** Finding the end of a section may read the whole text: after this many the rest of the text is one. */
const MOST_SECTIONS = 20;

/** `providers` wherever it stands as a key; at the beginning of a line also misspelt, and a type that lost its section. */
const providerSections = (text: string, { types }: Vocabulary): readonly Region[] => {
  const found: Region[] = [];
  const add = (start: number, kind: Region["kind"]): void => {
    if (start < (found.at(-1)?.end ?? 0)) return;
    const end = found.length < MOST_SECTIONS ? endOfSection(text, start) : text.length;
    found.push({ start, end, kind });
  };
  for (const { index, 1: word = "", 2: lineWord = "" } of text.matchAll(SECTION_WORD)) {
    if (word === "") {
      if (types.has(lineWord)) add(index, "secret");
      else if (!SECTIONS.includes(lineWord) && nearest(lineWord, SECTIONS) === "providers") add(index, "providers");
    } else {
      const quoted = /["']/u.test(text[index - 1] ?? "");
      const before = text.slice(Math.max(0, index - 256), quoted ? index - 1 : index);
      if (index === (quoted ? 1 : 0) || /[\n{,][ \t\r\n]*$/u.test(before)) add(quoted ? index - 1 : index, "providers");
    }
  }
  return found;
};
const SECTION_WORD = /(?<![\w-])(providers)(?=["']?(?:[ \t]*[:={\r\n]|[ \t]))|^["']?([A-Za-z]{4,16})["']?[ \t]*[:=]/gmu;

const NEXT_LINE = /\n([ \t]*)(?:["']?([$A-Za-z]{4,16})["']?[ \t]*[:=])?/gu;

/** The end of a section: its closing bracket, or else the next section that is not indented more. */
const endOfSection = (text: string, start: number): number => {
  const opening = /^["']?[A-Za-z]+["']?[ \t]*[:=]?[ \t\r\n]*(?=[{[])/u.exec(text.slice(start, start + 256));
  const closing = opening === null ? undefined : endOfBrackets(text, start + opening[0].length, text.length);
  return closing ?? endOfBlock(text, start);
};

const endOfBlock = (text: string, start: number): number => {
  const indent = indentAt(text, start);
  if (indent === undefined) return text.length;
  NEXT_LINE.lastIndex = start;
  for (let line = NEXT_LINE.exec(text); line !== null; line = NEXT_LINE.exec(text)) {
    const [, space = "", word] = line;
    if (word === undefined || space.length > indent) continue;
    if (SECTIONS.includes(word) || nearest(word, SECTIONS) !== undefined) return line.index;
  }
  return text.length;
};

/** Where the line of an offset begins. Lines that are longer than any that people write are not followed to their start. */
export const lineStartOf = (text: string, at: number): number => {
  const from = Math.max(0, at - 1024);
  return from + text.slice(from, at).lastIndexOf("\n") + 1;
};

/** How far the line of a key is indented; undefined where something else stands before it. */
const indentAt = (text: string, at: number): number | undefined => {
  const before = text.slice(lineStartOf(text, at), at);
  return /^[ \t]*$/u.test(before) ? before.length : undefined;
};

const BRACKETS = /"(?:[^"\\\n]|\\[^\n])*"?|(?<=[\s{[,:])'(?:[^'\n]|'')*'?|[{}[\]]/gu;
/** What may follow the end of a map: otherwise the bracket may belong to a secret. */
const AFTER_MAP = /[ \t]*(?:$|[\r\n,}\]]|#)/uy;

/** Behind the bracket that closes the one at an offset; undefined where there is none that can be relied on. */
const endOfBrackets = (text: string, at: number, limit: number): number | undefined => {
  let depth = 0;
  BRACKETS.lastIndex = at;
  for (let found = BRACKETS.exec(text); found !== null && found.index < limit; found = BRACKETS.exec(text)) {
    const [token] = found;
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    if (depth > 0) continue;
    AFTER_MAP.lastIndex = BRACKETS.lastIndex;
    return AFTER_MAP.test(text) ? endOfComment(text, BRACKETS.lastIndex) : undefined;
  }
  return undefined;
};

/** A comment behind a section belongs to it. */
const endOfComment = (text: string, at: number): number =>
  at + (/^[ \t]*#[^\n]*/u.exec(text.slice(at, at + 4096))?.[0].length ?? 0);

/** What stands behind a key that holds a secret: on its line, and on the lines that go on with it. */
const endOfSecret = (text: string, start: number, keyEnd: number): number => {
  const value = /^["']?[ \t]*[:=][ \t]*/u.exec(text.slice(keyEnd, keyEnd + 128));
  const at = keyEnd + (value?.[0].length ?? 0);
  if (text[at] === "{" || text[at] === "[") return endOfBrackets(text, at, at + 1024) ?? endOfLines(text, start);
  const rest = text.slice(at, at + 4096);
  const alone = /^(?:"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\n]|'')*'|[0-9]+)(?=[ \t]*[,}\]\r\n])/u.exec(rest);
  if (alone !== null) return at + alone[0].length;
  const inBrackets =
    indentAt(text, start) === undefined && /[{,][ \t]*["']?$/u.test(text.slice(Math.max(0, start - 64), start));
  const plain = inBrackets ? /^[^\s"',}\]][^,}\]]*(?=[,}\]])/u.exec(rest) : null;
  return plain === null ? endOfLines(text, start) : at + plain[0].length;
};

const LINE = /\n([ \t]*)([^\n]*)/gu;
const BEGINS_ANEW = /^(?:["']?[\w$.{}*?-]+["']?[ \t]*:(?:[ \t]|\r?$)|- |#|[}\]])/u;

const endOfLines = (text: string, start: number): number => {
  const line = text.slice(lineStartOf(text, start), start);
  const indent = /^[ \t]*/u.exec(line)?.[0].length ?? 0;
  LINE.lastIndex = start;
  for (let next = LINE.exec(text); next !== null; next = LINE.exec(text)) {
    const [, space = "", rest = ""] = next;
    if (rest.trim() !== "" && space.length <= indent && BEGINS_ANEW.test(rest)) return next.index;
  }
  return text.length;
};
