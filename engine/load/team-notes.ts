import type { Diagnostic, Grant, Source } from "../model.ts";
import { compareText } from "../util/compare.ts";
import { quote } from "../util/quote.ts";
import type { TeamNotes } from "./resolve-people.ts";

/** Notes what is noticed about the teams of a room; `finish` says which teams give one person different permissions. */
export const createNotes = (
  id: string,
  exists: boolean,
  diagnostics: Diagnostic[],
): TeamNotes & { readonly disputed: ReadonlySet<string>; finish(): void } => {
  const disputed = new Set<string>();
  const conflicts = new Map<string, { readonly first: Grant; readonly second: Grant; readonly users: string[] }>();
  return {
    disputed,
    conflict: (user, first, second) => {
      disputed.add(user);
      const pair = `${teamOf(first)}\n${teamOf(second)}`;
      const found = conflicts.get(pair);
      if (found === undefined) conflicts.set(pair, { first, second, users: [user] });
      else found.users.push(user);
    },
    missing: (team, source) => {
      if (!exists) return;
      const summary = `there is no team ${quote(team)} for the room ${quote(id)}, so nobody gets anything by it`;
      diagnostics.push({ severity: "warning", code: "missing-team", summary, hint: "define it under `teams`", source });
    },
    finish: () => {
      for (const { first, second, users } of conflicts.values()) {
        const names = users.sort(compareText).slice(0, 5).map(quote).join(", ");
        const people = users.length > 5 ? `${names} and ${users.length - 5} more` : names;
        const summary = `the teams ${quote(teamOf(first))} and ${quote(teamOf(second))} give ${people} different permissions in ${quote(id)}`;
        const hint = "decide with a direct entry under `users`, or give both teams the same role";
        diagnostics.push(...atBoth("team-conflict", summary, hint, first.source, second.source));
      }
    },
  };
};

const teamOf = (grant: Grant): string => (grant.via.type === "team" ? grant.via.team : "");

/** An error at both places. */
export const atBoth = (
  code: "team-conflict" | "pattern-conflict",
  summary: string,
  hint: string,
  first: Source,
  second: Source,
): readonly Diagnostic[] => [
  { severity: "error", code, summary, hint, source: first, also: [{ summary: "the other one", source: second }] },
  { severity: "error", code, summary, hint, source: second, also: [{ summary: "the other one", source: first }] },
];
