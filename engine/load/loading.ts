import type { Diagnostic, DiagnosticCode, Instant, Severity, Source } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { nearest } from "../util/nearest.ts";

/** What is said beside the summary. */
type More = Pick<Diagnostic, "detail" | "hint" | "also" | "masked">;

/** What every reader of a part of the files is given. */
export type Loading = {
  readonly languages: ReadonlyMap<string, ProviderLanguage>;
  readonly allowEnv: ReadonlySet<string>;
  readonly at: Instant;
  /** Types for which the files write settings that the service does not have; that has been said. */
  readonly withoutSettings: Set<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** How many more there were than are kept. */
  readonly untold: number;
  error(code: DiagnosticCode, summary: string, source: Source, more?: More): void;
  warn(code: DiagnosticCode, summary: string, source: Source, more?: More): void;
  add(diagnostic: Diagnostic): void;
  /** Whether nothing is wrong so far, in the texts neither. */
  isSound(): boolean;
  /** Whether a name may stand in what could not be read: it is then no mistake that it is not known. */
  mayHold(name: string): boolean;
  /** `did you mean "…"`, or else. */
  didYouMean(word: string, candidates: Iterable<string>, otherwise?: string): { readonly hint?: string };
};

/** Diagnostics of one severity that are kept; further ones are only counted. */
const MOST_KEPT = 1_000;
/** Suggestions in one load: they compare texts, and a file may hold a hundred thousand mistakes. */
const MAX_SUGGESTIONS = 200;

/** A load that has found nothing yet. */
export const createLoading = (options: {
  readonly languages: ReadonlyMap<string, ProviderLanguage>;
  readonly allowEnv: readonly string[];
  readonly at: Instant;
  readonly mayHold?: ((name: string) => boolean) | undefined;
}): Loading => {
  const diagnostics: Diagnostic[] = [];
  const counts = { error: 0, warning: 0 };
  let suggestions = 0;
  const add = (diagnostic: Diagnostic): void => {
    counts[diagnostic.severity] += 1;
    if (counts[diagnostic.severity] <= MOST_KEPT) diagnostics.push(diagnostic);
  };
  const say =
    (severity: Severity) =>
    (code: DiagnosticCode, summary: string, source: Source, more: More = {}): void =>
      add({ severity, code, summary, source, ...more });
  return {
    languages: options.languages,
    allowEnv: new Set(options.allowEnv),
    at: options.at,
    withoutSettings: new Set(),
    diagnostics,
    get untold() {
      return Math.max(0, counts.error - MOST_KEPT) + Math.max(0, counts.warning - MOST_KEPT);
    },
    error: say("error"),
    warn: say("warning"),
    add,
    isSound: () => counts.error === 0 && options.mayHold === undefined,
    mayHold: options.mayHold ?? (() => false),
    didYouMean: (word, candidates, otherwise) => {
      suggestions += 1;
      const found = suggestions > MAX_SUGGESTIONS ? undefined : nearest(word, candidates);
      if (found !== undefined) return { hint: `did you mean "${found}"?` };
      return otherwise === undefined ? {} : { hint: otherwise };
    },
  };
};
