/** Small policies and states for the tests of this folder. */
import type {
  Block,
  Call,
  CallDraft,
  Change,
  Current,
  CurrentState,
  DesiredState,
  Grant,
  Modes,
  ProviderPolicy,
  RoomEntry,
  RoomPolicy,
  Source,
} from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { currentOf, readRoom } from "./convert.ts";

/** A line of `rolecall.yaml`. */
export const at = (line: number): Source => ({
  locate: () => ({ filename: "rolecall.yaml", start: { line, column: 1 }, end: { line, column: 2 } }),
});

export const block = (...scopes: readonly string[]): Block => ({
  type: "permissions",
  value: scopes,
  source: at(1),
  sourceOf: () => at(1),
});

export const grant = (given: Block, source: Source = at(1)): Grant => ({
  role: undefined,
  block: given,
  via: { type: "user" },
  pattern: undefined,
  source,
  starts: undefined,
  expires: undefined,
  reason: undefined,
});

/** Grants by id, one line each. */
export const grants = (lists: { readonly [id: string]: readonly string[] }): ReadonlyMap<string, Grant> =>
  new Map(Object.entries(lists).map(([id, scopes], index) => [id, grant(block(...scopes), at(10 + index))]));

export const modes = (mode: Modes["users"]): Modes => ({ default: mode, users: mode, groups: mode, settings: mode });

/** A room of the files: closed to change but for what is given. */
export const roomPolicy = (id: string, given: Partial<RoomPolicy> = {}): RoomPolicy => ({
  provider: "lb",
  id,
  source: at(5),
  pattern: undefined,
  absent: false,
  create: true,
  live: "enforce",
  mode: modes("authoritative"),
  default: undefined,
  users: undefined,
  groups: undefined,
  removedUsers: new Map(),
  removedGroups: new Map(),
  metadata: undefined,
  settings: undefined,
  reason: undefined,
  fieldSources: new Map(),
  ...given,
});

export const metadata = (values: {
  readonly [key: string]: string | readonly string[] | null;
}): RoomEntry["metadata"] => new Map(Object.entries(values).map(([key, value]) => [key, { value, source: at(20) }]));

export const policy = (...rooms: readonly RoomPolicy[]): ProviderPolicy => ({
  provider: "lb",
  type: "liveblocks",
  config: {
    name: "lb",
    type: "liveblocks",
    source: at(1),
    values: record(),
    env: new Map(),
    baseUrl: undefined,
    roomDefaults: undefined,
    sourceOf: () => at(1),
  },
  rooms: new Map(rooms.map((room) => [room.id, room])),
  roles: new Map(),
  allRoles: new Map(),
  roomDefaults: undefined,
  at: 0,
});

type WireFields = { readonly [field: string]: unknown };

/** A room as an answer shows it. */
export const wireRoom = (id: string, fields: WireFields = {}): WireFields => ({
  type: "room",
  id,
  organizationId: "default",
  createdAt: "2026-01-05T10:00:00.000Z",
  metadata: {},
  defaultAccesses: [],
  groupsAccesses: {},
  usersAccesses: {},
  ...fields,
});

export const currentRoom = (id: string, fields: WireFields = {}): Current =>
  currentOf("lb", readRoom(wireRoom(id, fields)));

export const state = (...rooms: readonly Current[]): CurrentState => ({
  provider: "lb",
  objects: new Map(rooms.map((room) => [room.address, room])),
  rooms: new Set(rooms.map((room) => room.id)),
  complete: true,
  diagnostics: [],
});

/** What differs, as the engine would say it. */
export const changesTo = (desired: DesiredState, current: CurrentState): readonly Change[] => {
  const changes: Change[] = [];
  for (const wanted of desired.objects.values()) {
    const found = current.objects.get(wanted.address);
    const before = found?.spec ?? null;
    const after = wanted.spec;
    if (sameJson(before, after)) continue;
    changes.push({
      address: wanted.address,
      provider: current.provider,
      kind: wanted.kind,
      id: wanted.id,
      room: wanted.room,
      action: before === null ? "create" : after === null ? "delete" : "update",
      before,
      after,
      fields: [],
      unknown: [],
      reason: wanted.reason,
      source: wanted.source,
      wire: wanted.wire,
      current: found,
    });
  }
  return changes;
};

/** A call as the engine sends it. */
export const callFor = (change: Change, draft: CallDraft): Call => ({
  ...draft,
  id: `c-${change.id}`,
  after: [],
  direction: "mixed",
});
