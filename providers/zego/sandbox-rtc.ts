import { type Action, DONE, idsIn, ROOM_BYTES, roomIdIn, USER_BYTES } from "./sandbox-action.ts";
import { single, type ZegoParams } from "./sandbox-query.ts";
import type { ZegoSandboxRoom, ZegoSandboxUser } from "./sandbox-room.ts";

const BOT_ROLE = 4;

const describeUserNum: Action["run"] = (params, stage) => {
  const roomIds = idsIn(params, "RoomId", ROOM_BYTES, stage.rules);
  if (roomIds === undefined) return { code: 2 };
  if (roomIds.length > 10) return { code: 50011 };
  const UserCountList = roomIds.map((roomId) => {
    const users = stage.store.rooms.get(roomId)?.users ?? [];
    const AdminUserCount = users.filter((user) => user.role === BOT_ROLE).length;
    return { RoomId: roomId, UserCount: users.length, AdminUserCount };
  });
  return { code: 0, data: { UserCountList } };
};

/** A whole number from `min` to `max`; `fallback` where there is none; undefined for all else. */
const intIn = (params: ZegoParams, name: string, max: number, fallback: number): number | undefined => {
  const text = single(params, name);
  if (text === undefined) return fallback;
  return /^\d{1,9}$/u.test(text) && Number(text) <= max ? Number(text) : undefined;
};

// What a marker looks like is not stated: here it is the session of the last user on the page, who may have left since,
// which ends the list. A limit of 0 is read as the default.
const describeUserList: Action["run"] = (params, { store, pageSize }) => {
  const roomId = roomIdIn(params);
  const mode = intIn(params, "Mode", 1, 0);
  const limit = intIn(params, "Limit", 200, 200);
  if (roomId === undefined || mode === undefined || limit === undefined) return { code: 2 };
  const byLogin = store.rooms.get(roomId)?.users ?? [];
  const users = mode === 1 ? byLogin.toReversed() : byLogin;
  const marker = single(params, "Marker") ?? "";
  const place = users.findIndex((user) => user.sessionId === marker);
  const start = marker === "" ? 0 : place === -1 ? users.length : place + 1;
  const page = users.slice(start, start + Math.min(limit === 0 ? 200 : limit, pageSize ?? 200));
  const more = start + page.length < users.length;
  const UserList = page.map((user) => ({ UserId: user.userId, UserName: user.userName, UserRole: user.role }));
  return { code: 0, data: { Marker: more ? (page.at(-1)?.sessionId ?? "") : "", UserList } };
};

const status = (userId: string, user: ZegoSandboxUser | undefined): object => ({
  UserId: userId,
  Status: user === undefined ? 0 : 1,
  // What stands here for somebody who is not there is not stated.
  LoginTime: user?.loginTime ?? 0,
  UserRole: user?.role ?? 0,
});

const describeUsers: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  const userIds = idsIn(params, "UserId", USER_BYTES, stage.rules);
  if (roomId === undefined || userIds === undefined) return { code: 2 };
  if (userIds.length > 10) return { code: 50011 };
  const room = stage.store.rooms.get(roomId);
  if (room === undefined) return { code: 50001 };
  return { code: 0, data: { UserStatusList: userIds.map((userId) => status(userId, userIn(room, userId))) } };
};

const userIn = (room: ZegoSandboxRoom, userId: string): ZegoSandboxUser | undefined =>
  room.users.find((user) => user.userId === userId);

const closeRoom: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  if (roomId === undefined) return { code: 2 };
  if (Buffer.byteLength(single(params, "CustomReason") ?? "") > 256) return { code: 3 };
  if (!stage.store.rooms.has(roomId)) return { code: stage.rules.closeWithoutRoom };
  stage.close(roomId);
  return DONE;
};

// Succeeds for users who are not there; that a room that is not there is no failure either is our reading.
const kickoutUser: Action["run"] = (params, stage) => {
  const roomId = roomIdIn(params);
  const userIds = idsIn(params, "UserId", USER_BYTES, stage.rules);
  if (roomId === undefined || userIds === undefined) return { code: 2 };
  if (userIds.length > 5) return { code: 50011 };
  for (const userId of userIds) stage.leave(roomId, userId);
  return DONE;
};

const rtc = (bucket: string, perSecond: number, test = perSecond): Pick<Action, "host" | "rate"> => ({
  host: "rtc",
  rate: { bucket, perSecond, test },
});

/** With their limits (section 5.2): only DescribeUserNum has a stated one for the test environment. */
export const RTC_ACTIONS: readonly (readonly [name: string, action: Action])[] = [
  [
    "DescribeUserNum",
    { ...rtc("DescribeUserNum", 10, 1), params: { single: [], lists: ["RoomId"] }, run: describeUserNum },
  ],
  [
    "DescribeUserList",
    {
      ...rtc("DescribeUserList", 200),
      perRoom: 1,
      params: { single: ["RoomId", "Mode", "Limit", "Marker"], lists: [] },
      run: describeUserList,
    },
  ],
  [
    "DescribeUsers",
    { ...rtc("DescribeUsers", 10), params: { single: ["RoomId"], lists: ["UserId"] }, run: describeUsers },
  ],
  [
    "CloseRoom",
    {
      ...rtc("CloseRoom", 1),
      writes: true,
      params: { single: ["RoomId", "CustomReason", "RoomCloseCallback"], lists: [] },
      run: closeRoom,
    },
  ],
  [
    "KickoutUser",
    {
      ...rtc("KickoutUser", 50),
      writes: true,
      params: { single: ["RoomId", "CustomReason"], lists: ["UserId"] },
      run: kickoutUser,
    },
  ],
];
