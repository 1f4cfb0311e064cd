import type { FailureReason, PlanDocument } from "../plan-document.ts";
import { callSection, driftSection } from "./calls-text.ts";
import { checkSection } from "./checks-text.ts";
import { wrapItems } from "./columns.ts";
import { effectSection, laterSection } from "./effects-text.ts";
import { inert, inertName } from "./inert.ts";
import { type Page, pageOf, type RenderOptions } from "./page.ts";
import { count, minuteText } from "./words.ts";

const MOST_PENDING = 8;
/** A plan for an instant further than this from the clock is for reading. */
const READING_MS = 5 * 60_000;

/**
 * A plan for people: who gains and loses what, the calls, what is pending, checks and guards, the totals. Ends with a
 * line break. Works from the document alone, so a saved plan reads as it did when it was made.
 */
export const renderPlan = (plan: PlanDocument, options: RenderOptions): string => {
  const page = pageOf(plan.providers, options);
  const unchanged = plan.calls.length === 0 && plan.resource_changes.length === 0;
  const blocks = unchanged ? unchangedBlocks(plan, page) : changedBlocks(plan, page);
  const texts = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
  return `${texts.join("\n\n")}\n`;
};

const changedBlocks = (plan: PlanDocument, page: Page): readonly (readonly string[])[] => [
  [
    `${page.paint.bold(`Rolecall plan ${shortDigest(plan)}`)} · ${readText(plan)}${reservations(plan)}`,
    ...scopeLines(plan),
  ],
  [...effectSection(plan.effects, plan.verdict, page), ...laterSection(plan.later, page)],
  callSection(plan, page),
  driftSection(plan, page),
  [...pendingLines(plan, page), ...leftLines(plan, page), ...checkSection(plan, page)],
  [...obstacles(plan, page), page.paint.bold(totals(plan))],
];

const unchangedBlocks = (plan: PlanDocument, page: Page): readonly (readonly string[])[] => {
  const worthTelling =
    plan.checks.some(({ status }) => status !== "passed") || plan.guards.some(({ passed }) => !passed);
  const counted = plan.checks.length > 0 || plan.diagnostics.length > 0;
  return [
    [`${page.paint.bold("No changes.")} ${comparedText(plan)}${reservations(plan)}`, ...scopeLines(plan)],
    laterSection(plan.later, page),
    driftSection(plan, page),
    [
      ...pendingLines(plan, page),
      ...leftLines(plan, page),
      ...(worthTelling || counted ? checkSection(plan, page) : []),
    ],
    obstacles(plan, page),
  ];
};

const shortDigest = ({ digest }: PlanDocument): string => inert(digest.replace(/^sha256:/u, "").slice(0, 6));

const readText = ({ providers, summary, at }: PlanDocument): string =>
  `${count(providers.length, "provider")} · read ${count(summary.read, "object")} · as of ${minuteText(at)}`;

const comparedText = (plan: PlanDocument): string => {
  const where = `${count(plan.summary.read, "object")} of ${count(plan.providers.length, "provider")}`;
  return `Compared the files with ${where} as of ${minuteText(plan.at)} (plan ${shortDigest(plan)})`;
};

/** Why this plan is for reading only, where it is. */
const reservations = (plan: PlanDocument): string => {
  const { snapshot } = plan.options;
  const parts: string[] = [];
  if (snapshot !== null) {
    const taken = /^\d{4}-\d\d-\d\dT/u.test(snapshot) ? `of ${minuteText(snapshot)}` : inertName(snapshot);
    parts.push(`against the snapshot ${taken}, cannot be applied`);
  }
  if (Math.abs(Date.parse(plan.at) - Date.parse(plan.timestamp)) > READING_MS) {
    parts.push(`for reading: made at ${minuteText(plan.timestamp)}`);
  }
  return parts.map((part) => ` · ${part}`).join("");
};

const scopeLines = ({ options }: PlanDocument): readonly string[] => {
  const parts: string[] = [];
  if (options.targets.length > 0) parts.push(`only ${options.targets.map(inert).join(", ")}`);
  if (options.excludes.length > 0) parts.push(`without ${options.excludes.map(inert).join(", ")}`);
  return parts.length === 0 ? [] : [`Scope: ${parts.join("; ")}`];
};

/** Few pending things one by one, many by reason. */
const pendingLines = (plan: PlanDocument, page: Page): readonly string[] => {
  const { pending } = plan;
  const [first] = pending;
  if (first === undefined) return [];
  const heading = `${page.paint.bold("PENDING")} ${pending.length}`;
  if (pending.length === 1) return [`${heading}   ${inert(first.address)}: ${inert(first.reason)}`];
  if (pending.length <= MOST_PENDING) {
    return [heading, ...pending.map(({ address, reason }) => `  ${inert(address)}: ${inert(reason)}`)];
  }
  const byReason = new Map<string, string[]>();
  for (const { address, reason } of pending) byReason.set(reason, [...(byReason.get(reason) ?? []), inert(address)]);
  return [
    heading,
    ...[...byReason].flatMap(([reason, addresses]) => [
      `  ${inert(reason)} (${addresses.length}):`,
      ...wrapItems(shortened(addresses), page.width - 4).map((line) => `    ${line}`),
    ]),
  ];
};

const shortened = (addresses: readonly string[]): readonly string[] => {
  if (addresses.length <= MOST_PENDING) return addresses;
  const shown = addresses.slice(0, MOST_PENDING - 1);
  return [...shown, `${addresses[MOST_PENDING - 1]} and ${addresses.length - MOST_PENDING} more`];
};

const leftLines = ({ summary }: PlanDocument, page: Page): readonly string[] => {
  if (summary.unmanaged === 0) return [];
  const one = summary.unmanaged === 1;
  return [
    `${page.paint.bold("LEFT")}    ${count(summary.unmanaged, "entry", "entries")} that no file lists ${one ? "stays as it is" : "stay as they are"}`,
  ];
};

const OBSTACLES: ReadonlyMap<FailureReason, string> = new Map([
  ["guard-failed", "a guard failed"],
  ["check-failed", "a check failed"],
  ["approval-required", "it needs an approval that is named above"],
]);

const obstacles = (plan: PlanDocument, page: Page): readonly string[] => {
  if (!plan.errored) return [];
  const reason = plan.failure_reason;
  const why = reason === null ? "see the errors" : (OBSTACLES.get(reason) ?? `see the errors (${reason})`);
  return [page.paint.red(`This plan cannot be applied as it is: ${why}.`)];
};

const totals = ({ summary }: PlanDocument): string =>
  `Plan: ${summary.add} to add, ${summary.change} to change, ${summary.destroy} to destroy.`;
