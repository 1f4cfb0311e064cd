/** Takes secrets out of text that people will see: as they are, and in every form in which a service may echo them. */

const MASK = "***";
/** A shorter text is no secret, and masking it would eat ordinary words. */
const SHORTEST = 6;

/** A function that replaces each secret (raw, percent-encoded, JSON-escaped, hex, base64 at any alignment) by `***`. */
export const redactor = (secrets: Iterable<string>): ((text: string) => string) => {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    for (const form of formsOf(secret)) if (form.length >= SHORTEST) forms.add(form);
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const form of longestFirst) clean = clean.replaceAll(form, MASK);
    return clean;
  };
};

const formsOf = (secret: string): readonly string[] => {
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const quoted = JSON.stringify(secret).slice(1, -1);
  const escaped = percent(secret);
  const forms = [secret, quoted, escaped, escaped.replace(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase())];
  forms.push(hex, hex.toUpperCase());
  for (const shift of [0, 1, 2]) {
    const base64 = base64Core(bytes, shift);
    forms.push(base64, base64.replaceAll("+", "-").replaceAll("/", "_"), percent(base64));
  }
  return forms;
};

const percent = (text: string): string => encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd"));

/**
 * The characters that the secret alone decides when it stands `shift` bytes (modulo 3) into a text that is base64-encoded
 * as a whole, as in `Basic base64(user:secret)`.
 */
const base64Core = (bytes: Buffer, shift: number): string => {
  const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
  const text = shifted.toString("base64").replace(/=+$/u, "");
  const start = shift === 0 ? 0 : shift + 1;
  return text.slice(start, shifted.length % 3 === 0 ? undefined : -1);
};
