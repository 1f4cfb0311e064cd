import {
  type Action,
  type ActionRules,
  DONE,
  type EmptyData,
  idIn,
  idsIn,
  type Outcome,
  roomIdIn,
  USER_BYTES,
} from "./sandbox-action.ts";
import { list, type ZegoParams } from "./sandbox-query.ts";
import type { ZegoSandboxAuth } from "./sandbox-room.ts";

const MODULE = [0, 1, 2];
const GRAPHIC = [0, 2, 4, 8, 16, 32];

/** One permission array, or the code that it gets. `Name[]=` alone is what an empty array looks like in a query. */
const authIn = (params: ZegoParams, name: string, legal: readonly number[], rules: ActionRules): number[] | number => {
  const texts = list(params, name, rules.lenient);
  if (texts.length === 0) return rules.missingArray;
  if (texts.every((text) => text === "")) return 120000105;
  if (!texts.every((text) => /^-?\d+$/u.test(text))) return rules.notNumber;
  const values = texts.map(Number);
  if (!values.every((value) => legal.includes(value))) return 120000106;
  const mixed = values.includes(0) && values.some((value) => value !== 0);
  return mixed && rules.zeroWithOthers === "refused" ? 120000106 : values;
};

const bothIn = (params: ZegoParams, rules: ActionRules): ZegoSandboxAuth | number => {
  const module = authIn(params, "ModuleAuth", MODULE, rules);
  if (typeof module === "number") return module;
  const graphic = authIn(params, "GraphicAuth", GRAPHIC, rules);
  return typeof graphic === "number" ? graphic : { module, graphic };
};

const nothing = (shape: EmptyData): Outcome => {
  if (shape === "absent") return DONE;
  return { code: 0, data: shape === "null" ? null : shape === "object" ? {} : [] };
};

const shown = (auth: ZegoSandboxAuth): object => ({ ModuleAuth: auth.module, GraphicAuth: auth.graphic });

const setRoomAuth: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  if (roomId === undefined) return { code: 120000002 };
  const auth = bothIn(params, stage.rules);
  if (typeof auth === "number") return { code: auth };
  if (!stage.store.rooms.has(roomId)) return { code: 120000301 };
  stage.setAuth(roomId, undefined, auth);
  return DONE;
};

const setUserAuth: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  const userId = idIn(params, "UserId", USER_BYTES);
  if (roomId === undefined || userId === undefined) return { code: 120000002 };
  const auth = bothIn(params, stage.rules);
  if (typeof auth === "number") return { code: auth };
  const room = stage.store.rooms.get(roomId);
  if (room === undefined) return { code: stage.rules.userAuthWithoutRoom };
  if (!room.users.some((user) => user.userId === userId)) return { code: 120000201 };
  stage.setAuth(roomId, userId, auth);
  return DONE;
};

const getRoomAuth: Action["run"] = (params, { store, rules }) => {
  const roomId = roomIdIn(params);
  if (roomId === undefined) return { code: 120000002 };
  const room = store.rooms.get(roomId);
  if (room === undefined) return { code: 120000301 };
  return room.auth === undefined
    ? nothing(rules.emptyRoom)
    : { code: 0, data: { RoomId: roomId, ...shown(room.auth) } };
};

// Somebody who is not there is left out like somebody without an override; a name asked for twice is shown once.
const getUserAuth: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  const userIds = idsIn(params, "UserId", USER_BYTES, stage.rules);
  if (roomId === undefined || userIds === undefined) return { code: 120000002 };
  if (userIds.length > 10) return { code: 120000107 };
  const room = stage.store.rooms.get(roomId);
  if (room === undefined) return { code: 120000301 };
  const data = [...new Set(userIds)].flatMap((userId) => {
    const auth = room.users.find((user) => user.userId === userId)?.auth;
    return auth === undefined ? [] : [{ UserId: userId, ...shown(auth) }];
  });
  return data.length === 0 ? nothing(stage.rules.emptyUsers) : { code: 0, data };
};

const auths = ["ModuleAuth", "GraphicAuth"];
/** One bucket for the four: whether they share it is not stated, the careful reading is that they do (section 2.4). */
const whiteboard = { host: "whiteboard", rate: { bucket: "whiteboard", perSecond: 50, test: 1 } } as const;

export const WHITEBOARD_ACTIONS: readonly (readonly [name: string, action: Action])[] = [
  [
    "SetWhiteboardRoomAuth",
    { ...whiteboard, writes: true, params: { single: ["RoomId"], lists: auths }, run: setRoomAuth },
  ],
  [
    "SetWhiteboardUserAuth",
    { ...whiteboard, writes: true, params: { single: ["RoomId", "UserId"], lists: auths }, run: setUserAuth },
  ],
  ["GetWhiteboardRoomAuth", { ...whiteboard, params: { single: ["RoomId"], lists: [] }, run: getRoomAuth }],
  ["GetWhiteboardUserAuth", { ...whiteboard, params: { single: ["RoomId"], lists: ["UserId"] }, run: getUserAuth }],
];
