import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A second, small and strict reading of the Digital Samba REST API, apart from the sandbox: Basic auth alone, partial
 * lists, counts as text, arrays that name only roles that are there, unknown keys and null refused.
 */
export type StandIn = {
  readonly url: string;
  readonly roles: Map<string, Role>;
  readonly rooms: Map<string, Room>;
  readonly team: Room;
  readonly seen: Seen[];
  /** Decides what happens to a request in the place of the usual answer. */
  hook: ((seen: Seen) => Answer | "lost" | "lost after" | undefined) | undefined;
  writes(): readonly Seen[];
  forget(): void;
  close(): Promise<void>;
};

type Permission = boolean | readonly string[];
type Role = {
  readonly display_name: string;
  readonly description: string | null;
  readonly permissions: { readonly [name: string]: Permission };
};
/** What is the room's own; all else it has from the team. */
type Room = { [key: string]: unknown; roles?: readonly string[]; default_role?: string };
type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
};
type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
};
type Body = { readonly [key: string]: unknown };

export const TEAM_ID = "5d0d2c9e-1111-4222-8333-444455556666";
export const DEVELOPER_KEY = "dk_0123456789abcdefghijklmnopqrstuvwxyz";

const OVER_ROLES = new Set([
  ...["manage_broadcast", "remove_participant", "manage_screenshare", "remote_muting", "manage_roles"],
]);
const PLAIN = [...["start_session", "end_session", "raise_hand", "general_chat", "private_chat", "broadcast"]];
const ROOM_KEYS = new Set(["friendly_url", "privacy", "roles", "default_role", "is_locked", "chat_enabled"]);
const SERVED = ["privacy", "is_locked", "chat_enabled", "breakout_rooms_enabled"];

type Options = {
  readonly pageSize?: number;
  /** Settings that every new room has without being asked. */
  readonly newRooms?: Body;
  /** Permissions that this team's service has beside the usual ones. */
  readonly permissions?: readonly string[];
};

/** Starts one on a free port of loopback, with three presets. The caller closes it. */
export const standIn = async (options: Options = {}): Promise<StandIn> => {
  const names = [...PLAIN, ...OVER_ROLES, ...(options.permissions ?? [])];
  const preset = (display_name: string, permissions: Role["permissions"]): Role => ({
    display_name,
    description: null,
    permissions,
  });
  const roles = new Map([
    ["moderator", preset("Moderator", { start_session: true, manage_roles: true, remote_muting: true })],
    ["speaker", preset("Speaker", { raise_hand: true, broadcast: true })],
    ["attendee", preset("Attendee", { raise_hand: true })],
  ]);
  const rooms = new Map<string, Room>();
  const team: Room = { roles: ["moderator", "speaker", "attendee"], default_role: "moderator", chat_enabled: true };
  const seen: Seen[] = [];
  const service: Service = { names, roles, rooms, team, options };
  const server = createServer((request, response) => void serve(request, response));
  const self: StandIn = {
    url: "",
    roles,
    rooms,
    team,
    seen,
    hook: undefined,
    writes: () => seen.filter(({ method }) => method !== "GET"),
    forget: () => void seen.splice(0),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const url = new URL(request.url ?? "", "http://loopback");
    const method = request.method ?? "";
    const body = text === "" ? {} : (JSON.parse(text) as Body);
    const one: Seen = { method, path: url.pathname.replace(/^\/api\/v1/u, ""), query: url.searchParams, body };
    seen.push(one);
    const decided = self.hook?.(one);
    if (decided === "lost") return void request.socket.destroy();
    if (typeof decided === "object") return send(response, decided);
    const basic = `Basic ${Buffer.from(`${TEAM_ID}:${DEVELOPER_KEY}`).toString("base64")}`;
    const { authorization, accept, "content-type": type } = request.headers;
    const isJson = accept?.includes("application/json") === true && (text === "" || type === "application/json");
    const answer =
      authorization !== basic
        ? { status: 401, body: { message: "Unauthenticated." } }
        : isJson
          ? answerTo(service, one)
          : { status: 302, headers: { location: "https://dashboard.digitalsamba.com/login" } };
    if (decided === "lost after") return void request.socket.destroy();
    send(response, answer);
  };

  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(self, { url: `http://127.0.0.1:${port}/api/v1` });
};

