import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { record } from "../../engine/util/record.ts";
import { connectionTo, load } from "./harness.ts";
import { digitalsamba } from "./index.ts";
import {
  type DigitalsambaSandbox,
  type DigitalsambaSandboxState,
  sampleState,
  startDigitalsambaSandbox,
} from "./sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});
const start = async (...args: Parameters<typeof startDigitalsambaSandbox>): Promise<DigitalsambaSandbox> => {
  const sandbox = await startDigitalsambaSandbox(...args);
  cleanups.push(() => sandbox.close());
  return sandbox;
};
const readerOf = (connection: Connection) => {
  const reader = digitalsamba.reader(connection);
  cleanups.push(() => reader.close());
  return reader;
};
const { document } = load("roles: { moderator: { digitalsamba: existing } }\n");
const config = document.providers.get("digitalsamba");
if (config === undefined) throw new Error("no provider");
const nothing = { config, rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
const linesOf = (sandbox: DigitalsambaSandbox) =>
  sandbox.requests.map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);

type Answer = { readonly status: number; readonly json: unknown };
const serve = async (answer: (path: string, query: URLSearchParams) => Answer) => {
  const lines: string[] = [];
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    lines.push(`${request.method} ${url.pathname}${url.search}`);
    keys.push(request.headers.authorization);
    const { status, json } = answer(url.pathname, url.searchParams);
    response.writeHead(status).end(json === undefined ? "" : JSON.stringify(json));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  const connection: Connection = {
    provider: "digitalsamba",
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    values: record([
      ["teamId", "team-1"],
      ["developerKey", "canary-key"],
    ]),
    parallelism: 2,
    now: () => 0,
    sleep: async () => {},
    random: () => 0,
  };
  return { lines, keys, connection };
};

