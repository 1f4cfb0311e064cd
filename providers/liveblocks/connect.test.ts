import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Change, Sent } from "../../engine/model.ts";
import type { Connection } from "../../engine/provider.ts";
import { record } from "../../engine/util/record.ts";
import { calls } from "./calls.ts";
import { reader, writer } from "./connect.ts";
import { desire } from "./desire.ts";
import { block, callFor, changesTo, currentRoom, grant, policy, roomPolicy, state, wireRoom } from "./fixtures.ts";

type Answer = { readonly status: number; readonly json?: unknown; readonly text?: string };

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const serve = async (...answers: readonly Answer[]) => {
  const seen: { readonly line: string; readonly key: string | undefined; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)] ?? { status: 500 };
      const line = `${request.method} ${request.url}`;
      seen.push({ line, key: request.headers.authorization, body: Buffer.concat(chunks).toString() });
      response
        .writeHead(answer.status)
        .end(answer.text ?? (answer.json === undefined ? "" : JSON.stringify(answer.json)));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const connection = (baseUrl: string, secretKey = "sk_test_canary"): Connection => ({
  provider: "lb",
  baseUrl,
  values: record([["secretKey", secretKey]]),
  parallelism: 4,
  now: () => 0,
  sleep: async () => {},
  random: () => 0,
});
const nothing = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
const config = policy().config;

describe("a reader", () => {
  it("looks for neighbours of a room that would be made, not of one that is to go", async () => {
    const { seen, baseUrl } = await serve(
      { status: 404, json: { error: "ROOM_NOT_FOUND" } },
      { status: 200, json: { data: [wireRoom("weekli")], nextCursor: null } },
      { status: 404, json: { error: "ROOM_NOT_FOUND" } },
    );
    const lb = reader(connection(baseUrl));
    cleanups.push(() => lb.close());
    const { objects, rooms } = await lb.read({ config, ...nothing, rooms: ["weekly"] });
    expect([objects.size, [...rooms]]).toEqual([0, ["weekli"]]);
    await lb.read({ config, ...nothing, rooms: ["weekly"], unmade: ["weekly"] });
    expect(seen.map(({ line }) => line)).toEqual([
      "GET /v2/rooms/weekly",
      "GET /v2/rooms?limit=100",
      "GET /v2/rooms/weekly",
    ]);
  });

  it("reads rooms with the key as bearer and sends nothing but GET", async () => {
    const { seen, baseUrl } = await serve({
      status: 200,
      json: { data: [wireRoom("a"), wireRoom("b")], nextCursor: null },
    });
    const lb = reader(connection(baseUrl));
    cleanups.push(() => lb.close());
    const current = await lb.read({ ...nothing, config, list: true });
    expect([...current.objects.keys()]).toEqual(["lb/room/a", "lb/room/b"]);
    expect([...current.rooms]).toEqual(["a", "b"]);
    expect(current.complete).toBe(true);
    expect(seen).toEqual([{ line: "GET /v2/rooms?limit=100", key: "Bearer sk_test_canary", body: "" }]);
    expect(lb).not.toHaveProperty("send");
  });

  it("reads just the objects that it is told to", async () => {
    const { seen, baseUrl } = await serve({ status: 200, json: wireRoom("a/b") });
    const lb = reader(connection(baseUrl));
    cleanups.push(() => lb.close());
    const only = ["lb/room/a%2Fb", "other/room/x", "lb/live/y"];
    const current = await lb.read({ ...nothing, config, list: true, rooms: ["z"], only });
    expect([...current.objects.keys()]).toEqual(["lb/room/a%2Fb"]);
    expect(seen.map(({ line }) => line)).toEqual(["GET /v2/rooms/a%2Fb"]);
  });

  it("names the account by a keyed hash, the same for the same key only", async () => {
    const account = (key: string) => reader(connection("http://127.0.0.1:1", key)).account();
    expect(await account("sk_one")).toMatch(/^[0-9a-f]{16}$/u);
    expect(await account("sk_one")).toBe(await account("sk_one"));
    expect(await account("sk_one")).not.toBe(await account("sk_two"));
  });

  it.each([
    ["a production key for this machine", "sk_prod_canary", "http://127.0.0.1:1", /one of production/u],
    ["a production key for [::1]", "sk_prod_canary", "http://[::1]:1", /one of production/u],
    ["the dev server's key for the vendor", "sk_localdev", "https://api.liveblocks.io", /dev server/u],
    ["a public key", "pk_canary_key", "http://127.0.0.1:1", /begins with sk_/u],
    ["a key with a line break", "sk_canary\nx", "http://127.0.0.1:1", /begins with sk_/u],
    ["a base URL of another kind", "sk_canary", "file:///etc", /must begin with https/u],
  ])("refuses %s before anything is sent", async (_, key, baseUrl, message) => {
    const error: unknown = await reader(connection(baseUrl, key))
      .read({ ...nothing, config, list: true })
      .catch((e) => e);
    expect(error).toMatchObject({ name: "ServiceFailure", kind: "stop", message: expect.stringMatching(message) });
    expect(String(error)).not.toContain("canary");
  });

  it("says what came in the place of rooms, without the key", async () => {
    const { baseUrl } = await serve({
      status: 403,
      json: { error: "INVALID_SECRET_KEY", message: "no sk_test_canary" },
    });
    const lb = reader(connection(baseUrl));
    cleanups.push(() => lb.close());
    await expect(lb.read({ ...nothing, config, rooms: ["a"] })).rejects.toMatchObject({
      kind: "stop",
      message:
        'Liveblocks answered GET /v2/rooms/{id} (id "a") with 403: INVALID_SECRET_KEY: no ***; check the credentials and what they may do',
    });
  });
});

