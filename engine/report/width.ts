const ASCII = /^[\x20-\x7e]*$/u;
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]/u;
const MARK = /^\p{M}/u;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** How many cells a terminal gives to a text: two for a wide character, none for a combining one. Takes no control characters. */
export const displayWidth = (text: string): number => {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (WIDE.test(segment)) width += 2;
    else if (!MARK.test(segment)) width += 1;
  }
  return width;
};
