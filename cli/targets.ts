/** What `--target` and `--exclude` name, judged by the files alone: before any secret is read and anything is sent. */
import { indexLayers } from "../engine/load/layers.ts";
import { needsOf, type ReadNeeds } from "../engine/load/needs.ts";
import type { Diagnostic, Document } from "../engine/model.ts";
import type { Scope } from "../engine/plan/scope.ts";
import { address, addressParts } from "../engine/util/address.ts";
import { compareText } from "../engine/util/compare.ts";
import { nearest } from "../engine/util/nearest.ts";
import { isPattern } from "../engine/util/pattern.ts";
import { quote } from "../engine/util/quote.ts";
import { languages } from "../providers/registry.ts";
import { CommandFailure, problem } from "./failures.ts";

type Given = { readonly target: readonly string[]; readonly exclude: readonly string[] };

/** Throws CommandFailure for a name that can only be a typing mistake: a misspelt target must not do nothing in silence. */
export const checkTargets = (options: Given, document: Document): void => {
  const faults = [
    ...options.target.flatMap((text) => faultOf("--target", text, document)),
    ...options.exclude.flatMap((text) => faultOf("--exclude", text, document)),
  ];
  if (faults.length > 0) throw new CommandFailure("usage", faults);
};

const faultOf = (flag: string, text: string, document: Document): readonly Diagnostic[] => {
  const wrong = (why: string, hint: string): readonly Diagnostic[] => [
    problem("unknown-name", `${flag} ${quote(text)}: ${why}`, hint),
  ];
  const meant = (word: string, names: Iterable<string>): string | undefined => {
    const near = nearest(word, names);
    return near === undefined ? undefined : `did you mean ${quote(near)}?`;
  };
  if (document.providers.has(text)) return [];
  if (!text.includes("/")) {
    if (isPattern(text) || document.roles.has(text) || isRoom(document, text)) return [];
    const names = [...roomIds(document), ...document.providers.keys()];
    return wrong("no file names such a room or provider", meant(text, names) ?? WHAT);
  }
  const [first = "", kind = "", id] = addressParts(text);
  if (isPattern(first)) return [];
  const provider = document.providers.get(first);
  if (provider === undefined) {
    return wrong(`there is no provider ${quote(first)}`, meant(first, document.providers.keys()) ?? WHAT);
  }
  const kinds = languages.get(provider.type)?.facts.kinds ?? [];
  if (isPattern(kind)) return [];
  if (!kinds.includes(kind)) {
    return wrong(`${quote(first)} has no objects of the kind ${quote(kind)}`, `kinds: ${kinds.join(", ")}`);
  }
  if (id === undefined || isPattern(id)) return [];
  if (kind === ROLE ? document.roles.has(id) : isRoom(document, id, first)) return [];
  const names = kind === ROLE ? document.roles.keys() : roomIds(document, first);
  return wrong(`no file names ${quote(id)} there`, meant(id, names) ?? WHAT);
};

const ROLE = "role";
const WHAT =
  "write an address (liveblocks/room/weekly, `/` and `%` in ids as %2F and %25), a room id, a provider, or a pattern";

const isRoom = (document: Document, id: string, provider?: string): boolean =>
  [...document.providers.keys()].some(
    (name) => (provider === undefined || provider === name) && indexLayers(document, name).layersOf(id).length > 0,
  );

const roomIds = (document: Document, provider?: string): readonly string[] =>
  document.rooms.flatMap((entry) =>
    [...entry.ids].flatMap(([name, id]) => (provider === undefined || provider === name ? [id] : [])),
  );

/**
 * What has to be read at a provider: undefined where nothing of it is in scope, so that it is not contacted. Targets that
 * are rooms by name need no listing, even where patterns govern them; what a change of the room defaults does to rooms can
 * only be told of rooms that are read.
 */
export const needsInScope = (document: Document, name: string, scope: Scope): ReadNeeds | undefined => {
  if (!scope.hasProvider(name)) return undefined;
  const needs = needsOf(document, name);
  const facts = languages.get(document.providers.get(name)?.type ?? "")?.facts;
  const kinds = facts?.kinds ?? [];
  const keepsRoles = facts?.rolesAreObjects === true && needs.roles.length > 0;
  const hasDefaults = needs.roomDefaults && kinds.some((kind) => scope.has(address(name, kind)));
  const rooms = hasDefaults ? needs.rooms : needs.rooms.filter((id) => scope.hasRoom(name, id, kinds));
  const ids = scope.targets.length === 0 ? undefined : targetedRooms(document, name, scope.targets);
  if (ids === undefined) {
    const empty = !needs.list && rooms.length === 0 && !keepsRoles && !needs.roomDefaults;
    return empty ? undefined : { ...needs, rooms };
  }
  const all = [...new Set([...rooms, ...ids.filter((id) => scope.hasRoom(name, id, kinds))])].sort(compareText);
  return all.length === 0 ? undefined : { ...needs, rooms: all, list: false };
};

/** The rooms of a provider that are targeted by name; undefined where a target may mean more than rooms by name. */
const targetedRooms = (document: Document, name: string, targets: readonly string[]): readonly string[] | undefined => {
  const index = indexLayers(document, name);
  const ids: string[] = [];
  for (const text of targets) {
    if (text === name) return undefined;
    if (document.providers.has(text)) continue;
    if (!text.includes("/")) {
      if (isPattern(text) || document.roles.has(text)) return undefined;
      if (index.layersOf(text).length > 0) ids.push(text);
      continue;
    }
    const [first = "", kind, id] = addressParts(text);
    if (!isPattern(first) && first !== name) continue;
    if (isPattern(text) || kind === ROLE || id === undefined) return undefined;
    if (index.layersOf(id).length > 0) ids.push(id);
  }
  return ids;
};
