/** What the files give each person in a room, field by field. */
import type { Grant, JsonObject, RoomPolicy } from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { blockValues, FIELDS, type Field, nested, resolved, type Values } from "./permissions.ts";

/** `*`: everybody whom no other key names. */
export const STAR = "*";
export const userKey = (id: string): string => `user:${id}`;
/** The user of a key; undefined for `*`. */
export const userOfKey = (key: string): string | undefined => (key.startsWith("user:") ? key.slice(5) : undefined);

/**
 * The fields that any role used in the room writes, the same for everyone there: nobody keeps a leftover of a role that writes
 * more, nor of a grant that has ended.
 */
export const managedFields = (room: RoomPolicy): readonly Field[] => {
  const grants = new Set([...(room.default === undefined ? [] : [room.default]), ...(room.users?.values() ?? [])]);
  const blocks = new Set([...[...grants].map((grant) => grant.block), ...(room.endedBlocks ?? [])]);
  const fields = new Set([...blocks].flatMap((block) => [...blockValues(block).keys()]));
  return FIELDS.filter((field) => fields.has(field));
};

/** What a grant gives: its role's value, else what the room gives, else the domain, else what is built in. */
export const grantValues = (
  grant: Grant,
  fields: readonly Field[],
  ...heights: readonly (JsonObject | undefined)[]
): Values => {
  const own = blockValues(grant.block);
  return new Map(fields.map((field) => [field, own.get(field) ?? resolved(field, ...heights)]));
};

/** Who should hold what in a running call, whoever is there now. */
export type Targets = {
  readonly fields: readonly Field[];
  readonly users: ReadonlyMap<string, JsonObject>;
  /** What everybody else gets; undefined: the others are left alone. */
  readonly star: JsonObject | undefined;
};

/**
 * undefined: the files say nothing of the people in a running call of this room. `leftovers`: further fields to manage, of
 * roles that nothing in the room uses any more.
 */
export const targetsOf = (
  room: RoomPolicy,
  permissions: JsonObject,
  domain: JsonObject,
  leftovers: readonly Field[] = [],
): Targets | undefined => {
  if (room.absent || room.live === "ignore" || room.users === undefined) return undefined;
  const managed = new Set([...managedFields(room), ...leftovers]);
  const fields = FIELDS.filter((field) => managed.has(field));
  if (fields.length === 0) return undefined;
  const rest = nested(new Map(fields.map((field) => [field, resolved(field, permissions, domain)])));
  const users = new Map<string, JsonObject>();
  const byBlock = new Map<unknown, JsonObject>();
  for (const [id, grant] of room.users) {
    const made = byBlock.get(grant.block) ?? nested(grantValues(grant, fields, permissions, domain));
    byBlock.set(grant.block, made);
    users.set(id, made);
  }
  const star = room.mode.users === "additive" ? undefined : rest;
  if (star === undefined) for (const id of room.removedUsers.keys()) users.set(id, rest);
  return users.size === 0 && star === undefined ? undefined : { fields, users, star };
};

/** The targets by key, as a plan shows them. */
export const targetSpec = ({ users, star }: Targets): JsonObject =>
  record<JsonObject>([
    ...(star === undefined ? [] : [[STAR, star] as const]),
    ...[...users].map(([id, target]) => [userKey(id), target] as const),
  ]);
