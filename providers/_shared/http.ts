/**
 * The transport of every provider: signing, pacing, retries of what is safe to retry, deadlines, limits, redaction. A reader
 * holds a `ReadTransport`, which has no method for writing; a writer's `Transport` adds `send`. `openTransport` makes both.
 */
import PQueue from "p-queue";
import type { Json, Method } from "../../engine/model.ts";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { type BodyLimits, parseStrictJson } from "./body.ts";
import { excerpt } from "./excerpt.ts";
import {
  type Answered,
  type ClientOptions,
  type ExchangeRequest,
  type HttpClient,
  type Lost,
  openExchange,
  type Timeouts,
} from "./exchange.ts";
import { type Clock, type PaceRule, pacer } from "./pace.ts";
import { fillPath, type Params, type Query, queryText } from "./path.ts";
import { redactor } from "./redact.ts";
import { answerOf, type ReadAnswer, readOutcome, type WriteAnswer, writeOutcome } from "./result.ts";
import { askedWait, retryBudget, waitFor } from "./retry.ts";
import { sleep as sleepFor } from "./sleep.ts";

export type { ReadAnswer, WriteAnswer } from "./result.ts";

/** What is signed and paced: `path` is the template, without ids. */
type SignRequest = { readonly method: Method; readonly path: string; readonly query: Query };
/** Made anew for each try. Every value in it is kept out of messages. */
type Signature = { readonly headers?: { readonly [name: string]: string }; readonly query?: Query };

export type TransportOptions = {
  /** How messages call the service: `Liveblocks`. */
  readonly service: string;
  /** Origin and path prefix, as configured. */
  readonly baseUrl: string;
  /** Never shown, in whatever form they come back. */
  readonly secrets: readonly string[];
  sign(request: SignRequest): Signature;
  /** The service's rate limits. */
  readonly pace?: readonly PaceRule[];
  /** Requests in flight at once, at most. */
  readonly parallelism: number;
  readonly timeouts?: Partial<Timeouts>;
  readonly limits?: Partial<BodyLimits>;
  readonly userAgent?: string;
  /** In the place of strict JSON, e.g. where integers are larger than JavaScript's. Throws `BodyError`. */
  parse?(text: string): unknown;
  /** Whether an answer of 2xx says "too many requests, nothing was done". */
  throttled?(json: unknown): boolean;
  /** Where a GET can write: which GETs the reading face lets through. */
  allowRead?(request: SignRequest): boolean;
  now?: (() => number) | undefined;
  sleep?: Clock["sleep"] | undefined;
  random?: (() => number) | undefined;
  onWait?: ((message: string) => void) | undefined;
  /** Proxy settings; left out, those of the process. */
  readonly environment?: { readonly [name: string]: string | undefined };
};

export type ReadOptions = {
  /** A template: `/v2/rooms/{id}`. */
  readonly path: string;
  readonly params?: Params;
  readonly query?: Query;
  /** Statuses beside 2xx that are an answer, e.g. 404. */
  readonly accept?: readonly number[];
  /** What the JSON must be; left out, an object. */
  readonly root?: "object" | "array";
  readonly signal?: AbortSignal | undefined;
};
export type WriteOptions = Omit<ReadOptions, "accept"> & { readonly method: Method; readonly body?: Json };

export type ReadTransport = {
  /** A 2xx answer with JSON, or one of `accept`. Throws `ServiceFailure` for anything else. */
  get(request: ReadOptions): Promise<ReadAnswer>;
  close(): Promise<void>;
};
export type Transport = ReadTransport & {
  /** Sends a write. Never throws: what is not surely done or not done is `unknown`, and only what is not done is retried. */
  send(request: WriteOptions): Promise<WriteAnswer>;
};

const TIMEOUTS: Timeouts = { connectMs: 10_000, headersMs: 30_000, idleMs: 20_000, totalMs: 60_000 };
const LIMITS: BodyLimits = { wireBytes: 24 << 20, bytes: 24 << 20 };
const TRIES = { throttled: 8, failed: 5, unsent: 3 };
const LONGEST_TROUBLE_MS = 300_000;
const SHARED_RETRIES = 50;

/** The options that every provider takes from its connection. */
export const connectionOptions = (
  connection: Connection,
): Pick<TransportOptions, "baseUrl" | "parallelism" | "now" | "sleep" | "random" | "onWait"> => ({
  baseUrl: connection.baseUrl,
  parallelism: connection.parallelism,
  now: () => connection.now(),
  sleep: connection.sleep?.bind(connection),
  random: connection.random?.bind(connection),
  onWait: (message) => connection.onWait?.(message),
});

/** A transport that can only read. Throws `ServiceFailure` for a base URL that cannot be used. */
export const openReadTransport = (options: TransportOptions): ReadTransport => {
  const { get, close } = openTransport(options);
  return { get, close };
};

