import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { workplace } from "../../test/run.ts";
import type { Faults } from "../_shared/sandbox-server.ts";
import { callFor, connected, documentOf, GUEST } from "./fixtures.ts";
import { zego } from "./index.ts";
import { codeFault, startZegoSandbox } from "./sandbox.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const SECRET = "5ecret-5ecret-5ecret-5ecret-5ec!";

/** What was signed, out of request targets as sent. */
const signedIn = (targets: readonly string[]): readonly string[] =>
  targets.flatMap((target) =>
    [...target.matchAll(/(?:Signature|SignatureNonce)=([^&]+)/gu)].map(([, value]) => value ?? ""),
  );

const leaksIn = (text: string, signed: readonly string[]): readonly string[] => {
  const lower = text.toLowerCase();
  const secrets = [SECRET, encodeURIComponent(SECRET), "SignatureNonce=", "Signature=", ...signed];
  return secrets.filter((secret) => lower.includes(secret.toLowerCase()));
};

const config = documentOf("rooms: { lesson: { default: guest } }").providers.get("zego");

/** Everything that a reader and a writer say of requests that fail. */
const said = async (connection: Parameters<typeof zego.writer>[0], waits: readonly string[]): Promise<string> => {
  if (config === undefined) throw new Error("no provider");
  const writer = zego.writer(connection);
  const texts: string[] = [];
  const read = { config, list: false, users: new Map(), roles: [], roomDefaults: false };
  for (const rooms of [["lesson"], ["lesson", "other"]]) {
    try {
      const state = await writer.read({ ...read, rooms });
      texts.push(JSON.stringify(state.extra), JSON.stringify([...state.objects]));
    } catch (error) {
      texts.push(error instanceof Error ? `${error.stack} ${JSON.stringify(error)}` : String(error));
    }
  }
  for (const user of [undefined, "alice"]) {
    const sent = await writer.send(callFor("lesson", user, GUEST));
    texts.push(sent.type === "done" ? "done" : JSON.stringify(sent.error));
  }
  await writer.close();
  return [...texts, ...waits, await writer.account()].join("\n");
};

const CODES = [
  1, 2, 3, 7, 206, 207, 424242, 100000004, 100000005, 100000010, 100000015, 120000001, 120000103, 120000301,
];
const FAULTS: readonly (readonly [string, Faults])[] = [
  ...CODES.map((code): readonly [string, Faults] => [`code ${code}`, [codeFault(code, { times: 999 })]]),
  ["lost answers", [{ fault: "lost" }]],
  ["lost answers after the deed", [{ fault: "lost", commits: true }]],
  ["errors of the server", [{ fault: "status", status: 500, body: "<html>" }]],
  ["refusals", [{ fault: "status", status: 403, body: { Message: "no" } }]],
  ["throttling", [{ fault: "throttle", retryAfter: 1 }]],
  ["cut answers", [{ fault: "garbage", garbage: "cut-json" }]],
  ["redirects", [{ fault: "redirect", to: "http://127.0.0.1:9/" }]],
];

describe("no secret, signature or nonce", () => {
  it.each(FAULTS)("is said after %s", async (_, faults) => {
    const { sandbox, connection, waits } = await connected({ serverSecret: SECRET });
    cleanups.push(() => sandbox.close());
    sandbox.login("lesson", "alice");
    sandbox.setFaults(faults);
    const text = await said(connection, waits);
    const signed = signedIn(sandbox.targets);
    expect(signed.length).toBeGreaterThan(4);
    expect(text).toContain("ZEGOCLOUD");
    expect(leaksIn(text, signed)).toEqual([]);
  });

  it.each([
    ["a known code", (url: string) => JSON.stringify({ Code: 100000005, Message: url, RequestId: url })],
    [
      "an unknown code",
      (url: string) => JSON.stringify({ Code: 31337, Message: `bad request ${url}`, RequestId: url }),
    ],
    ["no code", (url: string) => JSON.stringify({ Message: url, Data: url })],
    ["a web page", (url: string) => `<html>${url}</html>`],
    ["data", (url: string) => JSON.stringify({ Code: 0, Data: { RoomId: url, UserCountList: [{ RoomId: url }] } })],
  ])("is said when the service echoes the whole request with %s", async (_, answer) => {
    const targets: string[] = [];
    const server = createServer((request, response) => {
      const url = request.url ?? "";
      targets.push(url);
      const status = targets.length % 3 === 0 ? 400 : 200;
      response.writeHead(status, { "x-request": encodeURIComponent(url) }).end(answer(`${url} ${SECRET}`));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    cleanups.push(() => server.close());
    const { sandbox, connection, waits } = await connected({ serverSecret: SECRET });
    await sandbox.close();
    const { port } = server.address() as AddressInfo;
    const text = await said({ ...connection, baseUrl: `http://127.0.0.1:${port}` }, waits);
    const signed = signedIn(targets);
    expect(signed.length).toBeGreaterThan(4);
    expect(leaksIn(text.replaceAll("SignatureNonce=", "").replaceAll("Signature=", ""), signed)).toEqual([]);
  });

  it("is in any output or file of the command line, whatever fails", async () => {
    const sandbox = await startZegoSandbox({ serverSecret: SECRET });
    const { port } = new URL(sandbox.url);
    const files = `version: 1
providers:
  zego: { appId: ${sandbox.appId}, serverSecret: { env: ZEGO_SERVER_SECRET }, baseUrl: "${sandbox.url}" }
roles:
  guest: { zego: { module: [scroll], graphic: none } }
rooms:
  lesson: { default: guest, users: { alice: guest, bob: guest } }
`;
    const place = workplace({ "rolecall.yaml": files }, { ZEGO_SERVER_SECRET: SECRET });
    cleanups.push(
      () => place.remove(),
      () => sandbox.close(),
    );
    sandbox.login("lesson", "alice");
    const host = ["--allow-host", `127.0.0.1:${port}`];
    const outputs: string[] = [];
    const failing: readonly Faults[] = [
      [codeFault(120000002, { action: "SetWhiteboard*", times: 99 })],
      [codeFault(100000005, { times: 99 })],
      [{ fault: "redirect", to: "http://127.0.0.1:9/" }],
      [{ fault: "garbage", garbage: "html", commits: true, match: { query: { Action: "Set*" } }, times: 1 }],
    ];
    const codes: number[] = [];
    for (const faults of failing) {
      for (const json of [[], ["--json"]]) {
        sandbox.setFaults(faults);
        const ran = await place.run(["apply", "--auto-approve", ...host, ...json]);
        codes.push(ran.code);
        outputs.push(ran.out, ran.err);
      }
    }
    const planned = await place.run(["plan", "--out", "plan.json", "--save-snapshot", "snapshot.json", ...host]);
    outputs.push(planned.out, planned.err);
    const written = readdirSync(place.dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const signed = signedIn(sandbox.targets);
    expect(codes.slice(0, 6)).toEqual(Array(6).fill(1));
    expect(signed.length).toBeGreaterThan(20);
    expect(written.length).toBeGreaterThan(2);
    expect(leaksIn([...outputs, ...written].join("\n"), signed)).toEqual([]);
  });
});
