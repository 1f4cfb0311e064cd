import { expect, it } from "vitest";
import type { Outcome } from "../model.ts";
import { applyDocument, errorDocument, renderOutcomes } from "./outcomes.ts";
import { at, emptyPlan, samplePlan } from "./plan-fixture.ts";

const outcomes: readonly Outcome[] = [
  { call: "c1", address: "liveblocks/room/a", status: "done", error: null, source: at(11) },
  {
    call: "c2",
    address: "liveblocks/room/b",
    status: "failed",
    error: "403: the key may not\nchange it",
    source: at(12),
  },
  {
    call: "c3",
    address: "liveblocks/room/longer",
    status: "unknown",
    error: "the connection was lost",
    source: at(13),
  },
  { call: "c4", address: "zego/user/a/b", status: "not_started", error: "waits for call 3", source: null },
];

it("tells what is not done, each with the line that asked for it, and the totals", () => {
  expect(renderOutcomes(outcomes, { ...samplePlan, away: [] }, { color: false })).toBe(
    [
      "  failed       liveblocks/room/b       rolecall.yaml:12:7  403: the key may not\\nchange it",
      "  unknown      liveblocks/room/longer  rolecall.yaml:13:7  the connection was lost",
      "  not started  zego/user/a/b                               waits for call 3",
      "",
      "Applied: 1 done, 1 failed, 1 unknown, 1 not started, 1 pending.",
      "",
    ].join("\n"),
  );
});

it("is one line when all is done", () => {
  expect(renderOutcomes(outcomes.slice(0, 1), { ...emptyPlan, away: [] }, { color: false })).toBe(
    "Applied: 1 done, 0 failed, 0 unknown, 0 not started, 0 pending.\n",
  );
});

it("cuts a long list of one kind with its number, and no other kind with it", () => {
  const many = Array.from(
    { length: 60 },
    (_, index): Outcome => ({
      call: `c${index}`,
      address: `x/room/${index}`,
      status: "failed",
      error: "no",
      source: null,
    }),
  );
  const text = renderOutcomes([...many, ...outcomes], { ...emptyPlan, away: [] }, { color: false });
  expect(text).toContain("  … and 11 more failed\n  unknown ");
  expect(text).toContain("61 failed, 1 unknown");
});

it("makes the JSON of an apply", () => {
  const document = applyDocument({
    digest: "sha256:1",
    outcomes,
    pending: 2,
    failure_reason: "apply-partial",
    diagnostics: [],
  });
  expect(document).toEqual({
    format_version: "1.0",
    digest: "sha256:1",
    errored: true,
    failure_reason: "apply-partial",
    summary: { done: 1, failed: 1, unknown: 1, not_started: 1, pending: 2 },
    outcomes,
    diagnostics: [],
  });
});

it("makes the JSON of an early error", () => {
  const diagnostics = [{ severity: "error" as const, code: "usage", summary: "there is no option --nope" }];
  expect(errorDocument("usage", diagnostics)).toEqual({
    format_version: "1.0",
    errored: true,
    failure_reason: "usage",
    diagnostics,
  });
});

it("names whom it was for and who has left since", () => {
  const text = renderOutcomes([], { ...emptyPlan, away: ["zego/user/lesson/alice"] }, { color: false });
  expect(text).toBe(
    "  pending  zego/user/lesson/alice    not there any more\n\nApplied: 0 done, 0 failed, 0 unknown, 0 not started, 1 pending.\n",
  );
});
