import type { Document, Json } from "../model.ts";
import type { ReadRequest } from "../provider.ts";
import { compareText, sortedSet } from "../util/compare.ts";
import { indexLayers, type LayerIndex } from "./layers.ts";

export type ReadNeeds = Pick<
  ReadRequest,
  "rooms" | "unmade" | "list" | "users" | "roles" | "absentRoles" | "roomDefaults"
>;

/** What has to be read at a provider before its policy can be resolved and compared. Lists are sorted. */
export const needsOf = (document: Document, provider: string): ReadNeeds => {
  const index = indexLayers(document, provider);
  const config = document.providers.get(provider);
  const rooms = [...index.exact.keys()].sort(compareText);
  const users = new Map<string, readonly string[]>();
  for (const id of rooms) {
    const named = namedUsers(id, index, document);
    if (named.length > 0) users.set(id, named);
  }
  const unmade = rooms.filter((id) => index.exact.get(id)?.absent === true || index.exact.get(id)?.create === false);
  return {
    rooms,
    ...(unmade.length === 0 ? {} : { unmade }),
    list: index.patterns.length > 0,
    users,
    roles: rolesAt(document, provider, config?.type),
    absentRoles: absentAt(document, provider),
    roomDefaults: config?.roomDefaults !== undefined,
  };
};

const namedUsers = (id: string, index: LayerIndex, document: Document): readonly string[] => {
  const users = new Set<string>();
  for (const { entry } of index.layersOf(id)) {
    for (const user of entry.users?.keys() ?? []) users.add(user);
    for (const team of entry.teams?.keys() ?? []) {
      for (const user of document.teams.get(team)?.members.keys() ?? []) users.add(user);
    }
  }
  return sortedSet(users);
};

const rolesAt = (document: Document, provider: string, type: string | undefined): readonly string[] => {
  const names = new Set<string>();
  for (const role of document.roles.values()) {
    if (role.on?.includes(provider) === false) continue;
    if (role.absent || (type !== undefined && role.blocks.has(type))) names.add(role.name);
  }
  for (const role of document.providers.get(provider)?.roomDefaults?.roles ?? []) names.add(role.name);
  for (const room of document.rooms)
    if (type !== undefined && !room.absent && room.on.includes(provider))
      for (const name of namedInSettings(room.settings.get(type)?.value.roles)) names.add(name);
  return sortedSet(names);
};

/** Roles that the settings of a room give it; they need not be defined in the files. */
const namedInSettings = (roles: Json | undefined): readonly string[] =>
  Array.isArray(roles) ? roles.filter((name): name is string => typeof name === "string") : [];

/** Tombstones that may concern the provider: somebody must be asked whether anything still holds the name. */
const absentAt = (document: Document, provider: string): readonly string[] => {
  const absent = [...document.roles.values()].filter((role) => role.absent && role.on?.includes(provider) !== false);
  return sortedSet(absent.map((role) => role.name));
};
