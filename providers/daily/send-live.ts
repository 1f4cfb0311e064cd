/**
 * Changes people in a running call. The plan names them by user id; who they are by session is looked up right before. What
 * is about to change is taken off the ledger before it is sent, and noted when it is done, so that the ledger never says more
 * than what is true.
 */
import type { Call, JsonObject, Sent } from "../../engine/model.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import type { Transport } from "../_shared/http.ts";
import { readCall, readOneRoom } from "./api.ts";
import { LIVE_PATH } from "./calls.ts";
import type { Session } from "./connect.ts";
import { type Entry, entriesFor, type Wish, wishesOf } from "./entries.ts";
import { type Known, keepSent, knownPeople, lastSent, saveAfter, saveBefore } from "./memory.ts";
import type { LiveCall } from "./presence.ts";
import { userOfKey } from "./targets.ts";

const TRIES = 3;
/** The most ids that other calls of this API take; none is stated for this one. */
const CHUNK = 100;

/** Sends one change of a running call. Throws `ServiceFailure` where presence cannot be read. */
export const sendLive = async (
  transport: Transport,
  session: Session,
  call: Call,
  room: string,
  signal?: AbortSignal,
): Promise<Sent> => {
  const account = await session.account(transport);
  const targets = targetsIn(call);
  const shown = await wholeCall(transport, room, targets, signal);
  const done: Sent = { type: "done", seen: new Map() };
  if (shown.total === 0) return away(room);
  const people = knownPeople(shown, lastSent(session.ledger, account, room));
  const wishes = wishesOf(people, targets);
  const isShort = shown.total > shown.people.length;
  const entries = entriesFor(wishes, targets, isShort);
  if (entries.length === 0) {
    remember(session, account, room, people, wishes, () => false);
    return done;
  }
  const reached = reachedBy(entries, wishes);
  remember(session, account, room, people, wishes, () => false, reached);
  await saveBefore(session.ledger);
  const sent = await deliver(transport, room, wishes, entries, signal);
  remember(session, account, room, people, wishes, (id) => sent.sessions.has(id), reached);
  await saveAfter(session.ledger);
  if (sent.answer.type !== "failed") return sent.answer.type === "done" ? done : sent.answer;
  const { status, error } = sent.answer;
  if (status !== 404 && status !== 400) return { type: "failed", error };
  const there = await readOneRoom(transport, room, session.defaults(account), signal);
  if (there === undefined) return { type: "failed", error: { ...error, kind: "gone" } };
  const still = await readCall(transport, room, undefined, signal);
  if (status === 404 || still.total === 0) return away(room);
  return { type: "failed", error: { ...error, kind: "refused" } };
};

/** A call that ended meanwhile is pending like one that has not begun. */
const away = (room: string): Sent => ({
  type: "failed",
  error: { message: `nobody is in the call of ${JSON.stringify(room)} any more`, kind: "away" },
});

const targetsIn = (call: Call): JsonObject => {
  const data = isRecord(call.body) ? call.body.data : undefined;
  return (isRecord(call.extra) ? call.extra : isRecord(data) ? data : record()) as JsonObject;
};

/** Where presence is short of the people who are there, the people that the files name are asked for by their user ids. */
const wholeCall = async (
  transport: Transport,
  room: string,
  targets: JsonObject,
  signal: AbortSignal | undefined,
): Promise<LiveCall> => {
  const call = await readCall(transport, room, undefined, signal);
  if (call.total <= call.people.length) return call;
  const users = Object.keys(targets).flatMap((key) => userOfKey(key) ?? []);
  const found = await Promise.all(users.map((user) => readCall(transport, room, user, signal)));
  const people = new Map([call, ...found].flatMap((each) => each.people).map((person) => [person.session, person]));
  return { people: [...people.values()], total: Math.max(call.total, people.size) };
};

/** The sessions that some entries change. */
const reachedBy = (entries: readonly Entry[], wishes: readonly Wish[]): ReadonlySet<string> => {
  const named = new Set(entries.map(([key]) => key));
  return new Set(wishes.map((wish) => wish.session).filter((id) => named.has(id) || named.has("*")));
};

/** What is kept: what was sent before and is not touched, and what is sent now once that is sure. */
const remember = (
  { ledger }: Session,
  account: string,
  room: string,
  people: readonly Known[],
  wishes: readonly Wish[],
  isDone: (session: string) => boolean,
  touched: ReadonlySet<string> = new Set(),
): void => {
  const wanted = new Map(wishes.map((wish) => [wish.session, wish]));
  const kept = people.flatMap(({ session, meeting, sent }) => {
    const wish = wanted.get(session);
    if (wish !== undefined && isDone(session)) {
      const set = mergedSet(sent?.set, wish.set);
      return [[session, { as: wish.as, meeting, set }] as const];
    }
    return sent === undefined || touched.has(session) ? [] : [[session, sent] as const];
  });
  keepSent(ledger, account, room, new Map(kept));
};

/** A field that is not sent stays as it was sent before; of `canReceive` each part is one. */
const mergedSet = (before: JsonObject | undefined, now: JsonObject): JsonObject => {
  const receive = (set: JsonObject | undefined): JsonObject => {
    const value = own(set, "canReceive");
    return isRecord(value) ? (value as JsonObject) : record();
  };
  const merged = record([...Object.entries(before ?? {}), ...Object.entries(now)]);
  const both = { ...receive(before), ...receive(now) };
  if (Object.keys(both).length > 0) merged.canReceive = record(Object.entries(both));
  return merged as JsonObject;
};

type Delivered = {
  readonly answer: Awaited<ReturnType<Transport["send"]>>;
  /** Who surely has it. */
  readonly sessions: ReadonlySet<string>;
};

/** One request; where the service finds it too large, people by session in chunks, and the others are left for the next run. */
const deliver = async (
  transport: Transport,
  room: string,
  wishes: readonly Wish[],
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<Delivered> => {
  const whole = await sendEntries(transport, room, entries, signal);
  if (whole.type === "done") return { answer: whole, sessions: reachedBy(entries, wishes) };
  const tooLarge = whole.type === "failed" && whole.status === 400 && entries.length > CHUNK;
  if (!tooLarge) return { answer: whole, sessions: new Set() };
  const sessions = new Set<string>();
  const single = wishes.map(({ session, set }): Entry => [session, set]);
  for (let start = 0; start < single.length; start += CHUNK) {
    const chunk = single.slice(start, start + CHUNK);
    const answer = await sendEntries(transport, room, chunk, signal);
    if (answer.type !== "done") return { answer, sessions };
    for (const [id] of chunk) sessions.add(id);
  }
  return { answer: { type: "done", status: 200, json: undefined }, sessions };
};

/** Absolute values: where no answer came, they are sent again. */
const sendEntries = async (
  transport: Transport,
  room: string,
  entries: readonly Entry[],
  signal: AbortSignal | undefined,
): Promise<Delivered["answer"]> => {
  const body = record([["data", record(entries)]]);
  for (let tries = 1; ; tries += 1) {
    const answer = await transport.send({ method: "POST", path: LIVE_PATH, params: { name: room }, body, signal });
    if (answer.type !== "unknown" || tries >= TRIES || signal?.aborted === true) return answer;
  }
};
