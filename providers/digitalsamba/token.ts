/** Room tokens: https://docs.digitalsamba.com/reference/rest-api (POST /rooms/{room}/token) */
import type { Json, RoomPolicy } from "../../engine/model.ts";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { isRecord, record } from "../../engine/util/record.ts";
import type { ReadTransport } from "../_shared/http.ts";
import { tokenIn } from "../_shared/token.ts";
import { openWriting } from "./connect.ts";
import { FormError, readRoom, readTeam } from "./convert.ts";
import { ROOM_PATH, TEAM_PATH, TOKEN_PATH } from "./paths.ts";

/** See `Provider.tokenGrant`. Somebody whom the files do not name gets no role: the room's default holds. */
export const tokenGrant = (room: RoomPolicy, user: string): Json => {
  const role = room.users?.get(user)?.role;
  return record(role === undefined ? [] : [["role", role] as const]);
};

/**
 * See `Provider.issueToken`. A token with a role that the room does not have would fall to the default or fail, so the
 * room is looked at first. `expires` is in milliseconds; the service takes a small number for minutes from now. Throws
 * `ServiceFailure`.
 */
export const issueToken = async (
  connection: Connection,
  room: RoomPolicy,
  user: string,
  grant: Json,
  expires: number,
): Promise<string> => {
  const role = isRecord(grant) && typeof grant.role === "string" ? grant.role : undefined;
  const transport = openWriting(connection);
  try {
    const params = { room: room.id };
    const { status, json } = await transport.get({ path: ROOM_PATH, params, accept: [404] });
    if (status === 404)
      throw new ServiceFailure(`there is no room ${JSON.stringify(room.id)} at Digital Samba; apply first`, "refused");
    if (role !== undefined && !(await rolesOf(transport, json)).includes(role)) {
      const summary = `room ${JSON.stringify(room.id)} does not have the role ${JSON.stringify(role)} yet; apply first`;
      throw new ServiceFailure(summary, "refused");
    }
    const body = record<Json>([
      ["ud", user],
      ...(role === undefined ? [] : [["role", role] as const]),
      ["exp", Math.floor(expires / 1000)],
    ]);
    const answer = await transport.send({ method: "POST", path: TOKEN_PATH, params, body });
    if (answer.type !== "done") throw new ServiceFailure(answer.error.message, kindOf(answer.error.kind));
    return tokenIn(answer.json, "Digital Samba");
  } finally {
    await transport.close();
  }
};

/** A room that does not show its roles has the team's. */
const rolesOf = async (transport: ReadTransport, json: unknown): Promise<readonly string[]> => {
  const isInherited = isRecord(json) && json.roles === undefined;
  const answer = isInherited ? await transport.get({ path: TEAM_PATH }) : undefined;
  try {
    return readRoom(json, answer === undefined ? undefined : readTeam(answer.json, true)).roles;
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    throw new ServiceFailure(
      `Digital Samba gave an answer that cannot be relied on: the room ${error.message}`,
      "incomplete",
    );
  }
};

const kindOf = (kind: string): ServiceFailure["kind"] =>
  kind === "stop" || kind === "unreachable" || kind === "throttled" ? kind : "refused";
