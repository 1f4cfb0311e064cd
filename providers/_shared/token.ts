/** Tokens that a service gives: they are printed as they are, for others to use. */
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord, own } from "../../engine/util/record.ts";

/** The characters of a JWT (RFC 7515): base64url, and the dots between its parts. */
const TOKEN = /^[A-Za-z0-9_.-]+$/u;

/** The token of an answer. Throws `ServiceFailure`, without the text, where it cannot be one: a terminal would obey it. */
export const tokenIn = (json: unknown, service: string): string => {
  const token = isRecord(json) ? own(json, "token") : undefined;
  if (typeof token !== "string" || token === "")
    throw new ServiceFailure(`${service} answered without a token`, "incomplete");
  if (!TOKEN.test(token))
    throw new ServiceFailure(
      `${service} answered with a token that is none: it holds more than letters, digits, "-", "_" and dots, and is not shown`,
      "incomplete",
    );
  return token;
};
