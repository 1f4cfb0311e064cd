/**
 * Changes of more entries than a request may hold. Whether the limit counts per request or per room is not known (sheet
 * section 7), so both are kept: some entries are taken away first, then the rest changes.
 */

import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import type { RoomSpec } from "./convert.ts";
import { roomAccesses } from "./effective.ts";
import { MOST_ENTRIES } from "./limits.ts";

type Accesses = RoomSpec["usersAccesses"];
const MAPS = ["usersAccesses", "groupsAccesses"] as const;

/** The states of a room between before and after, in order; none where one request may hold the whole change. */
export const statesBetween = (before: RoomSpec, after: RoomSpec): readonly RoomSpec[] => {
  const gone = new Map(MAPS.map((map) => [map, leavesFirst(before[map], after[map])]));
  const steps = Math.max(...[...gone.values()].map((ids) => Math.ceil(ids.length / MOST_ENTRIES)));
  if (steps === 0) return [];
  const statesWith = (defaultAccesses: RoomSpec["defaultAccesses"]): readonly RoomSpec[] =>
    Array.from({ length: steps }, (_, step) => {
      const without = (map: (typeof MAPS)[number]): Accesses =>
        leaveOut(before[map], new Set(gone.get(map)?.slice(0, (step + 1) * MOST_ENTRIES)));
      return {
        ...before,
        defaultAccesses,
        usersAccesses: without("usersAccesses"),
        groupsAccesses: without("groupsAccesses"),
      };
    });
  const withNewDefault = statesWith(after.defaultAccesses);
  if (sameJson(before.defaultAccesses, after.defaultAccesses)) return withNewDefault;
  const withOldDefault = statesWith(before.defaultAccesses);
  return isWorse(badnessOf(withNewDefault, before, after), badnessOf(withOldDefault, before, after))
    ? withOldDefault
    : withNewDefault;
};

/** The ids to be taken away before the rest: all that go, where they and the rest are more than a request may hold. */
const leavesFirst = (before: Accesses, after: Accesses): readonly string[] => {
  const gone = Object.keys(before).filter((id) => own(after, id) === undefined);
  const set = Object.keys(after).filter((id) => !sameJson(own(before, id), own(after, id)));
  return gone.length + set.length > MOST_ENTRIES ? gone : [];
};

const leaveOut = (accesses: Accesses, ids: ReadonlySet<string>): Accesses =>
  record(Object.keys(accesses).flatMap((id) => (ids.has(id) ? [] : [[id, own(accesses, id) ?? []] as const])));

/** Subjects with more than before and after give together, and with less than both give, summed over the states. */
type Badness = { readonly excess: number; readonly lacks: number };

/** Too much counts before too little. */
const isWorse = (a: Badness, b: Badness): boolean =>
  a.excess > b.excess || (a.excess === b.excess && a.lacks > b.lacks);

const badnessOf = (states: readonly RoomSpec[], before: RoomSpec, after: RoomSpec): Badness => {
  const [first, last] = [holdings(before), holdings(after)];
  let excess = 0;
  let lacks = 0;
  for (const between of states.map(holdings)) {
    for (const subject of new Set([...first.keys(), ...last.keys()])) {
      const [had, has, will] = [held(first, subject), held(between, subject), held(last, subject)];
      if ([...has].some((one) => !had.has(one) && !will.has(one))) excess += 1;
      if ([...had].some((one) => will.has(one) && !has.has(one))) lacks += 1;
    }
  }
  return { excess, lacks };
};

type Holdings = ReadonlyMap<string, ReadonlySet<string>>;

const held = (state: Holdings, subject: string): ReadonlySet<string> =>
  state.get(subject) ?? state.get(EVERYONE) ?? new Set();

const EVERYONE = "";

const holdings = (spec: RoomSpec): Holdings =>
  new Map(
    roomAccesses(spec).map(({ subject, capabilities }) => [
      subject.kind === "everyone" ? EVERYONE : `${subject.kind} ${subject.id}`,
      new Set(capabilities),
    ]),
  );
