import { MAX_DEPTH, MAX_JSON_VALUES } from "./limits.ts";

/** What one quick pass over a JSON text tells: JSON.parse says nothing of duplicate keys, and overflows on deep nesting. */
export type JsonScan = {
  /** Colons outside of texts: as many as there are keys, duplicates counted. */
  readonly members: number;
  /** Where the first container too many begins. */
  readonly tooDeepAt: number | undefined;
  /** Where the first value too many ends. */
  readonly tooManyAt: number | undefined;
  readonly escapes: boolean;
};

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Takes time linear in the text, whatever it holds. */
export const scanJson = (text: string): JsonScan => {
  let members = 0;
  let commas = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = closingQuote(text, at);
    else if (code === 0x3a) members += 1;
    else if (code === 0x2c) {
      commas += 1;
      if (commas + members > MAX_JSON_VALUES) return { members, tooDeepAt: undefined, tooManyAt: at, escapes: true };
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > MAX_DEPTH) return { members, tooDeepAt: at, tooManyAt: undefined, escapes: true };
    }
  }
  return { members, tooDeepAt: undefined, tooManyAt: undefined, escapes: text.includes("\\") };
};

/** The offset of the quote that closes the text which opens at `open`, or of the end. */
export const closingQuote = (text: string, open: number): number => {
  let close = text.indexOf('"', open + 1);
  while (close >= 0 && isEscaped(text, close)) close = text.indexOf('"', close + 1);
  return close < 0 ? text.length : close;
};

const isEscaped = (text: string, at: number): boolean => {
  let from = at - 1;
  while (text.charCodeAt(from) === BACKSLASH) from -= 1;
  return (at - 1 - from) % 2 === 1;
};
