import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type AnswerFault, type Faults, type Misfortune, planFaults } from "./sandbox-faults.ts";
import { wireGarbage } from "./sandbox-garbage.ts";
import { createHistory } from "./sandbox-history.ts";
import { type AnswerPath, reorder } from "./sandbox-reorder.ts";
import { readRequest, type SandboxAnswer, type SandboxHandler, type SandboxRequest } from "./sandbox-request.ts";
import { sendAnswer, type WireAnswer, wireJson } from "./sandbox-wire.ts";

export type { Fault, Faults } from "./sandbox-faults.ts";
export type { SandboxAnswer, SandboxHandler, SandboxRequest } from "./sandbox-request.ts";

export type SandboxServerOptions = {
  /** Answers over the real state. */
  readonly handler: SandboxHandler;
  /** A handler over a copy of the state as it is now; the faults `stale` and `ignored` need it. */
  readonly fork?: () => SandboxHandler;
  /** Whether a request changes nothing. Default: GET and HEAD. */
  readonly reads?: (request: SandboxRequest) => boolean;
  /** The service's own body for an error that a fault makes. */
  readonly errorBody?: (status: number, retryAfter: number | string | undefined) => unknown;
  /** Lists whose order has a meaning; `reorder` leaves them. */
  readonly keepsOrder?: (path: AnswerPath) => boolean;
  /** Query parameters that the log hides. */
  readonly secretQuery?: readonly string[];
  readonly faults?: Faults;
  readonly now?: () => number;
  readonly host?: "127.0.0.1";
  /** Default: any free port. */
  readonly port?: number;
};

/** One request in the log. */
type LoggedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Credentials are `***`. */
  readonly headers: { readonly [name: string]: string };
  readonly body: unknown;
  /** What was answered; undefined when nothing was, or not yet. */
  readonly status: number | undefined;
  readonly at: number;
};

export type SandboxServer = {
  readonly url: string;
  readonly port: number;
  /** Every request, in the order in which they came. */
  readonly requests: readonly LoggedRequest[];
  /** Replaces the faults; counters begin at zero. */
  setFaults(faults: Faults): void;
  /** How often each fault fired, in the order of the faults. */
  fired(): readonly number[];
  /** To be called before the state is changed by anything but a request, so that lagging reads miss that too. */
  beforeEdit(): void;
  close(): Promise<void>;
};

type Entry = { -readonly [key in keyof LoggedRequest]: LoggedRequest[key] };
type StandIn = Exclude<AnswerFault, { readonly fault: "garbage" }>;

const SECRET_HEADER = /authorization|cookie|token|key|secret|signature/iu;

/**
 * Starts a stand-in of a service on loopback that misbehaves on demand. Requests are carried out in the order in which
 * they came whole. Rejects when the port is taken.
 */
