import picocolors from "picocolors";
import type { Diagnostic, Range } from "../model.ts";
import type { DiagnosticJson } from "../plan-document.ts";
import { compareText } from "../util/compare.ts";
import { withoutTokens } from "../util/hidden.ts";
import { inert, inertLines } from "./inert.ts";
import { createLines, type Lines, secretTexts, sourceFrame, withoutSecrets } from "./source-frame.ts";

export type DiagnosticsOptions = {
  /** The text of a file that was read, for the frames. */
  readonly textOf: (filename: string) => string | undefined;
  readonly color: boolean;
};

/**
 * Diagnostics for people: what is wrong, where, the line with a caret, what to do; sorted, each once. Whatever the files
 * hold, the result is harmless in a terminal and in a CI log. Ends with a line break; no diagnostics: the empty text.
 */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], options: DiagnosticsOptions): string => {
  const lines = createLines(options.textOf);
  const secrets = diagnostics
    .flatMap(({ masked, source }) => (masked === true && source !== undefined ? [source] : []))
    .flatMap((source) => secretTexts(source.locate(), lines));
  const paint = picocolors.createColors(options.color);
  const page: Page = { lines, secrets: longestFirst(secrets), paint };
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => `${renderDiagnostic(diagnostic, page).join("\n")}\n`)
    .join("\n");
};

/**
 * In the order of file names, then of places; what has no place comes last. Equal places keep their order. What is said
 * of one place in the same words is kept once: several stages look at the same lines.
 */
export const sortDiagnostics = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
  const placed = diagnostics.map((diagnostic) => ({ diagnostic, range: diagnostic.source?.locate() }));
  placed.sort((a, b) => comparePlaces(a.range, b.range));
  const seen = new Set<string>();
  const kept: Diagnostic[] = [];
  for (const { diagnostic, range } of placed) {
    const { severity, code, summary, detail = "" } = diagnostic;
    const key = JSON.stringify([severity, code, summary, detail, range]);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(diagnostic);
  }
  return kept;
};

/** A diagnostic as JSON output holds it. Further places are named in `detail`. */
export const diagnosticJson = (diagnostic: Diagnostic): DiagnosticJson => {
  const { severity, code, summary, hint, source } = diagnostic;
  const further = (diagnostic.also ?? []).map((also) => `${also.summary}: ${placeText(also.source.locate())}`);
  const detail = [...(diagnostic.detail === undefined ? [] : [diagnostic.detail]), ...further].join("\n");
  return {
    severity,
    code,
    summary: withoutTokens(summary),
    ...(detail === "" ? {} : { detail: withoutTokens(detail) }),
    ...(hint === undefined ? {} : { hint: withoutTokens(hint) }),
    ...(source === undefined ? {} : { range: source.locate() }),
  };
};

/** What `validate --json` prints; the shape of `terraform validate -json`. */
export type ValidateDocument = {
  readonly valid: boolean;
  readonly error_count: number;
  readonly warning_count: number;
  readonly diagnostics: readonly DiagnosticJson[];
};

export const validateJson = (diagnostics: readonly Diagnostic[]): ValidateDocument => {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  return {
    valid: errors === 0,
    error_count: errors,
    warning_count: diagnostics.length - errors,
    diagnostics: diagnostics.map(diagnosticJson),
  };
};

type Page = {
  readonly lines: Lines;
  readonly secrets: readonly string[];
  readonly paint: ReturnType<typeof picocolors.createColors>;
};

const renderDiagnostic = (diagnostic: Diagnostic, page: Page): readonly string[] => {
  const { paint } = page;
  const title = diagnostic.severity === "error" ? paint.red("Error") : paint.yellow("Warning");
  const masked = diagnostic.masked === true;
  const shown = [
    `${paint.bold(title)}: ${paint.bold(clean(diagnostic.summary, page))} ${paint.dim(`[${inert(diagnostic.code)}]`)}`,
  ];
  if (diagnostic.source !== undefined) shown.push(...renderPlace("", diagnostic.source.locate(), masked, page));
  for (const also of diagnostic.also ?? []) {
    shown.push(...renderPlace(`${clean(also.summary, page)}: `, also.source.locate(), false, page));
  }
  if (diagnostic.detail !== undefined) {
    for (const line of inertLines(withoutTokens(withoutSecrets(diagnostic.detail, page.secrets))))
      shown.push(`  ${line}`);
  }
  if (diagnostic.hint !== undefined) shown.push(`  ${paint.cyan("hint:")} ${clean(diagnostic.hint, page)}`);
  return shown;
};

const renderPlace = (words: string, range: Range, masked: boolean, page: Page): readonly string[] => {
  const { paint } = page;
  const place = `  ${words}${paint.cyan(placeText(range))}`;
  const line = page.lines(range.filename, range.start.line);
  if (line === undefined) return [place];
  const frame = sourceFrame(range, line, masked, page.secrets);
  const number = String(frame.line);
  const gutter = " ".repeat(number.length);
  const bar = paint.dim("|");
  return [
    place,
    `  ${gutter} ${bar}`,
    `  ${paint.dim(number)} ${bar} ${frame.text}`.trimEnd(),
    `  ${gutter} ${bar} ${paint.red(frame.carets)}`,
  ];
};

const clean = (text: string, page: Page): string => inert(withoutTokens(withoutSecrets(text, page.secrets)));

const placeText = ({ filename, start }: Range): string => `${inert(filename)}:${start.line}:${start.column}`;

/** A secret that holds another is taken out whole. */
const longestFirst = (secrets: readonly string[]): readonly string[] =>
  [...new Set(secrets)].sort((a, b) => b.length - a.length);

const comparePlaces = (a: Range | undefined, b: Range | undefined): number => {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareText(a.filename, b.filename) || a.start.line - b.start.line || a.start.column - b.start.column;
};
