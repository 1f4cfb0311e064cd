/** The documented limits of a room: https://liveblocks.io/docs/platform/limits and the OpenAPI description. */
import type { Diagnostic, ProviderPolicy, RoomPolicy, Source } from "../../engine/model.ts";
import type { RoomSpec } from "./convert.ts";

export const MOST_ENTRIES = 1000;
const MOST_KEYS = 50;
const LONGEST_KEY = 40;
const LONGEST_VALUE = 256;

/** What the files alone ask for that no room can hold; lengths of ids are for the language. */
export const policyLimits = (policy: ProviderPolicy): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  for (const room of policy.rooms.values()) {
    if (room.absent) continue;
    const add = (source: Source, summary: string): unknown => found.push(limit(room, source, summary));
    for (const field of ["users", "groups"] as const) {
      const count = room[field]?.size ?? 0;
      if (count <= MOST_ENTRIES) continue;
      add(room.fieldSources.get(field) ?? room.source, tooMany(`${count} ${field}`, MOST_ENTRIES));
    }
    for (const [key, { value, source }] of room.metadata ?? []) {
      if (value === null) continue;
      if (isLonger(key, LONGEST_KEY)) add(source, `a metadata key is longer than ${LONGEST_KEY} characters`);
      const texts = typeof value === "string" ? [value] : value;
      if (texts.some((text) => isLonger(text, LONGEST_VALUE))) {
        add(source, `the metadata value of ${JSON.stringify(key)} is longer than ${LONGEST_VALUE} characters`);
      }
    }
  }
  return found;
};

/** What the files and the room as found ask for together. Counts only what the files alone do not exceed. */
export const roomLimits = (room: RoomPolicy, merged: RoomSpec): readonly Diagnostic[] => {
  const found: Diagnostic[] = [];
  const count = (field: string, size: number, own: number, most: number, what: string): void => {
    if (size <= most || own > most) return;
    const summary = tooMany(`${size} ${what}, those that are there already included`, most);
    found.push(limit(room, room.fieldSources.get(field) ?? room.source, summary));
  };
  const { usersAccesses, groupsAccesses, metadata } = merged;
  count("users", Object.keys(usersAccesses).length, room.users?.size ?? 0, MOST_ENTRIES, "users");
  count("groups", Object.keys(groupsAccesses).length, room.groups?.size ?? 0, MOST_ENTRIES, "groups");
  count("metadata", Object.keys(metadata).length, 0, MOST_KEYS, "metadata keys");
  return found;
};

const tooMany = (what: string, most: number): string => `${what} are more than Liveblocks keeps in one room (${most})`;

const limit = (room: RoomPolicy, source: Source, summary: string): Diagnostic => ({
  severity: "error",
  code: "liveblocks/limit",
  summary: `room ${JSON.stringify(room.id)}: ${summary}`,
  source,
});

const isLonger = (text: string, most: number): boolean => text.length > most && [...text].length > most;
