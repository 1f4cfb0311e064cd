/**
 * Every noun of the engine. Types only; imports nothing.
 *
 * Glossary: one word per thing.
 *
 * - service       what the team talks to: Liveblocks, Daily, …
 * - type          a kind of service: `liveblocks`.
 * - provider      one configured account at a service, by its name in the files: `eu-boards`.
 * - document      what all files together say, positions kept, nothing resolved against a service.
 * - role          a name for what somebody may do, with one block per type.
 * - block         the permissions of a role on one type, in that service's own words.
 * - entry         what a file writes for a user, team, group or default: a role name, an inline role,
 *                 a role with times, or `absent`.
 * - grant         an entry that holds at the plan's instant: who gets which block, and the line that says so.
 * - room policy   all that the files say about one room at one provider, patterns merged.
 * - mode          what happens to entries that the files do not list: authoritative, additive, observe.
 * - object        one thing at a service that has an address: a room, a role, a running call.
 * - spec          the canonical, comparable form of an object. `null` stands for "does not exist".
 * - address       `provider/kind/id`, `/` and `%` in ids percent-encoded.
 * - current       the objects as read. desired: the objects as they should be.
 * - change        one object that differs, with its spec before and after.
 * - call          one request that will be sent; carries one or more changes, or a part of one.
 * - wave          calls that may run at the same time.
 * - subject       who a permission is about: a user, a group, everyone (anyone not named), a role.
 * - place         where subjects hold capabilities: a room at a provider.
 * - capability    `type:native name`, one thing that a subject may do in a place.
 * - access        the capabilities of one subject in one place. effect: the difference of two accesses.
 * - pending       desired, but impossible to set now. Neither an error nor drift.
 * - drift         what `observe` found to differ.
 * - ledger        what was last sent where a service cannot be read back.
 * - outcome       how a call ended: done, failed, unknown or not started.
 * - diagnostic    something the user should know, with the line it is about.
 */

// Values -------------------------------------------------------------------------------------------------------------

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** Always created by `util/record.ts` (no prototype), so that any id is a safe key. */
export type JsonObject = { readonly [key: string]: Json };

/** An instant, in milliseconds since the epoch, UTC. */
export type Instant = number;

/** `provider/kind/id…`; built and taken apart by `util/address.ts` only. */
export type Address = string;

// Where something was asked for ----------------------------------------------------------------------------------------

/** Lines and columns count from 1, columns in UTF-16 units. */
export type Position = { readonly line: number; readonly column: number };
/** `filename` is relative to the working directory, with `/`. */
export type Range = { readonly filename: string; readonly start: Position; readonly end: Position };
/** A place in a file. The range is worked out only when asked for: most positions are never printed. */
export interface Source {
  locate(): Range;
}
/** A source as it stands in JSON output. */
export type SourceJson = { readonly file: string; readonly line: number; readonly column: number };

export type Severity = "error" | "warning";

/** Diagnostics of the language and the planner; a provider's own are `type/name`. */
export type DiagnosticCode =
  // files and text
  | "file-not-found"
  | "file-unreadable"
  | "file-too-large"
  | "file-outside"
  | "file-extension"
  | "no-files"
  | "empty-files"
  | "encoding"
  | "yaml-syntax"
  | "json-syntax"
  | "yaml-feature"
  | "duplicate-key"
  | "empty-value"
  | "too-deep"
  | "root-not-map"
  // shape
  | "unknown-key"
  | "missing-key"
  | "wrong-type"
  | "invalid-value"
  | "unquoted-number"
  | "version"
  // meaning
  | "conflict"
  | "unknown-name"
  | "left-out"
  | "reserved-name"
  | "invalid-id"
  | "role-cycle"
  | "role-without-block"
  | "team-conflict"
  | "check-unknown"
  | "pattern-conflict"
  | "pattern-not-listable"
  | "duplicate-room"
  | "tombstone"
  | "not-supported"
  | "time-range"
  | "ambiguous-provider"
  | "literal-secret"
  | "env-not-allowed"
  | "env-missing"
  | "env-invalid"
  | "host-not-allowed"
  | "guard-loosened"
  | "policy-only"
  | "mode"
  // smells
  | "unused-role"
  | "empty-team"
  | "shadowed-pattern"
  | "grant-expired"
  | "same-as-default"
  | "missing-team"
  | "similar-room"
  | "similar-ids"
  | "confusable-id"
  // services and plans
  | "read-failed"
  | "read-incomplete"
  | "write-failed"
  | "write-ineffective"
  | "plan-changed"
  | "plan-unreadable"
  | "guard-failed"
  | "check-failed"
  | "state-locked"
  | "approval-required"
  | "interrupted"
  | "usage"
  | "takes-effect-later"
  | "ledger-ignored"
  | "internal"
  | `${string}/${string}`;

