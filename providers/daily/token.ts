/** Meeting tokens: https://docs.daily.co/reference/rest-api/meeting-tokens */
import type { Json, ProviderPolicy, RoomPolicy } from "../../engine/model.ts";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { openTransport } from "../_shared/http.ts";
import { options } from "./connect.ts";
import { blockValues, nested, resolved } from "./permissions.ts";
import { grantValues, managedFields } from "./targets.ts";

const TOKENS_PATH = "/meeting-tokens";

/**
 * See `Provider.tokenGrant`. Fields that the role leaves out and other roles of the room write are set too, by the files alone;
 * somebody whom the files do not name gets no permissions of their own, and so the room's default.
 */
export const tokenGrant = (room: RoomPolicy, user: string, policy: ProviderPolicy): Json => {
  const grant = room.users?.get(user);
  const base = record<Json>([
    ["room_name", room.id],
    ["user_id", user],
  ]);
  if (grant === undefined) return base;
  const fallback = policy.roomDefaults?.default;
  const domain = fallback === undefined ? undefined : nested(blockValues(fallback.block));
  const fields = managedFields(room);
  const defaults = room.default === undefined ? undefined : grantValues(room.default, fields, domain);
  const own = blockValues(grant.block);
  const written = fields.filter((field) => own.has(field) || defaults !== undefined);
  base.permissions = nested(
    new Map(written.map((field) => [field, own.get(field) ?? defaults?.get(field) ?? resolved(field, domain)])),
  );
  return base;
};

/** See `Provider.issueToken`. Never an owner's token, always for one room, with an end. Throws `ServiceFailure`. */
export const issueToken = async (
  connection: Connection,
  _room: RoomPolicy,
  _user: string,
  grant: Json,
  expires: number,
): Promise<string> => {
  const given = isRecord(grant) ? grant : {};
  const properties = record<Json>();
  for (const key of ["room_name", "user_id", "permissions"]) {
    const value = own(given, key);
    if (value !== undefined) properties[key] = value as Json;
  }
  properties.exp = Math.floor(expires / 1000);
  const transport = openTransport(options(connection));
  try {
    const body = record<Json>([["properties", properties]]);
    const answer = await transport.send({ method: "POST", path: TOKENS_PATH, body });
    if (answer.type !== "done") throw new ServiceFailure(answer.error.message, "refused");
    const token = isRecord(answer.json) ? answer.json.token : undefined;
    if (typeof token !== "string" || token === "")
      throw new ServiceFailure("Daily answered without a token", "incomplete");
    return token;
  } finally {
    await transport.close();
  }
};
