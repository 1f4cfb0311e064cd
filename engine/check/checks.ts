import { subjectKey, subjectsOf } from "../effect/accesses.ts";
import { sourceJson } from "../effect/effects.ts";
import type { Check, Subject, Team } from "../model.ts";
import type { CheckResult } from "../plan-document.ts";
import { compilePattern } from "../util/pattern.ts";
import { pathOf } from "./path.ts";
import { type CheckedPlace, type CheckState, roomsOf } from "./rooms.ts";
import { subjectsMeant } from "./who.ts";

type Failure = NonNullable<CheckResult["failures"]>[number];
/** Told apart by `key`; a count that is too small has a message and no subject. */
type Found = { readonly key: string; readonly failure?: Failure; readonly message?: string };

type Rooms = ReadonlyMap<string, readonly CheckedPlace[]>;

type ChecksInput = {
  readonly checks: readonly Check[];
  readonly teams: ReadonlyMap<string, Team>;
  /** In the order in which a failure is looked for: desired or after, then the steps, then future instants. */
  readonly states: readonly CheckState[];
  /** What holds now. What fails only there is mended; what fails there already is no news at a step. */
  readonly before?: CheckState;
};

const STEP = /^c[0-9]+$/u;

/** Judges every check in every state; reports the first state that it fails in. Places are looked at only where `in` matches. */
export const runChecks = ({ checks, teams, states, before }: ChecksInput): readonly CheckResult[] => {
  const rooms = new Map<CheckState, Rooms>();
  const failing = (check: Check, state: CheckState): readonly Found[] => {
    const known = rooms.get(state) ?? roomsOf(state);
    rooms.set(state, known);
    return failuresOf(check, teams, known);
  };
  return checks.map((check) => {
    let now: readonly Found[] | undefined;
    const failingNow = (): readonly Found[] => {
      now ??= before === undefined ? [] : failing(check, before);
      return now;
    };
    for (const state of states) {
      let found = failing(check, state);
      if (found.length > 0 && STEP.test(state.name)) {
        const old = new Set(failingNow().map(({ key }) => key));
        found = found.filter(({ key }) => !old.has(key));
      }
      if (found.length > 0) return resultOf(check, "failed", state.name, found);
    }
    const mended = failingNow();
    if (mended.length > 0) return resultOf(check, "mended", "before", mended);
    return { name: check.name, status: "passed", source: sourceJson(check.source) };
  });
};

const resultOf = (check: Check, status: "failed" | "mended", state: string, found: readonly Found[]): CheckResult => {
  const messages = found.flatMap(({ message }) => (message === undefined ? [] : [message]));
  return {
    name: check.name,
    status,
    state,
    ...(messages.length === 0 ? {} : { message: messages.join("; ") }),
    failures: found.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
    source: sourceJson(check.source),
  };
};

const typeOf = (capability: string): string => capability.slice(0, capability.indexOf(":"));

const failuresOf = (check: Check, teams: ReadonlyMap<string, Team>, rooms: Rooms): readonly Found[] => {
  const patterns = check.in.map(compilePattern);
  const matches = (room: string): boolean => patterns.length === 0 || patterns.some((pattern) => pattern.match(room));
  const found: Found[] = [];
  for (const [room, places] of rooms) {
    if (!matches(room)) continue;
    for (const place of places) found.push(...failuresIn(check, teams, place));
    const tooFew = countFailure(check, teams, room, places);
    if (tooFew !== undefined) found.push(tooFew);
  }
  return found;
};

const failuresIn = (check: Check, teams: ReadonlyMap<string, Team>, place: CheckedPlace): readonly Found[] => {
  const here = (capability: string): boolean => typeOf(capability) === place.type;
  const [can, cannot, only] = [check.can.filter(here), check.cannot.filter(here), check.only.filter(here)];
  if (can.length + cannot.length + only.length === 0) return [];
  const access = place.access();
  if (access.own.size === 0) return [];
  const meant = subjectsMeant(check.who, place, teams);
  const found: Found[] = [];
  for (const [key, subject] of meant) {
    const holds = new Set(access.of(key));
    for (const capability of can) if (!holds.has(capability)) found.push(failureAt(place, subject, capability));
    for (const capability of cannot) if (holds.has(capability)) found.push(failureAt(place, subject, capability));
  }
  for (const [key, subject] of only.length === 0 ? [] : subjectsOf([access])) {
    if (meant.has(key)) continue;
    const holds = new Set(access.of(key));
    for (const capability of only) if (holds.has(capability)) found.push(failureAt(place, subject, capability));
  }
  return found;
};

const failureAt = (place: CheckedPlace, subject: Subject, capability: string): Found => {
  const { via, source } = pathOf(place.policy, place.room, place.access(), subject);
  const { provider, room } = place;
  return {
    key: JSON.stringify([provider, room, subjectKey(subject), capability]),
    failure: { subject, provider, room, capability, via, source: sourceJson(source) },
  };
};

/** Subjects of a room that have all the capabilities, each at some provider of its type. Rooms without such a provider are left out. */
const countFailure = (
  { who, atLeast }: Check,
  teams: ReadonlyMap<string, Team>,
  room: string,
  places: readonly CheckedPlace[],
): Found | undefined => {
  if (atLeast === undefined) return undefined;
  let holders: Set<string> | undefined;
  for (const capability of atLeast.can) {
    const here = places.filter((place) => place.type === typeOf(capability) && place.access().own.size > 0);
    if (here.length === 0) return undefined;
    const able = new Set(here.flatMap((place) => ableAt(who, teams, place, capability)));
    holders = holders === undefined ? able : new Set([...holders].filter((key) => able.has(key)));
  }
  const count = holders?.size ?? 0;
  if (holders === undefined || count >= atLeast.count) return undefined;
  return {
    key: JSON.stringify([room]),
    message: `${count} of at least ${atLeast.count} can ${atLeast.can.join(", ")} in ${room}`,
  };
};

const ableAt = (
  who: Check["who"],
  teams: ReadonlyMap<string, Team>,
  place: CheckedPlace,
  capability: string,
): readonly string[] =>
  [...subjectsMeant(who, place, teams).keys()].filter((key) => place.access().of(key).includes(capability));
