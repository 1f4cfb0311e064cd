import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { ServiceFailure } from "../../engine/provider.ts";
import { openReadTransport, openTransport, type Transport, type TransportOptions } from "./http.ts";

const SECRET = "sk_prod_very/secret+key";
type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const serve = async (handler: Handler) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    handler(request, response, seen.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

const waited: number[] = [];
const open = (baseUrl: string, more: Partial<TransportOptions> = {}): Transport => {
  let time = Date.parse("2026-01-01T00:00:00Z");
  waited.length = 0;
  const transport = openTransport({
    service: "Acme",
    baseUrl,
    secrets: [SECRET],
    sign: () => ({ headers: { authorization: `Bearer ${SECRET}` } }),
    parallelism: 4,
    timeouts: { totalMs: 250, headersMs: 200, idleMs: 200, connectMs: 200 },
    now: () => time,
    sleep: async (ms) => {
      waited.push(ms);
      time += ms;
    },
    random: () => 0.5,
    environment: {},
    ...more,
  });
  cleanups.push(() => transport.close());
  return transport;
};

const json = (response: ServerResponse, status: number, value: unknown, headers = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
const failure = async (promise: Promise<unknown>): Promise<ServiceFailure> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: "ServiceFailure" });
  return error as ServiceFailure;
};

