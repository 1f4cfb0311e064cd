import type fc from "fast-check";
import type { CurrentState } from "../../engine/model.ts";
import type { Provider, ReadRequest } from "../../engine/provider.ts";
import type { Files, Held, Model } from "./model.ts";

/** A random beginning at the service, and files to move through one after the other. */
export type World<S> = { readonly state: S; readonly files: readonly Files[] };

/** A real provider, the model of its service, and random worlds of both. */
export type TortureService<S> = {
  readonly name: string;
  readonly provider: Provider;
  /** `providers:` of the files. */
  readonly config: { readonly [key: string]: unknown };
  readonly model: Model<S>;
  readonly worlds: fc.Arbitrary<World<S>>;
  /** Small enough for a search through all states. */
  readonly small: fc.Arbitrary<World<S>>;
  /** The provider's own reading, asking the model instead of the network. */
  read(state: S, request: ReadRequest): Promise<CurrentState>;
  /** The requests that a breadth-first search may make: everything that could be part of a shortest way. */
  moves(from: S, to: S): readonly Parameters<Model<S>["request"]>[1][];
};

/** A state as text; equal states, equal texts. */
export const stateKey = (state: unknown): string => JSON.stringify(sorted(state));

/** Lists of roles and of scopes are sets. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, sorted(item)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** Whether nothing but what both give is missing, and nothing is there that neither gives. */
export const gapsOf = (
  held: Held,
  old: Held,
  last: Held,
): { readonly excess: readonly string[]; readonly lacks: readonly (readonly [key: string, capability: string])[] } => {
  const excess: string[] = [];
  const lacks: (readonly [string, string])[] = [];
  for (const [key, has] of held) {
    const [had, will] = [old.get(key), last.get(key)];
    for (const capability of has)
      if (!had?.has(capability) && !will?.has(capability)) excess.push(`${key} ${capability}`);
    for (const capability of had ?? [])
      if (will?.has(capability) && !has.has(capability)) lacks.push([key, capability]);
  }
  return { excess, lacks };
};
