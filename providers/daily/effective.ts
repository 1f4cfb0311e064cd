/**
 * Who may do what in a room. Each field comes from the token, else the room, else the domain, else what is built in; in a
 * running call what was last sent decides. Somebody whom the files name is taken to carry a token with the files' role; of
 * somebody who is in a call and was sent nothing, it is not known, and they count as having joined with the defaults.
 */
import type {
  Access,
  Address,
  JsonObject,
  Layer,
  Place,
  ProviderPolicy,
  RoomPolicy,
  Spec,
} from "../../engine/model.ts";
import type { TouchedPlace, View } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { OTHER_ROOMS } from "../../engine/util/other-rooms.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { DOMAIN, JOINED, LIVE, permissionsIn, ROOM, type RoomSpec, roomSpec } from "./convert.ts";
import { JOIN_WITHOUT_TOKEN } from "./language.ts";
import { type Names, namesIn } from "./named.ts";
import { EMPTY, resolvedAll, type Values, written } from "./permissions.ts";
import { grantValues, managedFields, STAR, userOfKey } from "./targets.ts";

/** See `Provider.effective`. */
export const effective = (place: Place, view: View, policy: ProviderPolicy): readonly Access[] => {
  if (place.room === OTHER_ROOMS) return elsewhere(place, view, policy);
  const spec = view(address(place.provider, ROOM, place.room));
  if (spec === undefined || spec === null) return [];
  const room = policy.rooms.get(place.room);
  const permissions = permissionsIn(spec);
  const domain = permissionsIn(view(address(place.provider, DOMAIN)));
  const base = resolvedAll(permissions, domain);
  const live =
    room === undefined || room.live === "ignore" ? undefined : view(address(place.provider, LIVE, place.room));
  const joined = view(address(place.provider, JOINED, place.room));
  const names = namesIn(place.room, view, policy);
  const holds = (values: Values): readonly string[] => inRoom(roomSpec(spec), held(values, names));
  const before = joined === undefined || joined === null ? base : resolvedAll(permissionsIn(joined));
  const inCall = (set: JsonObject): Values => new Map([...before, ...written(set)]);

  const star = live === undefined || live === null || room?.mode.users === "observe" ? undefined : own(live, STAR);
  const everyone = sortedSet([...holds(base), ...(isRecord(star) ? holds(inCall(star as JsonObject)) : [])]);
  const accesses: Access[] = [
    { subject: { kind: "everyone" }, capabilities: everyone, layer: layerOf(permissions, domain) },
  ];
  for (const [id, capabilities] of people(room, live, { base, permissions, domain, holds, inCall })) {
    accesses.push({ subject: { kind: "user", id }, capabilities, layer: "user" });
  }
  return accesses;
};

/** What the domain gives in the rooms that no file names. Whether those are public is not known. */
const elsewhere = (place: Place, view: View, policy: ProviderPolicy): readonly Access[] => {
  if (policy.roomDefaults === undefined) return [];
  const domain = permissionsIn(view(address(place.provider, DOMAIN)));
  const capabilities = held(resolvedAll(domain), namesIn(OTHER_ROOMS, view, policy));
  return [{ subject: { kind: "everyone" }, capabilities, layer: layerOf(EMPTY, domain) }];
};

const held = (values: Values, names: Names): readonly string[] => capabilitiesOf(values, names.senders, names);

const inRoom = ({ privacy }: RoomSpec, capabilities: readonly string[]): readonly string[] =>
  privacy === "public" ? sortedSet([...capabilities, JOIN_WITHOUT_TOKEN]) : capabilities;

type Heights = {
  readonly base: Values;
  readonly permissions: JsonObject;
  readonly domain: JsonObject;
  holds(values: Values): readonly string[];
  inCall(set: JsonObject): Values;
};

/** Those whom the files name, and those who were sent something of their own. */
const people = (
  room: RoomPolicy | undefined,
  live: Spec | null | undefined,
  { base, permissions, domain, holds, inCall }: Heights,
): readonly (readonly [id: string, capabilities: readonly string[]])[] => {
  const known = new Map<unknown, readonly string[]>();
  const once = (key: unknown, make: () => Values): readonly string[] => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = holds(make());
    known.set(key, made);
    return made;
  };
  const found = new Map<string, readonly string[]>();
  const fields = room === undefined ? [] : managedFields(room);
  for (const [id, grant] of room?.users ?? []) {
    found.set(
      id,
      once(grant.block, () => new Map([...base, ...grantValues(grant, fields, permissions, domain)])),
    );
  }
  for (const key of Object.keys(live ?? {})) {
    const id = userOfKey(key);
    const set = own(live ?? undefined, key);
    if (id !== undefined && isRecord(set))
      found.set(
        id,
        once(set, () => inCall(set as JsonObject)),
      );
  }
  return [...found].sort((a, b) => compareText(a[0], b[0]));
};

const layerOf = (permissions: JsonObject, domain: JsonObject): Layer => {
  if (Object.keys(permissions).length > 0) return "default";
  return Object.keys(domain).length > 0 ? "provider default" : "built-in";
};

/**
 * See `Provider.places`. The domain reaches every room, those too that no file names. Who is in a call may change without
 * that a plan becomes another: only a call that is changed itself counts.
 */
export const places = (
  addresses: ReadonlySet<Address>,
  policy: ProviderPolicy,
  ...views: readonly View[]
): readonly TouchedPlace[] => {
  const { provider } = policy;
  const domain = address(provider, DOMAIN);
  const rooms = new Set<string>();
  for (const object of addresses) {
    const [name, kind, id] = addressParts(object);
    if (name !== provider) continue;
    if (kind === DOMAIN) {
      for (const room of policy.rooms.keys()) {
        if (views.some((view) => isThere(view(address(provider, ROOM, room))))) rooms.add(room);
      }
    } else if ((kind === ROOM || kind === LIVE) && id !== undefined) rooms.add(id);
  }
  const isElsewhere = policy.roomDefaults !== undefined && addresses.has(domain);
  return [
    ...(isElsewhere ? [{ place: { provider, room: OTHER_ROOMS }, dependsOn: [domain] }] : []),
    ...[...rooms].map((room) => placeOf(provider, room, addresses)),
  ];
};

/** See `Provider.allPlaces`. */
export const allPlaces = (policy: ProviderPolicy, view: View): readonly TouchedPlace[] =>
  [...policy.rooms.keys()]
    .filter((room) => isThere(view(address(policy.provider, ROOM, room))))
    .map((room) => placeOf(policy.provider, room, new Set()));

const isThere = (spec: Spec | null | undefined): boolean => spec !== undefined && spec !== null;

const placeOf = (provider: string, room: string, changed: ReadonlySet<Address>): TouchedPlace => {
  const live = address(provider, LIVE, room);
  return {
    place: { provider, room },
    dependsOn: [address(provider, DOMAIN), address(provider, ROOM, room), ...(changed.has(live) ? [live] : [])],
  };
};
