import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { compareText } from "../../engine/util/compare.ts";

type Properties = Record<string, unknown>;
type StandInRoom = { readonly id: string; privacy: string; properties: Properties };
/** Somebody in a call: what the service shows of them, and what it keeps to itself. */
type Guest = { readonly id: string; readonly user: string | null; holds: Properties };

/**
 * Daily once more, read from its documents apart from the sandbox and as unlike it as they allow: small pages, words in
 * reverse order, keys that no page states, 400 for what is not there, 429 bare, `{ data }` for a batch.
 */
export type DailyStandIn = {
  readonly url: string;
  readonly rooms: Map<string, StandInRoom>;
  readonly calls: Map<string, Guest[]>;
  /** `POST /rooms/a {"privacy":"private"}` of every write that was carried out. */
  readonly writes: string[];
  /** What a client must never send. */
  readonly complaints: string[];
  /** So many requests are answered with 429 first. */
  throttle: number;
  /** Shows permissions in full, and leaves out what holds anyway. */
  wordy: boolean;
  put(name: string, properties?: Properties): void;
  enter(room: string, user: string | null): string;
  close(): Promise<void>;
};

export const DAILY_KEY = "a-second-key-for-daily";
const PAGE = 2;
/** Values that `config` does not show, by the pages, and one of which no page states the default. */
const DEFAULTS: Properties = {
  enable_chat: false,
  enable_screenshare: true,
  max_participants: 200,
  enable_knocking: false,
  enable_people_ui: true,
};
const KINDS = ["audio", "customAudio", "customVideo", "screenAudio", "screenVideo", "video"];
const EVERYTHING = Object.fromEntries(KINDS.map((kind) => [kind, kind.startsWith("custom") ? { "*": true } : true]));
const FIELDS = ["hasPresence", "canSend", "canReceive", "canAdmin"];

type Answer = readonly [status: number, body: unknown];
type Asked = {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: Properties;
};

