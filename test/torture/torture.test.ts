import { describe, expect, it } from "vitest";
import { seed } from "../seed.ts";
import { type Figures, noFigures } from "./explore.ts";
import { runnerOf } from "./runner.ts";
import { sambaTorture } from "./services/digitalsamba.ts";
import { zegoTorture } from "./services/zego.ts";
import { RUNNERS } from "./services.ts";

const POINTS = 1500;

const print = (what: string, figures: object): void => {
  process.stdout.write(`${what}, seed ${seed}: ${JSON.stringify(figures)}\n`);
};

describe.each(RUNNERS)("$name under torture", (runner) => {
  it("keeps its promises at every crash point and with every fault", { timeout: 60_000 }, async () => {
    const figures: Figures = noFigures();
    for (let at = seed; figures.points < POINTS; at += 1) await runner.torture({ seed: at, worlds: 20 }, figures);
    print(`${runner.name}: crash points`, figures);
    expect(figures.needless).toBe(0);
    expect(figures.unsolved).toBe(0);
  });

  it("needs no more calls than a search through all states finds", { timeout: 60_000 }, async () => {
    const counted = await runner.countCalls({ seed, worlds: 150 });
    print(`${runner.name}: calls`, counted);
    expect(counted.compared).toBeGreaterThan(100);
    expect(counted.most).toBeGreaterThan(1);
    expect(counted.excess).toBe(0);
  });
});

describe("the torture itself", () => {
  const tortured = (service: Parameters<typeof runnerOf>[0]): Promise<void> =>
    runnerOf(service).torture({ seed: 1, worlds: 100 }, noFigures());

  it("notices a planner that does not know who may do what", async () => {
    const { provider } = zegoTorture;
    const blind = { ...zegoTorture, provider: { ...provider, effective: () => [] } };
    await expect(tortured(blind as Parameters<typeof runnerOf>[0])).rejects.toThrow("neither old nor new gives");
  });

  it("notices calls that are made before those that they need", async () => {
    const { provider } = sambaTorture;
    const calls: typeof provider.calls = (...given) =>
      provider.calls(...given).map((draft) => ({ ...draft, after: [] }));
    const hasty = { ...sambaTorture, provider: { ...provider, calls } };
    await expect(tortured(hasty as Parameters<typeof runnerOf>[0])).rejects.toThrow("refuses a planned call");
  });

  it("notices a call too many", async () => {
    const { provider } = zegoTorture;
    const calls: typeof provider.calls = (...given) => provider.calls(...given).flatMap((draft) => [draft, draft]);
    const chatty = runnerOf({ ...zegoTorture, provider: { ...provider, calls } });
    await expect(chatty.countCalls({ seed: 1, worlds: 100 })).rejects.toThrow("planned");
  });
});
