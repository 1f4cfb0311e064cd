/**
 * Access settings of rooms beside privacy and roles. A room's answer does not say which values are its own and which it
 * has from the team (sheet section 3.1), so a value that equals the team's counts as none of its own: such a value is
 * never written, and a room that is created with it looks as it was planned.
 * https://docs.digitalsamba.com/dashboard/creating-a-room
 */
import type { Json, JsonObject } from "../../engine/model.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import schema from "./schema.json" with { type: "json" };
import { isFeature } from "./switches.ts";

/** Named by the room itself, never left to the team. */
const OF_THE_ROOM: ReadonlySet<string> = new Set(["privacy", "roles"]);

/** A list of role names that is read as a mark on each role. */
export const CHAT_ROLES = "private_group_chat_roles";

/** Every setting that the files may write, apart from privacy and roles, sorted. */
export const SETTINGS: readonly string[] = Object.keys(schema.definitions.settings.properties)
  .filter((key) => !OF_THE_ROOM.has(key))
  .sort();

/** Whether a value is one of the room's own: not what the team has, or on where the team shows none. A feature that is off is told from one that is not shown. */
export const isOwnValue = (key: string, value: Json | undefined, team: JsonObject): boolean => {
  if (value === undefined || value === null) return false;
  const inherited = own(team, key);
  if (inherited !== undefined && inherited !== null) return !sameJson(value, inherited);
  if (isFeature(key)) return true;
  return value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);
};

/** The values of a room's own among those given. */
export const ownValues = (values: JsonObject, team: JsonObject): JsonObject =>
  record(
    Object.keys(values).flatMap((key) => (isOwnValue(key, values[key], team) ? [[key, values[key] as Json]] : [])),
  );

/** The team's values as a room with these roles has them. */
export const inheritedBy = (team: JsonObject, roles: readonly string[]): JsonObject => {
  const chat = own(team, CHAT_ROLES);
  if (!Array.isArray(chat)) return team;
  const inRoom: Json = chat.filter((name) => roles.includes(String(name)));
  return record<Json>([...Object.entries(team), [CHAT_ROLES, inRoom]]);
};
