import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Ajv } from "ajv";
import { afterEach, describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import { AT, connectionTo, documentOf, memoryLedger, run } from "./fixtures.ts";
import { daily } from "./index.ts";
import facts from "./openapi-facts.json" with { type: "json" };
import { type DailySandbox, startDailySandbox } from "./sandbox.ts";

type Operation = { readonly query: readonly string[]; readonly request?: object; readonly answer: object };
type Exchange = {
  readonly operation: string;
  readonly query: readonly string[];
  readonly request: unknown;
  readonly status: number;
  readonly answer: unknown;
};

const operations = new Map<string, Operation>(Object.entries(facts.operations));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
const faultsOf = (schema: object, value: unknown): readonly unknown[] => {
  const validate = ajv.compile({ ...schema, definitions: facts.definitions });
  return validate(value) ? [] : (validate.errors ?? []);
};

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** `/v1/rooms/a/presence` is `/rooms/{room_name}/presence`. */
const operationOf = (method: string, path: string): string =>
  `${method} ${path.replace(/^\/v1/u, "").replace(/^\/rooms\/[^/]+/u, "/rooms/{room_name}") || "/"}`;

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
};

/** Stands between the provider and the sandbox, and keeps both sides of each exchange. */
const listen = async (
  sandbox: DailySandbox,
): Promise<{ readonly seen: Exchange[]; readonly sandbox: DailySandbox }> => {
  const seen: Exchange[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? "/", sandbox.url);
      const body = await textOf(request);
      const answer = await fetch(url, {
        method: request.method ?? "GET",
        headers: { authorization: request.headers.authorization ?? "", "content-type": "application/json" },
        ...(body === "" ? {} : { body }),
      });
      const text = await answer.text();
      seen.push({
        operation: operationOf(request.method ?? "", url.pathname),
        query: [...url.searchParams.keys()],
        request: body === "" ? undefined : JSON.parse(body),
        status: answer.status,
        answer: JSON.parse(text),
      });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
    })();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return { seen, sandbox: { ...sandbox, baseUrl } };
};

const everything = async (): Promise<readonly Exchange[]> => {
  const real = await startDailySandbox({ rules: { limited: false } });
  closing.push(() => real.close());
  for (const room of ["town-hall", "old-1", "old-2", "old-3"]) real.putRoom(room);
  for (const userId of ["alice", "bob", null]) real.join("town-hall", { userId, userName: "Somebody" });
  const { seen, sandbox } = await listen(real);
  const ledger = memoryLedger();
  const settings = `{ privacy: private, enable_knocking: true, nbf: 1, exp: 4000000000, max_participants: 20,
    enforce_unique_user_ids: true, enable_screenshare: true, enable_chat: true, enable_advanced_chat: true,
    start_audio_off: true, start_video_off: true, enable_recording: [cloud, local], eject_at_room_exp: true,
    eject_after_elapsed: 60, enable_prejoin_ui: true, enable_people_ui: true, enable_network_ui: true,
    enable_hand_raising: true, enable_emoji_reactions: true, enable_pip_ui: true, enable_breakout_rooms: true,
    enable_live_captions_ui: true, enable_dialout: true }`;
  const away = settings.replaceAll(/: ([^,}[]+|\[[^\]]*\])/gu, ": absent");
  const users = "{ alice: host, bob: panel }";
  const room = (rest: string): string => `rooms: { town-hall: { default: audience, users: ${users}, ${rest} } `;
  await run(sandbox, `${room(`settings: { daily: ${settings} }`)} }`, ledger);
  await run(sandbox, `${room(`settings: { daily: ${away} }`)}, new-1: { default: panel } }`, ledger);
  await run(
    sandbox,
    `${room("live: enforce")}, new-2: { default: { daily: { canReceive: { base: { audio: true }, byUserId: { alice: true } } } } },
      new-3: { users: ${users} }, old-1: { absent: true } }`,
    ledger,
  );
  await run(sandbox, "rooms: { old-2: { absent: true }, old-3: { absent: true } }", ledger);
  const defaults = `version: 1
providers: { daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: member } } }
roles: { member: { daily: { canSend: [audio], hasPresence: true, canAdmin: [streaming] } } }
rooms: { "*": { mode: observe, default: member } }
`;
  await run(sandbox, defaults, ledger, "");
  const document = documentOf(`rooms: { town-hall: { default: audience, users: ${users} } }`);
  const { policy } = resolvePolicy(document, "daily", new Set(), AT);
  const townHall = policy.rooms.get("town-hall");
  if (townHall === undefined) throw new Error("no room");
  const grant = daily.tokenGrant?.(townHall, "alice", policy) ?? null;
  await daily.issueToken?.(connectionTo(sandbox, ledger), townHall, "alice", grant, 4_000_000_000_000);
  return seen;
};

describe("the contract with the vendor's OpenAPI description", () => {
  it("holds for every request that is sent and every answer of the sandbox", async () => {
    const seen = await everything();
    const faults = seen.flatMap(({ operation, query, request, status, answer }) => {
      const known = operations.get(operation);
      if (known === undefined) return [`${operation} is not an operation`];
      return [
        ...query.filter((name) => !known.query.includes(name)).map((name) => `${operation}?${name}`),
        ...(known.request === undefined
          ? request === undefined
            ? []
            : [`${operation} takes no body`]
          : faultsOf(known.request, request).map((fault) => [operation, fault])),
        ...faultsOf(status === 200 ? known.answer : facts.definitions.error, answer).map((fault) => [operation, fault]),
      ];
    });
    expect(faults).toEqual([]);
    const used = new Set(seen.map(({ operation }) => operation));
    expect([...operations.keys()].filter((operation) => !used.has(operation))).toEqual([]);
  });

  it("never sends null inside permissions, nor an owner's token", async () => {
    const bodies = JSON.stringify((await everything()).map(({ request }) => request));
    expect(bodies).not.toMatch(/"(hasPresence|canSend|canReceive|canAdmin|base|byUserId)":null/u);
    expect(bodies).not.toContain("is_owner");
  });
});
