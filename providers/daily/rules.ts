/** What contradicts itself in the files: one thing is set by one mechanism (sheet section 2.3). */
import type { Diagnostic, Grant, Json, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { quote } from "../../engine/util/quote.ts";
import { own } from "../../engine/util/record.ts";
import { blockValues, type Field, type Values } from "./permissions.ts";
import { managedFields } from "./targets.ts";

/** See `Provider.checkPolicy`. */
export const checkPolicy = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const rooms = [...policy.rooms.values()].filter((room) => !room.absent);
  return [...rooms.flatMap(settingFaults), ...leftOut(rooms), ...sameButForCase(rooms)];
};

const error = (code: string, summary: string, source: Source, hint: string): Diagnostic => ({
  severity: "error",
  code: `daily/${code}`,
  summary,
  hint,
  source,
});

const settingFaults = (room: RoomPolicy): readonly Diagnostic[] => {
  const { settings } = room;
  if (settings === undefined) return [];
  const value = (key: string): Json | undefined => own(settings.value, key);
  const where = `room ${quote(room.id)}`;
  const found: Diagnostic[] = [];
  const refuse = (key: string, what: string, hint: string): void => {
    found.push(error("contradiction", `${where}: ${what}`, settings.sourceOf(key), hint));
  };
  if (value("privacy") === "public" && value("enable_knocking") === true)
    refuse(
      "enable_knocking",
      "a public room has no door to knock at",
      "set privacy: private, or leave enable_knocking out",
    );
  if (value("enable_chat") === false && value("enable_advanced_chat") === true)
    refuse("enable_advanced_chat", "the advanced chat needs the chat", "set enable_chat: true");
  const [nbf, exp] = [value("nbf"), value("exp")];
  if (typeof nbf === "number" && typeof exp === "number" && exp <= nbf)
    refuse("exp", "it ends (exp) before it begins (nbf)", "give exp a later time than nbf");
  for (const grant of grantsOf(room)) {
    const values = blockValues(grant.block);
    const role = grant.role === undefined ? "an inline role" : `the role ${quote(grant.role)}`;
    if (value("enable_screenshare") === false && sendsScreen(values))
      refuse(
        "enable_screenshare",
        `screens cannot be shared, and ${role} may share them`,
        "leave enable_screenshare out, and say it with canSend alone",
      );
    if (value("enable_hidden_participants") === true && values.get("hasPresence") === true)
      refuse(
        "enable_hidden_participants",
        `people join hidden, and ${role} has presence`,
        "leave enable_hidden_participants out, and say it with hasPresence alone",
      );
  }
  return found;
};

/** One grant for each block. */
const grantsOf = (room: RoomPolicy): readonly Grant[] => {
  const grants = [...(room.default === undefined ? [] : [room.default]), ...(room.users?.values() ?? [])];
  return [...new Map(grants.map((grant) => [grant.block, grant])).values()];
};

const sendsScreen = (values: Values): boolean => {
  const sends = values.get("canSend");
  return sends === true || (Array.isArray(sends) && (sends.includes("screenVideo") || sends.includes("screenAudio")));
};

/** A role that leaves out what another role of the room writes: said once for each role. */
const leftOut = (rooms: readonly RoomPolicy[]): readonly Diagnostic[] => {
  const missing = new Map<unknown, { readonly grant: Grant; readonly fields: Set<Field>; readonly room: string }>();
  for (const room of rooms) {
    const fields = managedFields(room);
    for (const grant of grantsOf(room)) {
      if (grant.block.type === "existing") continue;
      const values = blockValues(grant.block);
      const without = fields.filter((field) => !values.has(field));
      if (without.length === 0) continue;
      const key = grant.role ?? grant.block;
      const known = missing.get(key) ?? { grant, fields: new Set<Field>(), room: room.id };
      for (const field of without) known.fields.add(field);
      missing.set(key, known);
    }
  }
  return [...missing.values()].map(({ grant, fields, room }) => ({
    severity: "warning",
    code: "daily/left-out",
    summary: `${grant.role === undefined ? "an inline role" : `the role ${quote(grant.role)}`} leaves out ${sortedSet(fields).join(", ")}, which other roles of room ${quote(room)} write`,
    detail: "it gets the value of the room's default, else the domain's, else the built-in one",
    hint: "write the field in the role",
    source: grant.block.source,
  }));
};

/** Whether Daily tells names apart by case alone is not stated. */
const sameButForCase = (rooms: readonly RoomPolicy[]): readonly Diagnostic[] => {
  const seen = new Map<string, RoomPolicy>();
  const found: Diagnostic[] = [];
  for (const room of rooms) {
    const other = seen.get(room.id.toLowerCase());
    if (other === undefined) seen.set(room.id.toLowerCase(), room);
    else
      found.push({
        ...error(
          "room-case",
          `the rooms ${quote(other.id)} and ${quote(room.id)} differ in upper and lower case only`,
          room.source,
          "give one of them another name: whether Daily tells them apart is not known",
        ),
        also: [{ summary: "the other room", source: other.source }],
      });
  }
  return found;
};
