/** Orders text by UTF-16 code units: the same on every machine, whatever the locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A sorted copy without duplicates. */
export const sortedSet = (values: Iterable<string>): string[] => [...new Set(values)].sort(compareText);
