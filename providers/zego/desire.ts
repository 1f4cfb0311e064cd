/**
 * What should be set now: defaults of rooms that are there, overrides of people who are in them. What cannot be set is
 * pending. Nothing can be cleared: an override that has to go is set to the room's default until its holder leaves.
 */
import type {
  Address,
  Current,
  Desired,
  DesiredState,
  Json,
  Pending,
  ProviderPolicy,
  RoomPolicy,
  Source,
  Spec,
} from "../../engine/model.ts";
import type { DesireInput } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { compareText } from "../../engine/util/compare.ts";
import { record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { authOf, NOTHING_SET, ROOM, specOf, USER } from "./convert.ts";
import { type Presence, presenceOf } from "./presence.ts";

/** Why an override is written that no grant asks for. */
export const PINNED = "pinned to the room's default until they leave";
const CANNOT_END =
  "what they may do cannot be taken back while they are in the room, and the files give the room no default to set instead; it ends when they leave";

type Found = {
  readonly provider: string;
  readonly presence: Presence;
  readonly objects: ReadonlyMap<Address, Current>;
  /** The overrides at the service, by room. */
  readonly overrides: ReadonlyMap<string, readonly Current[]>;
};

type Wanted = {
  readonly objects: Map<Address, Desired>;
  readonly observed: Map<Address, Spec | null>;
  readonly pending: Pending[];
  unmanaged: number;
};

/** See `Provider.desire`. Linear. */
export const desire = ({ policy, current }: DesireInput): DesiredState => {
  const found: Found = {
    provider: policy.provider,
    presence: presenceOf(current),
    objects: current.objects,
    overrides: overridesByRoom(current.objects.values()),
  };
  const wanted: Wanted = { objects: new Map(), observed: new Map(), pending: [], unmanaged: 0 };
  for (const room of policy.rooms.values()) {
    if (room.absent) continue;
    if (!found.presence.hasRoom(room.id)) {
      wanted.pending.push(...allPending(policy, room));
      continue;
    }
    desireDefault(room, found, wanted);
    desireUsers(room, found, wanted);
    desireRemovals(room, found, wanted);
  }
  return { ...wanted, diagnostics: [] };
};

const overridesByRoom = (objects: Iterable<Current>): ReadonlyMap<string, readonly Current[]> => {
  const rooms = new Map<string, Current[]>();
  for (const object of objects) {
    if (object.kind !== USER || object.room === undefined) continue;
    const known = rooms.get(object.room);
    if (known === undefined) rooms.set(object.room, [object]);
    else known.push(object);
  }
  return rooms;
};

const allPending = ({ provider }: ProviderPolicy, room: RoomPolicy): readonly Pending[] => {
  const pending: Pending[] = [];
  if (room.default !== undefined && room.mode.default !== "observe") {
    pending.push({
      address: address(provider, ROOM, room.id),
      reason: "nobody is in the room; it can be set when somebody is",
      source: room.default.source,
      target: specOf(authOf(room.default.block)),
    });
  }
  if (room.mode.users === "observe") return pending;
  for (const [id, grant] of room.users ?? []) {
    const reason = "nobody is in the room; it can be set when they are in it";
    const target = specOf(authOf(grant.block));
    pending.push({ address: address(provider, USER, room.id, id), reason, source: grant.source, target });
  }
  return pending;
};

/** A room that is there always has an object: the one that was read, else as it is when nothing was set. */
const desireDefault = (room: RoomPolicy, { provider, objects }: Found, wanted: Wanted): void => {
  const where = address(provider, ROOM, room.id);
  const spec = objects.get(where)?.spec ?? NOTHING_SET;
  const target = room.default === undefined ? spec : same(spec, specOf(authOf(room.default.block)));
  const isObserved = room.mode.default === "observe";
  if (isObserved && target !== spec) wanted.observed.set(where, target);
  wanted.objects.set(where, {
    address: where,
    kind: ROOM,
    id: room.id,
    room: room.id,
    spec: isObserved ? spec : target,
    source: room.default?.source ?? room.source,
  });
};

const desireUsers = (room: RoomPolicy, found: Found, wanted: Wanted): void => {
  for (const [id, grant] of room.users ?? []) {
    const where = address(found.provider, USER, room.id, id);
    const spec = found.objects.get(where)?.spec ?? null;
    const target = same(spec, specOf(authOf(grant.block)));
    if (room.mode.users === "observe") {
      observe(wanted, overrideOf(where, room.id, id, spec, grant.source), target);
    } else if (spec === null && !found.presence.hasUser(room.id, id)) {
      const reason = "not in the room; it can be set when they are in it";
      wanted.pending.push({ address: where, reason, source: grant.source, target });
    } else wanted.objects.set(where, { ...overrideOf(where, room.id, id, target, grant.source), target });
  }
};

/** Overrides that the files do not ask for. */
const desireRemovals = (room: RoomPolicy, found: Found, wanted: Wanted): void => {
  if (room.users === undefined) return;
  const target = room.default === undefined ? undefined : specOf(authOf(room.default.block));
  const pinned: Desired[] = [];
  for (const { address: where, id, spec } of byId(found.overrides.get(room.id) ?? [])) {
    if (room.users.has(id)) continue;
    const removed = room.removedUsers.get(id);
    const mode = room.mode.users;
    if (removed === undefined && mode !== "authoritative") wanted.unmanaged += 1;
    if (removed === undefined && mode === "additive") continue;
    const source = removed ?? room.fieldSources.get("users") ?? room.fieldSources.get("teams") ?? room.source;
    const override = overrideOf(where, room.id, id, spec, source);
    if (mode === "observe") observe(wanted, override, target === undefined ? spec : same(spec, target));
    else if (target === undefined) {
      wanted.objects.set(where, override);
      wanted.pending.push({ address: where, reason: CANNOT_END, source });
    } else if (sameJson(spec, target)) wanted.objects.set(where, override);
    else pinned.push({ ...override, spec: target, target, reason: PINNED });
  }
  for (const [index, override] of pinned.entries()) {
    wanted.objects.set(override.address, index === 0 ? { ...override, wire: pinnedWire(pinned) } : override);
  }
};

/** Who is pinned with this one: told once for a room, however many they are. */
const pinnedWire = (pinned: readonly Desired[]): Json => record([["pinned", pinned.map(({ id }) => id)]]);

const byId = (overrides: readonly Current[]): readonly Current[] =>
  overrides.toSorted((a, b) => compareText(a.id, b.id));

const observe = (wanted: Wanted, override: Desired, target: Spec | null): void => {
  wanted.objects.set(override.address, override);
  if (target !== override.spec) wanted.observed.set(override.address, target);
};

const overrideOf = (
  where: Address,
  room: string,
  id: string,
  spec: Spec | null,
  source: Source | undefined,
): Desired => ({ address: where, kind: USER, id, room, spec, source });

/** The found spec itself where it is the wanted one. */
const same = (found: Spec | null, target: Spec): Spec => (found !== null && sameJson(found, target) ? found : target);
