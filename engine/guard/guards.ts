import type { Call, Change, Guards, Place, Subject } from "../model.ts";
import type { Worlds } from "../order/world.ts";
import type { GuardName, GuardResult, TransitionException } from "../plan-document.ts";
import { sortedSet } from "../util/compare.ts";
import { type Counted, excuse, flagFor, isPersonal } from "./allowances.ts";
import { countPairs, type Differences, differencesOf } from "./differences.ts";

export type GuardInput = {
  readonly worlds: Worlds;
  readonly guards: Guards;
  readonly changes: readonly Change[];
  /** In the printed order. */
  readonly calls: readonly Call[];
  readonly exceptions: readonly TransitionException[];
  readonly allow: {
    /** `SCOPE=N`: an address, a room id or a pattern of either. */
    readonly removals: readonly string[];
    readonly gains: readonly string[];
    readonly creations: number | null;
  };
  /** By provider, in words: what could not be read. */
  readonly incomplete: ReadonlyMap<string, readonly string[]>;
  /** Whether the state before is not known: whoever that is said of counts as losing. */
  readonly unknownBefore?: (place: Place, subject: Subject) => boolean;
  /** Whether somebody is not there to be given their own: nothing changes for them yet. */
  readonly isPending?: (place: Place, subject: Subject) => boolean;
  /** The pairs before in all managed places where that is known already, as from an approved plan. */
  readonly total?: number;
};

const REMOVALS = "--allow-removals";

/** Judges a plan by its guards, on the final state and at every step. Every guard that is on gives one result or more. */
export const judgeGuards = (input: GuardInput): readonly GuardResult[] => {
  const { unknownBefore = () => false, isPending = () => false } = input;
  const found = differencesOf({ ...input, unknownBefore, isPending });
  let counted: number | undefined = input.total;
  const total = (): number => {
    counted ??= countPairs({ ...input, isPending }) + found.unnamed;
    return counted;
  };
  return [
    removals(input, found, total),
    ...unread(input, found),
    simple(input, "deletions", deletions(input.changes), input.guards.deletions, "rooms and roles would be deleted"),
    simple(input, "emptied", found.emptied, input.guards.emptied, "rooms would lose every named user and group"),
    ...(input.guards.lastHolder ? [lastHolder(input, found)] : []),
    ...(input.guards.gains === undefined ? [] : [gains(input, found, input.guards.gains, total)]),
    ...(input.guards.creations === undefined ? [] : [creations(input, input.guards.creations)]),
  ];
};

const deletions = (changes: readonly Change[]): readonly Counted[] =>
  changes
    .filter((change) => change.action === "delete")
    .map(({ address, room }) => ({ addresses: [address], changed: [address], room }));

const toAllow = (flag: string): string => `to allow it, add ${flag}`;

const removals = (input: GuardInput, { losing }: Differences, total: () => number): GuardResult => {
  const { percent, floor } = input.guards.removals;
  const limit = `${percent} %`;
  if (losing.length === 0)
    return { guard: "removals", passed: true, count: 0, limit, message: "no grant loses anything" };
  const all = total();
  const fits = (count: number): boolean => count <= floor || count * 100 <= percent * all;
  const words = `${losing.length} of ${all} ${losing.length === 1 ? "grants loses" : "grants lose"} something (limit ${limit}, ${floor} always pass)`;
  const counts = { guard: "removals" as const, count: losing.length, total: all, limit };
  if (fits(losing.length)) return { ...counts, passed: true, message: words };
  return excused(counts, losing, REMOVALS, input.allow.removals, words, (rest) => fits(rest.length));
};

/** Decides by what the flags leave. */
const excused = <T extends Counted>(
  counts: Pick<GuardResult, "guard" | "count" | "total" | "limit">,
  items: readonly T[],
  name: string,
  allowances: readonly string[],
  words: string,
  fits: (rest: readonly T[]) => boolean,
): GuardResult => {
  const { rest, by } = excuse(items, name, allowances);
  if (fits(rest))
    return { ...counts, passed: true, message: words, ...(by.length === 0 ? {} : { allowed_by: by.join(" ") }) };
  const flag = flagFor(name, items);
  return { ...counts, passed: false, message: `${words}; ${toAllow(flag)}`, flag };
};

