/** What an error of the HTTP client says: whether the request can have reached the service, in plain words. */
import { isRecord } from "../../engine/util/record.ts";
import { BodyError } from "./body.ts";

export type Loss = {
  /** False: the service surely has not seen the request. */
  readonly sent: boolean;
  /** Whether another try may go better. */
  readonly again: boolean;
  /** Completes "Liveblocks: ". Not redacted. */
  readonly words: string;
};

/** Thrown when the whole exchange took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

const UNSENT: { readonly [code: string]: string } = {
  ECONNREFUSED: "nothing answers at this address (connection refused)",
  ENOTFOUND: "the host name cannot be found",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  UND_ERR_CONNECT_TIMEOUT: "the connection could not be made in time",
  ETIMEDOUT: "the connection could not be made in time",
};

const LOST: { readonly [code: string]: string } = {
  UND_ERR_HEADERS_TIMEOUT: "no answer came in time",
  UND_ERR_BODY_TIMEOUT: "the answer stopped halfway",
  UND_ERR_SOCKET: "the connection was lost before the answer was complete",
  ECONNRESET: "the connection was lost before the answer was complete",
  EPIPE: "the connection was lost before the answer was complete",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer was cut off",
};

/** Reads an error by its code; what is not known counts as sent. */
export const lossOf = (error: unknown): Loss => {
  if (error instanceof DeadlineError) return { sent: true, again: true, words: "the answer took too long" };
  if (error instanceof Error && error.name === "AbortError" && !error.message.startsWith("Proxy")) {
    return { sent: true, again: false, words: "interrupted while the request was under way" };
  }
  if (error instanceof BodyError) return { sent: true, again: false, words: `the answer ${error.message}` };
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : "";
  if (code !== undefined && Object.hasOwn(UNSENT, code))
    return { sent: false, again: true, words: UNSENT[code] ?? code };
  if (code !== undefined && Object.hasOwn(LOST, code)) return { sent: true, again: true, words: LOST[code] ?? code };
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/u.test(code)) {
    return { sent: false, again: false, words: `its TLS certificate is not trusted (${code})` };
  }
  if (code === "UND_ERR_INVALID_ARG") return { sent: false, again: false, words: "the request cannot be written" };
  if (message.startsWith("Proxy response")) return { sent: false, again: false, words: "the proxy refused to connect" };
  if (code?.startsWith("HPE_")) return { sent: true, again: false, words: "the answer is not HTTP" };
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return { sent: true, again: false, words: "the answer has too many headers" };
  return { sent: true, again: false, words: `the request failed (${code ?? "no code"})` };
};

/** The code of an error, or of the first one inside it (one per address that was tried). */
const codeOf = (error: unknown): string | undefined => {
  if (!isRecord(error)) return undefined;
  if (typeof error.code === "string") return error.code;
  if (Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return error.cause === undefined ? undefined : codeOf(error.cause);
};
