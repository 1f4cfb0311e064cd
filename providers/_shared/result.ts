/** From one answer, or the lack of one, to what it means for a read and for a write. */
import type { Json, Method, ServiceError } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import { BodyError } from "./body.ts";
import { excerpt } from "./excerpt.ts";
import type { Answered, Lost } from "./exchange.ts";
import type { Params } from "./path.ts";

/** `json` is undefined only for an accepted error status with an empty body. `date`: the service's clock. */
export type ReadAnswer = { readonly status: number; readonly json: unknown; readonly date: string | undefined };

export type WriteAnswer =
  /** 2xx; `json` is undefined when the body is empty. */
  | { readonly type: "done"; readonly status: number; readonly json: unknown }
  /** Surely not done. `json`: the error body, where it is JSON. */
  | { readonly type: "failed"; readonly status?: number; readonly json: unknown; readonly error: ServiceError }
  | { readonly type: "unknown"; readonly error: ServiceError };

/** What was asked, as far as messages show it. */
type Asked = {
  readonly method: Method;
  readonly path: string;
  readonly params?: Params;
  readonly root?: "object" | "array";
};

type Judged = {
  readonly status: number | undefined;
  readonly date: string | undefined;
  /** Only for JSON that could be used. */
  readonly json: unknown;
  /** The body is empty. */
  readonly empty: boolean;
  /** undefined: a good answer. */
  readonly trouble: "unsent" | "lost" | "redirect" | "status" | "body" | undefined;
  readonly retriedLater: boolean;
  readonly code: string | undefined;
  readonly message: string;
};

type Given = {
  readonly service: string;
  readonly origin: string;
  readonly request: Asked;
  clean(text: string): string;
  parse(text: string): unknown;
  readonly result: Answered | Lost;
};

/** Reads an answer; its message is redacted and fit for one line. */
export const answerOf = ({ service, origin, request, clean, parse, result }: Given): Judged => {
  const asked = `${request.method} ${request.path}${idsOf(request.params)}`;
  const status = result.status;
  const base = {
    status,
    date: result.headers?.date,
    json: undefined as unknown,
    empty: false,
    retriedLater: result.headers?.["retry-after"] !== undefined,
    code: undefined as string | undefined,
  };
  if (status === undefined) {
    const loss = result.type === "lost" ? result.loss : undefined;
    const message = clean(`${service}, ${asked} at ${origin}: ${loss?.words ?? "no answer"}`);
    return { ...base, trouble: loss?.sent === false ? "unsent" : "lost", message };
  }
  const answered = `${service} answered ${asked} with ${status}`;
  if (status >= 300 && status < 400) {
    return {
      ...base,
      trouble: "redirect",
      message: clean(`${answered}: redirects are not followed; check the base URL`),
    };
  }
  const body = bodyOf(result, parse, request.root ?? "object", clean);
  if (status >= 200 && status < 300) {
    if (body.problem === undefined) return { ...base, json: body.json, trouble: undefined, message: "" };
    const message = clean(`${answered}, but the answer ${body.problem}`);
    return { ...base, empty: body.empty, trouble: "body", message };
  }
  const { code, words } = errorWords(body.json);
  const said = [code, words].filter((part) => part !== undefined).map((part) => excerpt(clean(part)));
  const message = clean(said.length === 0 ? answered : `${answered}: ${said.join(": ")}`) + hintFor(status, body);
  return { ...base, json: body.json, empty: body.empty, trouble: "status", code, message };
};

const idsOf = (params: Params | undefined): string => {
  const ids = Object.entries(params ?? {}).map(([name, value]) => `${name} "${excerpt(value)}"`);
  return ids.length === 0 ? "" : ` (${ids.join(", ")})`;
};

type Body = { readonly json: unknown; readonly problem: string | undefined; readonly empty: boolean };

const hintFor = (status: number, { json, empty }: Body): string => {
  if (status === 401 || status === 403) return "; check the credentials and what they may do";
  return status === 404 && json === undefined && !empty ? "; the base URL may be wrong" : "";
};

