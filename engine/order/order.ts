import type { Address, Call, CallDraft, Change } from "../model.ts";
import type { TransitionException } from "../plan-document.ts";
import { kindOf } from "../util/address.ts";
import { compareText } from "../util/compare.ts";
import { isDeletion, steadyDeletionEdges } from "./deletions.ts";
import { directionOf, earlyMoves, type MovesByCall, noteMove, singleMoves } from "./directions.ts";
import { type Drafts, numberDrafts } from "./drafts.ts";
import { type Preds, topological, withEdges } from "./graph.ts";
import type { Part } from "./personal.ts";
import { type Scene, sceneMaker } from "./scene.ts";
import { type Settled, settle } from "./settle.ts";
import { movement, type Spot } from "./spot.ts";
import { type Detour, detours, splitCall } from "./staging.ts";
import { exceptionsOf, type PassedState } from "./windows.ts";
import { placeKey, type Worlds } from "./world.ts";

export type Ordered = {
  /** In the order a person reads: what must come first, then losses, then by address; deletions last where they can. */
  readonly calls: readonly Call[];
  /** The fewest calls that the services' way of writing allows. */
  readonly minimum: number;
  /** States along the printed order that are within old and new; all are when it is the number of calls and one. */
  readonly points: number;
  readonly exceptions: readonly TransitionException[];
  readonly safe: boolean;
  /** Why there are more calls than the minimum. */
  readonly reason?: string;
};

type OrderOptions = {
  /** `--accept-transient`: addresses, room ids or patterns of either. */
  readonly accept: readonly string[];
  /** What the drafts were made from. */
  readonly changes: readonly Change[];
};

type Attempt = { readonly drafts: Drafts; readonly scene: Scene; readonly settled: Settled };

/**
 * Puts calls in an order in which nobody ever holds what neither old nor new gives (never broken), and nobody lacks what
 * both give (else announced), at every prefix and in every parallel run that `after` allows. A call is split in two only
 * where no order of whole calls is safe. Throws when drafts wait for each other in a circle.
 */
export const orderCalls = (worlds: Worlds, list: readonly CallDraft[], options: OrderOptions): Ordered => {
  const make = sceneMaker(worlds, list);
  const changes = new Map(options.changes.map((change) => [change.address, change]));
  const whole = new Set<string>();
  for (;;) {
    const attempt = best(worlds, changes, list, (drafts) => make(drafts, whole));
    const printed = print(worlds, attempt);
    const missed = printed.walks.filter(({ spot, bad }) => bad && !inRow(attempt.settled, spot));
    if (missed.length === 0 || missed.every(({ spot }) => whole.has(placeKey(spot.place)))) {
      return finish(attempt, printed, list, options.accept);
    }
    for (const { spot } of missed) whole.add(placeKey(spot.place));
  }
};

const inRow = (settled: Settled, spot: Spot): boolean =>
  settled.rows.some((row) => spot.calls.some((call) => row.includes(call)));

const ROUNDS = 4;
const DETOURS = 48;
const PAIRED = 16;

const best = (
  worlds: Worlds,
  changes: ReadonlyMap<Address, Change>,
  list: readonly CallDraft[],
  sceneOf: (drafts: Drafts) => Scene,
): Attempt => {
  let nextNumber = list.length;
  const attemptWith = (drafts: Drafts): Attempt => {
    const scene = sceneOf(drafts);
    return { drafts, scene, settled: settle(drafts, scene.tables) };
  };
  const take = (from: Attempt, ways: readonly Detour[]): Attempt | undefined => {
    let drafts: Drafts | undefined = from.drafts;
    for (const way of ways) {
      drafts = drafts === undefined ? undefined : splitCall(worlds, changes, drafts, way, nextNumber);
      nextNumber += 2;
    }
    return drafts === undefined ? undefined : attemptWith(drafts);
  };
  let current = attemptWith(numberDrafts(list));
  for (let round = 0; round < ROUNDS && !isClean(current); round += 1) {
    const singles = detours(worlds, changes, current.drafts, current.settled.rows.flat()).slice(0, DETOURS);
    const better =
      leastBad(
        current,
        singles.map((way) => [way]),
        take,
      ) ?? leastBad(current, pairs(singles), take);
    if (better === undefined) break;
    current = better;
  }
  return current;
};

const isClean = ({ settled }: Attempt): boolean => settled.excess === 0 && settled.lacks === 0;

const pairs = (ways: readonly Detour[]): readonly (readonly Detour[])[] =>
  ways.length > PAIRED
    ? []
    : ways.flatMap((a, index) =>
        ways
          .slice(index + 1)
          .filter((b) => b.call !== a.call)
          .map((b) => [a, b]),
      );

/** The first detour that makes everything safe, else the one that leaves least; undefined when none is better than now. */
const leastBad = (
  now: Attempt,
  choices: readonly (readonly Detour[])[],
  take: (from: Attempt, ways: readonly Detour[]) => Attempt | undefined,
): Attempt | undefined => {
  let found: Attempt | undefined;
  for (const ways of choices) {
    const attempt = take(now, ways);
    if (attempt === undefined || compareAttempts(attempt, found ?? now) >= 0) continue;
    found = attempt;
    if (isClean(attempt)) return attempt;
  }
  return found;
};

const compareAttempts = (a: Attempt, b: Attempt): number =>
  a.settled.excess - b.settled.excess || a.settled.lacks - b.settled.lacks;

/** What a place passes through, part by part. */
type Walk = { readonly spot: Spot; readonly passed: readonly (readonly PassedState[])[]; readonly bad: boolean };
type Printed = {
  readonly order: readonly number[];
  readonly after: ReadonlyMap<number, ReadonlySet<number>>;
  readonly moves: MovesByCall;
  readonly walks: readonly Walk[];
};

