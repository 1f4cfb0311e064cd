import type { Json } from "../model.ts";
import type { PlanDocument } from "../plan-document.ts";
import { digestOf } from "../util/digest.ts";
import { isRecord } from "../util/record.ts";

/** Positions may move without that a plan becomes another. */
const POSITIONS: ReadonlySet<string> = new Set(["source", "range"]);

/**
 * A checksum of all that a saved plan shows, so that nobody reviews what was edited: words, totals, what is pending or
 * later. Not covered: positions, when and by which version it was made, and itself.
 */
export const planChecksum = (plan: PlanDocument): string => {
  const { timestamp: _timestamp, rolecall_version: _version, checksum: _checksum, ...rest } = plan;
  return digestOf(withoutPositions(JSON.parse(JSON.stringify(rest)) as Json));
};

const withoutPositions = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutPositions);
  if (!isRecord(value)) return value;
  const kept = Object.entries(value as { readonly [key: string]: Json }).filter(([key]) => !POSITIONS.has(key));
  return Object.fromEntries(kept.map(([key, entry]) => [key, withoutPositions(entry)]));
};
