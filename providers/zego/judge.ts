/** What an answer means for a read and for a write, and how it is told. */
import type { Sent, ServiceError } from "../../engine/model.ts";
import { ServiceFailure } from "../../engine/provider.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord } from "../../engine/util/record.ts";
import { excerpt } from "../_shared/excerpt.ts";
import type { Query } from "../_shared/path.ts";
import { type Action, bucketOf, isRead } from "./actions.ts";
import { type Meaning, verdictOn } from "./codes.ts";

export type WriteReply = Exclude<Sent, { readonly type: "done" }> | { readonly type: "done" };

export type Judged = {
  readonly meaning: Meaning | "malformed";
  readonly tries: number;
  readonly code: number | undefined;
  readonly data: unknown;
  readonly message: string;
};

const BROKEN_TRIES = 4;

type Trouble = Exclude<Judged["meaning"], "done">;

const KINDS = {
  slower: "throttled",
  again: "unreachable",
  expired: "stop",
  signature: "stop",
  stop: "stop",
  wrong: "refused",
  unlisted: "refused",
} as const;

const FAILURES: Readonly<Record<Exclude<Trouble, "absent">, ServiceFailure["kind"]>> = {
  ...KINDS,
  malformed: "incomplete",
};
const REFUSALS: Readonly<Record<Trouble, ServiceError["kind"]>> = {
  ...KINDS,
  malformed: "unreachable",
  absent: "away",
};

/** What a read that did not go well throws. */
export const failureOf = ({ message }: Judged, meaning: keyof typeof FAILURES): ServiceFailure =>
  new ServiceFailure(message, FAILURES[meaning]);

/**
 * A failure on their side may have come after the deed: a fresh read tells. Everything else was surely not done. What they
 * answered to the end with a failure is not tried again; an answer that is none was not tried again here.
 */
export const refusalOf = ({ code, message }: Judged, meaning: Trouble): WriteReply => {
  const error = { message, kind: REFUSALS[meaning], ...(code === undefined ? {} : { code: String(code) }) };
  if (meaning === "again") return { type: "unknown", error, exhausted: true };
  return { type: meaning === "malformed" ? "unknown" : "failed", error };
};

/** Decides by `Code` alone: the messages of the two hosts spell success differently, and `Data` may be missing. */
export const judge = (action: Action, query: Query, json: unknown, clean: (text: string) => string): Judged => {
  const { host } = bucketOf(action);
  const answer = isRecord(json) ? json : {};
  const { Code: code, Data: data } = answer;
  const asked = `${action} for ${targetOf(query)}`;
  if (typeof code !== "number" || !Number.isSafeInteger(code)) {
    const message = `ZEGOCLOUD gave an answer that cannot be relied on: ${asked} has no Code`;
    return { ...broken(message), tries: isRead({ Action: action }) ? BROKEN_TRIES : 1 };
  }
  const { meaning, tries, words } = verdictOn(host, code);
  if (meaning === "done") return { meaning, tries, code, data, message: "" };
  const said = words ?? (typeof answer.Message === "string" ? excerpt(clean(answer.Message)) : "no message");
  const request = typeof answer.RequestId === "string" ? `; RequestId ${excerpt(clean(answer.RequestId))}` : "";
  return { meaning, tries, code, data, message: `ZEGOCLOUD answered ${asked} with code ${code}: ${said}${request}` };
};

/** An answer that is none. */
export const broken = (message: string): Judged => ({
  meaning: "malformed",
  tries: BROKEN_TRIES,
  code: undefined,
  data: undefined,
  message,
});

/** `room "a", user "b"`, without anything else of the query. */
const targetOf = (query: Query): string => {
  const rooms = query.RoomId ?? query["RoomId[]"];
  const room = Array.isArray(rooms) ? `${rooms.length} rooms` : `room ${quote(String(rooms))}`;
  return typeof query.UserId === "string" ? `${room}, user ${quote(query.UserId)}` : room;
};

/** The same, with what is to be done about the clock. */
export const withClock = (judged: Judged, ahead: number | undefined): Judged => {
  const minutes = Math.round(Math.abs(ahead ?? 0) / 60_000);
  const clock =
    minutes === 0
      ? "check the clock of this machine"
      : `the clock of this machine is about ${minutes} min ${(ahead ?? 0) > 0 ? "behind" : "ahead of"} the service's; set it right`;
  return { ...judged, message: `${judged.message}; ${clock}` };
};
