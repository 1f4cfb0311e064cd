/** ZEGOCLOUD whiteboards, from its sheet: permissions of rooms and of people who are there (sections 2, 3, 6 and 7). */
import { type Asked, type Held, heldKey, type Model, type RoomFile } from "../model.ts";

type Auth = { readonly module: readonly number[]; readonly graphic: readonly number[] };
/** `null`: nothing was set. */
export type ZegoRoom = { readonly auth: Auth | null; readonly users: { readonly [id: string]: Auth | null } };
/** The rooms that somebody is in. */
export type ZegoState = { readonly [room: string]: ZegoRoom };

/** Section 2.2. */
const MODULE: { readonly [value: number]: string } = { 1: "zoom", 2: "scroll" };
const GRAPHIC: { readonly [value: number]: string } = { 2: "modify", 4: "erase", 8: "move", 16: "clear", 32: "create" };
const EVERYTHING: Auth = { module: [1, 2], graphic: [2, 4, 8, 16, 32] };

const may = (auth: Auth): ReadonlySet<string> =>
  new Set([
    ...auth.module.filter((value) => value !== 0).map((value) => `zego:module:${MODULE[value]}`),
    ...auth.graphic.filter((value) => value !== 0).map((value) => `zego:graphic:${GRAPHIC[value]}`),
  ]);

/** The values that a role of the files stands for; `[0]` is none (section 2.2). */
const values = (names: unknown, known: { readonly [value: number]: string }): readonly number[] => {
  const all = Object.keys(known).map(Number);
  if (names === "all") return all;
  if (names === "none") return [0];
  return all.filter((value) => (names as readonly string[]).includes(known[value] ?? ""));
};
const authOf = (role: unknown): Auth => {
  const { module, graphic } = (role as { readonly zego: { readonly module: unknown; readonly graphic: unknown } }).zego;
  return { module: values(module, MODULE), graphic: values(graphic, GRAPHIC) };
};
const same = (a: Auth, b: Auth): boolean => [...may(a)].sort().join() === [...may(b)].sort().join();
const kept = (found: Auth | null | undefined, wanted: Auth): Auth =>
  found !== null && found !== undefined && same(found, wanted) ? found : wanted;

const lists = (auth: Auth) => ({ ModuleAuth: auth.module, GraphicAuth: auth.graphic });
const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

export const zegoModel = ({ rooms, subjects }: Asked): Model<ZegoState> => ({
  request(state, { action, query = {} }) {
    const id = String(query.RoomId);
    const room = state[id];
    const answer = (code: number, data?: unknown) => ({
      state,
      status: code === 0 ? 200 : 400,
      json: { Code: code, Data: data },
    });
    if (action === "DescribeUserNum") {
      const counts = list(query["RoomId[]"]).map((name) => ({
        RoomId: name,
        UserCount: Object.keys(state[name]?.users ?? {}).length,
      }));
      return answer(0, { UserCountList: counts });
    }
    if (room === undefined) return answer(120000301);
    const asked = list(query["UserId[]"]);
    if (action === "DescribeUserList")
      return answer(0, { Marker: "", UserList: Object.keys(room.users).map((UserId) => ({ UserId })) });
    if (action === "DescribeUsers")
      return answer(0, {
        UserStatusList: asked.map((UserId) => ({ UserId, Status: UserId in room.users ? 1 : 0 })),
      });
    if (action === "GetWhiteboardRoomAuth")
      return answer(0, room.auth === null ? undefined : { RoomId: id, ...lists(room.auth) });
    if (action === "GetWhiteboardUserAuth") {
      const set = asked.flatMap((UserId) => {
        const auth = room.users[UserId];
        return auth === null || auth === undefined ? [] : [{ UserId, ...lists(auth) }];
      });
      return answer(0, set);
    }
    const auth: Auth = {
      module: list(query["ModuleAuth[]"]).map(Number),
      graphic: list(query["GraphicAuth[]"]).map(Number),
    };
    const legal =
      auth.module.length > 0 &&
      auth.graphic.length > 0 &&
      auth.module.every((value) => value === 0 || value in MODULE) &&
      auth.graphic.every((value) => value === 0 || value in GRAPHIC);
    if (!legal) return answer(120000106);
    const done = (next: ZegoRoom) => ({ state: { ...state, [id]: next }, status: 200, json: { Code: 0 } });
    if (action === "SetWhiteboardRoomAuth") return done({ ...room, auth });
    const user = String(query.UserId);
    if (action !== "SetWhiteboardUserAuth" || !(user in room.users)) return answer(120000201);
    return done({ ...room, users: { ...room.users, [user]: auth } });
  },

  held(state) {
    const held = new Map<string, ReadonlySet<string>>();
    for (const id of rooms) {
      const room = state[id];
      for (const subject of subjects) {
        const own = subject[0] === "user" ? room?.users[subject[1]] : undefined;
        held.set(heldKey(id, subject), room === undefined ? new Set() : may(own ?? room.auth ?? EVERYTHING));
      }
    }
    return held satisfies Held;
  },

  settled: (state, files) =>
    Object.fromEntries(
      Object.entries(state).map(([id, room]) => [id, settledRoom(room, files.rooms[id] ?? {}, files.roles)]),
    ),
});

/** Nothing can be cleared (section 0): whoever is not listed any more is set to the default of the files. */
const settledRoom = (room: ZegoRoom, entry: RoomFile, roles: { readonly [role: string]: unknown }): ZegoRoom => {
  if (entry.mode === "observe") return room;
  const auth = entry.default === undefined ? undefined : authOf(roles[entry.default]);
  const settledUser = (id: string, found: Auth | null): Auth | null => {
    const role = entry.users?.[id];
    if (role !== undefined && role !== "absent") return kept(found, authOf(roles[role]));
    const goes = role === "absent" || (entry.users !== undefined && entry.mode !== "additive");
    return found === null || auth === undefined || !goes ? found : kept(found, auth);
  };
  return {
    auth: auth === undefined ? room.auth : kept(room.auth, auth),
    users: Object.fromEntries(Object.entries(room.users).map(([id, found]) => [id, settledUser(id, found)])),
  };
};