/** A transport that reads and writes. Throws `ServiceFailure` for a base URL that cannot be used. */
export const openTransport = (options: TransportOptions): Transport => {
  const { service, parallelism, random = Math.random } = options;
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? sleepFor;
  const base = parseBase(options);
  const pace = pacer(options.pace ?? [], { now, sleep });
  const budget = retryBudget(SHARED_RETRIES);
  const slots = new PQueue({ concurrency: parallelism });
  const clean = redactor(options.secrets);
  const parse = options.parse ?? parseStrictJson;
  const exchange = openExchange({
    open: openClient,
    origin: base.origin,
    connections: parallelism,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    limits: { ...LIMITS, ...options.limits },
    environment: options.environment ?? process.env,
  });

  type Try = { readonly result: Answered | Lost; readonly signed: readonly string[] };

  const attempt = async (request: WriteOptions, path: string): Promise<Try> => {
    const query = request.query ?? {};
    const signature = options.sign({ method: request.method, path: request.path, query });
    const signed = [...Object.values(signature.headers ?? {}), ...Object.values(signature.query ?? {}).map(String)];
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const sent: ExchangeRequest = {
      method: request.method,
      target: base.prefix + path + queryText(query, signature.query),
      headers: {
        accept: "application/json",
        "accept-encoding": "gzip",
        "user-agent": options.userAgent ?? "rolecall",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...signature.headers,
      },
      body,
    };
    return { result: await exchange.send(sent, request.signal), signed };
  };

  /** Whether a try may be repeated, and why; undefined: it is final. */
  const retryOf = (result: Answered | Lost, face: "read" | "write"): keyof typeof TRIES | undefined => {
    if (result.type === "lost" && result.status === undefined) {
      if (!result.loss.again) return undefined;
      if (!result.loss.sent) return "unsent";
      return face === "read" ? "failed" : undefined;
    }
    const status = result.status ?? 0;
    if (status === 429) return "throttled";
    if (status === 503 && result.headers?.["retry-after"] !== undefined) return "throttled";
    if (status >= 500) return face === "read" ? "failed" : undefined;
    if (result.type === "lost") return face === "read" && result.loss.again ? "failed" : undefined;
    return status < 300 && saysThrottled(result.text) ? "throttled" : undefined;
  };

  const saysThrottled = (text: string): boolean => {
    if (options.throttled === undefined) return false;
    try {
      return options.throttled(parse(text));
    } catch {
      return false;
    }
  };

  const run = async (request: WriteOptions, face: "read" | "write", path: string): Promise<Try> => {
    const started = now();
    for (let tries = 1; ; tries += 1) {
      const tried = await pace.through(request, () => attempt(request, path), request.signal);
      const { result } = tried;
      const retry = request.signal?.aborted ? undefined : retryOf(result, face);
      if (retry === undefined) {
        if (result.type === "answered") recovered();
        return tried;
      }
      const asked = askedWait(result.headers?.["retry-after"], result.headers?.date, now());
      const wait = waitFor(asked, tries, random);
      if (retry === "throttled") slowDown(wait);
      const late = now() + wait - started > LONGEST_TROUBLE_MS;
      if (late || tries >= TRIES[retry] || !budget.spend()) return tried;
      const cause = result.status ?? "no answer";
      options.onWait?.(`${service}: ${request.method} ${request.path} again in ${Math.ceil(wait / 1000)} s (${cause})`);
      await sleep(Math.ceil(wait), request.signal);
    }
  };

  /** One at a time after the service asked for less, one more with each answer. */
  const slowDown = (wait: number): void => {
    pace.pause(wait);
    slots.concurrency = 1;
  };
  const recovered = (): void => {
    budget.earn();
    if (slots.concurrency < parallelism) slots.concurrency += 1;
  };

  const judge = (request: WriteOptions, { result, signed }: Try) => {
    const cleanAll = (text: string): string => redactor([...options.secrets, ...signed])(text);
    return answerOf({ service, origin: base.origin, request, clean: cleanAll, parse, result });
  };

  return {
    async get(request) {
      const asked: WriteOptions = { ...request, method: "GET" };
      const { path, query = {} } = request;
      if (options.allowRead?.({ method: "GET", path, query }) === false) {
        throw new ServiceFailure(`${service}: a request that may write is not sent while reading`, "refused");
      }
      let tried: Try;
      try {
        const target = fillPath(path, request.params);
        tried = await slots.add(() => run(asked, "read", target));
      } catch (error) {
        throw request.signal?.aborted
          ? interrupted(service)
          : new ServiceFailure(`${service}: ${clean(messageOf(error))}`, "refused");
      }
      if (request.signal?.aborted && tried.result.type === "lost") throw interrupted(service);
      return readOutcome(judge(asked, tried), request.accept ?? []);
    },
    async send(request) {
      try {
        const target = fillPath(request.path, request.params);
        return writeOutcome(judge(request, await slots.add(() => run(request, "write", target))));
      } catch (error) {
        const why = request.signal?.aborted ? "interrupted before the call was sent" : clean(messageOf(error));
        return { type: "failed", json: undefined, error: { message: `${service}: ${why}`, kind: "refused" } };
      }
    },
    close: () => exchange.close(),
  };
};

const openClient = async ({ connections, timeouts, proxy }: ClientOptions): Promise<HttpClient> => {
  const { Agent, EnvHttpProxyAgent } = await import("./dispatchers.ts");
  const shared = {
    connections,
    headersTimeout: timeouts.headersMs,
    bodyTimeout: timeouts.idleMs,
    connect: { timeout: timeouts.connectMs },
  };
  return proxy === undefined ? new Agent(shared) : new EnvHttpProxyAgent({ ...shared, ...proxy });
};

const interrupted = (service: string): ServiceFailure =>
  new ServiceFailure(`${service}: reading was interrupted`, "incomplete");

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "the request cannot be made");

type Base = { readonly origin: string; readonly prefix: string };

const parseBase = ({ service, baseUrl, secrets }: TransportOptions): Base => {
  const refuse = (why: string): never => {
    const shown = redactor(secrets)(baseUrl).replace(/\/\/.*@/u, "//***@");
    throw new ServiceFailure(`${service}: the base URL "${excerpt(shown)}" ${why}`, "stop");
  };
  if (!URL.canParse(baseUrl)) return refuse("is not a URL");
  const url = new URL(baseUrl);
  if (url.protocol !== "https:" && url.protocol !== "http:") return refuse("must begin with https:// or http://");
  if (url.username !== "" || url.password !== "") return refuse("must not hold a user name or password");
  if (url.search !== "" || url.hash !== "") return refuse("must not hold a query or fragment");
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/u, "") };
};
