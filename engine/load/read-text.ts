import type { Diagnostic, Json } from "../model.ts";
import { decodeUtf8 } from "./decode.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";
import { parseJson } from "./json-parse.ts";
import { scanJson } from "./json-scan.ts";
import { placesOfJson, readCleanJson } from "./json-text.ts";
import { MAX_FILE_BYTES, MAX_JSON_VALUES } from "./limits.ts";
import { createPlaces, type Places } from "./places.ts";
import type { SourceFile } from "./source-file.ts";
import { type SourceText, sourceText } from "./source-text.ts";
import { counted, withoutControls } from "./text-rules.ts";
import { readYaml } from "./yaml-text.ts";

type Found = Pick<Places, "find"> & { readonly start: number; readonly end: number };
export type ReadText = {
  readonly file: SourceFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** Whether a name may stand in what could not be used: it is then not unknown, only not known yet. */
  mayHold(name: string): boolean;
};

/**
 * The one place where text becomes data. A name that ends in `.json` is read as JSON, all else as YAML 1.2 without the
 * features that the language leaves out. Everything wrong is in `diagnostics`; `file` is undefined when the structure
 * could not be read, and otherwise holds all but the faulty values. Never throws, whatever the bytes.
 */
export const readText = (name: string, bytes: Uint8Array): ReadText => {
  const faults = createFaults();
  if (bytes.byteLength > MAX_FILE_BYTES) {
    faults.add({ code: "file-too-large", start: 0, end: 0, ...tooLarge(bytes.byteLength) });
    return { file: undefined, diagnostics: faults.diagnostics(sourceText(name, "")), mayHold: () => true };
  }
  const decoded = decodeUtf8(bytes);
  const source = sourceText(name, decoded.text);
  if (decoded.fault !== undefined) {
    faults.add(decoded.fault);
    return { file: undefined, diagnostics: faults.diagnostics(source), mayHold: () => true };
  }
  const file = name.endsWith(".json") ? readJsonFile(source, faults) : readYamlFile(source, faults);
  const mayHold =
    file === undefined
      ? (word: string): boolean => decoded.text.includes(word)
      : (word: string): boolean => faults.leftOut.has(word);
  return { file, diagnostics: faults.diagnostics(source), mayHold };
};

/** The words for a file beyond the size cap. */
const tooLarge = (bytes: number): { readonly summary: string; readonly hint: string } => ({
  summary: `the file has ${counted(bytes)} bytes, and at most ${counted(MAX_FILE_BYTES)} are read`,
  hint: "split it into several files",
});

/** The words for a JSON file of more values than are read. */
const tooManyValues = (at: number): Fault => ({
  code: "file-too-large",
  start: at,
  end: at,
  summary: `the file holds more than ${counted(MAX_JSON_VALUES)} keys and values`,
  hint: "split it into several files",
});

const readJsonFile = (source: SourceText, faults: Faults): SourceFile | undefined => {
  const clean = readCleanJson(source.text);
  if (clean !== undefined) return lazyFile(source, clean);
  const tooManyAt = scanJson(source.text).tooManyAt;
  if (tooManyAt !== undefined) {
    faults.add(tooManyValues(tooManyAt));
    return undefined;
  }
  const text = withoutControls(source.text, faults);
  if (text === undefined) return undefined;
  const places = createPlaces();
  const { value, start, end, broken } = parseJson(text, faults, places);
  return broken ? undefined : makeFile(source, value, () => ({ find: places.find, start, end }));
};

const readYamlFile = (source: SourceText, faults: Faults): SourceFile | undefined => {
  // A program that pipes in JSON gets the fast road too; what is not clean JSON is YAML.
  const json = source.name === STDIN && /^\s*\{/u.test(source.text) ? readCleanJson(source.text) : undefined;
  if (json !== undefined) return lazyFile(source, json);
  const text = withoutControls(source.text, faults);
  if (text === undefined) return undefined;
  const places = createPlaces();
  const { value, start, end, broken } = readYaml(text, faults, places);
  return broken ? undefined : makeFile(source, value, () => ({ find: places.find, start, end }));
};
const STDIN = "<stdin>";

/** A file of the fast road: positions are worked out when the first is asked for. */
const lazyFile = (source: SourceText, data: Json): SourceFile => {
  let found: Found | undefined;
  return makeFile(source, data, () => {
    found ??= placesOfJson(source.text, data);
    return found;
  });
};

const makeFile = (source: SourceText, data: Json | undefined, places: () => Found): SourceFile => ({
  name: source.name,
  data,
  root: { locate: () => source.range(places().start, places().end) },
  sourceOf: (container, key, part = "key") => ({
    locate: () => {
      const all = places();
      const [start, end] = all.find(container, key, part) ?? [all.start, all.end];
      return source.range(start, end);
    },
  }),
});
