/** A plan as it is printed, saved, shown and applied: plain JSON, field for field what `plan --json` writes. */
import type {
  Address,
  Direction,
  Json,
  JsonObject,
  Layer,
  Mode,
  Outcome,
  Range,
  Severity,
  SourceJson,
  Subject,
} from "./model.ts";

export const FORMAT_VERSION = "1.0";

export type Verdict = "equivalent" | "narrower" | "wider" | "mixed";

export type FailureReason =
  | "usage"
  | "invalid"
  | "approval-required"
  | "host-refused"
  | "plan-changed"
  | "guard-failed"
  | "check-failed"
  | "state-locked"
  | "apply-partial"
  | "revoke-ineffective"
  | "provider-error"
  | "interrupted";

export type DiagnosticJson = {
  readonly severity: Severity;
  readonly code: string;
  readonly summary: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly range?: Range;
};

export type ResourceChange = {
  readonly address: Address;
  readonly provider: string;
  readonly kind: string;
  readonly id: string;
  readonly room: string | null;
  readonly change: {
    readonly actions: readonly ["create" | "update" | "delete"];
    readonly before: JsonObject | null;
    readonly after: JsonObject | null;
  };
  /** Each field that differs, ready for people; `before`/`after` as the provider shows values. */
  readonly fields: readonly {
    readonly path: readonly string[];
    readonly before: string;
    readonly after: string /** Set beside a removal. */;
    readonly mode?: Mode;
  }[];
  readonly action_reason: string | null;
  /** An address that it was brought in by, when it was not targeted itself. */
  readonly needed_by?: Address;
  readonly source: SourceJson | null;
};

export type Effect = {
  readonly subject: Subject;
  readonly provider: string;
  readonly room: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** `role facilitator`, `pattern class-{id}`, `team design: role facilitator`, `not listed`, … */
  readonly via: string;
  readonly layer: Layer;
  /** The team that brought it, where one did. */
  readonly team?: string;
  /** How many members that team has: fewer effects than this mean that the text names the people, not the team. */
  readonly team_size?: number;
  readonly mode?: Mode;
  /** The state before is not known (no ledger): the losses are the worst case. */
  readonly unknown_before?: true;
  readonly source: SourceJson | null;
};

export type PlanCall = {
  readonly id: string;
  readonly provider: string;
  readonly changes: readonly Address[];
  readonly method: string;
  readonly path: string;
  readonly query?: JsonObject;
  readonly action?: string;
  readonly body?: Json;
  readonly after: readonly string[];
  readonly direction: Direction;
  readonly staging?: true;
};

export type TransitionException = {
  readonly call: string;
  readonly address: Address;
  readonly place: { readonly provider: string; readonly room: string };
  readonly subjects: readonly Subject[];
  readonly capabilities: readonly string[];
  /** `lacks`: what old and new both give is missing for a while; `exceeds` never passes without --accept-transient either. */
  readonly type: "lacks" | "exceeds";
  /** Until which call. */
  readonly until: string;
  readonly accepted: boolean;
};

export type GuardName = "removals" | "deletions" | "emptied" | "lastHolder" | "gains" | "creations";
export type GuardResult = {
  readonly guard: GuardName;
  readonly passed: boolean;
  readonly count: number;
  readonly total?: number;
  readonly limit: string;
  readonly message: string;
  /** The exact flag to paste. */
  readonly flag?: string;
  readonly allowed_by?: string;
};

export type CheckResult = {
  readonly name: string;
  /** `unknown`: not evaluated, since it depends on what only a service knows; `message` says on what. Offline alone. */
  readonly status: "passed" | "failed" | "mended" | "unknown";
  /** Where it fails: `after`, `before` (mended), at a step (`c2`) or at an instant. */
  readonly state?: string;
  readonly message?: string;
  readonly failures?: readonly {
    readonly subject: Subject;
    readonly provider: string;
    readonly room: string;
    readonly capability: string;
    readonly via: string;
    readonly source: SourceJson | null;
  }[];
  readonly source: SourceJson | null;
};

export type PlanProvider = {
  readonly name: string;
  readonly type: string;
  /** `sandbox` for the embedded one. */
  readonly base_url: string;
  readonly account: string;
};

export type PlanDocument = {
  readonly format_version: string;
  readonly rolecall_version: string;
  readonly timestamp: string;
  readonly at: string;
  readonly digest: string;
  /** In a saved plan: of all that it shows. */
  readonly checksum?: string;
  readonly errored: boolean;
  readonly failure_reason: FailureReason | null;
  readonly verdict: Verdict;
  readonly providers: readonly PlanProvider[];
  readonly summary: {
    readonly add: number;
    readonly change: number;
    readonly destroy: number;
    readonly calls: number;
    readonly minimum_calls: number;
    readonly pending: number;
    readonly unmanaged: number;
    readonly drift: number;
    readonly read: number;
  };
  readonly resource_changes: readonly ResourceChange[];
  readonly resource_drift: readonly ResourceChange[];
  readonly effects: readonly Effect[];
  readonly later: readonly { readonly at: string; readonly effects: readonly Effect[] }[];
  readonly calls: readonly PlanCall[];
  readonly transition: {
    readonly safe: boolean;
    readonly points: number;
    readonly exceptions: readonly TransitionException[] /** Why more calls than the minimum. */;
    readonly reason?: string;
  };
  /** `spec` where the object is not among the changes: to name what differs when it was edited since. */
  readonly preconditions: readonly {
    readonly address: Address;
    readonly hash: string;
    readonly spec?: JsonObject | null;
    /** Read for the sake of a target alone: it may change with the people. */
    readonly passing?: true;
  }[];
  /** Where people come and go: what is approved for each of them, whoever is there. Left out where there is none. */
  readonly targets?: readonly { readonly address: Address; readonly target: Json }[];
  readonly pending: readonly { readonly address: Address; readonly reason: string }[];
  readonly checks: readonly CheckResult[];
  readonly guards: readonly GuardResult[];
  readonly diagnostics: readonly DiagnosticJson[];
  /** sha256 of what the files mean. */
  readonly meaning: string;
  /** What was asked for on the command line and belongs to the approval. */
  readonly options: {
    readonly targets: readonly string[];
    readonly excludes: readonly string[];
    readonly allow_removals: readonly string[];
    readonly allow_gains: readonly string[];
    readonly allow_creations: number | null;
    readonly accept_transient: readonly string[];
    /** From a saved reading: for reading only. */
    readonly snapshot: string | null;
  };
};

/** What `apply --json` writes. */
export type ApplyDocument = {
  readonly format_version: string;
  readonly digest: string;
  readonly errored: boolean;
  readonly failure_reason: FailureReason | null;
  readonly summary: {
    readonly done: number;
    readonly failed: number;
    readonly unknown: number;
    readonly not_started: number;
    readonly pending: number;
  };
  readonly outcomes: readonly Outcome[];
  readonly diagnostics: readonly DiagnosticJson[];
};

/** What `--json` writes when nothing better could be made: a usage error, a bad file, no network. */
export type ErrorDocument = {
  readonly format_version: string;
  readonly errored: true;
  readonly failure_reason: FailureReason;
  readonly diagnostics: readonly DiagnosticJson[];
};
