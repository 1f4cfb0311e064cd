/** From who is there and what they should hold to the fewest entries of one update. */
import type { JsonObject } from "../../engine/model.ts";
import { compareText } from "../../engine/util/compare.ts";
import { isRecord, own } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import type { Known } from "./memory.ts";
import { written } from "./permissions.ts";
import { STAR, userKey } from "./targets.ts";

/** What one session should hold. */
export type Wish = {
  readonly session: string;
  readonly as: string;
  readonly set: JsonObject;
  /** False: it surely has it, by what was sent last. */
  readonly needed: boolean;
  /** Was sent this very value as one of `*`. */
  readonly asStar: boolean;
};

/** By session id, or `*`. */
export type Entry = readonly [key: string, set: JsonObject];

/** What each of these people should hold; people whom the files leave alone have no wish. */
export const wishesOf = (people: readonly Known[], targets: JsonObject): readonly Wish[] =>
  people.flatMap(({ session, user, sent }) => {
    const mine = user === null ? undefined : own(targets, userKey(user));
    const as = user !== null && mine !== undefined ? userKey(user) : STAR;
    const set = mine ?? own(targets, STAR);
    if (!isRecord(set)) return [];
    const target = set as JsonObject;
    const has = sent !== undefined && holds(sent.set, target);
    return [{ session, as, set: target, needed: !has, asStar: as === STAR && has && sent.as === STAR }];
  });

const holds = (sent: JsonObject, target: JsonObject): boolean => {
  const known = written(sent);
  return [...written(target)].every(([field, value]) => sameJson(known.get(field), value));
};

/**
 * `*` reaches also those whom presence does not show yet, so it is used whenever its value is new in this call or presence is
 * short; else whichever way has fewer entries. Beside `*` everybody with another value is named, changed or not: it would
 * overwrite them.
 */
export const entriesFor = (wishes: readonly Wish[], targets: JsonObject, isShort: boolean): readonly Entry[] => {
  const star = own(targets, STAR);
  const bySession = wishes.filter(({ needed }) => needed).map(({ session, set }): Entry => [session, set]);
  if (!isRecord(star)) return sorted(bySession);
  const others = wishes.filter(({ set }) => !sameJson(set, star as JsonObject));
  const byStar: readonly Entry[] = [
    [STAR, star as JsonObject],
    ...others.map(({ session, set }): Entry => [session, set]),
  ];
  const rest = wishes.filter(({ as }) => as === STAR);
  const isNew = rest.some(({ needed }) => needed) && !rest.some(({ asStar }) => asStar);
  if (isShort || isNew) return sorted(byStar);
  return sorted(byStar.length < bySession.length ? byStar : bySession);
};

const sorted = (entries: readonly Entry[]): readonly Entry[] => [...entries].sort((a, b) => compareText(a[0], b[0]));
