/** The contract that a service fulfils. The engine calls nothing else of a provider, and knows none by name. */
import type {
  Access,
  Address,
  Call,
  CallDraft,
  Change,
  CurrentState,
  Desired,
  DesiredState,
  Diagnostic,
  FieldChange,
  Json,
  JsonObject,
  Layer,
  ModeField,
  Place,
  ProviderConfig,
  ProviderPolicy,
  RoomPolicy,
  Sent,
  Source,
  Spec,
} from "./model.ts";

/** A field of a provider's configuration that only the environment may hold. */
export type SecretField = {
  /** The documented form; a value that does not match is refused before anything is sent. */
  readonly pattern: RegExp;
  /** The form in words, e.g. "starts with sk_". */
  readonly form: string;
  /** False for ids: may stand in the file, is not masked. */
  readonly secret: boolean;
};

export type ProviderFacts = {
  /** How people write the service's name. */
  readonly title: string;
  /** The vendor's fixed origins, e.g. `https://api.liveblocks.io`. */
  readonly origins: readonly string[];
  /** Those of further addresses, by their key (`rtcBaseUrl`). Left out: `origins`. */
  readonly otherOrigins?: { readonly [key: string]: readonly string[] };
  /** What is used when the file has no `baseUrl`, version prefix included. */
  readonly baseUrl: string;
  /** Fields that may or must be `{ env: NAME }`. */
  readonly fields: { readonly [field: string]: SecretField };
  /** False: patterns are an error. */
  readonly listsRooms: boolean;
  readonly createsRooms: boolean;
  readonly knowsGroups: boolean;
  readonly knowsMetadata: boolean;
  readonly knowsRoomDefaults: boolean;
  /** Roles are objects at the service. */
  readonly rolesAreObjects: boolean;
  /** Names of role objects that every account has and that cannot be deleted. */
  readonly presetRoles?: readonly string[];
  /** Grants reach people by a token that Rolecall can make. */
  readonly issuesTokens: boolean;
  /** Capabilities (with the type) that make somebody a manager: the last holder keeps them. */
  readonly managing: readonly string[];
  /** A capability that is asked for without brackets is held over anybody: `NAME` by `NAME(…)`. Left out: by `NAME` alone. */
  readonly asksOverAnybody?: true;
  /** Kinds of objects, in the order in which reports list them. */
  readonly kinds: readonly string[];
  /** Kinds that depend on who is there: a plan approves their targets (`Desired.target`), not their present state. */
  readonly volatile?: readonly string[];
  /** How late who is there may be shown: asking more often is of no use. Milliseconds. */
  readonly presenceLagMs?: number;
  /** Kinds that end when people leave: one that is gone before it is read back is pending like one that is not there yet. */
  readonly fleeting?: readonly string[];
  /** Kinds that cannot be read back: nothing about them is verified afterwards. */
  readonly unverified?: readonly string[];
};

/** What to read. `only`, when given, is the whole list of wanted objects; nothing else is read. */
export type ReadRequest = {
  readonly config: ProviderConfig;
  /** Ids of rooms named exactly, those that must be read whether listed or not. */
  readonly rooms: readonly string[];
  /** Those of `rooms` that are not made where they are not there: tombstones, and those with `create: false`. */
  readonly unmade?: readonly string[];
  /** Patterns are in use: every room has to be found. */
  readonly list: boolean;
  /** Users that the files name, by room id; where only named users can be read. */
  readonly users: ReadonlyMap<string, readonly string[]>;
  /** Names of roles that the files define or mention. */
  readonly roles: readonly string[];
  /** Those of `roles` that the files delete: who still holds them has to be found. */
  readonly absentRoles?: readonly string[];
  readonly roomDefaults: boolean;
  readonly only?: readonly Address[];
  /** Told as objects arrive: how many are read, and how many there will be where that is known. */
  onProgress?(done: number, total: number | undefined): void;
  readonly signal?: AbortSignal;
};

