import type { SandboxAnswer } from "../_shared/sandbox-server.ts";

/** What is wrong with a body, by field. */
export type Problems = Map<string, string>;

export const ok = (body: unknown): SandboxAnswer => ({ status: 200, body });
export const done: SandboxAnswer = { status: 204 };
export const notFound: SandboxAnswer = { status: 404, body: { message: "Not Found", error: "not-found" } };
export const noMethod: SandboxAnswer = { status: 405, body: { message: "Method Not Allowed" } };
/** The body is not documented. */
export const unauthenticated: SandboxAnswer = {
  status: 401,
  body: { message: "Unauthenticated.", error: "unauthenticated" },
};

/** A business rule: a message and nothing else. */
export const refused = (message: string): SandboxAnswer => ({ status: 422, body: { message } });

/** Validation. Whether there is an `error` text as well is unknown; it is left out. */
export const invalid = (problems: Problems): SandboxAnswer => {
  const errors = Object.fromEntries([...problems].map(([field, text]) => [field, [text]]));
  return { status: 422, body: { message: [...problems.values()][0] ?? "The given data was invalid.", errors } };
};

export const tooMany = (seconds: number): SandboxAnswer => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: faultBody(429, seconds),
});

/** The body of an error that a fault makes. */
export const faultBody = (status: number, retryAfter?: number | string): unknown =>
  status === 429
    ? { message: `Too Many Attempts. You may try again in ${retryAfter ?? "a few"} seconds.`, error: "rate-limit" }
    : { message: "Server Error" };
