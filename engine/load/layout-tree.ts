import { CST, Lexer, Parser } from "yaml";

/** A comment on a line of its own. */
export type Note = { readonly text: string; readonly column: number; readonly blankBefore: boolean };

/** A text that may go over several lines: its lines without indentation; how they are indented changes nothing. */
type TextNode = { readonly kind: "text"; readonly lines: readonly string[] };
/** A text behind `|` or `>`: its lines without their common indentation. */
type BlockNode = {
  readonly kind: "block";
  readonly header: string;
  readonly lines: readonly string[];
  /** Blank lines at its end belong to the text. */
  readonly keepsEnd: boolean;
};
export type GroupNode = {
  readonly kind: "map" | "list";
  /** Written with brackets, on one line, without comments. */
  readonly oneLine: boolean;
  readonly items: readonly LayoutItem[];
  /** Comments behind the last item. */
  readonly tail: readonly Note[];
};
export type LayoutNode = TextNode | BlockNode | GroupNode;

/** An entry of a map or list with all comments around it. */
export type LayoutItem = {
  /** Comments above it. */
  readonly above: readonly Note[];
  readonly blankBefore: boolean;
  /** undefined: an item of a list. */
  readonly key: string | undefined;
  /** The comment on the line of the key or dash, where the value begins on a later line. */
  readonly beside: string | undefined;
  /** Comments between that line and the value. */
  readonly between: readonly Note[];
  readonly value: LayoutNode;
  /** The comment behind the value, on its last line. */
  readonly behind: string | undefined;
};

/** A whole file: comments, the root, comments. */
export type Layout = {
  readonly above: readonly Note[];
  readonly root: GroupNode | undefined;
  readonly below: readonly Note[];
};

/**
 * Reads the layout of a text in which nothing is wrong: what stands where, each text as it is written, each comment at
 * the entry that it belongs to. A comment on its own line belongs to the deepest map or list that is not indented further.
 */
export const readLayout = (text: string): Layout => {
  const reader: Reader = { text };
  const above: Note[] = [];
  const below: Note[] = [];
  let root: GroupNode | undefined;
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) tokens.push(...parser.next(lexeme));
  tokens.push(...parser.end());
  for (const token of tokens) {
    if (token.type === "document") {
      above.push(...notesOf(token.start, reader));
      if (token.value !== undefined && isGroup(token.value)) {
        const read = readGroup(token.value, -1, reader);
        above.push(...read.inside, ...(read.behind === undefined ? [] : [{ ...NO_NOTE, text: read.behind }]));
        root = read.node;
        below.push(...read.rest);
      }
      below.push(...notesOf(token.end, reader));
    } else if (token.type === "comment") (root === undefined ? above : below).push(noteOf(token, reader));
    else if (token.type === "doc-end") below.push(...notesOf(token.end, reader));
  }
  return { above, root, below };
};

type Reader = { readonly text: string };
type Group = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
type Tokens = readonly CST.SourceToken[] | undefined;
/** `inside`: comments of an empty group, which has no place for them. `rest`: comments that belong further out. */
type ReadGroup = {
  readonly node: GroupNode;
  readonly inside: Note[];
  readonly behind: string | undefined;
  readonly rest: readonly Note[];
};
type Draft = {
  -readonly [key in keyof LayoutItem]: LayoutItem[key] extends readonly Note[] ? Note[] : LayoutItem[key];
};

const NO_NOTE: Note = { text: "", column: 0, blankBefore: false };
const isGroup = (token: CST.Token): token is Group =>
  token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection";

const readGroup = (token: Group, parentIndent: number, reader: Reader): ReadGroup =>
  token.type === "flow-collection" ? readFlow(token, reader) : readBlockGroup(token, parentIndent, reader);

const readBlockGroup = (token: CST.BlockMap | CST.BlockSequence, parentIndent: number, reader: Reader): ReadGroup => {
  const items: LayoutItem[] = [];
  let carried: readonly Note[] = [];
  for (const item of token.items) {
    const { outside, inside } = splitAtIndicator(item.start);
    const above = [...carried, ...notesOf(outside, reader)];
    if (item.key === undefined && item.value === undefined) {
      carried = above;
      continue;
    }
    const draft = emptyDraft(above, isBlankAbove(firstOffset(item, outside), reader));
    carried = fill(draft, item, inside, token.indent, reader);
    items.push(draft);
  }
  // A list that is not indented further than its key: a comment there belongs to what follows the list.
  const first = token.indent <= parentIndent ? 0 : carried.findIndex(({ column }) => column < token.indent);
  const cut = first < 0 ? carried.length : first;
  const kind = token.type === "block-map" ? "map" : "list";
  const node: GroupNode = { kind, oneLine: false, items, tail: carried.slice(0, cut) };
  return { node, inside: [], behind: undefined, rest: carried.slice(cut) };
};

