/**
 * Every state that any number of crashes can leave on the way from one state to what the files ask for, each judged by the
 * model, each planned again. A crash point is a set of done calls that the order allows: what a run in parallel can have
 * done when it is cut off, in whatever order its calls came through.
 */
import type { Document } from "../../engine/model.ts";
import type { Planned } from "../../engine/pipeline.ts";
import type { Files, Held } from "./model.ts";
import { load, planFor } from "./planning.ts";
import { gapsOf, stateKey, type TortureService } from "./service.ts";

export type Figures = {
  worlds: number;
  /** Files that the provider refuses to plan for, as with a role that is to go and is held elsewhere. */
  refused: number;
  plans: number;
  calls: number;
  /** Sets of done calls, each judged and run on from. */
  points: number;
  /** Of those, the ones in which something is missing for a while and the plan says so. */
  announced: number;
  staged: number;
  /** Plans with staging calls or windows although some order of the fewest calls is safe throughout. */
  needless: number;
  /** Plans that no order and no staging makes safe: they are not applied. */
  unsolved: number;
  /** Runs with random faults. */
  faulty: number;
};

export const noFigures = (): Figures => ({
  worlds: 0,
  refused: 0,
  plans: 0,
  calls: 0,
  points: 0,
  announced: 0,
  staged: 0,
  needless: 0,
  unsolved: 0,
  faulty: 0,
});

/** Sets of done calls of one plan are all looked at up to so many calls; of longer plans the printed order's alone. */
const EVERY_SET = 9;
/** States of one world that are run on from. */
const MOST_STATES = 150;

export type Explored<S> = { readonly last: S; readonly between: readonly S[] };

type Walk<S> = {
  readonly service: TortureService<S>;
  readonly document: Document;
  readonly files: Files;
  readonly figures: Figures;
  readonly old: Held;
  readonly new: Held;
  readonly last: string;
};

const fail = (what: string, detail: unknown): never => {
  throw new Error(`${what}\n${JSON.stringify(detail, undefined, 1)}`);
};

/** Sends calls to the model, in this order; every one has to be accepted. */
export const send = <S>(service: TortureService<S>, state: S, calls: Planned["calls"]): S => {
  let now = state;
  for (const call of calls) {
    const answer = service.model.request(now, call);
    if (answer.status >= 300) fail("the service refuses a planned call", { call: { ...call, leaves: [] }, now });
    now = answer.state;
  }
  return now;
};

/** Looks at all of it; throws at the first promise that is broken. undefined: the files cannot be planned for. */
export const explore = async <S>(
  service: TortureService<S>,
  files: Files,
  start: S,
  figures: Figures,
): Promise<Explored<S> | undefined> => {
  const document = load(service, files);
  const { planned, errors } = await planFor(service, document, start);
  if (errors.length > 0) {
    figures.refused += 1;
    return undefined;
  }
  if (exceeds(planned)) {
    figures.unsolved += 1;
    return undefined;
  }
  const last = send(service, start, planned.calls);
  await checkEnd(service, files, document, start, last, planned);
  const walk: Walk<S> = {
    service,
    document,
    files,
    figures,
    old: service.model.held(start, files),
    new: service.model.held(last, files),
    last: stateKey(last),
  };
  const seen = new Map<string, S>([[stateKey(start), start]]);
  for (const state of seen.values()) {
    const again = state === start ? planned : await replan(walk, state);
    for (const next of passed(walk, again, state)) {
      const key = stateKey(next);
      if (!seen.has(key) && seen.size < MOST_STATES) seen.set(key, next);
    }
  }
  return { last, between: [...seen.values()] };
};

const exceeds = (planned: Planned): boolean =>
  planned.document.transition.exceptions.some(({ type }) => type === "exceeds");

/** After an undisturbed run: what the model expects, a second plan without calls, and the printed number of calls. */
const checkEnd = async <S>(
  service: TortureService<S>,
  files: Files,
  document: Document,
  start: S,
  last: S,
  { calls, document: plan }: Planned,
): Promise<void> => {
  const wanted = service.model.settled(start, files);
  if (stateKey(wanted) !== stateKey(last)) fail("the end is not what the files say", { start, files, last, wanted });
  if (plan.summary.calls !== calls.length || plan.calls.length !== calls.length)
    fail("the printed number of calls is another", plan.summary);
  const second = await planFor(service, document, last);
  if (second.planned.calls.length + second.planned.document.resource_changes.length > 0)
    fail("the second plan is not empty", { start, files, last, calls: second.planned.document.calls });
};

