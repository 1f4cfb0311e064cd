import { describe, expect, it } from "vitest";
import { pageOf } from "./page.ts";
import { valueDiff } from "./value-diff.ts";

const linesOf = (before: string, after: string, width: number): readonly string[] =>
  valueDiff(before, after, width, page).lines;

const page = pageOf([], { color: false });

describe("valueDiff", () => {
  it("shows what fits in one line as it is", () => {
    expect(linesOf("[room:write]", "[]", 40)).toEqual(["[room:write] -> []"]);
  });

  it("shows a long list by what came and went", () => {
    const same = Array.from({ length: 20 }, (_, index) => `item-${index}`);
    expect(linesOf(`[gone, ${same.join(", ")}]`, `[${same.join(", ")}, new-a, new-b]`, 60)).toEqual([
      "+ new-a, new-b",
      "- gone",
      "20 items unchanged",
    ]);
  });

  it("shows a long text by word", () => {
    const long = "the same words again and again ".repeat(6);
    expect(linesOf(`${long}yes`, `${long}no`, 60)).toEqual([
      "the same words again and … e words again and again [-yes-]{+no+}",
    ]);
  });

  it("shows text of several lines by line, long unchanged runs counted", () => {
    expect(linesOf("a\nb\nc\nd\ne\nold", "a\nb\nc\nd\ne\nnew\n", 60)).toEqual([
      "  a",
      "  … 3 unchanged lines",
      "  e",
      "- old",
      "+ new",
    ]);
  });

  it("cuts very long differences and says by how much", () => {
    const lines = linesOf("", Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n"), 60);
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe("… 31 more lines");
  });

  it("does not compare word by word what has almost nothing in common", () => {
    const text = (seed: string): string => Array.from({ length: 5000 }, (_, index) => `${seed}${index}`).join(" ");
    const lines = linesOf(text("a"), text("b"), 60);
    expect(lines.map((line) => line.slice(0, 6))).toEqual(["- a0 a", "+ b0 b"]);
  });

  it("keeps what it shows inert", () => {
    const evil = "\u001b[2J ::set-env\r";
    for (const line of [...linesOf(evil, "x", 5), ...linesOf(`[${evil}]`, "[]", 5)]) {
      expect(line).not.toMatch(/[\p{Cc}]/u);
    }
  });
});
