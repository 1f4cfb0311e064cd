import type { Range } from "../model.ts";
import { HIDDEN, MASK } from "../util/hidden.ts";
import { inert } from "./inert.ts";
import { displayWidth } from "./width.ts";

/** A line of a file as it is shown, and the caret line below it. */
export type Frame = { readonly line: number; readonly text: string; readonly carets: string };

/** How much of a long line is shown, and how much of that before the caret. In UTF-16 units. */
const WINDOW = 100;
const BEFORE = 40;
/** A command of a CI log that came together where the parts of the line meet. */
const LOG_COMMAND = /#(?=#(?:\[|vso\[))/giu;

/** Looks up lines of files; the line starts of each file are found once. */
export type Lines = (filename: string, line: number) => string | undefined;

/** A look-up over the texts of files. */
export const createLines = (textOf: (filename: string) => string | undefined): Lines => {
  const files = new Map<string, readonly string[] | undefined>();
  return (filename, line) => {
    if (!files.has(filename))
      files.set(
        filename,
        textOf(filename)
          ?.replace(/^\uFEFF/u, "")
          .split("\n"),
      );
    return files.get(filename)?.[line - 1]?.replace(/\r$/u, "");
  };
};

/**
 * The line that a range begins on, with carets below the range. `masked`: the range is a secret and shown as `***`;
 * so is every text of `secrets`, wherever on the line it stands.
 */
export const sourceFrame = (range: Range, line: string, masked: boolean, secrets: readonly string[]): Frame => {
  const start = Math.min(range.start.column - 1, line.length);
  const onOneLine = range.end.line === range.start.line;
  const end = onOneLine ? Math.min(Math.max(start, range.end.column - 1), line.length) : line.length;
  const hidden = [...secretSpans(line, secrets), ...(masked ? [[start, end] as const] : [])].sort(
    (a, b) => a[0] - b[0],
  );
  const from = start > BEFORE && line.length > WINDOW ? start - BEFORE : 0;
  const to = Math.min(line.length, from + WINDOW);
  const before = `${from > 0 ? "…" : ""}${shown(line, from, start, hidden)}`;
  const marked = masked ? MASK : shown(line, start, Math.min(end, to), hidden);
  const after = `${shown(line, Math.max(end, start), to, hidden)}${to < line.length ? "…" : ""}`;
  return {
    line: range.start.line,
    text: `${before}${marked}${after}`.trimEnd().replaceAll(LOG_COMMAND, "\\u{23}"),
    carets: `${" ".repeat(displayWidth(before))}${"^".repeat(Math.max(1, displayWidth(marked)))}`,
  };
};

/** The secrets that masked ranges cover: the text without its quotes, line by line. */
export const secretTexts = (range: Range, lines: Lines): readonly string[] => {
  const found: string[] = [];
  for (let line = range.start.line; line <= range.end.line; line += 1) {
    const text = lines(range.filename, line) ?? "";
    const start = line === range.start.line ? range.start.column - 1 : 0;
    const end = line === range.end.line ? range.end.column - 1 : text.length;
    const bare = text
      .slice(start, end)
      .trim()
      .replaceAll(/^["']|["']$/gu, "");
    if (bare.length >= SHORTEST_SECRET) found.push(bare);
  }
  return found;
};
/** Shorter texts stand in ordinary words too. */
const SHORTEST_SECRET = 4;

/** Takes secrets out of a text that is printed. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string => {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, MASK);
  return clean;
};

type Span = readonly [start: number, end: number];

const secretSpans = (line: string, secrets: readonly string[]): readonly Span[] => {
  const spans: Span[] = [];
  for (const secret of secrets) {
    for (let at = line.indexOf(secret); at >= 0; at = line.indexOf(secret, at + 1))
      spans.push([at, at + secret.length]);
  }
  return spans;
};

/** A part of a line, inert, with `***` for what is hidden. Spans are sorted by start. */
const shown = (line: string, from: number, to: number, hidden: readonly Span[]): string => {
  let text = "";
  let at = from;
  for (const [start, end] of hidden) {
    if (end <= at || start >= to) continue;
    text += `${visible(line.slice(at, Math.max(at, start)))}${MASK}`;
    at = Math.min(end, to);
  }
  return at < to ? text + visible(line.slice(at, to)) : text;
};

const visible = (text: string): string => inert(text.replaceAll(HIDDEN_RUN, MASK).replaceAll("\t", " "));
const HIDDEN_RUN = new RegExp(`${HIDDEN}+`, "gu");
