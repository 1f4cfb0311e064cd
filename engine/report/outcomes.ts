import type { Address, Outcome, OutcomeStatus } from "../model.ts";
import {
  type ApplyDocument,
  type DiagnosticJson,
  type ErrorDocument,
  type FailureReason,
  FORMAT_VERSION,
  type PlanDocument,
} from "../plan-document.ts";
import { cell, columns, type Row } from "./columns.ts";
import { inert } from "./inert.ts";
import { type Page, pageOf, type RenderOptions } from "./page.ts";
import { sourceText } from "./words.ts";

/** Lines of each status that are printed; JSON has all. */
const MOST_LINES = 50;

const WORDS = { failed: "failed", unknown: "unknown", not_started: "not started" } as const;

/** What an apply could not set: the pending things of its plan, and `away`, whom it was for and who has left since. */
type Unset = {
  readonly providers: PlanDocument["providers"];
  readonly pending: readonly { readonly address: Address }[];
  readonly away: readonly Address[];
};

/** How many objects are not set now: of one, people who were pending and people who have left since count once. */
export const pendingCount = ({ pending, away }: Omit<Unset, "providers">): number =>
  new Set([...pending.map(({ address }) => address), ...away]).size;

/** How an apply ended: a line for each object that is not done, and the totals as the last line. Ends with a line break. */
export const renderOutcomes = (
  outcomes: readonly Outcome[],
  { providers, pending, away }: Unset,
  options: RenderOptions,
): string => {
  const page = pageOf(providers, options);
  const rows: Row[] = [];
  for (const status of ["failed", "unknown", "not_started"] as const) {
    const found = outcomes.filter((outcome) => outcome.status === status);
    rows.push(...found.slice(0, MOST_LINES).map((outcome) => outcomeRow(outcome, status, page)));
    if (found.length > MOST_LINES) rows.push(`  … and ${found.length - MOST_LINES} more ${WORDS[status]}`);
  }
  rows.push(...away.slice(0, MOST_LINES).map((address) => awayRow(address, page)));
  if (away.length > MOST_LINES) rows.push(`  … and ${away.length - MOST_LINES} more pending`);
  const { done, failed, unknown, not_started } = summaryOf(outcomes, 0);
  const unset = pendingCount({ pending, away });
  const numbers = `${done} done, ${failed} failed, ${unknown} unknown, ${not_started} not started, ${unset} pending`;
  const lines = columns(rows);
  return `${[...lines, ...(lines.length > 0 ? [""] : []), page.paint.bold(`Applied: ${numbers}.`)].join("\n")}\n`;
};

const outcomeRow = (outcome: Outcome, status: Exclude<OutcomeStatus, "done">, page: Page): Row => [
  cell(WORDS[status], status === "failed" ? page.paint.red : page.paint.yellow),
  cell(inert(outcome.address)),
  cell(sourceText(outcome.source), page.paint.dim),
  cell(inert(outcome.error ?? "")),
];

const awayRow = (address: Address, page: Page): Row => [
  cell("pending", page.paint.yellow),
  cell(inert(address)),
  cell(""),
  cell("not there any more"),
];

const summaryOf = (outcomes: readonly Outcome[], pending: number): ApplyDocument["summary"] => {
  const summary = { done: 0, failed: 0, unknown: 0, not_started: 0, pending };
  for (const { status } of outcomes) summary[status] += 1;
  return summary;
};

/** What `apply --json` writes. `pending`: how many things could not be set now. */
export const applyDocument = (result: {
  readonly digest: string;
  readonly outcomes: readonly Outcome[];
  readonly pending: number;
  readonly failure_reason: FailureReason | null;
  readonly diagnostics: readonly DiagnosticJson[];
}): ApplyDocument => ({
  format_version: FORMAT_VERSION,
  digest: result.digest,
  errored: result.failure_reason !== null,
  failure_reason: result.failure_reason,
  summary: summaryOf(result.outcomes, result.pending),
  outcomes: result.outcomes,
  diagnostics: result.diagnostics,
});

/** What `--json` writes for an error that ends a command before it has a document of its own. */
export const errorDocument = (
  failure_reason: FailureReason,
  diagnostics: readonly DiagnosticJson[],
): ErrorDocument => ({ format_version: FORMAT_VERSION, errored: true, failure_reason, diagnostics });
