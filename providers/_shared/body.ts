/** Bytes of an answer to JSON, strictly and within limits. */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { isRecord } from "../../engine/util/record.ts";

const unzip = promisify(gunzip);

export type BodyLimits = {
  /** Bytes as they come over the wire. */
  readonly wireBytes: number;
  /** Bytes after decompression. */
  readonly bytes: number;
};

/** Thrown for a body that cannot be used; the message completes "the answer …". */
export class BodyError extends Error {
  override readonly name = "BodyError";
}

/** Reads a body as text. Throws `BodyError` over the limits, for an unknown encoding and for bytes that are not UTF-8. */
export const readText = async (
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  limits: BodyLimits,
): Promise<string> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limits.wireBytes) throw new BodyError(`is longer than ${mebibytes(limits.wireBytes)}`);
    parts.push(chunk);
  }
  const raw = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  return decode(await expand(raw, encoding, limits));
};

const expand = async (raw: Uint8Array, encoding: string | undefined, limits: BodyLimits): Promise<Uint8Array> => {
  const name = encoding?.trim().toLowerCase() ?? "";
  if (name === "" || name === "identity" || raw.length === 0) {
    if (raw.length > limits.bytes) throw new BodyError(`is longer than ${mebibytes(limits.bytes)}`);
    return raw;
  }
  if (name !== "gzip") throw new BodyError("is in an encoding that was not asked for");
  try {
    return await unzip(raw, { maxOutputLength: limits.bytes });
  } catch (error) {
    const tooLong = isRecord(error) && error.code === "ERR_BUFFER_TOO_LARGE";
    throw new BodyError(tooLong ? `is longer than ${mebibytes(limits.bytes)}` : "is not proper gzip");
  }
};

const mebibytes = (bytes: number): string =>
  bytes < 1 << 20 ? `${bytes} bytes` : `${Math.round(bytes / 2 ** 20)} MiB`;

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BodyError("is not UTF-8 text");
  }
};

/**
 * Parses JSON. Throws `BodyError` for an empty body, an HTML page, text that is no JSON or is cut off, a key that stands
 * twice in one object, and nesting too deep to walk.
 */
export const parseStrictJson = (text: string): unknown => {
  if (text.trim() === "") throw new BodyError("is empty");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const page = /^\s*</u.test(text);
    throw new BodyError(page ? "is a web page instead of JSON" : "is not JSON, or is cut off");
  }
  if (hasDuplicateKeys(text, value)) throw new BodyError("names a key twice in one object");
  return value;
};

/**
 * `JSON.parse` keeps the last of two equal keys and says nothing. Compact text is as long as what its value prints to; only
 * where the lengths differ are keys counted in both.
 */
const hasDuplicateKeys = (text: string, value: unknown): boolean => {
  try {
    if (JSON.stringify(value).length === text.length) return false;
    return countKeysInText(text) !== countKeys(value);
  } catch {
    throw new BodyError("is nested too deeply");
  }
};

const countKeysInText = (text: string): number => {
  let keys = 0;
  for (const [found] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?/gsu)) if (found.endsWith(":")) keys += 1;
  return keys;
};

const countKeys = (value: unknown): number => {
  let keys = 0;
  if (Array.isArray(value)) for (const item of value) keys += countKeys(item);
  else if (isRecord(value)) {
    for (const key of Object.keys(value)) keys += 1 + countKeys(value[key]);
  }
  return keys;
};
