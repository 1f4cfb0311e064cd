/** The first words of what a service said, fit for one line of a message. */

const LONGEST = 160;

/** White space folded, control and direction characters as `\u{…}`, cut at 160 characters. Redact before, not after. */
export const excerpt = (text: string): string => {
  const folded = text.replace(/\s+/gu, " ").trim();
  const cut = [...folded.slice(0, 4 * LONGEST)];
  const shown = cut.slice(0, LONGEST).join("");
  return escapeControls(shown) + (cut.length > LONGEST ? "…" : "");
};

const escapeControls = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
