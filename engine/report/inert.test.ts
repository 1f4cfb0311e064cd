import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inert, inertLines, inertName } from "./inert.ts";

describe("inert", () => {
  it.each([
    ["\u001b[31mred\u001b[0m", "\\u{1b}[31mred\\u{1b}[0m"],
    ["a\r\nb\tc\0", "a\\r\\nb\\tc\\u{0}"],
    ["\u009b2J", "\\u{9b}2J"],
    ["\u202ecod\u2069.exe", "\\u{202e}cod\\u{2069}.exe"],
    ["zero\u200bwidth\u00adsoft\ufe0f", "zero\\u{200b}width\\u{ad}soft\\u{fe0f}"],
    ["tag\u{e0041}", "tag\\u{e0041}"],
    ["half \ud83d", "half \\u{d83d}"],
    ["no\u00a0break", "no\\u{a0}break"],
    ["a\u2028b", "a\\u{2028}b"],
    ["\u0301start", "\\u{301}start"],
    ["::set-env name=x::y", "\\u{3a}:set-env name=x::y"],
    ["  ::stop-commands::x", "  \\u{3a}:stop-commands::x"],
    ["x ##[group]a ##vso[task]b", "x \\u{23}#[group]a \\u{23}#vso[task]b"],
  ])("shows %j as text", (text, shown) => {
    expect(inert(text)).toBe(shown);
  });

  it.each(["alice@example.org", "日本語", "e\u0301ve", "a::b", "C:\\dir", "## heading", "שלום"])(
    "leaves %j as it is",
    (text) => {
      expect(inert(text)).toBe(text);
    },
  );

  it("never lets a character through that moves the cursor, hides or turns the reading direction", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(inert(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s*::|##\[/u);
      }),
    );
  });

  it("keeps different texts different, also where one holds what the other is escaped to", () => {
    const unit = fc.constantFrom("\\", "n", "\n", "u{1b}", "\u001b", ":", "#", "[", "r", "\r");
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (a, b) => {
        fc.pre(a !== b);
        expect(inert(a)).not.toBe(inert(b));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["\u001b\\\u001b", "\u001b\\u{1b}"],
    ["\\##[a]", "\\u{23}#[a]"],
  ])("tells %j from %j", (a, b) => {
    expect(inert(a)).not.toBe(inert(b));
  });

  it("keeps the lines of a text apart and each of them inert", () => {
    expect(inertLines("one\r\n::two\nthree\r")).toEqual(["one", "\\u{3a}:two", "three\\r"]);
  });
});

describe("inertName", () => {
  it.each(["everyone", "team", "group partners", "team design (12)", "a, b", "", 'say "hi"'])(
    "puts %j in quotes, so that it cannot be taken for something else",
    (name) => {
      expect(inertName(name)).toBe(JSON.stringify(name));
    },
  );

  it("keeps different names different, and what follows outside the quotes", () => {
    const unit = fc.constantFrom("\\", '"', " ", "a", "\n", "n");
    fc.assert(
      fc.property(fc.string({ unit }), fc.string({ unit }), (a, b) => {
        fc.pre(a !== b);
        expect(inertName(a)).not.toBe(inertName(b));
        const quoted = inertName(`${a}"`);
        expect(quoted).toMatch(/^"(?:[^"\\]|\\.)*"$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["alice", "alice@example.org", "42", "__proto__", "日本語", "class-{id}"])("leaves %j bare", (name) => {
    expect(inertName(name)).toBe(name);
  });
});
