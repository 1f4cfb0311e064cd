import type { Diagnostic, Source } from "../model.ts";
import type { SourceText } from "./source-text.ts";

/** `{ env: NAME }` in one line, or `env: NAME` on a line of its own. */
const REFERENCE = /^\{?\s*["']?env["']?\s*:\s*["']?[A-Z_][A-Z0-9_]*["']?\s*(?:\}|$)/u;
/** What stands behind a key: on its line, on the next one, or as a block text. */
const VALUE = /["']?[ \t]*[:=]?[ \t]*(?:[|>][-+0-9]*)?(?:[ \t]*\r?\n[ \t]*)?(?:-[ \t]+)?([^\r\n]*)/uy;

/**
 * A text that cannot be read as a whole may still hold a secret, on the very line that a fault is shown at. Finds what
 * stands behind a key that holds secrets, and adds it to the first diagnostic as a text that no frame shows. A fault that
 * would print the secret as a number is left out: the secret itself is reported at the same place.
 */
export const hideSecrets = (
  diagnostics: readonly Diagnostic[],
  source: SourceText,
  fields: ReadonlySet<string>,
): readonly Diagnostic[] => {
  const secrets = diagnostics.length === 0 ? [] : findSecrets(source, fields);
  if (secrets.length === 0) return diagnostics;
  const shown = diagnostics.filter((diagnostic) => diagnostic.code !== "unquoted-number" || !isIn(diagnostic, secrets));
  const [first, ...others] = shown;
  return first === undefined ? [] : [{ ...first, secrets: onShownLines(secrets, shown) }, ...others];
};

/** Hiding takes time for each text: of many secrets those are kept whose lines are shown. */
const MANY = 200;

const onShownLines = (secrets: readonly Source[], diagnostics: readonly Diagnostic[]): readonly Source[] => {
  if (secrets.length <= MANY) return secrets;
  const places = diagnostics.flatMap(({ source, also = [] }) => [source, ...also.map((further) => further.source)]);
  const lines = new Set(places.map((place) => place?.locate().start.line));
  return secrets.filter((secret) => lines.has(secret.locate().start.line));
};

const findSecrets = ({ text, at }: SourceText, fields: ReadonlySet<string>): readonly Source[] => {
  const key = new RegExp(`(?<![\\w-])(?:${[...fields].join("|")})(?![\\w-])`, "gu");
  const found: Source[] = [];
  for (const { index, 0: name } of text.matchAll(key)) {
    VALUE.lastIndex = index + name.length;
    const value = VALUE.exec(text)?.[1] ?? "";
    if (value === "" || REFERENCE.test(value)) continue;
    for (const part of partsOf(value)) {
      const start = VALUE.lastIndex - value.length + value.indexOf(part);
      found.push(at(start, start + part.length));
    }
  }
  return found;
};

/** The whole rest of the line, and its first word: other lines may show that alone. */
const partsOf = (value: string): readonly string[] => {
  const word = /[^\s"',{}[\]:]+/u.exec(value)?.[0];
  return word === undefined || word === "env" ? [value] : [value, word];
};

const isIn = (diagnostic: Diagnostic, secrets: readonly Source[]): boolean => {
  const place = diagnostic.source?.locate();
  return secrets.some((secret) => {
    const { start, end } = secret.locate();
    if (place === undefined || place.start.line !== start.line) return false;
    return place.start.column >= start.column && place.start.column < end.column;
  });
};
