import { describe, expect, it } from "vitest";
import { faultsOf, HEAD, loadTexts } from "./fixtures.ts";
import { idFault } from "./ids.ts";

describe("an id", () => {
  it.each(["alice", "a b", "a/b?c#d%&", "7", "__proto__", "日本", "é", "x".repeat(256), "a..b", "{name}"])(
    "can be %j",
    (id) => {
      expect(idFault(id)).toBeUndefined();
    },
  );

  it.each([
    ["", "it is empty"],
    [".", "a folder"],
    ["..", "a folder"],
    ["x".repeat(257), "longer than 256 bytes"],
    ["é".repeat(129), "longer than 256 bytes"],
    [" a", "a space"],
    ["a\u00A0", "a space"],
    ["a\u0000", "control character"],
    ["a\r\nb", "control character"],
    ["a\u202Eb", "invisible"],
    ["a\u200Bb", "invisible"],
    ["a\u00ADb", "invisible"],
    ["a\uFE0F", "invisible"],
    ["a\uFEFF", "invisible"],
    ["a\uD800", "half a character"],
  ])("cannot be %j", (id, why) => {
    expect(idFault(id)).toContain(why);
  });
});

const users = (...ids: readonly string[]) =>
  `${HEAD}rooms:\n  one:\n    users:\n${ids.map((id) => `      ${JSON.stringify(id)}: reader\n`).join("")}`;
const about = (text: string) => faultsOf(text).filter((line) => !line.includes("unused-role"));

describe("ids in files", () => {
  it("are refused with their characters shown", () => {
    expect(about(users("a\u200Bb"))).toEqual([
      'a.yaml:8:7 invalid-id "a{U+200B}b" cannot be the id of a user: it holds an invisible character',
    ]);
  });

  it("cannot be the star that means everybody", () => {
    const { diagnostics } = loadTexts(users("*"));
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "invalid-id", hint: "what everybody may do is the room's `default`" }),
    );
  });

  it("that look the same in two Unicode forms are refused", () => {
    expect(about(users("\u00E9va", "e\u0301va"))).toEqual([
      'a.yaml:9:7 invalid-id the user id "e\u0301va" is written in two Unicode forms that look the same',
    ]);
  });

  it("that differ in case only are a warning, across teams and rooms", () => {
    expect(about(`${users("alice", "bob")}teams: { t: [Alice] }\n`)).toEqual([
      'a.yaml:8:7 warning similar-ids the user ids "alice" and "Alice" differ in case only',
    ]);
  });

  it("that mix scripts are shown as code points", () => {
    const { diagnostics } = loadTexts(users("\u0430lice"));
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: "confusable-id",
        severity: "warning",
        detail: "its characters are U+0430 U+006C U+0069 U+0063 U+0065",
      }),
    );
    expect(about(users("\u0430\u0431"))).toEqual([]);
  });

  it("are texts: a number has to be quoted, and a large one has lost digits", () => {
    expect(loadTexts("teams:\n  t: [12, 90071992547409931]\n").diagnostics).toContainEqual(
      expect.objectContaining({ code: "unquoted-number", hint: 'quote it: "12"' }),
    );
  });

  it("may be two rooms at two services", () => {
    expect(about(`${HEAD}rooms:\n  one: {}\n  One: {}\n`)).toEqual([
      'a.yaml:7:3 warning similar-ids the room ids "One" and "one" differ in case only',
    ]);
  });
});
