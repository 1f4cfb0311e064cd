import type { SandboxAnswer, SandboxHandler, SandboxRequest } from "../_shared/sandbox-server.ts";
import { invalid, noMethod, notFound, ok, unauthenticated } from "./sandbox-answers.ts";
import { getLive, listLive } from "./sandbox-live.ts";
import { createRole, deleteRole, getRole, listRoles, patchRole } from "./sandbox-roles.ts";
import { createRoom, deleteRoom, getRoom, getTeam, listRooms, patchRoom, patchTeam } from "./sandbox-rooms.ts";
import type { Context } from "./sandbox-settings.ts";
import { isObject } from "./sandbox-store.ts";
import { createToken } from "./sandbox-token.ts";

/** One endpoint; undefined: no such method. */
type Route = (request: SandboxRequest) => SandboxAnswer | undefined;

/** Answers requests over one state. */
export const handlerOf = (context: Context): SandboxHandler => {
  return (request) => {
    if (!isAuthenticated(context, request)) return unauthenticated;
    const [api, version, ...path] = request.segments;
    if (api !== "api" || version !== "v1") return notFound;
    if (!request.validJson || (request.hasBody && !isObject(request.body))) {
      return invalid(new Map([["body", "The body must be a JSON object."]]));
    }
    const route = routeOf(context, path);
    return route === undefined ? notFound : (route(request) ?? noMethod);
  };
};

/** All three forms that pages of different age show. */
const isAuthenticated = ({ store, developerKey }: Context, request: SandboxRequest): boolean => {
  const pair = Buffer.from(`${store.team.id}:${developerKey}`).toString("base64");
  const accepted = [`Basic ${pair}`, `Bearer ${developerKey}`, `Bearer ${pair}`];
  return accepted.includes(request.headers.authorization ?? "");
};

const routeOf = (context: Context, path: readonly string[]): Route | undefined => {
  const [collection = "", key, action, detail, ...more] = path;
  if (more.length > 0) return undefined;
  if (collection === "" && key === undefined) return teamRoute(context);
  if (collection === "permissions" && key === undefined) {
    return ({ method }) => (method === "GET" ? ok(context.switches.permissions) : undefined);
  }
  if (collection === "roles" && action === undefined) return roleRoute(context, key);
  if (collection !== "rooms") return undefined;
  // A fixed path: a room whose friendly_url is `live` cannot be addressed by it.
  if (key === "live" && detail === undefined)
    return liveRoute(action, (people, request) => listLive(context, request, people));
  if (action === undefined) return roomRoute(context, key);
  if (key !== undefined && action === "live") return liveRoute(detail, (people) => getLive(context, key, people));
  if (key === undefined || action !== "token" || detail !== undefined) return undefined;
  return (request) => (request.method === "POST" ? createToken(context, key, bodyOf(request)) : undefined);
};

const teamRoute =
  (context: Context): Route =>
  (request) => {
    if (request.method === "GET") return getTeam(context);
    return request.method === "PATCH" ? patchTeam(context, bodyOf(request)) : undefined;
  };

const roleRoute =
  (context: Context, key: string | undefined): Route =>
  (request) => {
    const { method } = request;
    if (key === undefined) {
      if (method === "GET") return listRoles(context, request);
      return method === "POST" ? createRole(context, bodyOf(request)) : undefined;
    }
    if (method === "GET") return getRole(context, key);
    if (method === "PATCH") return patchRole(context, key, bodyOf(request));
    return method === "DELETE" ? deleteRole(context, key) : undefined;
  };

const roomRoute =
  (context: Context, key: string | undefined): Route =>
  (request) => {
    const { method } = request;
    if (key === undefined) {
      if (method === "GET") return listRooms(context, request);
      return method === "POST" ? createRoom(context, bodyOf(request)) : undefined;
    }
    if (method === "GET") return getRoom(context, key);
    if (method === "PATCH") return patchRoom(context, key, bodyOf(request));
    return method === "DELETE" ? deleteRoom(context, key, bodyOf(request)) : undefined;
  };

const liveRoute = (
  detail: string | undefined,
  answer: (people: boolean, request: SandboxRequest) => SandboxAnswer,
): Route | undefined => {
  if (detail !== undefined && detail !== "participants") return undefined;
  return (request) => (request.method === "GET" ? answer(detail === "participants", request) : undefined);
};

const bodyOf = (request: SandboxRequest): { readonly [key: string]: unknown } =>
  isObject(request.body) ? request.body : {};
