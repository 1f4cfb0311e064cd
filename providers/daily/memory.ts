/** What the ledger holds of Daily: what was last sent to each session, the domain's permissions, and learned defaults. */
import type { Json, JsonObject } from "../../engine/model.ts";
import { type KeptLedger, type Ledger, ServiceFailure } from "../../engine/provider.ts";
import { compareText } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { stableJson } from "../../engine/util/stable-json.ts";
import { EMPTY } from "./permissions.ts";
import type { LiveCall, Person } from "./presence.ts";
import { userOfKey } from "./targets.ts";

/** What one session was sent, and as whom: `*` or `user:alice`. */
export type LastSent = { readonly as: string; readonly meeting: string | null; readonly set: JsonObject };

const keyOf = (account: string, what: string): string => `${account}/${what}`;

/** By session id. */
export const lastSent = (ledger: Ledger, account: string | undefined, room: string): ReadonlyMap<string, LastSent> => {
  const found = new Map<string, LastSent>();
  const groups = account === undefined ? undefined : ledger.get(keyOf(account, `live/${room}`));
  for (const group of Array.isArray(groups) ? (groups as readonly Json[]) : []) {
    if (!isRecord(group) || typeof group.as !== "string" || !isRecord(group.set)) continue;
    const meeting = typeof group.meeting === "string" ? group.meeting : null;
    const sent: LastSent = { as: group.as, meeting, set: group.set as JsonObject };
    for (const session of Array.isArray(group.sessions) ? (group.sessions as readonly Json[]) : []) {
      if (typeof session === "string") found.set(session, sent);
    }
  }
  return found;
};

/** Replaces what is kept of a room's call. Sessions that were sent the same share one entry. */
export const keepSent = (
  ledger: Ledger,
  account: string,
  room: string,
  sessions: ReadonlyMap<string, LastSent>,
): void => {
  const groups = new Map<string, { readonly sent: LastSent; readonly sessions: string[] }>();
  for (const [session, sent] of sessions) {
    const same = stableJson([sent.as, sent.meeting, sent.set]);
    const group = groups.get(same) ?? { sent, sessions: [] };
    group.sessions.push(session);
    groups.set(same, group);
  }
  const value = [...groups.values()].map(({ sent: { as, meeting, set }, sessions: ids }) =>
    record<Json>([
      ["as", as],
      ["meeting", meeting],
      ["sessions", ids.sort(compareText)],
      ["set", set],
    ]),
  );
  const key = keyOf(account, `live/${room}`);
  if (value.length > 0) ledger.set(key, value);
  else if (ledger.get(key) !== undefined) ledger.set(key, undefined);
};

/** Somebody in a call, with what they were sent last in this very meeting. */
export type Known = Person & { readonly sent: LastSent | undefined };

/**
 * Who is in a call. Somebody who was hidden may be missing from presence: who was sent `hasPresence: false` counts as there as
 * long as the meeting lasts, so that `*` does not uncover them.
 */
export const knownPeople = (call: LiveCall, sent: ReadonlyMap<string, LastSent>): readonly Known[] => {
  const meetings = new Set(call.people.map((person) => person.meeting));
  const isSame = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;
  const shown = new Set(call.people.map((person) => person.session));
  const people = call.people.map((person): Known => {
    const last = sent.get(person.session);
    return { ...person, sent: last !== undefined && isSame(last.meeting, person.meeting) ? last : undefined };
  });
  const hidden = [...sent].flatMap(([session, last]): readonly Known[] => {
    if (shown.has(session) || last.set.hasPresence !== false) return [];
    if (![...meetings].some((meeting) => isSame(meeting, last.meeting))) return [];
    return [{ session, meeting: last.meeting, user: userOfKey(last.as) ?? null, sent: last }];
  });
  return [...people, ...hidden];
};

/** The domain's permissions as they were last sent. */
export const sentDomain = (ledger: Ledger, account: string): JsonObject | undefined => {
  const value = ledger.get(keyOf(account, "domain"));
  return isRecord(value) ? (value as JsonObject) : undefined;
};
export const keepDomain = (ledger: Ledger, account: string, permissions: JsonObject | undefined): void =>
  ledger.set(keyOf(account, "domain"), permissions);

/** Defaults that no page states, as answers showed them. */
export const learnedDefaults = (ledger: Ledger, account: string): JsonObject => {
  const value = ledger.get(keyOf(account, "defaults"));
  return isRecord(value) ? (value as JsonObject) : EMPTY;
};
export const learnDefaults = (ledger: Ledger, account: string, found: readonly (readonly [string, Json])[]): void => {
  const known = learnedDefaults(ledger, account);
  const news = found.filter(([key, value]) => own(known, key) !== value);
  if (news.length > 0) {
    ledger.set(keyOf(account, "defaults"), record<Json>([...(Object.entries(known) as [string, Json][]), ...news]));
  }
};

/** Throws `ServiceFailure`: what cannot be noted is not sent. */
export const saveBefore = async (ledger: KeptLedger): Promise<void> => {
  try {
    await ledger.save();
  } catch (error) {
    const why = error instanceof Error ? error.message : "no reason given";
    throw new ServiceFailure(`Daily: nothing was sent, since the ledger cannot be kept: ${why}`, "stop");
  }
};

/** What is not noted counts as unknown: it is sent again some time, and the next call says why nothing can be kept. */
export const saveAfter = (ledger: KeptLedger): Promise<void> => ledger.save().catch(() => {});
