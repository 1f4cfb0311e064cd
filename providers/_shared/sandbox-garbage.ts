import { gzipSync } from "node:zlib";
import { JSON_TYPE, type WireAnswer } from "./sandbox-wire.ts";

/**
 * What comes in the place of an answer. `cut-json` is a whole answer whose JSON ends early, `cut-body` announces more
 * bytes than come. `no-content` is a 204, `empty` a 200 without a body.
 */
export type Garbage =
  | "html"
  | "cut-json"
  | "cut-body"
  | "empty"
  | "no-content"
  | "wrong-root"
  | "null-root"
  | "invalid-utf8"
  | "deep"
  | "huge"
  | "gzip-bomb";

const MEBIBYTE = 1024 * 1024;
const HUGE_PIECES = 64;
const BOMB_PIECES = 512;
const DEEP = 100_000;

/** Garbage in the place of `body`, the answer that should have come. */
export const wireGarbage = (garbage: Garbage, status: number, body: unknown): WireAnswer => {
  const text = JSON.stringify(body ?? { data: [], id: "cut" });
  const json = (...pieces: readonly Buffer[]): WireAnswer => ({ status, headers: JSON_TYPE, pieces });
  switch (garbage) {
    case "html":
      return {
        status,
        headers: { "content-type": "text/html; charset=utf-8" },
        pieces: [Buffer.from("<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>")],
      };
    case "cut-json":
      return json(Buffer.from(text.slice(0, -1)));
    case "cut-body":
      return { ...json(Buffer.from(text.slice(0, -1))), cut: true };
    case "empty":
      return json();
    case "no-content":
      return { status: 204, headers: {}, pieces: [] };
    case "wrong-root":
      return json(Buffer.from(Array.isArray(body) ? "{}" : "[]"));
    case "null-root":
      return json(Buffer.from("null"));
    case "invalid-utf8":
      return json(Buffer.from('{"data":[],"id":"'), Buffer.from([0xc3, 0x28, 0xff]), Buffer.from('"}'));
    case "deep":
      return json(Buffer.from("[".repeat(DEEP) + "]".repeat(DEEP)));
    case "huge":
      return json(...repeat(Buffer.alloc(MEBIBYTE, " "), HUGE_PIECES), Buffer.from(text));
    case "gzip-bomb":
      return {
        status,
        headers: { ...JSON_TYPE, "content-encoding": "gzip" },
        // Members of a gzip stream may follow each other: 512 MiB for the reader, half a megabyte here.
        pieces: [...repeat(gzipSync(Buffer.alloc(MEBIBYTE, " ")), BOMB_PIECES), gzipSync(Buffer.from(text))],
      };
  }
};

const repeat = (piece: Buffer, count: number): readonly Buffer[] => new Array<Buffer>(count).fill(piece);
