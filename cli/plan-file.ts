import { readFile } from "node:fs/promises";
import { planChecksum } from "../engine/plan/checksum.ts";
import { FORMAT_VERSION, type PlanDocument } from "../engine/plan-document.ts";
import { isRecord } from "../engine/util/record.ts";
import { CommandFailure, problem } from "./failures.ts";
import { writePrivateFile } from "./private-files.ts";

const MAX_BYTES = 512 * 1024 * 1024;

/** Saves a plan whole or not at all, readable by its owner only. Throws PrivateFileError when it cannot be written. */
export const savePlan = async (file: string, plan: PlanDocument): Promise<void> => {
  await writePrivateFile(file, `${JSON.stringify({ ...plan, checksum: planChecksum(plan) }, null, 1)}\n`);
};

/**
 * Reads a saved plan. Throws CommandFailure: `usage` when there is no such file or it is no plan, `plan-changed` when it
 * is one of another format.
 */
export const loadPlan = async (file: string, shown: string): Promise<PlanDocument> => {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure("usage", [
      problem("file-unreadable", `the plan ${shown} cannot be read (${error.code ?? "no reason given"})`),
    ]);
  });
  const value = bytes.length > MAX_BYTES ? undefined : parse(bytes.toString("utf8"));
  if (!isRecord(value) || typeof value.format_version !== "string") throw notAPlan(shown);
  if (value.format_version !== FORMAT_VERSION) {
    const summary = `${shown} is a plan of format ${value.format_version}; this version of Rolecall makes and applies format ${FORMAT_VERSION}`;
    throw new CommandFailure("plan-changed", [
      problem("plan-unreadable", summary, "make the plan again with this version"),
    ]);
  }
  if (!looksLikePlan(value)) throw notAPlan(shown);
  return value as unknown as PlanDocument;
};

const notAPlan = (shown: string): CommandFailure =>
  new CommandFailure("invalid", [
    problem("plan-unreadable", `${shown} is not a saved plan`, "make one with rolecall plan --out FILE"),
  ]);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const LISTS = [
  "resource_changes",
  "resource_drift",
  "effects",
  "later",
  "calls",
  "preconditions",
  "pending",
  "checks",
  "guards",
  "diagnostics",
  "providers",
];
const CALL_PARTS = ["id", "provider", "changes", "method", "path", "after"];
const CHANGE_PARTS = ["address", "provider", "kind", "id", "change", "fields"];
const OBJECTS = ["summary", "transition", "options"];
const TEXTS = ["digest", "at", "timestamp", "verdict", "meaning", "rolecall_version"];

const looksLikePlan = (value: { readonly [key: string]: unknown }): boolean =>
  LISTS.every((key) => isListOfObjects(value[key])) &&
  OBJECTS.every((key) => isRecord(value[key])) &&
  CALL_PARTS.every((key) => (value.calls as readonly object[]).every((call) => key in call)) &&
  CHANGE_PARTS.every((key) => (value.resource_changes as readonly object[]).every((change) => key in change)) &&
  TEXTS.every((key) => typeof value[key] === "string");

const isListOfObjects = (value: unknown): boolean => Array.isArray(value) && value.every(isRecord);
