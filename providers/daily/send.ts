/** Sends one call and reads its answer. */
import type { Address, Call, Json, JsonObject, Sent, ServiceError, Spec } from "../../engine/model.ts";
import { addressParts } from "../../engine/util/address.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import type { Transport, WriteAnswer, WriteOptions } from "../_shared/http.ts";
import { readOneRoom } from "./api.ts";
import { BATCH_PATH, DOMAIN_PATH, ROOM_PATH, ROOMS_PATH } from "./calls.ts";
import type { Session } from "./connect.ts";
import { DOMAIN, domainSpec, FormError, LIVE, permissionsIn, readRoom, specOf, withLeftOut } from "./convert.ts";
import { keepDomain, learnDefaults, saveAfter, saveBefore } from "./memory.ts";
import { areAlike, stored } from "./permissions.ts";
import { sendLive } from "./send-live.ts";
import { isDefault, learnedFrom } from "./settings.ts";

/** See `Writer.send`. Throws `ServiceFailure` where a read beside it fails. */
export const sendCall = async (
  transport: Transport,
  session: Session,
  call: Call,
  signal?: AbortSignal,
): Promise<Sent> => {
  const [, kind = "", id = ""] = addressParts(call.changes[0] ?? "");
  if (kind === LIVE) return sendLive(transport, session, call, id, signal);
  if (kind === DOMAIN) return sendDomain(transport, session, call, signal);
  const account = await session.account(transport);
  const answer = await transport.send({ ...requestOf(call, id), signal });
  if (answer.type === "unknown") return answer;
  if (answer.type === "failed") return refusal(transport, session, call, id, answer, signal);
  if (call.method === "DELETE") return { type: "done", seen: call.leaves };
  const sent = seenRooms(session, account, call, answer);
  await saveAfter(session.ledger);
  return sent;
};

const requestOf = (call: Call, name: string): WriteOptions => {
  const body = call.body === undefined ? {} : { body: call.body };
  const method = call.method === "DELETE" ? "DELETE" : "POST";
  if (call.path === BATCH_PATH) return { method, path: BATCH_PATH, ...body };
  if (call.path === ROOMS_PATH) return { method, path: ROOMS_PATH, ...body };
  return { method, path: ROOM_PATH, params: { name }, ...body };
};

type Refused = Extract<WriteAnswer, { type: "failed" }>;

/** 404 and 400 both may say that a room is not there, and 400 that it is there already: a look at it tells. */
const refusal = async (
  transport: Transport,
  session: Session,
  call: Call,
  name: string,
  { status, error }: Refused,
  signal: AbortSignal | undefined,
): Promise<Sent> => {
  const failed = (kind: ServiceError["kind"]): Sent => ({ type: "failed", error: { ...error, kind } });
  if (error.code === "authorization-header-error") return failed("stop");
  if (status !== 404 && status !== 400) return failed(error.kind);
  if (call.path === BATCH_PATH) return failed(call.method === "DELETE" ? "stale" : "refused");
  const account = await session.account(transport);
  const isThere = (await readOneRoom(transport, name, session.defaults(account), signal)) !== undefined;
  if (call.method === "DELETE") return isThere ? failed(error.kind) : { type: "done", seen: call.leaves };
  if (call.path === ROOMS_PATH) return failed(isThere ? "stale" : "refused");
  return failed(isThere ? "refused" : "gone");
};

/** Answers to writes show the rooms as they are now. One that does not may mean anything. */
const seenRooms = (
  session: Session,
  account: string,
  call: Call,
  answer: Extract<WriteAnswer, { type: "done" }>,
): Sent => {
  const { json, status } = answer;
  const shown: readonly unknown[] = isRecord(json) && Array.isArray(json.data) ? json.data : [json];
  const seen = new Map<Address, Spec | null>();
  try {
    for (const [name, body] of bodiesOf(call)) {
      const wire = shown.find((room) => isRecord(room) && room.name === name);
      const config = isRecord(wire) ? wire.config : undefined;
      const properties = isRecord(body.properties) ? (body.properties as JsonObject) : {};
      const defaults = session.defaults(account);
      const learned = isRecord(config) ? learnedFrom(properties, config as JsonObject) : [];
      const news = learned.filter(([key, value]) => !isDefault(key, value, defaults));
      learnDefaults(session.ledger, account, learned);
      const known = session.leftOut.get(name) ?? {};
      const kept = Object.entries(known).filter(([key]) => own(properties, key) === undefined);
      session.leftOut.set(name, record<Json>([...(kept as [string, Json][]), ...news]));
      const { spec } = readRoom(wire, defaults);
      const object = call.changes.find((each) => addressParts(each)[2] === name);
      if (object !== undefined) seen.set(object, withLeftOut(specOf(spec), session.leftOut.get(name)));
    }
    return { type: "done", seen };
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    const message = `Daily answered ${call.method} ${call.path} with ${status}, but the room in the answer ${error.message}`;
    return { type: "unknown", error: { message, status, kind: "unreachable" } };
  }
};

/** What a call sends for each room, by name. */
const bodiesOf = (call: Call): readonly (readonly [string, JsonObject])[] => {
  const body = isRecord(call.body) ? (call.body as JsonObject) : {};
  const rooms = Array.isArray(body.rooms) ? (body.rooms as readonly Json[]) : undefined;
  if (rooms === undefined) return [[addressParts(call.changes[0] ?? "")[2] ?? "", body]];
  return rooms.flatMap((room) => (isRecord(room) ? [[String(room.name), room as JsonObject] as const] : []));
};

/** As long as its answer is not there, what the domain holds is not known; it is an absolute value, so it is sent again. */
const TRIES = 3;

const sendDomain = async (
  transport: Transport,
  session: Session,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<Sent> => {
  const account = await session.account(transport);
  const object = call.changes[0] ?? "";
  const target = permissionsIn(call.leaves.get(object));
  keepDomain(session.ledger, account, undefined);
  await saveBefore(session.ledger);
  for (let tries = 1; ; tries += 1) {
    const answer = await transport.send({ method: "POST", path: DOMAIN_PATH, body: call.body ?? null, signal });
    if (answer.type === "failed") return answer;
    if (answer.type === "unknown") {
      if (tries >= TRIES || signal?.aborted === true) return answer;
      continue;
    }
    const config = isRecord(answer.json) && isRecord(answer.json.config) ? answer.json.config : {};
    const shown = own(config, "permissions");
    const permissions = isRecord(shown) ? stored(shown) : target;
    keepDomain(session.ledger, account, areAlike(permissions, target) ? target : permissions);
    await saveAfter(session.ledger);
    return { type: "done", seen: new Map([[object, domainSpec(permissions)]]) };
  }
};
