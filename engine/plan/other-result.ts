import type { Address, Diagnostic, Spec } from "../model.ts";
import type { PlanDocument, ResourceChange } from "../plan-document.ts";
import type { Provider } from "../provider.ts";
import { sortedSet } from "../util/compare.ts";
import { digestOf } from "../util/digest.ts";
import { isRecord } from "../util/record.ts";
import { fieldFaults, stale } from "./field-faults.ts";
import { targetedIn } from "./targets.ts";

type Input = {
  readonly reviewed: PlanDocument;
  /** The same files and services, planned again. */
  readonly again: PlanDocument;
  present(address: Address): Spec | null;
  providerOf(address: Address): Provider | undefined;
};

/**
 * Why planning again gives another result than the one that was reviewed: what is otherwise at the service where the plan
 * only depends on it, and what would be set now, each with the reviewed and the present value.
 */
export const otherResult = (input: Input): readonly Diagnostic[] => [
  ...movedSince(input),
  ...otherChanges(input),
  ...otherTargets(input),
];

const OTHERWISE = "would be set otherwise";

const movedSince = ({ reviewed, present, providerOf }: Input): readonly Diagnostic[] => {
  const known = new Map(reviewed.resource_changes.map(({ address, change }) => [address, change.before]));
  const targeted = targetedIn(reviewed);
  return reviewed.preconditions.flatMap(({ address, hash, spec }) => {
    const provider = providerOf(address);
    const kind = kindOf(address);
    if (targeted.has(address) || provider?.facts.volatile?.includes(kind) === true) return [];
    const now = present(address);
    const before = known.has(address) ? (known.get(address) ?? null) : (spec ?? null);
    if (digestOf(now) === hash) return [];
    return fieldFaults(address, kind, [before, now], provider, "changed since the plan was made");
  });
};

const otherChanges = ({ reviewed, again, providerOf }: Input): readonly Diagnostic[] => {
  const targeted = new Set([...targetedIn(reviewed), ...targetedIn(again)]);
  const [old, now] = [byAddress(reviewed.resource_changes), byAddress(again.resource_changes)];
  return sortedSet([...old.keys(), ...now.keys()]).flatMap((address) => {
    if (targeted.has(address)) return [];
    const [one, other] = [old.get(address), now.get(address)];
    if (one === undefined) return [stale(`${address} would be changed now, and was not when the plan was made`)];
    if (other === undefined) return [stale(`${address} would not be changed any more`)];
    return fieldFaults(address, one.kind, [one.change.after, other.change.after], providerOf(address), OTHERWISE);
  });
};

const otherTargets = ({ reviewed, again, providerOf }: Input): readonly Diagnostic[] => {
  const [old, now] = [targetsIn(reviewed), targetsIn(again)];
  return sortedSet([...old.keys(), ...now.keys()]).flatMap((address) =>
    fieldFaults(
      address,
      kindOf(address),
      [old.get(address) ?? null, now.get(address) ?? null],
      providerOf(address),
      OTHERWISE,
    ),
  );
};

const byAddress = (changes: readonly ResourceChange[]): ReadonlyMap<Address, ResourceChange> =>
  new Map(changes.map((change) => [change.address, change]));

const targetsIn = ({ targets }: PlanDocument): ReadonlyMap<Address, Spec> =>
  new Map((targets ?? []).flatMap(({ address, target }) => (isRecord(target) ? [[address, target as Spec]] : [])));

const kindOf = (address: Address): string => address.split("/")[1] ?? "";
