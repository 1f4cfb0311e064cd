/** Readers and writers over a connection. */

import type { Address, Call, Current, CurrentState, Json, Spec } from "../../engine/model.ts";
import {
  type Connection,
  type Ledger,
  type Reader,
  type ReadRequest,
  ServiceFailure,
  type Writer,
} from "../../engine/provider.ts";
import { type Lazy, lazily } from "../../engine/util/lazy.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import {
  connectionOptions,
  openReadTransport,
  openTransport,
  type ReadTransport,
  type Transport,
  type TransportOptions,
} from "../_shared/http.ts";
import { readState } from "./api.ts";
import { asCreated, ROOM } from "./convert.ts";
import { INHERITS, keepPinned } from "./inherits.ts";
import { ROOMS_PATH } from "./paths.ts";
import { sendCall } from "./send.ts";

/** https://docs.digitalsamba.com/reference/rest-api/rate-limiting */
const PACE = [{ limit: 1000, perMs: 60_000 }];

/** See `Provider.reader`. Nothing is opened before the first request. */
export const reader = (connection: Connection): Reader =>
  readerOver(
    connection,
    lazily(() => openReadTransport(options(connection))),
    (state) => state,
  );

/** See `Provider.writer`. */
export const writer = (connection: Connection): Writer => {
  const transport = lazily(() => openWriting(connection));
  const made = new Map<Address, Spec>();
  const unsure = new Map<Address, Json>();
  const over = readerOver(connection, transport, (state) => withUnsure(asPlanned(state, made), unsure));
  return {
    ...over,
    async send(call, signal) {
      try {
        noteNewRoom(call, made);
        for (const address of call.changes) notePin(call, address, unsure);
        const sent = await sendCall(transport.get(), call, signal, (room) => keepPinned(ledgerOf(connection), room));
        if (sent.type === "done") for (const address of call.changes) unsure.delete(address);
        return sent;
      } catch (error) {
        if (!(error instanceof ServiceFailure)) throw error;
        return { type: "failed", error: { message: error.message, kind: "stop" } };
      }
    },
    async close() {
      await connection.ledger?.save().catch(() => {});
      await over.close();
    },
  };
};

const NO_LEDGER: Ledger = { get: () => undefined, set: () => {} };
const ledgerOf = ({ ledger }: Connection): Ledger => ledger ?? NO_LEDGER;

/** Until an answer says so, a room that was to be pinned counts as one that is not: no reading can tell. */
const notePin = (call: Call, address: Address, unsure: Map<Address, Json>): void => {
  const inherits = isRecord(call.extra) ? call.extra.inherits : undefined;
  if (inherits !== undefined) unsure.set(address, inherits as Json);
};

const withUnsure = (state: CurrentState, unsure: ReadonlyMap<Address, Json>): CurrentState => {
  if (unsure.size === 0) return state;
  const objects = new Map(state.objects);
  for (const [address, inherits] of unsure) {
    const current = objects.get(address);
    if (current !== undefined) objects.set(address, { ...current, spec: { ...current.spec, [INHERITS]: inherits } });
  }
  return { ...state, objects };
};

/** A transport that may write. Throws `ServiceFailure` for credentials that cannot be used. */
export const openWriting = (connection: Connection): Transport => openTransport(options(connection));

const readerOver = (
  connection: Connection,
  transport: Lazy<ReadTransport>,
  shown: (state: CurrentState) => CurrentState,
): Reader => ({
  account: async () => credentialsOf(connection).teamId,
  read: async (request: ReadRequest) =>
    shown(
      await readState({
        transport: transport.get(),
        provider: connection.provider,
        parallelism: connection.parallelism,
        request,
      }),
    ),
  close: async () => transport.made()?.close(),
});

/** What a new room has in settings that nobody asked for cannot be known before it is made. */
const noteNewRoom = (call: Call, made: Map<Address, Spec>): void => {
  if (call.path !== ROOMS_PATH) return;
  for (const [address, spec] of call.leaves) if (spec !== null) made.set(address, spec);
};

const asPlanned = (state: CurrentState, made: ReadonlyMap<Address, Spec>): CurrentState => {
  if (made.size === 0) return state;
  const objects = new Map<Address, Current>();
  for (const [address, current] of state.objects) {
    const planned = current.kind === ROOM ? made.get(address) : undefined;
    objects.set(address, planned === undefined ? current : { ...current, spec: asCreated(planned, current.spec) });
  }
  return { ...state, objects };
};

type Credentials = { readonly teamId: string; readonly developerKey: string };

const credentialsOf = ({ values }: Connection): Credentials => {
  const [teamId, developerKey] = [own(values, "teamId"), own(values, "developerKey")];
  if (typeof teamId !== "string" || teamId === "" || teamId.includes(":"))
    throw new ServiceFailure("Digital Samba: no team id was given", "stop");
  if (typeof developerKey !== "string" || developerKey === "")
    throw new ServiceFailure("Digital Samba: no developer key was given", "stop");
  return { teamId, developerKey };
};

/** https://docs.digitalsamba.com/dashboard/getting-started/authenticate-to-the-api */
const options = (connection: Connection): TransportOptions => {
  const { teamId, developerKey } = credentialsOf(connection);
  const basic = Buffer.from(`${teamId}:${developerKey}`).toString("base64");
  return {
    ...connectionOptions(connection),
    service: "Digital Samba",
    secrets: [developerKey, basic],
    pace: PACE,
    sign: () => ({ headers: { authorization: `Basic ${basic}` } }),
  };
};
