import type { Diagnostic } from "../model.ts";
import { HIDDEN, MASK } from "../util/hidden.ts";
import { quote } from "../util/quote.ts";
import { looksSecret, type Vocabulary } from "./harmless.ts";
import { findHidden, type HiddenSpan } from "./hidden-spans.ts";
import { sourceText } from "./source-text.ts";

/**
 * The one place that everything said about files goes through before it is printed: secrets that stand in a file by
 * mistake are neither in the texts nor in the words that leave it.
 */
export type Mask = {
  /** The text of a file, unit for unit, with `HIDDEN` in the place of what may be a secret. */
  textOf(name: string): string | undefined;
  clean(diagnostics: readonly Diagnostic[]): readonly Diagnostic[];
};

/** What of one file must not be said. Line numbers count from 1. */
type Secrets = { readonly words: readonly Word[]; readonly lines: ReadonlyMap<number, readonly Span[]> };
type Word = { readonly text: string; readonly line: number };
type Span = { readonly from: number; readonly to: number };

/** What is left of a secret in a text that was cut is found by this much of its beginning. */
const BEGINNING = 4;
/** Taking words out takes time for each: of many those are looked for that stand on the lines that are told of. */
const MANY = 200;

/** A mask over the texts of files as they are. Nothing is scanned before it is needed. */
export const createMask = (plain: (name: string) => string | undefined, words: Vocabulary): Mask => {
  const spans = lazily((name) => findHidden(plain(name) ?? "", words));
  const texts = lazily((name) => {
    const text = plain(name);
    return text === undefined ? undefined : hide(text, spans(name));
  });
  const secrets = lazily((name) => secretsOf(name, plain(name) ?? "", spans(name), words));
  return {
    textOf: texts,
    clean: (diagnostics) => diagnostics.map((diagnostic) => cleanOne(diagnostic, secrets)),
  };
};

const lazily = <V>(make: (name: string) => V): ((name: string) => V) => {
  const made = new Map<string, V>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
};

const hide = (text: string, spans: readonly HiddenSpan[]): string => {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of spans) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    parts.push(text.slice(at, from), HIDDEN.repeat(end - from));
    at = end;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(at);
};

const secretsOf = (name: string, text: string, spans: readonly HiddenSpan[], words: Vocabulary): Secrets => {
  const source = sourceText(name, text);
  const lines = new Map<number, Span[]>();
  const found: Word[] = [];
  const add = (word: string, line: number): void => {
    if (looksSecret(word) && !words.known.has(word)) found.push({ text: word, line });
  };
  let whole: { line: number; start: number; end: number } | undefined;
  const closeLine = (): void => {
    if (whole !== undefined) addForms(text.slice(whole.start, whole.end), whole.line, add);
  };
  for (const { start, end, comment } of spans) {
    const place = source.range(start, end);
    const { line } = place.start;
    const columns = lines.get(line) ?? [];
    lines.set(line, columns);
    columns.push({ from: place.start.column, to: place.end.column });
    const word = text.slice(start, end);
    if (comment) for (const part of word.split(/\s+/u)) if (!PLAIN_WORD.test(part)) add(part, line);
    if (comment) continue;
    if (whole?.line === line) {
      if (!PLAIN_WORD.test(word)) addForms(word, line, add);
      whole.end = end;
    } else {
      closeLine();
      whole = { line, start, end };
      addForms(word, line, add);
    }
  }
  closeLine();
  return { words: found.sort((a, b) => b.text.length - a.text.length), lines };
};
/** One of several words on a line, as people write them: it stands in other sentences too. */
const PLAIN_WORD = /^[\p{L}.,;:!?()-]{1,12}$/u;

/** An address; its host is not what is secret of it. */
const ADDRESS = /^https?:\/\/([^/@]*@)?[^/:?#]+/u;

/** A secret as it stands, as it reads once escapes are taken in, and as it is quoted. */
const addForms = (word: string, line: number, add: (word: string, line: number) => void): void => {
  add(word, line);
  const read = word
    .replaceAll(
      /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/gu,
      (whole, ...codes: readonly unknown[]) => {
        const code = Number.parseInt(String(codes.slice(0, 3).find((one) => one !== undefined)), 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .replaceAll(/\\(.)/gu, "$1")
    .replaceAll("''", "'");
  if (ADDRESS.test(word))
    for (const part of word.replace(ADDRESS, " $1 ").split(/[\s/?#@:&=]+/u))
      if (!PLAIN_WORD.test(part)) add(part, line);
  for (const form of new Set([read, quote(word).slice(1, -1), quote(read).slice(1, -1)]))
    if (form !== word) add(form, line);
};

const cleanOne = (diagnostic: Diagnostic, secretsIn: (name: string) => Secrets): Diagnostic => {
  const places = [diagnostic.source, ...(diagnostic.also ?? []).map(({ source }) => source)];
  const ranges = places.filter((place) => place !== undefined).map((place) => place.locate());
  const words: string[] = [];
  for (const { filename, start, end } of ranges) {
    const { words: all } = secretsIn(filename);
    for (const { text, line } of all)
      if (all.length <= MANY || (line >= start.line - 1 && line <= end.line + 1)) words.push(text);
  }
  const clean = (text: string): string => withoutWords(text, words);
  const { summary, detail, hint, also, ...rest } = retold(diagnostic, secretsIn);
  return {
    ...rest,
    summary: clean(summary),
    ...(detail === undefined ? {} : { detail: clean(detail) }),
    ...(hint === undefined ? {} : { hint: clean(hint) }),
    ...(also === undefined ? {} : { also: also.map((place) => ({ ...place, summary: clean(place.summary) })) }),
  };
};

/** What is said of a number holds its digits, differently written. */
const retold = (diagnostic: Diagnostic, secretsIn: (name: string) => Secrets): Diagnostic => {
  const place = diagnostic.source?.locate();
  if (diagnostic.code !== "unquoted-number" || place === undefined) return diagnostic;
  const onLine = secretsIn(place.filename).lines.get(place.start.line) ?? [];
  if (!onLine.some(({ from, to }) => from < place.end.column && place.start.column < to)) return diagnostic;
  const { detail: _, ...rest } = diagnostic;
  return { ...rest, summary: "this number would not be kept as it is written", hint: "quote it" };
};

const withoutWords = (text: string, words: readonly string[]): string => {
  let clean = text;
  for (const word of words) {
    clean = clean.replaceAll(word, MASK);
    if (clean.includes("…")) clean = withoutCut(clean, word);
  }
  return clean;
};

/** A long text is cut: what is left of a secret then stands before the `…`. */
const withoutCut = (text: string, word: string): string => {
  for (let at = text.indexOf("…"); at >= 0; at = text.indexOf("…", at + 1)) {
    const from = text.lastIndexOf(word.slice(0, BEGINNING), at - 1);
    if (from >= 0 && from < at && word.startsWith(text.slice(from, at)))
      return withoutCut(`${text.slice(0, from)}${MASK}${text.slice(at + 1)}`, word);
  }
  return text;
};
