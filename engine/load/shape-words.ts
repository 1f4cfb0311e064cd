import type { ErrorObject } from "ajv";

const TYPES: { readonly [type: string]: string } = {
  string: "a text",
  object: "a map",
  array: "a list",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
};

const joinOr = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** The types that a value may have: `true or false, or a list`. */
export const describeType = (types: readonly string[]): string => {
  const words = types.map((type) => TYPES[type] ?? type);
  const [first, second] = words;
  return first?.includes(" or ") && second !== undefined ? `${first}, or ${joinOr(words.slice(1))}` : joinOr(words);
};

/** What may stand in a place, types before values: `private or public`, `a list, absent or existing`. */
export const describeAllowed = (types: readonly string[], values: readonly (string | number | boolean)[]): string =>
  joinOr([...types.map((type) => TYPES[type] ?? type), ...values.map(String)]);

/** What a value breaks, said after its name. */
export const describeConstraint = (error: ErrorObject): string => {
  const limit = Number(error.params.limit);
  switch (error.keyword) {
    case "minLength":
      return limit === 1 ? "must not be empty" : `must have at least ${limit} characters`;
    case "maxLength":
      return `must have at most ${limit} characters`;
    case "minItems":
      return "must not be an empty list";
    case "minProperties":
      return "must not be empty";
    case "uniqueItems":
      return "holds the same value twice";
    case "minimum":
      return `must be at least ${limit}`;
    case "maximum":
      return `must be at most ${limit}`;
    case "pattern":
      return "does not have the form that the service expects";
    default:
      return "is not valid";
  }
};
