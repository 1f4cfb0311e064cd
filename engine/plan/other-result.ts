import type { Address, Diagnostic, Spec } from "../model.ts";
import type { PlanDocument, ResourceChange } from "../plan-document.ts";
import type { Provider } from "../provider.ts";
import { kindOf } from "../util/address.ts";
import { sortedSet } from "../util/compare.ts";
import { isRecord } from "../util/record.ts";
import { fieldFaults, stale } from "./field-faults.ts";
import { targetedIn } from "./targets.ts";

type Input = {
  readonly reviewed: PlanDocument;
  /** The same files and services, planned again. */
  readonly again: PlanDocument;
  providerOf(address: Address): Provider | undefined;
};

/** What would be set now otherwise than it was reviewed, with both values. What changed at the services is `progressOf`'s to tell. */
export const otherResult = (input: Input): readonly Diagnostic[] => [...otherChanges(input), ...otherTargets(input)];

const OTHERWISE = "would be set otherwise";

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
