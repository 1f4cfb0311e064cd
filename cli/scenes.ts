import type { Scene } from "../engine/check/path.ts";
import { needsOf, resolvePolicy } from "../engine/load/resolve.ts";
import type { CurrentState, Diagnostic, Document, Instant, ProviderPolicy, RoomPolicy } from "../engine/model.ts";
import type { Ledger, Provider } from "../engine/provider.ts";
import { compilePattern, isPattern } from "../engine/util/pattern.ts";
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
 * What the files ask for, as states that can be asked who may do what: rooms named exactly, as if created new, and of the
 * given further rooms those that patterns govern. No network, no secrets.
 */
export const offlineScenes = async (
  document: Document,
  at: Instant,
  rooms: readonly string[] = [],
): Promise<Offline> => {
  const scenes = new Map<string, Scene>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, provider] of await providersOf(document)) {
    const known = new Set([...needsOf(document, name).rooms, ...governedByPattern(document, name, rooms)]);
    const resolved = resolvePolicy(document, name, known, at);
    const { scene, found } = offlineScene(provider, resolved.policy, known);
    diagnostics.push(...resolved.diagnostics, ...provider.checkPolicy(scene.policy), ...found);
    scenes.set(name, scene);
  }
  return { scenes, diagnostics };
};

/**
 * The states that checks look at offline: beside the rooms named exactly, those that checks name and patterns govern, and
 * for each pattern (or part of one that a check asks about) a room of its own, which bears its text. Such a room need not be there: what is wrong in it is a warning.
 */
export const checkScenes = async (document: Document, at: Instant): Promise<Offline> => {
  const named = document.checks.flatMap((check) => check.in);
  const { scenes: exact, diagnostics } = await offlineScenes(
    document,
    at,
    named.filter((text) => !isPattern(text)),
  );
  const scenes = new Map<string, Scene>();
  const doubtful: Diagnostic[] = [];
  for (const [name, provider] of await providersOf(document)) {
    const before = exact.get(name)?.policy.rooms ?? new Map();
    const patterns = patternsOf(document, name);
    const texts = [...patterns, ...narrowerThan(patterns, named.filter(isPattern))];
    const known = new Set([...before.keys(), ...texts]);
    const resolved = resolvePolicy(document, name, known, at);
    scenes.set(name, { ...offlineScene(provider, resolved.policy, known).scene, samples: new Set(texts) });
    if (!diagnostics.some(isError)) doubtful.push(...resolved.diagnostics.filter(isError).map(asWarning));
  }
  return { scenes, diagnostics: [...diagnostics, ...doubtful] };
};

const isError = ({ severity }: Diagnostic): boolean => severity === "error";
const asWarning = (diagnostic: Diagnostic): Diagnostic => ({ ...diagnostic, severity: "warning" });

const providersOf = async (document: Document): Promise<ReadonlyMap<string, Provider>> => {
  const providers = new Map<string, Provider>();
  for (const config of document.providers.values()) {
    const provider = await loadProvider(config.type);
    if (provider !== undefined) providers.set(config.name, provider);
  }
  return providers;
};

const offlineScene = (
  provider: Provider,
  resolved: ProviderPolicy,
  known: ReadonlySet<string>,
): { readonly scene: Scene; readonly found: readonly Diagnostic[] } => {
  const policy = { ...resolved, rooms: asNamed(resolved.rooms) };
  const { objects, diagnostics } = provider.desire({
    policy,
    current: nothing(policy.provider, known),
    ledger: forgetful,
  });
  return {
    scene: { provider, policy, view: (object) => objects.get(object)?.spec ?? null, offline: true },
    found: diagnostics,
  };
};

/** The patterns at a provider, as written. */
const patternsOf = (document: Document, provider: string): readonly string[] =>
  document.rooms.flatMap(({ pattern, absent, ids }) => (pattern && !absent ? (ids.get(provider) ?? []) : []));

/** Patterns of checks that ask about a part of what a pattern of the files governs. */
const narrowerThan = (patterns: readonly string[], asked: readonly string[]): readonly string[] => {
  const wide = patterns.map(compilePattern);
  return asked.filter((text) => {
    const own = compilePattern(text);
    return wide.some((pattern) => pattern.match(text) !== undefined && own.match(pattern.text) === undefined);
  });
};

const governedByPattern = (document: Document, provider: string, rooms: readonly string[]): readonly string[] => {
  if (rooms.length === 0) return [];
  const patterns = patternsOf(document, provider).map(compilePattern);
  return rooms.filter((room) => patterns.some((pattern) => pattern.match(room) !== undefined));
};

/** A room that a pattern governs is taken to exist: somebody asks about it. */
const asNamed = (rooms: ReadonlyMap<string, RoomPolicy>): ReadonlyMap<string, RoomPolicy> =>
  new Map([...rooms].map(([id, room]) => [id, { ...room, pattern: undefined, create: true }]));
