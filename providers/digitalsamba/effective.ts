/**
 * Who may do what in a room. A person holds the permissions of one role: the one in the token where the room has that
 * role, else the room's default. People whom the files name are taken to carry a token with the files' role; everyone
 * else comes with a token without a role, or without a token where the room is public. Roles of the room that nobody
 * named holds and that are not its default can be in tokens made elsewhere: they are subjects of their own.
 * https://docs.digitalsamba.com/reference/rest-api/roles-and-permissions/
 */
import type { Access, Place, ProviderPolicy, RoomPolicy, Spec } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { OTHER_ROOMS } from "../../engine/util/other-rooms.ts";
import {
  type Permissions,
  permissionOf,
  ROLE,
  ROOM,
  type RoomSpec,
  roleSpec,
  roomSpec,
  TEAM,
  teamSpec,
} from "./convert.ts";
import { writtenPermissions } from "./desire-role.ts";
import { JOIN_WITHOUT_ACCEPTANCE, MAYBE_ROLE_SENSITIVE } from "./fold.ts";
import { JOIN_WITHOUT_TOKEN, language, ROLE_SENSITIVE } from "./language.ts";
import { type Names, namesOf } from "./names.ts";
import { rolesWithoutRoom, settingsRoles } from "./room-roles.ts";
import { type Closed, closedBy, SWITCHES } from "./switches.ts";

const overRoles: ReadonlySet<string> = new Set(ROLE_SENSITIVE);
const maybeOverRoles: ReadonlySet<string> = new Set(MAYBE_ROLE_SENSITIVE);
const NOTHING: readonly string[] = [];

/** See `Provider.effective`. */
export const effective = (place: Place, view: View, policy: ProviderPolicy): readonly Access[] => {
  if (place.room === OTHER_ROOMS) return elsewhere(place, view, policy);
  const spec = view(address(place.provider, ROOM, place.room));
  if (spec === undefined || spec === null) return [];
  const room = roomSpec(spec);
  const targets = targetsIn(room, policy);
  const entry = policy.rooms.get(place.room);
  const written = entry?.settings?.value ?? {};
  const within = withinRoom(room, closedBy(room, view(address(place.provider, SWITCHES)), written));
  const of = (role: string | null): readonly string[] =>
    within(role === null ? NOTHING : capabilitiesOf(view(address(place.provider, ROLE, role)), targets));
  const defaults = of(room.default_role);
  const accesses: Access[] = [{ subject: { kind: "everyone" }, capabilities: defaults, layer: "default" }];
  const held = heldRoles(entry);
  for (const role of room.roles) {
    if (role === room.default_role || held.has(role)) continue;
    accesses.push({ subject: { kind: "role", id: role }, capabilities: of(role), layer: "role" });
  }
  const roles = new Set(room.roles);
  const known = new Map<string, readonly string[]>();
  for (const [id, { role }] of sortedUsers(entry)) {
    if (role === undefined || !roles.has(role)) {
      accesses.push({ subject: { kind: "user", id }, capabilities: defaults, layer: "default" });
      continue;
    }
    const capabilities = known.get(role) ?? of(role);
    known.set(role, capabilities);
    accesses.push({ subject: { kind: "user", id }, capabilities, layer: "user" });
  }
  return accesses;
};

/**
 * What the team's default role gives in the rooms that no file names, and what roles give that no room of the files has, to
 * whoever holds them there. Whether those rooms are public is not known.
 */
const elsewhere = (place: Place, view: View, policy: ProviderPolicy): readonly Access[] => {
  const found = policy.roomDefaults === undefined ? undefined : view(address(place.provider, TEAM));
  const team = found === undefined || found === null ? undefined : teamSpec(found);
  const targets = targetsIn({ roles: team?.roles ?? [] }, policy);
  const of = (role: string | null): readonly string[] =>
    role === null ? NOTHING : capabilitiesOf(view(address(place.provider, ROLE, role)), targets);
  const accesses: Access[] = [];
  if (team !== undefined)
    accesses.push({ subject: { kind: "everyone" }, capabilities: of(team.default_role), layer: "provider default" });
  for (const role of rolesWithoutRoom(policy, view))
    if (role !== team?.default_role)
      accesses.push({ subject: { kind: "role", id: role }, capabilities: of(role), layer: "role" });
  return accesses;
};

const inRooms = new WeakMap<readonly string[], Map<string, readonly string[]>>();

