import type { Scene } from "../engine/check/path.ts";
import { needsOf, resolvePolicy } from "../engine/load/resolve.ts";
import type { CurrentState, Diagnostic, Document, Instant, RoomPolicy } from "../engine/model.ts";
import type { Ledger, Provider } from "../engine/provider.ts";
import { loadProvider } from "../providers/registry.ts";

/** Nothing read, nothing remembered: the state that the files alone ask for. */
const nothing = (provider: string, rooms: ReadonlySet<string>): CurrentState => ({
  provider,
  objects: new Map(),
  rooms,
  complete: true,
  diagnostics: [],
});
const forgetful: Ledger = { get: () => undefined, set: () => {} };

export type Offline = { readonly scenes: ReadonlyMap<string, Scene>; readonly diagnostics: readonly Diagnostic[] };

/**
 * What the files ask for, as states that can be asked who may do what: rooms named exactly, as if created new, and the
 * given further rooms for patterns. No network, no secrets.
 */
export const offlineScenes = async (
  document: Document,
  at: Instant,
  rooms: readonly string[] = [],
): Promise<Offline> => {
  const scenes = new Map<string, Scene>();
  const diagnostics: Diagnostic[] = [];
  for (const config of document.providers.values()) {
    const provider = await loadProvider(config.type);
    if (provider === undefined) continue;
    const known = new Set([...needsOf(document, config.name).rooms, ...rooms]);
    const resolved = resolvePolicy(document, config.name, known, at);
    const policy = { ...resolved.policy, rooms: asNamed(resolved.policy.rooms) };
    const desired = provider.desire({ policy, current: nothing(config.name, known), ledger: forgetful });
    diagnostics.push(...resolved.diagnostics, ...provider.checkPolicy(policy), ...desired.diagnostics);
    scenes.set(config.name, {
      provider: provider satisfies Provider,
      policy,
      view: (object) => desired.objects.get(object)?.spec ?? null,
    });
  }
  return { scenes, diagnostics };
};

/** A room that a pattern governs is taken to exist: somebody asks about it. */
const asNamed = (rooms: ReadonlyMap<string, RoomPolicy>): ReadonlyMap<string, RoomPolicy> =>
  new Map([...rooms].map(([id, room]) => [id, { ...room, pattern: undefined, create: true }]));
