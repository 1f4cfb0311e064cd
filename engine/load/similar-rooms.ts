import type { Diagnostic, RoomPolicy } from "../model.ts";
import { quote } from "../util/quote.ts";

/**
 * Rooms that would be created although a room one edit away exists that no file names: most likely a typing mistake.
 * Ids are compared by the texts that deleting one character leaves, so the work is linear.
 */
export const findSimilarRooms = (
  rooms: ReadonlyMap<string, RoomPolicy>,
  known: ReadonlySet<string>,
): readonly Diagnostic[] => {
  const missing = [...rooms.values()].filter(
    (room) => room.pattern === undefined && !room.absent && !known.has(room.id),
  );
  if (missing.length === 0) return [];
  const stems = new Map<string, string>();
  for (const id of known) {
    if (rooms.has(id)) continue;
    for (const stem of stemsOf(id)) if (!stems.has(stem)) stems.set(stem, id);
  }
  const found: Diagnostic[] = [];
  for (const room of missing) {
    const near = nearOf(room.id, stems);
    if (near === undefined) continue;
    found.push({
      severity: "warning",
      code: "similar-room",
      summary: `there is no room ${quote(room.id)} yet, but there is ${quote(near)}, which no file names`,
      hint: "if that one is meant, mend the name: otherwise a new room is made",
      source: room.source,
    });
  }
  return found;
};

const MOST_CHARACTERS = 128;

const stemsOf = (id: string): readonly string[] => {
  if (id.length > MOST_CHARACTERS) return [id];
  const stems = [id];
  for (let at = 0; at < id.length; at += 1) stems.push(id.slice(0, at) + id.slice(at + 1));
  return stems;
};

const nearOf = (id: string, stems: ReadonlyMap<string, string>): string | undefined => {
  for (const stem of stemsOf(id)) {
    const near = stems.get(stem);
    if (near !== undefined && isOneEdit(id, near)) return near;
  }
  return undefined;
};

/** One character more, one less, one other, or two neighbours swapped. */
const isOneEdit = (a: string, b: string): boolean => {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const [restA, restB] = [a.slice(start, endA), b.slice(start, endB)];
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
};
