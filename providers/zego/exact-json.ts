import { parseStrictJson } from "../_shared/body.ts";

/** A text as it stands, or an integer of 16 digits and more that is not part of a longer number. */
const TEXT_OR_LONG = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gsu;

/**
 * Strict JSON in which integers too large for a JavaScript number come as text, digit for digit: session ids and markers are
 * uint64. Throws `BodyError`.
 */
export const parseExactJson = (text: string): unknown =>
  parseStrictJson(text.replaceAll(TEXT_OR_LONG, (found) => (found.startsWith('"') ? found : `"${found}"`)));
