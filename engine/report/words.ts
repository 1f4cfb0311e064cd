import type { SourceJson, Subject } from "../model.ts";
import { inert, inertName } from "./inert.ts";

/** `1 call`, `2 calls`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** The first few of a list, and how many more there are: `a, b and 3 more`. */
export const firstOf = (items: readonly string[], most: number): string => {
  if (items.length <= most) return items.join(", ");
  return `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
};

/** `alice`, `group partners`, `everyone`. */
export const subjectName = (subject: Subject): string => {
  if (subject.kind === "everyone") return "everyone";
  return subject.kind === "user" ? inertName(subject.id) : `${subject.kind} ${inertName(subject.id)}`;
};

/** `file:line:column`. */
export const sourceText = (source: SourceJson | null): string =>
  source === null ? "" : `${inert(source.file)}:${source.line}:${source.column}`;

/** An instant as people write it: `2027-01-01` for a midnight, else `2026-11-21T10:00Z`. */
export const instantText = (iso: string): string => {
  const minute = minuteText(iso);
  return minute.endsWith("T00:00Z") ? minute.slice(0, 10) : minute;
};

/** An instant to the minute: `2026-11-21T10:00Z`. */
export const minuteText = (iso: string): string => {
  const time = Date.parse(iso);
  return Number.isNaN(time) ? inert(iso) : `${new Date(time).toISOString().slice(0, 16)}Z`;
};

/** One argument of a command, ready to paste into a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
