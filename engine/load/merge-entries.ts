import type { Entry, Instant, Source } from "../model.ts";
import type { Layer } from "./layers.ts";

export type HeldEntry = Extract<Entry, { type: "grant" }>;

/** The entries of one map (`users`, `teams`, `groups`) of a room, all layers merged. */
export type Merged = {
  /** Whether any layer writes the map at all. */
  readonly written: boolean;
  readonly held: ReadonlyMap<string, { readonly entry: HeldEntry; readonly pattern: string | undefined }>;
  /** Written as `absent`. */
  readonly absent: ReadonlyMap<string, Source>;
  /** Listed, but outside their time, and nothing else holds. */
  readonly outside: ReadonlyMap<string, HeldEntry>;
};

/** Whether a grant holds: valid in [starts, expires). */
const holdsAt = (entry: HeldEntry, at: Instant): boolean =>
  (entry.starts === undefined || entry.starts <= at) && (entry.expires === undefined || at < entry.expires);

/** Merges one map key by key: an entry replaces as a whole, `absent` takes an inherited one away, one outside its time counts as not written. */
export const mergeEntries = (
  layers: readonly Layer[],
  field: "users" | "teams" | "groups",
  at: Instant,
  nameOf: (key: string, layer: Layer) => string,
): Merged => {
  const held = new Map<string, { readonly entry: HeldEntry; readonly pattern: string | undefined }>();
  const absent = new Map<string, Source>();
  const outside = new Map<string, HeldEntry>();
  let written = false;
  for (const layer of layers) {
    const { entry: room, pattern } = layer;
    if (room.without.has(field)) {
      written = false;
      for (const map of [held, absent, outside]) map.clear();
    }
    const entries = room[field];
    if (entries === undefined) continue;
    written = true;
    for (const [key, entry] of entries) {
      const name = nameOf(key, layer);
      if (entry.type === "absent") {
        held.delete(name);
        outside.delete(name);
        absent.set(name, entry.source);
      } else if (holdsAt(entry, at)) {
        held.set(name, { entry, pattern });
        outside.delete(name);
        absent.delete(name);
      } else if (!held.has(name) && !absent.has(name)) outside.set(name, entry);
    }
  }
  return { written, held, absent, outside };
};
