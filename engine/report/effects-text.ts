import type { Effect, PlanDocument, Verdict } from "../plan-document.ts";
import { capabilityPieces } from "./capabilities-text.ts";
import { type Cell, cell, columns, columnWidths, type Row, wrapItems } from "./columns.ts";
import { type EffectLine, foldEffects, pairsOf } from "./effects-fold.ts";
import { inert, inertName } from "./inert.ts";
import type { Page } from "./page.ts";
import { displayWidth } from "./width.ts";
import { count, firstOf, instantText, sourceText, subjectName } from "./words.ts";

/** Lines of each sign that are printed; JSON has all. */
const MOST_LINES = 40;
const MOST_LATER = 15;
const CAPABILITIES_WIDTH = 44;
/** Names that stand in a column side by side; more are counted there and named below. */
const MOST_NAMES = 3;
const NAMES_WIDTH = 32;
const MOST_BELOW = 6;
/** Lines that one list of capabilities goes on for. */
const MOST_LIST_LINES = 8;

/** The section EFFECT: who gains and who loses what, numbers counted by (subject, room) pair. */
export const effectSection = (effects: readonly Effect[], verdict: Verdict, page: Page): readonly string[] => {
  const lines = foldEffects(effects);
  const heading = `${page.paint.bold("EFFECT")}  ${totals(effects)} · verdict: ${verdict}`;
  const ranks = [
    lines.filter(({ loses }) => loses.length === 0),
    lines.filter(({ gains, loses }) => gains.length > 0 && loses.length > 0),
    lines.filter(({ gains }) => gains.length === 0),
  ];
  const rows: Entry[] = [];
  for (const rank of ranks) {
    rows.push(...rank.slice(0, MOST_LINES).flatMap((line) => entriesOf(line, page)));
    const rest = rank.slice(MOST_LINES);
    if (rest.length > 0) rows.push({ type: "note", text: restText(rest) });
  }
  return [heading, ...layOut(rows, "  ", page)];
};

/** The section LATER: what happens by itself when grants start and end. */
export const laterSection = (later: PlanDocument["later"], page: Page): readonly string[] => {
  const rows: Entry[] = [];
  let cut = 0;
  for (const { at, effects } of later) {
    const when = cell(instantText(at), page.paint.bold);
    for (const line of foldEffects(effects)) {
      if (rows.length >= MOST_LATER) cut += pairsOf(line);
      else rows.push(...entriesOf(line, page).map((entry) => ({ ...entry, lead: when })));
    }
  }
  if (rows.length === 0) return [];
  if (cut > 0) rows.push({ type: "note", text: `… and ${count(cut, "later change")} more` });
  const [first = "", ...rest] = layOut(rows, "        ", page);
  return [page.paint.bold("LATER") + first.slice("LATER".length), ...rest];
};

type Entry =
  | {
      readonly type: "effect";
      readonly lead?: Cell;
      readonly subject: Cell;
      readonly room: string;
      readonly pieces: readonly string[];
      readonly paint: (text: string) => string;
      readonly via: string;
      readonly source: string;
      readonly below: readonly string[];
    }
  | { readonly type: "note"; readonly lead?: Cell; readonly text: string };

