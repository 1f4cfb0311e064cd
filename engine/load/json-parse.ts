import type { Json } from "../model.ts";
import { record } from "../util/record.ts";
import type { Fault, Faults } from "./faults.ts";
import { closingQuote } from "./json-scan.ts";
import { MAX_DEPTH } from "./limits.ts";
import { createKeyOffsets, type Places } from "./places.ts";
import { keyTooLong, smuggled, textTooLong } from "./text-rules.ts";
import { duplicateKey, emptyItem, emptyValue, rootNotMap, tooDeep } from "./value-faults.ts";
import { numberFault } from "./yaml-scalars.ts";

type Value = { readonly value: Json | undefined; readonly start: number; readonly end: number };

/**
 * Reads JSON by hand, with places and words for people: for texts in which something is wrong, and for the positions of
 * those in which nothing is. The first syntax error ends it, for JSON offers no place to go on from.
 */
export const parseJson = (text: string, faults: Faults, places: Places): Value & { readonly broken: boolean } => {
  const reader: Reader = { text, at: 0, broken: false, faults, places };
  skipSpace(reader);
  if (reader.at === text.length) return { value: undefined, start: 0, end: 0, broken: false };
  const root = readValue(reader, 1);
  skipSpace(reader);
  if (!reader.broken && reader.at < text.length)
    fail(reader, "there is content after the end of the JSON value", "remove it");
  if (root === undefined || reader.broken) return { value: undefined, start: 0, end: 0, broken: true };
  const { value, start, end } = root;
  if (typeof value === "object" && !Array.isArray(value)) return { ...root, broken: false };
  faults.add(rootNotMap(Array.isArray(value), start, end));
  return { value: undefined, start, end, broken: false };
};

type Reader = { readonly text: string; at: number; broken: boolean; readonly faults: Faults; readonly places: Places };

const readValue = (reader: Reader, depth: number): Value | undefined => {
  const first = reader.text[reader.at];
  if (first === "{" || first === "[") {
    if (depth > MAX_DEPTH) return stop(reader, tooDeep(reader.at));
    return first === "{" ? readMap(reader, depth) : readList(reader, depth);
  }
  if (first === '"') return readText(reader);
  return readWord(reader);
};

const readMap = (reader: Reader, depth: number): Value | undefined => {
  const start = reader.at;
  const data = record<Json>();
  const offsets = createKeyOffsets();
  const leftOut = new Map<string, readonly [number, number]>();
  for (let more = enter(reader, "}"); more; more = next(reader, start, "}")) {
    if (reader.text[reader.at] !== '"') return fail(reader, ...keyWords(reader));
    const key = readText(reader);
    if (key === undefined || typeof key.value !== "string") return undefined;
    skipSpace(reader);
    if (reader.text[reader.at] !== ":") return fail(reader, "a colon is missing after this key", 'write "key": value');
    reader.at += 1;
    skipSpace(reader);
    const read = readValue(reader, depth + 1);
    if (read === undefined) return undefined;
    const name = key.value;
    const first = Object.hasOwn(data, name) ? offsets.keyPlace(name) : leftOut.get(name);
    if (first !== undefined) reader.faults.add(duplicateKey(name, key.start, key.end, first));
    else if (read.value === undefined) {
      reader.faults.add(emptyValue(name, read.start, read.end));
      leftOut.set(name, [key.start, key.end]);
      reader.faults.leaveOut(name);
    } else {
      data[name] = read.value;
      offsets.add(name, key.start, key.end, read.start, read.end);
    }
    const tooLong = keyTooLong(name);
    if (tooLong !== undefined)
      reader.faults.add({ code: "invalid-value", start: key.start, end: key.end, summary: tooLong });
  }
  if (reader.broken) return undefined;
  reader.places.add(data, start, reader.at, offsets.finish(data));
  return { value: data, start, end: reader.at };
};

const readList = (reader: Reader, depth: number): Value | undefined => {
  const start = reader.at;
  const data: Json[] = [];
  const offsets: number[] = [];
  for (let more = enter(reader, "]"); more; more = next(reader, start, "]")) {
    const read = readValue(reader, depth + 1);
    if (read === undefined) return undefined;
    if (read.value === undefined) reader.faults.add(emptyItem(read.start, read.end));
    else {
      data.push(read.value);
      offsets.push(read.start, read.end);
    }
  }
  if (reader.broken) return undefined;
  reader.places.add(data, start, reader.at, offsets);
  return { value: data, start, end: reader.at };
};

/** Steps over the opening bracket; false: the closing one follows and is stepped over too. */
const enter = (reader: Reader, close: string): boolean => {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] !== close) return true;
  reader.at += 1;
  return false;
};

