/** Which level decides over a feature of somebody: their own list where it names the feature, else the default's. */
import type { Access, Layer } from "../../engine/model.ts";
import { own } from "../../engine/util/record.ts";
import type { RoomSpec } from "./convert.ts";
import { opinionOf } from "./effective.ts";

const BASE = "room";

/** See `Provider.layerOf`. A feature that no list names follows the base. */
export const layerOf = (capability: string, { subject, layer }: Access, room: RoomSpec): Layer => {
  if (subject.kind !== "user" && subject.kind !== "group") return layer;
  const lists = subject.kind === "user" ? room.usersAccesses : room.groupsAccesses;
  const feature = capability.slice(capability.indexOf(":") + 1, capability.lastIndexOf(":"));
  const mine = opinionOf(own(lists, subject.id) ?? []);
  if (mine.has(feature)) return subject.kind;
  const isPinned = opinionOf(room.defaultAccesses).has(feature);
  return !isPinned && mine.has(BASE) ? subject.kind : "default";
};