export interface Reader {
  /** A stable name for the account behind the credentials: a keyed hash, or what the service says. Never the secret. */
  account(): Promise<string>;
  /** Reads objects. Throws `ServiceFailure` where nothing useful can be said; sets `complete: false` where a part is missing. */
  read(request: ReadRequest): Promise<CurrentState>;
  close(): Promise<void>;
}

export interface Writer extends Reader {
  /** Sends one call. Never throws for what the service or the network does: that is the answer. */
  send(call: Call, signal?: AbortSignal): Promise<Sent>;
}

/** What the composition root hands to a provider. */
export type Connection = {
  readonly provider: string;
  readonly baseUrl: string;
  /** Values of `facts.fields` and plain configuration values, as text, number or boolean. */
  readonly values: JsonObject;
  /** Requests in flight at once, at most. */
  readonly parallelism: number;
  now(): number;
  /** Told of pacing and retries: a line for people. */
  onWait?(message: string): void;
  /** How waits between tries pass, and their jitter; left out, in real time. */
  sleep?(ms: number, signal?: AbortSignal): Promise<void>;
  random?(): number;
  /** Left out, nothing is remembered longer than the connection lives. */
  readonly ledger?: KeptLedger;
};

/** What was last sent where a service cannot be read back. Given to `desire` and told by `apply`. */
export interface Ledger {
  get(key: string): Json | undefined;
  set(key: string, value: Json | undefined): void;
}

/**
 * A ledger that a writer keeps itself: what it is about to send is taken off and saved, then sent, then noted and saved. Where
 * saving fails nothing is sent.
 */
export interface KeptLedger extends Ledger {
  save(): Promise<void>;
}

export type DesireInput = { readonly policy: ProviderPolicy; readonly current: CurrentState; readonly ledger: Ledger };

/** An object by its address; undefined where it was not read, null where it does not exist. */
export type View = (address: Address) => Spec | null | undefined;

export type TouchedPlace = {
  readonly place: Place /** Every object that the accesses in this place depend on. */;
  readonly dependsOn: readonly Address[];
};

/** What the language needs to know of a service: offline, no connection. Exists for every type that files can name. */
export interface ProviderLanguage {
  readonly type: string;
  readonly facts: ProviderFacts;
  /**
   * Offline: what is wrong or smells in one block of a role, after `extends`. `at` finds the line of a path inside the
   * block; `known` holds the names that the configuration adds to the service's own (`knownPermissions`). What the schema
   * finds wrong has been said: nothing is said of it again.
   */
  checkBlock(
    block: Json,
    at: (path: readonly (string | number)[]) => Source,
    known?: ReadonlySet<string>,
  ): readonly Diagnostic[];
  /**
   * One form for all blocks that mean the same: other order, other names for the same thing. Where the service is sent other
   * words for them, calls show that. Gets what is wrong in the files too, and leaves it as it is. Pure. Default: as written.
   */
  canonicalBlock?(block: Json): Json;
  /** undefined, or why a role with this block can only be extended, not be used in a room. */
  checkUse?(block: Json): string | undefined;
  /** undefined, or why this id cannot be a room of this service. */
  checkRoomId(id: string): string | undefined;
  /** undefined, or why this id cannot be a user (or group) of this service. */
  checkUserId(id: string): string | undefined;
  /** Whether a capability (with the type) can be named on this service. */
  isCapability(capability: string): boolean;
  /** What a person needs to read: capabilities that follow from others in the list are left out. Default: all. */
  foldCapabilities?(capabilities: readonly string[]): readonly string[];
  /** The capabilities known by name, with the type, sorted; for "did you mean" and completion. */
  readonly capabilities: readonly string[];
}

export interface Provider extends ProviderLanguage {
  /** Offline: limits, contradictions and traps of a whole policy. */
  checkPolicy(policy: ProviderPolicy): readonly Diagnostic[];

  /** A connection that can only read: `plan` holds nothing else. */
  reader(connection: Connection): Reader;
  writer(connection: Connection): Writer;

