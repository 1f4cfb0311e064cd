import type { Faults } from "./faults.ts";
import { MAX_KEY_LENGTH, MAX_TEXT_LENGTH } from "./limits.ts";

/** What may not stand in a file as it is: C0 but tab and line ends, DEL, C1, and the two non-characters. */
const CONTROL = /(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu;
const SURROGATE = /\p{Surrogate}/u;

/** `U+001B`, with the name of the best known ones. */
const codePointName = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  const name = NAMES.get(code);
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return name === undefined ? hex : `${hex} (${name})`;
};
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x00, "NUL"],
  [0x07, "bell"],
  [0x08, "backspace"],
  [0x0c, "form feed"],
  [0x1b, "ESC"],
  [0x7f, "DEL"],
  [0x85, "next line"],
]);

/** Whether a text holds what may not stand in a file. */
export const hasControls = (text: string): boolean => text.search(CONTROL) >= 0;

/**
 * Reports characters that may not stand in a file, and gives a text of the same length that reading can go on with.
 * undefined: there are so many that it is no text.
 */
export const withoutControls = (text: string, faults: Faults): string | undefined => {
  if (!hasControls(text)) return text;
  let found = 0;
  for (const { index, 0: char } of text.matchAll(CONTROL)) {
    found += 1;
    if (found > MAX_CONTROLS) {
      const summary = "there are many more control characters: this is no text file";
      faults.add({ code: "encoding", start: index, end: index + 1, summary, hint: "check the path after -f" });
      return undefined;
    }
    const summary = `the control character ${codePointName(char)} cannot stand in a file`;
    faults.add({ code: "encoding", start: index, end: index + 1, summary, hint: "remove it" });
  }
  return text.replaceAll(CONTROL, "\uFFFD");
};
const MAX_CONTROLS = 100;

/** Whether escapes in a quoted text smuggled in what may not stand there as it is. */
export const smuggled = (text: string): string | undefined => {
  const at = text.search(CONTROL);
  if (at >= 0) return `the text holds the control character ${codePointName(text.charAt(at))}`;
  return SURROGATE.test(text) ? "the text holds half of a surrogate pair" : undefined;
};

/** What is wrong with the length of a key. */
export const keyTooLong = (key: string): string | undefined =>
  key.length > MAX_KEY_LENGTH
    ? `a key of ${counted(key.length)} characters is longer than ${counted(MAX_KEY_LENGTH)}`
    : undefined;

/** What is wrong with the length of a text. */
export const textTooLong = (text: string): string | undefined =>
  text.length > MAX_TEXT_LENGTH
    ? `a text of ${counted(text.length)} characters is longer than ${counted(MAX_TEXT_LENGTH)}`
    : undefined;

/** 12,345 on every machine. */
export const counted = (count: number): string => String(count).replaceAll(/\B(?=(?:[0-9]{3})+$)/gu, ",");
