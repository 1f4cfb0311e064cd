import fc from "fast-check";
import type { ReadTransport } from "../../../providers/_shared/http.ts";
import { fillPath } from "../../../providers/_shared/path.ts";
import { readRooms } from "../../../providers/liveblocks/api.ts";
import { liveblocks } from "../../../providers/liveblocks/index.ts";
import { each, maybe, roomFile, some } from "../arbitraries.ts";
import type { Files, ModelRequest, RoomFile, Subject } from "../model.ts";
import { type LiveblocksRoom, type LiveblocksState, liveblocksModel } from "../models/liveblocks.ts";
import type { TortureService, World } from "../service.ts";

const USERS = ["alice", "bob", "1001"];
const GROUPS = ["partners", "staff"];
const NAMED = ["a", "odd /#%25"];
const ROOMS = [...NAMED, "class-1", "class-2", "other"];
const ROLES = ["viewer", "editor", "guest"];
const LISTS = [
  [],
  ["room:read"],
  ["*:read", "room:presence:write"],
  ["*:write"],
  ["room:write", "storage:read"],
  ["*:read", "comments:write"],
  ["*:write", "comments:none", "comments:public:write"],
  ["*:read", "feeds:none"],
];

const subjects: readonly Subject[] = [
  ["everyone", ""],
  ...USERS.map((id): Subject => ["user", id]),
  ...GROUPS.map((id): Subject => ["group", id]),
];
const model = liveblocksModel({ rooms: ROOMS, subjects });

const list = fc.constantFrom(...LISTS);
const role = fc.constantFrom(...ROLES);

const room: fc.Arbitrary<LiveblocksRoom> = fc.record({
  defaultAccesses: list,
  usersAccesses: some(USERS, list),
  groupsAccesses: some(GROUPS, list),
  metadata: some(["owner", "topic"], fc.constantFrom("x", "y")),
});
const governed = roomFile(
  maybe("default", role),
  maybe("users", some(USERS, fc.constantFrom(...ROLES, "absent"))),
  maybe("teams", fc.constant({ crew: "viewer" })),
  maybe("groups", some(GROUPS, role)),
  maybe("metadata", some(["owner", "topic"], fc.constantFrom("x", "z", "absent"))),
  maybe("mode", fc.constantFrom("additive", "observe")),
);
const entry = fc.oneof(
  { weight: 6, arbitrary: governed },
  { weight: 1, arbitrary: fc.constant<RoomFile>({ absent: true }) },
  { weight: 1, arbitrary: governed.map((file): RoomFile => ({ ...file, create: false })) },
);
const filesFor = (names: readonly string[]): fc.Arbitrary<Files> =>
  fc.record({
    teams: fc.subarray(USERS).map((crew) => ({ crew })),
    roles: each(ROLES, list).map((lists) =>
      Object.fromEntries(Object.entries(lists).map(([name, scopes]) => [name, { liveblocks: scopes }])),
    ),
    rooms: fc
      .tuple(some(names, entry), fc.option(governed, { nil: undefined }))
      .map(([rooms, pattern]) => (pattern === undefined ? rooms : { ...rooms, "class-*": pattern })),
  });
const worldsOf = (rooms: readonly string[], named: readonly string[], count: number) =>
  fc.record<World<LiveblocksState>>({
    state: some(rooms, room),
    files: fc.array(filesFor(named), { minLength: count, maxLength: count }),
  });

/** The model in the place of the network. */
const transportTo = (state: LiveblocksState): ReadTransport => ({
  get: async ({ path, params }) => {
    const { status, json } = model.request(state, { method: "GET", path: fillPath(path, params) });
    return { status, json, date: undefined };
  },
  close: async () => {},
});

export const liveblocksTorture: TortureService<LiveblocksState> = {
  name: "liveblocks",
  provider: liveblocks,
  config: { secretKey: { env: "LIVEBLOCKS_SECRET_KEY" } },
  model,
  worlds: worldsOf(ROOMS, NAMED, 2),
  small: worldsOf(["a", "class-1"], ["a"], 1),
  read: async (state, request) => {
    const wanted = request.only?.map((object) => decodeURIComponent(object.split("/")[2] ?? "")) ?? request.rooms;
    const { rooms, ids } = await readRooms(transportTo(state), {
      provider: "liveblocks",
      wanted: new Set(wanted),
      all: request.list && request.only === undefined,
      exactly: request.only !== undefined,
    });
    const objects = new Map([...rooms.values()].map((one) => [one.address, one] as const));
    return { provider: "liveblocks", objects, rooms: ids, complete: true, diagnostics: [] };
  },
  moves: (from, to) => [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((id) => movesOf(id, from, to)),
};

/** All of a room's difference at once, and each field by itself. */
const movesOf = (id: string, from: LiveblocksState, to: LiveblocksState): readonly ModelRequest[] => {
  const path = `/v2/rooms/${encodeURIComponent(id)}`;
  const [found, wanted] = [from[id], to[id]];
  if (wanted === undefined) return found === undefined ? [] : [{ method: "DELETE", path }];
  if (found === undefined) return [{ method: "POST", path: "/v2/rooms", body: { id, ...wanted } }];
  const gone = (there: object, stays: object) =>
    Object.fromEntries(Object.keys(there).flatMap((key) => (key in stays ? [] : [[key, null]])));
  const whole = {
    defaultAccesses: wanted.defaultAccesses,
    usersAccesses: { ...wanted.usersAccesses, ...gone(found.usersAccesses, wanted.usersAccesses) },
    groupsAccesses: { ...wanted.groupsAccesses, ...gone(found.groupsAccesses, wanted.groupsAccesses) },
    metadata: { ...wanted.metadata, ...gone(found.metadata, wanted.metadata) },
  };
  const single = Object.entries(whole).map(([key, value]) => ({ [key]: value }));
  return [whole, ...single].map((body) => ({ method: "POST", path, body }));
};
