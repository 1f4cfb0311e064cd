import { describe, expect, it } from "vitest";
import { createSigner, signatureOf } from "./sign.ts";

const SECRET = "9193cc662a4c0ec135ec71fb57194b38";

describe("signatureOf", () => {
  it.each([
    ["12345", "4fd24687296dd9f3", SECRET, "1615186943", "43e5cfcca828314675f91b001390566a"],
    [
      "1234567890",
      "15215528852396",
      "0123456789abcdef0123456789abcdef",
      "1700000000",
      "f650dea5bece00500004f5841f2609c1",
    ],
    ["4294967295", "00000000000000ff", "f".repeat(32), "1767225600", "b0d115feb352550224b3ff847ad3a025"],
    [
      "2000000001",
      "0a1b2c3d4e5f6071",
      "a1b2c3d4e5f60718293a4b5c6d7e8f90",
      "1800000000",
      "3090f4600a06a925e824c1a517852891",
    ],
    [
      "2000000001",
      "0A1B2C3D4E5F6071",
      "a1b2c3d4e5f60718293a4b5c6d7e8f90",
      "1800000000",
      "5292c83f42eb8aafbd12d4ffef057db0",
    ],
  ])("agrees with the published vectors: AppId %s, nonce %s", (appId, nonce, secret, timestamp, signature) => {
    expect(signatureOf(appId, nonce, secret, timestamp)).toBe(signature);
  });
});

const signer = (isTest?: boolean, now = 1_615_186_943_999) =>
  createSigner({ appId: "12345", serverSecret: SECRET, isTest, now: () => now });

describe("createSigner", () => {
  it("never gives the same nonce twice", () => {
    const { sign } = signer();
    const nonces = Array.from({ length: 200 }, () => sign().SignatureNonce);
    expect(new Set(nonces).size).toBe(200);
    for (const nonce of nonces) expect(nonce).toMatch(/^[0-9a-f]{16}$/u);
  });

  it("signs what it sends, in whole seconds", () => {
    const query = signer().sign();
    expect(query).toMatchObject({ AppId: "12345", Timestamp: "1615186943", SignatureVersion: "2.0" });
    expect(query.Signature).toBe(signatureOf("12345", String(query.SignatureNonce), SECRET, "1615186943"));
  });

  it.each([[undefined], [true], [false]])("sends IsTest as configured: %s", (isTest) => {
    expect(signer(isTest).sign().IsTest).toBe(isTest);
  });

  it("learns the service's clock once", () => {
    const { sign, learn } = signer(undefined, Date.parse("2026-06-01T12:00:00Z"));
    expect(learn("no date")).toBeUndefined();
    expect(learn(undefined)).toBeUndefined();
    expect(learn("Mon, 01 Jun 2026 12:15:00 GMT")).toBe(900_000);
    expect(learn("Mon, 01 Jun 2026 18:00:00 GMT")).toBe(900_000);
    expect(sign().Timestamp).toBe(String(Date.parse("2026-06-01T12:15:00Z") / 1000));
  });

  it("remembers what it gave out, so that messages can be cleaned, and forgets the oldest", () => {
    const { sign, issued } = signer();
    const first = sign();
    expect(issued()).toEqual([first.SignatureNonce, first.Signature]);
    for (let count = 0; count < 300; count += 1) sign();
    expect(issued()).toHaveLength(512);
    expect(issued()).not.toContain(first.Signature);
  });
});
