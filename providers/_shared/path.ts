/** Paths and queries. An id is data: whatever it holds, it can change neither the path nor another parameter. */

const HALF_PAIR = /\p{Cs}/u;

export type Params = { readonly [name: string]: string };
type QueryValue = string | number | boolean;
/** A list stands for the same key several times; `undefined` leaves the key out. */
export type Query = { readonly [key: string]: QueryValue | readonly QueryValue[] | undefined };

/** Thrown for an id that cannot stand in a path; the message says why. */
export class PathError extends Error {
  override readonly name = "PathError";
}

/**
 * Fills `{name}` parts of a template, each percent-encoded as a whole. Throws `PathError` for an id that is empty, `.` or
 * `..` (URL parsers take those away, and the request would hit the parent) or that is not well-formed Unicode.
 */
export const fillPath = (template: string, params: Params = {}): string =>
  template.replaceAll(/\{(\w+)\}/gu, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new PathError(`the path ${template} needs a value for ${name}`);
    return encodePart(value);
  });

const encodePart = (value: string): string => {
  const problem = pathProblem(value);
  if (problem !== undefined) throw new PathError(problem);
  return encodeURIComponent(value);
};

/** undefined, or why an id cannot stand in a path. */
export const pathProblem = (value: string): string | undefined => {
  if (value === "") return "an id cannot be empty";
  if (value === "." || value === "..") return `"${value}" cannot be an id: it would change the path`;
  return HALF_PAIR.test(value) ? "an id holds half of a surrogate pair" : undefined;
};

/** `?a=1&b=2`, or nothing; every key and value percent-encoded, a space as `%20`. Throws `PathError` for malformed Unicode. */
export const queryText = (...queries: readonly (Query | undefined)[]): string => {
  const pairs: string[] = [];
  for (const query of queries) {
    for (const [key, given] of Object.entries(query ?? {})) {
      const values = Array.isArray(given) ? given : [given];
      for (const value of values) if (value !== undefined) pairs.push(`${encode(key)}=${encode(String(value))}`);
    }
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
};

const encode = (text: string): string => {
  if (HALF_PAIR.test(text)) throw new PathError("a value holds half of a surrogate pair");
  return encodeURIComponent(text);
};
