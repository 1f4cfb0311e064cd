/** What the files and the service together say each role, the team and each room should be. */
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
  Spec,
} from "../../engine/model.ts";
import type { DesireInput } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { quote } from "../../engine/util/quote.ts";
import { own, record } from "../../engine/util/record.ts";
import { isChatOn } from "./chat.ts";
import { ROLE, ROOM, type RoomSpec, roleSpec, roomSpec, TEAM, type TeamSpec, teamSpec } from "./convert.ts";
import { mergeRole, writtenPermissions } from "./desire-role.ts";
import { type MergedRoom, managedSettings, observedRoom, plannedRoom, type RoomBase } from "./desire-room.ts";
import { mergeTeam } from "./desire-team.ts";
import { holdersOf } from "./holders.ts";
import { inheritsIn } from "./inherits.ts";
import { type Known, knownOf, orderOf, shownBy } from "./known.ts";
import { language } from "./language.ts";
import { type Names, namesOf } from "./names.ts";
import { referenceFaults } from "./references.ts";
import { roomFaults } from "./room-faults.ts";

type Work = {
  readonly input: DesireInput;
  readonly known: Known;
  readonly names: Names;
  readonly objects: Map<Address, Desired>;
  readonly observed: Map<Address, Spec | null>;
  readonly pending: Pending[];
  readonly diagnostics: Diagnostic[];
  unmanaged: number;
};

/** See `Provider.desire`. Linear; what does not change keeps the very spec that was read. */
export const desire = (input: DesireInput): DesiredState => {
  const known = knownOf(input.current);
  const names = namesOf(input.policy, known.roles);
  const work: Work = {
    input,
    known,
    names,
    objects: new Map(),
    observed: new Map(),
    pending: [],
    diagnostics: [...referenceFaults(input.policy, names, known), ...unreadRoles(input)],
    unmanaged: 0,
  };
  desireRoles(work);
  const team = desireTeam(work);
  for (const room of input.policy.rooms.values()) desireRoom(work, room, team);
  desireDoomed(work);
  const { objects, observed, pending, unmanaged, diagnostics } = work;
  return { objects, observed, pending, unmanaged, diagnostics };
};

/** Offline nobody knows what a role may do that the files only use. */
const unreadRoles = ({ policy, current }: DesireInput): readonly Diagnostic[] => {
  if (current.extra !== undefined) return [];
  const used = [...policy.rooms.values()].flatMap((room) => [room.default, ...(room.users?.values() ?? [])]);
  const names = new Map<string, Grant>();
  for (const grant of used)
    if (grant?.role !== undefined && grant.block.type === "existing" && !names.has(grant.role))
      names.set(grant.role, grant);
  return [...names].map(([name, { source }]) => ({
    severity: "warning",
    code: "digitalsamba/not-asked",
    summary: `what the role ${quote(name)} may do only Digital Samba knows, and it is not asked here: the role counts as one that may do nothing`,
    hint: "rolecall plan asks the service, and so do who-can and explain with --live",
    source,
  }));
};

const desireRoles = (work: Work): void => {
  const { known, names } = work;
  const { policy, current } = work.input;
  for (const kept of names.kept.values()) {
    const { role } = kept;
    const where = address(policy.provider, ROLE, role.name);
    const found = current.objects.get(where);
    const merged = mergeRole(kept, found === undefined ? undefined : roleSpec(found.spec), names);
    const { target, observed } = merged;
    work.unmanaged += merged.unmanaged;
    const unseen = found === undefined && role.mode === "observe";
    work.objects.set(where, {
      address: where,
      kind: ROLE,
      id: role.name,
      room: undefined,
      spec: unseen ? null : target,
      source: role.source,
      wire: record<Json>([["written", Object.keys(writtenPermissions(kept))]]),
    });
    if (observed !== undefined && observed !== found?.spec) work.observed.set(where, observed);
    if (found === undefined && !unseen)
      work.diagnostics.push(...renamed(role.name, kept.role.source, target.display_name, names, known));
  }
};

