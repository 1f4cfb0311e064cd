/** Characters that are invisible, turn text around or end a line: shown as code points, never as they are. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const LONGEST = 120;

/** A text from outside in double quotes, on one line and inert: `"alice"`. Long texts are cut. */
export const quote = (text: string): string => {
  const points = text.length > LONGEST ? `${[...text.slice(0, LONGEST)].join("")}…` : text;
  const safe = points.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${safe.replaceAll(HIDDEN, (character) => codePoint(character))}"`;
};

/** `U+200B`, in braces: `{U+200B}`. */
const codePoint = (character: string): string =>
  `{U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
