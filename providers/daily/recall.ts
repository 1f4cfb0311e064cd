/** Running calls as the ledger knows them: what was last sent to those who are there now. */
import type { Current, CurrentState, Json, JsonObject, RoomPolicy, Spec } from "../../engine/model.ts";
import type { DesireInput } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { DOMAIN, JOINED, LIVE, permissionsIn, ROOM } from "./convert.ts";
import { type Known, knownPeople, lastSent } from "./memory.ts";
import { EMPTY, type Field, nested, pathOf, resolvedAll, type Values, written } from "./permissions.ts";
import { accountOf, callOf, type LiveCall } from "./presence.ts";
import { managedFields, STAR, type Targets, targetsOf, userKey, userOfKey } from "./targets.ts";

/** What a reading knows of a running call beside what was sent. */
export type LiveExtra = {
  /** Ids of the people who are there. */
  readonly users: readonly string[];
  /** Somebody is there who has no user id, or is not shown. */
  readonly others: boolean;
  /** Fields that no role of the room writes any more, and that somebody there still holds otherwise than the room gives them. */
  readonly leftovers: readonly Field[];
  /** Paths of the fields that somebody there holds and that are not known. */
  readonly unknown: readonly (readonly string[])[];
};

/** See `Provider.recall`. */
export const recall = ({ policy, current, ledger }: DesireInput): CurrentState => {
  const { provider } = policy;
  const objects = new Map(current.objects);
  const domain = permissionsIn(current.objects.get(address(provider, DOMAIN))?.spec);
  for (const room of policy.rooms.values()) {
    const found = current.objects.get(address(provider, ROOM, room.id));
    const call = callOf(current, room.id);
    if (found === undefined || call === undefined) continue;
    const permissions = permissionsIn(found.spec);
    const people = knownPeople(call, lastSent(ledger, accountOf(current), room.id));
    const leftovers = leftoversOf(room, resolvedAll(permissions, domain), people);
    const targets = targetsOf(room, permissions, domain, leftovers);
    if (targets === undefined) continue;
    for (const object of [
      liveOf(provider, room, { targets, leftovers, call, people }),
      joinedOf(provider, room, nested(resolvedAll(permissions, domain))),
    ]) {
      objects.set(object.address, object);
    }
  }
  return { ...current, objects };
};

/** What was sent for a role that is not used any more; under `additive` people whom the files do not list keep it. */
const leftoversOf = (room: RoomPolicy, rest: Values, people: readonly Known[]): readonly Field[] => {
  const isOurs = ({ user }: Known): boolean =>
    room.mode.users !== "additive" ||
    (user !== null && (room.users?.has(user) || room.removedUsers.has(user)) === true);
  const sent = people.filter(isOurs).flatMap((person) => [...written(person.sent?.set)]);
  const managed = new Set(managedFields(room));
  const found = sent.filter(([field, value]) => !managed.has(field) && !sameJson(value, rest.get(field)));
  return [...new Set(found.map(([field]) => field))];
};

type LiveParts = {
  readonly targets: Targets;
  readonly leftovers: readonly Field[];
  readonly call: LiveCall;
  readonly people: readonly Known[];
};

const liveOf = (provider: string, room: RoomPolicy, { targets, leftovers, call, people }: LiveParts): Current => {
  const byKey = new Map<string, Known[]>();
  for (const person of people) {
    const key = keyOf(person, targets);
    if (key === undefined) continue;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [person]);
    else known.push(person);
  }
  const isShort = call.total > call.people.length;
  const known = new Map([...byKey].map(([key, group]) => [key, agreed(group, targets.fields)] as const));
  const spec: Spec = record<Json>([
    ...[...known].map(([key, set]): [string, Json] => [key, set]),
    ...(isShort && targets.star !== undefined ? [[STAR, EMPTY] as [string, Json]] : []),
  ]);
  const extra: LiveExtra = {
    users: sortedSet(people.flatMap(({ user }) => (user === null ? [] : [user]))),
    others: isShort || people.some(({ user }) => user === null),
    leftovers,
    unknown: Object.keys(spec).flatMap((key) => {
      const sent = written(own(spec, key));
      return targets.fields.filter((field) => !sent.has(field)).map((field) => [key, ...pathOf(field)]);
    }),
  };
  return { address: address(provider, LIVE, room.id), kind: LIVE, id: room.id, room: room.id, spec, extra };
};

/** Under which key somebody's permissions stand; undefined: they are left alone. */
const keyOf = ({ user, sent }: Known, { users, star }: Targets): string | undefined => {
  if (user !== null && users.has(user)) return userKey(user);
  if (star === undefined) return undefined;
  return sent !== undefined && userOfKey(sent.as) !== undefined ? sent.as : STAR;
};

/** The fields of which it is known that all of these were sent the same last. */
const agreed = (people: readonly Known[], fields: readonly Field[]): JsonObject => {
  const [first, ...others] = people.map(({ sent }) => (sent === undefined ? NOTHING : written(sent.set)));
  const same = [...(first ?? NOTHING)].filter(
    ([field, value]) => fields.includes(field) && others.every((values) => sameJson(values.get(field), value)),
  );
  return nested(new Map(same));
};

const NOTHING: Values = new Map();

const joinedOf = (provider: string, room: RoomPolicy, permissions: JsonObject): Current => ({
  address: address(provider, JOINED, room.id),
  kind: JOINED,
  id: room.id,
  room: room.id,
  spec: record<Json>([["permissions", permissions]]),
});

/** What `recall` put beside a running call. */
export const liveExtra = (object: Current): LiveExtra => object.extra as unknown as LiveExtra;