describe("reading", () => {
  it("asks for the lists, the roles named and those in the rooms, and for nothing else", async () => {
    const sandbox = await start({ state: sampleState() });
    const reader = readerOf(connectionTo(sandbox));
    const state = await reader.read({ ...nothing, rooms: ["class-7a"], roles: ["guest", "unknown"] });
    expect([...state.objects.keys()].sort()).toEqual([
      "digitalsamba/role/assistant",
      "digitalsamba/role/attendee",
      "digitalsamba/role/guest",
      "digitalsamba/role/moderator",
      "digitalsamba/room/class-7a",
      "digitalsamba/team",
    ]);
    expect(linesOf(sandbox).sort()).toEqual([
      "GET ",
      "GET /permissions",
      "GET /roles",
      "GET /roles/assistant",
      "GET /roles/attendee",
      "GET /roles/guest",
      "GET /roles/moderator",
      "GET /rooms/class-7a",
    ]);
    expect(await reader.account()).toBe(sandbox.teamId);
    expect(reader).not.toHaveProperty("send");
  });

  it("reads all rooms and roles when one of the roles is to go, and lists rooms when one is missing", async () => {
    const sandbox = await start({ state: sampleState() });
    const all = await readerOf(connectionTo(sandbox)).read({ ...nothing, roles: ["guest"], absentRoles: ["guest"] });
    expect([...all.objects.values()].filter(({ kind }) => kind === "room")).toHaveLength(4);
    expect([...all.objects.values()].filter(({ kind }) => kind === "role")).toHaveLength(7);
    const missing = await readerOf(connectionTo(sandbox)).read({ ...nothing, rooms: ["class-7c"] });
    expect([...missing.rooms].sort()).toEqual(["class-7a", "class-7b", "parents-evening", "staff-room"]);
  });

  it("reads just the objects that it is told to", async () => {
    const sandbox = await start({ state: sampleState() });
    const only = ["digitalsamba/role/guest", "digitalsamba/room/gone", "other/role/guest"];
    const state = await readerOf(connectionTo(sandbox)).read({ ...nothing, only });
    expect([...state.objects.keys()]).toEqual(["digitalsamba/role/guest", "digitalsamba/team"]);
    expect(linesOf(sandbox).sort()).toEqual(["GET ", "GET /roles/guest", "GET /rooms/gone"]);
  });

  it("keeps nothing of a room but what it manages", async () => {
    const room = {
      id: "r1",
      friendly_url: "lobby",
      privacy: "public",
      roles: [{ id: "1", name: "pupil", display_name: "Pupil" }],
      default_role: { id: "1", name: "pupil", display_name: "Pupil" },
      restream_key: "canary-stream",
      telephony_pin: "canary-pin",
      chat_enabled: false,
      session_length: null,
    };
    const { connection, keys } = await serve((path) => ({
      status: 200,
      json: path.endsWith("/rooms/lobby")
        ? room
        : { id: "team-1", roles: [], default_role: null, chat_enabled: true, authorization_header: "canary" },
    }));
    const state = await readerOf(connection).read({ ...nothing, only: ["digitalsamba/room/lobby"] });
    expect(JSON.stringify([[...state.objects.values()], state.extra])).not.toContain("canary");
    expect(state.objects.get("digitalsamba/room/lobby")?.spec).toEqual({
      privacy: "public",
      roles: ["pupil"],
      default_role: "pupil",
      chat_enabled: false,
    });
    expect(keys[0]).toBe(`Basic ${Buffer.from("team-1:canary-key").toString("base64")}`);
  });

  it("takes a room that shows no roles to have the team's, and needs the team's only where they decide something", async () => {
    const answers = (team: object) => (path: string) => {
      if (path.endsWith("/rooms/lobby"))
        return { status: 200, json: { id: "r1", friendly_url: "lobby", privacy: "private" } };
      const list = { status: 200, json: { total_count: 0, data: [] } };
      return path.endsWith("/roles") ? list : { status: 200, json: { id: "team-1", ...team } };
    };
    const shown = await serve(answers({ roles: [{ name: "pupil" }], default_role: { name: "pupil" } }));
    const state = await readerOf(shown.connection).read({ ...nothing, rooms: ["lobby"] });
    expect(state.objects.get("digitalsamba/room/lobby")?.spec).toMatchObject({
      roles: ["pupil"],
      default_role: "pupil",
    });
    const { connection } = await serve(answers({}));
    const none = await readerOf(connection).read({ ...nothing, rooms: ["lobby"] });
    expect(none.objects.get("digitalsamba/room/lobby")?.spec).toMatchObject({ roles: [], default_role: null });
    const needed = readerOf(connection).read({ ...nothing, rooms: ["lobby"], roomDefaults: true });
    await expect(needed).rejects.toThrow("shows no list of roles");
  });

  it("looks at everybody where one of just a few objects is a role that goes, while it is there", async () => {
    const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state: sampleState() });
    cleanups.push(() => sandbox.close());
    const read = async (name: string) => {
      const { objects, rooms } = await readerOf(connectionTo(sandbox)).read({
        ...nothing,
        roles: [name],
        absentRoles: [name],
        only: [`digitalsamba/role/${name}`],
      });
      return { kinds: new Set([...objects.values()].map(({ kind }) => kind)), rooms };
    };
    const there = await read("guest");
    expect(there.kinds).toEqual(new Set(["role", "room", "team"]));
    expect([...there.rooms].sort()).toEqual(["class-7a", "class-7b", "parents-evening", "staff-room"]);
    expect(await read("gone")).toEqual({ kinds: new Set(), rooms: new Set() });
  });

  it("does not tell the key, whatever the service answers", async () => {
    const { connection } = await serve(() => ({ status: 401, json: { message: "bad key canary-key" } }));
    const failure = await readerOf(connection)
      .read(nothing)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ServiceFailure);
    expect(String(failure)).not.toContain("canary-key");
  });
});

