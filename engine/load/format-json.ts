import { closingQuote } from "./json-scan.ts";

/** Longest line of a map or list that stands on one line. */
const WIDTH = 120;

type Group = {
  readonly open: "{" | "[";
  readonly items: readonly { readonly key: string | undefined; readonly value: Node }[];
  /** What it is on one line; undefined: it is written over several lines. */
  readonly inline: string | undefined;
};
type Node = string | Group;

/**
 * The layout of `JSON.stringify` with two spaces, but that a map or list which stands on one line stays there as long as
 * the line is not longer than 120 characters. Each text and number stays as it is written. Takes JSON without faults.
 */
export const formatJson = (text: string): string => {
  const reader: Reader = { text, at: 0 };
  skipSpace(reader);
  if (reader.at === text.length) return "";
  const lines: string[] = [];
  const root = readNode(reader);
  write("", typeof root === "string" ? root : { ...root, inline: undefined }, "", 0, lines);
  return `${lines.join("\n")}\n`;
};

type Reader = { readonly text: string; at: number };

/** Nesting is capped when the text is read. */
const readNode = (reader: Reader): Node => {
  const { text, at: start } = reader;
  const mark = text[start];
  if (mark === "{" || mark === "[") return readGroup(mark, reader);
  if (mark === '"') reader.at = closingQuote(text, start) + 1;
  else while (reader.at < text.length && !/[\s,\]}]/u.test(text[reader.at] ?? "")) reader.at += 1;
  return text.slice(start, reader.at);
};

const readGroup = (open: "{" | "[", reader: Reader): Group => {
  const { text, at: start } = reader;
  const items: { readonly key: string | undefined; readonly value: Node }[] = [];
  step(reader);
  while (text[reader.at] !== "}" && text[reader.at] !== "]") {
    let key: string | undefined;
    if (open === "{") {
      key = String(readNode(reader));
      skipSpace(reader);
      step(reader);
    }
    items.push({ key, value: readNode(reader) });
    skipSpace(reader);
    if (text[reader.at] === ",") step(reader);
  }
  reader.at += 1;
  const broken = items.length > 0 && text.slice(start, reader.at).includes("\n");
  return { open, items, inline: broken ? undefined : inlineOf(open, items) };
};

const inlineOf = (open: "{" | "[", items: Group["items"]): string | undefined => {
  const parts: string[] = [];
  let length = 0;
  for (const { key, value } of items) {
    const text = typeof value === "string" ? value : value.inline;
    length += (text?.length ?? 0) + (key?.length ?? 0);
    if (text === undefined || length > WIDTH) return undefined;
    parts.push(key === undefined ? text : `${key}: ${text}`);
  }
  if (open === "[") return `[${parts.join(", ")}]`;
  return parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`;
};

const write = (head: string, node: Node, tail: string, indent: number, lines: string[]): void => {
  const pad = " ".repeat(indent);
  const inline =
    typeof node === "string" ? node : node.items.length === 0 ? `${node.open}${CLOSE[node.open]}` : node.inline;
  const line = inline === undefined ? undefined : `${pad}${head}${inline}${tail}`;
  if (typeof node === "string" || (line !== undefined && (node.items.length === 0 || line.length <= WIDTH))) {
    lines.push(line ?? "");
    return;
  }
  lines.push(`${pad}${head}${node.open}`);
  for (const [index, { key, value }] of node.items.entries())
    write(key === undefined ? "" : `${key}: `, value, index === node.items.length - 1 ? "" : ",", indent + 2, lines);
  lines.push(`${pad}${CLOSE[node.open]}${tail}`);
};
const CLOSE = { "{": "}", "[": "]" } as const;

const step = (reader: Reader): void => {
  reader.at += 1;
  skipSpace(reader);
};
const skipSpace = (reader: Reader): void => {
  while (SPACES.has(reader.text.charCodeAt(reader.at))) reader.at += 1;
};
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
