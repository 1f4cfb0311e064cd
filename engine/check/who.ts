import { subjectKey, subjectsOf } from "../effect/accesses.ts";
import type { CheckWho, RoomPolicy, Subject, Team } from "../model.ts";
import type { CheckedPlace } from "./rooms.ts";

/** The subjects that a check is about in one place, by key. Somebody named need not have an entry there. */
export const subjectsMeant = (
  who: CheckWho | undefined,
  place: CheckedPlace,
  teams: ReadonlyMap<string, Team>,
): ReadonlyMap<string, Subject> => {
  if (who === undefined || who.anyone) return new Map(subjectsOf([place.access()]));
  const meant = new Map<string, Subject>();
  const add = (subject: Subject): void => {
    meant.set(subjectKey(subject), subject);
  };
  for (const id of who.users) add({ kind: "user", id });
  for (const name of who.teams) for (const id of teams.get(name)?.members.keys() ?? []) add({ kind: "user", id });
  for (const id of who.groups) add({ kind: "group", id });
  if (who.everyone) add({ kind: "everyone" });
  const room = place.policy.rooms.get(place.room);
  for (const role of who.roles) for (const subject of holdersOf(role, place, room)) add(subject);
  if (who.unlisted) for (const { subject } of place.access().own.values()) if (!isListed(subject, room)) add(subject);
  return meant;
};

/** Who holds a role in a room by the files. */
const holdersOf = (role: string, place: CheckedPlace, room: RoomPolicy | undefined): readonly Subject[] => {
  const holders: Subject[] = [{ kind: "role", id: role }];
  for (const [id, grant] of room?.users ?? []) if (grant.role === role) holders.push({ kind: "user", id });
  for (const [id, grant] of room?.groups ?? []) if (grant.role === role) holders.push({ kind: "group", id });
  const fallback = room?.default ?? place.policy.roomDefaults?.default;
  if (fallback?.role === role) holders.push({ kind: "everyone" });
  return holders.filter((subject) => subject.kind !== "role" || place.access().own.has(subjectKey(subject)));
};

const isListed = (subject: Subject, room: RoomPolicy | undefined): boolean => {
  switch (subject.kind) {
    case "user":
      return room?.users?.has(subject.id) === true || room?.removedUsers.has(subject.id) === true;
    case "group":
      return room?.groups?.has(subject.id) === true || room?.removedGroups.has(subject.id) === true;
    default:
      return true;
  }
};
