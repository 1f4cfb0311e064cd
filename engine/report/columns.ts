import { displayWidth } from "./width.ts";

type Paint = (text: string) => string;

/** One field of a row: plain text, coloured only after it is measured. */
export type Cell = {
  readonly text: string;
  readonly paint?: Paint;
  /** The last of its row: may be wider than its column. */
  readonly free?: true;
};
/** A row of cells, or a line of its own between rows. */
export type Row = readonly Cell[] | string;

/** Cells wider than this do not widen their column: only their own row moves to the right. */
const WIDEST = 44;

/** A cell. */
export const cell = (text: string, paint?: Paint): Cell => (paint === undefined ? { text } : { text, paint });

/** The widths that the columns of these rows get. */
export const columnWidths = (rows: readonly Row[], widest = WIDEST): readonly number[] => {
  const widths: number[] = [];
  for (const row of rows) {
    if (typeof row === "string") continue;
    for (const [index, { text, free }] of row.entries()) {
      const width = free ? 0 : displayWidth(text);
      widths[index] = Math.max(widths[index] ?? 0, width > widest ? 0 : width);
    }
  }
  return widths;
};

/** Lines in which the cells of a column stand below each other, two spaces between columns, no spaces at the end. */
export const columns = (rows: readonly Row[], indent = "  ", widest = WIDEST): readonly string[] => {
  const widths = columnWidths(rows, widest);
  return rows.map((row) => (typeof row === "string" ? row : indent + aligned(row, widths)));
};

const aligned = (row: readonly Cell[], widths: readonly number[]): string => {
  const last = row.findLastIndex(({ text }) => text !== "");
  let line = "";
  for (const [index, { text, paint }] of row.slice(0, last + 1).entries()) {
    line += paint === undefined || text === "" ? text : paint(text);
    if (index < last) line += " ".repeat(Math.max(0, (widths[index] ?? 0) - displayWidth(text)) + 2);
  }
  return line;
};

/** Items joined by `separator` into lines no wider than `width`, broken between items only. */
export const wrapItems = (items: readonly string[], width: number, separator = ", "): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  for (const [index, item] of items.entries()) {
    const text = index < items.length - 1 ? item + separator : item;
    if (line !== "" && displayWidth(line + text.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += text;
  }
  return line === "" ? lines : [...lines, line.trimEnd()];
};