describe("a read", () => {
  it("sends the credentials, no body and no content type, and keeps the prefix of the base URL", async () => {
    let headers: IncomingMessage["headers"] = {};
    const { seen, baseUrl } = await serve((request, response) => {
      headers = request.headers;
      json(response, 200, { ok: true });
    });
    const answer = await open(`${baseUrl}/api/v1/`).get({
      path: "/rooms/{id}",
      params: { id: "a/b ?#" },
      query: { x: 1 },
    });
    expect(answer).toMatchObject({ status: 200, json: { ok: true } });
    expect(seen).toEqual(["GET /api/v1/rooms/a%2Fb%20%3F%23?x=1"]);
    expect(headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(headers["content-type"]).toBeUndefined();
  });

  it("comes through connection losses, 5xx and 429, and waits longer each time", async () => {
    const { seen, baseUrl } = await serve((request, response, count) => {
      if (count === 1) request.socket.destroy();
      else if (count === 2) json(response, 503, {});
      else if (count === 3) json(response, 500, {});
      else if (count === 4) json(response, 429, {});
      else json(response, 200, { ok: true });
    });
    await open(baseUrl).get({ path: "/rooms" });
    expect(seen).toHaveLength(5);
    expect(waited.slice(0, 4)).toEqual([300, 550, 1050, 2050]);
  });

  it.each([
    ["7", 7],
    ["Thu, 01 Jan 2026 00:00:20 GMT", 20],
    ["99999999999", 120],
  ])("waits as long as Retry-After %j asks", async (value, seconds) => {
    const { seen, baseUrl } = await serve((_, response, count) => {
      response.sendDate = false;
      if (count === 1) json(response, 429, {}, { "retry-after": value });
      else json(response, 200, {});
    });
    await open(baseUrl).get({ path: "/rooms" });
    expect(seen).toHaveLength(2);
    expect(waited[0]).toBeGreaterThanOrEqual(seconds * 1000);
    expect(waited[0]).toBeLessThanOrEqual(seconds * 1000 + 1100);
  });

  it("gives up on an endless storm", async () => {
    const { seen, baseUrl } = await serve((_, response) => json(response, 429, {}, { "retry-after": "soon" }));
    const transport = open(baseUrl);
    const error = await failure(transport.get({ path: "/rooms" }));
    expect(error.kind).toBe("throttled");
    expect(seen).toHaveLength(8);
    for (let i = 0; i < 20; i += 1) await failure(transport.get({ path: "/rooms" }));
    expect(seen.length).toBeLessThanOrEqual(50 + 21);
  });

  it("needs few requests more than necessary where a service lets only so many through", async () => {
    let clock = 0;
    let window = { start: 0, used: 0 };
    const { seen, baseUrl } = await serve((_, response) => {
      if (clock - window.start >= 5000) window = { start: clock, used: 0 };
      window.used += 1;
      if (window.used > 20)
        json(response, 429, {}, { "retry-after": String(Math.ceil((window.start + 5000 - clock) / 1000)) });
      else json(response, 200, {});
    });
    const transport = open(baseUrl, {
      now: () => clock,
      sleep: async (ms) => {
        clock += ms;
      },
    });
    await Promise.all(Array.from({ length: 200 }, () => transport.get({ path: "/rooms" })));
    expect(seen.length).toBeLessThanOrEqual(240);
  });

  it.each<[string, Handler, RegExp, ServiceFailure["kind"]]>([
    [
      "a web page",
      (_, r) => r.end("<!doctype html><title>Hotel\u001b[1m</title>"),
      /a web page instead of JSON: "<!doctype html><title>Hotel\\u\{1b\}/u,
      "incomplete",
    ],
    ["cut JSON", (_, r) => r.end('{"data":[{"id":"a'), /not JSON, or is cut off/u, "incomplete"],
    ["nothing", (_, r) => r.end(), /with 200, but the answer is empty/u, "incomplete"],
    ["204", (_, r) => r.writeHead(204).end(), /with 204, but the answer is empty/u, "incomplete"],
    ["a list", (_, r) => r.end("[1]"), /is not an object: "\[1\]"/u, "incomplete"],
    ["a text", (_, r) => r.end('"ok"'), /is not an object/u, "incomplete"],
    ["two equal keys", (_, r) => r.end('{"a":1,"a":2}'), /names a key twice/u, "incomplete"],
    [
      "a gzip bomb",
      (_, r) => r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(3 << 20))),
      /is longer than 1 MiB/u,
      "incomplete",
    ],
    ["too many bytes", (_, r) => r.end(Buffer.alloc(2 << 20, " ")), /is longer than 1 MiB/u, "incomplete"],
    [
      "deflate",
      (_, r) => r.writeHead(200, { "content-encoding": "deflate" }).end("x"),
      /encoding that was not asked for/u,
      "incomplete",
    ],
    ["no UTF-8", (_, r) => r.end(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/u, "incomplete"],
    [
      "a redirect",
      (_, r) => r.writeHead(307, { location: "http://127.0.0.1:1/" }).end(),
      /redirects are not followed/u,
      "refused",
    ],
    [
      "401",
      (_, r) => json(r, 401, { error: "MISSING_SECRET_KEY" }),
      /with 401: MISSING_SECRET_KEY; check the credentials/u,
      "stop",
    ],
    [
      "403",
      (_, r) => json(r, 403, { error: "INVALID", message: "no\nway" }),
      /with 403: INVALID: no way; check/u,
      "stop",
    ],
    [
      "404",
      (_, r) => json(r, 404, { error: "NOT_FOUND", message: "x".repeat(999) }),
      /with 404: NOT_FOUND: x{160}…$/u,
      "refused",
    ],
  ])("answered by %s says so, once, and sends no second request", async (_, handler, message, kind) => {
    const { seen, baseUrl } = await serve(handler);
    const limits = { wireBytes: 1 << 20, bytes: 1 << 20 };
    const error = await failure(open(baseUrl, { limits }).get({ path: "/rooms" }));
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^Acme answered GET \/rooms with \d+/u);
    expect(error.kind).toBe(kind);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, Handler]>([
    ["headers that never come", () => {}],
    ["a body that stops", (_, r) => r.writeHead(200).write('{"a":')],
    [
      "a body that drips",
      (_, r) => {
        const timer = setInterval(() => r.write(" "), 20);
        r.on("close", () => clearInterval(timer));
      },
    ],
  ])("ends %s at the deadline", async (_, handler) => {
    const { baseUrl } = await serve(handler);
    const timeouts = { totalMs: 60, headersMs: 500, idleMs: 500, connectMs: 500 };
    const error = await failure(open(baseUrl, { timeouts, sleep: async () => {} }).get({ path: "/rooms" }));
    expect(error.message).toMatch(/took too long/u);
  });

  it("takes a 404 for an answer where it was expected, but not from a web page", async () => {
    const { baseUrl } = await serve((_, response, count) => {
      if (count === 1) response.writeHead(404).end();
      else if (count === 2) json(response, 404, { error: "NOT_FOUND" });
      else response.writeHead(404).end("<html>");
    });
    const transport = open(baseUrl);
    const get = () => transport.get({ path: "/rooms/{id}", params: { id: "x" }, accept: [404] });
    expect(await get()).toMatchObject({ status: 404, json: undefined });
    expect(await get()).toMatchObject({ status: 404, json: { error: "NOT_FOUND" } });
    expect((await failure(get())).message).toBe(
      'Acme answered GET /rooms/{id} (id "x") with 404; the base URL may be wrong',
    );
  });

  it("says in plain words that nothing answers, and tries three times", async () => {
    const port = await freePort();
    const error = await failure(open(`http://127.0.0.1:${port}`).get({ path: "/rooms" }));
    expect(error.message).toBe(
      `Acme, GET /rooms at http://127.0.0.1:${port}: nothing answers at this address (connection refused)`,
    );
    expect(error.kind).toBe("unreachable");
    expect(waited).toHaveLength(2);
  });

  it("skips 1xx answers", async () => {
    const { baseUrl } = await serve((_, response) => {
      response.writeProcessing();
      json(response, 200, { ok: true });
    });
    expect((await open(baseUrl).get({ path: "/rooms" })).json).toEqual({ ok: true });
  });

  it("is stopped by its signal, also between tries", async () => {
    const controller = new AbortController();
    const { seen, baseUrl } = await serve((_, response) => {
      controller.abort();
      json(response, 500, {});
    });
    const error = await failure(open(baseUrl).get({ path: "/rooms", signal: controller.signal }));
    expect(error.kind).toBe("incomplete");
    expect(seen).toHaveLength(1);
  });

  it("is never more in flight than the parallelism allows", async () => {
    let now = 0;
    let most = 0;
    const { baseUrl } = await serve((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        json(response, 200, {});
      }, 5);
    });
    const transport = open(baseUrl, { parallelism: 3 });
    await Promise.all(Array.from({ length: 20 }, () => transport.get({ path: "/rooms" })));
    expect(most).toBe(3);
  });
});