/** What is left of a role's capabilities in a room, and how people get in there. The same lists for rooms that are alike. */
const withinRoom = (
  { privacy }: RoomSpec,
  { isLocked, permissions }: Closed,
): ((capabilities: readonly string[]) => readonly string[]) => {
  const joining = [
    ...(isLocked === false ? [JOIN_WITHOUT_ACCEPTANCE] : []),
    ...(privacy === "public" ? [JOIN_WITHOUT_TOKEN] : []),
  ];
  const key = [...joining, ...permissions].join(" ");
  return (capabilities) => {
    const known = inRooms.get(capabilities) ?? new Map<string, readonly string[]>();
    inRooms.set(capabilities, known);
    const made =
      known.get(key) ?? sortedSet([...capabilities.filter((one) => !permissions.has(nameOf(one))), ...joining]);
    known.set(key, made);
    return made;
  };
};

const nameOf = (capability: string): string => capability.slice("digitalsamba:".length).replace(/\(.*$/u, "");

const heldRoles = (room: RoomPolicy | undefined): ReadonlySet<string | undefined> =>
  new Set([...(room?.users?.values() ?? [])].map(({ role }) => role));

const sorted = new WeakMap<RoomPolicy, NonNullable<RoomPolicy["users"]>>();

/** The same room is asked about in many states. */
const sortedUsers = (room: RoomPolicy | undefined): NonNullable<RoomPolicy["users"]> => {
  if (room?.users === undefined) return new Map();
  const before = sorted.get(room);
  if (before !== undefined) return before;
  const made = new Map([...room.users].sort(([a], [b]) => compareText(a, b)));
  sorted.set(room, made);
  return made;
};

const ofPolicy = new WeakMap<ProviderPolicy, ReadonlySet<string>>();

/** The roles that `true` stands for here: those of the room, those of the files and the presets. */
const targetsIn = (room: Pick<RoomSpec, "roles">, policy: ProviderPolicy): ReadonlySet<string> => {
  let known = ofPolicy.get(policy);
  if (known === undefined) {
    known = targetsOfPolicy(policy, namesOf(policy, undefined));
    ofPolicy.set(policy, known);
  }
  const all = known;
  return room.roles.every((role) => all.has(role)) ? all : new Set([...all, ...room.roles]);
};

const targetsOfPolicy = (policy: ProviderPolicy, names: Names): ReadonlySet<string> => {
  const targets = new Set([...(language.facts.presetRoles ?? []), ...names.kept.keys(), ...names.doomed.keys()]);
  for (const kept of names.kept.values()) {
    for (const value of Object.values(writtenPermissions(kept))) {
      const permission = permissionOf(value);
      if (permission !== undefined && permission !== true) for (const name of permission) targets.add(name);
    }
  }
  for (const role of policy.allRoles.values())
    if (role.blocks.get(policy.type)?.type === "existing") targets.add(role.name);
  for (const room of policy.rooms.values()) for (const name of settingsRoles(room)) targets.add(name);
  return targets;
};

const cache = new WeakMap<Spec, Map<ReadonlySet<string>, readonly string[]>>();

/**
 * `NAME`, and where it is given over roles `NAME(role)` for each role that it reaches: `NAME(*)` says that it reaches every
 * role to come. A name that may be over roles is `NAME` where it is given to everybody, and more than over any list.
 */
const capabilitiesOf = (spec: Spec | null | undefined, targets: ReadonlySet<string>): readonly string[] => {
  if (spec === null || spec === undefined) return NOTHING;
  const known = cache.get(spec) ?? new Map<ReadonlySet<string>, readonly string[]>();
  cache.set(spec, known);
  const before = known.get(targets);
  if (before !== undefined) return before;
  const made = listCapabilities(roleSpec(spec).permissions, targets);
  known.set(targets, made);
  return made;
};

const listCapabilities = (permissions: Permissions, targets: ReadonlySet<string>): readonly string[] => {
  const capabilities: string[] = [];
  for (const [name, permission] of Object.entries(permissions)) {
    const capability = `digitalsamba:${name}`;
    if (permission === true) capabilities.push(overRoles.has(name) ? `${capability}(*)` : capability);
    const reachesAll = overRoles.has(name) || maybeOverRoles.has(name) ? targets : NOTHING;
    for (const target of permission === true ? reachesAll : permission) capabilities.push(`${capability}(${target})`);
  }
  return capabilities.sort(compareText);
};