const simple = (
  input: GuardInput,
  guard: GuardName,
  items: readonly Counted[],
  limit: number,
  words: string,
): GuardResult => {
  const counts = { guard, count: items.length, limit: String(limit) };
  const message = `${items.length} ${words} (limit ${limit})`;
  if (items.length <= limit) return { ...counts, passed: true, message };
  return excused(counts, items, REMOVALS, input.allow.removals, message, (rest) => rest.length <= limit);
};

const lastHolder = (input: GuardInput, { orphaned }: Differences): GuardResult => {
  const counts = { guard: "lastHolder" as const, count: orphaned.length, limit: "0" };
  if (orphaned.length === 0) return { ...counts, passed: true, message: "every managing permission keeps a holder" };
  const named = orphaned.slice(0, 3).map(({ capability, room, during }) => {
    const time = during === undefined ? "" : ` for a while, from ${during} on`;
    return `${capability} in ${room ?? ""} would have no holder${time}`;
  });
  const more = orphaned.length > named.length ? `; and ${orphaned.length - named.length} more` : "";
  return excused(
    counts,
    orphaned,
    REMOVALS,
    input.allow.removals,
    `${named.join("; ")}${more}`,
    (rest) => rest.length === 0,
  );
};

const gains = (
  input: GuardInput,
  { gaining }: Differences,
  limits: NonNullable<Guards["gains"]>,
  total: () => number,
): GuardResult => {
  const shown: string[] = [];
  if (limits.everyone !== undefined)
    shown.push(`everyone in ${limits.everyone} ${limits.everyone === 1 ? "place" : "places"}`);
  if (limits.percent !== undefined) shown.push(`${limits.percent} %`);
  if (limits.floor !== undefined) shown.push(`${limits.floor} always pass`);
  const limit = shown.join(", ");
  if (gaining.length === 0)
    return { guard: "gains", passed: true, count: 0, limit, message: "no grant gains anything" };
  const all = total();
  const fits = (rest: Differences["gaining"]): boolean => {
    const everyone = rest.filter(({ subject }) => subject.kind === "everyone").length;
    if (limits.everyone !== undefined && everyone > limits.everyone) return false;
    if (limits.percent === undefined && limits.floor === undefined) return true;
    return rest.length <= (limits.floor ?? 0) || rest.length * 100 <= (limits.percent ?? 0) * all;
  };
  const everyone = gaining.filter(({ subject }) => subject.kind === "everyone").length;
  const words = `${gaining.length} of ${all} ${gaining.length === 1 ? "grants gains" : "grants gain"} something, everyone in ${everyone} ${everyone === 1 ? "place" : "places"} (limit ${limit})`;
  const counts = { guard: "gains" as const, count: gaining.length, total: all, limit };
  if (fits(gaining)) return { ...counts, passed: true, message: words };
  return excused(counts, gaining, "--allow-gains", input.allow.gains, words, fits);
};

const creations = (input: GuardInput, limit: number): GuardResult => {
  const count = input.changes.filter((change) => change.action === "create" && isLasting(input, change)).length;
  const message = `${count} rooms and roles would be created (limit ${limit})`;
  const counts = { guard: "creations" as const, count, limit: String(limit) };
  if (count <= limit) return { ...counts, passed: true, message };
  const { creations: allowed } = input.allow;
  if (allowed !== null && count <= allowed) {
    return { ...counts, passed: true, message, allowed_by: `--allow-creations ${allowed}` };
  }
  const flag = `--allow-creations ${count}`;
  return { ...counts, passed: false, message: `${message}; ${toAllow(flag)}`, flag };
};

/** A room or a role; not what is there while somebody is: one person's permissions, a running call. */
const isLasting = ({ worlds }: GuardInput, { address, provider, kind }: Change): boolean =>
  !isPersonal(address) && worlds.get(provider)?.provider.facts.volatile?.includes(kind) !== true;

/** What depends on a reading that is not complete is never taken away, whatever the flags say. */
const unread = (input: GuardInput, found: Differences): readonly GuardResult[] => {
  const results: GuardResult[] = [];
  for (const [provider, missing] of input.incomplete) {
    const lost = [...found.losing, ...found.emptied].filter((item) => item.provider === provider).length;
    const deleted = input.changes.filter((change) => change.provider === provider && change.action === "delete").length;
    if (lost + deleted === 0) continue;
    const what = missing.length === 0 ? "a part of it" : sortedSet(missing).join("; ");
    results.push({
      guard: "removals",
      passed: false,
      count: lost + deleted,
      limit: "0",
      message: `${provider} could not be read completely (${what}), so nothing can be taken away there; make the plan again when it can be read`,
    });
  }
  return results;
};
