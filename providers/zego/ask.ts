/** The questions that can be put to the service about one room, each in as few requests as it allows. */
import { ServiceFailure } from "../../engine/provider.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord } from "../../engine/util/record.ts";
import { IDS_AT_ONCE, PAGE_SIZE } from "./actions.ts";
import type { ReadApi } from "./api.ts";
import { type Auth, AuthFormError, readAuth } from "./convert.ts";

const MOST_PAGES = 10_000;

/** Ten rooms a request tell which of them need no request of their own; a single room is asked itself. */
export const emptyRooms = async (
  api: ReadApi,
  rooms: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> => {
  if (rooms.length <= 1) return new Set();
  const counted = await Promise.all(
    chunks(rooms).map(async (some) => {
      const reply = await api.read("DescribeUserNum", { "RoomId[]": some }, signal);
      return reply.type === "absent" ? some : emptyAmong(reply.data, some);
    }),
  );
  return new Set(counted.flat());
};

const emptyAmong = (data: unknown, asked: readonly string[]): readonly string[] =>
  listIn(data, "UserCountList", "the number of users").flatMap((item) => {
    const room = isRecord(item) ? idOf(item.RoomId) : undefined;
    const count = isRecord(item) ? item.UserCount : undefined;
    if (room === undefined || typeof count !== "number") throw unreliable("the number of users of a room is missing");
    return count === 0 && asked.includes(room) ? [room] : [];
  });

/** What was set in a room; undefined: nobody is in it. */
export const readRoomAuth = async (
  api: ReadApi,
  room: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly set: Auth | undefined } | undefined> => {
  const reply = await api.read("GetWhiteboardRoomAuth", { RoomId: room }, signal);
  if (reply.type === "absent") return undefined;
  const shown = isRecord(reply.data) ? reply.data.RoomId : undefined;
  if (shown !== undefined && idOf(shown) !== room) throw unreliable(`asked for room ${quote(room)}, it gave another`);
  return { set: authIn(reply.data, `room ${quote(room)}`) };
};

/** Everybody in a room, page by page. Somebody who comes meanwhile is on a later page. */
export const listPeople = async (
  api: ReadApi,
  room: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> => {
  const people: string[] = [];
  const markers = new Set<string>();
  let marker: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const query = { RoomId: room, Limit: PAGE_SIZE, Marker: marker };
    const reply = await api.read("DescribeUserList", query, signal);
    if (reply.type === "absent") return people;
    for (const item of listIn(reply.data, "UserList", "the list of people")) {
      const id = isRecord(item) ? idOf(item.UserId) : undefined;
      if (id === undefined) throw unreliable(`somebody in room ${quote(room)} has no UserId`);
      people.push(id);
    }
    marker = isRecord(reply.data) ? idOf(reply.data.Marker) : undefined;
    if (marker === undefined) return people;
    if (markers.has(marker))
      throw unreliable(`the list of people of room ${quote(room)} comes back to an earlier page`);
    if (pages >= MOST_PAGES) throw unreliable(`the list of people of room ${quote(room)} does not end`);
    markers.add(marker);
  }
};

/** Overrides of these people; undefined: nobody is in the room any more. */
export const readOverrides = async (
  api: ReadApi,
  room: string,
  people: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Auth> | undefined> => {
  const replies = await Promise.all(
    chunks(people).map(async (some) => {
      const reply = await api.read("GetWhiteboardUserAuth", { RoomId: room, "UserId[]": some }, signal);
      return reply.type === "absent" ? undefined : overridesAmong(reply.data, some, room);
    }),
  );
  if (replies.includes(undefined)) return undefined;
  return new Map(replies.flatMap((found) => found ?? []));
};

const overridesAmong = (
  data: unknown,
  asked: readonly string[],
  room: string,
): readonly (readonly [id: string, auth: Auth])[] => {
  if (data === undefined || data === null) return [];
  const items = Array.isArray(data) ? data : isRecord(data) && Object.keys(data).length > 0 ? [data] : [];
  return items.flatMap((item: unknown) => {
    const id = isRecord(item) ? idOf(item.UserId) : undefined;
    if (id === undefined || !asked.includes(id)) {
      throw unreliable(`it gave permissions in room ${quote(room)} of somebody who was not asked for`);
    }
    const auth = authIn(item, `room ${quote(room)}, user ${quote(id)}`);
    return auth === undefined ? [] : [[id, auth] as const];
  });
};

/** Who of these people is in the room; undefined: nobody is. */
export const whoIsThere = async (
  api: ReadApi,
  room: string,
  people: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[] | undefined> => {
  const replies = await Promise.all(
    chunks(people).map(async (some) => {
      const reply = await api.read("DescribeUsers", { RoomId: room, "UserId[]": some }, signal);
      return reply.type === "absent" ? undefined : onlineAmong(reply.data);
    }),
  );
  if (replies.includes(undefined)) return undefined;
  return replies.flatMap((found) => found ?? []);
};

const onlineAmong = (data: unknown): readonly string[] =>
  listIn(data, "UserStatusList", "who is there").flatMap((item) => {
    const id = isRecord(item) ? idOf(item.UserId) : undefined;
    if (id === undefined) throw unreliable("somebody has no UserId");
    return isRecord(item) && item.Status === 1 ? [id] : [];
  });

/** Whether anybody is in a room, or this person is. Throws `ServiceFailure`. */
export const isPresent = async (
  api: ReadApi,
  room: string,
  user: string | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean> => {
  if (user === undefined) return (await readRoomAuth(api, room, signal)) !== undefined;
  return (await whoIsThere(api, room, [user], signal))?.includes(user) === true;
};

const authIn = (data: unknown, what: string): Auth | undefined => {
  try {
    return readAuth(data);
  } catch (error) {
    if (!(error instanceof AuthFormError)) throw error;
    throw unreliable(`${what}: ${error.message}`);
  }
};

const listIn = (data: unknown, key: string, what: string): readonly unknown[] => {
  const list = isRecord(data) ? data[key] : undefined;
  if (!Array.isArray(list)) throw unreliable(`${what} is missing`);
  return list;
};

/** An id or a marker as text, digit for digit; undefined where there is none. */
const idOf = (value: unknown): string | undefined => {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
};

const chunks = (ids: readonly string[]): readonly (readonly string[])[] => {
  const made: (readonly string[])[] = [];
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) made.push(ids.slice(start, start + IDS_AT_ONCE));
  return made;
};

const unreliable = (what: string): ServiceFailure =>
  new ServiceFailure(`ZEGOCLOUD gave an answer that cannot be relied on: ${what}`, "incomplete");
