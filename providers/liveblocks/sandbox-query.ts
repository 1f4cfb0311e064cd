/** What a room must be to be listed; all conditions hold at once. */
export type RoomFilter = {
  readonly prefixes: readonly string[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
};

const SPACE = /\s+/uy;
const AND = /AND\b/uy;
const FIELD = /roomId|metadata/uy;
const OPERATOR = /[[\]:^]/uy;
// A backslash before a quote is our reading: the documents show no value with a quote in it.
const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/suy;

/**
 * Reads the query language of section 8: `roomId^"prefix"` and `metadata["k"]:"v"`, joined by nothing or `AND`. Gives
 * undefined for all else: OR, NOT, an exact room id and a prefix of metadata are not in it.
 */
export const parseQuery = (text: string): RoomFilter | undefined => {
  const prefixes: string[] = [];
  const metadata: (readonly [string, string])[] = [];
  let at = 0;
  const take = (token: RegExp): string | undefined => {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const next = (token: RegExp): string | undefined => {
    take(SPACE);
    return take(token);
  };
  const string = (): string | undefined => next(TEXT)?.slice(1, -1).replaceAll(/\\(.)/gsu, "$1");
  const condition = (): boolean => {
    const field = next(FIELD);
    if (field === "roomId" && next(OPERATOR) === "^") {
      const prefix = string();
      return prefix !== undefined && prefixes.push(prefix) > 0;
    }
    if (field !== "metadata" || next(OPERATOR) !== "[") return false;
    const key = string();
    if (key === undefined || next(OPERATOR) !== "]" || next(OPERATOR) !== ":") return false;
    const value = string();
    return value !== undefined && metadata.push([key, value]) > 0;
  };
  do {
    if (!condition()) return undefined;
    take(SPACE);
  } while (next(AND) !== undefined || at < text.length);
  return { prefixes, metadata };
};
