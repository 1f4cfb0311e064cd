import { describe, expect, it } from "vitest";
import { seed } from "../seed.ts";
import { HTTP_RUNNERS } from "./sandboxes.ts";

describe.each(HTTP_RUNNERS)("$name over HTTP", (runner) => {
  it("ends where an undisturbed run ends, however often it is cut off or not answered", {
    timeout: 60_000,
  }, async () => {
    const cut = await runner.torture({ seed, worlds: 12 });
    process.stdout.write(`${runner.name}: ${cut} runs cut off over HTTP, seed ${seed}\n`);
    expect(cut).toBeGreaterThan(0);
  });
});
