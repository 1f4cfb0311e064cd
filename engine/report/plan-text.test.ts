import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { PlanDocument } from "../plan-document.ts";
import { awkwardPlan, change, effect, emptyPlan, fullPlan, hugePlan, planOf, samplePlan } from "./plan-fixture.ts";
import { renderPlan } from "./plan-text.ts";

const text = (plan: PlanDocument, width = 140): string => renderPlan(plan, { color: false, width });

describe("renderPlan", () => {
  it.each([
    ["sample", samplePlan, 140],
    ["full", fullPlan, 160],
    ["full-narrow", fullPlan, 100],
    ["awkward", awkwardPlan, 140],
    ["huge", hugePlan, 120],
  ])("prints the %s plan as it is kept in golden/", async (name, plan, width) => {
    await expect(text(plan, width)).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([fullPlan, awkwardPlan, hugePlan, samplePlan])("says the same with and without colours", (plan) => {
    expect(stripVTControlCharacters(renderPlan(plan, { color: true, width: 140 }))).toBe(text(plan));
  });

  it("reads the same from a saved plan", () => {
    expect(text(JSON.parse(JSON.stringify(fullPlan)))).toBe(text(fullPlan));
  });

  it("lets no name of the awkward plan end a line, move the cursor or start a command of a CI log", () => {
    for (const line of text(awkwardPlan).split("\n")) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]|^\s*::|##\[/u);
  });

  it("keeps the tables of the full plan within a narrow terminal", () => {
    const tables = text(fullPlan, 100).split("\n\n")[1] ?? "";
    expect(Math.max(...tables.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("counts in the singular and in the plural", () => {
    const one = text(
      planOf([change("a")], {
        effects: [effect()],
        summary: { ...emptyPlan.summary, change: 1, calls: 1, minimum_calls: 1, read: 1 },
      }),
    );
    expect(one).toContain("· 1 provider · read 1 object ·");
    expect(one).toContain("EFFECT  1 gains · verdict");
    expect(text(samplePlan)).toContain("· 4 providers · read 11 objects ·");
  });

  it("says that nobody gains or loses where only other things change", () => {
    expect(text(planOf([change("a")]))).toContain("EFFECT  nobody gains or loses anything · verdict: equivalent\n");
  });

  it("leaves out capabilities that others imply, as the provider says", () => {
    const plan = planOf([change("a")], { effects: [effect({ gains: ["x:read", "x:write"] })] });
    const fold = (capabilities: readonly string[]) => capabilities.filter((name) => name !== "x:read");
    expect(renderPlan(plan, { color: false, fold })).toContain("x:write ");
    expect(renderPlan(plan, { color: false, fold })).not.toContain("x:read");
    expect(renderPlan(plan, { color: false, fold: () => [] })).toContain("x:read, write");
  });

  it.each([
    ["2026-11-20T08:30:00.000Z", "of 2026-11-20T08:30Z"],
    ["before.json", "before.json"],
  ])("says in its first line that a plan on the snapshot %s cannot be applied", (snapshot, shown) => {
    const plan = { ...samplePlan, options: { ...samplePlan.options, snapshot } };
    expect(text(plan).split("\n")[0]).toMatch(new RegExp(` · against the snapshot ${shown}, cannot be applied$`, "u"));
  });

  it("says in its first line that a plan for another instant is for reading", () => {
    expect(text({ ...samplePlan, at: "2026-11-21T10:05:08Z" }).split("\n")[0]).toMatch(
      / · as of 2026-11-21T10:05Z · for reading: made at 2026-11-21T10:00Z$/u,
    );
    expect(text({ ...samplePlan, at: "2026-11-21T10:04:00Z" })).not.toContain("for reading");
  });

  it("names what was targeted and left out", () => {
    const plan = {
      ...samplePlan,
      options: { ...samplePlan.options, targets: ["liveblocks/room/a"], excludes: ["zego/*"] },
    };
    expect(text(plan).split("\n")[1]).toBe("Scope: only liveblocks/room/a; without zego/*");
  });

  it("names the step and lists the fields once where one object takes two calls", () => {
    const plan = planOf([change("a")], {
      calls: [1, 2].map((number) => ({
        id: `c${number}`,
        provider: "liveblocks",
        changes: ["liveblocks/room/a"],
        method: "POST",
        path: "/v2/rooms/a",
        after: [],
        direction: number === 1 ? ("narrows" as const) : ("widens" as const),
        ...(number === 1 ? { staging: true as const } : {}),
      })),
    });
    expect(text(plan)).toContain(
      [
        "  1 ~ liveblocks/room/a    step 1 of 2, narrows; only to keep the way there safe",
        "                           defaultAccesses  [room:write] -> []",
        "  2 ~ liveblocks/room/a    step 2 of 2, widens",
      ].join("\n"),
    );
  });

  it("lists every object of a call that carries many", () => {
    const made = ["a", "b"].map((id) =>
      change(id, { change: { actions: ["create"], before: null, after: {} }, fields: [] }),
    );
    const [call] = planOf([change("x")]).calls;
    const plan = planOf(made, {
      calls: call === undefined ? [] : [{ ...call, changes: made.map(({ address }) => address) }],
    });
    expect(text(plan)).toContain("  1 + liveblocks/room/a\n    + liveblocks/room/b\n");
  });

  it("cuts the fields of one object with a count", () => {
    const fields = Array.from({ length: 25 }, (_, index) => ({ path: ["f", `${index}`], before: "1", after: "2" }));
    expect(text(planOf([change("a", { fields })]))).toContain("… and 5 more fields");
  });

  it("quotes an address for the shell in the flag to paste", () => {
    const exception = fullPlan.transition.exceptions[0];
    const exceptions = exception === undefined ? [] : [{ ...exception, address: "liveblocks/room/it's mine" }];
    const plan = { ...fullPlan, transition: { ...fullPlan.transition, exceptions } };
    expect(text(plan)).toContain("to accept this: --accept-transient 'liveblocks/room/it'\\''s mine'\n");
  });
});

describe("renderPlan without changes", () => {
  it("begins with these words and says what was compared", () => {
    expect(text(emptyPlan)).toBe(
      "No changes. Compared the files with 1 object of 1 provider as of 2026-11-21T10:00Z (plan 7f3c1e)\n",
    );
  });

  it("still tells what is pending, left, observed and failing", () => {
    const plan: PlanDocument = {
      ...emptyPlan,
      summary: { ...emptyPlan.summary, pending: 1, unmanaged: 5, drift: 1 },
      pending: [{ address: "daily/live/x", reason: "nobody is in the call" }],
      resource_drift: [change("watched")],
      checks: [{ name: "never", status: "failed", state: "2027-01-01T00:00:00Z", message: "nobody can", source: null }],
      errored: true,
      failure_reason: "check-failed",
    };
    expect(text(plan)).toBe(
      [
        "No changes. Compared the files with 1 object of 1 provider as of 2026-11-21T10:00Z (plan 7f3c1e)",
        "",
        "DRIFT   1 object differs from the files and is only observed",
        "    ~ liveblocks/room/watched    defaultAccesses  [room:write] -> []",
        "",
        "PENDING 1   daily/live/x: nobody is in the call",
        "LEFT    5 entries that no file lists stay as they are",
        "CHECKS  1 failed · guards: within their limits",
        "  failed  never  from 2027-01-01 on",
        "          nobody can",
        "",
        "This plan cannot be applied as it is: a check failed.",
        "",
      ].join("\n"),
    );
  });
});
