import { minus, type PlaceAccess, placeAccess, subjectKey, subjectsOf } from "../effect/accesses.ts";
import { holdsCapability } from "../effect/holds.ts";
import type { Address, Call, Change, Place, Subject } from "../model.ts";
import { stepsOf } from "../order/steps.ts";
import { placeKey, touchedPlaces, type World, type Worlds } from "../order/world.ts";
import type { TransitionException } from "../plan-document.ts";
import type { ProviderFacts, TouchedPlace, View } from "../provider.ts";
import { addressParts } from "../util/address.ts";
import { OTHER_ROOMS } from "../util/other-rooms.ts";
import { type Counted, isPersonal } from "./allowances.ts";

type Pair = Counted & { readonly provider: string; readonly subject: Subject };
type Spot = Counted & { readonly provider: string };

/** A managing capability that loses its last holder in a place; `during`: for a while only, from this call on. */
type Orphaned = Spot & { readonly capability: string; readonly during: string | undefined };

/** What the guards count, in the final state and along the way. */
export type Differences = {
  readonly losing: readonly Pair[];
  readonly gaining: readonly Pair[];
  readonly emptied: readonly Spot[];
  readonly orphaned: readonly Orphaned[];
  /** Pairs that lose and had no entry of their own before: not among those that are counted there. */
  readonly unnamed: number;
};

type DifferencesInput = {
  readonly worlds: Worlds;
  readonly changes: readonly Change[];
  readonly calls: readonly Call[];
  readonly exceptions: readonly TransitionException[];
  /** Whether the state before is not known: whoever that is said of counts as losing. */
  readonly unknownBefore: (place: Place, subject: Subject) => boolean;
  /** Whether somebody is not there to be given their own: nothing changes for them yet. */
  readonly isPending: (place: Place, subject: Subject) => boolean;
};

/** What is known of a touched place once before and after are compared. */
type Looked = {
  readonly spot: Spot;
  pairOf(subject: Subject): Pair;
  readonly before: PlaceAccess;
  readonly stays: boolean;
  readonly losing: Set<string>;
  readonly orphaned: Set<string>;
  emptied: boolean;
};

type Found = {
  readonly losing: Pair[];
  readonly gaining: Pair[];
  readonly emptied: Spot[];
  readonly orphaned: Orphaned[];
  unnamed: number;
};

/** Compares the touched places before, after and at each step between. */
export const differencesOf = (input: DifferencesInput): Differences => {
  const found: Found = { losing: [], gaining: [], emptied: [], orphaned: [], unnamed: 0 };
  const looked = new Map<string, Looked>();
  for (const [provider, world] of input.worlds) lookAtEnds(input, provider, world, looked, found);
  lookAtSteps(input, looked, found);
  addGaps(input, looked, found);
  return found;
};

const lookAtEnds = (
  input: DifferencesInput,
  provider: string,
  world: World,
  looked: Map<string, Looked>,
  found: Found,
): void => {
  const changed = new Map(
    input.changes.filter((change) => change.provider === provider).map((change) => [change.address, change]),
  );
  for (const touched of touchedPlaces(world, new Set(changed.keys()))) {
    const { place, dependsOn } = touched;
    const before = accessIn(world, place, world.before);
    const after = accessIn(world, place, world.after);
    const { spot, pairOf } = namesIn(touched, changed);
    const stays = after.own.size > 0 || !isDeleted(place, changed, dependsOn);
    const known: Looked = {
      spot,
      pairOf,
      before,
      stays,
      losing: new Set(),
      orphaned: new Set(stays ? orphanedIn(world, spot, before, after) : []),
      emptied: stays && isEmptied(before, after),
    };
    looked.set(placeKey(place), known);
    for (const [key, subject] of subjectsOf([before, after])) {
      if (input.isPending(place, subject)) continue;
      if (input.unknownBefore(place, subject) || minus(before.of(key), after.of(key)).length > 0)
        addLoser(known, key, subject, found);
      if (minus(after.of(key), before.of(key)).length > 0) found.gaining.push(pairOf(subject));
    }
    if (known.emptied) found.emptied.push(spot);
    for (const capability of known.orphaned) found.orphaned.push({ ...spot, capability, during: undefined });
  }
};

