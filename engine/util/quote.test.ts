import { describe, expect, it } from "vitest";
import { quote } from "./quote.ts";

describe("quote", () => {
  it("leaves plain text as it is, whatever its script", () => {
    expect(quote("class 7b/é日本")).toBe('"class 7b/é日本"');
  });
  it("shows what cannot be seen as code points", () => {
    expect(quote("a\u200Bb\u202E\n")).toBe('"a{U+200B}b{U+202E}{U+000A}"');
  });
  it("cuts long texts", () => {
    expect(quote("x".repeat(500)).length).toBeLessThan(130);
  });
});
