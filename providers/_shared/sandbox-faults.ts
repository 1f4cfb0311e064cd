import { compilePattern } from "../../engine/util/pattern.ts";
import type { Garbage } from "./sandbox-garbage.ts";
import type { SandboxRequest } from "./sandbox-request.ts";

/** Which requests a fault is about; what is left out matches everything. */
type FaultMatch = {
  readonly method?: string | readonly string[];
  /** A pattern (`*` any run) for the path as sent, percent-encoded, without the query. */
  readonly path?: string;
  /** Patterns for query parameters. */
  readonly query?: { readonly [name: string]: string };
};

/** How often a fault fires. Counts are of the requests that match. */
type FaultLimits = {
  readonly match?: FaultMatch;
  /** For tests in the same process: a condition beside `match`. */
  readonly when?: (request: SandboxRequest) => boolean;
  /** Lets the first n matching requests through. */
  readonly skip?: number;
  /** Only each k-th matching request. */
  readonly every?: number;
  /** At most n times. */
  readonly times?: number;
};

type FaultKind =
  | { readonly fault: "latency"; readonly ms: number }
  /** No page is longer than this, whatever the client asks for. */
  | { readonly fault: "page-size"; readonly size: number }
  /**
   * 429. `retryAfter` in seconds, or any text, sent as it is; `retryAfterDate` in seconds from now, sent as an HTTP
   * date; neither: no header.
   */
  | {
      readonly fault: "throttle";
      readonly retryAfter?: number | string;
      readonly retryAfterDate?: number;
      readonly body?: unknown;
    }
  /** Another answer. `commits`: the request is carried out first. */
  | {
      readonly fault: "status";
      readonly status: number;
      readonly headers?: { readonly [name: string]: string };
      readonly body?: unknown;
      readonly commits?: boolean;
    }
  /** The connection breaks: before anything is done or, with `commits`, after all is done. */
  | { readonly fault: "lost"; readonly commits?: boolean }
  /** Answered as if done, nothing is stored. */
  | { readonly fault: "ignored" }
  /** Lists and the keys of objects come in another order each time. */
  | { readonly fault: "reorder"; readonly seed?: number }
  /** Reads lag: they show the state as it was `ms` ago, or a write stays unseen by the next `reads` reads. */
  | { readonly fault: "stale"; readonly ms?: number; readonly reads?: number }
  /** Something that is not the answer. Reads are answered, writes carried out only with `commits`. */
  | { readonly fault: "garbage"; readonly garbage: Garbage; readonly commits?: boolean }
  | { readonly fault: "redirect"; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** Never answers; with `headers`, sends those and never a body. */
  | { readonly fault: "silent"; readonly headers?: boolean; readonly commits?: boolean }
  /** The answer drips: `bytes` at a time (1), `ms` apart (10). */
  | { readonly fault: "slow"; readonly bytes?: number; readonly ms?: number };

/** One kind of misbehaviour on demand. Plain JSON, `when` aside. */
export type Fault = FaultKind & FaultLimits;
export type Faults = readonly Fault[];

/** Faults that stand in the place of the answer: only the first that fires on a request counts. */
export type AnswerFault = Extract<
  Fault,
  { readonly fault: "throttle" | "status" | "lost" | "garbage" | "redirect" | "silent" }
>;

/** What happens to one request. */
export type Misfortune = {
  readonly latency: number;
  readonly pageSize: number | undefined;
  readonly answer: AnswerFault | undefined;
  readonly ignored: boolean;
  readonly reorder: number | undefined;
  readonly stale: Extract<Fault, { readonly fault: "stale" }> | undefined;
  readonly slow: Extract<Fault, { readonly fault: "slow" }> | undefined;
  /** Counts a fault as fired where that is only known later: a read that was really stale. */
  fired(fault: Fault): void;
};

export type FaultPlan = {
  readonly faults: Faults;
  /** How often each fault fired, in the order of `faults`. */
  counts(): readonly number[];
  /** Decides for one request, and counts. `reads`: the request changes nothing. */
  strike(request: SandboxRequest, reads: boolean): Misfortune;
};

const ANSWERS: ReadonlySet<string> = new Set(["throttle", "status", "lost", "garbage", "redirect", "silent"]);
const isAnswer = (fault: Fault): fault is AnswerFault => ANSWERS.has(fault.fault);

/** Faults with their counters at zero. */
export const planFaults = (faults: Faults): FaultPlan => {
  const armed = faults.map((fault) => ({ fault, matches: matcher(fault), seen: 0, fired: 0 }));
  const fire = (fault: Fault): void => {
    for (const each of armed) if (each.fault === fault) each.fired += 1;
  };
  const due = (each: (typeof armed)[number], request: SandboxRequest): boolean => {
    const { fault } = each;
    if (!each.matches(request)) return false;
    each.seen += 1;
    const place = each.seen - (fault.skip ?? 0);
    if (place < 1 || place % (fault.every ?? 1) !== 0) return false;
    return each.fired < (fault.times ?? Number.POSITIVE_INFINITY);
  };
  return {
    faults,
    counts: () => armed.map((each) => each.fired),
    strike: (request, reads) => {
      const struck = armed.filter((each) => due(each, request)).map((each) => each.fault);
      return misfortune(struck, reads, fire);
    },
  };
};

const misfortune = (struck: Faults, reads: boolean, fired: (fault: Fault) => void): Misfortune => {
  let latency = 0;
  let pageSize: number | undefined;
  let answer: AnswerFault | undefined;
  let ignored = false;
  let reorder: number | undefined;
  let stale: Misfortune["stale"];
  let slow: Misfortune["slow"];
  for (const fault of struck) {
    if (isAnswer(fault)) {
      if (answer !== undefined) continue;
      answer = fault;
    } else if (fault.fault === "latency") latency += fault.ms;
    else if (fault.fault === "page-size") pageSize = fault.size;
    else if (fault.fault === "reorder") reorder = fault.seed ?? 1;
    else if (fault.fault === "slow") slow = fault;
    else if (fault.fault === "ignored") {
      if (reads) continue;
      ignored = true;
    } else {
      if (reads) stale = fault;
      continue;
    }
    fired(fault);
  }
  return { latency, pageSize, answer, ignored, reorder, stale, slow, fired };
};

const matcher = (fault: Fault): ((request: SandboxRequest) => boolean) => {
  const { method, path, query } = fault.match ?? {};
  const methods = method === undefined ? undefined : new Set([method].flat());
  const pathPattern = path === undefined ? undefined : compilePattern(path);
  const queryPatterns = Object.entries(query ?? {}).map(([name, text]) => ({ name, pattern: compilePattern(text) }));
  return (request) => {
    if (methods !== undefined && !methods.has(request.method)) return false;
    if (pathPattern !== undefined && pathPattern.match(request.path) === undefined) return false;
    for (const { name, pattern } of queryPatterns) {
      const value = request.query.get(name);
      if (value === null || pattern.match(value) === undefined) return false;
    }
    return fault.when === undefined || fault.when(request);
  };
};
