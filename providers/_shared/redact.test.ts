import { createHmac } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactor } from "./redact.ts";

const SECRET = "sk_prod_Abc/+def?&é";

describe("redactor", () => {
  it.each([
    ["as it is", SECRET],
    ["percent-encoded", encodeURIComponent(SECRET)],
    ["percent-encoded in small letters", encodeURIComponent(SECRET).replaceAll(/%../gu, (code) => code.toLowerCase())],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64url", Buffer.from(SECRET).toString("base64url")],
    ["in hex", Buffer.from(SECRET).toString("hex")],
    ["inside JSON", JSON.stringify({ key: SECRET })],
  ])("masks a secret %s", (_, form) => {
    const shown = redactor([SECRET])(`key=${form}&x=1`);
    expect(shown).toContain("***");
    expect(shown).not.toContain(form);
  });

  it("masks a secret with quotes and backslashes inside JSON", () => {
    const secret = 'pass"word\\1';
    expect(redactor([secret])(JSON.stringify([secret]))).toBe('["***"]');
  });

  it("masks a secret that was base64-encoded behind a user name of any length", () => {
    void fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (before, after) => {
        const secret = createHmac("sha256", "k").update("text").digest("hex");
        const shown = redactor([secret])(Buffer.from(before + secret + after).toString("base64"));
        for (const [found] of shown.matchAll(/[A-Za-z0-9+/]{8,}/gu)) {
          expect(Buffer.from(found, "base64").toString()).not.toContain(secret.slice(4, -4));
        }
        expect(shown).toContain("***");
      }),
    );
  });

  it("leaves other text, and texts too short to be a secret, alone", () => {
    expect(redactor(["abc", ""])("abc and more")).toBe("abc and more");
  });

  it("takes the longer of two secrets first, so that no rest of it is left", () => {
    expect(redactor(["secret", "secret-and-more"])("a secret-and-more b")).toBe("a *** b");
  });
});
