import { describe, expect, it } from "vitest";
import type { Json, ProviderConfig, Source } from "../engine/model.ts";
import type { ProviderFacts } from "../engine/provider.ts";
import { record } from "../engine/util/record.ts";
import { checkAllowedHosts, listAllowedHosts } from "./allowed-hosts.ts";
import { checkBaseUrl, type HostRules, readSecrets } from "./connection-rules.ts";

const at = (line: number): Source => ({
  locate: () => ({ filename: "rolecall.yaml", start: { line, column: 1 }, end: { line, column: 9 } }),
});

const facts: ProviderFacts = {
  title: "Acme",
  origins: ["https://api.acme.example", "https://eu.acme.example"],
  baseUrl: "https://api.acme.example/v1",
  fields: {
    secretKey: { pattern: /^sk_[A-Za-z0-9_-]+$/, form: "starts with sk_", secret: true },
    appId: { pattern: /^[0-9]{1,10}$/, form: "up to ten digits", secret: false },
  },
  listsRooms: true,
  createsRooms: true,
  knowsGroups: false,
  knowsMetadata: false,
  knowsRoomDefaults: false,
  rolesAreObjects: false,
  issuesTokens: false,
  managing: [],
  kinds: ["room"],
};

const config = (
  baseUrl: string | undefined,
  values: { readonly [key: string]: Json } = {},
  env: { readonly [key: string]: string } = {},
): ProviderConfig => ({
  name: "acme",
  type: "acme",
  source: at(1),
  values: record(Object.entries(values)),
  env: new Map(Object.entries(env).map(([key, name]) => [key, { name, source: at(3) }])),
  baseUrl: baseUrl === undefined ? undefined : { text: baseUrl, source: at(2) },
  roomDefaults: undefined,
  sourceOf: () => at(4),
});

const rules = (change: Partial<HostRules> = {}): HostRules => ({
  allowHosts: [],
  ci: false,
  sandbox: false,
  ...change,
});
const codes = (url: string, change: Partial<HostRules> = {}): readonly string[] =>
  checkBaseUrl(config(url), facts, rules(change)).diagnostics.map((found) => found.code);
const accepted = (url: string, change: Partial<HostRules> = {}): string | undefined =>
  checkBaseUrl(config(url), facts, rules(change)).baseUrl;

describe("the vendor's own hosts", () => {
  it("uses the vendor's address when the file gives none, in CI too", () => {
    expect(checkBaseUrl(config(undefined), facts, rules({ ci: true })).baseUrl).toBe("https://api.acme.example/v1");
  });

  it("accepts each fixed origin, with or without a slash at the end, in any case", () => {
    expect(accepted("https://api.acme.example/v1")).toBe("https://api.acme.example/v1");
    expect(accepted("https://eu.acme.example/v1/")).toBe("https://eu.acme.example/v1");
    expect(accepted("HTTPS://API.ACME.EXAMPLE:443/v1")).toBe("https://api.acme.example/v1");
  });

  it.each([
    "https://evil-api.acme.example/v1",
    "https://api.acme.example.evil.test/v1",
    "https://acme.example/v1",
    "https://api.acme.example:8443/v1",
    "https://api.acme.example./v1",
    "http://api.acme.example/v1",
    "https://аpi.acme.example/v1",
    "https://[2001:db8::1]/v1",
  ])("refuses %s, which only looks like the vendor", (url) => {
    expect(codes(url)).toEqual(["host-not-allowed"]);
    expect(accepted(url)).toBeUndefined();
  });

  it("does not repeat a path that may be a token", () => {
    for (const url of ["https://api.acme.example/7e0f9a8b7c6d5e4f", "https://other.test/7e0f9a8b7c6d5e4f/v2"]) {
      const { diagnostics } = checkBaseUrl(config(url), facts, rules({ allowHosts: ["other.test"] }));
      expect(diagnostics).toHaveLength(1);
      expect(JSON.stringify(diagnostics)).not.toContain("7e0f9a8b");
    }
  });

  it("says which path the vendor's API has when another one is written", () => {
    const [found] = checkBaseUrl(config("https://api.acme.example/v2"), facts, rules()).diagnostics;
    expect(found).toMatchObject({ code: "invalid-value", hint: "write https://api.acme.example/v1" });
  });
});

describe("text that is no base address", () => {
  it.each([
    "",
    "api.acme.example",
    "//api.acme.example/v1",
    "ftp://api.acme.example/v1",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https:api.acme.example/v1",
    "https:///api.acme.example",
    "https:\\\\api.acme.example\\v1",
    "https://api.acme.example\\@evil.test/v1",
    "https://api.acme.example/v1\n",
    "ht\ttps://api.acme.example/v1",
    "https://api.acme.example/v 1",
    "https://host:99999/v1",
    "http://localhost:0/v1",
    "https://api.acme.example/v1?x=1",
    "https://api.acme.example/v1?",
    "https://api.acme.example/v1#part",
  ])("refuses %j", (url) => {
    expect(codes(url, { allowHosts: ["host", "evil.test"] })).toEqual(["invalid-value"]);
  });

  it("refuses credentials in the address and masks them in the frame", () => {
    for (const url of ["https://user:canary@api.acme.example/v1", "https://@api.acme.example/v1"]) {
      const [found, ...more] = checkBaseUrl(config(url), facts, rules()).diagnostics;
      expect(more).toEqual([]);
      expect(found).toMatchObject({ code: "invalid-value", masked: true });
      expect(JSON.stringify(found)).not.toContain("canary");
    }
  });
});