const totals = (effects: readonly Effect[]): string => {
  const gain = effects.filter(({ gains }) => gains.length > 0).length;
  const lose = effects.filter(({ loses }) => loses.length > 0).length;
  if (gain + lose === 0) return "nobody gains or loses anything";
  const parts = [
    gain > 0 ? `${gain} ${gain === 1 ? "gains" : "gain"}` : "",
    lose > 0 ? `${lose} ${lose === 1 ? "loses" : "lose"}` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
};

const restText = (lines: readonly EffectLine[]): string => {
  let pairs = 0;
  for (const line of lines) pairs += pairsOf(line);
  const [first] = lines;
  const verb = first?.loses.length === 0 ? "gain" : first?.gains.length === 0 ? "lose" : "gain and lose";
  return `… and ${pairs} more that ${verb} something (--json lists all)`;
};

const entriesOf = (line: EffectLine, page: Page): readonly Entry[] => {
  const entries: Entry[] = [];
  if (line.gains.length > 0) entries.push(entryOf("+", line, line.gains, page.paint.green, page));
  if (line.loses.length > 0) entries.push(entryOf("-", line, line.loses, page.paint.red, page));
  const last = entries.at(-1);
  return last?.type === "effect" ? [...entries.slice(0, -1), { ...last, below: below(line, page) }] : entries;
};

const entryOf = (
  sign: string,
  line: EffectLine,
  capabilities: readonly string[],
  paint: (text: string) => string,
  page: Page,
): Entry => {
  const [source = null, ...more] = line.sources;
  return {
    type: "effect",
    subject: cell(`${sign} ${subjectsText(line)}`, paint),
    room: roomsText(line, page),
    pieces: capabilityPieces(page.fold(capabilities)),
    paint,
    via: inert(line.via),
    source: sourceText(source) + (more.length > 0 ? ` and ${more.length} more` : ""),
    below: [],
  };
};

const subjectsText = ({ subjects, team }: EffectLine): string => {
  if (team !== undefined) return `team ${inertName(team)} (${subjects.length})`;
  return fewOr(subjects.map(subjectName), subjects[0]?.kind ?? "user");
};

/** A few short names, else their number. */
const fewOr = (names: readonly string[], one: string): string => {
  const [first = "", ...more] = names;
  if (more.length === 0) return first;
  const all = names.join(", ");
  return names.length <= MOST_NAMES && displayWidth(all) <= NAMES_WIDTH ? all : count(names.length, one);
};

const roomNames = (line: EffectLine, page: Page): readonly string[] =>
  line.rooms.map((room) => page.roomName(line.provider, room));

const roomsText = (line: EffectLine, page: Page): string => fewOr(roomNames(line, page), "room");

/** Who and where, in words, under a line that only counts them. */
const below = (line: EffectLine, page: Page): readonly string[] => {
  const lines: string[] = [];
  const people = line.subjects.map(subjectName);
  if (line.team === undefined && fewOr(people, "") !== people.join(", ")) lines.push(firstOf(people, MOST_BELOW));
  const rooms = roomNames(line, page);
  if (fewOr(rooms, "") !== rooms.join(", ")) lines.push(`in ${firstOf(rooms, MOST_BELOW)}`);
  return lines;
};

const layOut = (entries: readonly Entry[], indent: string, page: Page): readonly string[] => {
  const wide = rowsOf(entries, indent, page, false);
  const fits = tableWidth(wide, indent) <= page.width;
  return columns(fits ? wide : rowsOf(entries, indent, page, true), indent);
};

const tableWidth = (rows: readonly Row[], indent: string): number => {
  const widths = columnWidths(rows);
  let total = indent.length;
  for (const width of widths) total += width + 2;
  return total - 2;
};

/** Rows of columns; `stacked`: why and where stand under what, for narrow screens. */
const rowsOf = (entries: readonly Entry[], indent: string, page: Page, stacked: boolean): readonly Row[] => {
  const room = listWidth(entries, indent, page);
  const rows: Row[] = [];
  let lead: string | undefined;
  for (const entry of entries) {
    if (entry.type === "note") {
      rows.push(`${indent}${page.paint.dim(entry.text)}`);
      continue;
    }
    const leads = entry.lead === undefined ? [] : [entry.lead.text === lead ? cell("") : entry.lead];
    lead = entry.lead?.text;
    const [first = "", ...more] = listLines(entry.pieces, room);
    const why = [entry.via, entry.source].map((text) => cell(text, page.paint.dim));
    const place = [...leads, entry.subject, cell(entry.room)];
    const below = (text: string, paint: (text: string) => string): Row => [
      ...place.map(() => cell("")),
      { text, paint, free: true },
    ];
    rows.push([...place, cell(first, entry.paint), ...(stacked ? [] : why)]);
    rows.push(...more.map((text) => below(text, entry.paint)));
    if (stacked) rows.push(below(why.map(({ text }) => text).join("  "), page.paint.dim));
    for (const text of entry.below) rows.push(`${indent}    ${page.paint.dim(text)}`);
  }
  return rows;
};

/** What is left of a line for a list of capabilities that goes on below its first line. */
const listWidth = (entries: readonly Entry[], indent: string, page: Page): number => {
  const places = entries.map((entry): Row => {
    if (entry.type === "note") return "";
    return [...(entry.lead === undefined ? [] : [entry.lead]), entry.subject, cell(entry.room)];
  });
  let left = indent.length;
  for (const width of columnWidths(places)) left += width + 2;
  return Math.max(CAPABILITIES_WIDTH, page.width - left);
};

const listLines = (pieces: readonly string[], room: number): readonly string[] => {
  const [first = ""] = wrapItems(pieces, CAPABILITIES_WIDTH, " ");
  const taken = wrappedCount(pieces, first);
  const more = wrapItems(pieces.slice(taken), room, " ");
  if (more.length <= MOST_LIST_LINES) return [first, ...more];
  const shown = more.slice(0, MOST_LIST_LINES);
  const rest = pieces.length - taken - wrappedCount(pieces.slice(taken), shown.join(" "));
  return [first, ...shown, `… and ${rest} more`];
};

/** How many of the pieces, joined by spaces, a text holds. */
const wrappedCount = (pieces: readonly string[], text: string): number => {
  let length = -1;
  for (const [index, piece] of pieces.entries()) {
    length += piece.length + 1;
    if (length >= text.length) return index + 1;
  }
  return pieces.length;
};