  /** What was read, with objects that cannot be read back as the ledger has them. Pure. Default: as read. */
  recall?(input: DesireInput): CurrentState;
  /** Policy and current state to what should be; unmanaged things as found. Pure. */
  desire(input: DesireInput): DesiredState;
  /** What an object refers to: a target brings these in. Pure. */
  needs?(desired: Desired): readonly Address[];
  /**
   * The places whose accesses depend on any of these objects. Where one of them gives rooms their defaults and the files
   * manage it, also the room `*` (`OTHER_ROOMS`): those that no file names. So too where one of them is a role that no room
   * of the policy has: whoever holds it, holds it there. Pure.
   */
  places(addresses: ReadonlySet<Address>, policy: ProviderPolicy, before: View, after: View): readonly TouchedPlace[];
  /** Every place of the policy that exists, for guards and checks. Pure. */
  allPlaces(policy: ProviderPolicy, view: View): readonly TouchedPlace[];
  /** Who may do what in a place, in one state. A place that does not exist: []. Pure. */
  effective(place: Place, view: View, policy: ProviderPolicy): readonly Access[];
  /**
   * Which layer gives a subject one capability, or keeps it from it, where the subject's own entry does not decide over all
   * that it has. `access` is the subject's own. Pure. Default: the layer of the access.
   */
  layerOf?(capability: string, access: Access, place: Place, view: View, policy: ProviderPolicy): Layer;
  /**
   * What the service would have to be asked to know whether a subject holds a capability, as a clause: `what the role "m" may
   * do`. Only asked of states in which nothing was read. Pure. Default: all is known.
   */
  unread?(capability: string, access: Access, place: Place, view: View, policy: ProviderPolicy): string | undefined;
  /** The fewest requests that make these changes. Pure. */
  calls(changes: readonly Change[], policy: ProviderPolicy): readonly CallDraft[];
  /**
   * A spec between two, that gives nobody more than both give (`meet`) or nobody less than either gives (`join`).
   * undefined: this object cannot be staged. Pure.
   */
  between?(before: Spec, after: Spec, way: "meet" | "join"): Spec | undefined;
  /**
   * An object as it is there in the words of a plan, where both mean the same; a new one without what the service gave it
   * unasked: as far as a plan can know it. Pure.
   */
  asPlanned?(planned: Spec, present: Spec, isNew: boolean): Spec;
  /** What a plan should say about a change: pins, blast radius, "takes effect at the next connect". Pure. */
  remarks(change: Change, loses: boolean, policy: ProviderPolicy): readonly Diagnostic[];
  /** Whether what stands at a path of a spec is replaced as a whole, and so is one value in a plan. Lists always are. Pure. */
  isAtomic?(kind: string, path: readonly string[]): boolean;
  /** How a value of a spec is shown to people: `[room:write]`. */
  show(kind: string, path: readonly string[], value: Json | undefined): string;
  /** What the values of a field that changes do not say by themselves: what is written, whose mode takes entries off. Pure. */
  fieldWords?(change: Change, field: FieldChange): FieldWords;

  /** Where grants reach people by token: what belongs into it, in the service's own words. Pure. */
  tokenGrant?(room: RoomPolicy, user: string, policy: ProviderPolicy): Json;
  /** Asks the service for a token. `expires` is absolute. */
  issueToken?(connection: Connection, room: RoomPolicy, user: string, grant: Json, expires: number): Promise<string>;
}

/** What a plan says of a field that changes, where its values alone do not say it. */
export type FieldWords = {
  /** In the place of the value as `show` has it. */
  readonly before?: string;
  readonly after?: string;
  /** Entries of a list are taken off, by the mode of this field. */
  readonly removes?: ModeField;
};

/** A failure that ends a run at this provider; the message is for people and holds no secret. */
export class ServiceFailure extends Error {
  override readonly name = "ServiceFailure";
  readonly kind: "stop" | "unreachable" | "throttled" | "incomplete" | "refused";
  constructor(message: string, kind: ServiceFailure["kind"]) {
    super(message);
    this.kind = kind;
  }
}

/** Types a provider written by users; returns it as is. */
export const defineProvider = <P extends Provider>(provider: P): P => provider;
