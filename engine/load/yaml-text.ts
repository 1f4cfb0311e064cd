import { Composer, type CST, type Node, type YAMLError } from "yaml";
import type { Fault, Faults } from "./faults.ts";
import { MAX_FAULTS } from "./limits.ts";
import type { Places } from "./places.ts";
import { explainYamlError, isAftermath } from "./yaml-errors.ts";
import { type Read, readNodes } from "./yaml-nodes.ts";
import { yamlTokens } from "./yaml-tokens.ts";

/** What a text holds. `broken`: its structure could not be read, so that `data` is not to be relied on. */
export type TextContent = Read & { readonly broken: boolean };

/** Reads YAML 1.2, core schema, as the language uses it. Adds to the faults and places that are passed in. */
export const readYaml = (text: string, faults: Faults, places: Places): TextContent => {
  const readable = withoutLoneReturns(text, faults);
  const { tokens, stopped, openQuote } = yamlTokens(readable, faults);
  if (stopped) return NOTHING;
  const { contents, errors } = compose(tokens);
  const syntax = syntaxFaults(errors, readable);
  for (const fault of syntax) faults.add(fault);
  const report = (fault: Fault): void => {
    if (fault.code !== "empty-value" || !isEcho(fault, syntax[0], readable)) faults.add(fault);
  };
  return {
    ...readNodes(contents, { text: readable, report, leaveOut: faults.leaveOut, places }),
    broken: openQuote || syntax.length > 0,
  };
};

/** Behind a syntax error, or just before it, a value may seem to be missing that is there. */
const isEcho = (fault: Fault, broken: Fault | undefined, text: string): boolean =>
  broken !== undefined && (fault.start >= broken.start || /^:?\s*$/u.test(text.slice(fault.end, broken.start)));

const NOTHING: TextContent = { value: undefined, start: 0, end: 0, broken: true };

/** Reports a carriage return that ends no line, and gives a text of the same length that parsing can go on with. */
const withoutLoneReturns = (text: string, faults: Faults): string => {
  const at = text.search(LONE_RETURN);
  if (at < 0) return text;
  faults.add({
    code: "encoding",
    start: at,
    end: at + 1,
    summary: "a carriage return without a line feed",
    hint: "save the file with LF or CRLF line ends",
  });
  return text.replaceAll(new RegExp(LONE_RETURN, "gu"), "\n");
};
const LONE_RETURN = /\r(?!\n)/u;

const compose = (tokens: readonly CST.Token[]): { contents: Node | null; errors: readonly YAMLError[] } => {
  const composer = new Composer({ version: "1.2", schema: "core", stringKeys: true, uniqueKeys: false, strict: true });
  const errors: YAMLError[] = [];
  let contents: Node | null = null;
  for (const document of withoutStacks(() => [...composer.compose(tokens, true, 0)])) {
    contents = document.contents;
    errors.push(...document.errors.slice(0, MAX_FAULTS), ...document.warnings.slice(0, MAX_FAULTS));
  }
  return { contents, errors };
};

/** The parser makes an Error of each fault; a million commas would spend most of the time and memory on stack traces. */
const withoutStacks = <T>(work: () => T): T => {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
};

/** One fault a line: what follows on the same line is mostly its echo. Sorted by place. */
const syntaxFaults = (errors: readonly YAMLError[], text: string): readonly Fault[] => {
  const causes = errors.filter((error) => !isAftermath(error));
  const told = causes.length > 0 ? causes : errors;
  const explained = told.map((error) => explainYamlError(error, text)).filter((fault) => fault !== undefined);
  const kept: Fault[] = [];
  for (const fault of explained.sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1);
    if (last === undefined || text.slice(last.start, fault.start).includes("\n")) kept.push(fault);
  }
  return kept;
};
