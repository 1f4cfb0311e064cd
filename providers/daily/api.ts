/** The domain, rooms and running calls over the REST API: https://docs.daily.co/reference/rest-api */
import { createHmac } from "node:crypto";
import type { Current, JsonObject } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import type { ReadAnswer, ReadTransport } from "../_shared/http.ts";
import { DOMAIN_PATH, ROOM_PATH, ROOMS_PATH } from "./calls.ts";
import { currentRoom, FormError, readRoom, type WireRoom } from "./convert.ts";
import { EMPTY } from "./permissions.ts";
import { type LiveCall, type Person, readPerson } from "./presence.ts";
import type { Defaults } from "./settings.ts";

const PRESENCE_PATH = "/presence";
const ROOM_PRESENCE_PATH = "/rooms/{name}/presence";
const PAGE_SIZE = 100;
const MOST_PAGES = 10_000;
/** Up to so many rooms it is cheaper to ask for each than to look through a list. */
const FEW = 3;
const RESTARTS = 3;
/** Rooms are absent with either status, by the page or by the OpenAPI description. */
const ABSENT = [404, 400];
const NO_ROOM_ERRORS = ["authorization-header-error", "json-parsing-error"];

export type DomainRead = { readonly account: string; readonly config: JsonObject };

/** The domain behind the key. Where it does not say its id, a keyed hash stands for it. */
export const readDomain = async (
  transport: ReadTransport,
  apiKey: string,
  signal?: AbortSignal,
): Promise<DomainRead> => {
  const { json } = await transport.get({ path: DOMAIN_PATH, signal });
  const { domain_id: id, config } = isRecord(json) ? json : {};
  const hash = (): string => createHmac("sha256", apiKey).update("rolecall daily account").digest("hex").slice(0, 16);
  return {
    account: typeof id === "string" && id !== "" ? id : hash(),
    config: isRecord(config) ? (config as JsonObject) : EMPTY,
  };
};

export type RoomsRequest = {
  readonly provider: string;
  readonly defaults: Defaults;
  readonly wanted: ReadonlySet<string>;
  /** Those of `wanted` that would be made: where one is not there, every name has to be seen, to find one like it. */
  readonly fresh?: ReadonlySet<string>;
  /** Every room has to be found. */
  readonly all: boolean;
  /** Nothing but the wanted is to be asked for. */
  readonly exactly: boolean;
  onProgress?(done: number, total: number | undefined): void;
  readonly signal?: AbortSignal | undefined;
};

export type RoomsRead = { readonly rooms: ReadonlyMap<string, Current>; readonly names: ReadonlySet<string> };

/**
 * Reads rooms with few requests: single reads for a few, else pages until an empty one. Single reads take over when the pages
 * bring less than one wanted room each. Where a room would be made, the list is read after all. A list that was read to its end holds every room that was there when it was begun: its
 * order is stable, and its place is kept by id. Throws `ServiceFailure`; never gives half an answer.
 */
export const readRooms = async (transport: ReadTransport, request: RoomsRequest): Promise<RoomsRead> => {
  const { wanted, fresh = new Set(), all, exactly } = request;
  const rooms = new Map<string, Current>();
  const names = new Set<string>();
  const isList = all || (!exactly && wanted.size > FEW);
  if (!isList || (await readPages(transport, request, all, rooms, names)) === "left") {
    const left = [...wanted].filter((name) => !names.has(name));
    await readSingly(transport, request, left, rooms);
    const isNew = [...fresh].some((name) => !rooms.has(name));
    if (isNew && !exactly) await readPages(transport, { ...request, onProgress: () => {} }, true, rooms, names);
  }
  for (const name of rooms.keys()) names.add(name);
  return { rooms, names };
};

const readSingly = async (
  transport: ReadTransport,
  { provider, defaults, wanted, onProgress, signal }: RoomsRequest,
  names: readonly string[],
  into: Map<string, Current>,
): Promise<void> => {
  let done = wanted.size - names.length;
  const read = async (name: string): Promise<void> => {
    const room = await readOneRoom(transport, name, defaults, signal);
    if (room !== undefined) into.set(name, currentRoom(provider, room));
    done += 1;
    onProgress?.(done, wanted.size);
  };
  await Promise.all(names.map(read));
};

/** One room; undefined: there is none. Throws `ServiceFailure`. */
export const readOneRoom = async (
  transport: ReadTransport,
  name: string,
  defaults: Defaults,
  signal?: AbortSignal,
): Promise<WireRoom | undefined> => {
  const answer = await transport.get({ path: ROOM_PATH, params: { name }, accept: ABSENT, signal });
  if (isAbsent(answer, `room ${JSON.stringify(name)}`)) return undefined;
  const room = wireRoom(answer.json, `room ${JSON.stringify(name)}`, defaults);
  if (room.name !== name)
    throw incomplete(`asked for room ${JSON.stringify(name)}, it gave ${JSON.stringify(room.name)}`);
  return room;
};

