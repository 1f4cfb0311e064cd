import type { Address, Call, Current, CurrentState, Diagnostic, Instant, Json, Spec } from "../model.ts";
import type { PlanDocument, ResourceChange } from "../plan-document.ts";
import type { Provider } from "../provider.ts";
import { kindOf } from "../util/address.ts";
import { digestOf } from "../util/digest.ts";
import { sameJson } from "../util/stable-json.ts";
import { planChecksum } from "./checksum.ts";
import { planDigest } from "./digest.ts";
import { fieldFaults, stale } from "./field-faults.ts";
import { targetedIn } from "./targets.ts";
import type { Service } from "./worlds.ts";

/** An `at` further than this from the clock of its moment makes a plan one for reading. */
const READING_ONLY_AFTER = 5 * 60_000;

/** Whether a plan for one instant, made at another, is for reading only. */
export const isForReading = (at: Instant, made: Instant): boolean => Math.abs(at - made) > READING_ONLY_AFTER;

/**
 * What speaks against a plan before anything is read: it was edited, it was made for reading, or a grant started or ended
 * since.
 */
export const reviewFaults = (
  plan: PlanDocument,
  input: {
    readonly now: Instant;
    readonly boundaries: readonly Instant[];
    readonly local: boolean;
  },
): readonly Diagnostic[] => {
  if (!isIntact(plan)) return [EDITED];
  const faults: Diagnostic[] = [];
  if (plan.options.snapshot !== null)
    faults.push(
      stale(
        "the plan was made on a saved reading: it is for reading and cannot be applied",
        "make a plan against the services",
      ),
    );
  const at = Date.parse(plan.at);
  const made = Date.parse(plan.timestamp);
  if (Number.isNaN(at) || Number.isNaN(made)) return [...faults, EDITED];
  const forReading = isForReading(at, made);
  if (!input.local && forReading) {
    faults.push(
      stale(
        `the plan was made for ${plan.at}, more than five minutes from when it was made: it is for reading`,
        "make the plan without --at",
      ),
    );
  }
  if (!input.local && made - input.now > READING_ONLY_AFTER)
    faults.push(stale(`the plan says that it was made at ${plan.timestamp}, which is still to come`));
  return [...faults, ...passedFaults(plan, input)];
};

/** Whether a grant started or ended since the plan was made; a plan for another instant than its own ages from there. */
export const passedFaults = (
  plan: PlanDocument,
  { now, boundaries }: { readonly now: Instant; readonly boundaries: readonly Instant[] },
): readonly Diagnostic[] => {
  const [at, made] = [Date.parse(plan.at), Date.parse(plan.timestamp)];
  const until = isForReading(at, made) ? at + (now - made) : now;
  const passed = boundaries.find((instant) => instant > at && instant <= until);
  if (passed === undefined) return [];
  return [stale(`a grant started or ended at ${new Date(passed).toISOString()}, after the plan was made`)];
};

const EDITED = stale("the plan is not what it was when it was made: its content does not match its digest");

/** Whether the content of a plan is what its digest and checksum were made of. A text that only looks like a plan is not. */
export const isIntact = (plan: PlanDocument): boolean => {
  try {
    const { digest, checksum, ...rest } = plan;
    return planDigest(rest) === digest && (checksum === undefined || checksum === planChecksum(plan));
  } catch {
    return false;
  }
};

/** Whether a guard, a check or a gap stood against the plan when it was made, whatever its `failure_reason` says. */
export const wasRefused = (plan: PlanDocument): boolean =>
  plan.errored ||
  plan.failure_reason !== null ||
  plan.guards.some(({ passed }) => !passed) ||
  plan.checks.some(({ status }) => status === "failed") ||
  plan.transition.exceptions.some(({ accepted }) => !accepted);

/**
 * What the plan shows to people and the digest does not cover must be what planning again shows: who gains and loses,
 * the totals, the fields. Positions may have moved, and what was read elsewhere is not read again. Where people come and
 * go by themselves (a volatile kind) only the fields of everything else can be compared.
 */
export const shownFaults = (plan: PlanDocument, again: PlanDocument): readonly Diagnostic[] => {
  const targeted = new Set([...targetedIn(plan), ...targetedIn(again)]);
  const view = targeted.size > 0 ? (one: PlanDocument) => steadyFields(one, targeted) : shown;
  if (sameJson(view(plan), view(again))) return [];
  return [
    stale("the plan does not show what it does: its effects, totals or fields are not those that its calls have"),
  ];
};

const shown = (plan: PlanDocument): Json => {
  const { add, change, destroy, calls, minimum_calls } = plan.summary;
  return plain({
    verdict: plan.verdict,
    summary: { add, change, destroy, calls, minimum_calls },
    effects: plan.effects.map((effect) => ({ ...effect, source: null })),
    fields: steadyFields(plan, new Set()),
    transition: plan.transition,
  });
};

const steadyFields = (plan: PlanDocument, leaveOut: ReadonlySet<Address>): Json =>
  plain(
    plan.resource_changes
      .filter(({ address }) => !leaveOut.has(address))
      .map((each) => ({ ...each, needed_by: undefined, source: null })),
  );

