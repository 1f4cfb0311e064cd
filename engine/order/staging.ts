import { diffFields } from "../diff/diff.ts";
import type { Address, Change, Spec } from "../model.ts";
import type { Provider } from "../provider.ts";
import { sameJson } from "../util/stable-json.ts";
import { type Drafts, makeDrafts } from "./drafts.ts";
import type { Worlds } from "./world.ts";

const WAYS = ["meet", "join"] as const;
type Way = (typeof WAYS)[number];
export type Detour = { readonly call: number; readonly way: Way };

/** Which calls could be split in two, in every way: those that alone change one existing object. In address order. */
export const detours = (
  worlds: Worlds,
  changes: ReadonlyMap<Address, Change>,
  drafts: Drafts,
  calls: readonly number[],
): readonly Detour[] =>
  calls
    .filter((call) => stageable(worlds, changes, drafts, call) !== undefined)
    .flatMap((call) => WAYS.map((way) => ({ call, way })));

const stageable = (
  worlds: Worlds,
  changes: ReadonlyMap<Address, Change>,
  drafts: Drafts,
  call: number,
): Change | undefined => {
  const draft = drafts.drafts.get(call);
  const [address, ...others] = draft?.leaves.keys() ?? [];
  if (draft === undefined || address === undefined || others.length > 0) return undefined;
  if (drafts.writers.get(address)?.length !== 1) return undefined;
  const change = changes.get(address);
  if (change === undefined || change.before === null || change.after === null) return undefined;
  return worlds.get(draft.provider)?.provider.between === undefined ? undefined : change;
};

/** The drafts with one call replaced by two on a detour; undefined where there is nothing between, or it takes more than it gives. */
export const splitCall = (
  worlds: Worlds,
  changes: ReadonlyMap<Address, Change>,
  drafts: Drafts,
  detour: Detour,
  nextNumber: number,
): Drafts | undefined => {
  const change = stageable(worlds, changes, drafts, detour.call);
  const old = drafts.drafts.get(detour.call);
  const world = old === undefined ? undefined : worlds.get(old.provider);
  if (
    change === undefined ||
    change.before === null ||
    change.after === null ||
    old === undefined ||
    world === undefined
  )
    return undefined;
  const between = world.provider.between?.(change.before, change.after, detour.way);
  if (between === undefined || sameJson(between, change.before) || sameJson(between, change.after)) return undefined;
  const { isAtomic } = world.provider;
  const [first, ...moreFirst] = world.provider.calls([towards(change, between, isAtomic)], world.policy);
  const [then, ...moreThen] = world.provider.calls([onwards(change, between, isAtomic)], world.policy);
  if (first === undefined || then === undefined || moreFirst.length > 0 || moreThen.length > 0) return undefined;
  const made = new Map(drafts.drafts);
  made.delete(detour.call);
  made.set(nextNumber, { ...first, staging: true });
  made.set(nextNumber + 1, then);
  const preds = new Map<number, ReadonlySet<number>>();
  for (const [call, before] of drafts.preds) {
    if (call === detour.call) continue;
    preds.set(
      call,
      before.has(detour.call) ? new Set([...[...before].filter((one) => one !== detour.call), nextNumber + 1]) : before,
    );
  }
  preds.set(nextNumber, drafts.preds.get(detour.call) ?? new Set());
  preds.set(nextNumber + 1, new Set([nextNumber]));
  return makeDrafts(made, preds);
};

const towards = (change: Change, between: Spec, isAtomic: Provider["isAtomic"]): Change => ({
  ...change,
  after: between,
  fields: diffFields(change.before, between, change.kind, isAtomic),
  wire: undefined,
});

const onwards = (change: Change, between: Spec, isAtomic: Provider["isAtomic"]): Change => ({
  ...change,
  before: between,
  fields: diffFields(between, change.after, change.kind, isAtomic),
  current: change.current === undefined ? undefined : { ...change.current, spec: between },
});
