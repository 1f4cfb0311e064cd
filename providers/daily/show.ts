/** Values of a spec for people. */
import type { Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import { LIVE } from "./convert.ts";

/**
 * See `Provider.show`: `[audio]`, `true`, `none` for `canSend: false`; `(default)` where nothing of its own is set, which in a
 * running call is what everybody else there has.
 */
export const show = (kind: string, path: readonly string[], value: Json | undefined): string => {
  if (value === undefined || value === null) return kind === LIVE ? "(as everybody else)" : "(default)";
  const field = path.at(-1) ?? "";
  if (value === false && (field === "canSend" || field === "canAdmin")) return "none";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${show("", [key], entry as Json)}`);
  return entries.length === 0 ? "(none)" : `{ ${entries.join(", ")} }`;
};
