/**
 * Room patterns: `*` any run, `?` one character, `{name}` a run of at least one that is remembered. All else is literal;
 * so is a `{` that does not begin a name of letters, digits, `_` and `-`. Matching takes time linear in pattern times id,
 * whatever the pattern: patterns come from pull requests.
 */
export type Pattern = {
  readonly text: string;
  /** Literal characters: the more, the more exact. */
  readonly weight: number;
  /** The captured names when the id matches, else undefined. Captures are as short as possible from the left. */
  match(id: string): ReadonlyMap<string, string> | undefined;
};

type Token = { readonly type: "text" | "one" | "run"; readonly text: string; readonly name?: string };

const TOKEN = /\*+|\?|\{([A-Za-z_][A-Za-z0-9_-]*)\}/gu;
const CAPTURE = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/gu;

/** Whether a text holds anything that makes it a pattern. */
export const isPattern = (text: string): boolean => new RegExp(TOKEN.source, "u").test(text);

/** Puts captured text in the place of `{name}`; other text stays. */
export const fillPattern = (text: string, captures: ReadonlyMap<string, string>): string =>
  text.replaceAll(CAPTURE, (whole, name: string) => captures.get(name) ?? whole);

/** The names that a pattern captures, in order, repeated ones repeated. */
export const captureNames = (text: string): readonly string[] =>
  [...text.matchAll(CAPTURE)].map((found) => found[1] ?? "");

/** Compiles a pattern. Of a name that stands twice (an error in the files) one run is remembered. */
export const compilePattern = (text: string): Pattern => {
  const tokens = tokenize(text);
  let weight = 0;
  for (const token of tokens) if (token.type === "text") weight += [...token.text].length;
  return { text, weight, match: (id) => matchTokens(tokens, id) };
};

const tokenize = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let last = 0;
  const literal = (end: number): void => {
    if (end > last) tokens.push({ type: "text", text: text.slice(last, end) });
  };
  for (const found of text.matchAll(TOKEN)) {
    literal(found.index);
    const name = found[1];
    if (name !== undefined) tokens.push({ type: "run", text: found[0], name });
    else tokens.push({ type: found[0] === "?" ? "one" : "run", text: found[0] });
    last = found.index + found[0].length;
  }
  literal(text.length);
  return tokens;
};

const matchTokens = (tokens: readonly Token[], id: string): ReadonlyMap<string, string> | undefined => {
  const captures = new Map<string, string>();
  const dead = new Set<number>();
  const width = id.length + 1;
  const from = (index: number, at: number): boolean => {
    const token = tokens[index];
    if (token === undefined) return at === id.length;
    const key = index * width + at;
    if (dead.has(key)) return false;
    const done = step(token, index, at);
    if (!done) dead.add(key);
    return done;
  };
  const step = (token: Token, index: number, at: number): boolean => {
    if (token.type === "text") return id.startsWith(token.text, at) && from(index + 1, at + token.text.length);
    if (token.type === "one") {
      const point = id.codePointAt(at);
      return point !== undefined && from(index + 1, at + (point > 0xffff ? 2 : 1));
    }
    for (let end = token.name === undefined ? at : at + 1; end <= id.length; end += 1) {
      if (!from(index + 1, end)) continue;
      if (token.name !== undefined && !captures.has(token.name)) captures.set(token.name, id.slice(at, end));
      return true;
    }
    return false;
  };
  return from(0, 0) ? captures : undefined;
};