const print = (worlds: Worlds, { drafts, scene, settled }: Attempt): Printed => {
  const safe = withEdges(drafts.preds, settled.edges);
  const singles = singleMoves(scene);
  const byEye = listed(drafts, earlyMoves(drafts, scene, singles));
  const after = deletionsLast(worlds, drafts, safe, topological(safe, byEye).order);
  const { order } = topological(after, byEye);
  const position = new Map(order.map((call, index) => [call, index]));
  const moves: MovesByCall = new Map(singles);
  const walks: Walk[] = [];
  for (const { spot, parts } of scene.spots) {
    const passed = parts.map((part) => walkPart(spot, part, position, moves));
    const bad = passed.some((states) => states.some(({ excess, lacks }) => excess.length > 0 || lacks.length > 0));
    walks.push({ spot, passed, bad });
  }
  return { order, after, moves, walks };
};

/**
 * Every deletion after what need not come behind one. Where people come and go a plan approves targets, not who is there:
 * the edges between all other calls are what they would be without those, so that the plan stays the same when people leave.
 */
const deletionsLast = (worlds: Worlds, { drafts }: Drafts, preds: Preds, order: readonly number[]): Preds => {
  const deletes = (call: number): boolean => isDeletion(drafts.get(call));
  const lasts = (call: number): boolean => !isVolatile(worlds, drafts.get(call));
  return withEdges(preds, steadyDeletionEdges(preds, order, deletes, lasts));
};

const isVolatile = (worlds: Worlds, draft: CallDraft | undefined): boolean => {
  const kinds = draft === undefined ? undefined : worlds.get(draft.provider)?.provider.facts.volatile;
  return kinds !== undefined && draft?.changes.every((object) => kinds.includes(kindOf(object))) === true;
};

const walkPart = (
  spot: Spot,
  { subjects, calls, at }: Part,
  position: ReadonlyMap<number, number>,
  moves: MovesByCall,
): readonly PassedState[] => {
  const inOrder = [...calls].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  const done = new Set<number>();
  const passed: PassedState[] = [];
  let state = spot.old;
  for (const call of inOrder) {
    done.add(call);
    const next = at(done);
    noteMove(moves, call, movement(state, next, subjects));
    passed.push({ call, ...spot.judge(next, subjects) });
    state = next;
  }
  return passed;
};

const FIRST: Readonly<Record<Call["direction"], number>> = { narrows: 0, mixed: 1, neutral: 2, widens: 3 };

/** Losses first, deletions last. */
const listed = (drafts: Drafts, moves: MovesByCall): readonly number[] => {
  const keyed = [...drafts.drafts].map(([call, draft]) => ({
    call,
    group: isDeletion(draft) ? 4 : FIRST[directionOf(moves.get(call))],
    address: draft.changes[0] ?? "",
  }));
  return keyed
    .sort((a, b) => a.group - b.group || compareText(a.address, b.address) || a.call - b.call)
    .map(({ call }) => call);
};

const finish = (
  { drafts }: Attempt,
  { order, after, moves, walks }: Printed,
  list: readonly CallDraft[],
  accept: readonly string[],
): Ordered => {
  const position = new Map(order.map((call, index) => [call, index]));
  const printed = new Map<number, Call>();
  for (const [index, number] of order.entries()) {
    const draft = drafts.drafts.get(number) as CallDraft;
    const before = [...(after.get(number) ?? [])].map((call) => position.get(call) ?? 0).sort((a, b) => a - b);
    printed.set(number, {
      ...draft,
      id: `c${index + 1}`,
      after: before.map((at) => `c${at + 1}`),
      direction: directionOf(moves.get(number)),
    });
  }
  const bad = walks.filter((walk) => walk.bad);
  const exceptions = bad
    .flatMap(({ spot, passed }) => exceptionsOf(spot, passed, printed, accept))
    .sort((a, b) => numberOf(a.call) - numberOf(b.call) || compareText(a.place.room, b.place.room));
  const minimum = list.filter((draft) => draft.staging !== true).length;
  const reason = reasonFor(printed, minimum);
  return {
    calls: [...printed.values()],
    minimum,
    points: order.length + 1 - unsafePoints(bad, position),
    exceptions,
    safe: exceptions.length === 0,
    ...(reason === undefined ? {} : { reason }),
  };
};

const numberOf = (id: string): number => Number(id.slice(1));

/** A place stays in a bad state from one of its calls to its next. */
const unsafePoints = (bad: readonly Walk[], position: ReadonlyMap<number, number>): number => {
  const unsafe = new Set<number>();
  for (const passed of bad.flatMap((walk) => walk.passed)) {
    for (const [index, state] of passed.entries()) {
      if (state.excess.length === 0 && state.lacks.length === 0) continue;
      const from = position.get(state.call) ?? 0;
      const next = passed[index + 1];
      const until = next === undefined ? from + 1 : (position.get(next.call) ?? 0);
      for (let point = from; point < until; point += 1) unsafe.add(point);
    }
  }
  return unsafe.size;
};

const reasonFor = (printed: ReadonlyMap<number, Call>, minimum: number): string | undefined => {
  const more = printed.size - minimum;
  if (more <= 0) return undefined;
  const twice = [...printed.values()].filter((call) => call.staging === true).flatMap((call) => call.changes);
  const calls = more === 1 ? "1 call more than the minimum" : `${more} calls more than the minimum`;
  return `${calls}: ${twice.join(", ")} ${twice.length === 1 ? "changes" : "change"} in two steps, because no order of single calls keeps everybody within the old and the new permissions`;
};
