import { describe, expect, it } from "vitest";
import { documentOf, faultsOf, loadTexts } from "./fixtures.ts";

const one = (config: string): string => `providers:\n  liveblocks: ${config}\n`;

describe("providers", () => {
  it("take their type from the key or from `type`", () => {
    const document = documentOf(
      "providers:\n  daily: { apiKey: { env: DAILY_KEY } }\n  eu: { type: zego, appId: 12, serverSecret: { env: ROLECALL_EU } }\n",
    );
    expect([...document.providers.values()].map(({ name, type }) => [name, type])).toEqual([
      ["daily", "daily"],
      ["eu", "zego"],
    ]);
    expect(document.providers.get("eu")?.values).toEqual({ appId: 12 });
    expect(document.providers.get("eu")?.env.get("serverSecret")?.name).toBe("ROLECALL_EU");
  });

  it("are checked by `type` even where the key is another type", () => {
    expect(faultsOf("providers:\n  daily: { type: zego, appId: 1 }\n")).toEqual([
      'a.yaml:2:3 missing-key the key "serverSecret" is missing in "daily"',
    ]);
  });

  it("must be of a known type", () => {
    expect(loadTexts("providers:\n  liveblock: {}\n  x: { type: dayly }\n").diagnostics).toMatchObject([
      { code: "missing-key", hint: 'did you mean "liveblocks"?' },
      { code: "unknown-name", summary: 'there is no type of service "dayly"', hint: 'did you mean "daily"?' },
    ]);
  });

  it("cannot have the name of a word", () => {
    expect(faultsOf("providers:\n  existing: { type: daily, apiKey: { env: DAILY_KEY } }\n")).toEqual([
      'a.yaml:2:3 reserved-name "existing" cannot be the name of a provider: it is a word of the language',
    ]);
  });

  it("never show a literal secret", () => {
    for (const secret of ["sk_prod_123", "12345678", "[sk_prod_123]"]) {
      const { diagnostics } = loadTexts(one(`{ secretKey: ${secret} }`));
      expect(diagnostics).toMatchObject([{ code: "literal-secret", masked: true }]);
      expect(diagnostics[0]?.source?.locate().start).toEqual({ line: 2, column: 28 });
      expect(JSON.stringify(diagnostics)).not.toContain("123");
    }
  });

  it("never hold a literal secret, whatever else is wrong with what is written", () => {
    const good = "providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_K } } }\n";
    const second = (secret: string) =>
      loadTexts({ "a.yaml": good, "b.yaml": `providers: { liveblocks: { secretKey: ${secret} } }\n` }).diagnostics;
    expect(second("sk_prod_123").map(({ code }) => code)).toEqual(["conflict", "conflict", "literal-secret"]);
    expect(second("{ env: sk_prod_123 }").map(({ code }) => code)).toEqual(["conflict", "conflict", "env-not-allowed"]);
    for (const provider of ["liveblock: {", "x: { type: liveblok,", "x: {"]) {
      const { diagnostics } = loadTexts(`providers:\n  ${provider} secretKey: sk_prod_123 }\n`);
      expect(diagnostics).toMatchObject([{}, { code: "literal-secret", masked: true }]);
    }
  });

  it("hide what stands under a misspelt key, from the key on", () => {
    const { diagnostics } = loadTexts(one("{ secretKey: { env: LIVEBLOCKS_K }, secretkey: sk_prod_123 }"));
    expect(diagnostics).toMatchObject([{ code: "unknown-key", masked: true, hint: 'did you mean "secretKey"?' }]);
    expect(diagnostics[0]?.source?.locate()).toMatchObject({ start: { column: 51 }, end: { column: 73 } });
  });

  it("hide a secret that stands in the place of the variable's name", () => {
    for (const secret of ["sk-prod-123", "sk_prod_123"]) {
      const { diagnostics } = loadTexts(one(`{ secretKey: { env: ${secret} } }`));
      expect(diagnostics).toMatchObject([{ code: "env-not-allowed", masked: true }]);
      expect(JSON.stringify(diagnostics)).not.toContain("123");
    }
  });

  it("read variables of their own type, of Rolecall, and those allowed", () => {
    expect(faultsOf(one("{ secretKey: { env: AWS_KEY } }"))).toEqual([
      "a.yaml:2:35 env-not-allowed the variable AWS_KEY may not be read here",
    ]);
    expect(faultsOf(one("{ secretKey: { env: AWS_KEY } }"), { allowEnv: ["AWS_KEY"] })).toEqual([]);
    expect(faultsOf(one("{ secretKey: { env: DAILY_KEY } }"))).toHaveLength(1);
    expect(faultsOf(one("{ secretKey: { env: ROLECALL_KEY } }"))).toEqual([]);
  });

  it("take ids as text, number or variable, in the form of the service", () => {
    const samba = (teamId: string) =>
      `providers:\n  digitalsamba: { teamId: ${teamId}, developerKey: { env: DIGITALSAMBA_KEY } }\n`;
    expect(documentOf(samba("abc-1")).providers.get("digitalsamba")?.values).toEqual({ teamId: "abc-1" });
    expect(faultsOf(samba("A B"))).toEqual([
      'a.yaml:2:27 invalid-value "teamId" does not have the form of the service',
    ]);
  });

  it("need an address that begins with http", () => {
    const secret = "secretKey: { env: LIVEBLOCKS_K }";
    expect(
      documentOf(one(`{ ${secret}, baseUrl: "https://api.liveblocks.io" }`)).providers.get("liveblocks")?.baseUrl?.text,
    ).toBe("https://api.liveblocks.io");
    expect(faultsOf(one(`{ ${secret}, baseUrl: "ftp://x" }`))[0]).toContain('"baseUrl" must begin with https://');
    const { diagnostics } = loadTexts(one(`{ ${secret}, baseUrl: "https://me:pass@host" }`));
    expect(diagnostics).toMatchObject([{ code: "invalid-value", masked: true }]);
  });

  it("take `true` and not `yes`", () => {
    expect(
      loadTexts("providers:\n  zego: { appId: 1, serverSecret: { env: ZEGO_S }, isTest: yes }\n").diagnostics,
    ).toMatchObject([{ code: "wrong-type", hint: "write true" }]);
  });

  it("may set the default of all rooms", () => {
    const text = (entry: string) =>
      `providers:\n  daily: { apiKey: { env: DAILY_KEY }, roomDefaults: { default: ${entry} } }\nroles:\n  r: { daily: {} }\n  l: { liveblocks: [] }\n`;
    expect(documentOf(text("r")).providers.get("daily")?.roomDefaults?.default).toMatchObject({ role: "r" });
    expect(faultsOf(text("l"))[0]).toBe(
      'a.yaml:2:56 role-without-block the role "l" says nothing for Daily, and is used on it',
    );
    expect(faultsOf(text("absent"))[0]).toBe("a.yaml:2:56 invalid-value a default of all rooms cannot be absent");
  });

  it("may be of a type that the schema does not know", () => {
    const text =
      "providers: { acme: { secretKey: { env: ACME_KEY }, colour: red } }\nroles: { r: { acme: { any: thing } } }\nrooms: { one: { default: r, users: { a: { acme: [] } } } }\n";
    const document = documentOf(text);
    expect(document.providers.get("acme")).toMatchObject({ type: "acme", values: { colour: "red" } });
    expect(document.rooms[0]?.default).toMatchObject({ role: "r" });
  });
});
