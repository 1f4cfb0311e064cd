import { diffArrays, diffLines, diffWordsWithSpace } from "diff";
import { wrapItems } from "./columns.ts";
import { inert, inertLines } from "./inert.ts";
import type { Page } from "./page.ts";
import { displayWidth } from "./width.ts";
import { count } from "./words.ts";

/** Unchanged text kept on either side of a changed word. */
const CONTEXT = 24;
const MOST_LINES = 20;
/** Texts that differ in more words are not compared: time grows with the square of this. */
const MOST_EDITS = 2000;

/** `inline`: one line that may stand beside the name of its field. */
export type ValueDiff = { readonly inline: boolean; readonly lines: readonly string[] };

/**
 * A value before and after for reading: one line `a -> b` where it fits into `width`, else what was added and taken away,
 * lists by item, text by line or by word. Values are as the provider shows them; what is returned is inert.
 */
export const valueDiff = (before: string, after: string, width: number, page: Page): ValueDiff => {
  const short = `${inert(before)} -> ${inert(after)}`;
  if (!`${before}${after}`.includes("\n") && displayWidth(short) <= width) {
    return { inline: true, lines: [short] };
  }
  const listed = listDiff(before, after, width, page);
  if (listed !== undefined) return { inline: false, lines: listed };
  const lines = `${before}${after}`.includes("\n") ? linesDiff(before, after, page) : wordsDiff(before, after, page);
  const whole = [page.paint.red(`- ${shortened(inert(before))}`), page.paint.green(`+ ${shortened(inert(after))}`)];
  return { inline: false, lines: cut(lines ?? whole) };
};

const itemsOf = (text: string): readonly string[] | undefined => {
  if (!text.startsWith("[") || !text.endsWith("]") || text.includes("\n")) return undefined;
  return text === "[]" ? [] : text.slice(1, -1).split(", ");
};

const listDiff = (before: string, after: string, width: number, page: Page): readonly string[] | undefined => {
  const old = itemsOf(before);
  const now = itemsOf(after);
  if (old === undefined || now === undefined) return undefined;
  const added: string[] = [];
  const removed: string[] = [];
  let same = 0;
  const parts = diffArrays([...old], [...now], { maxEditLength: MOST_EDITS });
  if (parts === undefined) return undefined;
  for (const part of parts) {
    if (part.added) added.push(...part.value.map(inert));
    else if (part.removed) removed.push(...part.value.map(inert));
    else same += part.value.length;
  }
  const plus = wrapItems(added, width - 2).map((line) => page.paint.green(`+ ${line}`));
  const minus = wrapItems(removed, width - 2).map((line) => page.paint.red(`- ${line}`));
  const kept = same === 0 ? [] : [page.paint.dim(`${count(same, "item")} unchanged`)];
  return [...cut(plus), ...cut(minus), ...kept];
};

const linesDiff = (before: string, after: string, page: Page): readonly string[] | undefined => {
  const lines: string[] = [];
  const parts = diffLines(ended(before), ended(after), { maxEditLength: MOST_EDITS });
  if (parts === undefined) return undefined;
  for (const part of parts) {
    const texts = inertLines(part.value.slice(0, -1));
    if (part.added) lines.push(...texts.map((text) => page.paint.green(`+ ${text}`)));
    else if (part.removed) lines.push(...texts.map((text) => page.paint.red(`- ${text}`)));
    else if (texts.length <= 3) lines.push(...texts.map((text) => `  ${text}`));
    else lines.push(`  ${texts[0]}`, page.paint.dim(`  … ${texts.length - 2} unchanged lines`), `  ${texts.at(-1)}`);
  }
  return lines;
};

const ended = (text: string): string => (text.endsWith("\n") ? text : `${text}\n`);

/** The new text with the changed words marked: `{+added+}`, `[-removed-]`. */
const wordsDiff = (before: string, after: string, page: Page): readonly string[] | undefined => {
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS });
  if (parts === undefined) return undefined;
  let line = "";
  for (const part of parts) {
    const text = inert(part.value);
    if (part.added) line += page.paint.green(`{+${text}+}`);
    else if (part.removed) line += page.paint.red(`[-${text}-]`);
    else line += page.paint.dim(shortened(text));
  }
  return [line];
};

const shortened = (text: string): string => {
  const points = [...text];
  if (points.length <= 2 * CONTEXT + 3) return text;
  return `${points.slice(0, CONTEXT).join("")} … ${points.slice(-CONTEXT).join("")}`;
};

const cut = (lines: readonly string[]): readonly string[] => {
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `… ${count(lines.length - MOST_LINES, "more line")}`];
};
