import { placeAccess, subjectKey } from "../effect/accesses.ts";
import { holdsCapability } from "../effect/holds.ts";
import type { Access, Place, Subject } from "../model.ts";
import { type CapabilityIndex, capabilityIndex } from "../util/capability-sets.ts";
import { type Drafts, viewAfter } from "./drafts.ts";
import type { World } from "./world.ts";

/** Who holds what in one state of one place, as bit sets. */
export type Holdings = {
  /** By subject key; who is not here has everyone's. */
  readonly own: ReadonlyMap<string, bigint>;
  readonly everyone: bigint;
  /** What at least one subject holds; of what makes a manager also the name that is asked for. */
  readonly any: bigint;
  readonly exists: boolean;
};

export type Gap = { readonly subject: string; readonly bits: bigint };

/** What is wrong with a state between old and new. */
export type Judgement = {
  /** Beyond old and new together. */
  readonly excess: readonly Gap[];
  /** Given by old and by new, and missing. */
  readonly lacks: readonly Gap[];
  /** Managing capabilities that old and new have a holder for, and this state has none. */
  readonly orphaned: bigint;
};

/** A place, the calls that write something it depends on, and its states. */
export type Spot = {
  readonly world: World;
  readonly place: Place;
  /** In rank order. */
  readonly calls: readonly number[];
  readonly old: Holdings;
  readonly new: Holdings;
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly names: CapabilityIndex["names"];
  /** The state when exactly these calls are done. Other calls in the set do not matter. */
  at(done: ReadonlySet<number>): Holdings;
  /** `only`: look at these subjects alone. */
  judge(state: Holdings, only?: ReadonlySet<string>): Judgement;
};

const EVERYONE = subjectKey({ kind: "everyone" });

/** Works out a place's states as they are asked for; each one once when few calls touch it. */
export const spotOf = (drafts: Drafts, world: World, place: Place, calls: readonly number[]): Spot => {
  const index = capabilityIndex();
  const subjects = new Map<string, Subject>([[EVERYONE, { kind: "everyone" }]]);
  const { provider, policy, before, after } = world;
  const { managing } = provider.facts;
  const managed = (capabilities: readonly string[]): bigint =>
    index.bits(managing.filter((one) => holdsCapability(provider.facts, capabilities, one)));
  const holdings = (accesses: readonly Access[]): Holdings => {
    const own = new Map<string, bigint>();
    let any = 0n;
    for (const [key, access] of placeAccess(accesses).own) {
      const bits = index.bits(access.capabilities);
      own.set(key, bits);
      any |= bits | managed(access.capabilities);
      if (!subjects.has(key)) subjects.set(key, access.subject);
    }
    return { own, everyone: own.get(EVERYONE) ?? 0n, any, exists: accesses.length > 0 };
  };
  const old = holdings(provider.effective(place, before, policy));
  const last = holdings(provider.effective(place, after, policy));
  const memo = new Map<string, Holdings>();
  const at = (done: ReadonlySet<number>): Holdings => {
    const key = calls.map((call) => (done.has(call) ? "1" : "0")).join("");
    if (!key.includes("1")) return old;
    if (!key.includes("0")) return last;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const state = holdings(provider.effective(place, viewAfter(drafts, before, calls, done), policy));
    if (calls.length <= MEMO_CALLS) memo.set(key, state);
    return state;
  };
  return {
    world,
    place,
    calls,
    old,
    new: last,
    subjects,
    names: index.names,
    at,
    judge: (state, only) => judge(old, last, state, only, index.bits(managing)),
  };
};

const MEMO_CALLS = 12;

const held = (state: Holdings, subject: string): bigint => state.own.get(subject) ?? state.everyone;

const judge = (
  old: Holdings,
  last: Holdings,
  state: Holdings,
  only: ReadonlySet<string> | undefined,
  managing: bigint,
): Judgement => {
  const excess: Gap[] = [];
  const lacks: Gap[] = [];
  for (const subject of only ?? new Set([EVERYONE, ...old.own.keys(), ...last.own.keys(), ...state.own.keys()])) {
    const had = held(old, subject);
    const will = held(last, subject);
    const has = held(state, subject);
    const beyond = has & ~(had | will);
    const missing = had & will & ~has;
    if (beyond !== 0n) excess.push({ subject, bits: beyond });
    if (missing !== 0n) lacks.push({ subject, bits: missing });
  }
  return { excess, lacks, orphaned: only === undefined ? managing & old.any & last.any & ~state.any : 0n };
};

/** The subjects that hold something else in two states. */
export const differing = (a: Holdings, b: Holdings, only?: ReadonlySet<string>): readonly string[] => {
  const found: string[] = [];
  for (const subject of only ?? new Set([EVERYONE, ...a.own.keys(), ...b.own.keys()])) {
    if (held(a, subject) !== held(b, subject)) found.push(subject);
  }
  return found;
};

/** Whether somebody gains and somebody loses from one state to the next. */
export const movement = (
  from: Holdings,
  to: Holdings,
  only?: ReadonlySet<string>,
): { readonly gains: boolean; readonly loses: boolean } => {
  let gained = 0n;
  let lost = 0n;
  for (const subject of differing(from, to, only)) {
    gained |= held(to, subject) & ~held(from, subject);
    lost |= held(from, subject) & ~held(to, subject);
  }
  return { gains: gained !== 0n, loses: lost !== 0n };
};
