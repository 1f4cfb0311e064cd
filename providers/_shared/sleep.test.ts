import { expect, it } from "vitest";
import { sleep } from "./sleep.ts";

it("waits, with and without a signal", async () => {
  const start = performance.now();
  await Promise.all([sleep(20), sleep(20, new AbortController().signal)]);
  expect(performance.now() - start).toBeGreaterThanOrEqual(18);
});

it("ends for all who wait when it is interrupted, with the reason, and for who comes later at once", async () => {
  const controller = new AbortController();
  const all = Promise.allSettled(Array.from({ length: 3 }, () => sleep(60_000, controller.signal)));
  controller.abort("stop");
  expect(await all).toEqual(Array(3).fill({ status: "rejected", reason: "stop" }));
  await expect(sleep(60_000, controller.signal)).rejects.toBe("stop");
});

it("does not make Node warn of a leak, however many wait on one signal", async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error): void => void warnings.push(message);
  process.on("warning", note);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => sleep(5, signal)));
  await new Promise(setImmediate);
  process.off("warning", note);
  expect(warnings.filter((text) => text.includes("listeners"))).toEqual([]);
});
