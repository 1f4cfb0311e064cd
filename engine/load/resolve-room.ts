import type { Document, Grant, Instant, Mode, ModeField, Modes, RoomPolicy, Settings, Source } from "../model.ts";
import { mergeMaps } from "./blocks.ts";
import type { Layer } from "./layers.ts";
import { grantOf, resolveGroups, resolveUsers, type TeamNotes } from "./resolve-people.ts";

const FIELDS: readonly ModeField[] = ["default", "users", "groups", "settings"];

/** All that the layers say of one room at one provider; the last layer is the strongest. */
export const resolveRoom = (
  id: string,
  layers: readonly [Layer, ...Layer[]],
  place: { readonly document: Document; readonly provider: string; readonly type: string; readonly at: Instant },
  notes: TeamNotes,
): RoomPolicy => {
  const { document, provider, type, at } = place;
  const last = layers.at(-1) as Layer;
  const people = resolveUsers(layers, document, type, at, notes);
  const groups = resolveGroups(layers, type, at);
  return {
    provider,
    id,
    source: last.entry.source,
    pattern: last.pattern,
    absent: last.entry.absent,
    create: strongest(layers, (entry) => entry.create, ["create"]) ?? true,
    live: strongest(layers, (entry) => entry.live, ["live"]) ?? "enforce",
    mode: modesOf(layers),
    default: defaultOf(layers, type),
    users: people.grants,
    groups: groups.grants,
    ...(people.teamRoles === undefined ? {} : { teamRoles: people.teamRoles }),
    removedUsers: people.removed,
    removedGroups: groups.removed,
    outsideUsers: people.outside,
    endedBlocks: people.endedBlocks ?? [],
    outsideGroups: groups.outside,
    metadata: metadataOf(layers),
    settings: settingsOf(layers, type),
    reason: strongest(layers, (entry) => entry.reason),
    fieldSources: fieldSourcesOf(layers),
  };
};

/** What the strongest layer says; `fields` are the names under which a layer may take away what weaker ones say. */
const strongest = <V>(
  layers: readonly Layer[],
  read: (entry: Layer["entry"]) => V | undefined,
  fields: readonly string[] = [],
): V | undefined => {
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const { entry } = layers[index] as Layer;
    const value = read(entry);
    if (value !== undefined) return value;
    if (fields.some((field) => entry.without.has(field))) return undefined;
  }
  return undefined;
};

const modesOf = (layers: readonly Layer[]): Modes => {
  const modes: { [field in ModeField]: Mode } = {
    default: "authoritative",
    users: "authoritative",
    groups: "authoritative",
    settings: "authoritative",
  };
  for (const field of FIELDS)
    modes[field] = strongest(layers, (entry) => entry.mode[field], ["mode", `mode.${field}`]) ?? modes[field];
  return modes;
};

const defaultOf = (layers: readonly Layer[], type: string): Grant | undefined => {
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const { entry, pattern } = layers[index] as Layer;
    if (entry.default !== undefined) return grantOf(entry.default, type, { type: "default" }, pattern);
  }
  return undefined;
};

const metadataOf = (layers: readonly Layer[]): RoomPolicy["metadata"] => {
  let metadata: RoomPolicy["metadata"];
  for (const { entry } of layers) {
    if (entry.without.has("metadata")) metadata = undefined;
    if (entry.metadata === undefined) continue;
    metadata = metadata === undefined ? entry.metadata : new Map([...metadata, ...entry.metadata]);
  }
  return metadata;
};

const settingsOf = (layers: readonly Layer[], type: string): Settings | undefined => {
  let settings: Settings | undefined;
  for (const { entry } of layers) {
    if (entry.without.has("settings") || entry.without.has(`settings.${type}`)) settings = undefined;
    const own = entry.settings.get(type);
    if (own !== undefined) settings = settings === undefined ? own : mergeSettings(settings, own);
  }
  return settings;
};

const mergeSettings = (before: Settings, own: Settings): Settings => ({
  value: mergeMaps(before.value, own.value),
  source: own.source,
  sourceOf: (key) => (Object.hasOwn(own.value, key) ? own.sourceOf(key) : before.sourceOf(key)),
});

const fieldSourcesOf = (layers: readonly Layer[]): ReadonlyMap<string, Source> => {
  const [only] = layers;
  if (only !== undefined && layers.length === 1) return only.entry.fieldSources;
  return new Map(layers.flatMap(({ entry }) => [...entry.fieldSources]));
};
