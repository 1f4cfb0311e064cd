import { expect, it } from "vitest";
import { displayWidth } from "./width.ts";

it.each([
  ["alice", 5],
  ["", 0],
  ["田中太郎", 8],
  ["ｆｕｌｌ", 8],
  ["한국어", 6],
  ["e\u0301ve", 3],
  ["שלום", 4],
  ["👍🏽", 2],
  ["a👩‍👩‍👧b", 4],
  ["naïve…", 6],
])("gives %j %i cells", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});