describe("a reader", () => {
  it("has no method for writing, and lets through only the GETs that are allowed", async () => {
    const { seen, baseUrl } = await serve((_, response) => json(response, 200, {}));
    const reader = openReadTransport({
      service: "Acme",
      baseUrl,
      secrets: [],
      sign: () => ({}),
      parallelism: 1,
      environment: {},
      allowRead: ({ query }) => String(query.Action).startsWith("Get"),
    });
    cleanups.push(() => reader.close());
    expect(Object.keys(reader).sort()).toEqual(["close", "get"]);
    await reader.get({ path: "/", query: { Action: "GetAuth" } });
    const error = await failure(reader.get({ path: "/", query: { Action: "SetAuth" } }));
    expect(error.message).toMatch(/may write/u);
    expect(seen).toHaveLength(1);
  });
});

describe("a write", () => {
  type Commit = () => void;
  const faults: {
    readonly [name: string]: (request: IncomingMessage, response: ServerResponse, commit: Commit) => void;
  } = {
    "reset before commit": (request) => request.socket.destroy(),
    "reset after commit": (request, _, commit) => {
      commit();
      request.socket.destroy();
    },
    "silence before commit": () => {},
    "silence after commit": (_, __, commit) => commit(),
    "500 before commit": (_, response) => json(response, 500, {}),
    "500 after commit": (_, response, commit) => {
      commit();
      json(response, 502, {});
    },
    "503 without Retry-After": (_, response, commit) => {
      commit();
      json(response, 503, {});
    },
    "garbage after commit": (_, response, commit) => {
      commit();
      response.end("<html>");
    },
    "garbage before commit": (_, response) => response.end('{"a'),
    "half an answer": (_, response, commit) => {
      commit();
      response.writeHead(200, { "content-length": "100" }).write("{");
      setTimeout(() => response.destroy(), 5);
    },
    "a redirect to what came of it": (_, response, commit) => {
      commit();
      response.writeHead(303, { location: "/elsewhere" }).end();
    },
    "408": (_, response) => json(response, 408, {}),
  };

  it.each(Object.keys(faults))("of unknown fate (%s) is said to be unknown and is sent once", async (name) => {
    let commits = 0;
    const { seen, baseUrl } = await serve((request, response) => {
      request.resume();
      request.on("end", () => faults[name]?.(request, response, () => (commits += 1)));
    });
    const timeouts = { totalMs: 80, headersMs: 500, idleMs: 500, connectMs: 500 };
    const answer = await open(baseUrl, { timeouts }).send({ method: "POST", path: "/rooms", body: { id: "a" } });
    expect(answer.type).toBe("unknown");
    expect(seen).toHaveLength(1);
    expect(commits).toBeLessThanOrEqual(1);
  });

  it.each([301, 302, 307, 308])("sent elsewhere (%i) is refused, and sent once", async (status) => {
    const { seen, baseUrl } = await serve((_, response) =>
      response.writeHead(status, { location: "/other" }).end("{}"),
    );
    const answer = await open(baseUrl).send({ method: "POST", path: "/rooms", body: { id: "a" } });
    expect(answer).toMatchObject({ type: "failed", status, error: { kind: "refused", status } });
    expect(answer.type === "failed" && answer.error.message).toMatch(/redirects are not followed.*base URL/u);
    expect(seen).toHaveLength(1);
  });

  it.each<[string, number, object]>([
    ["429", 429, {}],
    ["503 that says when to come back", 503, { "retry-after": "1" }],
  ])("turned away by %s before it was looked at is sent again", async (_, status, headers) => {
    const { seen, baseUrl } = await serve((_request, response, count) =>
      count === 1 ? json(response, status, {}, headers) : json(response, 200, { done: true }),
    );
    const answer = await open(baseUrl).send({ method: "POST", path: "/rooms", body: {} });
    expect(answer).toEqual({ type: "done", status: 200, json: { done: true } });
    expect(seen).toHaveLength(2);
  });

  it("that was never sent has failed, not vanished", async () => {
    const port = await freePort();
    const answer = await open(`http://127.0.0.1:${port}`).send({
      method: "DELETE",
      path: "/rooms/{id}",
      params: { id: "a" },
    });
    expect(answer).toMatchObject({ type: "failed", error: { kind: "unreachable" } });
  });

  it.each([
    [401, "stop"],
    [403, "stop"],
    [404, "gone"],
    [409, "stale"],
    [412, "stale"],
    [422, "refused"],
  ])("refused with %i has failed (%s)", async (status, kind) => {
    const { baseUrl } = await serve((_, response) => json(response, status, { error: "CODE", message: "why" }));
    const answer = await open(baseUrl).send({ method: "POST", path: "/rooms", body: {} });
    expect(answer).toMatchObject({ type: "failed", status, error: { kind, status, code: "CODE" } });
  });

  it("answered with 204 is done", async () => {
    const { baseUrl } = await serve((_, response) => response.writeHead(204).end());
    const answer = await open(baseUrl).send({ method: "DELETE", path: "/rooms/{id}", params: { id: "a" } });
    expect(answer).toEqual({ type: "done", status: 204, json: undefined });
  });

  it("with an id that would change the path is not sent", async () => {
    const { seen, baseUrl } = await serve((_, response) => json(response, 200, {}));
    const answer = await open(baseUrl).send({ method: "DELETE", path: "/rooms/{id}", params: { id: ".." } });
    expect(answer).toMatchObject({ type: "failed", error: { kind: "refused" } });
    expect(seen).toEqual([]);
  });

  it("stopped before it was sent has failed", async () => {
    const { seen, baseUrl } = await serve((_, response) => json(response, 200, {}));
    const answer = await open(baseUrl).send({ method: "POST", path: "/rooms", signal: AbortSignal.abort() });
    expect(answer.type).toBe("failed");
    expect(seen).toEqual([]);
  });

  it("waits for its turn when a business code says too many requests", async () => {
    const { seen, baseUrl } = await serve((_, response, count) => json(response, 200, { Code: count === 1 ? 7 : 0 }));
    const throttled = (value: unknown) => (value as { Code: number }).Code === 7;
    const answer = await open(baseUrl, { throttled }).send({ method: "GET", path: "/" });
    expect(answer).toMatchObject({ type: "done", json: { Code: 0 } });
    expect(seen).toHaveLength(2);
  });
});

