import { describe, expect, it } from "vitest";
import type { FailureReason } from "../engine/plan-document.ts";
import { EXIT, type ExitCode, exitOfReason, worstExit } from "./exit.ts";

describe("worstExit", () => {
  const order: readonly ExitCode[] = [130, 12, 10, 11, 14, 13, 1, 2, 0];

  it("prefers each code to all that come after it, in either order", () => {
    for (const [place, worse] of order.entries()) {
      for (const better of order.slice(place)) {
        expect(worstExit([worse, better])).toBe(worse);
        expect(worstExit([better, worse])).toBe(worse);
      }
    }
  });

  it("covers every code that there is", () => {
    expect(new Set(order)).toEqual(new Set(Object.values(EXIT)));
  });

  it("is 0 when nothing was said", () => {
    expect(worstExit([])).toBe(0);
  });
});

describe("exitOfReason", () => {
  it("gives the documented code for each failure reason", () => {
    const documented: { readonly [reason in FailureReason]: number } = {
      usage: 1,
      invalid: 1,
      "approval-required": 1,
      "host-refused": 1,
      "plan-changed": 10,
      "guard-failed": 11,
      "check-failed": 11,
      "state-locked": 12,
      "apply-partial": 13,
      "revoke-ineffective": 14,
      "provider-error": 1,
      interrupted: 130,
    };
    for (const [reason, code] of Object.entries(documented)) {
      expect([reason, exitOfReason(reason as FailureReason)]).toEqual([reason, code]);
    }
  });
});
