import type { SandboxRequest } from "../_shared/sandbox-server.ts";
import { parseQuery, type RoomFilter } from "./sandbox-query.ts";
import type { LiveblocksSandboxRoom } from "./sandbox-room.ts";
import { compareAge, roomsInOrder, type Store, type Stored } from "./sandbox-store.ts";

export type PageSizes = { readonly default: number; readonly max: number };
/** Section 8. */
export const DOCUMENTED_PAGES: PageSizes = { default: 20, max: 100 };

export type Page = { readonly data: readonly LiveblocksSandboxRoom[]; readonly nextCursor: string | null };

/** A page of rooms by the documents, newest first; or what is wrong with the request. */
export const listRooms = (store: Store, request: SandboxRequest, pages: PageSizes): Page | string => {
  const { query, pageSize = Number.POSITIVE_INFINITY } = request;
  const limit = query.get("limit") ?? String(pages.default);
  // That a limit outside 1..100 is refused, not cut, is our reading of the schema.
  if (!/^\d{1,9}$/u.test(limit) || Number(limit) < 1 || Number(limit) > pages.max) {
    return `'limit' must be a number from 1 to ${pages.max}.`;
  }
  const cursor = query.get("startingAfter");
  const after = cursor === null ? undefined : readCursor(cursor);
  if (cursor !== null && after === undefined) return "'startingAfter' is not a cursor of this list.";
  const keeps = filterOf(query);
  if (typeof keeps === "string") return keeps;

  const size = Math.max(1, Math.min(Number(limit), pageSize));
  const rooms = roomsInOrder(store);
  const found: Stored[] = [];
  // A room that is deleted or created between two pages moves no other: the cursor is a place in time, not a count.
  for (
    let at = after === undefined ? rooms.length : countOlder(rooms, after);
    at > 0 && found.length <= size;
    at -= 1
  ) {
    const stored = rooms[at - 1];
    if (stored !== undefined && keeps(stored.room)) found.push(stored);
  }
  const page = found.slice(0, size);
  const last = page.at(-1);
  return {
    data: page.map((stored) => stored.room),
    nextCursor: found.length > size && last !== undefined ? writeCursor(last) : null,
  };
};

/** A list by the dev server: every room, oldest first; only `metadata.KEY` and `organizationId` filter. */
export const listAllRooms = (store: Store, query: URLSearchParams): readonly LiveblocksSandboxRoom[] | undefined => {
  const text = query.get("query");
  if (text !== null && parseQuery(text) === undefined) return undefined;
  return roomsInOrder(store)
    .map((stored) => stored.room)
    .filter((room) => inOrganization(room, query) && hasMetadata(room, metadataOf(query)));
};

const filterOf = (query: URLSearchParams): ((room: LiveblocksSandboxRoom) => boolean) | string => {
  const text = query.get("query") ?? "";
  const parsed: RoomFilter | undefined = text === "" ? { prefixes: [], metadata: [] } : parseQuery(text);
  if (parsed === undefined) return "'query' cannot be read.";
  const userId = query.get("userId");
  const groupIds = query.get("groupIds")?.split(",") ?? [];
  const metadata = [...parsed.metadata, ...metadataOf(query)];
  // A room is found by an entry for the user or the group, whatever the entry's list says.
  const isNamed = (room: LiveblocksSandboxRoom): boolean =>
    (userId !== null && Object.hasOwn(room.usersAccesses, userId)) ||
    groupIds.some((id) => Object.hasOwn(room.groupsAccesses, id));
  const byName = userId !== null || groupIds.length > 0;
  return (room) =>
    inOrganization(room, query) &&
    parsed.prefixes.every((prefix) => room.id.startsWith(prefix)) &&
    hasMetadata(room, metadata) &&
    (!byName || isNamed(room));
};

const metadataOf = (query: URLSearchParams): RoomFilter["metadata"] =>
  [...query]
    .filter(([name]) => name.startsWith("metadata."))
    .map(([name, value]) => [name.slice("metadata.".length), value]);

// Only text is matched, lists never.
const hasMetadata = (room: LiveblocksSandboxRoom, wanted: RoomFilter["metadata"]): boolean =>
  wanted.every(([key, value]) => Object.hasOwn(room.metadata, key) && room.metadata[key] === value);

const inOrganization = (room: LiveblocksSandboxRoom, query: URLSearchParams): boolean => {
  const wanted = query.get("organizationId");
  return wanted === null || room.organizationId === wanted;
};

type Cursor = Pick<Stored, "created" | "seq">;

/** How many of the rooms, oldest first, are older than the cursor; by halving. */
const countOlder = (rooms: readonly Stored[], cursor: Cursor): number => {
  let low = 0;
  let high = rooms.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const stored = rooms[middle];
    if (stored !== undefined && compareAge(stored, cursor) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const writeCursor = ({ created, seq }: Cursor): string => Buffer.from(`${created}.${seq}`).toString("base64url");

const readCursor = (text: string): Cursor | undefined => {
  const parts = /^(-?\d+)\.(\d+)$/u.exec(Buffer.from(text, "base64url").toString());
  return parts === null ? undefined : { created: Number(parts[1]), seq: Number(parts[2]) };
};