describe("loopback", () => {
  const addresses = [
    "http://localhost:4100/v1",
    "http://127.0.0.1:4100/v1",
    "http://127.9.8.7:4100/v1",
    "http://[::1]:4100/v1",
    "https://localhost/v1",
  ];

  it.each(addresses)("accepts %s outside of CI", (url) => {
    expect(accepted(url)).toBe(url);
  });

  it.each(addresses)("refuses %s in CI unless it is allowed, with or without its port", (url) => {
    const { host, hostname } = new URL(url);
    expect(codes(url, { ci: true })).toEqual(["host-not-allowed"]);
    expect(accepted(url, { ci: true, allowHosts: [hostname] })).toBe(url);
    expect(accepted(url, { ci: true, allowHosts: [host] })).toBe(url);
    expect(codes(url, { ci: true, allowHosts: [`${hostname}:9`] })).toEqual(["host-not-allowed"]);
  });

  it("sees through other spellings of 127.0.0.1", () => {
    expect(accepted("http://0x7f.1:4100/v1/")).toBe("http://127.0.0.1:4100/v1");
  });

  it.each([
    "http://x.localhost/v1",
    "http://localhost.evil.test/v1",
    "http://0.0.0.0/v1",
    "http://127.0.0.1.evil.test/",
  ])("does not take %s for this machine", (url) => {
    expect(codes(url)).toEqual(["host-not-allowed"]);
  });
});

describe("hosts that the trusted side allows", () => {
  it("accepts an allowed host and keeps its path prefix", () => {
    expect(accepted("https://proxy.test/acme/v1/", { allowHosts: ["proxy.test"] })).toBe("https://proxy.test/acme/v1");
    expect(accepted("https://PROXY.test", { allowHosts: ["Proxy.Test:443"] })).toBe("https://proxy.test");
  });

  it("allows neither names below it nor other ports than the one given", () => {
    expect(codes("https://a.proxy.test/v1", { allowHosts: ["proxy.test"] })).toEqual(["host-not-allowed"]);
    expect(codes("https://proxy.test/v1", { allowHosts: ["proxy.test:8443"] })).toEqual(["host-not-allowed"]);
  });

  it("sends nothing in clear text to another machine unless the entry says http", () => {
    const [found] = checkBaseUrl(
      config("http://proxy.test/v1"),
      facts,
      rules({ allowHosts: ["proxy.test"] }),
    ).diagnostics;
    expect(found).toMatchObject({ code: "host-not-allowed" });
    expect(found?.hint).toContain("--allow-host http://proxy.test");
    expect(accepted("http://proxy.test:80/v1", { allowHosts: ["http://proxy.test"] })).toBe("http://proxy.test/v1");
  });

  it("joins the flag with the comma-separated variable", () => {
    expect(listAllowedHosts(["a.test"], " b.test:1, ,c.test ")).toEqual(["a.test", "b.test:1", "c.test"]);
    expect(listAllowedHosts([], undefined)).toEqual([]);
  });

  it.each(["*", "*.test", "a.test/path", "user@a.test", "a.test:x", "a.test:70000", "ftp://a.test", "", "[::1"])(
    "reports %j as no host",
    (entry) => {
      expect(checkAllowedHosts([entry]).map((found) => found.code)).toEqual(["usage"]);
    },
  );

  it("accepts names, addresses and ports", () => {
    expect(checkAllowedHosts(["a.test", "a.test:8443", "[::1]:80", "127.0.0.1", "http://a.test:1"])).toEqual([]);
  });
});

describe("a version at the end of the address", () => {
  const faultsOf = (url: string, baseUrl: string) =>
    checkBaseUrl(config(url), { ...facts, baseUrl }, rules({ allowHosts: ["proxy.test"] })).diagnostics.map(
      ({ code, summary, hint }) => [code, summary, hint],
    );

  it.each([
    ["http://127.0.0.1:4100/v2", "https://api.acme.example", "http://127.0.0.1:4100"],
    ["https://proxy.test/acme/v2/", "https://api.acme.example", "https://proxy.test/acme"],
    ["https://proxy.test/acme/V2", "https://api.acme.example/v1", "https://proxy.test/acme/v1"],
    ["http://localhost:4100/api/v3", "https://api.acme.example/api/v1", "http://localhost:4100/api/v1"],
  ])("is refused in %s where the service's base is %s", (url, base, right) => {
    expect(faultsOf(url, base)).toEqual([
      ["invalid-value", expect.stringContaining("providers.acme.baseUrl ends in"), `write ${right}`],
    ]);
  });

  it.each([
    ["http://127.0.0.1:4100", "https://api.acme.example"],
    ["https://proxy.test/v2/acme", "https://api.acme.example"],
    ["https://proxy.test/very2", "https://api.acme.example"],
    ["https://proxy.test/acme/v1", "https://api.acme.example/api/v1"],
  ])("leaves %s where the service's base is %s", (url, base) => {
    expect(faultsOf(url, base)).toEqual([]);
  });
});

