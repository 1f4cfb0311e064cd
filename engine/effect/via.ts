import type { Grant, Layer, Mode, OutsideTime, RoomPolicy, Source, Subject } from "../model.ts";

export type ViaWords = {
  /** `role facilitator`, `team design: role facilitator`, `pattern class-{id}`, `not listed`, … */
  readonly via: string;
  readonly source: Source | undefined;
  readonly team?: string;
  /** Set where an entry is taken away: the mode that decided. */
  readonly mode?: Mode;
};

/**
 * Which path gives a subject what it has in a room, and the line that says so; for somebody who has or had an entry of
 * their own also why it is taken away. `layer` is where the service finds the access.
 */
export const viaOf = (room: RoomPolicy | undefined, subject: Subject, layer: Layer): ViaWords => {
  if (room === undefined && subject.kind === "role") return { via: `role ${subject.id}`, source: undefined };
  if (room === undefined)
    return { via: layer === "default" ? "default at the service" : atTheService(layer), source: undefined };
  if (room.absent) return { via: "absent", source: room.source };
  switch (subject.kind) {
    case "everyone":
      return defaultVia(room, layer);
    case "role":
      return { via: `role ${subject.id}`, source: room.source };
    case "user":
      return entryVia(room, subject.id, layer, {
        grants: room.users,
        removed: room.removedUsers,
        outside: room.outsideUsers,
        mode: room.mode.users,
        source: room.fieldSources.get("users") ?? room.fieldSources.get("teams"),
      });
    case "group":
      return entryVia(room, subject.id, layer, {
        grants: room.groups,
        removed: room.removedGroups,
        outside: room.outsideGroups,
        mode: room.mode.groups,
        source: room.fieldSources.get("groups"),
      });
  }
};

type Entries = {
  readonly grants: ReadonlyMap<string, Grant> | undefined;
  readonly removed: ReadonlyMap<string, Source>;
  readonly outside: ReadonlyMap<string, OutsideTime> | undefined;
  readonly mode: Mode;
  /** The line of the map that is the whole truth. */
  readonly source: Source | undefined;
};

const entryVia = (room: RoomPolicy, id: string, layer: Layer, entries: Entries): ViaWords => {
  const grant = entries.grants?.get(id);
  if (grant !== undefined) return layer === "default" ? defaultVia(room, layer) : grantVia(grant);
  const removed = entries.removed.get(id);
  if (removed !== undefined) {
    const why = entries.outside?.get(id);
    return { via: why === undefined ? "absent" : `grant ${why}`, source: removed, mode: entries.mode };
  }
  if (entries.grants === undefined || entries.mode !== "authoritative") {
    return layer === "user" || layer === "group"
      ? { via: atTheService(layer), source: undefined }
      : defaultVia(room, layer);
  }
  return { via: "not listed", source: entries.source ?? room.source, mode: entries.mode };
};

const grantVia = (grant: Grant): ViaWords => {
  const role = roleWords(grant);
  if (grant.via.type !== "team") return { via: role, source: grant.source };
  return { via: `team ${grant.via.team}: ${role}`, source: grant.source, team: grant.via.team };
};

const defaultVia = (room: RoomPolicy, layer: Layer): ViaWords => {
  const grant = room.default;
  if (layer === "provider default" || layer === "built-in") {
    const source = grant?.via.type === "provider default" ? grant.source : undefined;
    return { via: atTheService(layer), source };
  }
  if (grant === undefined) return { via: "default at the service", source: undefined };
  if (grant.via.type === "provider default")
    return { via: `provider default: ${roleWords(grant)}`, source: grant.source };
  if (grant.pattern === undefined) return { via: `default: ${roleWords(grant)}`, source: grant.source };
  return {
    via: grant.role === undefined ? `pattern ${grant.pattern}` : `pattern ${grant.pattern}: role ${grant.role}`,
    source: grant.source,
  };
};

const roleWords = (grant: Grant): string => (grant.role === undefined ? "inline role" : `role ${grant.role}`);

/** A layer in words, where no line of the files stands for it. */
export const atTheService = (layer: Layer): string => {
  switch (layer) {
    case "user":
    case "group":
      return "entry at the service";
    case "role":
      return "role at the service";
    case "default":
      return "default at the service";
    case "provider default":
      return "provider default";
    case "built-in":
      return "built-in default";
  }
};