describe("a writer", () => {
  const ledger = { get: () => undefined, set: () => {} };
  const open = { default: grant(block("*:read")) };
  const found = state(currentRoom("a/b"));
  const changeOf = (kind: "create" | "update" | "delete"): Change => {
    const current = kind === "create" ? state() : found;
    const room = roomPolicy("a/b", kind === "delete" ? { absent: true } : open);
    const [change] = changesTo(desire({ policy: policy(room), current, ledger }), current);
    if (change === undefined) throw new Error("no change");
    return change;
  };
  const send = async (kind: "create" | "update" | "delete", ...answers: readonly Answer[]) => {
    const { seen, baseUrl } = await serve(...answers);
    const lb = writer(connection(baseUrl));
    cleanups.push(() => lb.close());
    const change = changeOf(kind);
    const [draft] = calls([change]);
    if (draft === undefined) throw new Error("no call");
    const sent: Sent = await lb.send(callFor(change, draft));
    return { sent, lines: seen.map(({ line, body }) => `${line} ${body}`.trim()) };
  };
  const good = { status: 200, json: wireRoom("a/b", { defaultAccesses: ["room:read"], surprise: 1 }) };

  it("sends what the call says and gives back what the answer shows", async () => {
    const { sent, lines } = await send("update", good);
    expect(lines).toEqual(['POST /v2/rooms/a%2Fb {"defaultAccesses":["*:read"]}']);
    expect(sent.type === "done" && [...sent.seen]).toMatchObject([
      ["lb/room/a%2Fb", { defaultAccesses: ["room:read"] }],
    ]);
    expect((await send("create", good)).lines).toEqual(['POST /v2/rooms {"id":"a/b","defaultAccesses":["*:read"]}']);
  });

  it.each([204, 404])("takes %i for a deletion that is done", async (status) => {
    const { sent, lines } = await send("delete", { status });
    expect(lines).toEqual(["DELETE /v2/rooms/a%2Fb"]);
    expect(sent).toEqual({ type: "done", seen: new Map([["lb/room/a%2Fb", null]]) });
  });

  it.each<["create" | "update" | "delete", Answer, object]>([
    [
      "create",
      { status: 409, json: { error: "ROOM_ALREADY_EXISTS" } },
      { type: "failed", error: { kind: "stale", code: "ROOM_ALREADY_EXISTS" } },
    ],
    ["update", { status: 404, json: { error: "ROOM_NOT_FOUND" } }, { type: "failed", error: { kind: "gone" } }],
    [
      "update",
      { status: 422, json: { error: "UNPROCESSABLE_ENTITY", message: "bad" } },
      { type: "failed", error: { kind: "refused" } },
    ],
    ["update", { status: 401, json: {} }, { type: "failed", error: { kind: "stop" } }],
    ["update", { status: 403, json: { error: "INVALID_SECRET_KEY" } }, { type: "failed", error: { kind: "stop" } }],
    ["update", { status: 403, json: { error: "FEATURE_NOT_ENABLED" } }, { type: "failed", error: { kind: "refused" } }],
    ["update", { status: 500 }, { type: "unknown" }],
    ["update", { status: 200 }, { type: "unknown" }],
    ["update", { status: 200, text: "<html>" }, { type: "unknown" }],
    ["update", { status: 200, json: { id: "a/b" } }, { type: "unknown" }],
    ["update", { status: 200, json: wireRoom("another") }, { type: "unknown" }],
    ["create", { status: 200, json: [] }, { type: "unknown" }],
  ])("reads the answer to a %s: %j", async (kind, answer, expected) => {
    const { sent, lines } = await send(kind, answer);
    expect(sent).toMatchObject(expected);
    expect(lines).toHaveLength(1);
  });

  it("sends again what was turned away unseen", async () => {
    const { sent, lines } = await send("update", { status: 429 }, good);
    expect(sent.type).toBe("done");
    expect(lines).toHaveLength(2);
  });

  it("never throws for a connection that cannot be used", async () => {
    const change = changeOf("update");
    const [draft] = calls([change]);
    const lb = writer(connection("http://127.0.0.1:1", "sk_prod_canary"));
    const sent = draft && (await lb.send(callFor(change, draft)));
    expect(sent).toMatchObject({ type: "failed", error: { kind: "stop" } });
    await lb.close();
  });
});
