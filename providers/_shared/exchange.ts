/** One request and its answer, within deadlines and byte limits. Nothing is retried, followed or printed. */
import { type BodyLimits, readText } from "./body.ts";
import { isLoopback } from "./loopback.ts";
import { DeadlineError, type Loss, lossOf } from "./loss.ts";

export type Timeouts = {
  readonly connectMs: number;
  /** Until the headers of the answer. */
  readonly headersMs: number;
  /** Between two pieces of the body. */
  readonly idleMs: number;
  /** The whole exchange. */
  readonly totalMs: number;
};

export type ExchangeRequest = {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Path and query as they go over the wire. */
  readonly target: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | undefined;
};

export type Answered = {
  readonly type: "answered";
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly text: string;
};
/** `status`: the answer began and its body could not be used. */
export type Lost = {
  readonly type: "lost";
  readonly loss: Loss;
  readonly status?: number;
  readonly headers?: Answered["headers"];
};

export type Exchange = {
  send(request: ExchangeRequest, signal?: AbortSignal): Promise<Answered | Lost>;
  close(): Promise<void>;
};

/** The part of an HTTP library that is used. */
export type HttpClient = {
  request(request: {
    readonly origin: string;
    readonly method: ExchangeRequest["method"];
    readonly path: string;
    readonly headers: { [name: string]: string };
    readonly body: string | null;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly statusCode: number;
    readonly headers: { readonly [name: string]: string | string[] | undefined };
    readonly body: AsyncIterable<Uint8Array>;
  }>;
  destroy(): Promise<void>;
};

export type ExchangeOptions = {
  /** Called with the first request, never for offline work: loading the library takes time. */
  open(options: ClientOptions): Promise<HttpClient>;
  readonly origin: string;
  readonly connections: number;
  readonly timeouts: Timeouts;
  readonly limits: BodyLimits;
  readonly environment: { readonly [name: string]: string | undefined };
};

/** Requests to one origin. */
export const openExchange = (options: ExchangeOptions): Exchange => {
  let opened: Promise<HttpClient> | undefined;
  return {
    async send(request, signal) {
      opened ??= options.open(clientOptions(options));
      return exchange(await opened, options, request, signal);
    },
    async close() {
      if (opened !== undefined) await (await opened).destroy();
    },
  };
};

/** What the HTTP library is told of connections. `proxy` is undefined where none is to be used. */
export type ClientOptions = {
  readonly connections: number;
  readonly timeouts: Timeouts;
  readonly proxy: Proxy | undefined;
};

const clientOptions = ({ origin, connections, timeouts, environment }: ExchangeOptions): ClientOptions => ({
  connections,
  timeouts,
  proxy: isLoopback(origin) ? undefined : proxyOf(environment),
});

type Proxy = { readonly httpProxy?: string; readonly httpsProxy?: string; readonly noProxy: string };

const proxyOf = (environment: ExchangeOptions["environment"]): Proxy | undefined => {
  const get = (name: string): string | undefined => environment[name.toLowerCase()] || environment[name] || undefined;
  const httpProxy = get("HTTP_PROXY");
  const httpsProxy = get("HTTPS_PROXY");
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  return {
    ...(httpProxy === undefined ? {} : { httpProxy }),
    ...(httpsProxy === undefined ? {} : { httpsProxy }),
    noProxy: get("NO_PROXY") ?? "",
  };
};

const exchange = async (
  client: HttpClient,
  { origin, timeouts, limits }: ExchangeOptions,
  request: ExchangeRequest,
  signal: AbortSignal | undefined,
): Promise<Answered | Lost> => {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(new DeadlineError("too long")), timeouts.totalMs);
  let status: number | undefined;
  let headers: Answered["headers"] = {};
  try {
    const answer = await client.request({
      origin,
      method: request.method,
      path: request.target,
      headers: { ...request.headers },
      body: request.body ?? null,
      signal: signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]),
    });
    status = answer.statusCode;
    headers = plainHeaders(answer.headers);
    const text = await readText(answer.body, headers["content-encoding"], limits);
    return { type: "answered", status, headers, text };
  } catch (error) {
    const loss = deadline.signal.aborted ? lossOf(deadline.signal.reason) : lossOf(error);
    return status === undefined ? { type: "lost", loss } : { type: "lost", loss, status, headers };
  } finally {
    clearTimeout(timer);
  }
};

const plainHeaders = (headers: { readonly [name: string]: string | string[] | undefined }): Answered["headers"] => {
  const plain: { [name: string]: string } = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return plain;
};
