/** The domain and rooms as the service shows them, and as specs. */
import type { Current, Json, JsonObject, Spec } from "../../engine/model.ts";
import { address } from "../../engine/util/address.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { areAlike, EMPTY, stored } from "./permissions.ts";
import { type Defaults, settingsOf } from "./settings.ts";

export const DOMAIN = "domain";
export const ROOM = "room";
export const LIVE = "live";
/**
 * What people in a running call are taken to have joined with. Read only: never desired, changed or sent. States are asked
 * by address, and a room that changes meanwhile does not change those who are in already.
 */
export const JOINED = "joined";

/** Thrown for an answer that is not of the documented form; the message completes "…: ". */
export class FormError extends Error {
  override readonly name = "FormError";
}

export type RoomSpec = {
  /** Only the fields that the room sets. */
  readonly permissions: JsonObject;
  readonly privacy: string;
  /** Only values that differ from the default. */
  readonly settings: JsonObject;
};

export type WireRoom = { readonly id: string; readonly name: string; readonly spec: RoomSpec };

/** Reads a room of an answer. Throws `FormError`: a `config` that is missing would be believed to be all defaults. */
export const readRoom = (wire: unknown, defaults: Defaults): WireRoom => {
  if (!isRecord(wire)) throw new FormError("is not an object");
  const { id, name, privacy, config } = wire;
  if (typeof name !== "string" || name === "") throw new FormError("has no name");
  if (typeof id !== "string" || id === "") throw new FormError("has no id");
  if (typeof privacy !== "string") throw new FormError("has no privacy");
  if (!isRecord(config)) throw new FormError("has no config");
  const shown = config as JsonObject;
  const { permissions } = shown;
  if (permissions !== undefined && permissions !== null && !isRecord(permissions)) {
    throw new FormError("has permissions that are not an object");
  }
  return { id, name, spec: { permissions: stored(permissions), privacy, settings: settingsOf(shown, defaults) } };
};

/** The spec as the engine sees it. */
export const specOf = ({ permissions, privacy, settings }: RoomSpec): Spec =>
  record<Json>([
    ["permissions", permissions],
    ["privacy", privacy],
    ["settings", settings],
  ]);

/** A room with values that were written to it and that the service does not show, since they are its defaults. */
export const withLeftOut = (spec: Spec, leftOut: JsonObject | undefined): Spec => {
  if (leftOut === undefined) return spec;
  const room = roomSpec(spec);
  const settings = record<Json>(Object.entries({ ...leftOut, ...room.settings }) as [string, Json][]);
  return specOf({ ...room, settings });
};

/**
 * An object with its permissions in the words in which they were sent, where what is shown gives the same over the same domain:
 * the service may leave out what holds anyway, and say `true` in other words.
 */
export const inSentWords = (spec: Spec, sent: Spec | null | undefined, domain?: JsonObject): Spec => {
  if (sent === null || sent === undefined || own(sent, "permissions") === undefined) return spec;
  if (own(spec, "permissions") === undefined || !areAlike(permissionsIn(spec), permissionsIn(sent), domain))
    return spec;
  return record<Json>([...(Object.entries(spec) as [string, Json][]), ["permissions", permissionsIn(sent)]]);
};

/** The engine's view of a spec as ours. Specs are made by `specOf` only. */
export const roomSpec = (spec: Spec): RoomSpec => spec as unknown as RoomSpec;

export const currentRoom = (provider: string, { name, spec }: WireRoom): Current => ({
  address: address(provider, ROOM, name),
  kind: ROOM,
  id: name,
  room: name,
  spec: specOf(spec),
});

/** The domain; undefined permissions: neither shown nor in the ledger. */
export const domainSpec = (permissions: JsonObject | undefined): Spec =>
  record<Json>(permissions === undefined ? [] : [["permissions", permissions]]);

export const currentDomain = (provider: string, permissions: JsonObject | undefined): Current => ({
  address: address(provider, DOMAIN),
  kind: DOMAIN,
  id: DOMAIN,
  room: undefined,
  spec: domainSpec(permissions),
});

/** The permissions that an object sets, where it is there and known. */
export const permissionsIn = (spec: Spec | null | undefined): JsonObject => {
  const permissions = spec === null ? undefined : own(spec, "permissions");
  return isRecord(permissions) ? (permissions as JsonObject) : EMPTY;
};
