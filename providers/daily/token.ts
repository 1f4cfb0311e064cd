/** Meeting tokens: https://docs.daily.co/reference/rest-api/meeting-tokens */
import type { Grant, Json, ProviderPolicy, RoomPolicy } from "../../engine/model.ts";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { openTransport } from "../_shared/http.ts";
import { tokenIn } from "../_shared/token.ts";
import { options } from "./connect.ts";
import { blockValues, FIELDS, type Field, nested, type Values } from "./permissions.ts";
import { managedFields } from "./targets.ts";

const TOKENS_PATH = "/meeting-tokens";

/**
 * See `Provider.tokenGrant`. Fields that the role leaves out and other roles of the room write are set too, by the files alone:
 * the room's default, then the domain's. A token beats both, so what the files do not say of them is left out, and the service
 * gives it; that goes for the domain's value too where the files leave the room's default to others, who may have set less.
 * Somebody whom the files do not name gets no permissions of their own.
 */
export const tokenGrant = (room: RoomPolicy, user: string, policy: ProviderPolicy): Json => {
  const grant = room.users?.get(user);
  const base = record<Json>([
    ["room_name", room.id],
    ["user_id", user],
  ]);
  if (grant === undefined) return base;
  const heights = [grant, room.default, policy.roomDefaults?.default].map(valuesOf);
  const sure = room.default === undefined ? heights.slice(0, 1) : heights;
  base.permissions = nested(receivingWhole(firstOf(sure, managedFields(room)), heights));
  return base;
};

const valuesOf = (grant: Grant | undefined): Values => (grant === undefined ? new Map() : blockValues(grant.block));

const firstOf = (heights: readonly Values[], fields: readonly Field[]): Map<Field, Json> => {
  const values = new Map<Field, Json>();
  for (const field of fields) {
    const value = heights.find((height) => height.has(field))?.get(field);
    if (value !== undefined) values.set(field, value);
  }
  return values;
};

/** `canReceive` is one field of a token: one part of it takes the other part away from the room and the domain. */
const receivingWhole = (values: Map<Field, Json>, heights: readonly Values[]): Values => {
  const parts = FIELDS.filter((field) => field.startsWith("canReceive."));
  if (!parts.some((part) => values.has(part))) return values;
  const whole = new Map([...values, ...firstOf(heights, parts)]);
  return whole.has("canReceive.base") ? whole : whole.set("canReceive.base", true);
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
    return tokenIn(answer.json, "Daily");
  } finally {
    await transport.close();
  }
};
