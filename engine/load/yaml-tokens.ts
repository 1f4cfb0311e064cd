import { type CST, Lexer, Parser } from "yaml";
import type { Fault, Faults } from "./faults.ts";
import { MAX_DEPTH, MAX_FAULTS, MAX_TEXT_LENGTH, MAX_YAML_TOKENS } from "./limits.ts";
import { counted, textTooLong } from "./text-rules.ts";
import { tooDeep } from "./value-faults.ts";

/** What the parser made of a text. `undefined` document: comments only, or nothing that could be read. */
export type YamlTokens = {
  /** Everything but directives and further documents, in order. */
  readonly tokens: readonly CST.Token[];
  /** Parsing was given up: the tokens are not the whole file. */
  readonly stopped: boolean;
  /** A quote was left open: what follows it may have been read wrongly. */
  readonly openQuote: boolean;
};

const SCALAR_FOLLOWS = "\x1F";
/** Faults after which the rest of the text is not worth a look: each is one token, and there may be millions. */
const MAX_ERROR_TOKENS = 100;

/**
 * Splits a text into YAML tokens, and reports what can be told from them alone: features that the language leaves out,
 * open quotes, and texts and nesting beyond the caps. The depth is watched while parsing, so that no text can exhaust
 * the stack.
 */
export const yamlTokens = (text: string, faults: Faults, limit = MAX_YAML_TOKENS): YamlTokens => {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let documents = 0;
  let errors = 0;
  let afterMark = false;

  const take = (token: CST.Token): void => {
    if (token.type === "error") errors += 1;
    if (token.type === "directive") {
      faults.add(directive(token));
      return;
    }
    if (token.type === "doc-end") afterMark = true;
    if (token.type === "document") {
      // A second end mark makes one more document, of nothing.
      if (token.start.length === 0 && token.value === undefined && documents > 0) return;
      documents += 1;
      if (documents > 1) {
        faults.add(furtherDocument(token, afterMark));
        return;
      }
    }
    tokens.push(token);
  };

  let scalar = false;
  let lexemes = 0;
  let openQuote = false;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > limit) {
      faults.add(tooMuch(parser.offset, limit));
      return { tokens, stopped: true, openQuote };
    }
    if (lexeme.length > MAX_TEXT_LENGTH && (scalar || !/^[ \t#]/u.test(lexeme))) {
      faults.add(tooLong(lexeme, parser.offset));
      return { tokens, stopped: true, openQuote };
    }
    if (!scalar) reportFeature(lexeme, parser.offset, faults);
    if (!scalar && isOpenQuote(lexeme)) {
      openQuote = true;
      faults.add(unclosed(lexeme, parser.offset));
    }
    scalar = !scalar && lexeme === SCALAR_FOLLOWS;
    for (const token of parser.next(lexeme)) take(token);
    if (faults.count > MAX_FAULTS) return { tokens, stopped: true, openQuote };
    if (errors > MAX_ERROR_TOKENS) break;
    if (parser.stack.length > MAX_DEPTH + 2) {
      faults.add(tooDeep(parser.stack[MAX_DEPTH + 1]?.offset ?? parser.offset));
      return { tokens, stopped: true, openQuote };
    }
  }
  // What was read so far, errors among it, is still looked at: they say what is wrong.
  for (const token of parser.end()) take(token);
  return { tokens, stopped: false, openQuote };
};

const tooLong = (lexeme: string, at: number): Fault => ({
  code: "invalid-value",
  start: at,
  end: at + 1,
  summary: textTooLong(lexeme) ?? "this text is too long",
});

const FEATURES: { readonly [first: string]: readonly [summary: string, hint: string] } = {
  "&": [
    "anchors are not part of the language",
    "share by `extends`, patterns and `teams`; quote a text that begins with &",
  ],
  "*": [
    "aliases are not part of the language",
    'share by `extends`, patterns and `teams`; quote a text that begins with *: "*"',
  ],
  "!": ["tags are not part of the language", "remove the tag; quote a text that begins with an exclamation mark"],
};

const reportFeature = (lexeme: string, offset: number, faults: Faults): void => {
  const first = lexeme[0] ?? "";
  const feature = Object.hasOwn(FEATURES, first) ? FEATURES[first] : undefined;
  if (feature === undefined) return;
  const [summary, hint] = feature;
  faults.add({ code: "yaml-feature", start: offset, end: offset + lexeme.length, summary, hint });
};

const unclosed = (lexeme: string, offset: number): Fault => {
  const lineEnd = lexeme.search(/[\r\n]/u);
  return {
    code: "yaml-syntax",
    start: offset,
    end: offset + (lineEnd < 0 ? lexeme.length : lineEnd),
    summary: `this text has no closing ${lexeme[0]}`,
    hint: `put a ${lexeme[0]} at its end`,
  };
};

/** The parser takes an escaped quote at the end of the text for the closing one, so this is looked at here. */
const isOpenQuote = (lexeme: string): boolean => {
  const quote = lexeme[0];
  if (quote !== '"' && quote !== "'") return false;
  const last = lexeme.length - 1;
  if (last === 0 || lexeme[last] !== quote) return true;
  const repeated = quote === "'" ? "'" : "\\";
  let from = quote === "'" ? last : last - 1;
  let run = 0;
  while (from > 0 && lexeme[from] === repeated) {
    run += 1;
    from -= 1;
  }
  return quote === "'" ? run % 2 === 0 : run % 2 === 1;
};

const tooMuch = (at: number, limit: number): Fault => ({
  code: "file-too-large",
  start: at,
  end: at,
  summary: `the file holds more than ${counted(limit)} keys, values and marks`,
  hint: "split it into several files, or write it as JSON",
});

const directive = (token: CST.Directive): Fault => ({
  code: "yaml-feature",
  start: token.offset,
  end: token.offset + token.source.length,
  summary: "directives are not part of the language",
  hint: "remove the line; quote a text that begins with %",
});

const furtherDocument = (token: CST.Document, afterMark: boolean): Fault => {
  const mark = token.start.find((item) => item.type === "doc-start");
  const start = mark?.offset ?? contentOffset(token);
  const end = start + (mark?.source.length ?? 1);
  if (mark === undefined && afterMark) {
    const summary = "there is content after the end mark `...`";
    return { code: "yaml-feature", start, end, summary, hint: "remove the `...`, or what follows it" };
  }
  const summary = "a file holds one document, and a second one begins here";
  return { code: "yaml-feature", start, end, summary, hint: "write a file for each, or one document" };
};

const contentOffset = (token: CST.Document): number => {
  const first = token.start.find((item) => item.type !== "space" && item.type !== "newline" && item.type !== "comment");
  return first?.offset ?? token.value?.offset ?? token.offset;
};
