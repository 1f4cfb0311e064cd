import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyError, parseStrictJson, readText } from "./body.ts";

const LIMITS = { wireBytes: 1000, bytes: 5000 };
const chunks = async function* (...parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === "string" ? Buffer.from(part) : part;
};

describe("readText", () => {
  it("joins chunks, even inside a character", async () => {
    const bytes = Buffer.from("aé☃");
    expect(
      await readText(chunks(bytes.subarray(0, 2), bytes.subarray(2, 4), bytes.subarray(4)), undefined, LIMITS),
    ).toBe("aé☃");
  });

  it("expands gzip", async () => {
    expect(await readText(chunks(gzipSync("{}")), "gzip", LIMITS)).toBe("{}");
  });

  it.each([
    ["too many bytes", chunks("x".repeat(600), "x".repeat(600)), undefined, "is longer than 1000 bytes"],
    ["a gzip bomb", chunks(gzipSync("0".repeat(90_000))), "gzip", "is longer than 5000 bytes"],
    ["half a gzip file", chunks(gzipSync("some text that is long").subarray(0, 20)), "gzip", "is not proper gzip"],
    ["six encodings", chunks("x"), "gzip, gzip, gzip, gzip, gzip, gzip", "is in an encoding that was not asked for"],
    ["invalid UTF-8", chunks(new Uint8Array([0x22, 0xff, 0x22])), undefined, "is not UTF-8 text"],
  ])("refuses %s", async (_, body, encoding, message) => {
    await expect(readText(body, encoding, LIMITS)).rejects.toThrow(new BodyError(message));
  });
});

describe("parseStrictJson", () => {
  it.each([
    ["", "is empty"],
    [" \n", "is empty"],
    ["<!doctype html><title>Login</title>", "is a web page instead of JSON"],
    ['{"data":[{"id":"a', "is not JSON, or is cut off"],
    ["{'a':1}", "is not JSON, or is cut off"],
    ['{"a":1,"a":2}', "names a key twice in one object"],
    ['{"a":{"b":[],"\\u0062":[]}}', "names a key twice in one object"],
    ["[".repeat(200_000) + "]".repeat(200_000), "is nested too deeply"],
  ])("refuses %.30j", (text, message) => {
    expect(() => parseStrictJson(text)).toThrow(new BodyError(message));
  });

  it("takes whatever JSON.stringify prints, compact or indented", () => {
    void fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("is not misled by quotes, backslashes and colons inside text, nor by numbers that print otherwise", () => {
    const text = '{ "a\\":" : "b\\\\" , "c:\\"" : ["d\\":", 1.0, 1e2, "\\u00e9"], "" : {"a\\":": 1} }';
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });

  it("keeps __proto__ as a key", () => {
    expect(Object.keys(parseStrictJson('{"__proto__":["x"]}') as object)).toEqual(["__proto__"]);
  });
});