const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
};

type Service = {
  readonly names: readonly string[];
  readonly roles: Map<string, Role>;
  readonly rooms: Map<string, Room>;
  readonly team: Room;
  readonly options: Options;
};

const NOT_FOUND: Answer = { status: 404, body: { message: "Not Found", error: "not-found" } };
const GONE: Answer = { status: 204 };
const ok = (body: unknown): Answer => ({ status: 200, body });
const refused = (message: string): Answer => ({ status: 422, body: { message } });

const answerTo = (service: Service, seen: Seen): Answer => {
  const { method, path } = seen;
  const [, collection = "", key, action] = path.split("/").map(decodeURIComponent);
  if (collection === "") return method === "GET" ? ok(showTeam(service)) : patchTeam(service, seen.body);
  if (collection === "permissions") return ok(service.names);
  if (collection === "roles") return key === undefined ? allRoles(service, seen) : oneRole(service, seen, key);
  if (collection !== "rooms") return NOT_FOUND;
  if (key === undefined) return allRooms(service, seen);
  if (key === "live") return ok({ total_count: 0, data: [] });
  return action === "token" ? token(service, seen.body, key) : oneRoom(service, seen, key);
};

/** Newest first unless asked otherwise, never more than 100, the count of all as a text. */
const page = ({ options }: Service, { query }: Seen, oldestFirst: readonly unknown[]): Answer => {
  const limit = Number(query.get("limit") ?? "100");
  if (limit < 1 || limit > 100) return refused("The limit must be between 1 and 100.");
  const all = query.get("order") === "asc" ? oldestFirst : oldestFirst.toReversed();
  const offset = Number(query.get("offset") ?? "0");
  const data = all.slice(offset, offset + Math.min(limit, options.pageSize ?? limit));
  return ok({ total_count: String(all.length), data });
};

const isDefault = ({ team, rooms }: Service, name: string): boolean =>
  [team, ...rooms.values()].some((holder) => holder.default_role === name);

const listedRole = (service: Service, name: string, { permissions: _, ...rest }: Role): Body => ({
  id: `role-${name}`,
  name,
  ...rest,
  default: service.team.default_role === name,
});

const shownRole = (service: Service, name: string): Answer => {
  const role = service.roles.get(name);
  if (role === undefined) return NOT_FOUND;
  const permissions = Object.fromEntries(service.names.map((each) => [each, role.permissions[each] ?? false]));
  return ok({ ...listedRole(service, name, role), permissions });
};

const wrongPermissions = (service: Service, permissions: unknown): string | undefined => {
  if (typeof permissions !== "object" || permissions === null) return "permissions";
  for (const [name, value] of Object.entries(permissions)) {
    if (!service.names.includes(name)) return `permissions.${name}`;
    if (typeof value === "boolean") continue;
    if (!Array.isArray(value) || value.length === 0 || !OVER_ROLES.has(name)) return `permissions.${name}`;
    if (value.some((target) => !service.roles.has(String(target)))) return `permissions.${name}`;
  }
  return undefined;
};

const allRoles = (service: Service, seen: Seen): Answer => {
  const { roles } = service;
  const { method, body } = seen;
  if (method === "GET")
    return page(
      service,
      seen,
      [...roles].map(([name, role]) => listedRole(service, name, role)),
    );
  const { name, display_name, description = null, permissions, ...rest } = body;
  if (typeof name !== "string" || roles.has(name)) return refused("The name has already been taken.");
  if (typeof display_name !== "string" || Object.keys(rest).length > 0) return refused("The display name is invalid.");
  const wrong = wrongPermissions(service, permissions);
  if (wrong !== undefined) return refused(`The ${wrong} is invalid.`);
  roles.set(name, {
    display_name,
    description: description as string | null,
    permissions: permissions as Role["permissions"],
  });
  return shownRole(service, name);
};