/** What a scope can name a place by, and each person in it: by what all there depend on, and by what is theirs alone. */
const namesIn = (
  { place, dependsOn }: TouchedPlace,
  changes: ReadonlyMap<Address, Change>,
): Pick<Looked, "spot" | "pairOf"> => {
  const named = (addresses: readonly Address[]): Counted => ({
    addresses,
    changed: addresses.filter((address) => changes.has(address)),
    room: place.room,
  });
  const spot: Spot = { provider: place.provider, ...named(dependsOn.filter((address) => !isPersonal(address))) };
  const own = new Map<string, Address[]>();
  for (const address of dependsOn.filter(isPersonal)) {
    const [, , room, user = ""] = addressParts(address);
    if (room === place.room) own.set(user, [...(own.get(user) ?? []), address]);
  }
  const pairOf = (subject: Subject): Pair => {
    const personal = subject.kind === "user" ? own.get(subject.id) : undefined;
    return { ...spot, ...(personal === undefined ? {} : named([...spot.addresses, ...personal])), subject };
  };
  return { spot, pairOf };
};

const lookAtSteps = (input: DifferencesInput, looked: ReadonlyMap<string, Looked>, found: Found): void => {
  for (const { call, world, places, access } of stepsOf(input.worlds, input.calls)) {
    for (const place of places) {
      const known = looked.get(placeKey(place));
      if (known === undefined || !known.stays) continue;
      const now = access(place);
      if (!known.emptied && isEmptied(known.before, now)) {
        known.emptied = true;
        found.emptied.push(known.spot);
      }
      for (const capability of orphanedIn(world, known.spot, known.before, now)) {
        if (known.orphaned.has(capability)) continue;
        known.orphaned.add(capability);
        found.orphaned.push({ ...known.spot, capability, during: call });
      }
    }
  }
};

/** Who lacks something for a while loses it at a step. */
const addGaps = (input: DifferencesInput, looked: ReadonlyMap<string, Looked>, found: Found): void => {
  for (const { type, place, subjects } of input.exceptions) {
    const known = looked.get(placeKey(place));
    if (type !== "lacks" || known === undefined) continue;
    for (const subject of subjects)
      if (!input.isPending(place, subject)) addLoser(known, subjectKey(subject), subject, found);
  }
};

const addLoser = (known: Looked, key: string, subject: Subject, found: Found): void => {
  if (known.losing.has(key)) return;
  known.losing.add(key);
  found.losing.push(known.pairOf(subject));
  if (isElsewhere(known.spot) || (known.before.own.get(key)?.capabilities.length ?? 0) === 0) found.unnamed += 1;
};

/** In rooms that no file names: no place of the policy, and who else manages them is not known. */
const isElsewhere = ({ room }: Spot): boolean => room === OTHER_ROOMS;

const accessIn = (world: World, place: Place, view: View): PlaceAccess =>
  placeAccess(world.provider.effective(place, view, world.policy));

const named = (access: PlaceAccess): number =>
  [...access.own.values()].filter(({ subject }) => subject.kind === "user" || subject.kind === "group").length;

const isEmptied = (before: PlaceAccess, now: PlaceAccess): boolean => named(before) > 0 && named(now) === 0;

const isDeleted = (place: Place, changed: ReadonlyMap<Address, Change>, dependsOn: readonly Address[]): boolean =>
  dependsOn.some((address) => {
    const change = changed.get(address);
    return change?.action === "delete" && (change.room === place.room || change.id === place.room);
  });

const orphanedIn = (
  { provider: { facts } }: World,
  spot: Spot,
  before: PlaceAccess,
  now: PlaceAccess,
): readonly string[] =>
  isElsewhere(spot)
    ? []
    : facts.managing.filter((capability) => isHeld(facts, before, capability) && !isHeld(facts, now, capability));

const isHeld = (facts: ProviderFacts, access: PlaceAccess, capability: string): boolean =>
  [...access.own.values()].some(({ capabilities }) => holdsCapability(facts, capabilities, capability));

/** All (subject, place) pairs that hold something before, in every managed place. */
export const countPairs = ({ worlds, isPending }: Pick<DifferencesInput, "worlds" | "isPending">): number => {
  let count = 0;
  for (const world of worlds.values()) {
    for (const { place } of world.provider.allPlaces(world.policy, world.before)) {
      for (const { capabilities, subject } of world.provider.effective(place, world.before, world.policy)) {
        if (capabilities.length > 0 && !isPending(place, subject)) count += 1;
      }
    }
  }
  return count;
};
