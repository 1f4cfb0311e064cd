/** The rooms of a project over the REST API: https://liveblocks.io/docs/api-reference/rest-api-endpoints */
import type { Current } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import type { ReadAnswer, ReadTransport } from "../_shared/http.ts";
import { assertAbsent } from "./absent.ts";
import { ROOM_PATH, ROOMS_PATH } from "./calls.ts";
import { currentOf, RoomFormError, readRoom, type WireRoom } from "./convert.ts";

/** The most that one page holds; the vendor's default is 20. */
const PAGE_SIZE = 100;
const MOST_PAGES = 10_000;
/** Up to so many rooms it is cheaper to ask for each than to look through a list. */
const FEW = 3;

export type RoomsRequest = {
  readonly provider: string;
  /** Ids that have to be known, whether they exist or not. */
  readonly wanted: ReadonlySet<string>;
  /** Those of `wanted` that would be made: where one is not there, every id has to be seen, to find one like it. */
  readonly fresh?: ReadonlySet<string>;
  /** Every room has to be found. */
  readonly all: boolean;
  /** Nothing but the wanted is to be asked for. */
  readonly exactly: boolean;
  onProgress?(done: number, total: number | undefined): void;
  readonly signal?: AbortSignal | undefined;
};

export type RoomsRead = {
  /** Every wanted room that exists; with `all` every room. */
  readonly rooms: ReadonlyMap<string, Current>;
  /** Every id that was seen. */
  readonly ids: ReadonlySet<string>;
};

/**
 * Reads rooms with few requests: single reads for up to three, else pages until every wanted room has been seen. Single
 * reads take over when the pages bring less than one wanted room each, so that n wanted rooms never cost more than n + 1
 * requests, and all N rooms of a project cost ceil(N / 100). Where a room would be made, the list is read to its end after
 * all. A room that a list of several pages did not show is read by its id before it counts as absent: rooms that are made
 * meanwhile land on pages that have been read. Throws `ServiceFailure`; never gives half an answer.
 */
export const readRooms = async (transport: ReadTransport, request: RoomsRequest): Promise<RoomsRead> => {
  const { wanted, all, exactly } = request;
  const found: Found = { rooms: new Map(), ids: new Set(), missing: new Set(wanted), doubtful: new Set() };
  if (all || (!exactly && wanted.size > FEW)) await readPages(transport, request, found);
  else {
    const absent = await readSingly(transport, request, found);
    if (!exactly && lacksFresh(request, found)) {
      for await (const page of pagesOf(transport, request.signal)) lookThrough(page, request, found);
    } else if (found.rooms.size === 0) {
      for (const { id, answer } of absent) await assertAbsent(transport, answer, id, request.signal);
    }
  }
  await readDoubtful(transport, request, found);
  return found;
};

/** What is gathered. */
type Found = {
  readonly rooms: Map<string, Current>;
  readonly ids: Set<string>;
  /** What is wanted and was not seen yet. */
  readonly missing: Set<string>;
  /** What was shown in two ways: only a read of its own tells which one holds. */
  readonly doubtful: Set<string>;
};

const readDoubtful = async (transport: ReadTransport, request: RoomsRequest, found: Found): Promise<void> => {
  const { rooms, ids, doubtful } = found;
  for (const id of doubtful) {
    rooms.delete(id);
    ids.delete(id);
  }
  await readSingly(transport, request, { ...found, missing: doubtful });
};

const lacksFresh = ({ fresh = new Set() }: RoomsRequest, { missing }: Found): boolean =>
  [...missing].some((id) => fresh.has(id));

type Absent = { readonly id: string; readonly answer: ReadAnswer };

/** Reads by its id each room that was not seen yet; gives those that were not found. */
const readSingly = async (
  transport: ReadTransport,
  { provider, wanted, all, onProgress, signal }: RoomsRequest,
  { rooms, ids, missing }: Found,
): Promise<readonly Absent[]> => {
  const absent: Absent[] = [];
  let done = wanted.size - missing.size;
  const read = async (id: string): Promise<void> => {
    const answer = await transport.get({ path: ROOM_PATH, params: { id }, accept: [404], signal });
    if (answer.status === 404) absent.push({ id, answer });
    else {
      rooms.set(id, currentOf(provider, roomOfAnswer(answer, id)));
      ids.add(id);
      missing.delete(id);
    }
    done += 1;
    if (!all) onProgress?.(done, wanted.size);
  };
  await Promise.all([...missing].map(read));
  return absent;
};

