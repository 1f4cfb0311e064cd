/** Sends one call and reads its answer. */
import type { Call, Json, Sent, ServiceError, Spec } from "../../engine/model.ts";
import { addressParts } from "../../engine/util/address.ts";
import type { Transport, WriteAnswer, WriteOptions } from "../_shared/http.ts";
import { ROOM_PATH, ROOMS_PATH } from "./calls.ts";
import { RoomFormError, readRoom } from "./convert.ts";

/** See `Writer.send`. The request is built from the address of the room, never from the text of a path. */
export const sendCall = async (transport: Transport, call: Call, signal?: AbortSignal): Promise<Sent> => {
  const address = call.changes[0] ?? "";
  const id = addressParts(address)[2] ?? "";
  const answer = await transport.send(requestOf(call, id, signal));
  if (answer.type === "done") return seenIn(answer, call, address, id);
  if (answer.type === "unknown") return answer;
  const gone = answer.status === 404;
  if (gone && call.method === "DELETE") return { type: "done", seen: new Map([[address, null]]) };
  return { type: "failed", error: refusal(answer.error) };
};

const requestOf = (call: Call, id: string, signal: AbortSignal | undefined): WriteOptions => {
  const body: { readonly body?: Json } = call.body === undefined ? {} : { body: call.body };
  if (call.path === ROOMS_PATH) return { method: "POST", path: ROOMS_PATH, ...body, signal };
  const method = call.method === "DELETE" ? "DELETE" : "POST";
  return { method, path: ROOM_PATH, params: { id }, ...body, signal };
};

/** A room or feature that this key may not have is no reason to stop everything else. */
const refusal = (error: ServiceError): ServiceError =>
  error.code === "FEATURE_NOT_ENABLED" || error.code === "UNAUTHORIZED_ROOM_ACCESS"
    ? { ...error, kind: "refused" }
    : error;

/** Every answer to a write shows the whole room as it is now. One that does not may mean anything. */
const seenIn = (answer: WriteAnswer & { readonly type: "done" }, call: Call, address: string, id: string): Sent => {
  if (call.method === "DELETE") return { type: "done", seen: new Map([[address, null]]) };
  const unknown = (why: string): Sent => {
    const message = `Liveblocks answered the write to room ${JSON.stringify(id)} with ${answer.status}, but the answer ${why}`;
    return { type: "unknown", error: { message, status: answer.status, kind: "unreachable" } };
  };
  if (answer.json === undefined) return unknown("is empty");
  try {
    const room = readRoom(answer.json);
    if (room.id !== id) return unknown(`shows another room (${JSON.stringify(room.id)})`);
    return { type: "done", seen: new Map<string, Spec | null>([[address, room.spec]]) };
  } catch (error) {
    if (!(error instanceof RoomFormError)) throw error;
    return unknown(error.message);
  }
};
