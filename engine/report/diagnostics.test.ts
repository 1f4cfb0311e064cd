import { describe, expect, it } from "vitest";
import type { Diagnostic, Source } from "../model.ts";
import { diagnosticJson, renderDiagnostics, sortDiagnostics, validateJson } from "./diagnostics.ts";

const at = (line: number, column: number, endColumn = column + 1, endLine = line, filename = "a.yaml"): Source => ({
  locate: () => ({ filename, start: { line, column }, end: { line: endLine, column: endColumn } }),
});
const fault = (source: Source | undefined, more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  code: "unknown-name",
  summary: "no such role",
  ...(source === undefined ? {} : { source }),
  ...more,
});
const render = (text: string, ...diagnostics: readonly Diagnostic[]): string =>
  renderDiagnostics(diagnostics, { textOf: (name) => (name === "a.yaml" ? text : undefined), color: false });

describe("renderDiagnostics", () => {
  it("shows what is wrong, where, the line with carets below the range, detail, further places and the hint", () => {
    const text = "rooms:\n  a: facilitatr\n  b: x\n";
    const shown = render(
      text,
      fault(at(2, 6, 16), {
        detail: "First line.\nSecond line.",
        hint: "did you mean facilitator?",
        also: [{ summary: "it stands here too", source: at(3, 3) }],
      }),
    );
    expect(shown).toBe(
      [
        "Error: no such role [unknown-name]",
        "  a.yaml:2:6",
        "    |",
        "  2 |   a: facilitatr",
        "    |      ^^^^^^^^^^",
        "  it stands here too: a.yaml:3:3",
        "    |",
        "  3 |   b: x",
        "    |   ^",
        "  First line.",
        "  Second line.",
        "  hint: did you mean facilitator?",
        "",
      ].join("\n"),
    );
  });

  it("separates diagnostics by an empty line, and prints nothing for none", () => {
    const shown = render("a: b\n", fault(at(1, 1)), fault(undefined, { severity: "warning" }));
    expect(shown).toContain("^\n\nWarning: no such role [unknown-name]\n");
    expect(render("a: b\n")).toBe("");
  });

  it("shows the place alone when the text is not known or has no such line", () => {
    expect(render("a\n", fault(at(9, 1)))).toBe("Error: no such role [unknown-name]\n  a.yaml:9:1\n");
    expect(render("a\n", fault(at(1, 1, 2, 1, "b.yaml")))).toContain("b.yaml:1:1\n");
  });

  it("colours only when asked", () => {
    const options = { textOf: () => "a: b\n" };
    expect(renderDiagnostics([fault(at(1, 1))], { ...options, color: true })).toContain("\u001b[31m");
    expect(renderDiagnostics([fault(at(1, 1))], { ...options, color: false })).not.toContain("\u001b");
  });

  it("underlines a range of several lines to the end of its first", () => {
    expect(render("a: [b,\n c]\n", fault(at(1, 4, 3, 2)))).toContain("  1 | a: [b,\n    |    ^^^\n");
  });

  it("puts the caret below wide, combined and tabbed characters", () => {
    expect(render("日本: x\n", fault(at(1, 5)))).toContain("  1 | 日本: x\n    |       ^\n");
    expect(render("e\u0301: x\n", fault(at(1, 5)))).toContain("    |    ^\n");
    expect(render("\ta: x\n", fault(at(1, 2)))).toContain("  1 |  a: x\n    |  ^\n");
  });

  it("does not count a byte order mark or the end of a CRLF line", () => {
    expect(render("\uFEFFab: c\r\nd: e\r\n", fault(at(1, 1, 3)))).toContain("  1 | ab: c\n    | ^^\n");
    expect(render("a\r\n", fault(at(1, 2)))).not.toContain("\\r");
  });

  it("cuts a long line around the caret", () => {
    const line = `${"x".repeat(500)}HERE${"y".repeat(500)}`;
    const shown = render(line, fault(at(1, 501, 505)));
    const [source, carets] = shown.split("\n").slice(3, 5);
    expect(source?.length).toBeLessThan(120);
    expect(source).toMatch(/\| …x{40}HEREy+…$/u);
    expect(carets?.indexOf("^")).toBe(source?.indexOf("HERE"));
    expect(carets).toMatch(/ \^{4}$/u);
  });

  it("shows the beginning of a range that is longer than what is shown", () => {
    const shown = render(`a: ${"x".repeat(900)}`, fault(at(1, 4, 904)));
    const [source, carets] = shown.split("\n").slice(3, 5);
    expect(source).toMatch(/\| a: x{97}…$/u);
    expect(carets).toMatch(/\| {4}\^{97}$/u);
  });
});