const uuid = (seed: string): string => {
  const hex = createHash("md5").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const refused = (info: string): Answer => [400, { error: "invalid-request-error", info }];

export const dailyStandIn = async (): Promise<DailyStandIn> => {
  const rooms = new Map<string, StandInRoom>();
  const calls = new Map<string, Guest[]>();
  const writes: string[] = [];
  const complaints: string[] = [];
  let ids = 0;

  const put = (name: string, properties: Properties = {}, privacy = "public"): StandInRoom => {
    ids += 1;
    const room: StandInRoom = { id: uuid(`room ${ids}`), privacy, properties: {} };
    rooms.set(name, room);
    merge(room, properties);
    return room;
  };
  const merge = (room: StandInRoom, properties: Properties): void => {
    for (const [key, value] of Object.entries(properties)) {
      if (value === null) delete room.properties[key];
      else room.properties[key] = value;
    }
  };
  const shown = (name: string, { id, privacy, properties }: StandInRoom): Properties => {
    const differing = Object.entries(properties).filter(([key, value]) => DEFAULTS[key] !== value);
    const config = Object.fromEntries(
      differing.map(([key, value]) => [
        key,
        key === "permissions" ? (standIn.wordy ? full(value) : turned(value)) : value,
      ]),
    );
    return {
      config: { ...config, signaling_impl: "ws" },
      url: `https://x.daily.co/${name}`,
      name,
      privacy,
      id,
      api_created: true,
      created_at: "2026-01-05T10:00:00.000Z",
    };
  };
  /** The same words, the other way round. */
  const turned = (permissions: unknown): unknown =>
    Object.fromEntries(
      Object.entries(permissions as Properties).map(([key, value]) => [
        key,
        Array.isArray(value) ? value.toReversed() : value,
      ]),
    );
  /** Other words for the same: every kind of media by name, and nothing that holds anyway. */
  const full = (permissions: unknown): unknown => {
    const said = permissions as Properties;
    const receive = said.canReceive as Properties | undefined;
    return {
      ...said,
      ...(said.canSend === true ? { canSend: KINDS } : {}),
      ...(said.canAdmin === false ? { canAdmin: undefined } : {}),
      ...(receive?.base === true ? { canReceive: { ...receive, base: EVERYTHING } } : {}),
    };
  };

  const list = (query: URLSearchParams): Answer => {
    const all = [...rooms].sort(([, a], [, b]) => compareText(a.id, b.id));
    const after = query.get("starting_after");
    const place = after === null ? 0 : all.findIndex(([, { id }]) => id === after) + 1;
    if (after !== null && place === 0) return refused("no such cursor");
    return [
      200,
      { total_count: all.length, data: all.slice(place, place + PAGE).map(([name, room]) => shown(name, room)) },
    ];
  };

  const make = (body: Properties): Answer => {
    const name = String(body.name);
    if (rooms.has(name)) return refused(`a room named ${name} already exists`);
    return [
      200,
      shown(name, put(name, body.properties as Properties | undefined, (body.privacy as string) ?? "public")),
    ];
  };

  const update = (name: string, { data }: Properties): Answer => {
    const people = calls.get(name) ?? [];
    const entries = new Map(Object.entries(data as Record<string, Properties>));
    if (entries.size === 0) complaints.push("an empty update");
    for (const set of entries.values()) {
      for (const [field, value] of Object.entries(set)) {
        if (!FIELDS.includes(field) || value === null) complaints.push(`${field} is ${JSON.stringify(value)}`);
      }
    }
    for (const key of entries.keys())
      if (key !== "*" && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/u.test(key))
        complaints.push(`${key} is no session`);
    for (const guest of people) {
      const set = entries.get(guest.id) ?? entries.get("*") ?? {};
      const { canReceive: held } = guest.holds;
      guest.holds = { ...guest.holds, ...set };
      if (set.canReceive !== undefined)
        guest.holds.canReceive = { ...(held as Properties), ...(set.canReceive as Properties) };
    }
    return people.length === 0 ? refused("no meeting is going on") : [200, { status: "sent" }];
  };

  const item = (room: string, { id, user }: Guest): Properties => ({
    room,
    id,
    userId: user,
    userName: "Canary Name",
    joinTime: "2026-01-05T10:00:00.000Z",
    duration: 60.5,
  });

  const roomAnswer = ({ method, path: [, name = "", more], query, body }: Asked): Answer => {
    const room = rooms.get(name);
    if (room === undefined) return refused(`room ${name} not found`);
    const people = calls.get(name) ?? [];
    if (more === "presence") {
      const asked = people.filter(({ user }) => query.get("userId") === null || user === query.get("userId"));
      return [200, { total_count: asked.length, data: asked.map((guest) => item(name, guest)) }];
    }
    if (more === "update-permissions") return update(name, body);
    if (method === "GET") return [200, shown(name, room)];
    if (method === "DELETE") {
      rooms.delete(name);
      calls.delete(name);
      return [200, { deleted: true, name }];
    }
    if (Object.keys(body).length === 0) complaints.push(`an empty write to ${name}`);
    room.privacy = (body.privacy as string | undefined) ?? room.privacy;
    merge(room, (body.properties as Properties | undefined) ?? {});
    return [200, shown(name, room)];
  };

  const answerTo = (asked: Asked): Answer => {
    const { method, path, body } = asked;
    const line = `${method} /${path.join("/")}`;
    switch (line) {
      case "GET /":
        return [200, { domain_name: "x", domain_id: "d0", config: { lang: "en", hide_daily_branding: true } }];
      case "POST /":
        return [200, { domain_name: "x", config: { lang: "en" } }];
      case "GET /rooms":
        return list(asked.query);
      case "POST /rooms":
        return make(body);
      case "GET /presence":
        return [
          200,
          Object.fromEntries([...calls].map(([name, people]) => [name, people.map((guest) => item(name, guest))])),
        ];
      case "POST /batch/rooms":
        return [200, { data: (body.rooms as Properties[]).map((each) => make(each)[1]) }];
      case "DELETE /batch/rooms": {
        const names = body.room_names as string[];
        for (const name of names) rooms.delete(name);
        return [200, { deleted_count: names.length }];
      }
      case "POST /meeting-tokens":
        return [200, { token: "eyJ0.eyJ1.c2ln" }];
      default:
        return path[0] === "rooms" ? roomAnswer(asked) : [404, { error: "not-found" }];
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const method = request.method ?? "";
    const [status, body] = ((): Answer => {
      if (request.headers.authorization !== `Bearer ${DAILY_KEY}`) return [401, { error: "authentication-error" }];
      if (standIn.throttle > 0) {
        standIn.throttle -= 1;
        return [429, { error: "rate-limit-error" }];
      }
      const path = url.pathname
        .split("/")
        .slice(2)
        .map(decodeURIComponent)
        .filter((part) => part !== "");
      const answer = answerTo({
        method,
        path,
        query: url.searchParams,
        body: text === "" ? {} : (JSON.parse(text) as Properties),
      });
      if (method !== "GET" && answer[0] === 200)
        writes.push(`${method} /${path.join("/")}${text === "" ? "" : ` ${text}`}`);
      return answer;
    })();
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      complaints.push(String(error));
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const standIn: DailyStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    rooms,
    calls,
    writes,
    complaints,
    throttle: 0,
    wordy: false,
    put: (name, properties) => void put(name, properties),
    enter: (room, user) => {
      ids += 1;
      const id = uuid(`session ${ids}`);
      calls.set(room, [...(calls.get(room) ?? []), { id, user, holds: { canReceive: { base: true } } }]);
      return id;
    },
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
  return standIn;
};
