/**
 * The bounds of a transition, tried out on every set of done calls. Knows nothing of the planner; exponential, for tests.
 * A state gives each pair of subject and place its capabilities, always for the same pairs.
 */
export type ModelState = ReadonlyMap<string, ReadonlySet<string>>;
export type Model = {
  readonly calls: number;
  /** By call: the calls that must be done before it. */
  readonly after: readonly (readonly number[])[];
  /** What holds when exactly these calls are done. */
  stateAfter(done: ReadonlySet<number>): ModelState;
};

/** Every set of done calls that the edges allow. */
export const downSets = (model: Model): readonly ReadonlySet<number>[] =>
  Array.from({ length: 2 ** model.calls }, (_, mask) => members(mask, model.calls)).filter((done) =>
    [...done].every((call) => model.after[call]?.every((first) => done.has(first))),
  );

/** Whether nobody exceeds old and new together, and nobody lacks what both give. */
export const isSafe = (model: Model, done: ReadonlySet<number>): boolean => {
  const old = model.stateAfter(new Set());
  const last = model.stateAfter(members(2 ** model.calls - 1, model.calls));
  for (const [pair, has] of model.stateAfter(done)) {
    const had = old.get(pair) ?? new Set();
    const will = last.get(pair) ?? new Set();
    for (const capability of has) if (!had.has(capability) && !will.has(capability)) return false;
    for (const capability of had) if (will.has(capability) && !has.has(capability)) return false;
  }
  return true;
};

/** Whether the calls can be made one by one, in any order that the edges allow, through safe states alone. */
export const safeOrderExists = (model: Model): boolean => {
  const key = (done: ReadonlySet<number>): string => [...done].sort().join();
  const safe = downSets(model).filter((done) => isSafe(model, done));
  const reached = new Set([""]);
  for (const done of [...safe].sort((a, b) => a.size - b.size)) {
    const before = [...done].map((call) => key(new Set([...done].filter((other) => other !== call))));
    if (before.some((one) => reached.has(one))) reached.add(key(done));
  }
  return reached.has(key(members(2 ** model.calls - 1, model.calls)));
};

const members = (mask: number, size: number): ReadonlySet<number> =>
  new Set(Array.from({ length: size }, (_, call) => call).filter((call) => Math.floor(mask / 2 ** call) % 2 === 1));