const replan = async <S>(walk: Walk<S>, state: S): Promise<Planned> => {
  const { service, document, figures, last, files } = walk;
  const { planned, errors } = await planFor(service, document, state);
  figures.plans += 1;
  if (errors.length > 0)
    fail("after a crash the plan cannot be made", { state, files, errors: errors.map((one) => one.summary) });
  if (exceeds(planned)) fail("after a crash there is no safe plan", { state, files });
  if (stateKey(send(service, state, planned.calls)) !== last)
    fail("after a crash the end is another", { state, files });
  return planned;
};

/** The states in which this plan can be cut off, its end left out. */
const passed = <S>(walk: Walk<S>, planned: Planned, start: S): readonly S[] => {
  const { service, figures } = walk;
  const { calls } = planned;
  figures.calls += calls.length;
  const staged = calls.filter((call) => call.staging === true).length;
  figures.staged += staged;
  if (staged > 0 || planned.document.transition.exceptions.length > 0)
    figures.needless += isNeedless(walk, planned, start) ? 1 : 0;
  const now = service.model.held(start, walk.files);
  const position = new Map(calls.map((call, index) => [call.id, index]));
  const needs = calls.map((call) =>
    call.after.map((id) => position.get(id) ?? fail("a call waits for none of the plan", call)),
  );
  const states = new Map<string, { readonly state: S; readonly done: ReadonlySet<number> }>([
    ["", { state: start, done: new Set() }],
  ]);
  for (const { state, done } of states.values()) {
    const ready = calls.flatMap((_, index) =>
      !done.has(index) && (needs[index] ?? []).every((first) => done.has(first)) ? [index] : [],
    );
    for (const index of calls.length > EVERY_SET ? ready.slice(0, 1) : ready) {
      const more = new Set([...done, index]);
      const next = send(service, state, calls.slice(index, index + 1));
      const key = [...more].sort((a, b) => a - b).join();
      if (states.has(key)) continue;
      states.set(key, { state: next, done: more });
      judge(walk, planned, now, next, more);
    }
  }
  return [...states.values()].filter(({ done }) => done.size > 0 && done.size < calls.length).map(({ state }) => state);
};

/** Whether the fewest calls can be made one by one in some order through safe states alone. */
const isNeedless = <S>(walk: Walk<S>, planned: Planned, start: S): boolean => {
  const { service, files } = walk;
  const world = planned.worlds.get(service.name);
  const drafts = world === undefined ? [] : world.provider.calls(world.changes, world.policy);
  if (drafts.length > EVERY_SET) return false;
  const [old, last] = [service.model.held(start, files), walk.new];
  const seen = new Set<string>();
  const open = [{ state: start, done: [] as readonly number[] }];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    if (here.done.length === drafts.length) return true;
    for (const [index, draft] of drafts.entries()) {
      if (here.done.includes(index) || !draft.after.every((first) => here.done.includes(first))) continue;
      const done = [...here.done, index].sort((a, b) => a - b);
      if (seen.has(done.join())) continue;
      seen.add(done.join());
      const answer = service.model.request(here.state, draft);
      const { excess, lacks } = gapsOf(service.model.held(answer.state, files), old, last);
      if (answer.status < 300 && excess.length + lacks.length === 0) open.push({ state: answer.state, done });
    }
  }
  return false;
};

/** What was missing when a run began is the window of the run before it: that one has said so. */
const judge = <S>(
  walk: Walk<S>,
  { calls, document }: Planned,
  start: Held,
  state: S,
  done: ReadonlySet<number>,
): void => {
  const { service, files, figures } = walk;
  figures.points += 1;
  const { excess, lacks: missing } = gapsOf(service.model.held(state, files), walk.old, walk.new);
  const lacks = missing.filter(([key, capability]) => start.get(key)?.has(capability));
  const detail = () => ({
    files,
    state,
    excess,
    lacks,
    done: [...done].map((index) => calls[index]?.changes),
    calls: document.calls,
    exceptions: document.transition.exceptions,
  });
  if (excess.length > 0) fail("somebody holds what neither old nor new gives", detail());
  if (lacks.length === 0) return;
  const has = (id: string): boolean => done.has(calls.findIndex((call) => call.id === id));
  const open = document.transition.exceptions.filter(({ call, until }) => has(call) && !has(until));
  for (const [key, capability] of lacks) {
    // What reaches every role to come reaches also those that nobody has named.
    const [room] = JSON.parse(key) as readonly [string];
    const names = [capability, capability.replace(/\(.*\)$/u, "(*)")];
    if (!open.some((one) => one.place.room === room && names.some((name) => one.capabilities.includes(name))))
      fail("somebody lacks what old and new give, and the plan does not say so", detail());
  }
  figures.announced += 1;
};