/** Reads key, value and their comments; gives the comments that belong behind the entry. */
const fill = (
  draft: Draft,
  item: Pick<CST.CollectionItem, "key" | "sep" | "value">,
  inside: Tokens,
  indent: number,
  reader: Reader,
): readonly Note[] => {
  const { key, value } = item;
  if (key != null) {
    draft.key = keyText(key);
    draft.above.push(...notesOf(commentsOf(key), reader));
  }
  takeBetween(draft, [...(inside ?? []), ...(item.sep ?? [])], reader);
  if (value === undefined) return [];
  if (isGroup(value)) {
    const { node, inside: homeless, behind, rest } = readGroup(value, indent, reader);
    draft.value = node;
    const [first, ...others] = homeless;
    draft.above.push(...(first === undefined ? [] : [first, ...others]));
    if (behind !== undefined) takeBehind(draft, behind);
    return rest;
  }
  draft.value = value.type === "block-scalar" ? readBlockText(value) : readFlowText(value);
  if (value.type === "block-scalar") {
    const comment = value.props.find(({ type }) => type === "comment");
    if (comment?.type === "comment") draft.behind = comment.source.trimEnd();
    return [];
  }
  const [first, ...others] = commentsOf(value);
  if (first !== undefined) draft.behind = first.source.trimEnd();
  return others.map((comment) => noteOf(comment, reader));
};

/** Behind a group that is written over several lines there is no place for a comment: it moves to the line of the key. */
const takeBehind = (draft: Draft, comment: string): void => {
  const stays = draft.value.kind !== "block" && (draft.value.kind === "text" || draft.value.oneLine);
  if (stays) draft.behind = comment;
  else if (draft.beside === undefined && draft.between.length === 0) draft.beside = comment;
  else draft.above.push({ ...NO_NOTE, text: comment });
};

const takeBetween = (draft: Draft, tokens: readonly CST.SourceToken[], reader: Reader): void => {
  for (const token of tokens) {
    if (token.type !== "comment") continue;
    const own = isOwnLine(token.offset, reader);
    if (!own && draft.beside === undefined && draft.between.length === 0) draft.beside = token.source.trimEnd();
    else draft.between.push(noteOf(token, reader));
  }
};

const emptyDraft = (above: Note[], blankBefore: boolean): Draft => ({
  above,
  blankBefore,
  key: undefined,
  beside: undefined,
  between: [],
  value: { kind: "text", lines: [""] },
  behind: undefined,
});

const readFlow = (token: CST.FlowCollection, reader: Reader): ReadGroup => {
  const kind = token.start.source === "{" ? "map" : "list";
  const items: Draft[] = [];
  const inside: Note[] = [];
  let waiting: Note[] = [];
  for (const item of token.items) {
    for (const part of item.start) {
      if (part.type !== "comment") continue;
      const last = items.at(-1);
      if (!isOwnLine(part.offset, reader) && last !== undefined && waiting.length === 0 && last.behind === undefined)
        takeBehind(last, part.source.trimEnd());
      else waiting.push(noteOf(part, reader));
    }
    if (item.key === undefined && item.value === undefined) continue;
    const draft = emptyDraft(waiting, false);
    waiting = [];
    const pair = kind === "list" && item.sep !== undefined;
    const target = pair ? emptyDraft([], false) : draft;
    waiting.push(...fill(target, item, [], 0, reader));
    if (pair) draft.value = { kind: "map", oneLine: isBare(target), items: [target], tail: [] };
    items.push(draft);
  }
  for (const part of token.end)
    if (part.type === "comment" && part.offset < endOffset(token)) waiting.push(noteOf(part, reader));
  const after = token.end.filter((part) => part.type === "comment" && part.offset > endOffset(token));
  const behind = after.find(({ offset }) => !isOwnLine(offset, reader));
  const rest = after.filter((part) => part !== behind).map((part) => noteOf(part, reader));
  if (items.length === 0) inside.push(...waiting);
  const source = reader.text.slice(token.offset, endOffset(token));
  const node: GroupNode = {
    kind,
    oneLine: items.length === 0 || (!/[\r\n]/u.test(source) && items.every(isBare)),
    items,
    tail: items.length === 0 ? [] : waiting,
  };
  return { node, inside, behind: behind?.source.trimEnd(), rest };
};