/** Presets were never made under a key of the files. */
const presets: ReadonlySet<string> = new Set(language.facts.presetRoles);

/** A role has no id of its own in the files: a new key is a new role. */
const renamed = (
  name: string,
  source: Desired["source"],
  displayName: string,
  names: Names,
  known: Known,
): readonly Diagnostic[] => {
  const same = (text: string): boolean => text.toLowerCase() === displayName.toLowerCase();
  const twin = Object.keys(known.roles ?? {}).find(
    (other) => !names.kept.has(other) && !presets.has(other) && same(own(known.roles, other) ?? ""),
  );
  if (twin === undefined) return [];
  return [
    {
      severity: "warning",
      code: "digitalsamba/renamed-role",
      summary: `${quote(name)} is a new role, not the role ${quote(twin)} under another name, though people see both as ${quote(displayName)}`,
      hint: names.doomed.has(twin)
        ? `tokens that name ${quote(twin)} get the room's default role from then on`
        : `rooms and tokens that hold ${quote(twin)} keep it; to be rid of it, write ${twin}: absent`,
      ...(source === undefined ? {} : { source }),
    },
  ];
};

const desireTeam = ({ input, names, objects, diagnostics }: Work): TeamSpec | undefined => {
  const { policy, current } = input;
  const where = address(policy.provider, TEAM);
  const found = current.objects.get(where);
  const foundSpec = found === undefined ? undefined : teamSpec(found.spec);
  if (policy.roomDefaults === undefined) return foundSpec;
  const base = foundSpec ?? { roles: [], default_role: null };
  const merged = mergeTeam(base, orderOf(found), policy.roomDefaults, names);
  const { default_role } = merged.spec;
  const written = policy.roomDefaults.roles?.map(({ name }) => name);
  if (written !== undefined && default_role !== null && !written.includes(default_role)) {
    const why = policy.roomDefaults.default === undefined ? ", which is the default role at the service" : "";
    diagnostics.push({
      severity: "error",
      code: "invalid-value",
      summary: `the roles of roomDefaults do not hold ${quote(default_role)}${why}`,
      hint: `add ${default_role} to the roles, or write another default`,
      source: policy.roomDefaults.source,
    });
  }
  objects.set(where, {
    address: where,
    kind: TEAM,
    id: TEAM,
    room: undefined,
    spec: merged.spec,
    source: policy.roomDefaults.source,
    wire: record<Json>([
      ["order", merged.order],
      ["followers", followers(input, base)],
      ["pinned", pinnedRooms(input)],
    ]),
  });
  return merged.spec;
};

/** Rooms that the plan keeps from following the team. */
const pinnedRooms = ({ policy, current }: DesireInput): readonly string[] =>
  [...policy.rooms.keys()].filter((id) => {
    const found = current.objects.get(address(policy.provider, ROOM, id));
    return found !== undefined && inheritsIn(found.spec).length > 0;
  });

/** Rooms of the files that look like the team now and whose default is not theirs to give: those may follow it. */
const followers = ({ policy, current }: DesireInput, team: TeamSpec): readonly string[] =>
  [...policy.rooms.values()].filter(isUnpinned).flatMap(({ id }) => {
    const found = current.objects.get(address(policy.provider, ROOM, id));
    if (found === undefined || inheritsIn(found.spec).length > 0) return [];
    const { roles, default_role } = roomSpec(found.spec);
    return default_role === team.default_role && roles.join() === team.roles.join() ? [id] : [];
  });

const isUnpinned = (room: RoomPolicy): boolean => room.default === undefined || room.mode.default === "observe";

const PINNED = "written so that it does not follow the team's new defaults";

