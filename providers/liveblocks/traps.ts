/** Entries that do not do what they seem to say (sheet sections 0 and 6), each with its line, once. */
import type { Block, Diagnostic, Grant, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { capabilitiesOf, opinionOf } from "./effective.ts";
import { scopesOf } from "./scopes.ts";

type Kind = "user" | "group";
/** What is odd about each entry over one default. */
type Row = { readonly [kind in Kind]: Map<Block, readonly Trap[]> };
type Trap = { readonly name: string; readonly says: string; readonly hint: string };

/** Warnings for all rooms. Pairs of default and entry repeat, so each pair is judged once. */
export const trapsOf = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  const told = new Map<string, Set<Source>>();
  const judged = new Map<Block | undefined, Row>();

  const add = (room: RoomPolicy, row: Row, kind: Kind, id: string, grant: Grant): void => {
    let traps = row[kind].get(grant.block);
    if (traps === undefined) {
      traps = judge(room.default?.block, grant.block, kind);
      row[kind].set(grant.block, traps);
    }
    if (traps.length === 0) return;
    for (const { name, says, hint } of traps) {
      const sources = told.get(name) ?? new Set();
      told.set(name, sources);
      if (sources.has(grant.source)) continue;
      sources.add(grant.source);
      found.push({
        severity: "warning",
        code: `liveblocks/${name}`,
        summary: `room ${JSON.stringify(room.id)}, ${kind} ${JSON.stringify(id)}: ${says}`,
        hint,
        source: grant.source,
        ...alsoDefault(name, room.default),
      });
    }
  };

  for (const room of policy.rooms.values()) {
    const defaults = room.default?.block;
    const row = judged.get(defaults) ?? { user: new Map(), group: new Map() };
    judged.set(defaults, row);
    room.users?.forEach((grant, id) => {
      add(room, row, "user", id, grant);
    });
    room.groups?.forEach((grant, id) => {
      add(room, row, "group", id, grant);
    });
  }
  return found;
};

const alsoDefault = (name: string, grant: Grant | undefined): Pick<Diagnostic, "also"> =>
  grant === undefined || name === "empty-entry"
    ? {}
    : { also: [{ summary: "the default of the room", source: grant.source }] };

/** What is odd about one entry over one default; `undefined`: the default is not managed, and not known here. */
const judge = (defaultBlock: Block | undefined, entryBlock: Block, kind: Kind): readonly Trap[] => {
  const entry = scopesOf(entryBlock).canonical;
  if (entry.length === 0) return [EMPTY_ENTRY];
  if (defaultBlock === undefined) return [];
  const traps: Trap[] = [];
  const defaults = scopesOf(defaultBlock).canonical;
  const held = notLifted(defaults, entry);
  if (held !== undefined) traps.push(held);
  const before = capabilitiesOf(defaults, []);
  const after = capabilitiesOf(defaults, entry);
  if (kind === "group" && before.some((capability) => !after.includes(capability))) traps.push(GROUP_LOWERS);
  if (sameJson(before, after) && !sameJson(defaults, entry)) traps.push(NO_EFFECT);
  return traps;
};

/** A feature that the default holds below the entry's base: a base scope says nothing of a feature that is named below it. */
const notLifted = (defaults: readonly string[], entry: readonly string[]): Trap | undefined => {
  const levels = ["none", "read", "write"];
  const named = opinionOf(entry);
  const base = named.get("room");
  if (base === undefined) return undefined;
  const held: string[] = [];
  for (const [feature, level] of opinionOf(defaults)) {
    if (feature === "room" || named.has(feature)) continue;
    if (levels.indexOf(level) < levels.indexOf(base)) held.push(`${feature}:${level}`);
  }
  if (held.length === 0) return undefined;
  return {
    name: "feature-not-lifted",
    says: `room:${base} does not lift ${held.sort().join(", ")} of the room's default`,
    hint: `name the feature in the role as well, e.g. ${held[0]?.replace(/[^:]+$/u, base)}`,
  };
};

const EMPTY_ENTRY: Trap = {
  name: "empty-entry",
  says: "an entry without scopes denies nothing, the room's default goes on to apply",
  hint: "to keep somebody out, make the default [] and list those who may come in",
};
const GROUP_LOWERS: Trap = {
  name: "group-lowers-default",
  says: "members of this group may do less here than people who are in no group",
  hint: "give the group at least what the default gives, or lower the default",
};
const NO_EFFECT: Trap = {
  name: "no-effect",
  says: "the entry changes nothing, the room's default gives the same",
  hint: "leave the entry out, or say what it should add",
};
