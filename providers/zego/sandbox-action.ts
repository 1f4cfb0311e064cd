import { list, type ParamNames, single, type ZegoParams } from "./sandbox-query.ts";
import type { Store, ZegoSandboxAuth } from "./sandbox-room.ts";

/** What an Action answers: `data` undefined leaves the key out. */
export type Outcome = { readonly code: number; readonly data?: unknown };

/** What an Action may look at and do. */
export type Stage = {
  readonly store: Store;
  readonly rules: ActionRules;
  /** Fault `page-size`. */
  readonly pageSize: number | undefined;
  setAuth(roomId: string, userId: string | undefined, auth: ZegoSandboxAuth): void;
  leave(roomId: string, userId: string): void;
  close(roomId: string): void;
};

/** An answer that says "nothing is set" (section 4.1: which of the four is unknown). */
export type EmptyData = "absent" | "null" | "object" | "array";

/** Where the documents are silent. */
export type ActionRules = {
  /** Also takes `ModuleAuth=1&ModuleAuth=2`, unknown parameters and web-form escapes. */
  readonly lenient: boolean;
  /** Nothing set in a room. */
  readonly emptyRoom: EmptyData;
  /** None of the users has an override: by the sheet an array that is empty. */
  readonly emptyUsers: EmptyData;
  /** 0 beside other values. */
  readonly zeroWithOthers: "refused" | "taken";
  /** A value that is not a number. */
  readonly notNumber: 120000002 | 120000106;
  /** An array that is missing, not empty. */
  readonly missingArray: 120000002 | 120000105;
  /** SetWhiteboardUserAuth in a room that is not there. */
  readonly userAuthWithoutRoom: 120000201 | 120000301 | 120000101;
  /** CloseRoom of a room that is not there. */
  readonly closeWithoutRoom: 5018 | 5024;
};

export type Action = {
  readonly params: ParamNames;
  readonly host: "whiteboard" | "rtc";
  /** Requests per second of the app, in production and in the test environment. */
  readonly rate: { readonly bucket: string; readonly perSecond: number; readonly test: number };
  /** Requests per second for one room, beside those. */
  readonly perRoom?: number;
  readonly writes?: true;
  run(params: ZegoParams, stage: Stage): Outcome;
};

export const ROOM_BYTES = 128;
export const USER_BYTES = 64;
export const DONE: Outcome = { code: 0 };

/** An id within its limit, else undefined. That the server checks this, and what it says, is assumed. */
export const idIn = (params: ZegoParams, name: string, bytes: number): string | undefined => {
  const id = single(params, name) ?? "";
  return id !== "" && Buffer.byteLength(id) <= bytes ? id : undefined;
};

export const roomIdIn = (params: ZegoParams): string | undefined => idIn(params, "RoomId", ROOM_BYTES);

/** A list of ids, each within its limit; undefined when one is not, or there are none. */
export const idsIn = (
  params: ZegoParams,
  name: string,
  bytes: number,
  rules: ActionRules,
): readonly string[] | undefined => {
  const named = list(params, name, rules.lenient);
  return named.length > 0 && named.every((id) => id !== "" && Buffer.byteLength(id) <= bytes) ? named : undefined;
};
