/** Where requests may go, and what they may carry: the rules that keep a pull request from sending a secret elsewhere. */
import type { Diagnostic, Json, JsonObject, ProviderConfig, Source } from "../engine/model.ts";
import type { ProviderFacts, SecretField } from "../engine/provider.ts";
import { own, record } from "../engine/util/record.ts";
import { allowance } from "./allowed-hosts.ts";

export type HostRules = {
  /** `HOST[:PORT]`, from `--allow-host` and `ROLECALL_ALLOW_HOSTS`. */
  readonly allowHosts: readonly string[];
  /** `CI` is set: loopback too must be allowed. */
  readonly ci: boolean;
  /** The embedded stand-ins are used: what the files say of hosts is only read, never contacted. */
  readonly sandbox: boolean;
};

export type CheckedUrls = {
  /** Without a slash at the end. undefined where it must not be used, or the sandbox supplies it. */
  readonly baseUrl?: string;
  /** Further addresses of the provider, by key (`rtcBaseUrl`); those that may be used. */
  readonly otherUrls: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
};

/**
 * Judges `baseUrl` and every other key that ends in `BaseUrl`. A refused host is `host-not-allowed`, a URL that cannot
 * be one `invalid-value`.
 */
export const checkBaseUrl = (config: ProviderConfig, facts: ProviderFacts, rules: HostRules): CheckedUrls => {
  const diagnostics: Diagnostic[] = [];
  const otherUrls = new Map<string, string>();
  const judge = (key: string, text: string, source: Source): string | undefined => {
    const origins = facts.otherOrigins?.[key] ?? facts.origins;
    const judged = judgeUrl(`providers.${config.name}.${key}`, text, source, { ...facts, origins }, rules);
    if (typeof judged === "string") return judged;
    diagnostics.push(judged);
    return undefined;
  };
  const written = config.baseUrl;
  const baseUrl = written === undefined ? facts.baseUrl : judge("baseUrl", written.text, written.source);
  for (const [key, value] of Object.entries(config.values)) {
    if (!isUrlKey(key)) continue;
    const source = config.sourceOf(key);
    if (typeof value === "string") {
      const url = judge(key, value, source);
      if (url !== undefined) otherUrls.set(key, url);
    } else diagnostics.push(error("invalid-value", `providers.${config.name}.${key} must be text`, source));
  }
  if (rules.sandbox) return { otherUrls: new Map(), diagnostics };
  return baseUrl === undefined ? { otherUrls, diagnostics } : { baseUrl, otherUrls, diagnostics };
};

export type ReadSecrets = { readonly values: JsonObject; readonly diagnostics: readonly Diagnostic[] };

/**
 * The values of a provider's configuration, those of the environment filled in; addresses are left to `checkBaseUrl`.
 * No value from the environment stands in a diagnostic.
 */
export const readSecrets = (
  config: ProviderConfig,
  facts: ProviderFacts,
  env: { readonly [name: string]: string | undefined },
): ReadSecrets => {
  const diagnostics: Diagnostic[] = [];
  const values: [string, Json][] = [];
  for (const [key, value] of Object.entries(config.values)) {
    if (isUrlKey(key) || config.env.has(key)) continue;
    const field = own(facts.fields, key);
    if (field !== undefined && !matches(field, String(value))) {
      const found = error(
        "invalid-value",
        `providers.${config.name}.${key} must be: ${field.form}`,
        config.sourceOf(key),
      );
      diagnostics.push(field.secret ? { ...found, masked: true } : found);
    }
    values.push([key, value]);
  }
  for (const [key, { name, source }] of config.env) {
    const value = own(env, name);
    const wrong = wrongWithValue(value, own(facts.fields, key), name);
    if (wrong !== undefined) diagnostics.push({ ...wrong, source });
    else if (value !== undefined) values.push([key, value]);
  }
  return { values: record(values), diagnostics };
};

const isUrlKey = (key: string): boolean => key.endsWith("BaseUrl");

/** Without the flags that make a pattern remember where it stopped. */
const matches = (field: SecretField, text: string): boolean =>
  new RegExp(field.pattern, field.pattern.flags.replace(/[gy]/gu, "")).test(text);

const error = (code: "host-not-allowed" | "invalid-value", summary: string, source: Source): Diagnostic => ({
  severity: "error",
  code,
  summary,
  source,
});

