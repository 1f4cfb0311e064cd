/** What of a text must not be shown. Nothing where credentials are written is shown unless it is known to be harmless. */
import { tokensIn } from "../util/hidden.ts";
import { createLevels, type Levels } from "./credential-levels.ts";
import { findRegions, lineStartOf, type Region } from "./credential-regions.ts";
import type { Vocabulary } from "./harmless.ts";

/** A part of one line. `comment`: words for people rather than a value. */
export type HiddenSpan = { readonly start: number; readonly end: number; readonly comment: boolean };

/** Sorted; they may touch and overlap. */
export const findHidden = (text: string, words: Vocabulary): readonly HiddenSpan[] => {
  const found = tokensIn(text).map(([start, end]): HiddenSpan => ({ start, end, comment: false }));
  for (const region of findRegions(text, words)) {
    for (const span of scanRegion(text, region, words)) if (span.end > span.start) found.push(span);
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end);
};

const TOKENS =
  /(?<comment>#[^\n]*)|(?<quoted>"(?:[^"\\\n]|\\[^\n])*"?|'(?:[^'\n]|'')*'?)|(?<mark>[{}[\],:=])|(?<plain>[^\s"'{}[\],:=][^\s{}[\],]*)/gu;
/** Signs of YAML that stand alone. */
const SIGNS = /^(?:-+|\?|[|>][-+0-9]{0,2})$/u;

type Token = {
  readonly type: "comment" | "mark" | "quoted" | "plain";
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly column: number;
  /** Nothing but signs stands before it on its line. */
  readonly first: boolean;
};
/** Without what follows it: a part of a token. */
type Part = Pick<Token, "text" | "start" | "end" | "column">;

function* scanRegion(text: string, region: Region, words: Vocabulary): Iterable<HiddenSpan> {
  const levels = createLevels(region.kind, words);
  for (const token of tokensOf(text, region)) {
    if (token.type === "comment") yield { start: token.start + 1, end: token.end, comment: true };
    else if (token.type === "mark") levels.mark(token.text);
    else {
      if (token.first) levels.line(token.column);
      yield* hiddenOf(token, text, levels, words);
    }
  }
}

function* tokensOf(text: string, region: Region): Iterable<Token> {
  let lineStart = lineStartOf(text, region.start);
  let first = true;
  let before = region.start;
  TOKENS.lastIndex = region.start + (region.kind === "providers" ? sectionKey(text, region.start) : 0);
  for (let found = TOKENS.exec(text); found !== null && found.index < region.end; found = TOKENS.exec(text)) {
    const { index: start, 0: word, groups = {} } = found;
    const end = TOKENS.lastIndex;
    const lineBreak = text.slice(before, start).lastIndexOf("\n");
    if (lineBreak >= 0) {
      lineStart = before + lineBreak + 1;
      first = true;
    }
    before = end;
    const type = TYPES.find((one) => groups[one] !== undefined) ?? "plain";
    if (type === "plain" && SIGNS.test(word)) continue;
    yield { type, text: word, start, end, column: start - lineStart, first };
    if (type !== "comment") first = false;
    TOKENS.lastIndex = end;
  }
}
const TYPES = ["comment", "mark", "quoted", "plain"] as const;

/** The length of the section's own key. */
const sectionKey = (text: string, at: number): number =>
  /^["']?[A-Za-z]+["']?/u.exec(text.slice(at, at + 64))?.[0].length ?? 0;

function* hiddenOf(token: Token, text: string, levels: Levels, words: Vocabulary): Iterable<HiddenSpan> {
  const bare = token.type === "quoted" ? withoutQuotes(token) : token;
  const { key, value } = splitKey(token, bare, text, words);
  if (key !== undefined && !levels.showsKey(key.text, key.column)) yield { ...placeOf(key), comment: false };
  if (value !== undefined && !levels.showsValue(value.text)) yield { ...placeOf(value), comment: false };
}

const placeOf = ({ start, end }: Part): { readonly start: number; readonly end: number } => ({ start, end });

const withoutQuotes = (token: Token): Part => {
  const closed = token.text.length > 1 && token.text.at(-1) === token.text[0];
  return partOf(token, 1, token.text.length - (closed ? 1 : 0));
};

const partOf = (token: Token, from: number, to: number): Part => ({
  text: token.text.slice(from, to),
  start: token.start + from,
  end: token.start + to,
  column: token.column,
});

type Split = { readonly key?: Part; readonly value?: Part };

/** `key:` and `key :`, and `key:value`, `key=value` and `key = value` of a known key; all else is a value. */
const splitKey = (token: Token, bare: Part, text: string, { known }: Vocabulary): Split => {
  if (token.type === "plain") {
    const at = token.text.search(/[:=]/u);
    const last = token.text.length - 1;
    const isKnown = at > 0 && known.has(token.text.slice(0, at));
    if (isKnown && at < last) return { key: partOf(token, 0, at), value: partOf(token, at + 1, last + 1) };
    if (last > 0 && (token.text.at(-1) === ":" || (isKnown && at === last))) return { key: partOf(token, 0, last) };
  }
  const sign = /^[ \t]*([:=])/u.exec(text.slice(token.end, token.end + 64))?.[1];
  return sign === ":" || (sign === "=" && known.has(bare.text)) ? { key: bare } : { value: bare };
};
