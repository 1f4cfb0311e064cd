import type { SandboxAnswer } from "../_shared/sandbox-server.ts";

/** Errors in the vendor's form (section 1.1): clients branch on `error` and status, never on `info`. */
const problem = (status: number, error: string, info: string): SandboxAnswer => ({ status, body: { error, info } });

export const ok = (body: unknown): SandboxAnswer => ({ status: 200, body });
export const invalid = (info: string): SandboxAnswer => problem(400, "invalid-request-error", info);
export const notFound = (info: string): SandboxAnswer => problem(404, "not-found", info);
export const noHeader = problem(400, "authorization-header-error", "bad Authorization header format");
export const wrongKey = problem(401, "authentication-error", "the API key is not valid");
export const badJson = problem(400, "json-parsing-error", "the body is not JSON");

/** 429; whether the vendor sends Retry-After is unknown. */
export const throttled = (retryAfter: number | undefined): SandboxAnswer => ({
  ...problem(429, "rate-limit-error", "too many requests"),
  ...(retryAfter === undefined ? {} : { headers: { "retry-after": String(retryAfter) } }),
});

/** The body of an error that a fault makes. */
export const faultBody = (status: number): unknown =>
  status === 429 ? throttled(undefined).body : problem(status, "server-error", "something went wrong").body;