const oneRole = (service: Service, { method, body }: Seen, name: string): Answer => {
  const { roles } = service;
  const found = roles.get(name);
  if (found === undefined) return NOT_FOUND;
  if (method === "GET") return shownRole(service, name);
  if (method === "DELETE") {
    if (isDefault(service, name)) return refused("The role is a default role.");
    roles.delete(name);
    return GONE;
  }
  const { display_name = found.display_name, description = found.description, permissions = {}, ...rest } = body;
  const wrong = Object.keys(rest)[0] ?? wrongPermissions(service, permissions);
  if (wrong !== undefined) return refused(`The ${wrong} is invalid.`);
  roles.set(name, {
    display_name: String(display_name),
    description: description as string | null,
    permissions: { ...found.permissions, ...(permissions as Role["permissions"]) },
  });
  return shownRole(service, name);
};

const shownRoles = ({ roles }: Service, { roles: listed, default_role }: Room): Body => {
  const of = (name: string): Body => ({ id: `role-${name}`, name, display_name: roles.get(name)?.display_name });
  return { roles: listed?.map(of), default_role: default_role === undefined ? null : of(default_role) };
};

const showTeam = (service: Service): Body => ({
  id: TEAM_ID,
  domain: "school",
  ...service.team,
  ...shownRoles(service, service.team),
});

const shownRoom = (service: Service, url: string): Body => {
  const whole: Room = { ...service.team, ...service.rooms.get(url) };
  const served = Object.fromEntries(SERVED.map((key) => [key, whole[key] ?? false]));
  return { id: `room-${url}`, friendly_url: url, ...served, ...shownRoles(service, whole) };
};

const wrongRoom = (service: Service, body: Body): string | undefined => {
  const { roles, default_role } = body;
  for (const [key, value] of Object.entries(body)) if (value === null || !ROOM_KEYS.has(key)) return key;
  if (roles === undefined && default_role === undefined) return undefined;
  if (!Array.isArray(roles) || roles.length === 0 || new Set(roles).size < roles.length) return "roles";
  if (roles.some((name) => !service.roles.has(String(name)))) return "roles";
  return roles.includes(default_role) ? undefined : "default_role";
};

const patchTeam = (service: Service, body: Body): Answer => {
  const wrong = wrongRoom(service, body);
  if (wrong !== undefined) return refused(`The ${wrong} is invalid.`);
  Object.assign(service.team, body);
  return ok(showTeam(service));
};

const allRooms = (service: Service, seen: Seen): Answer => {
  const { rooms, options } = service;
  if (seen.method === "GET")
    return page(
      service,
      seen,
      [...rooms.keys()].map((url) => ({ id: `room-${url}`, friendly_url: url, topic: "A room" })),
    );
  const { friendly_url, ...rest } = seen.body;
  const wrong = wrongRoom(service, seen.body);
  if (wrong !== undefined || rest.privacy === undefined || rest.roles === undefined)
    return refused(`The ${wrong ?? "privacy"} is invalid.`);
  if (typeof friendly_url !== "string" || rooms.has(friendly_url)) return refused("The friendly url is taken.");
  rooms.set(friendly_url, { ...options.newRooms, ...rest });
  return ok(shownRoom(service, friendly_url));
};

const oneRoom = (service: Service, { method, body }: Seen, url: string): Answer => {
  const { rooms } = service;
  const found = rooms.get(url);
  if (found === undefined) return NOT_FOUND;
  if (method === "DELETE") {
    rooms.delete(url);
    return GONE;
  }
  const wrong = method === "PATCH" ? wrongRoom(service, body) : undefined;
  if (wrong !== undefined) return refused(`The ${wrong} is invalid.`);
  if (method === "PATCH") rooms.set(url, { ...found, ...body });
  return ok(shownRoom(service, url));
};

const token = (service: Service, body: Body, url: string): Answer => {
  const room = service.rooms.get(url);
  if (room === undefined) return NOT_FOUND;
  const { role, exp } = body;
  const roles = room.roles ?? service.team.roles ?? [];
  if (role !== undefined && !roles.includes(String(role))) return refused("The selected role is invalid.");
  // A small number would be minutes from now.
  if (typeof exp !== "number" || exp < 1_000_000_000) return refused("The exp is invalid.");
  return ok({ token: `jwt.${String(body.ud)}.${String(role)}`, link: `https://school.digitalsamba.com/${url}` });
};