describe("text from outside", () => {
  it("cannot move the cursor, hide, turn around or begin a line of its own", () => {
    const evil = "a\u001b[2J\u202Eb\r\u0007\u2028";
    const shown = renderDiagnostics(
      [fault(at(1, 1, 2, 1, `x\u001b[31m\n::error::y`), { summary: evil, detail: evil, hint: evil })],
      { textOf: () => `k: ${evil}\n`, color: false },
    );
    expect(shown).not.toMatch(/[\u202E\u2028]/u);
    expect(shown.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
    expect(shown).not.toMatch(/^\s*::/mu);
  });

  it("cannot give a CI system a command", () => {
    const shown = render(
      "::add-mask::x\n##[group]y\n",
      fault(at(1, 1), { detail: "text\n  ::set-output name=a::b\n##vso[task.setvariable]z" }),
      fault(at(2, 1)),
    );
    expect(shown).not.toMatch(/^\s*::/mu);
    expect(shown).not.toMatch(/##(?:\[|vso\[)/u);
  });
});

describe("masked diagnostics", () => {
  const SECRET = "sk_dev_abcdef123456";

  it("show nothing of the secret, wherever on the line it stands, and not its length", () => {
    const text = `key: "${SECRET}" # was ${SECRET}\n`;
    const shown = render(text, fault(at(1, 6, 27), { masked: true, summary: `not ${SECRET}` }));
    expect(shown).toContain("  1 | key: *** # was ***\n    |      ^^^\n");
    expect(shown).toContain("Error: not *** [");
    for (let size = 4; size <= SECRET.length; size += 1) expect(shown).not.toContain(SECRET.slice(0, size));
  });

  it("hide the secret in the frames of other diagnostics too", () => {
    const text = `a: ${SECRET}\nb: ${SECRET}\n`;
    const shown = render(text, fault(at(2, 1)), fault(at(1, 4, 4 + SECRET.length), { masked: true }));
    expect(shown).toContain("  2 | b: ***\n    | ^\n");
    expect(shown).not.toContain("sk_dev");
  });

  it("hide a secret of several lines", () => {
    const text = `a: |\n  first-line-of-it\n  second-line-of-it\nb: c\n`;
    const masked = fault(at(1, 4, 1, 4), { masked: true });
    const shown = render(text, masked, fault(at(3, 3)));
    expect(shown).toContain("  1 | a: ***\n");
    expect(shown).not.toContain("line-of-it");
  });

  it("hide a secret that a long line would cut", () => {
    const text = `a: ${SECRET} ${"x".repeat(60)} here ${"y".repeat(90)}`;
    const shown = render(text, fault(at(1, 4, 4 + SECRET.length), { masked: true }), fault(at(1, 85, 89)));
    for (let from = 0; from + 6 <= SECRET.length; from += 1) expect(shown).not.toContain(SECRET.slice(from, from + 6));
  });
});

describe("sortDiagnostics", () => {
  it("orders by file, line and column, keeps the order at one place, and puts what has no place last", () => {
    const made = [
      fault(undefined, { summary: "nowhere" }),
      fault(at(1, 1, 2, 1, "b.yaml"), { summary: "b" }),
      fault(at(10, 1), { summary: "late" }),
      fault(at(2, 7), { summary: "second" }),
      fault(at(2, 3), { summary: "first, one" }),
      fault(at(2, 3), { summary: "first, two" }),
    ];
    const sorted = sortDiagnostics(made).map(({ summary }) => summary);
    expect(sorted).toEqual(["first, one", "first, two", "second", "late", "b", "nowhere"]);
  });
});

describe("JSON", () => {
  it("holds the range and names further places in the detail", () => {
    const made = fault(at(2, 3, 9), {
      hint: "keep one",
      also: [{ summary: "it stands here first", source: at(1, 1) }],
    });
    expect(diagnosticJson(made)).toEqual({
      severity: "error",
      code: "unknown-name",
      summary: "no such role",
      detail: "it stands here first: a.yaml:1:1",
      hint: "keep one",
      range: { filename: "a.yaml", start: { line: 2, column: 3 }, end: { line: 2, column: 9 } },
    });
    expect(Object.keys(diagnosticJson(fault(undefined)))).toEqual(["severity", "code", "summary"]);
  });

  it("counts errors and warnings apart, and is valid without errors", () => {
    const warning = fault(undefined, { severity: "warning" });
    expect(validateJson([])).toEqual({ valid: true, error_count: 0, warning_count: 0, diagnostics: [] });
    expect(validateJson([warning])).toMatchObject({ valid: true, error_count: 0, warning_count: 1 });
    expect(validateJson([warning, fault(at(1, 1))])).toMatchObject({ valid: false, error_count: 1, warning_count: 1 });
  });
});
