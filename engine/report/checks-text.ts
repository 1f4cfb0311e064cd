import type { CheckResult, GuardResult, PlanDocument } from "../plan-document.ts";
import { cell, columns, type Row } from "./columns.ts";
import { inert } from "./inert.ts";
import { type Page, pageOf, type RenderOptions } from "./page.ts";
import { count, instantText, sourceText, subjectName } from "./words.ts";

/** Places that are named for one failed check. */
const MOST_FAILURES = 10;

/** The section CHECKS: assertions, guards and the number of warnings; what failed, and what to do about it. */
export const checkSection = (plan: PlanDocument, page: Page): readonly string[] => {
  const parts = [checkTotals(plan.checks), `guards: ${guardTotals(plan.guards)}`];
  const warnings = plan.diagnostics.filter(({ severity }) => severity === "warning").length;
  if (warnings > 0) parts.push(count(warnings, "warning"));
  return [
    `${page.paint.bold("CHECKS")}  ${parts.join(" · ")}`,
    ...columns(
      plan.checks.flatMap((check) => checkRows(check, page)),
      "  ",
    ),
    ...plan.guards.flatMap((guard) => guardLines(guard, page)),
  ];
};

/** The results of `test`: what failed and why, and the totals as the last line. Ends with a line break. */
export const renderChecks = (checks: readonly CheckResult[], options: RenderOptions): string => {
  if (checks.length === 0) return "No checks: the files have no `checks:`.\n";
  const page = pageOf([], options);
  const rows = columns(checks.flatMap((check) => checkRows(check, page)));
  return `${[...rows, ...(rows.length > 0 ? [""] : []), page.paint.bold(`Checks: ${checkTotals(checks)}.`)].join("\n")}\n`;
};

const checkTotals = (checks: readonly CheckResult[]): string => {
  if (checks.length === 0) return "none";
  const parts: string[] = [];
  for (const status of ["passed", "failed", "mended", "unknown"] as const) {
    const number = checks.filter((check) => check.status === status).length;
    if (number > 0) parts.push(`${number} ${status}`);
  }
  return parts.join(", ");
};

const checkRows = (check: CheckResult, page: Page): readonly Row[] => {
  if (check.status === "passed") return [];
  const failed = check.status === "failed";
  const name = cell(inert(check.name));
  const source = cell(sourceText(check.source), page.paint.dim);
  if (check.status === "unknown") {
    const why = check.message === undefined ? "not evaluated" : `not evaluated: ${inert(check.message)}`;
    return [[cell("unknown", page.paint.yellow), name, cell(why), source]];
  }
  if (!failed) {
    return [[cell("mended"), name, cell("failing now, mended by this plan"), source]];
  }
  const rows: Row[] = [[cell("failed", page.paint.red), name, cell(stateText(check.state)), source]];
  if (check.message !== undefined) rows.push(`          ${inert(check.message)}`);
  const failures = check.failures ?? [];
  for (const failure of failures.slice(0, MOST_FAILURES)) {
    const who = `${subjectName(failure.subject)} · ${page.roomName(failure.provider, failure.room)}`;
    const why = [inert(failure.capability), inert(failure.via), sourceText(failure.source)];
    rows.push(`          ${[who, ...why].filter(Boolean).join("  ")}`);
  }
  if (failures.length > MOST_FAILURES) rows.push(`          … and ${failures.length - MOST_FAILURES} more`);
  return rows;
};

const stateText = (state: string | undefined): string => {
  if (state === undefined || state === "after") return "";
  if (state === "before") return "before this plan";
  const call = /^c(\d+)$/u.exec(state)?.[1];
  if (call !== undefined) return `after call ${call}`;
  return Number.isNaN(Date.parse(state)) ? inert(state) : `from ${instantText(state)} on`;
};

const guardTotals = (guards: readonly GuardResult[]): string => {
  const failed = guards.filter(({ passed }) => !passed).length;
  if (failed > 0) return `${failed} failed`;
  const touched = guards
    .filter((guard) => guard.count > 0)
    .map((guard) => `${tally(guard)} (limit ${inert(guard.limit)})`);
  return touched.length === 0 ? "within their limits" : touched.join(", ");
};

const tally = ({ guard, count: number, total }: GuardResult): string => {
  const of = total === undefined ? `${number}` : `${number} of ${total}`;
  switch (guard) {
    case "removals":
      return `${of} ${(total ?? number) === 1 ? "grant" : "grants"} ${number === 1 ? "loses" : "lose"} something`;
    case "gains":
      return `${of} ${(total ?? number) === 1 ? "grant" : "grants"} ${number === 1 ? "gains" : "gain"} something`;
    case "deletions":
      return count(number, "deletion");
    case "creations":
      return count(number, "creation");
    case "emptied":
      return `${count(number, "room")} emptied`;
    case "lastHolder":
      return `${count(number, "last holder")} removed`;
  }
};

const guardLines = (guard: GuardResult, page: Page): readonly string[] => {
  const note = guard.allowed_by;
  if (guard.passed) {
    return note === undefined ? [] : [page.paint.dim(`  ${tally(guard)}: allowed by ${inert(note)}`)];
  }
  const limit = guard.message.includes(guard.limit) ? "" : ` (limit ${inert(guard.limit)})`;
  const lines = [
    `  ${page.paint.red("failed")}  guard ${guard.guard}: ${inert(guard.message || tally(guard))}${limit}`,
  ];
  if (guard.flag !== undefined && !guard.message.includes(guard.flag))
    lines.push(`          to allow it: ${inert(guard.flag)}`);
  return lines;
};
