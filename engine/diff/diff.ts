import type { Change, Current, CurrentState, Desired, DesiredState, FieldChange, Json, Spec } from "../model.ts";
import type { Provider } from "../provider.ts";
import { compareText, sortedSet } from "../util/compare.ts";
import { isRecord, own } from "../util/record.ts";
import { sameJson } from "../util/stable-json.ts";

/** See `Provider.isAtomic`. */
type IsAtomic = Provider["isAtomic"];

/** What has to change so that the current objects equal the desired ones, in address order. Equal states give `[]`. */
export const diff = (desired: DesiredState, current: CurrentState, isAtomic?: IsAtomic): readonly Change[] => {
  const changes: Change[] = [];
  for (const wanted of desired.objects.values()) {
    const found = current.objects.get(wanted.address);
    const change = diffObject(current.provider, wanted, found, isAtomic);
    if (change !== undefined) changes.push(change);
  }
  return changes.sort((a, b) => compareText(a.address, b.address));
};

/** What `observe` found: how the objects would have to change if their fields were not just observed. */
export const diffObserved = (desired: DesiredState, current: CurrentState, isAtomic?: IsAtomic): readonly Change[] => {
  const drift: Change[] = [];
  for (const [address, spec] of desired.observed) {
    const wanted = desired.objects.get(address);
    const found = current.objects.get(address);
    const base = wanted ?? (found === undefined ? undefined : asDesired(found));
    if (base === undefined) continue;
    const change = diffObject(current.provider, { ...base, spec }, found, isAtomic);
    if (change !== undefined) drift.push(change);
  }
  return drift.sort((a, b) => compareText(a.address, b.address));
};

const asDesired = (found: Current): Desired => ({
  address: found.address,
  kind: found.kind,
  id: found.id,
  room: found.room,
  spec: found.spec,
  source: undefined,
});

const diffObject = (
  provider: string,
  wanted: Desired,
  found: Current | undefined,
  isAtomic: IsAtomic,
): Change | undefined => {
  const before = found?.spec ?? null;
  const after = wanted.spec;
  const unknown = (wanted.unknown ?? []).length > 0;
  if (!unknown && sameJson(before, after)) return undefined;
  if (before === null && after === null) return undefined;
  return {
    address: wanted.address,
    provider,
    kind: wanted.kind,
    id: wanted.id,
    room: wanted.room,
    action: before === null ? "create" : after === null ? "delete" : "update",
    before,
    after,
    fields: diffFields(before, after, wanted.kind, isAtomic),
    unknown: wanted.unknown ?? [],
    reason: wanted.reason,
    source: wanted.source,
    wire: wanted.wire,
    current: found,
  };
};

/** The leaves that differ between two specs, by path in key order; lists are leaves. A missing object counts as empty. */
export const diffFields = (
  before: Spec | null,
  after: Spec | null,
  kind: string,
  isAtomic: IsAtomic = () => false,
): readonly FieldChange[] => {
  const fields: FieldChange[] = [];
  walk([], before ?? undefined, after ?? undefined, (path) => isAtomic(kind, path), fields);
  return fields;
};

const walk = (
  path: readonly string[],
  before: Json | undefined,
  after: Json | undefined,
  isLeaf: (path: readonly string[]) => boolean,
  into: FieldChange[],
): void => {
  const nested = (isRecord(before) || isRecord(after)) && !isLeaf(path);
  if (!nested) {
    if (!sameJson(before, after)) into.push({ path, before, after });
    return;
  }
  const left = isRecord(before) ? (before as Spec) : undefined;
  const right = isRecord(after) ? (after as Spec) : undefined;
  for (const key of sortedSet([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])) {
    walk([...path, key], own(left, key), own(right, key), isLeaf, into);
  }
};
