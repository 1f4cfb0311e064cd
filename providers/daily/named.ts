/**
 * Senders and custom tracks that permissions name one by one. A denial that goes leaves no trace in the state after it, so
 * every state of a plan is asked about the same names: those of the files and those that were found at the service.
 */
import type { Current, CurrentState, Json, ProviderPolicy, RoomPolicy, Spec } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { OTHER_ROOMS } from "../../engine/util/other-rooms.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { DOMAIN, LIVE, permissionsIn, ROOM } from "./convert.ts";
import { blockValues, type TRACKS, type Values, written } from "./permissions.ts";

/** What is named in a room. Read only, like `JOINED`: never desired, changed or sent. */
const NAMED = "named";

/** Sorted; `*` is the name of no track. */
export type Names = {
  readonly senders: readonly string[];
  readonly customVideo: readonly string[];
  readonly customAudio: readonly string[];
};

/** What a set of permissions names. */
const namesOf = (values: Values): Names => {
  const byUser = values.get("canReceive.byUserId");
  const people = isRecord(byUser) ? byUser : {};
  const media = [values.get("canReceive.base"), ...Object.values(people)];
  const tracks = (kind: (typeof TRACKS)[number]): readonly string[] =>
    sortedSet(media.flatMap((each) => trackNames(each, kind)));
  return {
    senders: sortedSet(Object.keys(people)),
    customVideo: tracks("customVideo"),
    customAudio: tracks("customAudio"),
  };
};

/** The tracks that the media of one sender name. */
export const trackNames = (media: unknown, kind: string): readonly string[] => {
  const given = isRecord(media) ? own(media, kind) : undefined;
  return isRecord(given) ? Object.keys(given).filter((track) => track !== "*") : [];
};

/** What the files and the service name in a room, or in the rooms that no file names. */
export const namesIn = (room: string, view: View, policy: ProviderPolicy): Names => {
  const found = view(address(policy.provider, NAMED, room));
  const byFiles = namesOfFiles(policy.rooms.get(room), policy);
  return found === undefined || found === null ? byFiles : joined([byFiles, found as unknown as Names]);
};

const joined = (all: readonly Names[]): Names => {
  const list = (of: keyof Names): readonly string[] => sortedSet(all.flatMap((names) => names[of]));
  return { senders: list("senders"), customVideo: list("customVideo"), customAudio: list("customAudio") };
};

const ofRooms = new WeakMap<RoomPolicy, Names>();

/** The same room is asked about in many states. */
const namesOfFiles = (room: RoomPolicy | undefined, policy: ProviderPolicy): Names => {
  const known = room === undefined ? undefined : ofRooms.get(room);
  if (known !== undefined) return known;
  const grants = [policy.roomDefaults?.default, room?.default, ...(room?.users?.values() ?? [])];
  const blocks = new Set(grants.flatMap((grant) => (grant === undefined ? [] : [grant.block])));
  const made = joined([...blocks].map((block) => namesOf(blockValues(block))));
  if (room !== undefined) ofRooms.set(room, made);
  return made;
};

/** A reading with what is named in each room: by the room, the domain, what was last sent in its call, and the files. */
export const withNames = (policy: ProviderPolicy, current: CurrentState): CurrentState => {
  const { provider } = policy;
  const spec = (kind: string, id?: string): Spec | undefined =>
    current.objects.get(id === undefined ? address(provider, kind) : address(provider, kind, id))?.spec;
  const domain = namesOf(written(permissionsIn(spec(DOMAIN))));
  const found: Current[] = [];
  const note = (room: string, names: Names): void => {
    if (Object.values(names).some((list) => list.length > 0)) found.push(objectOf(provider, room, names));
  };
  for (const [id, room] of policy.rooms) {
    const stored = namesOf(written(permissionsIn(spec(ROOM, id))));
    const sent = Object.values(spec(LIVE, id) ?? {}).map((set) => namesOf(written(set)));
    note(id, joined([domain, stored, ...sent, namesOfFiles(room, policy)]));
  }
  if (policy.roomDefaults !== undefined) note(OTHER_ROOMS, joined([domain, namesOfFiles(undefined, policy)]));
  if (found.length === 0) return current;
  return { ...current, objects: new Map([...current.objects, ...found.map((one) => [one.address, one] as const)]) };
};

const objectOf = (provider: string, room: string, names: Names): Current => ({
  address: address(provider, NAMED, room),
  kind: NAMED,
  id: room,
  room,
  spec: record<Json>(Object.entries(names)),
});
