import { expect, it } from "vitest";
import { excerpt } from "./excerpt.ts";

it("folds white space, shows control and direction characters by their code, and cuts", () => {
  expect(excerpt(" a\n\tb \u001b[31m\u202ec ")).toBe("a b \\u{1b}[31m\\u{202e}c");
  expect(excerpt("x".repeat(500))).toBe(`${"x".repeat(160)}…`);
  expect(excerpt("☃😀")).toBe("☃😀");
});
