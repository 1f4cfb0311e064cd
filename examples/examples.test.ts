import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ApplyDocument, PlanDocument } from "../engine/plan-document.ts";
import { type Workplace, workplace } from "../test/run.ts";

const HERE = import.meta.dirname;
/** The clock stands still: a plan is the same on every day. */
const NOW = { now: Date.parse("2026-06-01T12:00:00Z") };
const stories = readdirSync(HERE, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe("every example is a story that runs", () => {
  let place: Workplace | undefined;
  afterEach(() => place?.remove());

  it.each(stories.map(({ name }) => name))(
    "%s: plans as plan.txt says, applies to after.json, and is done",
    async (name) => {
      place = workplace();
      const from = join(HERE, name);
      const input = existsSync(join(from, "rolecall.yaml")) ? "rolecall.yaml" : "rolecall";
      cpSync(join(from, input), join(place.dir, input), { recursive: true });
      place.write(".rolecall/sandbox.json", readFileSync(join(from, "before.json"), "utf8"));

      const valid = await place.run(["validate"]);
      expect(valid, valid.err).toMatchObject({ code: 0, err: "" });
      const tested = await place.run(["test"], NOW);
      expect([tested.code, tested.out]).toEqual([0, expect.stringMatching(/passed|unknown|No checks/u)]);
      const planned = await place.run(["plan", "--sandbox"], NOW);
      expect(planned.code, planned.err).toBe(0);
      await expect(planned.out).toMatchFileSnapshot(join(from, "plan.txt"));

      const { value: plan } = await place.json<PlanDocument>(["plan", "--sandbox"], NOW);
      const { value: applied, code } = await place.json<ApplyDocument>(
        ["apply", "--sandbox", "--auto-approve", "--parallelism", "1"],
        NOW,
      );
      expect(applied.outcomes.filter((outcome) => outcome.status !== "done")).toEqual([]);
      expect({ code, done: applied.summary.done }).toEqual({
        code: 0,
        done: plan.calls.flatMap((call) => call.changes).length,
      });
      const again = await place.run(["plan", "--sandbox", "--detailed-exitcode"], NOW);
      expect(again.out).toMatch(/^No changes\./u);
      expect(again.code).toBe(0);

      const kept = JSON.parse(readFileSync(join(place.dir, ".rolecall", "sandbox.json"), "utf8")) as {
        services: unknown;
      };
      await expect(`${JSON.stringify(withoutTimes(kept.services), null, 2)}\n`).toMatchFileSnapshot(
        join(from, "after.json"),
      );
    },
  );
});

const TIMES = new Set(["createdAt", "created_at", "updated_at"]);

/** When a room was made or changed is the clock's business. */
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, item: unknown) => (TIMES.has(key) ? undefined : item)));