describe("further addresses of a provider", () => {
  it("puts them under the same rule, at their own line", () => {
    const found = checkBaseUrl(config(undefined, { rtcBaseUrl: "https://evil.test" }), facts, rules());
    expect(found.diagnostics.map((each) => [each.code, each.source?.locate().start.line])).toEqual([
      ["host-not-allowed", 4],
    ]);
    expect(found.otherUrls.size).toBe(0);
  });

  it("gives those that may be used", () => {
    const found = checkBaseUrl(config(undefined, { rtcBaseUrl: "http://127.0.0.1:7/" }), facts, rules());
    expect(found.otherUrls).toEqual(new Map([["rtcBaseUrl", "http://127.0.0.1:7"]]));
  });

  it("are judged by origins of their own, where the service has such", () => {
    const split = { ...facts, otherOrigins: { rtcBaseUrl: ["https://rtc.acme.example"] } };
    const codesOf = (baseUrl: string, rtcBaseUrl: string) =>
      checkBaseUrl(config(baseUrl, { rtcBaseUrl }), split, rules({ ci: true })).diagnostics.map(({ code }) => code);
    expect(codesOf("https://api.acme.example/v1", "https://rtc.acme.example/v1")).toEqual([]);
    expect(codesOf("https://rtc.acme.example/v1", "https://rtc.acme.example/v1")).toEqual(["host-not-allowed"]);
    expect(codesOf("https://api.acme.example/v1", "https://api.acme.example/v1")).toEqual(["host-not-allowed"]);
  });

  it("never lets one through as a plain value", () => {
    const read = readSecrets(config(undefined, { rtcBaseUrl: "https://evil.test", region: "eu" }), facts, {});
    expect({ ...read.values }).toEqual({ region: "eu" });
  });
});

describe("the sandbox", () => {
  it("supplies the address itself, whatever host the file names", () => {
    const found = checkBaseUrl(
      config("https://other.test/v1", { rtcBaseUrl: "https://x.test" }),
      facts,
      rules({ sandbox: true }),
    );
    expect(found).toEqual({ otherUrls: new Map(), diagnostics: [] });
  });

  it("still reports what is no address at all", () => {
    expect(codes("nonsense", { sandbox: true })).toEqual(["invalid-value"]);
  });
});

describe("readSecrets", () => {
  const secret = { secretKey: "ACME_SECRET_KEY" };
  const read = (value: string | undefined) =>
    readSecrets(config(undefined, {}, secret), facts, value === undefined ? {} : { ACME_SECRET_KEY: value });

  it("fills in the environment and keeps plain values", () => {
    const found = readSecrets(config(undefined, { appId: 1234567890, isTest: true }, secret), facts, {
      ACME_SECRET_KEY: "sk_fine",
    });
    expect(found.diagnostics).toEqual([]);
    expect({ ...found.values }).toEqual({ appId: 1234567890, isTest: true, secretKey: "sk_fine" });
  });

  it.each([undefined, ""])("names the variable that is missing or empty (%j)", (value) => {
    const [found] = read(value).diagnostics;
    expect(found).toMatchObject({ code: "env-missing", severity: "error" });
    expect(found?.summary).toContain("ACME_SECRET_KEY");
    expect(found?.source?.locate().start.line).toBe(3);
  });

  it.each([
    "sk_canary\n",
    "sk_canary\r\n",
    " sk_canary",
    "sk_canary\t",
    "sk_ca nary",
    "pk_canary",
    "sk_canary\nx",
    "canary",
  ])("refuses %j without showing it", (value) => {
    const { values, diagnostics } = read(value);
    expect(diagnostics.map((found) => found.code)).toEqual(["env-invalid"]);
    expect(JSON.stringify(diagnostics)).not.toContain("canary");
    expect(JSON.stringify(diagnostics)).toContain("ACME_SECRET_KEY");
    expect({ ...values }).toEqual({});
  });

  it("says that a line break at the end is what is wrong", () => {
    expect(read("sk_fine\n").diagnostics[0]?.summary).toContain("line break at its end");
  });

  it("does not find variables on the prototype of the environment", () => {
    const found = readSecrets(config(undefined, {}, { secretKey: "constructor" }), facts, {});
    expect(found.diagnostics.map((each) => each.code)).toEqual(["env-missing"]);
  });

  it("checks the form of values that stand in the file", () => {
    const found = readSecrets(config(undefined, { appId: "12x" }), facts, {});
    expect(found.diagnostics.map((each) => each.code)).toEqual(["invalid-value"]);
  });
});
