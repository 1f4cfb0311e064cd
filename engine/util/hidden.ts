/**
 * Stands in a text, once for each unit of a secret, so that places keep their columns. No file holds it: Unicode keeps it
 * out of exchanged text. Whoever shows the text shows a run of it as `***`.
 */
export const HIDDEN = "\uFDD0";

/** What people see in the place of a secret. */
export const MASK = "***";

/** Keys that say of themselves that they are secret, whatever text they stand in. */
const TOKEN =
  /(?<![A-Za-z0-9])(?:sk_(?:prod|dev|live|test)_[A-Za-z0-9_-]+|sk_[A-Za-z0-9_-]{12,}|whsec_[A-Za-z0-9+/=_-]{8,})/gu;

/** Where such keys stand in a text. */
export const tokensIn = (text: string): readonly (readonly [start: number, end: number])[] =>
  [...text.matchAll(TOKEN)].map(({ index, 0: token }) => [index, index + token.length]);

/** A text without such keys. */
export const withoutTokens = (text: string): string => text.replaceAll(TOKEN, MASK);
