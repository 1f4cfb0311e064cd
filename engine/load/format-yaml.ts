import { type GroupNode, type LayoutItem, type LayoutNode, type Note, readLayout } from "./layout-tree.ts";

/** Longest line of a map or list in brackets. */
const WIDTH = 120;
const STEP = 2;

type Page = {
  readonly lines: string[];
  /** The last line belongs to a text that keeps its end: no blank line may follow it. */
  afterKept: boolean;
};

/** The canonical layout of a YAML text in which nothing is wrong and whose lines end in `\n`. */
export const formatYaml = (text: string): string => {
  const { above, root, below } = readLayout(text);
  const page: Page = { lines: [], afterKept: false };
  addNotes(above, 0, page);
  if (root?.items.length === 0) add(inline(root) ?? "", 0, page);
  else if (root !== undefined) addGroup(root, 0, page, above.length > 0);
  addNotes(below, 0, page);
  return page.lines.length === 0 ? "" : `${page.lines.join("\n")}\n`;
};

const add = (text: string, indent: number, page: Page): void => {
  page.lines.push(text === "" ? "" : " ".repeat(indent) + text);
  page.afterKept = false;
};

/** At most one blank line, and none at the beginning of a file. */
const addBlank = (page: Page): void => {
  if (page.lines.length > 0 && page.lines.at(-1) !== "" && !page.afterKept) add("", 0, page);
};

const addNotes = (notes: readonly Note[], indent: number, page: Page): void => {
  for (const { text, blankBefore } of notes) {
    if (blankBefore) addBlank(page);
    add(text, indent, page);
  }
};

/** `spaced`: a blank line may stand before the first entry. */
const addGroup = (group: GroupNode, indent: number, page: Page, spaced: boolean): void => {
  for (const [index, item] of group.items.entries()) {
    const blanks = spaced || index > 0;
    addNotes(blanks ? item.above : item.above.map(withoutBlank), indent, page);
    if (item.blankBefore && blanks) addBlank(page);
    addItem(item, indent, page);
  }
  addNotes(group.tail, indent, page);
};

const withoutBlank = (note: Note): Note => ({ ...note, blankBefore: false });

const addItem = (item: LayoutItem, indent: number, page: Page): void => {
  const head = item.key === undefined ? "-" : `${item.key}:`;
  const inner = indent + STEP;
  if (item.beside !== undefined || item.between.length > 0) {
    add(item.beside === undefined ? head : `${head} ${item.beside}`, indent, page);
    addNotes(item.between.map(withoutBlank), inner, page);
    addValue("", item, inner, inner, page);
  } else addValue(head, item, indent, inner, page);
};

/** A value behind `head`, which may be nothing; `inner` is where its further lines begin. */
const addValue = (head: string, item: LayoutItem, indent: number, inner: number, page: Page): void => {
  const { value } = item;
  const behind = item.behind === undefined ? "" : ` ${item.behind}`;
  const joined = (text: string): string => (head === "" ? text : `${head} ${text}`);
  if (value.kind === "text") {
    const [first = "", ...others] = value.lines;
    const lines = [joined(first), ...others];
    for (const [index, line] of lines.entries())
      add(index === lines.length - 1 ? line + behind : line, index === 0 ? indent : inner, page);
  } else if (value.kind === "block") {
    add(joined(value.header) + behind, indent, page);
    for (const line of value.lines) add(line, inner, page);
    page.afterKept = value.keepsEnd;
  } else {
    const short = inline(value);
    if (short !== undefined && (value.items.length === 0 || indent + joined(short).length <= WIDTH))
      add(joined(short) + behind, indent, page);
    else addLongGroup(head, value, item.behind, indent, inner, page);
  }
};

const addLongGroup = (
  head: string,
  group: GroupNode,
  behind: string | undefined,
  indent: number,
  inner: number,
  page: Page,
): void => {
  const from = page.lines.length;
  const compact = head === "-" && behind === undefined && group.items[0]?.above.length === 0;
  if (head !== "" && !compact) add(behind === undefined ? head : `${head} ${behind}`, indent, page);
  else if (behind !== undefined) add(behind, indent, page);
  addGroup(group, head === "" ? indent : inner, page, false);
  if (compact) page.lines[from] = `${" ".repeat(indent)}- ${(page.lines[from] ?? "").trimStart()}`;
};

/** On one line, in brackets; undefined where that cannot be. */
const inline = (node: LayoutNode): string | undefined => {
  if (node.kind === "block") return undefined;
  if (node.kind === "text") return node.lines.length === 1 ? node.lines[0] : undefined;
  if (!node.oneLine) return undefined;
  const parts: string[] = [];
  for (const { key, value } of node.items) {
    const text = inline(value);
    if (text === undefined) return undefined;
    parts.push(key === undefined ? text : `${key}: ${text}`);
  }
  if (node.kind === "list") return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
};
