import fc from "fast-check";
import { zego } from "../../../providers/zego/index.ts";
import { readState } from "../../../providers/zego/read.ts";
import { each, maybe, roomFile, some } from "../arbitraries.ts";
import type { Files, ModelRequest, Subject } from "../model.ts";
import { type ZegoRoom, type ZegoState, zegoModel } from "../models/zego.ts";
import type { TortureService, World } from "../service.ts";

const USERS = ["alice", "bob", "carol", "1001"];
const NAMED = ["lesson", "board #7&8"];
const ROOMS = [...NAMED, "other"];
const ROLES = ["teacher", "pupil", "guest"];

const subjects: readonly Subject[] = [["everyone", ""], ...USERS.map((id): Subject => ["user", id])];
const model = zegoModel({ rooms: ROOMS, subjects });

/** Few values, in any order, so that states often meet. */
const auth = fc.constantFrom(
  { module: [1, 2], graphic: [2, 4, 8, 16, 32] },
  { module: [2], graphic: [0] },
  { module: [0], graphic: [32, 16] },
  { module: [2, 1], graphic: [32] },
  { module: [0], graphic: [0] },
);
const room: fc.Arbitrary<ZegoRoom> = fc
  .tuple(fc.option(auth), some(USERS, fc.option(auth)))
  .map(([set, users]) => ({ auth: set, users: Object.keys(users).length === 0 ? { alice: null } : users }));
const block = fc.record({
  module: fc.constantFrom<unknown>("all", "none", ["scroll"], ["zoom", "scroll"]),
  graphic: fc.constantFrom<unknown>("all", "none", ["create"], ["create", "clear"]),
});
const role = fc.constantFrom(...ROLES);
const entry = roomFile(
  maybe("default", role),
  maybe("users", some(USERS, fc.constantFrom(...ROLES, "absent"))),
  maybe("mode", fc.constantFrom("additive", "observe")),
);
const filesFor = (named: readonly string[]): fc.Arbitrary<Files> =>
  fc.record({
    roles: each(ROLES, block).map((blocks) =>
      Object.fromEntries(Object.entries(blocks).map(([name, value]) => [name, { zego: value }])),
    ),
    rooms: some(named, entry),
  });
const worldsOf = (rooms: readonly string[], named: readonly string[], count: number) =>
  fc.record<World<ZegoState>>({
    state: some(rooms, room),
    files: fc.array(filesFor(named), { minLength: count, maxLength: count }),
  });

export const zegoTorture: TortureService<ZegoState> = {
  name: "zego",
  provider: zego,
  config: { appId: 1234567890, serverSecret: { env: "ZEGO_SERVER_SECRET" } },
  model,
  worlds: worldsOf(ROOMS, NAMED, 2),
  small: worldsOf(["lesson"], ["lesson"], 1),
  read: (state, request) =>
    readState(
      {
        read: async (action, query) => {
          const { status, json } = model.request(state, { method: "GET", path: "/", action, query });
          return status === 200 ? { type: "data", data: (json as { Data?: unknown }).Data } : { type: "absent" };
        },
        close: async () => {},
      },
      "zego",
      request,
    ),
  moves: (_, to) =>
    Object.entries(to).flatMap(([id, { auth: set, users }]) => [
      ...(set === null ? [] : [setting("SetWhiteboardRoomAuth", id, set)]),
      ...Object.entries(users).flatMap(([user, own]) =>
        own === null ? [] : [setting("SetWhiteboardUserAuth", id, own, user)],
      ),
    ]),
};

const setting = (action: string, room: string, set: NonNullable<ZegoRoom["auth"]>, user?: string): ModelRequest => ({
  method: "GET",
  path: "/",
  action,
  query: {
    RoomId: room,
    ...(user === undefined ? {} : { UserId: user }),
    "ModuleAuth[]": set.module,
    "GraphicAuth[]": set.graphic,
  },
});
