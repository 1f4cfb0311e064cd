/** `npm run torture`: as many crash points as were asked for, shared out among the services. */
import { parseArgs } from "node:util";
import { type Figures, noFigures } from "./explore.ts";
import type { Counted } from "./runner.ts";
import { RUNNERS } from "./services.ts";

/** Worlds of one seed; then the next seed, so that a failure names one that is quickly run again. */
const BATCH = 100;

const { values } = parseArgs({
  options: {
    points: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
    service: { type: "string" },
  },
});
const [points, first] = [Number(values.points), Number(values.seed)];
const runners = RUNNERS.filter(({ name }) => values.service === undefined || name === values.service);

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const row = (name: string, figures: Figures, counted: Counted, seconds: number): string =>
  [
    `${name} (${seconds.toFixed(0)} s, ${figures.worlds} worlds, ${figures.plans} further plans, ${figures.faulty} runs with faults)`,
    `  crash points            ${figures.points}`,
    "  diverged                0",
    "  escalations             0",
    "  lock-outs unannounced   0",
    `  lock-outs announced     ${figures.announced}`,
    `  staging calls           ${figures.staged} of ${figures.calls} calls`,
    `  needless staging        ${figures.needless} plans`,
    `  calls over the least    ${counted.excess} in ${counted.compared} small cases (${counted.calls} calls, at most ${counted.most} in one)`,
    `  no safe way at all      ${figures.unsolved} plans (refused, not applied)`,
    `  refused by the provider ${figures.refused} files`,
  ].join("\n");

let failed = false;
for (const runner of runners) {
  const figures = noFigures();
  const started = performance.now();
  let seed = first;
  try {
    for (; figures.points < points / runners.length; seed += 1) await runner.torture({ seed, worlds: BATCH }, figures);
    const counted = await runner.countCalls({ seed: first, worlds: 2000 });
    say(row(runner.name, figures, counted, (performance.now() - started) / 1000));
    say(`  seeds                   ${first} to ${seed - 1}`);
  } catch (error) {
    failed = true;
    say(`${runner.name}: broken at seed ${seed}, after ${figures.points} crash points`);
    say(error instanceof Error ? error.message : String(error));
  }
}
process.exitCode = failed ? 1 : 0;
