import type { SourceJson, Subject } from "../model.ts";
import type { Effect } from "../plan-document.ts";
import { compareText } from "../util/compare.ts";
import { subjectName } from "./words.ts";

/** What one line of a report says: who gains and loses what, in which rooms, and why. */
export type EffectLine = {
  readonly subjects: readonly Subject[];
  /** Set where the line speaks of a team as a whole. */
  readonly team: string | undefined;
  readonly provider: string;
  readonly rooms: readonly string[];
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  readonly via: string;
  readonly sources: readonly SourceJson[];
};

/** Up to this many lines, every line that asks for something else stays a line of its own. */
const READABLE = 40;

/**
 * Effects for reading, as few lines as say the same. A team stands for its members where all of them change alike, one
 * line for all rooms that the same line of a file changes; very many lines are folded by what changes alone.
 */
export const foldEffects = (effects: readonly Effect[]): readonly EffectLine[] => {
  let lines = foldRooms(foldTeams(effects), true);
  if (lines.length > READABLE) lines = foldRooms(foldSubjects(lines), false);
  return lines
    .map((line) => ({ line, order: orderOf(line) }))
    .sort((a, b) => compareOrder(a.order, b.order))
    .map(({ line }) => line);
};

/** How many (subject, room) pairs a line speaks of. */
export const pairsOf = (line: EffectLine): number => line.subjects.length * line.rooms.length;

const lineOf = (effect: Effect): EffectLine => ({
  subjects: [effect.subject],
  team: undefined,
  provider: effect.provider,
  rooms: [effect.room],
  gains: effect.gains,
  loses: effect.loses,
  via: viaText(effect),
  sources: effect.source === null ? [] : [effect.source],
});

const viaText = ({ via, mode, unknown_before }: Effect): string => {
  const by = mode === undefined ? via : `${via} (${mode})`;
  return unknown_before ? `${by}, unknown before` : by;
};

const foldTeams = (effects: readonly Effect[]): readonly EffectLine[] => {
  const lines: EffectLine[] = [];
  const byTeam = groupBy(effects, ({ provider, room, team, subject }) =>
    team === undefined || subject.kind !== "user" ? undefined : key(provider, room, team),
  );
  for (const members of byTeam) {
    const [first] = members;
    if (first?.team === undefined || !changeAlike(members)) lines.push(...members.map(lineOf));
    else lines.push(teamLine(first.team, first, members));
  }
  return lines;
};

const changeAlike = (members: readonly Effect[]): boolean => {
  const [first] = members;
  if (first === undefined || members.length < 2 || (first.team_size ?? members.length) !== members.length) return false;
  const change = effectKey(first);
  return members.every((member) => effectKey(member) === change);
};

const effectKey = (effect: Effect): string => key(viaText(effect), ...effect.gains, " ", ...effect.loses);

const teamLine = (team: string, first: Effect, members: readonly Effect[]): EffectLine => {
  const line = lineOf(first);
  const prefix = `team ${team}: `;
  return {
    ...line,
    team,
    subjects: members.map(({ subject }) => subject),
    via: line.via.startsWith(prefix) ? line.via.slice(prefix.length) : line.via,
  };
};

const foldRooms = (lines: readonly EffectLine[], sameSource: boolean): readonly EffectLine[] => {
  const folded: EffectLine[] = [];
  const alike = groupBy(lines, (line) =>
    key(changeKey(line), sameSource ? sourceKey(line) : "", ...line.subjects.map(subjectName)),
  );
  for (const group of alike) {
    const [first] = group;
    if (first === undefined) continue;
    const rooms = group.flatMap((line) => line.rooms);
    folded.push(group.length === 1 ? first : { ...first, rooms, sources: sourcesOf(group) });
  }
  return folded;
};

const foldSubjects = (lines: readonly EffectLine[]): readonly EffectLine[] => {
  const folded: EffectLine[] = [];
  const alike = groupBy(lines, (line) =>
    line.team !== undefined || line.subjects[0]?.kind === "everyone"
      ? undefined
      : key(changeKey(line), line.subjects[0]?.kind ?? "", ...line.rooms),
  );
  for (const group of alike) {
    const [first] = group;
    if (first === undefined) continue;
    const subjects = group.flatMap((line) => line.subjects);
    folded.push(group.length === 1 ? first : { ...first, subjects, sources: sourcesOf(group) });
  }
  return folded;
};

const changeKey = ({ provider, team, via, gains, loses }: EffectLine): string =>
  key(provider, team === undefined ? "" : `team ${team}`, via, ...gains, " ", ...loses);

const sourceKey = ({ sources }: EffectLine): string =>
  sources.map(({ file, line, column }) => `${file}:${line}:${column}`).join(" ");

const sourcesOf = (lines: readonly EffectLine[]): readonly SourceJson[] => {
  const found = new Map<string, SourceJson>();
  for (const { sources } of lines) {
    for (const source of sources) found.set(`${source.file}:${source.line}:${source.column}`, source);
  }
  return [...found.values()];
};

/** Items with the same key together, in the order of the first; an item without a key stays alone. */
const groupBy = <T>(items: readonly T[], keyOf: (item: T) => string | undefined): readonly (readonly T[])[] => {
  const groups: T[][] = [];
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const found = keyOf(item);
    const group = found === undefined ? undefined : byKey.get(found);
    if (group !== undefined) {
      group.push(item);
      continue;
    }
    const made = [item];
    groups.push(made);
    if (found !== undefined) byKey.set(found, made);
  }
  return groups;
};

const key = (...parts: readonly string[]): string => JSON.stringify(parts);

type Order = { readonly rank: number; readonly kind: number; readonly subject: string; readonly room: string };

const KINDS: readonly string[] = ["everyone", "group", "role", "team", "user"];

/** What gains, what gains and loses, what loses; in each everyone first, then groups, teams and users. */
const orderOf = (line: EffectLine): Order => {
  const [subject] = line.subjects;
  return {
    rank: line.loses.length === 0 ? 0 : line.gains.length === 0 ? 2 : 1,
    kind: KINDS.indexOf(line.team === undefined ? (subject?.kind ?? "user") : "team"),
    subject: line.team ?? (subject === undefined || line.subjects.length > 1 ? "" : subjectName(subject)),
    room: line.rooms[0] ?? "",
  };
};

const compareOrder = (a: Order, b: Order): number =>
  a.rank - b.rank || a.kind - b.kind || compareText(a.subject, b.subject) || compareText(a.room, b.room);
