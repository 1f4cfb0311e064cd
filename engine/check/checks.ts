import { subjectKey, subjectsOf } from "../effect/accesses.ts";
import { sourceJson } from "../effect/effects.ts";
import { holdsCapability } from "../effect/holds.ts";
import type { Check, Subject, Team } from "../model.ts";
import type { CheckResult } from "../plan-document.ts";
import { compilePattern } from "../util/pattern.ts";
import { type CheckedPlace, type CheckState, roomsOf } from "./rooms.ts";
import { subjectsMeant } from "./who.ts";

type Failure = NonNullable<CheckResult["failures"]>[number];
/**
 * Told apart by `key`; a count that is too small has a message and no subject. `doubt`: whether it fails depends on something
 * that was not read.
 */
type Found = { readonly key: string; readonly failure?: Failure; readonly message?: string; readonly doubt?: string };

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

/**
 * Judges every check in every state; reports the first state that it fails in. Places are looked at only where `in` matches.
 * `unknown` is a check that fails or not as something has it that was not read.
 */
export const runChecks = ({ checks, teams, states, before }: ChecksInput): readonly CheckResult[] => {
  const rooms = new Map<CheckState, Rooms>();
  const failing = (check: Check, state: CheckState): readonly Found[] => {
    const known = rooms.get(state) ?? roomsOf(state);
    rooms.set(state, known);
    return failuresOf(check, teams, known);
  };
  return checks.map((check) => {
    const doubts = new Set<string>();
    let now: readonly Found[] | undefined;
    const failingNow = (): readonly Found[] => {
      now ??= before === undefined ? [] : failing(check, before);
      return now;
    };
    for (const state of states) {
      const all = failing(check, state);
      for (const { doubt } of all) if (doubt !== undefined) doubts.add(doubt);
      let found = all.filter(({ doubt }) => doubt === undefined);
      if (found.length > 0 && STEP.test(state.name)) {
        const old = new Set(failingNow().map(({ key }) => key));
        found = found.filter(({ key }) => !old.has(key));
      }
      if (found.length > 0) return resultOf(check, "failed", state.name, found);
    }
    const mended = failingNow();
    if (mended.length > 0) return resultOf(check, "mended", "before", mended);
    const source = sourceJson(check.source);
    if (doubts.size === 0) return { name: check.name, status: "passed", source };
    return { name: check.name, status: "unknown", message: `it depends on ${listed(doubts)}`, source };
  });
};

/** Doubts that are named for one check. */
const MOST_DOUBTS = 3;

const listed = (doubts: ReadonlySet<string>): string => {
  const all = [...doubts];
  const more = all.length > MOST_DOUBTS ? [`${all.length - MOST_DOUBTS} more`] : [];
  return [...all.slice(0, MOST_DOUBTS), ...more].join("; and on ");
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
    for (const capability of can) {
      // Whatever is not known, nobody both has it and does not.
      const never = cannot.includes(capability);
      if (holds(place, key, capability)) continue;
      const failure = failureAt(place, subject, capability, never ? undefined : key);
      found.push(place.vague === undefined || never ? failure : { ...failure, doubt: place.vague });
    }
    for (const capability of cannot) found.push(...heldAt(place, key, subject, capability));
  }
  for (const [key, subject] of only.length === 0 ? [] : subjectsOf([access]))
    if (!meant.has(key)) for (const capability of only) found.push(...heldAt(place, key, subject, capability));
  return found;
};

const holds = (place: CheckedPlace, key: string, capability: string): boolean =>
  holdsCapability(place.facts, place.access().of(key), capability);

/** The failure of somebody who should not have a capability; none where it is sure that they do not. */
const heldAt = (place: CheckedPlace, key: string, subject: Subject, capability: string): readonly Found[] => {
  if (holds(place, key, capability)) return [failureAt(place, subject, capability, undefined)];
  return place.doubt(key, capability) === undefined ? [] : [failureAt(place, subject, capability, key)];
};

/** `doubted`: the key of a subject of whom it is not known whether they hold the capability. */
const failureAt = (place: CheckedPlace, subject: Subject, capability: string, doubted: string | undefined): Found => {
  const { via, source } = place.path(subject, capability);
  const { provider, room } = place;
  const doubt = doubted === undefined ? undefined : place.doubt(doubted, capability);
  return {
    key: JSON.stringify([provider, room, subjectKey(subject), capability]),
    failure: { subject, provider, room, capability, via, source: sourceJson(source) },
    ...(doubt === undefined ? {} : { doubt }),
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
  const doubts = new Set(places.flatMap(({ vague }) => vague ?? []));
  const isVague = doubts.size > 0;
  let sure: ReadonlySet<string> | undefined;
  let most: ReadonlySet<string> | undefined;
  for (const capability of atLeast.can) {
    const here = places.filter((place) => place.type === typeOf(capability) && place.access().own.size > 0);
    if (here.length === 0) return undefined;
    const able = here.map((place) => ableAt(who, teams, place, capability));
    const maybe = able.flatMap((one) => one.maybe);
    sure = both(sure, new Set(able.flatMap((one) => one.sure)));
    most = both(most, new Set([...able.flatMap((one) => one.sure), ...maybe.map(({ key }) => key)]));
    for (const { doubt } of maybe) doubts.add(doubt);
  }
  if (sure === undefined || most === undefined || sure.size >= atLeast.count) return undefined;
  return {
    key: JSON.stringify([room]),
    message: `${most.size} of at least ${atLeast.count} can ${atLeast.can.join(", ")} in ${room}`,
    ...(isVague || most.size >= atLeast.count ? { doubt: [...doubts].join("; and on ") } : {}),
  };
};

const both = (before: ReadonlySet<string> | undefined, next: ReadonlySet<string>): ReadonlySet<string> =>
  before === undefined ? next : new Set([...before].filter((key) => next.has(key)));

/** Who has a capability, and who has it or not as something has it that was not read. */
const ableAt = (
  who: Check["who"],
  teams: ReadonlyMap<string, Team>,
  place: CheckedPlace,
  capability: string,
): {
  readonly sure: readonly string[];
  readonly maybe: readonly { readonly key: string; readonly doubt: string }[];
} => {
  const sure: string[] = [];
  const maybe: { readonly key: string; readonly doubt: string }[] = [];
  for (const key of subjectsMeant(who, place, teams).keys()) {
    const doubt = holds(place, key, capability) ? undefined : place.doubt(key, capability);
    if (holds(place, key, capability)) sure.push(key);
    else if (doubt !== undefined) maybe.push({ key, doubt });
  }
  return { sure, maybe };
};
