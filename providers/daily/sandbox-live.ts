import { invalid, notFound, ok } from "./sandbox-answers.ts";
import { type ApiCall, type Stage, withRoom } from "./sandbox-call.ts";
import {
  checkPermissions,
  type DailySandboxPermissions,
  isRecord,
  type JsonRecord,
  unknownKey,
} from "./sandbox-permissions.ts";
import { type DailySandboxParticipant, leaveAll, present, schedule } from "./sandbox-store.ts";

/** Who presence shows: it lags, and may not show the hidden. Live permissions are in no answer. */
const seen = (room: string, { store, rules, now }: Stage): readonly DailySandboxParticipant[] => {
  const then = now() - rules.presenceLagMs;
  return (store.calls.get(room) ?? []).filter(
    ({ joinedAt, leftAt, permissions }) =>
      joinedAt <= then &&
      (leftAt === undefined || leftAt > then) &&
      (permissions.hasPresence || rules.hiddenInPresence),
  );
};

const item = (room: string, participant: DailySandboxParticipant, { rules, now }: Stage): JsonRecord => ({
  room,
  id: participant.sessionId,
  userId: participant.userId,
  userName: participant.userName,
  ...(rules.mtgSessionId ? { mtgSessionId: participant.mtgSessionId } : {}),
  joinTime: new Date(participant.joinedAt).toISOString(),
  duration: Math.floor((now() - participant.joinedAt) / 1000),
});

const roomPresence = withRoom(({ query, pageSize }, stage, { name }) => {
  const limit = query.get("limit");
  if (limit !== null && !/^[1-9]\d{0,8}$/u.test(limit)) return invalid("limit must be a number");
  const userId = query.get("userId");
  const userName = query.get("userName");
  const matching = seen(name, stage).filter(
    (each) => (userId === null || each.userId === userId) && (userName === null || each.userName === userName),
  );
  const size = Math.min(...[Number(limit ?? Infinity), pageSize ?? Infinity, stage.rules.presenceCap ?? Infinity]);
  return ok({
    total_count: matching.length,
    data: matching.slice(0, size).map((each) => item(name, each, stage)),
  });
});

const presence: ApiCall = (_, stage) => {
  const rooms = [...stage.store.calls.keys()].map((room) => {
    const shown = seen(room, stage).slice(0, stage.rules.presenceCap ?? Infinity);
    return [room, shown.map((each) => item(room, each, stage))] as const;
  });
  return ok(Object.fromEntries(rooms.filter(([, people]) => people.length > 0)));
};

const checkUpdate = (body: unknown, { rules }: Stage): string | undefined => {
  if (!isRecord(body) || !isRecord(body.data)) return "missing required field data";
  const entries = Object.values(body.data);
  // What an empty `data` does is not stated.
  if (entries.length === 0) return "data is empty";
  if (rules.maxIds !== undefined && entries.length > rules.maxIds) return `at most ${rules.maxIds} ids`;
  return (
    unknownKey(body, ["data"]) ??
    entries.map((each) => checkPermissions(each, rules.partialBase === "taken")).find((why) => why !== undefined)
  );
};

/**
 * Section 3. `*` is everybody who is in the call now and not named, owners and hidden people too (assumed). Ids that are
 * not in the call are ignored. "Sent" does not mean done.
 */
const updatePermissions = withRoom(({ body }, stage, { name }) => {
  const wrong = checkUpdate(body, stage);
  if (wrong !== undefined || !isRecord(body) || !isRecord(body.data)) return invalid(wrong ?? "");
  const { store, rules, now } = stage;
  const people = present(store, name);
  if (people.length === 0 && rules.idleRoom === 404) return notFound(`nobody is in ${name}`);
  if (people.length === 0 && rules.idleRoom === 400) return invalid(`nobody is in ${name}`);
  const byId = new Map(Object.entries(body.data));
  const everybody = byId.get("*");
  const bySession = people.flatMap(({ sessionId }) => {
    const update = byId.get(sessionId) ?? everybody;
    return isRecord(update) ? [[sessionId, update as DailySandboxPermissions] as const] : [];
  });
  if (bySession.length === 0 && people.length > 0 && rules.unknownIds === 404) return notFound("no such participant");
  if (bySession.length > 0) {
    schedule(store, { due: now() + rules.effectMs, room: name, bySession: Object.fromEntries(bySession) });
    stage.changed();
  }
  return ok({ status: "sent" });
});

const isIdList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= 100 && value.every((id) => typeof id === "string");

/** Ids that are not there do not fail the call; a ban holds for `user_ids` while the meeting lives. */
const eject = withRoom(({ body }, stage, { name }) => {
  if (!isRecord(body)) return invalid("the body must be an object");
  const { ids = [], user_ids = [], ban = false } = body;
  const wrong = unknownKey(body, ["ids", "user_ids", "ban"]);
  if (wrong !== undefined) return invalid(wrong);
  if (!isIdList(ids) || !isIdList(user_ids) || typeof ban !== "boolean") return invalid("at most 100 ids each");
  const { store, rules, now } = stage;
  const mtgSessionId = present(store, name)[0]?.mtgSessionId;
  if (mtgSessionId === undefined && rules.idleRoom !== 200) {
    return rules.idleRoom === 404 ? notFound(`nobody is in ${name}`) : invalid(`nobody is in ${name}`);
  }
  const ejectedIds = leaveAll(
    store,
    name,
    ({ sessionId, userId }) => ids.includes(sessionId) || (userId !== null && user_ids.includes(userId)),
    now(),
  );
  if (ban && mtgSessionId !== undefined) {
    store.bans = [...store.bans, ...user_ids.map((userId) => ({ mtgSessionId, userId }))];
  }
  stage.changed();
  return ok({ ejectedIds });
});

export const liveCalls = { roomPresence, presence, updatePermissions, eject };
