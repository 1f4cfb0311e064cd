/** What the people in running calls should hold: those who are there now; everybody else is pending. */
import type {
  CurrentState,
  Desired,
  Diagnostic,
  Json,
  JsonObject,
  Pending,
  ProviderPolicy,
  RoomPolicy,
  Spec,
} from "../../engine/model.ts";
import { address } from "../../engine/util/address.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { quote } from "../../engine/util/quote.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { LIVE } from "./convert.ts";
import type { Wanted } from "./desire.ts";
import { callOf } from "./presence.ts";
import { liveExtra } from "./recall.ts";
import { STAR, type Targets, targetSpec, targetsOf, userKey, userOfKey } from "./targets.ts";

const MOST_NAMES = 10;
const LAG = "presence lags by up to 15 seconds";

type LiveInput = {
  readonly policy: ProviderPolicy;
  readonly room: RoomPolicy;
  /** The room's and the domain's permissions as they will be. */
  readonly permissions: JsonObject;
  readonly domain: JsonObject;
  readonly current: CurrentState;
  readonly wanted: Wanted;
};

/** Adds a room's running call, or why it is pending. Nobody waits for somebody whose grant is only taken away. */
export const desireLive = ({ policy, room, permissions, domain, current, wanted }: LiveInput): void => {
  const where = address(policy.provider, LIVE, room.id);
  const found = current.objects.get(where);
  const targets = targetsOf(room, permissions, domain, found === undefined ? [] : liveExtra(found).leftovers);
  if (targets === undefined) return;
  const approved = targetsOf(room, permissions, domain);
  const target = approved === undefined ? record<Json>() : targetSpec(approved);
  const source = room.fieldSources.get("users") ?? room.fieldSources.get("teams") ?? room.source;
  const pending = (reason: string): Pending => ({ address: where, reason, source, target });
  const awaited = [...targets.users.keys()].filter((id) => room.users?.has(id));
  if (found === undefined || callOf(current, room.id) === undefined) {
    const isAwaited = targets.star !== undefined || awaited.length > 0;
    if (isAwaited && room.mode.users !== "observe") wanted.pending.push(pending(`nobody is in the call (${LAG})`));
    return;
  }
  const extra = liveExtra(found);
  const after = specAfter(found.spec, targets, extra.users, extra.others);
  const object: Omit<Desired, "spec"> = {
    address: where,
    kind: LIVE,
    id: room.id,
    room: room.id,
    source,
    target,
  };
  if (room.mode.users === "observe") {
    wanted.objects.set(where, { ...object, spec: found.spec });
    const known = extra.unknown.length === 0;
    if (known && !sameJson(after, found.spec)) wanted.observed.set(where, after);
    return;
  }
  const unknown = extra.unknown.filter(([key = ""]) => own(after, key) !== undefined);
  wanted.objects.set(where, {
    ...object,
    spec: sameJson(after, found.spec) ? found.spec : after,
    ...(unknown.length === 0 ? {} : { unknown }),
    wire: record<Json>([["targets", targetSpec(targets)]]),
  });
  const there = new Set(extra.users);
  const away = awaited.filter((id) => !there.has(id));
  if (away.length > 0) {
    wanted.pending.push(pending(`${names(away)} ${away.length === 1 ? "is" : "are"} not in the call (${LAG})`));
  }
  wanted.diagnostics.push(...shortOf(current, room, targets));
};

/** Everybody who is there by their own key where the files name them, the others by `*`. */
const specAfter = (before: Spec, { users, star }: Targets, present: readonly string[], others: boolean): Spec => {
  const after = record<Json>();
  let rest = others;
  for (const id of present) {
    const target = users.get(id);
    if (target !== undefined) after[userKey(id)] = target;
    else rest = true;
  }
  const kept = own(before, STAR);
  if (star !== undefined && rest) after[STAR] = star;
  else if (kept !== undefined) after[STAR] = kept;
  return after;
};

const names = (ids: readonly string[]): string => {
  const named = sortedSet(ids).slice(0, MOST_NAMES).map(quote).join(", ");
  return ids.length > MOST_NAMES ? `${named} and ${ids.length - MOST_NAMES} more` : named;
};

const shortOf = (current: CurrentState, room: RoomPolicy, { star }: Targets): readonly Diagnostic[] => {
  const call = callOf(current, room.id);
  if (call === undefined || call.total <= call.people.length) return [];
  const missed = call.total - call.people.length;
  const rest =
    star === undefined
      ? "they are not reached"
      : "`*` reaches them, and whether they hold what the files say is not known";
  return [
    {
      severity: "warning",
      code: "daily/presence-short",
      summary: `presence shows ${call.people.length} of the ${call.total} people in the call of ${quote(room.id)}`,
      detail: `the other ${missed} cannot be told apart: ${rest}`,
      source: room.source,
    },
  ];
};

/** Said once for all running calls: nothing that presence shows is newer than its lag. */
export const lagOf = (wanted: Wanted, current: CurrentState): readonly Diagnostic[] => {
  const rooms = [...wanted.objects.values()].filter(
    ({ kind, id }) => kind === LIVE && callOf(current, id) !== undefined,
  );
  if (rooms.length === 0) return [];
  return [
    {
      severity: "warning",
      code: "daily/presence-lag",
      summary: `${LAG}: whether everybody in the call of ${names(rooms.map(({ id }) => id))} holds what the files say is not known`,
      detail: "who joined or left since then is not in this plan; the next run reaches them",
    },
  ];
};

/** The entries of an update by key: what differs and what is not known; who is no longer named gets what `*` gets. */
export const changedEntries = (before: Spec, after: Spec, unknown: readonly (readonly string[])[]): JsonObject => {
  const unsure = new Set(unknown.map(([key]) => key));
  const entries: [string, Json][] = [];
  const star = own(after, STAR);
  for (const key of sortedSet([...Object.keys(before), ...Object.keys(after)])) {
    const wanted = own(after, key);
    if (wanted !== undefined) {
      if (unsure.has(key) || !sameJson(own(before, key), wanted)) entries.push([key, wanted]);
    } else if (star !== undefined && userOfKey(key) !== undefined) entries.push([key, star]);
  }
  return record(entries);
};
