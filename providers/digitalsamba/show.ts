/** Values of a spec for people. */
import type { Change, FieldChange, Json } from "../../engine/model.ts";
import type { FieldWords } from "../../engine/provider.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { isTextList, ROOM } from "./convert.ts";
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

/** See `Provider.fieldWords`: a setting that is written as the team has it does not follow the team from then on. */
export const fieldWords = (change: Change, field: FieldChange): FieldWords => {
  const [name, ...rest] = field.path;
  if (change.kind !== ROOM || name === undefined || rest.length > 0 || !isRecord(change.wire)) return {};
  if (name === "roles") return losesUnlisted(change.wire.unlisted, field) ? { removes: "users" } : {};
  if (!settings.has(name) || change.action !== "update") return {};
  const { values, ofTeam } = change.wire;
  const written = isRecord(values) ? (own(values, name) as Json | undefined) : undefined;
  const isOfTeam = isTextList(ofTeam) && ofTeam.includes(name);
  const pinned = isOfTeam ? " (as the team has it, pinned)" : "";
  return {
    ...(field.before === undefined && !isOfTeam ? { before: typeof written === "boolean" ? "off" : "(none)" } : {}),
    ...(field.after === undefined && written !== undefined
      ? { after: `${show(change.kind, field.path, written)}${pinned}` }
      : {}),
  };
};

const losesUnlisted = (unlisted: unknown, { before, after }: FieldChange): boolean =>
  isTextList(unlisted) &&
  isTextList(before) &&
  isTextList(after) &&
  before.some((name) => unlisted.includes(name) && !after.includes(name));
