import type { Diagnostic, DiagnosticCode } from "../model.ts";
import { MAX_FAULTS } from "./limits.ts";
import type { SourceText } from "./source-text.ts";
import { counted } from "./text-rules.ts";

/** Something wrong in a text, by offsets. */
export type Fault = {
  readonly code: DiagnosticCode;
  readonly start: number;
  readonly end: number;
  readonly summary: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly also?: { readonly summary: string; readonly start: number; readonly end: number };
};

/** Collects what is wrong in one text; beyond the cap faults are only counted. */
export type Faults = {
  add(fault: Fault): void;
  /** Notes a key whose value could not be used: what it names is not unknown. */
  leaveOut(key: string): void;
  readonly leftOut: ReadonlySet<string>;
  readonly count: number;
  diagnostics(source: SourceText): readonly Diagnostic[];
};

/** An empty collection. */
export const createFaults = (): Faults => {
  const kept: Fault[] = [];
  const leftOut = new Set<string>();
  let count = 0;
  return {
    leftOut,
    leaveOut: (key) => {
      if (leftOut.size < MAX_FAULTS) leftOut.add(key);
    },
    add: (fault) => {
      count += 1;
      if (kept.length < MAX_FAULTS) kept.push(fault);
    },
    get count() {
      return count;
    },
    diagnostics: (source) => {
      const sorted = [...kept].sort((a, b) => a.start - b.start || a.end - b.end);
      const made = sorted.map((fault) => toDiagnostic(fault, source));
      if (count > kept.length) made.push(overflow(count - kept.length, sorted.at(-1), source));
      return made;
    },
  };
};

const toDiagnostic = (fault: Fault, source: SourceText): Diagnostic => ({
  severity: "error",
  code: fault.code,
  summary: fault.summary,
  ...(fault.detail === undefined ? {} : { detail: fault.detail }),
  ...(fault.hint === undefined ? {} : { hint: fault.hint }),
  source: source.at(fault.start, fault.end),
  ...(fault.also === undefined
    ? {}
    : { also: [{ summary: fault.also.summary, source: source.at(fault.also.start, fault.also.end) }] }),
});

const overflow = (more: number, last: Fault | undefined, source: SourceText): Diagnostic => ({
  severity: "error",
  code: last?.code ?? "yaml-syntax",
  summary: `${counted(more)} more faults in this file are not listed`,
  hint: "mend the faults listed here first",
  source: source.at(last?.start ?? 0, last?.start ?? 0),
});