const wrongWithValue = (
  value: string | undefined,
  field: SecretField | undefined,
  name: string,
): Diagnostic | undefined => {
  if (value === undefined || value === "") {
    return {
      severity: "error",
      code: "env-missing",
      summary: `the environment variable ${name} is ${value === undefined ? "not set" : "empty"}`,
      hint: `set ${name} where Rolecall runs; in CI add it as a secret and pass it to this step`,
    };
  }
  const invalid = (summary: string, hint: string): Diagnostic => ({
    severity: "error",
    code: "env-invalid",
    summary,
    hint,
  });
  if (value.trim() !== value) {
    const place = value.trimStart() === value ? "at its end" : "at its start";
    return invalid(
      `the value of ${name} has white space or a line break ${place}`,
      "store it again without it: `printf %s` instead of `echo`, no line break after pasting",
    );
  }
  if (field === undefined || matches(field, value)) return undefined;
  return invalid(
    `the value of ${name} does not have the documented form: ${field.form}`,
    "the value is not shown here; copy it again from the service's dashboard",
  );
};

/** The URL as it will be used, or what is wrong with it. */
const judgeUrl = (
  field: string,
  text: string,
  source: Source,
  facts: ProviderFacts,
  rules: HostRules,
): string | Diagnostic => {
  const url = parseUrl(text);
  const wrong = (summary: string, hint: string): Diagnostic => ({
    ...error("invalid-value", `${field} ${summary}`, source),
    hint,
  });
  const example = `for example ${facts.baseUrl}`;
  if (url === undefined) return { ...wrong("is not an http or https URL", example), masked: true };
  if (url.username !== "" || url.password !== "" || text.includes("@")) {
    return { ...wrong("holds a user name or password", "credentials come only from { env: NAME }"), masked: true };
  }
  if (/[?#]/u.test(text)) return { ...wrong("holds a query or a fragment", example), masked: true };
  const path = url.pathname.replace(/\/+$/u, "");
  if (facts.origins.includes(url.origin)) {
    const expected = new URL(facts.baseUrl).pathname.replace(/\/+$/u, "");
    return path === expected ? url.origin + path : wrong(`has ${pathWords(path)}`, `write ${url.origin}${expected}`);
  }
  const right = withoutWrongVersion(path, facts);
  if (right !== undefined) {
    const version = path.slice(path.lastIndexOf("/"));
    return wrong(
      `ends in ${JSON.stringify(version)}, and the base address of ${facts.title} does not`,
      `write ${url.origin}${isPlainPath(right) ? right : "/…"}`,
    );
  }
  return rules.sandbox ? url.origin + path : (refusal(field, url, source, facts, rules) ?? url.origin + path);
};

const VERSION = /\/v\d+$/iu;

/** Anything longer may be a token that got into the address: it is not repeated. */
const isPlainPath = (path: string): boolean => path.length <= 24 && /^(?:\/[A-Za-z]{1,10}\d{0,2})*$/u.test(path);
const pathWords = (path: string): string =>
  isPlainPath(path) ? `the path ${JSON.stringify(path)}` : "a path that the service does not have";

/** The path as the service's base has it; undefined where it does not end in a version that the base does not end in. */
const withoutWrongVersion = (path: string, facts: ProviderFacts): string | undefined => {
  const version = VERSION.exec(path)?.[0];
  const expected = VERSION.exec(new URL(facts.baseUrl).pathname)?.[0];
  if (version === undefined || version === expected) return undefined;
  return path.slice(0, -version.length) + (expected ?? "");
};

const parseUrl = (text: string): URL | undefined => {
  if (!/^https?:\/\/[^/\\\s]/iu.test(text) || /[\\\s\p{Cc}]/u.test(text)) return undefined;
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.port === "0" ? undefined : url;
};

/** Loopback by its address alone: a name like `x.localhost` may resolve to anything. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.[0-9]+\.[0-9]+\.[0-9]+$/u.test(hostname);

const refusal = (
  field: string,
  url: URL,
  source: Source,
  facts: ProviderFacts,
  rules: HostRules,
): Diagnostic | undefined => {
  const allowed = allowance(url, rules.allowHosts);
  const loopback = isLoopback(url.hostname);
  if (allowed === "allowed" || (loopback && (!rules.ci || allowed === "plain-only-missing"))) return undefined;
  const refused = (summary: string, hint: string): Diagnostic => ({
    ...error("host-not-allowed", `${field} ${summary}`, source),
    hint,
  });
  if (allowed === "plain-only-missing") {
    return refused(
      `would send the secret to ${url.host} without encryption`,
      `use https, or allow it on the command line as --allow-host http://${url.host}`,
    );
  }
  if (loopback) {
    return refused(
      `points at this machine (${url.host}), which must be allowed when CI is set`,
      `if that is meant, add --allow-host ${url.host} to the command, or set ROLECALL_ALLOW_HOSTS`,
    );
  }
  const plain = url.protocol === "http:" ? "http://" : "";
  return refused(
    `names ${url.host}, which is not a host of ${facts.title}${facts.otherOrigins === undefined ? "" : " for it"}`,
    `hosts of ${facts.title}: ${facts.origins.join(", ")}; another one is allowed only on the command line (--allow-host ${plain}${url.host}) or in ROLECALL_ALLOW_HOSTS`,
  );
};
