/** Values of a spec for people. */
import type { Json } from "../../engine/model.ts";
import { isRecord } from "../../engine/util/record.ts";
import { ROOM } from "./convert.ts";

/** See `Provider.show`: `[clear, create]`, `none` as in the files, and what it means that nothing was ever set. */
export const show = (kind: string, _path: readonly string[], value: Json | undefined): string => {
  if (value === undefined || value === null) return notSet(kind);
  if (Array.isArray(value)) return value.length === 0 ? "none" : `[${value.join(", ")}]`;
  if (!isRecord(value)) return String(value);
  const entries = Object.entries(value).map(([key, entry]) => `${key}: ${show(kind, [], entry as Json)}`);
  return entries.length === 0 ? notSet(kind) : `{ ${entries.join(", ")} }`;
};

/** A room in which nothing was set allows everything; somebody without an override has the room's default. */
const notSet = (kind: string): string => (kind === ROOM ? "(not set: all)" : "(not set)");