export type Diagnostic = {
  readonly severity: Severity;
  readonly code: DiagnosticCode;
  /** One sentence, no full stop, no position. */
  readonly summary: string;
  readonly detail?: string;
  /** What to do about it; for a misspelt name the nearest right one. */
  readonly hint?: string;
  readonly source?: Source;
  /** The text at `source` is a secret: frames show it as `***`. */
  readonly masked?: true;
  /** Further places, e.g. the other definition of a duplicate. */
  readonly also?: readonly { readonly summary: string; readonly source: Source }[];
};

// What the files say: the document -------------------------------------------------------------------------------------

export type Mode = "authoritative" | "additive" | "observe";
export type ModeField = "default" | "users" | "groups" | "settings";
export type Modes = { readonly [field in ModeField]: Mode };

/** A configured provider. `values` holds what the file writes for it except `type`, `baseUrl` and `roomDefaults`. */
export type ProviderConfig = {
  readonly name: string;
  readonly type: string;
  readonly source: Source;
  readonly values: JsonObject;
  /** Fields given as `{ env: NAME }`. */
  readonly env: ReadonlyMap<string, { readonly name: string; readonly source: Source }>;
  readonly baseUrl: { readonly text: string; readonly source: Source } | undefined;
  readonly roomDefaults: RoomDefaults | undefined;
  /** Where a key of `values` stands. */
  sourceOf(key: string): Source;
};

export type RoomDefaults = {
  readonly default: Entry | undefined;
  readonly roles: readonly NamedRole[] | undefined;
  readonly source: Source;
};
export type NamedRole = { readonly name: string; readonly source: Source };

export type Team = { readonly name: string; readonly source: Source; readonly members: ReadonlyMap<string, Source> };

/** A block after `extends`. `existing`: a role that the service has and that is never changed. */
export type Block =
  | { readonly type: "existing"; readonly source: Source }
  | {
      readonly type: "permissions";
      readonly value: Json;
      readonly source: Source;
      /** Can only be extended: it lacks what the service needs of a role. */
      readonly base?: true;
      sourceOf(path: readonly (string | number)[]): Source;
    };

export type Role = {
  readonly name: string;
  readonly source: Source;
  readonly absent: boolean;
  readonly extends: string | undefined;
  readonly description: string | undefined;
  readonly mode: Mode;
  /** Provider names; undefined: every provider of the block's type. */
  readonly on: readonly string[] | undefined;
  /** By type, own and inherited. */
  readonly blocks: ReadonlyMap<string, Block>;
};

export type Entry =
  | {
      readonly type: "grant";
      readonly role: string | undefined;
      readonly blocks: ReadonlyMap<string, Block>;
      readonly starts: Instant | undefined;
      readonly expires: Instant | undefined;
      readonly reason: string | undefined;
      readonly source: Source;
    }
  | { readonly type: "absent"; readonly source: Source };

