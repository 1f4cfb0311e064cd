import fc from "fast-check";
import { explore, type Figures } from "./explore.ts";
import { FAULTS, faultyRuns } from "./faults.ts";
import { fewest } from "./minimum.ts";
import { load, planFor } from "./planning.ts";
import type { TortureService, World } from "./service.ts";

export type Options = { readonly seed: number; readonly worlds: number };

/** One service under torture; which state it keeps is its own affair. */
export type Runner = {
  readonly name: string;
  /** Random worlds, every crash in them, and runs with faults. Rejects with the smallest world that breaks a promise. */
  torture(options: Options, figures: Figures): Promise<void>;
  /** Random small cases: the number of calls next to the least that a search finds. */
  countCalls(options: Options): Promise<Counted>;
};
export type Counted = { compared: number; calls: number; most: number; excess: number; staged: number };

const faults = fc.array(fc.constantFrom(...FAULTS), { maxLength: 12 });

export const runnerOf = <S>(service: TortureService<S>): Runner => ({
  name: service.name,
  torture: ({ seed, worlds }, figures) =>
    assertAll(
      fc.asyncProperty(service.worlds, faults, async (world, wrong) => {
        figures.worlds += 1;
        await tortureWorld(service, world, wrong, figures);
      }),
      { seed, numRuns: worlds },
    ),
  countCalls: async ({ seed, worlds }) => {
    const counted: Counted = { compared: 0, calls: 0, most: 0, excess: 0, staged: 0 };
    await assertAll(
      fc.asyncProperty(service.small, (world) => compareCalls(service, world, counted)),
      { seed, numRuns: worlds },
    );
    return counted;
  },
});

const assertAll = <T>(property: fc.IAsyncProperty<T>, options: fc.Parameters<T>): Promise<void> =>
  fc.assert(property, { ...options, includeErrorInReport: true });

/** The second files are begun at the end of the first, and in the middle of them. */
const tortureWorld = async <S>(
  service: TortureService<S>,
  { state, files }: World<S>,
  wrong: (typeof FAULTS)[number][],
  figures: Figures,
): Promise<void> => {
  let starts: readonly S[] = [state];
  for (const some of files) {
    const next: S[] = [];
    for (const start of starts) {
      const explored = await explore(service, some, start, figures);
      if (explored === undefined) continue;
      figures.faulty += 1;
      await faultyRuns(service, some, start, explored.last, wrong);
      const middle = explored.between[explored.between.length >> 1];
      next.push(explored.last, ...(middle === undefined || middle === start ? [] : [middle]));
    }
    if (next.length > 0) starts = next;
  }
};

const compareCalls = async <S>(
  service: TortureService<S>,
  { state, files }: World<S>,
  counted: Counted,
): Promise<void> => {
  const [some] = files;
  if (some === undefined) return;
  const { planned, errors } = await planFor(service, load(service, some), state);
  if (errors.length > 0) return;
  const least = fewest(service.model, service.moves, state, service.model.settled(state, some));
  if (least === undefined) return;
  const { calls, minimum_calls: minimum } = planned.document.summary;
  const staged = planned.calls.filter((call) => call.staging === true).length;
  counted.compared += 1;
  counted.calls += least;
  counted.most = Math.max(counted.most, least);
  counted.staged += staged;
  counted.excess += calls - staged - least;
  if (minimum !== least || calls - staged !== least)
    throw new Error(
      `planned ${calls} calls, staged ${staged} of them, printed minimum ${minimum}, found ${least}\n${JSON.stringify({ state, files: some, calls: planned.document.calls }, undefined, 1)}`,
    );
};
