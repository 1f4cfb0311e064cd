import type { Source, Team } from "../model.ts";
import { quote } from "../util/quote.ts";
import type { IdBook } from "./ids.ts";
import { elements, type Item, members, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { checkName } from "./names.ts";

/** All teams. A team without members is a warning. */
export const readTeams = (section: Item | undefined, users: IdBook, loading: Loading): ReadonlyMap<string, Team> => {
  const teams = new Map<string, Team>();
  for (const [name, item] of section === undefined ? [] : members(section)) {
    if (!checkName("team", name, item, loading)) continue;
    const team = readTeam(name, item, users);
    teams.set(name, team);
    if (Array.isArray(item.value) && item.value.length === 0)
      loading.warn("empty-team", `the team ${quote(name)} has no members`, team.source);
  }
  return teams;
};

const readTeam = (name: string, item: Item, users: IdBook): Team => {
  const found = new Map<string, Source>();
  for (const element of elements(item)) {
    if (typeof element.value !== "string") continue;
    const source = placeOf(element);
    if (users.check(element.value, () => source)) found.set(element.value, source);
  }
  return { name, source: placeOf(item, "key"), members: found };
};
