/**
 * What the service's `Code` says, and what to do about it. Keyed by the host that gave it, as small numbers mean different
 * things on each: https://www.zegocloud.com/docs/super-board-server/common-error-codes and
 * https://www.zegocloud.com/docs/real-time-video-server/api-reference/return-codes
 */

export type Host = "whiteboard" | "rtc";

export type Meaning =
  | "done"
  /** Too many requests; nothing was done. */
  | "slower"
  /** Their side failed; another try may go better. */
  | "again"
  /** The signature's time is too far from the service's. */
  | "expired"
  /** The signature was not taken; the time may be why. */
  | "signature"
  /** Nobody is in the room, or this person is not: that may change. */
  | "absent"
  /** Nothing can work with this configuration. */
  | "stop"
  /** The request itself is wrong. */
  | "wrong"
  /** A code that the documents do not list. */
  | "unlisted";

export type Verdict = {
  readonly meaning: Meaning;
  /** What it means, in words; undefined where only the service's own message tells. */
  readonly words: string | undefined;
  /** How often a request may be sent in all. */
  readonly tries: number;
};

type Row = readonly [code: number, meaning: Meaning, words: string, tries?: number];

const TRIES: Readonly<Record<Meaning, number>> = {
  done: 1,
  slower: 8,
  again: 5,
  expired: 2,
  signature: 2,
  absent: 1,
  stop: 1,
  wrong: 1,
  unlisted: 3,
};

const GATEWAY: readonly Row[] = [
  [0, "done", "success"],
  [100000000, "stop", "the host name is not the service's; check the base URL"],
  [100000001, "stop", "the AppId has a wrong form; check appId"],
  [100000002, "stop", "the timestamp is missing"],
  [100000003, "stop", "the timestamp has a wrong form"],
  [100000004, "expired", "the signature counts as expired"],
  [100000005, "stop", "the signature is wrong; check appId and serverSecret"],
  [100000006, "wrong", "the Action is missing"],
  [100000007, "wrong", "the Action is not known at this address; check the base URL"],
  [100000008, "stop", "the nonce is missing"],
  [100000009, "stop", "the signature is missing"],
  [100000010, "stop", "there is no ServerSecret for this AppId; check appId"],
  [100000011, "again", "the configuration of this AppId could not be looked up; check appId", 3],
  [100000012, "again", "the service could not read the request"],
  [100000013, "stop", "the signature version is missing"],
  [100000014, "stop", "the signature version is not known"],
  [100000015, "again", "the service had an internal error"],
  [100000016, "stop", "the app has no production environment; set isTest: true"],
  [100000017, "stop", "the service is not enabled for this AppId; enable it in the console"],
];

const WHITEBOARD: readonly Row[] = [
  [1, "again", "it failed, the service may be busy"],
  [2, "wrong", "a parameter is wrong"],
  [3, "stop", "the authentication failed; check appId and serverSecret"],
  [4, "wrong", "a parameter is wrong"],
  [7, "slower", "there were too many requests in a second"],
  [120000001, "signature", "the signature was not accepted; check appId and serverSecret"],
  [120000002, "wrong", "a parameter is wrong"],
  [120000101, "again", "setting the user's permissions failed"],
  [120000102, "again", "reading the users' permissions failed"],
  [120000103, "again", "setting the room's permissions failed"],
  [120000104, "again", "reading the room's permissions failed"],
  [120000105, "wrong", "a list of permissions is empty"],
  [120000106, "wrong", "a permission is not allowed"],
  [120000107, "wrong", "more than ten users were asked for"],
  [120000201, "absent", "the user is not in the room now"],
  [120000301, "absent", "nobody is in the room now"],
];

const NO_ROOM = "nobody is in the room now";

const RTC: readonly Row[] = [
  [1, "again", "it failed"],
  [2, "wrong", "a parameter is wrong"],
  [3, "wrong", "a parameter is too long"],
  [8, "wrong", "the request could not be decoded"],
  [9, "stop", "this AppId may not use this interface; ask the vendor to enable it"],
  [104, "absent", NO_ROOM],
  [105, "absent", "the user is not in the room now"],
  [154, "again", "the list could not be had"],
  [206, "slower", "there were too many requests of this AppId in a second"],
  [207, "slower", "there were too many requests for this room in a second"],
  [5024, "absent", NO_ROOM],
  [50001, "absent", NO_ROOM],
  [50003, "absent", "the user is not in the room now"],
  [50011, "wrong", "a list is too long"],
  [50012, "wrong", "a parameter is too long"],
];

const tableOf = (rows: readonly Row[]): ReadonlyMap<number, Verdict> =>
  new Map(
    [...GATEWAY, ...rows].map(([code, meaning, words, tries]) => [
      code,
      { meaning, words, tries: tries ?? TRIES[meaning] },
    ]),
  );

const TABLES: Readonly<Record<Host, ReadonlyMap<number, Verdict>>> = {
  whiteboard: tableOf(WHITEBOARD),
  rtc: tableOf(RTC),
};

const UNLISTED: Verdict = { meaning: "unlisted", words: undefined, tries: TRIES.unlisted };

/** What a code of a host means. */
export const verdictOn = (host: Host, code: number): Verdict => TABLES[host].get(code) ?? UNLISTED;
