import type { SandboxAnswer, SandboxHandler, SandboxRequest } from "../_shared/sandbox-server.ts";
import { badJson, noHeader, notFound, throttled, wrongKey } from "./sandbox-answers.ts";
import type { ApiCall, Stage } from "./sandbox-call.ts";
import { domainCalls } from "./sandbox-domain.ts";
import { liveCalls } from "./sandbox-live.ts";
import type { Rates } from "./sandbox-rates.ts";
import { roomCalls } from "./sandbox-rooms.ts";
import { settle } from "./sandbox-store.ts";

/** `:id` stands for the one part of a path that names an object. */
const ROUTES: ReadonlyMap<string, ApiCall> = new Map([
  ["GET ", domainCalls.getDomain],
  ["POST ", domainCalls.updateDomain],
  ["GET rooms", roomCalls.list],
  ["POST rooms", roomCalls.create],
  ["GET rooms/:id", roomCalls.get],
  ["POST rooms/:id", roomCalls.update],
  ["DELETE rooms/:id", roomCalls.remove],
  ["POST batch/rooms", roomCalls.batchCreate],
  ["DELETE batch/rooms", roomCalls.batchDelete],
  ["GET presence", liveCalls.presence],
  ["GET rooms/:id/presence", liveCalls.roomPresence],
  ["POST rooms/:id/update-permissions", liveCalls.updatePermissions],
  ["POST rooms/:id/eject", liveCalls.eject],
  ["POST meeting-tokens", domainCalls.createToken],
  ["GET meeting-tokens/:id", domainCalls.getToken],
]);

type Route = { readonly name: string; readonly id: string };

/** `/v1/rooms/a/presence` is `rooms/:id/presence` and `a`. The domain is `/v1` with or without the slash. */
const routeOf = ({ method, segments }: SandboxRequest): Route | undefined => {
  const [version, collection = "", id, ...rest] = segments;
  if (version !== "v1" || (id === "" && rest.length === 0)) return undefined;
  if (id === undefined || collection === "batch") {
    return { name: `${method} ${[collection, ...(id === undefined ? [] : [id]), ...rest].join("/")}`, id: "" };
  }
  return { name: `${method} ${[collection, ":id", ...rest].join("/")}`, id };
};

/** Scope assumed: one bucket for the domain; batch calls count like most. */
const overLimit = (route: Route, request: SandboxRequest, rates: Rates): boolean =>
  route.name === "DELETE rooms/:id"
    ? !rates.take("delete", 50, 30, request.at)
    : !rates.take("most", 100, 5, request.at);

const refuse = ({ headers }: SandboxRequest, apiKey: string): SandboxAnswer | undefined => {
  const key = /^Bearer (\S+)$/u.exec(headers.authorization ?? "")?.[1];
  if (key === undefined) return noHeader;
  return key === apiKey ? undefined : wrongKey;
};

/** Answers over the store of a stage. */
export const handlerOf =
  (stage: Stage, rates: Rates): SandboxHandler =>
  (request) => {
    const { rules, store } = stage;
    const refusal = refuse(request, stage.apiKey);
    if (refusal !== undefined) return refusal;
    const route = routeOf(request);
    // What a path or method that does not exist gives is not stated.
    const call = route === undefined ? undefined : ROUTES.get(route.name);
    if (route === undefined || call === undefined) return notFound(`no ${request.method} ${request.path}`);
    if (rules.limited && overLimit(route, request, rates)) return throttled(rules.retryAfter);
    // That a body of another content type is refused is our reading.
    const isJson = !request.hasBody || /^application\/json\b/u.test(request.headers["content-type"] ?? "");
    if (!request.validJson || !isJson) return badJson;
    if (settle(store, rules.presenceLagMs, stage.now())) stage.changed();
    const answer = call(request, stage, route.id);
    // An update without a delay has its effect before the answer goes out.
    if (settle(store, rules.presenceLagMs, stage.now())) stage.changed();
    return answer;
  };