describe("a list", () => {
  const item = (index: number) => ({ id: `id${index}`, name: `role${index}`, display_name: `Role ${index}` });
  const page = (all: readonly unknown[], query: URLSearchParams, size: number, total: unknown) => ({
    status: 200,
    json: { total_count: total, data: all.slice(Number(query.get("offset")), Number(query.get("offset")) + size) },
  });
  const roles = async (connection: Connection) =>
    Object.keys((await readerOf(connection).read(nothing)).extra?.roles ?? {});

  it("is read in the order of creation, its count a number or a text, its pages as long as they are", async () => {
    const all = Array.from({ length: 5 }, (_, index) => item(index));
    const { lines, connection } = await serve((_, query) => page(all, query, 2, "5"));
    expect(await roles(connection)).toHaveLength(5);
    expect(lines).toEqual([0, 2, 4].map((offset) => `GET /api/v1/roles?limit=100&offset=${offset}&order=asc`));
  });

  it("is read again when its count changed on the way", async () => {
    let left = 6;
    const all = Array.from({ length: 6 }, (_, index) => item(index));
    const { connection } = await serve((_, query) => {
      const now = all.slice(all.length - left);
      if (left > 5) left -= 1;
      return page(now, query, 3, now.length);
    });
    expect((await roles(connection)).sort()).toEqual(["role1", "role2", "role3", "role4", "role5"]);
  });

  it("is a failure when it never agrees with its count", async () => {
    const { connection } = await serve((_, query) => page([item(1), item(1)], query, 2, 2));
    await expect(roles(connection)).rejects.toMatchObject({ kind: "incomplete" });
  });

  it("is a failure when it has no count and begins again and again", async () => {
    const { connection, lines } = await serve(() => ({ status: 200, json: { data: [item(1), item(2)] } }));
    await expect(roles(connection)).rejects.toMatchObject({ kind: "incomplete" });
    expect(lines.length).toBeLessThan(20);
  });

  it("is a failure when an object is not of the documented form", async () => {
    const { connection } = await serve((path, query) =>
      path.endsWith("/roles/role1")
        ? { status: 200, json: { id: "x", name: "role1", display_name: "Role" } }
        : path.endsWith("/permissions")
          ? { status: 200, json: [] }
          : page([item(1)], query, 9, 1),
    );
    await expect(readerOf(connection).read({ ...nothing, roles: ["role1"] })).rejects.toMatchObject({
      kind: "incomplete",
    });
  });
});

describe("a large team", () => {
  it("is read within the service's limit, with a progress that is true", async () => {
    const small = sampleState();
    const [role] = small.roles;
    const [room] = small.rooms;
    if (role === undefined || room === undefined) throw new Error("the sample is empty");
    const state: DigitalsambaSandboxState = {
      ...small,
      roles: [
        ...small.roles,
        ...Array.from({ length: 293 }, (_, index) => ({ ...role, id: `role-${index}`, name: `extra-${index}` })),
      ],
      rooms: Array.from({ length: 2000 }, (_, index) => ({
        ...room,
        id: `room-${index}`,
        friendly_url: `room-${index}`,
      })),
    };
    let clock = Date.parse("2026-06-01T12:00:00Z");
    const now = () => clock;
    const waits: string[] = [];
    const sandbox = await start({ state, now });
    const reader = readerOf(
      connectionTo(sandbox, {
        now,
        sleep: async (ms) => {
          clock += ms;
        },
        onWait: (message) => waits.push(message),
      }),
    );
    const ticks: (readonly [number, number | undefined])[] = [];
    const names = state.roles.map(({ name }) => name);
    const read = await reader.read({
      ...nothing,
      list: true,
      roles: names,
      onProgress: (done, total) => ticks.push([done, total]),
    });
    expect(read.rooms.size).toBe(2000);
    expect(read.objects.size).toBe(2301);
    expect(waits).toEqual([]);
    expect(ticks.at(-1)).toEqual([2300, 2300]);
    expect(ticks.every(([, total]) => total === 2300)).toBe(true);
    expect(sandbox.requests).toHaveLength(2300 + 20 + 3 + 2);
  }, 60_000);
});
