/** The rooms of a project over the REST API: https://liveblocks.io/docs/api-reference/rest-api-endpoints */
import type { Current } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import type { ReadAnswer, ReadTransport } from "../_shared/http.ts";
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
 * requests, and all N rooms of a project cost ceil(N / 100). A room that a list of several pages did not show is read by its
 * id before it counts as absent: rooms that are made meanwhile land on pages that have been read. Throws `ServiceFailure`;
 * never gives half an answer.
 */
export const readRooms = async (transport: ReadTransport, request: RoomsRequest): Promise<RoomsRead> => {
  const { wanted, all, exactly } = request;
  if (!all && (exactly || wanted.size <= FEW)) {
    const rooms = new Map<string, Current>();
    await readSingly(transport, request, [...wanted], rooms);
    return { rooms, ids: new Set(rooms.keys()) };
  }
  return readPages(transport, request);
};

const readSingly = async (
  transport: ReadTransport,
  { provider, wanted, all, onProgress, signal }: RoomsRequest,
  ids: readonly string[],
  into: Map<string, Current>,
): Promise<void> => {
  const known = wanted.size - ids.length;
  let done = 0;
  const read = async (id: string): Promise<void> => {
    const answer = await transport.get({ path: ROOM_PATH, params: { id }, accept: [404], signal });
    if (answer.status !== 404) into.set(id, currentOf(provider, roomOfAnswer(answer, id)));
    done += 1;
    if (!all) onProgress?.(known + done, wanted.size);
  };
  await Promise.all(ids.map(read));
};

const roomOfAnswer = ({ json }: ReadAnswer, id: string): WireRoom => {
  const room = wireRoom(json, id);
  if (room.id !== id) throw incomplete(`asked for room ${JSON.stringify(id)}, it gave ${JSON.stringify(room.id)}`);
  return room;
};

const readPages = async (transport: ReadTransport, request: RoomsRequest): Promise<RoomsRead> => {
  const { provider, wanted, all, onProgress, signal } = request;
  const rooms = new Map<string, Current>();
  const ids = new Set<string>();
  const cursors = new Set<string>();
  let missing = wanted.size;
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page = pageOf(
      await transport.get({ path: ROOMS_PATH, query: { limit: PAGE_SIZE, startingAfter: cursor }, signal }),
    );
    for (const wire of page.data) {
      const id = isRecord(wire) && typeof wire.id === "string" ? wire.id : undefined;
      const relevant = all || id === undefined || wanted.has(id);
      if (id !== undefined && wanted.has(id) && !ids.has(id)) missing -= 1;
      if (id !== undefined) ids.add(id);
      if (!relevant) continue;
      const room = wireRoom(wire, id);
      rooms.set(room.id, currentOf(provider, room));
    }
    if (all) onProgress?.(rooms.size, undefined);
    else onProgress?.(wanted.size - missing, wanted.size);

    cursor = page.nextCursor;
    const found = wanted.size - missing;
    if (cursor === undefined && pages === 1) break;
    if (!all && missing === 0) break;
    if (cursor === undefined || (!all && found < pages)) {
      const rest = [...wanted].filter((id) => !ids.has(id));
      await readSingly(transport, request, rest, rooms);
      for (const id of rooms.keys()) ids.add(id);
      break;
    }
    if (cursors.has(cursor)) throw incomplete("its list of rooms comes back to a page that it gave before");
    if (pages >= MOST_PAGES) throw incomplete(`its list of rooms does not end after ${MOST_PAGES} pages`);
    cursors.add(cursor);
  }
  return { rooms, ids };
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
