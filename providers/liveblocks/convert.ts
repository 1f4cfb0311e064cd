/** A room as the service writes it, and as a spec. */
import type { Current, JsonObject, Spec } from "../../engine/model.ts";
import { address } from "../../engine/util/address.ts";
import { isRecord, record } from "../../engine/util/record.ts";
import { canonicalScopes, isTextList } from "./scopes.ts";

/** The one kind of object. */
export const ROOM = "room";

type IdMap<V> = { readonly [id: string]: V };
export type Metadata = IdMap<string | readonly string[]>;
/** Lists of scopes are canonical, see `scopes.ts`. */
export type RoomSpec = {
  readonly defaultAccesses: readonly string[];
  readonly groupsAccesses: IdMap<readonly string[]>;
  readonly metadata: Metadata;
  readonly usersAccesses: IdMap<readonly string[]>;
};

/** Thrown for a room that is not of the documented form; the message completes "room …: ". */
export class RoomFormError extends Error {
  override readonly name = "RoomFormError";
}

export type WireRoom = { readonly id: string; readonly spec: RoomSpec; readonly organizationId: string | undefined };

/**
 * Reads a room of an answer. Unknown fields are left aside; a missing or malformed list of accesses is an error, since an
 * empty list in its place would be believed. Throws `RoomFormError`.
 */
export const readRoom = (wire: unknown): WireRoom => {
  if (!isRecord(wire)) throw new RoomFormError("is not an object");
  if (typeof wire.id !== "string" || wire.id === "") throw new RoomFormError("has no id");
  const spec: RoomSpec = {
    defaultAccesses: readScopes(wire.defaultAccesses, "defaultAccesses"),
    groupsAccesses: readAccesses(wire.groupsAccesses, "groupsAccesses"),
    metadata: readMetadata(wire.metadata),
    usersAccesses: readAccesses(wire.usersAccesses, "usersAccesses"),
  };
  const organization = wire.organizationId ?? wire.tenantId;
  return { id: wire.id, spec, organizationId: typeof organization === "string" ? organization : undefined };
};

const readScopes = (value: unknown, field: string, id?: string): readonly string[] => {
  if (isTextList(value)) return canonicalScopes(value);
  throw new RoomFormError(`${field}${id === undefined ? "" : ` of ${JSON.stringify(id)}`} is not a list of scopes`);
};

const readAccesses = (value: unknown, field: string): RoomSpec["usersAccesses"] => {
  if (!isRecord(value)) throw new RoomFormError(`${field} is not a map of scopes by id`);
  const accesses = record<readonly string[]>();
  for (const id of Object.keys(value)) accesses[id] = readScopes(value[id], field, id);
  return accesses;
};

const readMetadata = (value: unknown): Metadata => {
  const metadata = record<string | readonly string[]>();
  if (value === undefined || value === null) return metadata;
  if (!isRecord(value)) throw new RoomFormError("metadata is not a map");
  for (const key of Object.keys(value)) {
    const entry = value[key];
    if (typeof entry === "string" || isTextList(entry)) metadata[key] = entry;
    else throw new RoomFormError(`metadata ${JSON.stringify(key)} is neither a text nor a list of texts`);
  }
  return metadata;
};

/** A room that exists, as the engine knows it. */
export const currentOf = (provider: string, room: WireRoom): Current => {
  const current: Current = {
    address: address(provider, ROOM, room.id),
    kind: ROOM,
    id: room.id,
    room: room.id,
    spec: room.spec,
  };
  const { organizationId } = room;
  if (organizationId === undefined || organizationId === "default") return current;
  return { ...current, extra: record([["organizationId", organizationId]]) };
};

/** The engine's view of a spec as ours. Specs of kind `room` are made here and in `desire.ts` only. */
export const roomSpec = (spec: Spec): RoomSpec => {
  const { defaultAccesses, groupsAccesses, metadata, usersAccesses } = spec;
  if (!isTextList(defaultAccesses) || !isIdMap(groupsAccesses) || !isIdMap(metadata) || !isIdMap(usersAccesses)) {
    throw new Error("internal error: not the spec of a Liveblocks room");
  }
  return { defaultAccesses, groupsAccesses, metadata: metadata as Metadata, usersAccesses };
};

const isIdMap = (value: unknown): value is IdMap<readonly string[]> & JsonObject => isRecord(value);
