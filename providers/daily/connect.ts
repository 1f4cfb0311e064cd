/** Readers and writers over a connection. */

import type { Address, Current, CurrentState, JsonObject, Spec } from "../../engine/model.ts";
import {
  type Connection,
  type KeptLedger,
  type Reader,
  type ReadRequest,
  ServiceFailure,
  type Writer,
} from "../../engine/provider.ts";
import { addressParts } from "../../engine/util/address.ts";
import { type Lazy, lazily } from "../../engine/util/lazy.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { parseStrictJson } from "../_shared/body.ts";
import {
  connectionOptions,
  openReadTransport,
  openTransport,
  type ReadTransport,
  type TransportOptions,
} from "../_shared/http.ts";
import type { PaceRule } from "../_shared/pace.ts";
import { readCalls, readDomain, readRooms } from "./api.ts";
import { BATCH_PATH, ROOM_PATH } from "./calls.ts";
import { currentDomain, DOMAIN, inSentWords, LIVE, ROOM, withLeftOut } from "./convert.ts";
import { keepSent, lastSent, learnedDefaults, sentDomain } from "./memory.ts";
import { stored } from "./permissions.ts";
import { extraOf, type LiveCall } from "./presence.ts";
import { sendCall } from "./send.ts";
import type { Defaults } from "./settings.ts";

/** https://docs.daily.co/reference/rest-api: shared by everything. For batches only a higher limit is stated, no number. */
const PACE: readonly PaceRule[] = [
  { limit: 100, perMs: 5000 },
  { matches: ({ method, path }) => method === "DELETE" && path === ROOM_PATH, limit: 50, perMs: 30_000 },
  { matches: ({ path }) => path === BATCH_PATH, limit: 10, perMs: 30_000 },
];

/** What a connection remembers where the caller keeps no ledger: as long as it is open. */
const ownLedger = (): KeptLedger => {
  const memory = new Map<string, ReturnType<KeptLedger["get"]>>();
  return {
    get: (key) => memory.get(key),
    set: (key, value) => void (value === undefined ? memory.delete(key) : memory.set(key, value)),
    save: async () => {},
  };
};

/** What a reader or writer works with. */
export type Session = {
  readonly provider: string;
  readonly ledger: KeptLedger;
  /** The domain's id, asked for once. */
  account(transport: ReadTransport): Promise<string>;
  /** The defaults by the latest reading of the domain, and by what earlier connections learned. */
  defaults(account: string): Defaults;
  /** Values that this connection wrote to a room and the answer left out: what is learned from them holds for the next one. */
  readonly leftOut: Map<string, JsonObject>;
  /** What this connection sent, as it was planned. */
  readonly sent: Map<Address, Spec | null>;
  noteDomain(account: string, config: Defaults["domain"]): void;
};

const sessionOf = (connection: Connection): Session => {
  const ledger = connection.ledger ?? ownLedger();
  let known: string | undefined;
  let domain: Defaults["domain"] = {};
  let learned: JsonObject | undefined;
  const noteDomain = (account: string, config: Defaults["domain"]): void => {
    known = account;
    domain = config;
  };
  return {
    provider: connection.provider,
    ledger,
    async account(transport) {
      if (known !== undefined) return known;
      const read = await readDomain(transport, keyOf(connection));
      noteDomain(read.account, read.config);
      return read.account;
    },
    defaults: (account) => {
      learned ??= learnedDefaults(ledger, account);
      return { domain, learned };
    },
    leftOut: new Map(),
    sent: new Map(),
    noteDomain,
  };
};

/** See `Provider.reader`. Nothing is opened before the first request. */
export const reader = (connection: Connection): Reader =>
  readerOver(
    connection,
    sessionOf(connection),
    lazily(() => openReadTransport(options(connection))),
  );

/** See `Provider.writer`. */
export const writer = (connection: Connection): Writer => {
  const session = sessionOf(connection);
  const transport = lazily(() => openTransport(options(connection)));
  const reads = readerOver(connection, session, transport);
  return {
    ...reads,
    async read(request) {
      const state = await reads.read(request);
      if (request.only === undefined) forgetEnded(session, state, request.rooms);
      return state;
    },
    async send(call, signal) {
      for (const [object, spec] of call.leaves) session.sent.set(object, spec);
      try {
        return await sendCall(transport.get(), session, call, signal);
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        const kind = error.kind === "throttled" || error.kind === "unreachable" ? error.kind : "stop";
        return { type: "failed", error: { message: error.message, kind } };
      }
    },
  };
};