/** As JSON has it: what is undefined is not there. */
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** Whether the accounts and hosts are those that were reviewed. */
export const accountFaults = (
  plan: PlanDocument,
  services: ReadonlyMap<string, Pick<Service, "account" | "baseUrl">>,
): readonly Diagnostic[] => {
  const faults: Diagnostic[] = [];
  for (const reviewed of plan.providers) {
    const present = services.get(reviewed.name);
    if (present === undefined) faults.push(stale(`the provider ${reviewed.name} of the plan is not in the files`));
    else if (present.baseUrl !== reviewed.base_url)
      faults.push(
        stale(`${reviewed.name} is at another host now: reviewed ${reviewed.base_url}, present ${present.baseUrl}`),
      );
    else if (present.account !== reviewed.account)
      faults.push(
        stale(`${reviewed.name} is another account now: the credentials are not those that the plan was made with`),
      );
  }
  return faults;
};

/** The services as the review saw them: what the plan changes as it was before, everything else as it is now. */
export const asReviewed = (
  plan: PlanDocument,
  services: ReadonlyMap<string, Service>,
): ReadonlyMap<string, Service> => {
  const changes = byProvider(plan);
  return new Map(
    [...services].map(([name, service]): [string, Service] => [
      name,
      { ...service, state: reviewedState(service.state, changes.get(name) ?? []) },
    ]),
  );
};

const byProvider = (plan: PlanDocument): ReadonlyMap<string, readonly ResourceChange[]> => {
  const found = new Map<string, ResourceChange[]>();
  const targeted = targetedIn(plan);
  for (const change of plan.resource_changes.filter(({ address }) => !targeted.has(address)))
    found.set(change.provider, [...(found.get(change.provider) ?? []), change]);
  return found;
};

const reviewedState = (state: CurrentState, changes: readonly ResourceChange[]): CurrentState => {
  const objects = new Map<Address, Current>(state.objects);
  const rooms = new Set(state.rooms);
  for (const { kind, id } of objects.values()) if (kind === "room") rooms.add(id);
  for (const { address, kind, id, room, change } of changes) {
    if (change.before === null) {
      objects.delete(address);
      if (kind === "room") rooms.delete(id);
      continue;
    }
    objects.set(address, { ...objects.get(address), address, kind, id, room: room ?? undefined, spec: change.before });
    if (kind === "room") rooms.add(id);
  }
  return { ...state, objects, rooms };
};

export type Progress = {
  /** Ids of calls whose result is there already. */
  readonly done: ReadonlySet<string>;
  readonly faults: readonly Diagnostic[];
};

/**
 * Compares each object of the plan with what is there now. An object in a state that some prefix of its calls leaves
 * counts as reviewed, and those calls as done; anything else is a fault that names the field, the reviewed and the
 * present value.
 */
export const progressOf = (
  plan: PlanDocument,
  calls: readonly Call[],
  present: (object: Address) => Spec | null,
  providerOf: (object: Address) => Provider | undefined,
): Progress => {
  const changed = new Map(plan.resource_changes.map((change) => [change.address, change]));
  const targeted = targetedIn(plan);
  const reached = new Map<Address, number>();
  const faults: Diagnostic[] = [];
  for (const { address, hash, spec, passing } of plan.preconditions) {
    if (passing === true && (targeted.has(address) || !isLasting(providerOf(address), kindOf(address)))) continue;
    const now = present(address);
    if (now === null && isFleeting(providerOf(address), kindOf(address))) continue;
    const change = changed.get(address);
    if (change === undefined) {
      if (digestOf(now) !== hash)
        faults.push(...differences(address, kindOf(address), spec ?? null, now, providerOf(address)));
      continue;
    }
    const states = statesOf(address, change.change.before, calls);
    const isNew = change.change.before === null;
    const asPlanned = providerOf(address)?.asPlanned;
    const index = states.findLastIndex((state) =>
      sameJson(state, state === null || now === null ? now : (asPlanned?.(state, now, isNew) ?? now)),
    );
    if (index === -1) faults.push(...differences(address, change.kind, change.change.before, now, providerOf(address)));
    else reached.set(address, index);
  }
  const done = new Set<string>();
  const count = new Map<Address, number>();
  for (const call of calls) {
    let finished = true;
    for (const address of call.leaves.keys()) {
      const step = (count.get(address) ?? 0) + 1;
      count.set(address, step);
      if ((reached.get(address) ?? 0) < step) finished = false;
    }
    if (finished) done.add(call.id);
  }
  return { done, faults };
};

/** Whether objects of a kind stay as they are when people come and go. */
const isLasting = (provider: Provider | undefined, kind: string): boolean =>
  provider?.facts.kinds.includes(kind) === true && provider.facts.volatile?.includes(kind) !== true;

/** It ended when people left: what was to be done to it is pending. */
const isFleeting = (provider: Provider | undefined, kind: string): boolean =>
  provider?.facts.fleeting?.includes(kind) === true;

const statesOf = (address: Address, before: Spec | null, calls: readonly Call[]): readonly (Spec | null)[] => [
  before,
  ...calls.filter((call) => call.leaves.has(address)).map((call) => call.leaves.get(address) ?? null),
];

const differences = (
  address: Address,
  kind: string,
  reviewed: Spec | null,
  now: Spec | null,
  provider: Provider | undefined,
): readonly Diagnostic[] => {
  if (now === null) return [stale(`${address} was there when the plan was made and is gone now`)];
  if (reviewed === null) return [stale(`${address} did not exist when the plan was made and does now`)];
  return fieldFaults(address, kind, [reviewed, now], provider, "changed since the plan was made");
};