const isAbsent = ({ status, json }: ReadAnswer, what: string): boolean => {
  if (!ABSENT.includes(status)) return false;
  const error = isRecord(json) ? json.error : undefined;
  if (typeof error === "string" && NO_ROOM_ERRORS.includes(error)) {
    throw new ServiceFailure(`Daily refused to show ${what}: ${error}`, "stop");
  }
  return true;
};

/** `whole`: to the end. `left`: some rooms are better asked for by name. `lost`: the room that marked the place is gone. */
type Paged = "whole" | "left" | "lost";

const readPages = async (
  transport: ReadTransport,
  request: RoomsRequest,
  toEnd: boolean,
  into: Map<string, Current>,
  names: Set<string>,
): Promise<Paged> => {
  for (let start = 1; ; start += 1) {
    const paged = await readFromTop(transport, request, toEnd, into, names);
    if (paged !== "lost") return paged;
    if (start >= RESTARTS) throw incomplete("its list of rooms loses its place each time it is read");
  }
};

const readFromTop = async (
  transport: ReadTransport,
  { provider, defaults, wanted, all, onProgress, signal }: RoomsRequest,
  toEnd: boolean,
  into: Map<string, Current>,
  names: Set<string>,
): Promise<Paged> => {
  const cursors = new Set<string>();
  let after: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const query = { limit: PAGE_SIZE, starting_after: after };
    const answer = await transport.get({ path: ROOMS_PATH, query, accept: after === undefined ? [] : [400], signal });
    if (answer.status === 400) return "lost";
    const { data, total } = pageOf(answer);
    for (const wire of data) {
      const room = wireRoom(wire, "a room of the list", defaults);
      names.add(room.name);
      if (all || wanted.has(room.name)) into.set(room.name, currentRoom(provider, room));
      after = room.id;
    }
    onProgress?.(into.size, all ? total : wanted.size);
    if (data.length === 0 || after === undefined) return "whole";
    if (!toEnd && into.size === wanted.size) return "whole";
    if (!toEnd && into.size < pages) return "left";
    if (cursors.has(after)) throw incomplete("its list of rooms comes back to a page that it gave before");
    if (pages >= MOST_PAGES) throw incomplete(`its list of rooms does not end after ${MOST_PAGES} pages`);
    cursors.add(after);
  }
};

const pageOf = ({ json }: ReadAnswer): { readonly data: readonly unknown[]; readonly total: number | undefined } => {
  const { data, total_count: total } = isRecord(json) ? json : {};
  if (!Array.isArray(data)) throw incomplete("its list of rooms has no data");
  return { data, total: typeof total === "number" ? total : undefined };
};

/** Reads a room of an answer. Throws `ServiceFailure` for one that is not of the documented form. */
const wireRoom = (wire: unknown, what: string, defaults: Defaults): WireRoom => {
  try {
    return readRoom(wire, defaults);
  } catch (error) {
    if (!(error instanceof FormError)) throw error;
    throw incomplete(`${what} ${error.message}`);
  }
};

/**
 * Who is in the calls of these rooms. For more than a few rooms one request says where anybody is, and only those are asked
 * for one by one: only there the service says how many there are.
 */
export const readCalls = async (
  transport: ReadTransport,
  rooms: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, LiveCall>> => {
  const asked = rooms.length <= FEW ? rooms : await roomsInUse(transport, new Set(rooms), signal);
  const found = await Promise.all(
    asked.map(async (room) => [room, await readCall(transport, room, undefined, signal)] as const),
  );
  return new Map(found.filter(([, call]) => call.people.length > 0 || call.total > 0));
};

const roomsInUse = async (
  transport: ReadTransport,
  rooms: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> => {
  const { json } = await transport.get({ path: PRESENCE_PATH, signal });
  return isRecord(json) ? Object.keys(json).filter((room) => rooms.has(room)) : [];
};

/** Who is in a room's call, or who of it has this user id. Where more are said to be there than shown, it is asked once for all. */
export const readCall = async (
  transport: ReadTransport,
  room: string,
  userId?: string,
  signal?: AbortSignal,
): Promise<LiveCall> => {
  const ask = async (limit?: number): Promise<LiveCall> => {
    const request = { path: ROOM_PRESENCE_PATH, params: { name: room }, query: { limit, userId } };
    const answer = await transport.get({ ...request, accept: ABSENT, signal });
    if (isAbsent(answer, `who is in room ${JSON.stringify(room)}`)) return { people: [], total: 0 };
    const { data, total } = pageOf(answer);
    const people = new Map<string, Person>();
    for (const item of data) {
      const person = readPerson(item);
      if (person === undefined) throw incomplete(`somebody in room ${JSON.stringify(room)} has no id`);
      people.set(person.session, person);
    }
    return { people: [...people.values()], total: Math.max(total ?? 0, people.size) };
  };
  const call = await ask();
  return call.total > call.people.length ? ask(call.total) : call;
};

const incomplete = (what: string): ServiceFailure =>
  new ServiceFailure(`Daily gave an answer that cannot be relied on: ${what}`, "incomplete");