const isBare = ({ above, beside, between, behind }: LayoutItem): boolean =>
  above.length === 0 && between.length === 0 && beside === undefined && behind === undefined;

const endOffset = (token: CST.FlowCollection): number => {
  const bracket = token.end.find(({ type }) => type === "flow-map-end" || type === "flow-seq-end");
  return bracket?.offset ?? token.offset;
};

/** What stands before the dash or `?` of an entry, and behind it. */
const splitAtIndicator = (start: readonly CST.SourceToken[]): { readonly outside: Tokens; readonly inside: Tokens } => {
  const at = start.findIndex(({ type }) => type === "seq-item-ind" || type === "explicit-key-ind");
  return at < 0 ? { outside: start, inside: [] } : { outside: start.slice(0, at), inside: start.slice(at) };
};

const firstOffset = (item: CST.CollectionItem, outside: Tokens): number => {
  const indicator = item.start[outside?.length ?? 0];
  return indicator?.offset ?? item.key?.offset ?? item.value?.offset ?? 0;
};

const commentsOf = (token: CST.Token): readonly CST.SourceToken[] =>
  "end" in token && Array.isArray(token.end) ? token.end.filter(({ type }) => type === "comment") : [];

const notesOf = (tokens: Tokens, reader: Reader): Note[] =>
  (tokens ?? []).filter(({ type }) => type === "comment").map((token) => noteOf(token, reader));

const noteOf = ({ offset, source }: { readonly offset: number; readonly source: string }, reader: Reader): Note => ({
  text: source.trimEnd(),
  column: offset - lineStart(offset, reader),
  blankBefore: isOwnLine(offset, reader) && isBlankAbove(offset, reader),
});

const lineStart = (offset: number, { text }: Reader): number => text.lastIndexOf("\n", offset - 1) + 1;
const isOwnLine = (offset: number, reader: Reader): boolean =>
  reader.text.slice(lineStart(offset, reader), offset).trim() === "";

const isBlankAbove = (offset: number, reader: Reader): boolean => {
  const start = lineStart(offset, reader);
  return start > 0 && reader.text.slice(lineStart(start - 1, reader), start - 1).trim() === "";
};

const keyText = (key: CST.Token): string => {
  const text = readFlowText(key);
  const [only] = text.lines;
  if (only !== undefined && text.lines.length === 1) return only;
  return JSON.stringify(CST.resolveAsScalar(key)?.value ?? "");
};

/** The lines of a plain or quoted text. White space at their ends means nothing, but for a space that is escaped. */
const readFlowText = (token: CST.Token): TextNode => {
  const source = "source" in token ? token.source : "";
  const lines = source.split("\n").map((line, at) => (at === 0 ? line : line.trimStart()));
  return { kind: "text", lines: lines.map((line, at) => (at === lines.length - 1 ? line : trimmedEnd(line))) };
};

const trimmedEnd = (line: string): string => {
  const trimmed = line.replace(/[ \t]+$/u, "");
  const backslashes = /\\*$/u.exec(trimmed)?.[0].length ?? 0;
  return backslashes % 2 === 1 && trimmed.length < line.length ? line.slice(0, trimmed.length + 1) : trimmed;
};

const readBlockText = (token: CST.BlockScalar): BlockNode => {
  const written = token.props.find(({ type }) => type === "block-scalar-header");
  const source = written !== undefined && "source" in written ? written.source : "|";
  const explicit = /[1-9]/u.exec(source)?.[0];
  const all = token.source.split("\n");
  const lines = token.source.endsWith("\n") ? all.slice(0, -1) : all;
  const indent =
    explicit === undefined
      ? indentOf(lines.find((line) => line.trim() !== "") ?? "")
      : blockIndent(token, Number(explicit));
  const header = `${source[0]}${explicit === undefined ? "" : "2"}${/[-+]/u.exec(source)?.[0] ?? ""}`;
  const content = lines.map((line) => line.slice(Math.min(indent, indentOf(line))));
  const keepsEnd = source.includes("+");
  while (!keepsEnd && content.at(-1)?.trim() === "") content.pop();
  return { kind: "block", header, lines: content, keepsEnd };
};

const indentOf = (line: string): number => line.length - line.replace(/^ +/u, "").length;

/** With an indentation indicator the parser counts from the indentation of the parent. */
const blockIndent = (token: CST.BlockScalar, digits: number): number => Math.max(token.indent, 0) + digits;