describe("what is signed", () => {
  it("is signed anew for each try and never shown, whatever the service echoes", async () => {
    let nonce = 0;
    const { seen, baseUrl } = await serve((request, response, count) => {
      const echo = `${request.url} ${request.headers.authorization} ${Buffer.from(`u:${SECRET}`).toString("base64")}`;
      if (count === 1) json(response, 429, { message: echo });
      else json(response, 400, { error: encodeURIComponent(SECRET), message: echo });
    });
    const transport = open(baseUrl, {
      sign: () => {
        nonce += 1;
        return { headers: { authorization: `Basic ${SECRET}` }, query: { Signature: `signature-${nonce}-${SECRET}` } };
      },
    });
    const error = await failure(transport.get({ path: "/rooms", query: { Room: "a" } }));
    expect(seen.map((line) => /signature-\d/u.exec(line)?.[0])).toEqual(["signature-1", "signature-2"]);
    expect(error.message).toContain("***");
    expect(error.message).not.toMatch(/signature-|sk_prod|c2tfcHJvZ|very/u);
  });

  it("does not show a key that cannot stand in a header", async () => {
    const { baseUrl } = await serve((_, response) => json(response, 200, {}));
    const sign = () => ({ headers: { authorization: `Bearer ${SECRET}\nx: y` } });
    const error = await failure(open(baseUrl, { sign }).get({ path: "/rooms" }));
    expect(error.message).toBe(`Acme, GET /rooms at ${baseUrl}: the request cannot be written`);
  });
});

