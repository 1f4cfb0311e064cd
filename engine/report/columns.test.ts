import { describe, expect, it } from "vitest";
import { cell, columns, wrapItems } from "./columns.ts";

describe("columns", () => {
  it("aligns by what a terminal shows, wide characters and colours included", () => {
    const bold = (text: string): string => `<b>${text}</b>`;
    expect(
      columns([
        [cell("田中", bold), cell("x")],
        [cell("alice"), cell("y")],
      ]),
    ).toEqual(["  <b>田中</b>   x", "  alice  y"]);
  });

  it("lets one very long cell move its own row only, and never cuts it", () => {
    const long = "z".repeat(90);
    expect(
      columns(
        [
          [cell("a"), cell("1")],
          [cell(long), cell("2")],
          [cell("bcd"), cell("3")],
        ],
        "",
      ),
    ).toEqual(["a    1", `${long}  2`, "bcd  3"]);
  });

  it("leaves no spaces at the end of a line, and lines between rows as they are", () => {
    expect(columns([[cell("a"), cell(""), cell("")], "   note", [cell("bb"), cell("c"), cell("")]], "")).toEqual([
      "a",
      "   note",
      "bb  c",
    ]);
  });
});

describe("wrapItems", () => {
  it("breaks between items only", () => {
    expect(wrapItems(["aaaa", "bbbb", "c c"], 10)).toEqual(["aaaa,", "bbbb, c c"]);
  });

  it("gives an item that is too long a line of its own", () => {
    expect(wrapItems(["a", "b".repeat(20), "c"], 10)).toEqual(["a,", `${"b".repeat(20)},`, "c"]);
  });

  it("makes nothing of nothing", () => {
    expect(wrapItems([], 10)).toEqual([]);
  });
});