/** Calls that are over are taken off the ledger: of rooms that were asked for, no others. */
const forgetEnded = ({ ledger }: Session, { objects, extra }: CurrentState, wanted: readonly string[]): void => {
  const { account, calls } = extra ?? {};
  if (typeof account !== "string" || !isRecord(calls)) return;
  const found = [...objects.values()].flatMap(({ kind, id }) => (kind === ROOM ? [id] : []));
  for (const room of new Set([...wanted, ...found])) {
    if (own(calls, room) === undefined && lastSent(ledger, account, room).size > 0) {
      keepSent(ledger, account, room, new Map());
    }
  }
};

const readerOver = (connection: Connection, session: Session, transport: Lazy<ReadTransport>): Reader => ({
  account: () => session.account(transport.get()),
  read: (request) => read(transport.get(), keyOf(connection), session, request),
  close: async () => transport.made()?.close(),
});

const read = async (
  transport: ReadTransport,
  apiKey: string,
  session: Session,
  request: ReadRequest,
): Promise<CurrentState> => {
  const { provider, ledger } = session;
  const { signal } = request;
  const domain = await readDomain(transport, apiKey, signal);
  session.noteDomain(domain.account, domain.config);
  const defaults = session.defaults(domain.account);
  const only = request.only?.map((object) => addressParts(object)).filter(([name]) => name === provider);
  const named = (kind: string): readonly string[] =>
    only?.flatMap(([, each, id]) => (each === kind && id !== undefined ? [id] : [])) ?? [];
  const unmade = new Set(request.unmade);
  const { rooms, names } = await readRooms(transport, {
    provider,
    defaults,
    wanted: new Set(only === undefined ? request.rooms : [...named(ROOM), ...named(LIVE)]),
    fresh: new Set(request.rooms.filter((name) => !unmade.has(name))),
    all: request.list && only === undefined,
    exactly: only !== undefined,
    signal,
    onProgress: (done, total) => request.onProgress?.(done, total),
  });
  const calls: ReadonlyMap<string, LiveCall> = await readCalls(
    transport,
    only === undefined ? [...rooms.keys()] : named(LIVE).filter((room) => rooms.has(room)),
    signal,
  );
  const shown = own(domain.config, "permissions");
  const permissions = isRecord(shown) ? stored(shown) : sentDomain(ledger, domain.account);
  const isDomainAsked = only === undefined || only.some(([, kind]) => kind === DOMAIN);
  const objects: readonly Current[] = [
    ...(isDomainAsked ? [inWords(session, currentDomain(provider, permissions))] : []),
    ...[...rooms.values()].map((room) => inWords(session, room, permissions)),
  ];
  return {
    provider,
    objects: new Map(objects.map((object) => [object.address, object])),
    rooms: names,
    complete: true,
    diagnostics: [],
    extra: extraOf(domain.account, defaults, calls),
  };
};

/** An object as this connection would have sent it, where it is what was sent. */
const inWords = ({ leftOut, sent }: Session, object: Current, domain?: JsonObject): Current => {
  const spec = object.kind === ROOM ? withLeftOut(object.spec, leftOut.get(object.id)) : object.spec;
  return { ...object, spec: inSentWords(spec, sent.get(object.address), domain) };
};

const keyOf = ({ values }: Connection): string => {
  const { apiKey } = values;
  if (typeof apiKey !== "string" || apiKey === "") throw new ServiceFailure("Daily: no API key was given", "stop");
  if (!/^[!-~]+$/u.test(apiKey)) {
    throw new ServiceFailure("Daily: an API key holds only visible characters, without spaces", "stop");
  }
  return apiKey;
};

/** Of a transport to Daily. Lists come as `{ data }`, also where the service gives a bare one. */
export const options = (connection: Connection): TransportOptions => {
  const apiKey = keyOf(connection);
  return {
    ...connectionOptions(connection),
    service: "Daily",
    secrets: [apiKey],
    sign: () => ({ headers: { authorization: `Bearer ${apiKey}` } }),
    pace: PACE,
    parse: (text) => {
      const json: unknown = parseStrictJson(text);
      return Array.isArray(json) ? { data: json } : json;
    },
  };
};
