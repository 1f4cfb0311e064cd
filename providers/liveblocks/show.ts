/** Values of a spec for people. */
import type { Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";

/** See `Provider.show`: `[room:write]`, `(none)`; a metadata text as it is. */
export const show = (_kind: string, _path: readonly string[], value: Json | undefined): string => {
  if (value === undefined || value === null) return "(none)";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${show("", [], entry as Json)}`);
  return entries.length === 0 ? "(none)" : `{ ${entries.join(", ")} }`;
};
