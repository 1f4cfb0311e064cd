/** Objects whose keys come from outside: no prototype, so that `__proto__` and `constructor` are keys like any other. */

/** An object without prototype from key-value pairs; a later pair wins. */
export const record = <V>(entries: Iterable<readonly [string, V]> = []): { [key: string]: V } => {
  const made: { [key: string]: V } = Object.create(null);
  for (const [key, value] of entries) made[key] = value;
  return made;
};

/** The value of an own key, whatever the prototype holds. */
export const own = <V>(object: { readonly [key: string]: V } | undefined, key: string): V | undefined =>
  object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;

/** Whether a JSON value is an object (not an array, not null). */
export const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
