/** What is wrong with the files alone. */
import type { Diagnostic, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import { quote } from "../../engine/util/quote.ts";
import { own } from "../../engine/util/record.ts";
import { CHAT_SWITCH } from "./chat.ts";
import { managedSettings } from "./desire-room.ts";
import { namesOf } from "./names.ts";
import { namedTargets, rolesLine } from "./references.ts";
import { settingsRoles } from "./room-roles.ts";
import { CHAT_ROLES } from "./settings.ts";

/** https://docs.digitalsamba.com/reference/rest-api/roles-and-permissions/create */
const ROLE_NAME = /^[A-Za-z0-9_-]{1,30}$/u;

/** See `Provider.checkPolicy`. */
export const policyFaults = (policy: ProviderPolicy): readonly Diagnostic[] => [
  ...roleNames(policy),
  ...namedTombstones(policy),
  ...caseTwins(policy),
  ...silentChats(policy),
];

const roleNames = (policy: ProviderPolicy): readonly Diagnostic[] =>
  [...namesOf(policy, undefined).kept.values()]
    .filter(({ role }) => !ROLE_NAME.test(role.name))
    .map(({ role }) => ({
      severity: "error",
      code: "invalid-id",
      summary: `${quote(role.name)} cannot be the name of a role at Digital Samba`,
      hint: "1 to 30 letters, digits, - and _",
      source: role.source,
    }));

/** A role that goes cannot be named by what stays. */
const namedTombstones = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const { kept, doomed } = namesOf(policy, undefined);
  const faults: Diagnostic[] = [];
  const look = (name: string, source: Source): void => {
    const role = doomed.get(name);
    if (role === undefined) return;
    faults.push({
      severity: "error",
      code: "tombstone",
      summary: `the role ${quote(name)} is marked as absent and cannot be named here`,
      hint: "take the name away, or take `absent` away",
      source,
      also: [{ summary: "marked here", source: role.source }],
    });
  };
  for (const role of kept.values()) for (const { name, source } of namedTargets(role)) look(name, source);
  for (const room of policy.rooms.values())
    if (!room.absent) for (const name of settingsRoles(room)) look(name, rolesLine(room));
  for (const { name, source } of policy.roomDefaults?.roles ?? []) look(name, source);
  return faults;
};

/** Roles of the private group chat are written together with its switch, and only while that is on. */
const silentChats = (policy: ProviderPolicy): readonly Diagnostic[] =>
  [...policy.rooms.values()].flatMap((room) => {
    const settings = managedSettings(room);
    if (room.absent || own(settings, CHAT_SWITCH) !== false || own(settings, CHAT_ROLES) === undefined) return [];
    return [
      {
        severity: "error" as const,
        code: "digitalsamba/chat-off" as const,
        summary: `room ${quote(room.id)}: roles are written for the private group chat, which the files turn off`,
        hint: `write ${CHAT_SWITCH}: true, or take the roles away`,
        source: room.settings?.sourceOf(CHAT_ROLES) ?? room.source,
      },
    ];
  });

/** Whether the service tells such names apart is not documented. */
const caseTwins = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const byLower = new Map<string, RoomPolicy>();
  const faults: Diagnostic[] = [];
  for (const room of policy.rooms.values()) {
    if (room.pattern !== undefined) continue;
    const other = byLower.get(room.id.toLowerCase());
    byLower.set(room.id.toLowerCase(), room);
    if (other === undefined) continue;
    faults.push({
      severity: "error",
      code: "similar-ids",
      summary: `the rooms ${quote(other.id)} and ${quote(room.id)} differ only by case, and whether Digital Samba tells them apart is not documented`,
      hint: "give one of them another name",
      source: room.source,
      also: [{ summary: "the other one", source: other.source }],
    });
  }
  return faults;
};
