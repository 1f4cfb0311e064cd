/** Who was in which room when it was read; kept beside the objects. */
import type { CurrentState, Json, JsonObject } from "../../engine/model.ts";
import { compareText } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { isTextList } from "./convert.ts";

/** People by room id, rooms that are there alone. */
export type Present = ReadonlyMap<string, ReadonlySet<string>>;

export const presenceExtra = (present: Present): JsonObject =>
  record<Json>([["present", record<Json>([...present].map(([room, users]) => [room, [...users].sort(compareText)]))]]);

export type Presence = {
  /** Whether anybody is in the room. */
  hasRoom(room: string): boolean;
  hasUser(room: string, user: string): boolean;
};

/** Presence as read. Without a reading, as offline: rooms that are said to exist are there, with everybody in them. */
export const presenceOf = ({ rooms, extra }: CurrentState): Presence => {
  const present = own(extra, "present");
  if (!isRecord(present)) return { hasRoom: (room) => rooms.has(room), hasUser: (room) => rooms.has(room) };
  const sets = new Map<string, ReadonlySet<string>>();
  const peopleIn = (room: string): ReadonlySet<string> => {
    const known = sets.get(room);
    if (known !== undefined) return known;
    const users = own(present, room);
    const made = new Set(isTextList(users) ? users : []);
    sets.set(room, made);
    return made;
  };
  return {
    hasRoom: (room) => rooms.has(room),
    hasUser: (room, user) => peopleIn(room).has(user),
  };
};