/** One key of `rooms`, as written. */
export type RoomEntry = {
  readonly key: string;
  readonly source: Source;
  /** Whether the key is a pattern (`*`, `?`, `{name}`); an entry with `id` never is. */
  readonly pattern: boolean;
  readonly on: readonly string[];
  /** The id at each provider of `on`; for a pattern the pattern itself. */
  readonly ids: ReadonlyMap<string, string>;
  readonly absent: boolean;
  readonly create: boolean | undefined;
  readonly live: "enforce" | "ignore" | undefined;
  readonly mode: Partial<Modes>;
  readonly default: Entry | undefined;
  readonly users: ReadonlyMap<string, Entry> | undefined;
  readonly teams: ReadonlyMap<string, Entry> | undefined;
  readonly groups: ReadonlyMap<string, Entry> | undefined;
  /** `null`: `absent`. */
  readonly metadata:
    | ReadonlyMap<string, { readonly value: string | readonly string[] | null; readonly source: Source }>
    | undefined;
  /** By type. */
  readonly settings: ReadonlyMap<string, Settings>;
  readonly reason: string | undefined;
  /** The lines of `users`, `teams`, `groups`, `metadata`: what a removal points at. */
  readonly fieldSources: ReadonlyMap<string, Source>;
  /** Written as `absent`: what a pattern says there is taken away (`users`, `settings.daily`, `mode.users`, `live`, …). */
  readonly without: ReadonlySet<string>;
};

/** Access settings of one service, in its own words. `absent` values are `null`. */
export type Settings = { readonly value: JsonObject; readonly source: Source; sourceOf(key: string): Source };

export type Guards = {
  readonly removals: { readonly percent: number; readonly floor: number };
  readonly deletions: number;
  readonly emptied: number;
  readonly lastHolder: boolean;
  readonly gains: { readonly everyone?: number; readonly percent?: number; readonly floor?: number } | undefined;
  readonly creations: number | undefined;
};

export type CheckWho = {
  readonly users: readonly string[];
  readonly teams: readonly string[];
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
  readonly anyone: boolean;
  readonly unlisted: boolean;
};
export type Check = {
  readonly name: string;
  readonly source: Source;
  /** undefined: anyone. */
  readonly who: CheckWho | undefined;
  /** Room patterns. */
  readonly in: readonly string[];
  readonly can: readonly string[];
  readonly cannot: readonly string[];
  readonly only: readonly string[];
  readonly atLeast: { readonly count: number; readonly can: readonly string[] } | undefined;
  readonly reason: string | undefined;
};

/** How the services compare blocks. Offline, pure. */
export type BlockRules = {
  /** One form for all blocks of a type that mean the same. */
  canonical(type: string, block: Block): Json;
  /** Whether roles of a type are objects with names: two names are never the same role, whatever they may do. */
  areNamed(type: string): boolean;
};

export type Document = {
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  readonly teams: ReadonlyMap<string, Team>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly rooms: readonly RoomEntry[];
  readonly guards: Guards;
  readonly checks: readonly Check[];
  readonly blockRules: BlockRules;
  /** What the files mean, without positions, comments and order: the digest stands on it. */
  readonly meaning: Json;
};

// What holds at one instant, at one provider: the policy ------------------------------------------------------------------

/** Who a grant came by. */
export type Via =
  | { readonly type: "user" }
  | { readonly type: "team"; readonly team: string }
  | { readonly type: "group" }
  | { readonly type: "default" }
  | { readonly type: "provider default" };

export type Grant = {
  /** undefined: an inline role. */
  readonly role: string | undefined;
  readonly block: Block;
  readonly via: Via;
  /** The pattern that decided, undefined for an exact entry. */
  readonly pattern: string | undefined;
  readonly source: Source;
  readonly starts: Instant | undefined;
  readonly expires: Instant | undefined;
  readonly reason: string | undefined;
};

/** Why a grant that is listed does not hold. */
export type OutsideTime = "not started" | "ended";

