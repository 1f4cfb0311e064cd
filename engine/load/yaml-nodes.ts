import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Json } from "../model.ts";
import { record } from "../util/record.ts";
import type { Fault } from "./faults.ts";
import { createKeyOffsets, type Places } from "./places.ts";
import { keyTooLong, smuggled, textTooLong } from "./text-rules.ts";
import { duplicateKey, emptyItem, emptyValue, rootNotMap } from "./value-faults.ts";
import { numberFault, plainKeyFault } from "./yaml-scalars.ts";

/** A value and its place. A value that cannot be used is reported and left out. */
export type Read = { readonly value: Json | undefined; readonly start: number; readonly end: number };
export type NodeReader = {
  readonly text: string;
  readonly report: (fault: Fault) => void;
  readonly leaveOut: (key: string) => void;
  readonly places: Places;
};

/** Turns the nodes of a document into data, reporting what the language leaves out. Nesting is capped before. */
export const readNodes = (contents: Node | null, reader: NodeReader): Read => {
  if (isMap(contents)) return readMap(contents, reader);
  const [start, end] = rangeOf(contents);
  const nothing = contents === null || (isScalar(contents) && contents.value === null && start === end);
  if (nothing) return { value: undefined, start: 0, end: 0 };
  reader.report(rootNotMap(isSeq(contents), start, end));
  return { value: undefined, start, end };
};

const readNode = (node: unknown, reader: NodeReader): Read | undefined => {
  if (isScalar(node)) return readScalar(node, reader);
  if (isMap(node)) return readMap(node, reader);
  if (isSeq(node)) return readSeq(node, reader);
  return undefined;
};

const readMap = (map: YAMLMap, reader: NodeReader): Read => {
  const data = record<Json>();
  const offsets = createKeyOffsets();
  const leftOut = new Map<string, readonly [number, number]>();
  const [start, rangeEnd] = rangeOf(map);
  let end = start;
  for (const pair of map.items) {
    const key = readKey(pair, reader);
    if (key === undefined) continue;
    const [keyStart, keyEnd] = rangeOf(pair.key);
    end = Math.max(end, keyEnd);
    const first = Object.hasOwn(data, key) ? offsets.keyPlace(key) : leftOut.get(key);
    if (first !== undefined) {
      reader.report(duplicateKey(key, keyStart, keyEnd, first));
      continue;
    }
    const read = isEmpty(pair.value) ? undefined : readNode(pair.value, reader);
    if (isEmpty(pair.value)) reader.report(emptyValue(key, ...nothingAt(pair.value, keyStart, keyEnd)));
    if (read?.value === undefined) {
      leftOut.set(key, [keyStart, keyEnd]);
      reader.leaveOut(key);
      continue;
    }
    data[key] = read.value;
    offsets.add(key, keyStart, keyEnd, read.start, read.end);
    end = Math.max(end, read.end);
  }
  if (map.flow === true) end = rangeEnd;
  reader.places.add(data, start, end, offsets.finish(data));
  return { value: data, start, end };
};

const readSeq = (seq: YAMLSeq, reader: NodeReader): Read => {
  const data: Json[] = [];
  const offsets: number[] = [];
  const [start, rangeEnd] = rangeOf(seq);
  let end = start;
  for (const item of seq.items) {
    if (isEmpty(item)) reader.report(emptyItem(...nothingInList(item, start, reader.text)));
    const read = isEmpty(item) ? undefined : readNode(item, reader);
    if (read?.value === undefined) continue;
    data.push(read.value);
    offsets.push(read.start, read.end);
    end = read.end;
  }
  if (seq.flow === true) end = rangeEnd;
  reader.places.add(data, start, end, offsets);
  return { value: data, start, end };
};

const readKey = (pair: Pair, reader: NodeReader): string | undefined => {
  const { key } = pair;
  const [start, end] = rangeOf(key);
  if (isAlias(key)) return undefined;
  if (!isScalar(key) || typeof key.value !== "string") {
    const summary = "a key is a text, not a map or a list";
    reader.report({ code: "yaml-feature", start, end, summary, hint: "write `key: value`" });
    return undefined;
  }
  const text = key.value;
  const plain = key.type === "PLAIN";
  if (plain && text === "") {
    reader.report({
      code: "empty-value",
      start,
      end: start + 1,
      summary: "a key is missing before this `:`",
      hint: "write `key: value`",
    });
    return undefined;
  }
  if (plain && text === "<<") {
    const hint = "share by `extends`, patterns and `teams`";
    reader.report({ code: "yaml-feature", start, end, summary: "merge keys are not part of the language", hint });
    return undefined;
  }
  const words = plain ? plainKeyFault(text) : undefined;
  if (words !== undefined) reader.report({ ...words, start, end });
  const summary = keyTooLong(text) ?? (plain ? undefined : escapeFault(key, reader.text));
  if (summary !== undefined) reader.report({ code: "invalid-value", start, end, summary });
  return text;
};

const readScalar = (scalar: Scalar, reader: NodeReader): Read => {
  const [start, end] = rangeOf(scalar);
  const { value } = scalar;
  if (typeof value === "string") {
    const summary = textTooLong(value) ?? escapeFault(scalar, reader.text);
    if (summary !== undefined) reader.report({ code: "invalid-value", start, end, summary });
    return { value, start, end };
  }
  if (typeof value === "boolean") return { value, start, end };
  if (typeof value !== "number") return { value: undefined, start, end };
  const source = scalar.source ?? "";
  const words = numberFault(source, value);
  if (words === undefined) return { value, start, end };
  reader.report({ ...words, start, end });
  // The text stands in for the number, so that the rest of the file is judged as if it were quoted.
  return { value: source, start, end };
};

/** Escapes are the only way by which a text can hold what may not stand in the file itself. */
const escapeFault = (scalar: Scalar, text: string): string | undefined => {
  if (scalar.type !== "QUOTE_DOUBLE" || typeof scalar.value !== "string") return undefined;
  const [start, end] = rangeOf(scalar);
  return text.slice(start, end).includes("\\") ? smuggled(scalar.value) : undefined;
};

const isEmpty = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);

const nothingAt = (node: unknown, keyStart: number, keyEnd: number): readonly [number, number] => {
  const [start, end] = rangeOf(node);
  return end > start ? [start, end] : [keyStart, keyEnd];
};

/** An empty item has no text of its own: its dash is shown. */
const nothingInList = (node: unknown, listStart: number, text: string): readonly [number, number] => {
  const [start, end] = rangeOf(node);
  if (end > start) return [start, end];
  const dash = Math.max(listStart, text.lastIndexOf("-", start));
  return [dash, dash + 1];
};

const rangeOf = (node: unknown): readonly [number, number] => {
  if (!isNode(node) || !node.range) return [0, 0];
  return [node.range[0], node.range[1]];
};
