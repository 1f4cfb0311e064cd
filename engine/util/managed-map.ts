import type { Json, Mode } from "../model.ts";
import { own, record } from "./record.ts";
import { sameJson } from "./stable-json.ts";

type IdMap<V> = { readonly [id: string]: V };

export type ManagedMapInput<V extends Json, W> = {
  /** The entries at the service, in canonical form. */
  readonly found: IdMap<V>;
  /** The entries of the files; undefined: this map is not managed. */
  readonly wanted: ReadonlyMap<string, W> | undefined;
  /** The canonical value of an entry of the files. */
  value(wanted: W): V;
  /** Listed, but to be taken away in every mode but `observe`. */
  readonly removed: ReadonlyMap<string, unknown>;
  readonly mode: Mode;
};

export type ManagedMap<V extends Json> = {
  /** What should be; `found` itself where nothing changes. */
  readonly target: IdMap<V>;
  /** In `observe` what should be if it were authoritative; else the same as `target`. */
  readonly observed: IdMap<V>;
  /** Entries at the service that the files do not list, and that are left. */
  readonly unmanaged: number;
};

/**
 * Entries by id: what the files say, laid over what is there, as the mode says. Linear, and without a copy where nothing
 * differs, so that comparing afterwards is comparing two references.
 */
export const managedMap = <V extends Json, W>(input: ManagedMapInput<V, W>): ManagedMap<V> => {
  const { found, wanted, removed, mode } = input;
  if (wanted === undefined) return { target: found, observed: found, unmanaged: 0 };
  let listed = 0;
  let removable = 0;
  let unlisted = 0;
  let differs = false;
  for (const id in found) {
    const value = found[id];
    if (value === undefined) continue;
    const entry = wanted.get(id);
    if (entry !== undefined) {
      listed += 1;
      differs ||= !sameJson(value, input.value(entry));
    } else if (removed.has(id)) removable += 1;
    else unlisted += 1;
  }
  differs ||= listed < wanted.size;

  if (mode === "additive") {
    const target = differs || removable > 0 ? merged(input, wanted, true) : found;
    return { target, observed: target, unmanaged: unlisted };
  }
  const whole = differs || removable > 0 || unlisted > 0 ? merged(input, wanted, false) : found;
  if (mode === "observe") return { target: found, observed: whole, unmanaged: unlisted };
  return { target: whole, observed: whole, unmanaged: 0 };
};

/** Values that are equal are taken from `found`. */
const merged = <V extends Json, W>(
  { found, removed, value }: ManagedMapInput<V, W>,
  wanted: ReadonlyMap<string, W>,
  keepUnlisted: boolean,
): IdMap<V> => {
  const made = record<V>();
  if (keepUnlisted) {
    for (const id of Object.keys(found)) {
      const kept = own(found, id);
      if (kept !== undefined && !removed.has(id)) made[id] = kept;
    }
  }
  for (const [id, entry] of wanted) {
    const before = own(found, id);
    const after = value(entry);
    made[id] = before !== undefined && sameJson(before, after) ? before : after;
  }
  return made;
};