export type RoomPolicy = {
  readonly provider: string;
  readonly id: string;
  /** The entry that decided: the exact one, else the heaviest pattern. */
  readonly source: Source;
  /** undefined when the room is named exactly. */
  readonly pattern: string | undefined;
  readonly absent: boolean;
  readonly create: boolean;
  readonly live: "enforce" | "ignore";
  readonly mode: Modes;
  /** Not written: undefined, not managed. */
  readonly default: Grant | undefined;
  readonly users: ReadonlyMap<string, Grant> | undefined;
  readonly groups: ReadonlyMap<string, Grant> | undefined;
  /** Roles that teams are granted, be there somebody who has them by it or not. */
  readonly teamRoles?: ReadonlySet<string>;
  /** Listed, but outside their time or `absent`: removed in every mode but observe. */
  readonly removedUsers: ReadonlyMap<string, Source>;
  readonly removedGroups: ReadonlyMap<string, Source>;
  /** Those of `removedUsers` and `removedGroups` that are listed and outside their time; the others are `absent`. */
  readonly outsideUsers?: ReadonlyMap<string, OutsideTime>;
  readonly outsideGroups?: ReadonlyMap<string, OutsideTime>;
  /** What listed grants of people gave that have ended. */
  readonly endedBlocks?: readonly Block[];
  readonly metadata: RoomEntry["metadata"];
  readonly settings: Settings | undefined;
  readonly reason: string | undefined;
  readonly fieldSources: ReadonlyMap<string, Source>;
};

export type ProviderPolicy = {
  readonly provider: string;
  readonly type: string;
  readonly config: ProviderConfig;
  readonly rooms: ReadonlyMap<string, RoomPolicy>;
  /** Roles kept on this provider as objects, by name, tombstones included. */
  readonly roles: ReadonlyMap<string, Role>;
  /** Every role of the document, to resolve names. */
  readonly allRoles: ReadonlyMap<string, Role>;
  readonly roomDefaults:
    | { readonly default: Grant | undefined; readonly roles: readonly NamedRole[] | undefined; readonly source: Source }
    | undefined;
  readonly at: Instant;
};

// Objects --------------------------------------------------------------------------------------------------------------

/** Fields of an object in canonical form: sets sorted, aliases unified, defaults filled as the service's sheet says. */
export type Spec = JsonObject;

export type Current = {
  readonly address: Address;
  readonly kind: string;
  readonly id: string;
  /** The room it belongs to, where it does. */
  readonly room: string | undefined;
  readonly spec: Spec;
  /** For the provider alone: remote ids and the like. Never printed, never hashed. */
  readonly extra?: Json;
};

export type CurrentState = {
  readonly provider: string;
  /** Objects that exist. */
  readonly objects: ReadonlyMap<Address, Current>;
  /** Every room id that exists, where the service was listed; patterns match against these. */
  readonly rooms: ReadonlySet<string>;
  /** Of objects that were asked for one by one: those of people, or for people, who are not there. */
  readonly away?: ReadonlySet<Address>;
  /** False: something that was asked for could not be read. Removals that depend on it are forbidden. */
  readonly complete: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** For the provider alone: presence, known permission names, … JSON, kept in snapshots. */
  readonly extra?: JsonObject;
};

export type Desired = {
  readonly address: Address;
  readonly kind: string;
  readonly id: string;
  readonly room: string | undefined;
  /** null: must not exist. */
  readonly spec: Spec | null;
  readonly source: Source | undefined;
  /** Why, in words, where it is not plain: "created closed", "tombstone". */
  readonly reason?: string;
  /** Paths of what must be written whatever was read (values that cannot be read back). */
  readonly unknown?: readonly (readonly string[])[];
  /** For the provider's `calls` alone: native words where the canonical form loses them. */
  readonly wire?: Json;
  /** Of a volatile kind: what the files ask for, whoever is there now. The digest covers it in the place of specs and calls. */
  readonly target?: Json;
};

export type Pending = {
  readonly address: Address;
  readonly reason: string;
  readonly source?: Source | undefined;
  /** See `Desired.target`. */
  readonly target?: Json;
};

