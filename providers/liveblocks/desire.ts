/** What the files and the service together say each room should be; what is not managed stays as found. */
import type {
  Address,
  Current,
  Desired,
  DesiredState,
  Diagnostic,
  Grant,
  Json,
  Pending,
  RoomPolicy,
  Source,
  Spec,
} from "../../engine/model.ts";
import type { DesireInput } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { managedMap } from "../../engine/util/managed-map.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { pathProblem } from "../_shared/path.ts";
import { type Metadata, ROOM, type RoomSpec, roomSpec } from "./convert.ts";
import { roomLimits } from "./limits.ts";
import { scopesOf } from "./scopes.ts";

const CLOSED: RoomSpec = {
  defaultAccesses: [],
  groupsAccesses: record(),
  metadata: record(),
  usersAccesses: record(),
};

/** See `Provider.desire`. Linear; a room that does not change keeps the very spec that was read. */
export const desire = ({ policy, current }: DesireInput): DesiredState => {
  const objects = new Map<Address, Desired>();
  const observed = new Map<Address, Spec | null>();
  const pending: Pending[] = [];
  const diagnostics: Diagnostic[] = [];
  let unmanaged = 0;

  for (const room of policy.rooms.values()) {
    const where = address(policy.provider, ROOM, room.id);
    const found = current.objects.get(where);
    const object = { address: where, kind: ROOM, id: room.id, room: room.id, source: room.source };
    if (room.absent) {
      objects.set(where, { ...object, spec: null, reason: "tombstone" });
      continue;
    }
    if (found === undefined) {
      if (room.pattern !== undefined) continue;
      if (!room.create) {
        const reason = "the room does not exist, and the files say not to create it";
        pending.push({ address: where, reason, source: room.source });
        continue;
      }
    }
    const base = found === undefined ? CLOSED : roomSpec(found.spec);
    const merged = mergeRoom(base, room);
    unmanaged += merged.unmanaged;
    if (found === undefined && observesAll(room)) {
      objects.set(where, { ...object, spec: null, reason: "observed" });
      observed.set(where, merged.observed);
      continue;
    }
    if (found !== undefined && merged.observed !== base) observed.set(where, merged.observed);
    const unchanged = merged.target === base;
    const problem = unchanged && found !== undefined ? undefined : pathProblem(room.id);
    if (problem !== undefined) diagnostics.push(unaddressable(room, problem));
    if (found !== undefined && (unchanged || problem !== undefined)) {
      objects.set(where, { ...object, spec: found.spec });
      continue;
    }
    if (problem !== undefined) continue;
    diagnostics.push(...roomLimits(room, merged.target));
    objects.set(where, { ...object, spec: merged.target, wire: wordsOf(room), ...reasonOf(room, found) });
  }
  return { objects, observed, pending, unmanaged, diagnostics };
};

const observesAll = ({ mode }: RoomPolicy): boolean =>
  mode.default === "observe" && mode.users === "observe" && mode.groups === "observe" && mode.settings === "observe";

const reasonOf = (room: RoomPolicy, found: Current | undefined): { readonly reason?: string } =>
  found === undefined && room.default === undefined ? { reason: "created closed: the files give it no default" } : {};

const unaddressable = (room: RoomPolicy, problem: string): Diagnostic => ({
  severity: "error",
  code: "liveblocks/room-id",
  summary: `room ${JSON.stringify(room.id)} cannot be changed over the API`,
  detail: problem,
  source: room.source,
});

type Merged = { readonly target: RoomSpec; readonly observed: RoomSpec; readonly unmanaged: number };

const EMPTY: ReadonlyMap<string, Source> = new Map();
const canonical = (grant: Grant): readonly string[] => scopesOf(grant.block).canonical;

/** `target`: what to plan. `observed`: the room as found, with the fields that are only observed as the files have them. */
const mergeRoom = (found: RoomSpec, room: RoomPolicy): Merged => {
  const { mode } = room;
  const users = managedMap({
    found: found.usersAccesses,
    wanted: room.users,
    value: canonical,
    removed: room.removedUsers ?? EMPTY,
    mode: mode.users,
  });
  const groups = managedMap({
    found: found.groupsAccesses,
    wanted: room.groups,
    value: canonical,
    removed: room.removedGroups ?? EMPTY,
    mode: mode.groups,
  });
  const defaults = wantedDefault(found, room);
  const metadata = wantedMetadata(found.metadata, room.metadata);
  const plans = { default: mode.default !== "observe", metadata: mode.settings !== "observe" };
  const target = assemble(found, {
    defaultAccesses: plans.default ? defaults : found.defaultAccesses,
    groupsAccesses: groups.target,
    metadata: plans.metadata ? metadata : found.metadata,
    usersAccesses: users.target,
  });
  const observed = assemble(found, {
    defaultAccesses: plans.default ? found.defaultAccesses : defaults,
    groupsAccesses: mode.groups === "observe" ? groups.observed : found.groupsAccesses,
    metadata: plans.metadata ? found.metadata : metadata,
    usersAccesses: mode.users === "observe" ? users.observed : found.usersAccesses,
  });
  return { target, observed, unmanaged: users.unmanaged + groups.unmanaged };
};

/** The found spec itself where every field is the found one. */
const assemble = (found: RoomSpec, made: RoomSpec): RoomSpec =>
  made.defaultAccesses === found.defaultAccesses &&
  made.groupsAccesses === found.groupsAccesses &&
  made.metadata === found.metadata &&
  made.usersAccesses === found.usersAccesses
    ? found
    : made;

const wantedDefault = (found: RoomSpec, room: RoomPolicy): readonly string[] => {
  if (room.default === undefined) return found.defaultAccesses;
  const wanted = canonical(room.default);
  return sameJson(found.defaultAccesses, wanted) ? found.defaultAccesses : wanted;
};

/** Only keys that are written are managed; null takes a key away. */
const wantedMetadata = (found: Metadata, wanted: RoomPolicy["metadata"]): Metadata => {
  if (wanted === undefined) return found;
  let made: { [key: string]: string | readonly string[] } | undefined;
  for (const [key, { value }] of wanted) {
    const before = own(found, key);
    if (value === null ? before === undefined : before !== undefined && sameJson(before, value)) continue;
    made ??= record(Object.entries(found));
    if (value === null) delete made[key];
    else made[key] = value;
  }
  return made ?? found;
};

/** The files' own words for every list that they write: what is sent in the place of the canonical form. */
const wordsOf = (room: RoomPolicy): Json => {
  const lists = (grants: ReadonlyMap<string, Grant> | undefined) =>
    record([...(grants ?? [])].map(([id, grant]) => [id, scopesOf(grant.block).words] as const));
  return record<Json>([
    ...(room.default === undefined ? [] : [["defaultAccesses", scopesOf(room.default.block).words] as const]),
    ["groupsAccesses", lists(room.groups)],
    ["usersAccesses", lists(room.users)],
  ]);
};
