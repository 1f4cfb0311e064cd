/** Readers and writers over a connection. */

import { createHmac } from "node:crypto";
import type { CurrentState } from "../../engine/model.ts";
import { type Connection, type Reader, type ReadRequest, ServiceFailure, type Writer } from "../../engine/provider.ts";
import { addressParts } from "../../engine/util/address.ts";
import { type Lazy, lazily } from "../../engine/util/lazy.ts";
import {
  connectionOptions,
  openReadTransport,
  openTransport,
  type ReadTransport,
  type TransportOptions,
} from "../_shared/http.ts";
import { isLoopback } from "../_shared/loopback.ts";
import { readRooms } from "./api.ts";
import { ROOM } from "./convert.ts";
import { sendCall } from "./send.ts";

const VENDOR_HOST = "api.liveblocks.io";
/** https://liveblocks.io/docs/tools/dev-server: its one key, which means nothing anywhere else. */
const DEV_SERVER_KEY = "sk_localdev";

/** See `Provider.reader`. Nothing is opened before the first request. */
export const reader = (connection: Connection): Reader =>
  readerOver(
    connection,
    lazily(() => openReadTransport(options(connection))),
  );

/** See `Provider.writer`. */
export const writer = (connection: Connection): Writer => {
  const transport = lazily(() => openTransport(options(connection)));
  return {
    ...readerOver(connection, transport),
    async send(call, signal) {
      try {
        return await sendCall(transport.get(), call, signal);
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        return { type: "failed", error: { message: error.message, kind: "stop" } };
      }
    },
  };
};

const readerOver = (connection: Connection, transport: Lazy<ReadTransport>): Reader => ({
  account: async () =>
    createHmac("sha256", secretOf(connection)).update("rolecall liveblocks account").digest("hex").slice(0, 16),
  read: async (request) => read(transport.get(), connection.provider, request),
  close: async () => transport.made()?.close(),
});

const read = async (transport: ReadTransport, provider: string, request: ReadRequest): Promise<CurrentState> => {
  const unmade = new Set(request.unmade);
  const { rooms, ids } = await readRooms(transport, {
    provider,
    wanted: new Set(
      request.only === undefined ? request.rooms : request.only.flatMap((each) => roomId(provider, each)),
    ),
    fresh: new Set(request.rooms.filter((id) => !unmade.has(id))),
    all: request.list && request.only === undefined,
    exactly: request.only !== undefined,
    signal: request.signal,
    onProgress: (done, total) => request.onProgress?.(done, total),
  });
  const objects = new Map([...rooms.values()].map((room) => [room.address, room] as const));
  return { provider, objects, rooms: ids, complete: true, diagnostics: [] };
};

const roomId = (provider: string, address: string): readonly string[] => {
  const [name, kind, id, ...rest] = addressParts(address);
  return name === provider && kind === ROOM && id !== undefined && rest.length === 0 ? [id] : [];
};

const secretOf = ({ values }: Connection): string => {
  const { secretKey } = values;
  if (typeof secretKey !== "string") throw new ServiceFailure("Liveblocks: no secret key was given", "stop");
  if (!/^sk_[A-Za-z0-9_-]+$/u.test(secretKey)) {
    throw new ServiceFailure(
      "Liveblocks: a secret key begins with sk_ and holds only letters, digits, _ and -",
      "stop",
    );
  }
  return secretKey;
};

/** Throws `ServiceFailure` for a key that is at the wrong address: it must not be sent there. */
const options = (connection: Connection): TransportOptions => {
  const secret = secretOf(connection);
  const { baseUrl } = connection;
  if (URL.canParse(baseUrl)) {
    const wrong = misplaced(secret, new URL(baseUrl));
    if (wrong !== undefined) throw new ServiceFailure(`Liveblocks: ${wrong}`, "stop");
  }
  return {
    ...connectionOptions(connection),
    service: "Liveblocks",
    secrets: [secret],
    sign: () => ({ headers: { authorization: `Bearer ${secret}` } }),
  };
};

const misplaced = (secret: string, url: URL): string | undefined => {
  if (secret.startsWith("sk_prod") && isLoopback(url.origin)) {
    return "the secret key is one of production, and the base URL is this machine; use the key of the local server, or leave baseUrl out";
  }
  if (secret === DEV_SERVER_KEY && url.hostname === VENDOR_HOST) {
    return "the secret key is the one of the local dev server; set the key of your project, or set baseUrl to the dev server";
  }
  return undefined;
};
