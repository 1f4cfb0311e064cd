/** What a room of the files should be at the service. */
import type { Json, JsonObject, ModeField, RoomPolicy } from "../../engine/model.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { isTextList, type Privacy, type RoomSpec, settingsOf } from "./convert.ts";
import { INHERITS, inheritsIn } from "./inherits.ts";
import type { Names } from "./names.ts";
import { grantedRoles, settingsRoles } from "./room-roles.ts";
import { CHAT_ROLES, inheritedBy, isOwnValue, SETTINGS } from "./settings.ts";

/** A room to build upon: as found, or one that is to be made. */
export type RoomBase = {
  readonly spec: RoomSpec;
  /** The roles in the order of the service. */
  readonly order: readonly string[];
  readonly exists: boolean;
  /** Settings that the answers show; others cannot be compared. */
  readonly shown: ReadonlySet<string>;
  readonly team: JsonObject;
};

export type MergedRoom = {
  readonly spec: RoomSpec;
  readonly order: readonly string[];
  /** Roles of ours in the room that nothing names, and that stay. */
  readonly unmanaged: number;
  /** Roles of ours in the room that nothing names, where that is enough to take them off. */
  readonly unlisted: readonly string[];
};

/** Which fields of the files to apply; and whether roles that may be the team's are written as the room's own. */
type Applied = { readonly [field in Exclude<ModeField, "groups"> | "pins"]: boolean };

/** What to plan: all fields that are not just observed. */
export const plannedRoom = (base: RoomBase, room: RoomPolicy, names: Names): MergedRoom =>
  merge(base, room, names, {
    default: room.mode.default !== "observe",
    users: room.mode.users !== "observe",
    settings: room.mode.settings !== "observe",
    pins: true,
  });

/** The room as it is, with the fields that are only observed as the files have them. */
export const observedRoom = (base: RoomBase, room: RoomPolicy, names: Names): MergedRoom =>
  merge(base, room, names, {
    default: room.mode.default === "observe",
    users: room.mode.users === "observe",
    settings: room.mode.settings === "observe",
    pins: false,
  });

/** The settings that the files manage in a room, as written; `null` takes a key away. */
export const managedSettings = (room: RoomPolicy): JsonObject => {
  const value = room.settings?.value ?? {};
  return record(
    SETTINGS.flatMap((key) => {
      const written = own(value, key);
      if (written === undefined || written === null) return [];
      return [[key, key === CHAT_ROLES && isTextList(written) ? sortedSet(written) : written] as const];
    }),
  );
};

const merge = (base: RoomBase, room: RoomPolicy, names: Names, applied: Applied): MergedRoom => {
  const wantedDefault = room.default?.role;
  const defaultRole = applied.default && wantedDefault !== undefined ? wantedDefault : base.spec.default_role;
  const granted = [...grantedRoles(room).keys()];
  const panel = settingsRoles(room);
  const added = [
    ...(defaultRole === null ? [] : [defaultRole]),
    ...(applied.users ? granted : []),
    ...(applied.settings ? panel : []),
  ];
  const named = new Set([...added, ...granted, ...panel, ...(room.teamRoles ?? []), wantedDefault ?? ""]);
  const isOurs = (name: string): boolean => names.kept.has(name) && !named.has(name);
  const managed = room.users !== undefined && room.mode.users !== "additive";
  const leaves = (name: string): boolean =>
    applied.users && name !== defaultRole && ((managed && isOurs(name)) || names.doomed.has(name));
  const kept = base.order.filter((name) => !leaves(name));
  const order = [...kept, ...inPanelOrder(added, panel).filter((name) => !kept.includes(name))];
  const inherits = applied.pins ? [] : inheritsIn(base.spec);
  const spec = {
    privacy: applied.settings ? privacyOf(room, base.spec.privacy) : base.spec.privacy,
    roles: sortedSet(order),
    default_role: defaultRole,
    ...mergeSettings(base, room, order, applied.settings),
    ...(inherits.length === 0 ? {} : { [INHERITS]: inherits }),
  };
  const unmanaged = room.users === undefined ? 0 : kept.filter(isOurs).length;
  const unlisted = managed ? base.order.filter(isOurs) : [];
  return sameJson(spec, base.spec) ? { ...base, unmanaged, unlisted } : { spec, order, unmanaged, unlisted };
};

const privacyOf = (room: RoomPolicy, otherwise: Privacy): Privacy => {
  const privacy = own(room.settings?.value, "privacy");
  return privacy === "public" || privacy === "private" ? privacy : otherwise;
};

/** Each name once; those of the panel in its order, in the places that they have. */
const inPanelOrder = (names: readonly string[], panel: readonly string[]): readonly string[] => {
  const queue = panel.filter((name) => names.includes(name)).values();
  return [...new Set(names)].map((name) => (panel.includes(name) ? (queue.next().value ?? name) : name));
};

const mergeSettings = (base: RoomBase, room: RoomPolicy, roles: readonly string[], apply: boolean): JsonObject => {
  const settings = record<Json>(Object.entries(settingsOf(base.spec)));
  const inherited = inheritedBy(base.team, roles);
  const chat = own(settings, CHAT_ROLES);
  if (isTextList(chat)) settings[CHAT_ROLES] = chat.filter((name) => roles.includes(name));
  for (const [key, value] of Object.entries(apply ? managedSettings(room) : {})) {
    if (base.shown.has(key)) settings[key] = value;
  }
  for (const key of Object.keys(settings)) if (!isOwnValue(key, own(settings, key), inherited)) delete settings[key];
  return settings;
};
