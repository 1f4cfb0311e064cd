/** Sends one call and reads its answer. */
import type { Address, Call, Json, Sent, ServiceError, Spec } from "../../engine/model.ts";
import { addressParts } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import type { Transport, WriteAnswer, WriteOptions } from "../_shared/http.ts";
import { inServiceOrder } from "./bodies.ts";
import { FormError, isTextList, ROLE, ROOM, readRole, readRoom, readTeam, roomSpec, settingsOf } from "./convert.ts";
import { ROLE_PATH, ROLES_PATH, ROOM_PATH, ROOMS_PATH, TEAM_PATH } from "./paths.ts";

const writesRoles = ({ body }: Call): boolean => isRecord(body) && body.roles !== undefined;

/** See `Writer.send`. `onPinned` gets the service's id of a room whose roles were written. The request is built from the address of the object, never from the text of a path. */
export const sendCall = async (
  transport: Transport,
  call: Call,
  signal?: AbortSignal,
  onPinned: (room: string) => void = () => {},
): Promise<Sent> => {
  const address = call.changes[0] ?? "";
  const [, kind = "", id = ""] = addressParts(address);
  const answer = await transport.send(requestOf(call, kind, id, signal));
  if (answer.type === "done") {
    const sent = seenIn(answer, call, address, kind, id);
    if (sent.type === "done" && kind === ROOM && writesRoles(call)) onPinned(readRoom(answer.json).id);
    return sent;
  }
  if (answer.type === "unknown") return answer;
  if (answer.status === 404 && call.method === "DELETE") return { type: "done", seen: new Map([[address, null]]) };
  return { type: "failed", error: refusal(answer, call, kind, id) };
};

const orderIn = ({ extra }: Call): readonly string[] => (isRecord(extra) && isTextList(extra.order) ? extra.order : []);

const requestOf = (call: Call, kind: string, id: string, signal: AbortSignal | undefined): WriteOptions => {
  const { method } = call;
  const rest: Pick<WriteOptions, "method" | "body" | "signal"> = {
    method,
    signal,
    ...(call.body === undefined ? {} : { body: inServiceOrder(call.body, orderIn(call)) }),
  };
  if (kind === ROLE)
    return method === "POST" ? { ...rest, path: ROLES_PATH } : { ...rest, path: ROLE_PATH, params: { name: id } };
  if (kind === ROOM)
    return method === "POST" ? { ...rest, path: ROOMS_PATH } : { ...rest, path: ROOM_PATH, params: { room: id } };
  return { ...rest, path: TEAM_PATH };
};

/** A role that is in use cannot be deleted; with which status the service says so is not documented. */
const refusal = (
  answer: Extract<WriteAnswer, { readonly type: "failed" }>,
  call: Call,
  kind: string,
  id: string,
): ServiceError => {
  const { error, status = 0 } = answer;
  if (call.method !== "DELETE" || kind !== ROLE || ![400, 403, 409, 422].includes(status)) return error;
  const why = "it is not deleted while somebody holds it in a running session, or while it is a default role";
  return { ...error, kind: "refused", message: `${error.message}; role ${JSON.stringify(id)}: ${why}` };
};

type Done = Extract<WriteAnswer, { readonly type: "done" }>;

/** Every answer to a write shows the whole object as it is now. One that does not may mean anything. */
const seenIn = (answer: Done, call: Call, address: Address, kind: string, id: string): Sent => {
  if (call.method === "DELETE") return { type: "done", seen: new Map([[address, null]]) };
  const unknown = (why: string): Sent => {
    const message = `Digital Samba answered the write to ${kind} ${JSON.stringify(id)} with ${answer.status}, but the answer ${why}`;
    return { type: "unknown", error: { message, status: answer.status, kind: "unreachable" } };
  };
  if (answer.json === undefined) return unknown("is empty");
  try {
    return {
      type: "done",
      seen: new Map([[address, specIn(answer.json, kind, id, call.leaves.get(address) ?? null)]]),
    };
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    return unknown(error.message);
  }
};

const specIn = (json: unknown, kind: string, id: string, expected: Spec | null): Spec => {
  if (kind === ROLE) {
    const { name, spec } = readRole(json);
    if (name !== id) throw new FormError(`shows another role (${JSON.stringify(name)})`);
    return spec;
  }
  if (kind !== ROOM) {
    const { roles, default_role } = readTeam(json, true);
    return { roles: sortedSet(roles), default_role };
  }
  const room = readRoom(json);
  // What is not shown is the team's, and which that is only a reading tells.
  if (!isRecord(json) || json.default_role === undefined) throw new FormError("shows no default role");
  if (room.url !== id && room.id !== id) throw new FormError(`shows another room (${JSON.stringify(room.url)})`);
  const planned = expected === null ? record<Json>() : settingsOf(roomSpec(expected));
  const settings = Object.keys(planned).flatMap((key) => {
    const value = own(room.settings, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    privacy: room.privacy,
    roles: sortedSet(room.roles),
    default_role: room.default_role,
    ...record<Json>(settings),
  };
};