export const startSandboxServer = async (options: SandboxServerOptions): Promise<SandboxServer> => {
  const { handler, fork, host = "127.0.0.1", now = Date.now } = options;
  const reads = options.reads ?? ((request) => request.method === "GET" || request.method === "HEAD");
  const requests: Entry[] = [];
  const history = createHistory();
  const stopping = new AbortController();
  let answers = 0;

  const plan = (faults: Faults): ReturnType<typeof planFaults> => {
    const needsFork = faults.find((each) => each.fault === "stale" || each.fault === "ignored");
    if (needsFork !== undefined && fork === undefined) throw new Error(`this sandbox cannot do ${needsFork.fault}`);
    return planFaults(faults);
  };
  let faults = plan(options.faults ?? []);
  const lags = (): boolean => faults.faults.some((each) => each.fault === "stale");

  /** What the service says; the state is what it will be after this. */
  const carryOut = async (request: SandboxRequest, misfortune: Misfortune): Promise<SandboxAnswer> => {
    if (fork !== undefined && misfortune.stale !== undefined) {
      const old = history.lagging(misfortune.stale, now());
      if (old !== undefined) {
        misfortune.fired(misfortune.stale);
        return old(request);
      }
    }
    if (fork !== undefined && misfortune.ignored) return fork()(request);
    if (fork !== undefined && lags() && !reads(request)) history.push(now(), fork());
    return handler(request);
  };

  const answerOf = async (request: SandboxRequest, misfortune: Misfortune): Promise<WireAnswer | StandIn> => {
    const fault = misfortune.answer;
    const commits = fault === undefined || ("commits" in fault && fault.commits === true);
    const wanted = fault?.fault === "garbage" && reads(request);
    const answer = commits || wanted ? await carryOut(request, misfortune) : { status: 200 };
    if (fault?.fault === "garbage") return wireGarbage(fault.garbage, answer.status, answer.body);
    if (fault !== undefined) return fault;
    answers += 1;
    const body =
      misfortune.reorder === undefined
        ? answer.body
        : reorder(answer.body, misfortune.reorder + answers, options.keepsOrder ?? (() => false));
    return wireJson(answer.status, body, answer.headers);
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const read = await readRequest(incoming, now());
    if (typeof read === "number") {
      await sendAnswer(outgoing, wireJson(read, { error: read === 400 ? "Bad Request" : "Payload Too Large" }));
      return;
    }
    const entry = logged(read, options.secretQuery ?? []);
    requests.push(entry);
    const misfortune = faults.strike(read, reads(read));
    if (misfortune.latency > 0) await sleep(misfortune.latency, undefined, { signal: stopping.signal });
    const request = misfortune.pageSize === undefined ? read : { ...read, pageSize: misfortune.pageSize };
    const answer = await answerOf(request, misfortune);
    const wire = "fault" in answer ? standIn(answer, options, now()) : answer;
    if (wire === "lost") incoming.socket.destroy();
    else if (wire === "silent") return;
    else if (wire === "headers") outgoing.writeHead(200, { "content-type": "application/json" }).flushHeaders();
    else {
      entry.status = wire.status;
      await sendAnswer(outgoing, wire, misfortune.slow, stopping.signal);
    }
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => {
      if (stopping.signal.aborted || outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
      else sendAnswer(outgoing, wireJson(500, { error: "SANDBOX_FAILURE", message: String(error) })).catch(() => {});
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    setFaults: (next) => {
      faults = plan(next);
      history.clear();
    },
    fired: () => faults.counts(),
    beforeEdit: () => {
      if (fork !== undefined && lags()) history.push(now(), fork());
    },
    close: async () => {
      stopping.abort();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
};

const logged = (request: SandboxRequest, secretQuery: readonly string[]): Entry => {
  const { method, path, body, at } = request;
  const query = new URLSearchParams(request.query);
  for (const name of secretQuery) if (query.has(name)) query.set(name, "***");
  const headers: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = SECRET_HEADER.test(name) ? "***" : String(value);
  }
  return { method, path, query, headers, body, status: undefined, at };
};

/** What a fault sends in the place of the answer. */
const standIn = (
  fault: StandIn,
  options: SandboxServerOptions,
  now: number,
): WireAnswer | "lost" | "silent" | "headers" => {
  const { errorBody = (status: number) => ({ error: String(status) }) } = options;
  switch (fault.fault) {
    case "lost":
      return "lost";
    case "silent":
      return fault.headers === true ? "headers" : "silent";
    case "redirect":
      return { status: fault.status ?? 302, headers: { location: fault.to }, pieces: [] };
    case "status":
      return wireJson(fault.status, fault.body ?? errorBody(fault.status, undefined), fault.headers);
    case "throttle": {
      const date = fault.retryAfterDate === undefined ? undefined : new Date(now + fault.retryAfterDate * 1000);
      const retryAfter = date?.toUTCString() ?? fault.retryAfter;
      const headers = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
      return wireJson(429, fault.body ?? errorBody(429, retryAfter), headers);
    }
  }
};
