import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A second, small reading of the Liveblocks room API, apart from the sandbox: what one of them misreads the other may show. */
export type StandIn = {
  readonly url: string;
  readonly port: number;
  readonly rooms: Map<string, StandInRoom>;
  readonly seen: Seen[];
  /** Decides what happens to a request in the place of the usual answer; undefined: the usual answer. */
  hook: Hook | undefined;
  /** `GET /v2/rooms`, in the order in which they came. */
  lines(): readonly string[];
  /** Requests that are not GET. */
  writes(): readonly Seen[];
  forget(): void;
  close(): Promise<void>;
};

export type StandInRoom = {
  id: string;
  defaultAccesses: readonly string[];
  usersAccesses: Scopes;
  groupsAccesses: Scopes;
  metadata: { readonly [key: string]: string | readonly string[] };
};
type Scopes = { readonly [id: string]: readonly string[] };
export type Seen = { readonly method: string; readonly path: string; readonly query: string; readonly body: unknown };
export type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> };
/** `lost`: the connection breaks before anything is done; `lost after`: once it is done; a function runs first. */
export type Hook = (seen: Seen) => Answer | "lost" | "lost after" | "ignored" | undefined | Promise<undefined>;

export const KEY = "sk_test_0123456789abcdefghij";

/** A room with nothing in it but what is given. */
export const room = (id: string, rest: Partial<StandInRoom> = {}): StandInRoom => ({
  id,
  defaultAccesses: [],
  usersAccesses: {},
  groupsAccesses: {},
  metadata: {},
  ...rest,
});

/** Starts one on a free port of loopback. The caller closes it. */
export const standIn = async (...rooms: readonly StandInRoom[]): Promise<StandIn> => {
  const kept = new Map(rooms.map((one) => [one.id, one]));
  const seen: Seen[] = [];
  const server = createServer((request, response) => void serve(request, response));
  const self: StandIn = {
    url: "",
    port: 0,
    rooms: kept,
    seen,
    hook: undefined,
    lines: () => seen.map(({ method, path }) => `${method} ${path}`),
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
    const [path = "", query = ""] = (request.url ?? "").split("?");
    const one: Seen = {
      method: request.method ?? "",
      path,
      query,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
    seen.push(one);
    const decided = await self.hook?.(one);
    if (decided === "lost") return void request.socket.destroy();
    if (typeof decided === "object") return send(response, decided);
    const answer =
      request.headers.authorization === `Bearer ${KEY}` ? answerTo(one, kept, decided === "ignored") : FORBIDDEN;
    if (decided === "lost after") return void request.socket.destroy();
    send(response, answer);
  };

  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(self, { port, url: `http://127.0.0.1:${port}` });
};

const send = (response: ServerResponse, { status, body, headers }: Answer): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
};

const FORBIDDEN: Answer = { status: 403, body: { error: "INVALID_SECRET_KEY", message: "The key is not valid." } };
const NO_ROOM: Answer = { status: 404, body: { error: "ROOM_NOT_FOUND", message: "There is no such room." } };

const wire = (one: StandInRoom): unknown => ({
  type: "room",
  organizationId: "default",
  createdAt: "2026-01-05T10:00:00.000Z",
  ...one,
});

const answerTo = (seen: Seen, rooms: Map<string, StandInRoom>, ignored: boolean): Answer => {
  const keep = (one: StandInRoom): void => {
    if (!ignored) rooms.set(one.id, one);
  };
  if (seen.path === "/v2/rooms") return seen.method === "GET" ? list(seen, rooms) : create(seen, rooms, keep);
  const id = decodeURIComponent(/^\/v2\/rooms\/([^/]+)$/u.exec(seen.path)?.[1] ?? "");
  const found = rooms.get(id);
  if (found === undefined) return NO_ROOM;
  if (seen.method === "GET") return { status: 200, body: wire(found) };
  if (seen.method === "DELETE") {
    if (!ignored) rooms.delete(id);
    return { status: 204 };
  }
  const patch = seen.body as Partial<StandInRoom>;
  const next: StandInRoom = {
    id,
    defaultAccesses: patch.defaultAccesses ?? found.defaultAccesses,
    usersAccesses: merged(found.usersAccesses, patch.usersAccesses),
    groupsAccesses: merged(found.groupsAccesses, patch.groupsAccesses),
    metadata: merged(found.metadata, patch.metadata),
  };
  keep(next);
  return { status: 200, body: wire(next) };
};

const list = (seen: Seen, rooms: ReadonlyMap<string, StandInRoom>): Answer => {
  const query = new URLSearchParams(seen.query);
  const limit = Number(query.get("limit") ?? "20");
  if (limit < 1 || limit > 100) return { status: 422, body: { error: "UNPROCESSABLE_ENTITY", message: "limit" } };
  const all = [...rooms.values()].reverse();
  const start = Number(query.get("startingAfter") ?? "0");
  const nextCursor = start + limit < all.length ? String(start + limit) : null;
  return { status: 200, body: { data: all.slice(start, start + limit).map(wire), nextCursor } };
};

const create = (seen: Seen, rooms: ReadonlyMap<string, StandInRoom>, keep: (one: StandInRoom) => void): Answer => {
  const body = seen.body as StandInRoom;
  if (rooms.has(body.id)) return { status: 409, body: { error: "ROOM_ALREADY_EXISTS", message: "It is there." } };
  if (!Array.isArray(body.defaultAccesses)) return { status: 422, body: { error: "UNPROCESSABLE_ENTITY" } };
  const made = room(body.id, body);
  keep(made);
  return { status: 200, body: wire(made) };
};

/** A merge patch of one map: null takes an entry away. */
const merged = <V>(before: { readonly [key: string]: V }, patch: { readonly [key: string]: V | null } | undefined) => {
  const next = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(patch ?? {})) {
    if (value === null) next.delete(key);
    else next.set(key, value);
  }
  const made: { [key: string]: V } = Object.create(null);
  for (const [key, value] of next) made[key] = value;
  return made;
};
