import type { Call, Subject } from "../model.ts";
import { scopeMatches } from "../plan/scope.ts";
import type { TransitionException } from "../plan-document.ts";
import { compareText } from "../util/compare.ts";
import type { Gap, Spot } from "./spot.ts";

/** One state of a place along the printed order: what holds once `call` is done. */
export type PassedState = { readonly call: number; readonly excess: readonly Gap[]; readonly lacks: readonly Gap[] };

type Window = {
  readonly type: TransitionException["type"];
  readonly from: number;
  readonly until: number;
  readonly bits: bigint;
};

/** The times in which somebody holds more than old and new, or less than both, as the plan announces them. */
export const exceptionsOf = (
  spot: Spot,
  parts: readonly (readonly PassedState[])[],
  printed: ReadonlyMap<number, Call>,
  accept: readonly string[],
): readonly TransitionException[] => {
  const grouped = new Map<string, { window: Window; subjects: string[] }>();
  for (const type of ["exceeds", "lacks"] as const) {
    for (const [subject, windows] of parts.flatMap((passed) => [...windowsBySubject(passed, type)])) {
      for (const window of windows) {
        const key = [type, window.from, window.until, window.bits].join();
        const group = grouped.get(key);
        if (group === undefined) grouped.set(key, { window, subjects: [subject] });
        else group.subjects.push(subject);
      }
    }
  }
  const exceptions: TransitionException[] = [];
  for (const { window, subjects } of grouped.values()) {
    const call = printed.get(window.from);
    const until = printed.get(window.until);
    const [address] = call?.changes ?? [];
    if (call === undefined || until === undefined || address === undefined) continue;
    const accepted =
      window.type === "lacks" &&
      accept.some((text) => call.changes.some((changed) => scopeMatches(text, changed, spot.place.room)));
    exceptions.push({
      call: call.id,
      address,
      place: spot.place,
      subjects: subjects.sort(compareText).map((key) => spot.subjects.get(key) as Subject),
      capabilities: [...spot.names(window.bits)].sort(compareText),
      type: window.type,
      until: until.id,
      accepted,
    });
  }
  return exceptions;
};

const windowsBySubject = (
  passed: readonly PassedState[],
  type: TransitionException["type"],
): ReadonlyMap<string, readonly Window[]> => {
  const open = new Map<string, { from: number; bits: bigint }>();
  const closed = new Map<string, Window[]>();
  for (const state of passed) {
    const gaps = new Map((type === "exceeds" ? state.excess : state.lacks).map((gap) => [gap.subject, gap.bits]));
    for (const [subject, window] of open) {
      if (gaps.has(subject)) continue;
      open.delete(subject);
      closed.set(subject, [...(closed.get(subject) ?? []), { type, ...window, until: state.call }]);
    }
    for (const [subject, bits] of gaps) {
      const window = open.get(subject);
      if (window === undefined) open.set(subject, { from: state.call, bits });
      else window.bits |= bits;
    }
  }
  return closed;
};
