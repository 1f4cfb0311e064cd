import type { Fault } from "./faults.ts";

const BOM = "\uFEFF";

/** Bytes as text without byte order mark, or what is wrong with them. Offsets of a fault are bytes before it, as text. */
export const decodeUtf8 = (bytes: Uint8Array): { readonly text: string; readonly fault: Fault | undefined } => {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    const summary = `the file is written in ${wide}, not in UTF-8`;
    return { text: "", fault: { code: "encoding", start: 0, end: 0, summary, hint: "save the file as UTF-8" } };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text: text.startsWith(BOM) ? text.slice(1) : text, fault: undefined };
  } catch {
    return brokenUtf8(bytes);
  }
};

/** UTF-16 and UTF-32, by byte order mark or, without one, by the zero bytes that ASCII text then has. */
const wideEncoding = (bytes: Uint8Array): string | undefined => {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? "UTF-32" : "UTF-16";
  if (a === 0xfe && b === 0xff) return "UTF-16";
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return "UTF-32";
  const zeroBesideText = (zero: number | undefined, text: number | undefined) =>
    zero === 0 && text !== undefined && text !== 0;
  if (bytes.length % 2 !== 0 || bytes.length < 4) return undefined;
  const bigEndian = zeroBesideText(a, b) && zeroBesideText(c, d);
  const littleEndian = zeroBesideText(b, a) && zeroBesideText(d, c);
  return bigEndian || littleEndian ? "UTF-16" : undefined;
};

const brokenUtf8 = (bytes: Uint8Array): { readonly text: string; readonly fault: Fault } => {
  const bad = firstBadByte(bytes);
  const lossy = new TextDecoder("utf-8", { ignoreBOM: true });
  const before = lossy.decode(bytes.subarray(0, bad)).replace(/^\uFEFF/u, "");
  const text = lossy.decode(bytes).replace(/^\uFEFF/u, "");
  const hex = (bytes[bad] ?? 0).toString(16).toUpperCase().padStart(2, "0");
  return {
    text,
    fault: {
      code: "encoding",
      start: before.length,
      end: before.length + 1,
      summary: `byte 0x${hex} is not UTF-8`,
      hint: "save the file as UTF-8",
    },
  };
};

/** The longest valid beginning, found by halving: valid up to n bytes is told by a decoder that expects more to come. */
const firstBadByte = (bytes: Uint8Array): number => {
  const good = (length: number): boolean => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (good(middle)) low = middle;
    else high = middle - 1;
  }
  return sequenceStart(bytes, low);
};

/** A sequence that breaks off is shown at its first byte, not where it turned out to be broken. */
const sequenceStart = (bytes: Uint8Array, broken: number): number => {
  let lead = broken - 1;
  while (lead >= 0 && broken - lead < 4 && isContinuation(bytes[lead])) lead -= 1;
  return sequenceLength(bytes[lead]) > broken - lead ? lead : broken;
};
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
const sequenceLength = (byte = 0): number => (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 1);
