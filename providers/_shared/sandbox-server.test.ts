import { request as httpRequest } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { type Faults, type SandboxHandler, type SandboxServer, startSandboxServer } from "./sandbox-server.ts";

/** A service that keeps one list of words: GET shows it, POST adds to it. */
const words = (list: string[]): SandboxHandler => {
  return ({ method, body, segments, pageSize }) => {
    if (method === "POST") list.push(String(body));
    if (method === "DELETE") return { status: 204 };
    return { status: 200, body: { words: [...list].slice(0, pageSize), segments } };
  };
};

const running: SandboxServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

const start = async (
  faults: Faults = [],
  more: { now?: () => number; keepsOrder?: () => boolean } = {},
): Promise<SandboxServer & { readonly list: string[] }> => {
  const list: string[] = [];
  const server = await startSandboxServer({
    handler: words(list),
    fork: () => words([...list]),
    secretQuery: ["Signature"],
    faults,
    ...more,
  });
  running.push(server);
  return { ...server, list };
};

const read = async (url: string): Promise<readonly string[]> => {
  const answer = (await (await fetch(url)).json()) as { readonly words: readonly string[] };
  return answer.words;
};
const add = (url: string, word: string): Promise<Response> =>
  fetch(url, { method: "POST", body: JSON.stringify(word), headers: { "content-type": "application/json" } });

