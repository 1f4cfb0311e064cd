import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** One request as a sandbox sees it. */
export type SandboxRequest = {
  readonly method: string;
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string;
  /** The parts of the path, each decoded once: `/rooms/a%2Fb` is `["rooms", "a/b"]`; `..` stays what it is. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The JSON of the body; undefined when there is none or it is not JSON. */
  readonly body: unknown;
  /** False when there is a body that is not JSON. */
  readonly validJson: boolean;
  /** The body is longer than zero bytes. */
  readonly hasBody: boolean;
  /** Fault `page-size`: no page may be longer than this. */
  readonly pageSize: number | undefined;
  /** When it came, by the sandbox's clock. */
  readonly at: number;
};

/** `body` is sent as JSON; without it the answer is empty. */
export type SandboxAnswer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
};

export type SandboxHandler = (request: SandboxRequest) => SandboxAnswer | Promise<SandboxAnswer>;

const BODY_LIMIT = 32 * 1024 * 1024;

/** Reads a request to its end. Gives a status instead where the path cannot be decoded (400) or the body is too long (413). */
export const readRequest = async (incoming: IncomingMessage, at: number): Promise<SandboxRequest | number> => {
  const [path, query] = cut(incoming.url ?? "/");
  const segments = decodePath(path);
  const bytes = await readBody(incoming);
  if (segments === undefined) return 400;
  if (bytes === undefined) return 413;
  const json = parseJson(bytes);
  return {
    method: incoming.method ?? "GET",
    path,
    segments,
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body: json?.value,
    validJson: bytes.length === 0 || json !== undefined,
    hasBody: bytes.length > 0,
    pageSize: undefined,
    at,
  };
};

// Not `new URL`: it would remove `..` and so hide which id a client really asked for.
const cut = (target: string): readonly [path: string, query: string] => {
  const mark = target.indexOf("?");
  return mark === -1 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
};

const decodePath = (path: string): readonly string[] | undefined => {
  try {
    return path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

const readBody = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length <= BODY_LIMIT) chunks.push(bytes);
  }
  return length <= BODY_LIMIT ? Buffer.concat(chunks) : undefined;
};

const parseJson = (bytes: Buffer): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return undefined;
  }
};