describe("the base URL", () => {
  it.each([
    ["ftp://example.com", /must begin with https/u],
    ["api.liveblocks.io", /is not a URL/u],
    ["", /is not a URL/u],
    ["https://user:pass@example.com", /"https:\/\/\*\*\*@example.com" must not hold a user name/u],
    ["https://example.com/?a=1", /must not hold a query/u],
  ])("%j is refused before anything is sent", (baseUrl, message) => {
    expect(() => open(baseUrl)).toThrow(message);
  });
});

describe("a proxy", () => {
  it("is used as the environment says, but never for this machine", async () => {
    const { seen, baseUrl } = await serve((_, response) => json(response, 200, { ok: true }));
    const tunnels: string[] = [];
    const proxy = createServer((_, response) => response.writeHead(500).end());
    proxy.on("connect", (request, socket) => {
      tunnels.push(request.url ?? "");
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    cleanups.push(() => new Promise((done) => proxy.close(done)));
    const environment = {
      HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      NO_PROXY: "other.test",
    };

    await open(baseUrl, { environment: { ...environment, HTTP_PROXY: environment.HTTPS_PROXY } }).get({ path: "/" });
    expect(seen).toHaveLength(1);
    const outside = open("https://service.test", { environment });
    const error = await failure(outside.get({ path: "/" }));
    expect(error.message).toMatch(/the proxy refused to connect/u);
    expect(tunnels).toEqual(["service.test:443"]);
  });
});

const freePort = async (): Promise<number> => {
  const server = createTcpServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
};