/** What should be, with everything unmanaged as found: diff(desired, current) is exactly what to change. */
export type DesiredState = {
  readonly objects: ReadonlyMap<Address, Desired>;
  /** The same objects as `observe` would have them changed; only objects that differ from `objects`. */
  readonly observed: ReadonlyMap<Address, Spec | null>;
  readonly pending: readonly Pending[];
  /** Unlisted entries that are left. */
  readonly unmanaged: number;
  readonly diagnostics: readonly Diagnostic[];
};

// Changes and calls ----------------------------------------------------------------------------------------------------

export type FieldChange = {
  readonly path: readonly string[];
  readonly before: Json | undefined;
  readonly after: Json | undefined;
};

export type Change = {
  readonly address: Address;
  readonly provider: string;
  readonly kind: string;
  readonly id: string;
  readonly room: string | undefined;
  readonly action: "create" | "update" | "delete";
  readonly before: Spec | null;
  readonly after: Spec | null;
  readonly fields: readonly FieldChange[];
  /** Paths of what is sent though its present value is not known. */
  readonly unknown: readonly (readonly string[])[];
  readonly reason: string | undefined;
  readonly source: Source | undefined;
  readonly wire: Json | undefined;
  /** The current object, for the provider. */
  readonly current: Current | undefined;
};

export type Direction = "narrows" | "widens" | "mixed" | "neutral";
export type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

/** What a provider proposes: one request, no credentials. The engine numbers, orders and judges it. */
export type CallDraft = {
  readonly provider: string;
  readonly changes: readonly Address[];
  readonly method: Method;
  readonly path: string;
  readonly query?: JsonObject;
  readonly action?: string;
  readonly body?: Json;
  /** What each object looks like once this call, and what it comes after, is done. */
  readonly leaves: ReadonlyMap<Address, Spec | null>;
  /** Drafts of the same list (by index) that must be done first: a role before what names it. */
  readonly after: readonly number[];
  /** Not needed to change what the files ask for, only to keep the way there safe. */
  readonly staging?: boolean;
  /** For the provider's `send` alone; printed nowhere, hashed nowhere. */
  readonly extra?: Json;
};

export type Call = Omit<CallDraft, "after"> & {
  readonly id: string;
  readonly after: readonly string[];
  readonly direction: Direction;
};

// Who may do what ------------------------------------------------------------------------------------------------------

export type Subject = { readonly kind: "user" | "group" | "role"; readonly id: string } | { readonly kind: "everyone" };

export type Place = { readonly provider: string; readonly room: string };

/** Which layer of the service's resolution gives it. */
export type Layer = "default" | "user" | "group" | "role" | "provider default" | "built-in";

/** The capabilities of one subject in one place. A subject without one has `everyone`'s. */
export type Access = {
  readonly subject: Subject;
  readonly capabilities: readonly string[];
  readonly layer: Layer;
  /** What the subject's own entry says, where that is only a part of what it has: if it stays, what changes comes from below. */
  readonly entry?: Json;
};

// Outcomes -------------------------------------------------------------------------------------------------------------

/** What a provider says of one request. */
export type Sent =
  | {
      readonly type: "done" /** The objects as the answer shows them. */;
      readonly seen: ReadonlyMap<Address, Spec | null>;
    }
  | { readonly type: "failed"; readonly error: ServiceError }
  /** The answer never came or made no sense: only a fresh read can tell. `exhausted`: it was tried as often as makes sense. */
  | { readonly type: "unknown"; readonly error: ServiceError; readonly exhausted?: true };

export type ServiceError = {
  readonly message: string;
  readonly status?: number;
  readonly code?: string;
  /** `stop`: nothing at this provider can work (wrong key). `gone`: the object is not there. `away`: who it is for is not there now, which is no fault: it is pending. `stale`: it is not as planned. */
  readonly kind: "stop" | "gone" | "away" | "stale" | "refused" | "unreachable" | "throttled";
};

export type OutcomeStatus = "done" | "failed" | "unknown" | "not_started";
export type Outcome = {
  readonly call: string;
  readonly address: Address;
  readonly status: OutcomeStatus;
  readonly error: string | null;
  readonly source: SourceJson | null;
};