/** Steps over what stands between two items; false: the bracket is closed, or the text is broken. */
const next = (reader: Reader, open: number, close: string): boolean => {
  skipSpace(reader);
  const found = reader.text[reader.at];
  if (found === close) {
    reader.at += 1;
    return false;
  }
  if (found === ",") {
    const comma = reader.at;
    reader.at += 1;
    skipSpace(reader);
    if (reader.text[reader.at] !== close) return true;
    reader.at = comma;
    fail(reader, `a comma before the closing ${close}`, "remove it");
    return false;
  }
  if (found === undefined) {
    const fault = syntaxFault(
      open,
      `this ${reader.text[open]} is not closed before the file ends`,
      `add the missing ${close}`,
    );
    stop(reader, fault);
  } else if (found === "}" || found === "]")
    fail(reader, `${found} closes here what ${reader.text[open]} opened`, `write ${close}`);
  else fail(reader, ...commentWords(reader, ["a comma is missing here", "put a comma between two items"]));
  return false;
};

const readText = (reader: Reader): Value | undefined => {
  const start = reader.at;
  const close = closingQuote(reader.text, start);
  const raw = reader.text.slice(start, close + 1);
  const lineEnd = raw.search(/[\n\r\t]/u);
  if (raw[lineEnd] === "\t") return stop(reader, syntaxFault(start + lineEnd, "a tab in a text", "write it as \\t"));
  if (lineEnd >= 0 || close === reader.text.length) {
    const length = lineEnd < 0 ? raw.length : lineEnd;
    return stop(reader, syntaxFault(start, "this text has no closing quote on its line", 'put a " at its end', length));
  }
  const escapes = raw.includes("\\");
  const value = escapes ? unescaped(raw) : raw.slice(1, -1);
  if (value === undefined) return stop(reader, unknownEscape(raw, start));
  const end = close + 1;
  reader.at = end;
  const summary = textTooLong(value) ?? (escapes ? smuggled(value) : undefined);
  if (summary !== undefined) reader.faults.add({ code: "invalid-value", start, end, summary });
  return { value, start, end };
};

const unescaped = (raw: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
};

const unknownEscape = (raw: string, start: number): Fault => {
  let at = raw.indexOf("\\");
  while (at >= 0 && /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/u.test(raw.slice(at, at + 6))) {
    at = raw.indexOf("\\", at + (raw[at + 1] === "\\" ? 2 : 1));
  }
  return syntaxFault(start + Math.max(0, at), "this escape is not known", "write \\\\ for a backslash", 2);
};

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/u;
/** All that could be meant as one word or number. */
const WORD = /[^\s,:[\]{}"]+/uy;

const readWord = (reader: Reader): Value | undefined => {
  const start = reader.at;
  WORD.lastIndex = start;
  const word = WORD.exec(reader.text)?.[0] ?? "";
  const end = start + word.length;
  const found = (value: Json | undefined): Value => {
    reader.at = end;
    return { value, start, end };
  };
  if (word === "true" || word === "false") return found(word === "true");
  if (word === "null") return found(undefined);
  if (!NUMBER.test(word)) return fail(reader, ...valueWords(reader, word));
  const value = Number(word);
  // Outside of YAML a number is written on purpose: only one that cannot be kept is refused.
  const exact = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  const words = exact ? undefined : numberFault(word, value);
  if (words === undefined) return found(value);
  reader.faults.add({ ...words, start, end });
  return found(word);
};

type Words = readonly [summary: string, hint: string];

const valueWords = (reader: Reader, word: string): Words => {
  const first = reader.text[reader.at];
  if (first === undefined) return ["the file ends where a value is missing", "add the rest of the file"];
  if (first === "'") return SINGLE_QUOTES;
  if (/^[-+.]?[0-9]/u.test(word)) return ["this is no number of JSON", "put it in double quotes if it is a text"];
  if (/^[A-Za-z]/u.test(word)) return ["this word is no value of JSON", "put a text in double quotes"];
  return commentWords(reader, [
    "a value is missing here",
    "write a text in double quotes, a number, true, false, {} or []",
  ]);
};
const keyWords = (reader: Reader): Words => {
  const first = reader.text[reader.at];
  if (first === undefined) return ["the file ends inside a map", "add the missing }"];
  if (first === "'") return SINGLE_QUOTES;
  return commentWords(reader, ["a key in double quotes is missing here", 'write "key": value']);
};
const commentWords = (reader: Reader, otherwise: Words): Words =>
  /^(?:#|\/[/*])/u.test(reader.text.slice(reader.at, reader.at + 2))
    ? ["JSON has no comments", "remove it, or write the file as YAML"]
    : otherwise;
const SINGLE_QUOTES: Words = ["JSON has no single quotes", "use double quotes"];

const skipSpace = (reader: Reader): void => {
  while (SPACES.has(reader.text.charCodeAt(reader.at))) reader.at += 1;
};
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

const syntaxFault = (start: number, summary: string, hint: string, length = 1): Fault => ({
  code: "json-syntax",
  start,
  end: start + length,
  summary,
  hint,
});

const fail = (reader: Reader, summary: string, hint: string): undefined => {
  const length = reader.at < reader.text.length ? 1 : 0;
  return stop(reader, syntaxFault(reader.at, summary, hint, length));
};

const stop = (reader: Reader, fault: Fault): undefined => {
  reader.broken = true;
  reader.faults.add(fault);
};