/** A request whose path no URL parser has touched. */
const raw = (server: SandboxServer, path: string): Promise<{ readonly status: number; readonly body: string }> =>
  new Promise((resolve, reject) => {
    httpRequest({ host: "127.0.0.1", port: server.port, path }, (answer) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => {
        body += text;
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });

describe("requests", () => {
  it.each([
    ["/rooms/a%2Fb", ["rooms", "a/b"]],
    ["/rooms/a%3Fb%23c%25d%20e", ["rooms", "a?b#c%d e"]],
    ["/rooms/..", ["rooms", ".."]],
    ["/rooms/%2e%2E/x", ["rooms", "..", "x"]],
    ["/rooms/%252F", ["rooms", "%2F"]],
    ["/rooms/%E5%AE%A4%F0%9F%8E%A8", ["rooms", "室🎨"]],
    ["/rooms/a+b", ["rooms", "a+b"]],
    ["/rooms//x/", ["rooms", "", "x", ""]],
  ])("decodes %s once and exactly", async (path, segments) => {
    const server = await start();
    const { body } = await raw(server, path);
    expect(JSON.parse(body)).toMatchObject({ segments });
    expect(server.requests[0]?.path).toBe(path);
  });

  it("refuses a path whose encoding is broken", async () => {
    const server = await start();
    expect((await raw(server, "/rooms/%zz")).status).toBe(400);
  });

  it("logs method, path, query, body, status and time without credentials", async () => {
    const server = await start([], { now: () => 5 });
    await fetch(`${server.url}/w?a=1&a=2&Signature=s3cret`, {
      method: "POST",
      body: '"x"',
      headers: { authorization: "Bearer s3cret" },
    });
    const entry = server.requests[0];
    expect(entry).toMatchObject({ method: "POST", path: "/w", body: "x", status: 200, at: 5 });
    expect(entry?.query.getAll("a")).toEqual(["1", "2"]);
    expect(JSON.stringify([entry, String(entry?.query)])).not.toContain("s3cret");
  });

  it("answers a failing handler with a 500 that says why", async () => {
    const server = await startSandboxServer({
      handler: () => {
        throw new Error("out of paper");
      },
    });
    running.push(server);
    const answer = await fetch(server.url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("out of paper");
  });

  it("rejects when the port is taken", async () => {
    const { port } = await start();
    await expect(startSandboxServer({ handler: () => ({ status: 204 }), port })).rejects.toThrow("EADDRINUSE");
  });
});

describe("which requests a fault strikes", () => {
  const statuses = async (fault: Faults[number], requests = 6): Promise<readonly number[]> => {
    const server = await start([fault]);
    const seen: number[] = [];
    for (let count = 0; count < requests; count += 1) seen.push((await fetch(server.url)).status);
    return seen;
  };

  it.each([
    ["all", {}, [503, 503, 503, 503, 503, 503]],
    ["the next two", { times: 2 }, [503, 503, 200, 200, 200, 200]],
    ["each third", { every: 3 }, [200, 200, 503, 200, 200, 503]],
    ["one after four", { skip: 4, times: 1 }, [200, 200, 200, 200, 503, 200]],
    ["each second after one, twice", { skip: 1, every: 2, times: 2 }, [200, 200, 503, 200, 503, 200]],
  ])("strikes %s", async (_, limits, expected) => {
    expect(await statuses({ fault: "status", status: 503, ...limits })).toEqual(expected);
  });

  it("matches by method, path pattern, query and condition, and counts", async () => {
    const server = await start([
      { fault: "status", status: 500, match: { method: ["POST", "DELETE"], path: "/rooms/*" } },
      { fault: "status", status: 502, match: { query: { Action: "Set*" } } },
      { fault: "status", status: 503, when: (request) => request.body === "boom" },
    ]);
    expect((await fetch(`${server.url}/rooms/x`)).status).toBe(200);
    expect((await fetch(`${server.url}/rooms/x`, { method: "DELETE" })).status).toBe(500);
    expect((await fetch(`${server.url}/other`, { method: "DELETE" })).status).toBe(204);
    expect((await fetch(`${server.url}/?Action=SetAuth`)).status).toBe(502);
    expect((await fetch(`${server.url}/?Action=GetAuth`)).status).toBe(200);
    expect((await add(server.url, "boom")).status).toBe(503);
    expect(server.fired()).toEqual([1, 1, 1]);
  });

  it("lets only the first of two answers in the place of the real one count", async () => {
    const server = await start([
      { fault: "status", status: 500, times: 1 },
      { fault: "status", status: 503, times: 1 },
    ]);
    expect((await fetch(server.url)).status).toBe(500);
    expect((await fetch(server.url)).status).toBe(503);
    expect((await fetch(server.url)).status).toBe(200);
  });

  it("starts counting anew when the faults are replaced", async () => {
    const server = await start([{ fault: "status", status: 500, times: 1 }]);
    await fetch(server.url);
    server.setFaults([{ fault: "status", status: 500, times: 1 }]);
    expect((await fetch(server.url)).status).toBe(500);
    server.setFaults([]);
    expect((await fetch(server.url)).status).toBe(200);
  });
});

describe("throttling", () => {
  it.each([
    [{}, null],
    [{ retryAfter: 3 }, "3"],
    [{ retryAfter: "soon" }, "soon"],
    [{ retryAfterDate: 10 }, "Thu, 01 Jan 1970 00:00:10 GMT"],
  ])("answers 429 with %j", async (fields, header) => {
    const server = await start([{ fault: "throttle", ...fields }], { now: () => 0 });
    const answer = await fetch(server.url);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe(header);
  });
});

describe("what was done and what was answered", () => {
  it.each<[string, Faults[number], boolean]>([
    ["a 500 before", { fault: "status", status: 500 }, false],
    ["a 500 after", { fault: "status", status: 500, commits: true }, true],
    ["a lost connection before", { fault: "lost" }, false],
    ["a lost connection after", { fault: "lost", commits: true }, true],
    ["an ignored write", { fault: "ignored" }, false],
    ["a cut answer before", { fault: "garbage", garbage: "cut-json" }, false],
    ["a cut answer after", { fault: "garbage", garbage: "cut-json", commits: true }, true],
    ["a cut body after", { fault: "garbage", garbage: "cut-body", commits: true }, true],
  ])("%s leaves the write done: see the last column", async (_, fault, done) => {
    const server = await start([fault]);
    const answer = await add(server.url, "new").then(
      (response) => response.json().catch(() => "unreadable"),
      () => "lost",
    );
    if (fault.fault === "lost") expect(answer).toBe("lost");
    if (fault.fault === "garbage") expect(answer).toBe("unreadable");
    if (fault.fault === "ignored") expect(answer).toMatchObject({ words: ["new"] });
    expect(server.list).toEqual(done ? ["new"] : []);
    expect(server.fired()).toEqual([1]);
  });

  it("does not count a read as ignored", async () => {
    const server = await start([{ fault: "ignored", times: 1 }]);
    await read(server.url);
    await add(server.url, "new");
    expect(server.list).toEqual([]);
  });

  it("says that a sandbox without copies cannot ignore", async () => {
    const server = await startSandboxServer({ handler: () => ({ status: 204 }) });
    running.push(server);
    expect(() => server.setFaults([{ fault: "ignored" }])).toThrow("cannot do ignored");
  });
});

describe("lagging reads", () => {
  it("lets the next reads miss a write", async () => {
    const server = await start([{ fault: "stale", reads: 2 }]);
    await add(server.url, "a");
    expect(await read(server.url)).toEqual([]);
    expect(await read(server.url)).toEqual([]);
    expect(await read(server.url)).toEqual(["a"]);
    expect(server.fired()).toEqual([2]);
  });

  it("lets reads miss what was written less than so long ago", async () => {
    let clock = 0;
    const server = await start([{ fault: "stale", ms: 100 }], { now: () => clock });
    await add(server.url, "a");
    clock = 60;
    await add(server.url, "b");
    expect(await read(server.url)).toEqual([]);
    clock = 110;
    expect(await read(server.url)).toEqual(["a"]);
    clock = 170;
    expect(await read(server.url)).toEqual(["a", "b"]);
  });

  it("misses an edit by hand as well", async () => {
    const server = await start([{ fault: "stale", reads: 1 }]);
    server.beforeEdit();
    server.list.push("by hand");
    expect(await read(server.url)).toEqual([]);
    expect(await read(server.url)).toEqual(["by hand"]);
  });
});

describe("shapes of answers", () => {
  it("shortens pages", async () => {
    const server = await start([{ fault: "page-size", size: 1 }]);
    server.list.push("a", "b");
    expect(await read(server.url)).toEqual(["a"]);
  });

  it("puts lists in another order each time, with nothing lost", async () => {
    const server = await start([{ fault: "reorder", seed: 7 }]);
    server.list.push("a", "b", "c", "d", "e");
    const orders = new Set<string>();
    for (let count = 0; count < 8; count += 1) orders.add((await read(server.url)).join(""));
    expect(orders.size).toBeGreaterThan(1);
    for (const order of orders) expect([...order].sort().join("")).toBe("abcde");
  });

  it("leaves lists whose order has a meaning", async () => {
    const server = await start([{ fault: "reorder", seed: 7 }], { keepsOrder: () => true });
    server.list.push("a", "b", "c", "d", "e");
    for (let count = 0; count < 8; count += 1) expect(await read(server.url)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it.each([
    ["html", 200, /^<!doctype html>/u],
    ["empty", 200, /^$/u],
    ["no-content", 204, /^$/u],
    ["wrong-root", 200, /^\[\]$/u],
    ["null-root", 200, /^null$/u],
    ["invalid-utf8", 200, /\uFFFD/u],
    ["deep", 200, /^\[{1000}/u],
    ["cut-json", 200, /^\{"words":\[\],"segments":\[""\]$/u],
  ] as const)("answers with garbage: %s", async (garbage, status, body) => {
    const server = await start([{ fault: "garbage", garbage }]);
    const answer = await fetch(server.url);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body);
  });

  it.each(["huge", "gzip-bomb"] as const)("answers with %s: more than 32 MiB of JSON", async (garbage) => {
    const server = await start([{ fault: "garbage", garbage }]);
    const answer = await fetch(server.url);
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      length += (chunk as Uint8Array).length;
      if (length > 32 * 1024 * 1024) break;
    }
    expect(length).toBeGreaterThan(32 * 1024 * 1024);
  });

  it("breaks off a body that it announced longer", async () => {
    const server = await start([{ fault: "garbage", garbage: "cut-body" }]);
    const answer = await fetch(server.url);
    await expect(answer.text()).rejects.toThrow("terminated");
  });

  it("redirects elsewhere", async () => {
    const server = await start([{ fault: "redirect", to: "http://127.0.0.1:1/elsewhere", status: 307 }]);
    const answer = await fetch(server.url, { redirect: "manual" });
    expect([answer.status, answer.headers.get("location")]).toEqual([307, "http://127.0.0.1:1/elsewhere"]);
  });

  it("drips, and the whole answer arrives", async () => {
    const server = await start([{ fault: "slow", bytes: 7, ms: 1 }]);
    server.list.push("a long word, and another one");
    expect(await read(server.url)).toEqual(["a long word, and another one"]);
  });

  it("waits, and the whole answer arrives", async () => {
    const server = await start([{ fault: "latency", ms: 5 }]);
    expect(await read(server.url)).toEqual([]);
    expect(server.fired()).toEqual([1]);
  });

  it.each([{ headers: false }, { headers: true }])("never answers: %j, until it is closed", async ({ headers }) => {
    const server = await start([{ fault: "silent", headers }]);
    const answer = fetch(server.url).then((response) => response.text());
    const failed = expect(answer).rejects.toThrow();
    while (server.fired()[0] === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    await failed;
    expect(server.requests[0]?.status).toBeUndefined();
  });
});
