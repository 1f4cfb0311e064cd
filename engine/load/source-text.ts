import type { Position, Range, Source } from "../model.ts";

/** The text of one file, which turns offsets into places. Line starts are found when the first place is asked for. */
export type SourceText = {
  readonly name: string;
  readonly text: string;
  range(start: number, end: number): Range;
  at(start: number, end: number): Source;
};

/** Wraps a text; offsets count UTF-16 units from 0, an end lies behind the last unit. */
export const sourceText = (name: string, text: string): SourceText => {
  let starts: readonly number[] | undefined;
  const position = (offset: number): Position => {
    starts ??= lineStarts(text);
    const line = lastAtOrBelow(starts, offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  const range = (start: number, end: number): Range => ({
    filename: name,
    start: position(start),
    end: position(Math.max(start, end)),
  });
  return { name, text, range, at: (start, end) => ({ locate: () => range(start, end) }) };
};

const lineStarts = (text: string): readonly number[] => {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
};

const lastAtOrBelow = (sorted: readonly number[], value: number): number => {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
};
