/** Parameters by name, in the order in which they came; an array's name ends in `[]`. */
export type ZegoParams = ReadonlyMap<string, readonly string[]>;

/** What `encodeURIComponent` leaves or makes; in names the literal `[]` too (section 1.6). */
const ENCODED_VALUE = /^(?:[A-Za-z0-9\-_.!~*'()]|%[0-9A-Fa-f]{2})*$/u;
const ENCODED_NAME = /^(?:[A-Za-z0-9\-_.!~*'()[\]]|%[0-9A-Fa-f]{2})+$/u;

/**
 * Reads a query, or gives undefined where anything in it could be read in two ways: a `+`, a stray `%`, a character that
 * should have been encoded, an empty piece, a name without `=`. What the real gateway makes of those is unknown; a
 * client that sends one has forgotten to encode an id. `lenient` reads them like a web form.
 */
export const parseQuery = (query: string, lenient: boolean): ZegoParams | undefined => {
  const params = new Map<string, readonly string[]>();
  if (lenient) {
    for (const [name, value] of new URLSearchParams(query)) params.set(name, [...(params.get(name) ?? []), value]);
    return params;
  }
  for (const piece of query === "" ? [] : query.split("&")) {
    const mark = piece.indexOf("=");
    if (mark === -1) return undefined;
    const name = decode(piece.slice(0, mark), ENCODED_NAME);
    const value = decode(piece.slice(mark + 1), ENCODED_VALUE);
    if (name === undefined || value === undefined) return undefined;
    params.set(name, [...(params.get(name) ?? []), value]);
  }
  return params;
};

const decode = (text: string, form: RegExp): string | undefined => {
  if (!form.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

/** The parameters that an Action takes, beside the public ones. */
export type ParamNames = { readonly single: readonly string[]; readonly lists: readonly string[] };

const PUBLIC = ["Action", "AppId", "SignatureNonce", "Timestamp", "Signature", "SignatureVersion", "IsTest"];

/**
 * Whether every parameter is one that the Action takes, single ones once. Unknown names are refused although nothing says
 * so: they are what an unencoded `&` in an id leaves behind. `lenient` lets them pass.
 */
export const fitsNames = (params: ZegoParams, { single, lists }: ParamNames, lenient: boolean): boolean => {
  if (lenient) return true;
  for (const [name, values] of params) {
    if (lists.includes(name.slice(0, -2)) && name.endsWith("[]")) continue;
    if (values.length > 1 || !(PUBLIC.includes(name) || single.includes(name))) return false;
  }
  return true;
};

/** The value of a single parameter; undefined when it is missing. */
export const single = (params: ZegoParams, name: string): string | undefined => params.get(name)?.[0];

/** The values of a list. `lenient` also knows the bare repeats of the newest OpenAPI files. */
export const list = (params: ZegoParams, name: string, lenient: boolean): readonly string[] =>
  params.get(`${name}[]`) ?? (lenient ? params.get(name) : undefined) ?? [];
