import { diff, diffObserved } from "../diff/diff.ts";
import { futureFaults, resolvePolicy } from "../load/resolve.ts";
import type {
  Address,
  Change,
  CurrentState,
  DesiredState,
  Diagnostic,
  Document,
  Instant,
  ProviderPolicy,
  Subject,
} from "../model.ts";
import type { Ledger, Provider, TouchedPlace, View } from "../provider.ts";
import { addressParts } from "../util/address.ts";
import { OTHER_ROOMS } from "../util/other-rooms.ts";
import { applyChanges } from "./later.ts";
import { leftOut } from "./left-out.ts";
import type { Scope } from "./scope.ts";

/** One provider as the plan finds it: who it is and what was read. */
export type Service = {
  readonly provider: Provider;
  readonly account: string;
  /** `sandbox` for the embedded one. */
  readonly baseUrl: string;
  readonly state: CurrentState;
  readonly ledger: Ledger;
};

/** One provider worked out: what the files ask for, what differs, and the states before and after. */
export type PlannedWorld = Service & {
  readonly policy: ProviderPolicy;
  readonly desired: DesiredState;
  readonly changes: readonly Change[];
  readonly drift: readonly Change[];
  readonly before: View;
  readonly after: View;
  readonly stateAfter: CurrentState;
  /** Places whose accesses the changes can touch. */
  readonly touched: readonly TouchedPlace[];
  readonly neededBy: ReadonlyMap<Address, Address>;
  /** Every object that the files govern, in scope or not; empty where everything is in scope. */
  readonly governed: ReadonlySet<Address>;
  readonly diagnostics: readonly Diagnostic[];
};

/** Works one provider out. Pure; `only` restricts to the objects of an approved plan. */
export const worldOf = (
  name: string,
  service: Service,
  input: {
    readonly document: Document;
    readonly at: Instant;
    readonly scope: Scope;
    readonly only: ReadonlySet<Address> | undefined;
  },
): PlannedWorld => {
  const { provider, ledger } = service;
  const { policy, diagnostics } = resolvePolicy(input.document, name, service.state.rooms, input.at);
  const state = recalled(service, policy);
  const whole = provider.desire({ policy, current: state, ledger });
  const { desired, neededBy } = restrict(provider, whole, state, input);
  const changes = diff(desired, state, provider.isAtomic);
  const stateAfter = applyChanges(state, changes);
  const before: View = (object) => state.objects.get(object)?.spec ?? null;
  const after: View = (object) => stateAfter.objects.get(object)?.spec ?? null;
  const touched =
    changes.length === 0
      ? []
      : provider.places(new Set(changes.map((change) => change.address)), policy, before, after);
  return {
    ...service,
    state,
    policy,
    desired,
    changes,
    drift: diffObserved(desired, state, provider.isAtomic),
    before,
    after,
    stateAfter,
    touched,
    neededBy,
    governed: input.scope.whole ? new Set() : governedBy(whole),
    diagnostics: [
      ...diagnostics,
      ...futureFaults(input.document, name, input.at, patternRooms(policy)),
      ...provider.checkPolicy(policy),
      ...desired.diagnostics,
      ...state.diagnostics,
    ],
  };
};

/** Rooms that only a reading finds; of the others the files alone have told. */
const patternRooms = ({ rooms }: ProviderPolicy): readonly string[] =>
  [...rooms.values()].flatMap(({ id, pattern }) => (pattern === undefined ? [] : [id]));

const recalled = ({ provider, state, ledger }: Service, policy: ProviderPolicy): CurrentState =>
  provider.recall?.({ policy, current: state, ledger }) ?? state;

/** The present state of a service as a plan of this document sees it. Pure. */
export const presentState = (name: string, service: Service, document: Document, at: Instant): CurrentState =>
  recalled(service, resolvePolicy(document, name, service.state.rooms, at).policy);

const governedBy = ({ objects, observed, pending }: DesiredState): ReadonlySet<Address> =>
  new Set([...objects.keys(), ...observed.keys(), ...pending.map(({ address }) => address)]);

/** Leaves what is in scope, and what that refers to. */
const restrict = (
  provider: Provider,
  desired: DesiredState,
  current: CurrentState,
  { scope, only }: { readonly scope: Scope; readonly only: ReadonlySet<Address> | undefined },
): { readonly desired: DesiredState; readonly neededBy: ReadonlyMap<Address, Address> } => {
  const neededBy = new Map<Address, Address>();
  if (only === undefined && scope.whole) return { desired, neededBy };
  const wanted = new Set<Address>();
  for (const object of desired.objects.keys())
    if (only === undefined ? scope.has(object) : only.has(object)) wanted.add(object);
  if (only === undefined) addNeeded(provider, desired, wanted, neededBy, scope);
  const inScope = (object: Address): boolean =>
    only === undefined ? scope.has(object) || wanted.has(object) : only.has(object);
  return {
    desired: {
      objects: new Map([...desired.objects].filter(([object]) => wanted.has(object))),
      observed: new Map([...desired.observed].filter(([object]) => inScope(object))),
      pending: desired.pending.filter((pending) => inScope(pending.address)),
      unmanaged: desired.unmanaged,
      diagnostics:
        only === undefined
          ? [...desired.diagnostics, ...leftOut(provider, desired, wanted, scope, current)]
          : desired.diagnostics,
    },
    neededBy,
  };
};

const addNeeded = (
  provider: Provider,
  desired: DesiredState,
  wanted: Set<Address>,
  neededBy: Map<Address, Address>,
  scope: Scope,
): void => {
  const open = [...wanted];
  for (let object = open.pop(); object !== undefined; object = open.pop()) {
    const wants = desired.objects.get(object);
    if (wants === undefined) continue;
    for (const needed of provider.needs?.(wants) ?? []) {
      if (wanted.has(needed) || !desired.objects.has(needed) || scope.excludes(needed)) continue;
      wanted.add(needed);
      neededBy.set(needed, object);
      open.push(needed);
    }
  }
};

/**
 * Whether a subject's present access in a room is not known. Where a change names people by key (`user:alice`, `*` for
 * everyone) only those; any other field that is not known makes everybody there unknown. What belongs to no room reaches the
 * rooms that no file names.
 */
export const unknownIn = (world: PlannedWorld): ((room: string, subject: Subject) => boolean) => {
  const keys = new Map<string, ReadonlySet<string>>();
  const whole = new Set<string>();
  for (const { room = OTHER_ROOMS, unknown } of world.changes) {
    if (unknown.length === 0) continue;
    const fields = unknown.map(([field = ""]) => field);
    keys.set(room, new Set([...(keys.get(room) ?? []), ...fields]));
    if (fields.some((field) => field !== "*" && !field.startsWith("user:"))) whole.add(room);
  }
  return (room, subject) =>
    whole.has(room) ||
    (keys.get(room)?.has(subject.kind === "everyone" ? "*" : `${subject.kind}:${subject.id}`) ?? false);
};

/**
 * Whether somebody's own object in a room (`provider/kind/ROOM/USER`) is pending and not there: nothing changes for them yet,
 * whatever becomes of the default.
 */
export const pendingIn = ({ desired, before }: PlannedWorld): ((room: string, subject: Subject) => boolean) => {
  const rooms = new Map<string, Set<string>>();
  for (const { address } of desired.pending) {
    const [, , room = "", user] = addressParts(address);
    if (user === undefined || before(address) !== null) continue;
    rooms.set(room, (rooms.get(room) ?? new Set()).add(user));
  }
  return (room, subject) => subject.kind === "user" && rooms.get(room)?.has(subject.id) === true;
};