const desireRoom = (work: Work, room: RoomPolicy, team: TeamSpec | undefined): void => {
  const { input, names, objects, pending, diagnostics, known } = work;
  const { policy, current } = input;
  const where = address(policy.provider, ROOM, room.id);
  const found = current.objects.get(where);
  const object = { address: where, kind: ROOM, id: room.id, room: room.id, source: room.source };
  if (room.absent) {
    objects.set(where, { ...object, spec: null, reason: "tombstone" });
    return;
  }
  if (found === undefined) {
    if (room.pattern !== undefined) return;
    if (!room.create) {
      const reason = "the room does not exist, and the files say not to create it";
      pending.push({ address: where, reason, source: room.source });
      return;
    }
  }
  const base = found === undefined ? newRoom(known, team) : baseOf(found, known);
  const planned = plannedRoom(base, room, names);
  const observed = observedRoom(base, room, names);
  work.unmanaged += planned.unmanaged;
  if (found === undefined && observesAll(room)) {
    objects.set(where, { ...object, spec: null, reason: "observed" });
    work.observed.set(where, observed.spec);
    return;
  }
  if (found !== undefined && observed.spec !== base.spec) work.observed.set(where, observed.spec);
  diagnostics.push(...roomFaults(room, base, planned, current, known));
  const reason = found === undefined && own(room.settings?.value, "privacy") === undefined;
  objects.set(where, {
    ...object,
    spec: planned.spec,
    wire: wireOf(room, base, planned),
    ...(reason ? { reason: "created closed: privacy private" } : {}),
    ...(found !== undefined && inheritsIn(found.spec).length > 0 ? { reason: PINNED } : {}),
  });
};

const observesAll = ({ mode }: RoomPolicy): boolean =>
  mode.default === "observe" && mode.users === "observe" && mode.settings === "observe";

/** A new room is closed, shows what the team shows, and has the team's default role where the files give it none. */
const newRoom = (known: Known, team: TeamSpec | undefined): RoomBase => ({
  spec: { privacy: "private", roles: [], default_role: team?.default_role ?? null },
  order: [],
  exists: false,
  shown: new Set(Object.keys(known.team ?? {})),
  team: known.team ?? record(),
});

const baseOf = (found: Current, known: Known): RoomBase => ({
  spec: roomSpec(found.spec) as RoomSpec,
  order: orderIn(found),
  exists: true,
  shown: new Set(shownBy(found) ?? Object.keys(known.team ?? {})),
  team: known.team ?? record(),
});

/** A room of a state that was worked out has no order of its own. */
const orderIn = (found: Current): readonly string[] => {
  const { roles } = roomSpec(found.spec);
  const order = orderOf(found).filter((name) => roles.includes(name));
  return [...order, ...roles.filter((name) => !order.includes(name))];
};

/** What is needed to write the room and to tell of it: the order of its roles, and values that the spec leaves out. */
const wireOf = (room: RoomPolicy, base: RoomBase, planned: MergedRoom): Json => {
  const values = managedSettings(room);
  const keys = Object.keys(values);
  return record<Json>([
    ["order", planned.order],
    ["values", values],
    ["blind", base.exists ? [] : keys.filter((key) => !base.shown.has(key))],
    ["ofTeam", keys.filter((key) => (own(base.team, key) ?? null) !== null)],
    ["unlisted", planned.unlisted],
    ["chat", isChatOn(room, base, planned) === true],
  ]);
};

const desireDoomed = ({ input, names, objects, known, diagnostics }: Work): void => {
  const { policy, current } = input;
  const target = (object: Address): Spec | null | undefined => objects.get(object)?.spec;
  const doomed = [...names.doomed.values()].map((role) => {
    const where = address(policy.provider, ROLE, role.name);
    return { address: where, kind: ROLE, id: role.name, room: undefined, spec: null, source: role.source, role };
  });
  // One that goes may name another: it lets go of that by going.
  for (const { role, ...desired } of doomed) objects.set(desired.address, desired);
  for (const { role, ...desired } of doomed) {
    const where = desired.address;
    if (!current.objects.has(where)) continue;
    const holders = holdersOf(role, current, policy, target, known.everything || known.roles === undefined);
    diagnostics.push(...holders.diagnostics);
    objects.set(where, { ...desired, reason: "tombstone", wire: record<Json>([["holders", holders.leaving]]) });
  }
};
