import type { ResourceChange } from "../plan-document.ts";
import { wrapItems } from "./columns.ts";
import { inert } from "./inert.ts";
import type { Page } from "./page.ts";
import { valueDiff } from "./value-diff.ts";
import { displayWidth } from "./width.ts";

const MOST_FIELDS = 20;
const WIDEST_NAME = 36;

/** The sign of one change. */
export const signOf = (change: ResourceChange): "+" | "~" | "-" => {
  const [action] = change.change.actions;
  return action === "create" ? "+" : action === "delete" ? "-" : "~";
};

/** A sign in its colour. */
export const paintSign = (sign: string, page: Page): string => {
  if (sign === "+") return page.paint.green(sign);
  return sign === "-" ? page.paint.red(sign) : page.paint.yellow(sign);
};

/** What a change does to its object, field by field, in lines to stand beside its address. */
export const changeDetails = (change: ResourceChange, width: number, page: Page): readonly string[] => {
  const notes: string[] = [];
  if (change.action_reason !== null) notes.push(inert(change.action_reason));
  if (change.needed_by !== undefined) notes.push(`needed by ${inert(change.needed_by)}`);
  const lines = notes.length === 0 ? [] : [page.paint.dim(notes.join("; "))];
  const sign = signOf(change);
  if (sign === "-") return lines;
  const fields = change.fields.slice(0, MOST_FIELDS);
  const widths = fields.map((field) => displayWidth(pathText(field.path))).filter((length) => length <= WIDEST_NAME);
  const nameWidth = Math.max(0, ...widths);
  for (const field of fields) lines.push(...fieldLines(field, sign, nameWidth, width, page));
  const rest = change.fields.length - fields.length;
  if (rest > 0) lines.push(page.paint.dim(`… and ${rest} more ${rest === 1 ? "field" : "fields"}`));
  return lines;
};

const pathText = (path: readonly string[]): string => path.map(inert).join(".");

const fieldLines = (
  field: ResourceChange["fields"][number],
  sign: "+" | "~",
  nameWidth: number,
  width: number,
  page: Page,
): readonly string[] => {
  const name = pathText(field.path);
  const mode = field.mode === undefined ? "" : `  (${field.mode})`;
  const pad = " ".repeat(Math.max(0, nameWidth - displayWidth(name)));
  if (sign === "+") {
    const value = inert(field.after);
    if (displayWidth(value) <= width - nameWidth - 2) return [`${name}${pad}  ${value}`];
    const words = field.after.split(" ").map(inert);
    return [name, ...wrapItems(words, width - 2, " ").map((line) => `  ${line}`)];
  }
  const { inline, lines } = valueDiff(field.before, field.after, width - nameWidth - 2 - mode.length, page);
  if (inline) return [`${name}${pad}  ${lines.join("")}${mode}`];
  return [`${name}${mode}`, ...lines.map((line) => `  ${line}`)];
};