const bodyOf = (result: Answered | Lost, parse: Given["parse"], root: string, clean: Given["clean"]): Body => {
  if (result.type === "lost") {
    return { json: undefined, problem: result.loss.words.replace(/^the answer /u, ""), empty: false };
  }
  if (result.text.trim() === "") return { json: undefined, problem: "is empty", empty: true };
  try {
    const json = parse(result.text);
    const right = root === "array" ? Array.isArray(json) : isRecord(json);
    if (right) return { json, problem: undefined, empty: false };
    return {
      json: undefined,
      problem: `is not ${root === "array" ? "a list" : "an object"}: ${quote(result.text, clean)}`,
      empty: false,
    };
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    return { json: undefined, problem: `${error.message}: ${quote(result.text, clean)}`, empty: false };
  }
};

const quote = (text: string, clean: Given["clean"]): string => `"${excerpt(clean(text))}"`;

/** The code and the words of an error body; services differ in how they call them. */
const errorWords = (json: unknown): { readonly code: string | undefined; readonly words: string | undefined } => {
  if (!isRecord(json)) return { code: undefined, words: undefined };
  const text = (...keys: readonly string[]): string | undefined => {
    for (const key of keys) if (typeof json[key] === "string" && json[key] !== "") return json[key];
    return undefined;
  };
  return { code: text("error", "code"), words: text("message", "info", "reason", "Message", "msg") };
};

/** A good answer or one of `accept`, unless a web page says so; throws `ServiceFailure` otherwise. */
export const readOutcome = (judged: Judged, accept: readonly number[]): ReadAnswer => {
  const { status, json, date } = judged;
  const sensible = judged.empty || isRecord(json);
  const accepted = judged.trouble === "status" && sensible && status !== undefined && accept.includes(status);
  if (status !== undefined && (judged.trouble === undefined || accepted)) return { status, json, date };
  throw new ServiceFailure(judged.message, failureKind(judged));
};

const failureKind = ({ trouble, status = 0 }: Judged): ServiceFailure["kind"] => {
  if (trouble === "lost" || trouble === "unsent") return "unreachable";
  if (trouble === "body") return "incomplete";
  if (status === 401 || status === 403) return "stop";
  if (status === 429) return "throttled";
  return status >= 500 ? "unreachable" : "refused";
};

/** Done, surely not done, or unknown. Only what the service itself refused, or never saw, is surely not done. */
export const writeOutcome = (judged: Judged): WriteAnswer => {
  const { trouble, status, json } = judged;
  if (status !== undefined && (trouble === undefined || (trouble === "body" && judged.empty)))
    return { type: "done", status, json };
  const error: ServiceError = {
    message: judged.message,
    kind: errorKind(judged),
    ...(status === undefined ? {} : { status }),
    ...(judged.code === undefined ? {} : { code: judged.code }),
  };
  if (trouble === "unsent") return { type: "failed", json: undefined, error };
  const refused =
    status !== undefined &&
    ((trouble === "status" && (isRefusal(status) || (status === 503 && judged.retriedLater))) ||
      (trouble === "redirect" && SENT_ELSEWHERE.has(status)));
  return refused ? { type: "failed", status, json: json as Json, error } : { type: "unknown", error };
};

/** 408: the service gave up on a request that it may have seen whole. */
const isRefusal = (status: number): boolean => status >= 400 && status < 500 && status !== 408;

/** What was asked has another address, so it was not done at this one (RFC 9110, 15.4). 303 shows what came of it instead. */
const SENT_ELSEWHERE: ReadonlySet<number> = new Set([301, 302, 307, 308]);

const errorKind = ({ trouble, status = 0 }: Judged): ServiceError["kind"] => {
  if (trouble === "redirect") return "refused";
  if (trouble !== "status") return "unreachable";
  if (status === 401 || status === 403) return "stop";
  if (status === 404 || status === 410) return "gone";
  if (status === 409 || status === 412) return "stale";
  if (status === 429 || status === 503) return "throttled";
  return status >= 500 ? "unreachable" : "refused";
};
