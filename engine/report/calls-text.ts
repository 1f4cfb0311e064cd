import type { PlanCall, PlanDocument, ResourceChange, TransitionException } from "../plan-document.ts";
import { capabilitiesText } from "./capabilities-text.ts";
import { changeDetails, paintSign, signOf } from "./changes-text.ts";
import { inert, inertName } from "./inert.ts";
import type { Page } from "./page.ts";
import { displayWidth } from "./width.ts";
import { count, firstOf, shellWord, subjectName } from "./words.ts";

/** Objects whose calls are listed one by one; beyond that a count by provider. */
const MOST_OBJECTS = 50;
/** Longer addresses have their details on the next line. */
const WIDEST_ADDRESS = 48;
const LEAST_DETAILS = 40;

/** The section CALLS: what will be sent, in order, and whether every state on the way is safe. */
export const callSection = (plan: PlanDocument, page: Page): readonly string[] => {
  if (plan.calls.length === 0) return [];
  const { calls, minimum_calls } = plan.summary;
  const lines = [
    `${page.paint.bold("CALLS")}   ${calls} (minimum ${minimum_calls}) · transition: ${transitionText(plan)}`,
    ...objectLines(objectsOf(plan), page),
  ];
  const { reason, exceptions } = plan.transition;
  if (reason !== undefined) lines.push(`  ${inert(reason)}`);
  for (const exception of exceptions) lines.push(...exceptionLines(exception, plan, page));
  return lines;
};

/** The section DRIFT: what `observe` found to differ; nothing is sent for it. */
export const driftSection = (plan: PlanDocument, page: Page): readonly string[] => {
  const drift = plan.resource_drift;
  if (drift.length === 0) return [];
  const heading = `${page.paint.bold("DRIFT")}   ${count(drift.length, "object differs", "objects differ")} from the files and ${drift.length === 1 ? "is" : "are"} only observed`;
  const objects = drift.map((change) => ({
    lead: "",
    sign: signOf(change),
    address: change.address,
    note: "",
    provider: change.provider,
    change,
  }));
  return [heading, ...objectLines(objects, page)];
};

const transitionText = ({ transition }: PlanDocument): string => {
  const { points, exceptions } = transition;
  if (transition.safe && exceptions.length === 0) return `safe at all ${count(points, "point")}`;
  if (exceptions.length === 0) return "not safe";
  return `safe at all ${count(points, "point")} but for ${count(exceptions.length, "exception")}`;
};

/** One object of one call: what a line speaks of. */
type CallObject = {
  /** The number of the call, at its first object. */
  readonly lead: string;
  readonly sign: string;
  readonly address: string;
  readonly note: string;
  readonly provider: string;
  readonly change: ResourceChange | undefined;
};

const numberOf = (id: string): string => (/^c\d+$/u.test(id) ? id.slice(1) : inert(id));

const objectsOf = (plan: PlanDocument): readonly CallObject[] => {
  const changes = new Map(plan.resource_changes.map((change) => [change.address, change]));
  const steps = new Map<string, number>();
  for (const { changes: addresses } of plan.calls) {
    for (const address of addresses) steps.set(address, (steps.get(address) ?? 0) + 1);
  }
  const taken = new Map<string, number>();
  const objects: CallObject[] = [];
  for (const call of plan.calls) {
    for (const [index, address] of call.changes.entries()) {
      const change = changes.get(address);
      const step = (taken.get(address) ?? 0) + 1;
      taken.set(address, step);
      objects.push({
        lead: index === 0 ? numberOf(call.id) : "",
        sign: change === undefined ? "~" : step > 1 && signOf(change) === "+" ? "~" : signOf(change),
        address,
        note: noteOf(call, step, steps.get(address) ?? 1),
        provider: call.provider,
        change: step === 1 ? change : undefined,
      });
    }
  }
  return objects;
};

const noteOf = (call: PlanCall, step: number, steps: number): string => {
  const parts: string[] = [];
  if (steps > 1) parts.push(`step ${step} of ${steps}, ${call.direction}`);
  if (call.staging) parts.push("only to keep the way there safe");
  return parts.join("; ");
};

const objectLines = (objects: readonly CallObject[], page: Page): readonly string[] => {
  const shown = objects.slice(0, MOST_OBJECTS);
  const leadWidth = Math.max(1, ...shown.map(({ lead }) => lead.length));
  const widths = shown.map(({ address }) => displayWidth(inert(address))).filter((width) => width <= WIDEST_ADDRESS);
  const addressWidth = Math.max(0, ...widths);
  const left = leadWidth + addressWidth + 9;
  const lines = shown.flatMap((object) => {
    const address = inert(object.address);
    const room = Math.max(LEAST_DETAILS, page.width - left);
    const notes = object.note === "" ? [] : [page.paint.dim(object.note)];
    const details = [...notes, ...(object.change === undefined ? [] : changeDetails(object.change, room, page))];
    const head = `  ${object.lead.padStart(leadWidth)} ${paintSign(object.sign, page)} ${address}`;
    const indent = " ".repeat(left);
    const width = displayWidth(address);
    if (width > addressWidth) return [head, ...details.map((line) => indent + line)];
    const [first, ...more] = details;
    if (first === undefined) return [head];
    return [`${head}${" ".repeat(addressWidth - width + 4)}${first}`, ...more.map((line) => indent + line)];
  });
  const rest = objects.slice(MOST_OBJECTS);
  return rest.length === 0 ? lines : [...lines, `  ${page.paint.dim(restText(rest))}`];
};

const restText = (rest: readonly CallObject[]): string => {
  const byProvider = new Map<string, Map<string, number>>();
  for (const { provider, sign } of rest) {
    const signs = byProvider.get(provider) ?? new Map<string, number>();
    byProvider.set(provider, signs.set(sign, (signs.get(sign) ?? 0) + 1));
  }
  const parts = [...byProvider].map(
    ([provider, signs]) => `${inertName(provider)} ${[...signs].map(([sign, number]) => `${sign}${number}`).join(" ")}`,
  );
  return `… and ${rest.length} more: ${parts.join(", ")} (--json lists all)`;
};

const exceptionLines = (exception: TransitionException, plan: PlanDocument, page: Page): readonly string[] => {
  const { subjects, type, capabilities, place, call, until, address, accepted } = exception;
  const one = subjects.length === 1;
  const verb = type === "lacks" ? (one ? "lacks" : "lack") : one ? "has too early" : "have too early";
  const who = firstOf(subjects.map(subjectName), 5);
  const from = `from call ${numberOf(call)} until call ${numberOf(until)}`;
  const what = `${who} ${verb} ${capabilitiesText(page.fold(capabilities))} in ${page.roomName(place.provider, place.room)}`;
  const lines = [`  ${page.paint.yellow("!")} ${from}: ${what}`];
  if (accepted) return [...lines, page.paint.dim(`    accepted by --accept-transient ${inert(shellWord(address))}`)];
  const others = plan.transition.exceptions.filter((other) => other.address === address);
  if (others.at(-1) !== exception) return lines;
  return [...lines, `    to accept this: --accept-transient ${inert(shellWord(address))}`];
};
