/** Every exit code by name. Scripts rely on the numbers. */
import type { FailureReason } from "../engine/plan-document.ts";

export const EXIT = {
  done: 0,
  error: 1,
  /** Only with `--detailed-exitcode`: there are changes. */
  changes: 2,
  /** The plan is not what it was when it was reviewed. */
  stale: 10,
  /** A guard or check failed, or approval withheld by `unless-widening`. */
  guard: 11,
  locked: 12,
  /** Applied in part. */
  partial: 13,
  /** A revoke was accepted and did not take effect. */
  ineffective: 14,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_REASON: { readonly [reason in FailureReason]: ExitCode } = {
  usage: EXIT.error,
  invalid: EXIT.error,
  "approval-required": EXIT.error,
  "host-refused": EXIT.error,
  "plan-changed": EXIT.stale,
  "guard-failed": EXIT.guard,
  "check-failed": EXIT.guard,
  "state-locked": EXIT.locked,
  "apply-partial": EXIT.partial,
  "revoke-ineffective": EXIT.ineffective,
  "provider-error": EXIT.error,
  interrupted: EXIT.interrupted,
};

/** The exit code of a failure. Approval withheld by `unless-widening` is `EXIT.guard`, whatever its reason says. */
export const exitOfReason = (reason: FailureReason): ExitCode => BY_REASON[reason];

const WORST_FIRST: readonly ExitCode[] = [130, 12, 10, 11, 14, 13, 1, 2, 0];

/** Of several codes the one to end with, worst first: 130, 12, 10, 11, 14, 13, 1, 2, 0. */
export const worstExit = (codes: Iterable<ExitCode>): ExitCode => {
  const all = new Set(codes);
  return WORST_FIRST.find((code) => all.has(code)) ?? EXIT.done;
};
