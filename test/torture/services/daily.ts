import fc from "fast-check";
import type { ReadTransport } from "../../../providers/_shared/http.ts";
import { fillPath } from "../../../providers/_shared/path.ts";
import { readDomain, readRooms } from "../../../providers/daily/api.ts";
import { currentDomain } from "../../../providers/daily/convert.ts";
import { daily } from "../../../providers/daily/index.ts";
import { stored } from "../../../providers/daily/permissions.ts";
import { extraOf } from "../../../providers/daily/presence.ts";
import { each, maybe, roomFile, some, twoFiles } from "../arbitraries.ts";
import type { Files, ModelRequest, RoomFile, Subject } from "../model.ts";
import { type DailyPermissions, type DailyRoom, type DailyState, dailyModel } from "../models/daily.ts";
import type { TortureService, World } from "../service.ts";

const USERS = ["alice", "bob"];
const NAMED = ["webinar", "town-hall", "class-1"];
const ROOMS = [...NAMED, "other"];
const ROLES = ["audience", "panel", "host"];

const subjects: readonly Subject[] = [["everyone", ""], ...USERS.map((id): Subject => ["user", id])];
const model = dailyModel({ rooms: ROOMS, subjects });

const canSend = fc.constantFrom<DailyPermissions["canSend"]>(true, false, ["audio"], ["audio", "video"]);
const canAdmin = fc.constantFrom<DailyPermissions["canAdmin"]>(true, false, ["participants"]);
const permissions: fc.Arbitrary<DailyPermissions> = fc
  .record({ canSend, canAdmin, hasPresence: fc.boolean() }, { requiredKeys: [] })
  .map((made) => made as DailyPermissions);
const block: fc.Arbitrary<DailyPermissions> = fc
  .record({ canSend, canAdmin, hasPresence: fc.boolean() }, { requiredKeys: ["canSend"] })
  .map((made) => made as DailyPermissions);
const room: fc.Arbitrary<DailyRoom> = fc.record({
  privacy: fc.constantFrom("public", "private"),
  permissions,
  geo: fc.constantFrom("", "eu"),
});
const role = fc.constantFrom(...ROLES);
const entry = roomFile(
  maybe("default", role),
  maybe("users", some(USERS, role)),
  maybe("settings", fc.constantFrom({ daily: { privacy: "private" } }, { daily: { privacy: "public" } })),
  maybe("mode", fc.constantFrom("additive", "observe")),
);
const filesFor = (named: readonly string[]): fc.Arbitrary<Files> =>
  fc
    .record({
      roles: each(ROLES, block).map((blocks) =>
        Object.fromEntries(Object.entries(blocks).map(([name, value]) => [name, { daily: value }])),
      ),
      rooms: some(
        named,
        fc.oneof({ weight: 6, arbitrary: entry }, { weight: 1, arbitrary: fc.constant<RoomFile>({ absent: true }) }),
      ),
      fallback: fc.option(role, { freq: 2 }),
    })
    .map(({ fallback, ...files }) => (fallback === null ? files : { ...files, roomDefaults: { default: fallback } }));
const worldsOf = (rooms: readonly string[], files: fc.Arbitrary<readonly Files[]>) =>
  fc.record<World<DailyState>>({
    // A domain that shows no permissions cannot be told from one that hides them.
    state: fc.record({ domain: block, rooms: some(rooms, room) }),
    files,
  });

/** The model in the place of the network. */
const transportTo = (state: DailyState): ReadTransport => ({
  get: async ({ path, params, query }) => {
    const { status, json } = model.request(state, { method: "GET", path: fillPath(path, params) });
    const isEnd = query?.starting_after !== undefined;
    return { status, json: isEnd ? { total_count: 0, data: [] } : json, date: undefined };
  },
  close: async () => {},
});

export const dailyTorture: TortureService<DailyState> = {
  name: "daily",
  provider: daily,
  config: { apiKey: { env: "DAILY_API_KEY" } },
  model,
  worlds: worldsOf(
    ROOMS,
    twoFiles(filesFor(NAMED), () => true),
  ),
  small: worldsOf(["webinar"], fc.tuple(filesFor(["webinar", "class-1"]))),
  read: async (state, request) => {
    const transport = transportTo(state);
    const { account, config } = await readDomain(transport, "key");
    const defaults = { domain: config, learned: {} };
    const only = request.only?.map((object) => object.split("/"));
    const { rooms, names } = await readRooms(transport, {
      provider: "daily",
      defaults,
      wanted: new Set(
        only?.flatMap(([, kind, id]) => (kind === "room" && id !== undefined ? [id] : [])) ?? request.rooms,
      ),
      all: request.list && only === undefined,
      exactly: only !== undefined,
    });
    const shown = config.permissions === undefined ? undefined : stored(config.permissions);
    const found = [currentDomain("daily", shown), ...rooms.values()];
    return {
      provider: "daily",
      objects: new Map(found.map((object) => [object.address, object] as const)),
      rooms: names,
      complete: true,
      diagnostics: [],
      extra: extraOf(account, defaults, new Map()),
    };
  },
  moves: (from, to) => [
    { method: "POST", path: "/", body: { properties: { permissions: to.domain } } },
    ...batches(from, to),
    ...Object.entries(to.rooms).flatMap(([name, { privacy, permissions: wanted }]): readonly ModelRequest[] =>
      name in from.rooms
        ? [{ method: "POST", path: `/rooms/${name}`, body: { privacy, properties: { permissions: wanted } } }]
        : [],
    ),
  ],
};

/** Everything that is made or goes at once, and each by itself. */
const batches = (from: DailyState, to: DailyState): readonly ModelRequest[] => {
  const made = Object.entries(to.rooms).flatMap(([name, { privacy, permissions: wanted }]) =>
    name in from.rooms ? [] : [{ name, privacy, properties: { permissions: wanted } }],
  );
  const gone = Object.keys(from.rooms).filter((name) => !(name in to.rooms));
  return [
    ...(made.length === 0 ? [] : [{ method: "POST", path: "/batch/rooms", body: { rooms: made } }]),
    ...made.map((body) => ({ method: "POST", path: "/rooms", body })),
    ...(gone.length === 0 ? [] : [{ method: "DELETE", path: "/batch/rooms", body: { room_names: gone } }]),
    ...gone.map((name) => ({ method: "DELETE", path: `/rooms/${name}` })),
  ];
};
