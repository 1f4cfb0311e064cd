import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../model.ts";
import { HIDDEN } from "../util/hidden.ts";
import type { Vocabulary } from "./harmless.ts";
import { createMask } from "./mask.ts";
import { sourceText } from "./source-text.ts";

const WORDS: Vocabulary = {
  secretKeys: new Set(["secretKey", "apiKey"]),
  types: new Set(["liveblocks", "daily"]),
  known: new Set(["secretKey", "apiKey", "liveblocks", "daily", "type", "env", "baseUrl", "roomDefaults", "providers"]),
};
/** What is shown of a text. */
const shown = (text: string): string => {
  const masked = createMask(() => text, WORDS).textOf("a.yaml") ?? "";
  expect(masked).toHaveLength(text.length);
  return masked.replaceAll(new RegExp(`${HIDDEN}+`, "gu"), "***");
};
const cleaned = (text: string, summary: string, hint?: string): Diagnostic | undefined => {
  const fault: Diagnostic = {
    severity: "error",
    code: "invalid-value",
    summary,
    ...(hint === undefined ? {} : { hint }),
    source: sourceText("a.yaml", text).at(0, 1),
  };
  return createMask(() => text, WORDS).clean([fault])[0];
};

describe("the text of a file", () => {
  it("shows of providers what is known to be harmless", () => {
    const text = `providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY }, baseUrl: "https://api.liveblocks.io" }
  eu-rooms:
    type: daily
    apiKey: { env: DAILY_EU }
    baseUrl: https://api.daily.co/v1
    roomDefaults: { default: participant }
    isTest: true
teams: { a: [bob] }
`;
    expect(shown(text)).toBe(text);
  });

  it.each([
    [
      "providers: { liveblocks: { secretKey: h7Kq29xLmp04 }, daily: x }",
      "providers: { liveblocks: { secretKey: *** }, daily: x }",
    ],
    [
      "providers:\n  a:\n    key: h7Kq29xLmp04 # old\nrooms: { b: h7Kq29xLmp04 }",
      "providers:\n  a:\n    key: *** #***\nrooms: { b: h7Kq29xLmp04 }",
    ],
    [
      "providers:\n  a:\n    secretKey: x\n    h7Kq29xLmp04\nroms: {}",
      "providers:\n  a:\n    secretKey: ***\n    ***\nroms: {}",
    ],
    ["provider: { a: { b: h7Kq29xLmp04 } }\nteams: {}", "provider: { a: { b: *** } }\nteams: {}"],
    ["roles: { a: { apiKey: h7Kq29xLmp04, daily: {} } }", "roles: { a: { apiKey: ***, daily: {} } }"],
    ["apiKey: |\n  h7Kq29xLmp04\n\n  two\nteams: {}", "apiKey: |\n  ***\n\n  two\nteams: {}"],
    [
      '{"providers":{"a":{"apiKey":"h7Kq29xLmp04"}},"teams":{"a":["b"]}}',
      '{"providers":{"a":{"apiKey":"***"}},"teams":{"a":["b"]}}',
    ],
    ["teams: { a: [sk_prod_hunter2] }", "teams: { a: [***] }"],
    [
      "providers: { daily: { baseUrl: 'https://api.daily.co/h7Kq29xLmp04' } }",
      "providers: { daily: { baseUrl: '***' } }",
    ],
    ["# providers: a, b\nteams: { providers: [bob] }", "# providers: a, b\nteams: { providers: [bob] }"],
  ])("hides the rest: %s", (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    "providers: {",
    "providers: {\n",
    "{[",
    "secretKey: ",
    "secretKey: {\n",
    '"apiKey":"x",',
    "{apiKey: x,",
    "providers:\n",
    "provders: {\n",
    "a: 'b\n",
    '"\\',
    "key=",
    " #",
    "\n",
    "{",
    "sk_prod_",
    "version",
  ])("is looked through in time: %j", (text) => {
    const started = performance.now();
    shown(`providers: { a: ${text.repeat(30_000)}`);
    shown(text.repeat(30_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("what is said", () => {
  it("holds no secret of the file", () => {
    const text = "providers: { daily: { apiKey h7Kq29xLmp04 } }";
    expect(cleaned(text, "apiKey h7Kq29xLmp04 has no value", "take h7Kq29xLmp04 away")).toMatchObject({
      summary: "apiKey *** has no value",
      hint: "take *** away",
    });
  });

  it("holds no beginning of one that was cut, and none that was quoted", () => {
    const secret = `hunter${"2".repeat(100)}`;
    expect(cleaned(`apiKey: ${secret}`, `${secret.slice(0, 40)}… is long`)?.summary).toBe("*** is long");
    expect(cleaned('apiKey: "hunt\\"er7Kq29xLmp\\u0032"', 'no "hunt\\"er7Kq29xLmp2" here')?.summary).toBe(
      'no "***" here',
    );
  });

  it("keeps the words of a language", () => {
    const text = "providers: { daily: { note: a key for the team } }";
    expect(cleaned(text, "the team has no key")?.summary).toBe("the team has no key");
  });
});
