/** `--allow-host` and `ROLECALL_ALLOW_HOSTS`: hosts that the trusted side lets the files name. */
import type { Diagnostic } from "../engine/model.ts";

type AllowedHost = {
  readonly hostname: string;
  /** undefined: any port. */
  readonly port: string | undefined;
  /** Written as `http://HOST[:PORT]`: unencrypted requests are meant. */
  readonly plain: boolean;
};

const ENTRY = /^(https?:\/\/)?(\[[0-9A-Fa-f:.]+\]|[^\s:/?#@\\[\]*%]+)(?::([0-9]{1,5}))?$/u;

/** All entries, those of the flag first. `variable` is `ROLECALL_ALLOW_HOSTS`: comma-separated. */
export const listAllowedHosts = (flags: readonly string[], variable: string | undefined): readonly string[] => [
  ...flags,
  ...(variable ?? "")
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ""),
];

/** One usage error for each entry that is not `HOST[:PORT]` (or `http://HOST[:PORT]`). */
export const checkAllowedHosts = (entries: readonly string[]): readonly Diagnostic[] =>
  entries
    .filter((entry) => parseAllowedHost(entry) === undefined)
    .map((entry) => ({
      severity: "error",
      code: "usage",
      summary: `${JSON.stringify(entry)} is not a host that can be allowed`,
      hint: "write HOST or HOST:PORT, without a path or a wildcard; http://HOST:PORT allows unencrypted requests to it",
    }));

/** How far the entries allow a URL. `plain-only-missing`: the host is allowed, but not without encryption. */
export const allowance = (url: URL, entries: readonly string[]): "allowed" | "plain-only-missing" | "not-allowed" => {
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const matching = entries
    .map(parseAllowedHost)
    .filter((entry) => entry?.hostname === url.hostname && (entry.port === undefined || entry.port === port));
  if (matching.length === 0) return "not-allowed";
  if (url.protocol === "https:" || matching.some((entry) => entry?.plain)) return "allowed";
  return "plain-only-missing";
};

const parseAllowedHost = (entry: string): AllowedHost | undefined => {
  const [, scheme, host, port] = ENTRY.exec(entry) ?? [];
  if (host === undefined) return undefined;
  const whole = `http://${host}/`;
  if (!URL.canParse(whole) || Number(port ?? 1) > 65_535) return undefined;
  return {
    hostname: new URL(whole).hostname,
    port: port === undefined ? undefined : String(Number(port)),
    plain: scheme === "http://",
  };
};
