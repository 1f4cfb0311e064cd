/** The Actions that are used, where they are answered and how many are allowed. */
import type { PaceRule } from "../_shared/pace.ts";
import type { Query } from "../_shared/path.ts";
import { SET_ROOM, SET_USER } from "./calls.ts";
import type { Host } from "./codes.ts";

const READ_ACTIONS = [
  "GetWhiteboardRoomAuth",
  "GetWhiteboardUserAuth",
  "DescribeUserNum",
  "DescribeUserList",
  "DescribeUsers",
] as const;
export type ReadAction = (typeof READ_ACTIONS)[number];
export type WriteAction = typeof SET_ROOM | typeof SET_USER;
export type Action = ReadAction | WriteAction;

/** Whether a request cannot write. Every request here is a GET: only the Action tells. */
export const isRead = (query: Query): boolean => READ_ACTIONS.some((action) => action === query.Action);

/** How many ids one request may name. */
export const IDS_AT_ONCE = 10;
/** How many people one page may hold. */
export const PAGE_SIZE = 200;
/** One page of one room's people a second, whoever asks again and why. */
const ROOM_PAGES: PaceRule = {
  matches: ({ query }) => query?.Action === "DescribeUserList",
  per: ({ query }) => String(query?.RoomId),
  limit: 1,
  perMs: 1050,
};

/** Requests that share a limit. That the four of the whiteboard share one is not stated; the careful reading is that they do. */
export type Bucket = { readonly name: string; readonly host: Host; readonly perSecond: number };

const BUCKETS: Readonly<Record<Action, Bucket>> = {
  [SET_ROOM]: { name: "whiteboard", host: "whiteboard", perSecond: 50 },
  [SET_USER]: { name: "whiteboard", host: "whiteboard", perSecond: 50 },
  GetWhiteboardRoomAuth: { name: "whiteboard", host: "whiteboard", perSecond: 50 },
  GetWhiteboardUserAuth: { name: "whiteboard", host: "whiteboard", perSecond: 50 },
  DescribeUserNum: { name: "DescribeUserNum", host: "rtc", perSecond: 10 },
  DescribeUserList: { name: "DescribeUserList", host: "rtc", perSecond: 200 },
  DescribeUsers: { name: "DescribeUsers", host: "rtc", perSecond: 10 },
};

export const bucketOf = (action: Action): Bucket => BUCKETS[action];

/** One a second in the test environment; a little slower than allowed, as requests may arrive closer than they were sent. */
export const paceOf = (bucket: Bucket, isTest: boolean | undefined): readonly PaceRule[] => [
  isTest === true ? { limit: 1, perMs: 1100 } : { limit: bucket.perSecond, perMs: 1050 },
  ROOM_PAGES,
];