const roomOfAnswer = ({ json }: ReadAnswer, id: string): WireRoom => {
  const room = wireRoom(json, id);
  if (room.id !== id) throw incomplete(`asked for room ${JSON.stringify(id)}, it gave ${JSON.stringify(room.id)}`);
  return room;
};

const readPages = async (transport: ReadTransport, request: RoomsRequest, found: Found): Promise<void> => {
  const { wanted, all, onProgress } = request;
  const { rooms, missing } = found;
  let pages = 0;
  let isLookingAround = false;
  for await (const page of pagesOf(transport, request.signal)) {
    pages += 1;
    lookThrough(page, request, found);
    if (isLookingAround) continue;
    const seen = wanted.size - missing.size;
    if (all) onProgress?.(rooms.size, undefined);
    else onProgress?.(seen, wanted.size);

    const isLast = page.nextCursor === undefined;
    if (isLast && pages === 1) return;
    if (!all && missing.size === 0) return;
    if (!isLast && (all || seen >= pages)) continue;
    await readSingly(transport, request, found);
    isLookingAround = lacksFresh(request, found);
    if (!isLookingAround) return;
  }
};

/** Notes every id of a page, and the rooms that are wanted. */
const lookThrough = (
  { data }: Page,
  { provider, wanted, all }: RoomsRequest,
  { rooms, ids, missing, doubtful }: Found,
): void => {
  for (const wire of data) {
    const id = isRecord(wire) && typeof wire.id === "string" ? wire.id : undefined;
    if (id !== undefined) {
      ids.add(id);
      missing.delete(id);
      if (!all && !wanted.has(id)) continue;
    }
    const room = wireRoom(wire, id);
    const before = rooms.get(room.id);
    if (before !== undefined && !sameJson(before.spec, room.spec)) doubtful.add(room.id);
    rooms.set(room.id, currentOf(provider, room));
  }
};

/** The list of rooms, page by page. */
const pagesOf = async function* (transport: ReadTransport, signal: AbortSignal | undefined): AsyncGenerator<Page> {
  const cursors = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const query = { limit: PAGE_SIZE, startingAfter: cursor };
    const page = pageOf(await transport.get({ path: ROOMS_PATH, query, signal }));
    yield page;
    cursor = page.nextCursor;
    if (cursor === undefined) return;
    if (cursors.has(cursor)) throw incomplete("its list of rooms comes back to a page that it gave before");
    if (pages >= MOST_PAGES) throw incomplete(`its list of rooms does not end after ${MOST_PAGES} pages`);
    cursors.add(cursor);
  }
};

type Page = { readonly data: readonly unknown[]; readonly nextCursor: string | undefined };

const pageOf = ({ json }: ReadAnswer): Page => {
  const page = isRecord(json) ? json : {};
  const { data, nextCursor } = page;
  if (!Array.isArray(data)) throw incomplete("its list of rooms has no data");
  if (nextCursor === null) return { data, nextCursor: undefined };
  if (typeof nextCursor === "string" && nextCursor !== "") return { data, nextCursor };
  const isLast = nextCursor === undefined && typeof page.nextPage !== "string" && data.length < PAGE_SIZE;
  if (!isLast) throw incomplete("its list of rooms does not say whether there is a next page");
  return { data, nextCursor: undefined };
};

const wireRoom = (wire: unknown, id: string | undefined): WireRoom => {
  try {
    return readRoom(wire);
  } catch (error) {
    if (!(error instanceof RoomFormError)) throw error;
    const what = id === undefined ? "a room of the list" : `room ${JSON.stringify(id)}`;
    throw incomplete(`${what}: ${error.message}`);
  }
};

const incomplete = (what: string): ServiceFailure =>
  new ServiceFailure(`Liveblocks gave an answer that cannot be relied on: ${what}`, "incomplete");
