/** Values of a spec for people. */
import type { Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import { ROOM } from "./convert.ts";
import { SETTINGS } from "./settings.ts";

const settings: ReadonlySet<string> = new Set(SETTINGS);

/** See `Provider.show`: `[participant, speaker]`, `off`, `(none)`; a room's setting that is not its own: `(as the team)`. */
export const show = (kind: string, path: readonly string[], value: Json | undefined): string => {
  const [first, ...rest] = path;
  if (value === undefined || value === null) {
    if (first === "permissions" && rest.length > 0) return "off";
    return kind === ROOM && first !== undefined && settings.has(first) ? "(as the team)" : "(none)";
  }
  if (value === true) return "on";
  if (value === false) return "off";
  if (Array.isArray(value)) return `[${value.join(", ")}]`;
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${show(kind, [...path, key], entry as Json)}`);
  return entries.length === 0 ? "(none)" : `{ ${entries.join(", ")} }`;
};
