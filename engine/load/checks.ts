import type { Check, CheckWho, ProviderConfig, RoomEntry } from "../model.ts";
import { compilePattern, isPattern, type Pattern } from "../util/pattern.ts";
import { quote } from "../util/quote.ts";
import { findRole } from "./entries.ts";
import { elements, type Item, isMap, member, oneOrMore, placeOf, textOf, textsOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { knownNames } from "./providers.ts";
import type { Scope } from "./rooms.ts";

/** All checks, with the names in them looked up. */
export const readChecks = (
  section: Item | undefined,
  scope: Scope,
  rooms: readonly RoomEntry[],
  loading: Loading,
): readonly Check[] => {
  const checks: Check[] = [];
  const roomTest = createRoomTest(rooms);
  for (const item of section === undefined ? [] : elements(section)) {
    if (!isMap(item.value)) continue;
    checks.push(readCheck(item, scope, loading));
    checkRoomNames(item, rooms, roomTest, loading);
  }
  return checks;
};

const readCheck = (item: Item, scope: Scope, loading: Loading): Check => {
  const who = member(item, "who");
  const atLeast = member(item, "atLeast");
  const count = atLeast === undefined ? undefined : member(atLeast, "count")?.value;
  const rooms = member(item, "in");
  if (["can", "cannot", "only", "atLeast"].every((key) => member(item, key) === undefined))
    loading.error("missing-key", "the check asserts nothing", placeOf(item), {
      hint: "add can, cannot, only or atLeast",
    });
  const capabilities = (from: Item | undefined, key: string): readonly string[] =>
    from === undefined ? [] : readCapabilities(member(from, key), scope.providers, loading);
  const least = capabilities(atLeast, "can");
  return {
    name: textOf(item, "name") ?? "",
    source: placeOf(item),
    who: who === undefined || !isMap(who.value) ? undefined : readWho(who, scope, loading),
    in: rooms === undefined ? ["*"] : textsOf(rooms),
    can: capabilities(item, "can"),
    cannot: capabilities(item, "cannot"),
    only: capabilities(item, "only"),
    atLeast: typeof count === "number" ? { count, can: least } : undefined,
    reason: textOf(item, "reason"),
  };
};

const readWho = (item: Item, scope: Scope, loading: Loading): CheckWho => {
  for (const team of oneOrMore(member(item, "teams"))) {
    const name = String(team.value);
    if (scope.teams.has(name) || loading.mayHold(name)) continue;
    loading.error(
      "unknown-name",
      `there is no team ${quote(name)}`,
      placeOf(team),
      loading.didYouMean(name, scope.teams.keys(), "define it under `teams`"),
    );
  }
  for (const role of oneOrMore(member(item, "roles"))) findRole(role, String(role.value), scope.roles, loading);
  for (const user of oneOrMore(member(item, "users"))) scope.books.users.check(String(user.value), () => placeOf(user));
  for (const group of oneOrMore(member(item, "groups")))
    scope.books.groups.check(String(group.value), () => placeOf(group));
  return {
    users: textsOf(member(item, "users")),
    teams: textsOf(member(item, "teams")),
    groups: textsOf(member(item, "groups")),
    roles: textsOf(member(item, "roles")),
    everyone: member(item, "everyone")?.value === true,
    anyone: member(item, "anyone")?.value === true,
    unlisted: member(item, "unlisted")?.value === true,
  };
};

const readCapabilities = (
  item: Item | undefined,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): readonly string[] => {
  for (const written of oneOrMore(item)) checkCapability(String(written.value), written, providers, loading);
  return textsOf(item);
};

const checkCapability = (
  capability: string,
  item: Item,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): void => {
  const colon = capability.indexOf(":");
  const type = capability.slice(0, Math.max(colon, 0));
  const language = loading.languages.get(type);
  if (language === undefined) {
    const all = [...loading.languages.values()].flatMap((one) => one.capabilities);
    const form = `a capability is written <type>:<name>, such as ${all[0] ?? "type:name"}`;
    loading.error(
      "unknown-name",
      `there is no capability ${quote(capability)}`,
      placeOf(item),
      loading.didYouMean(capability, all, form),
    );
    return;
  }
  if (![...providers.values()].some((provider) => provider.type === type)) {
    loading.warn(
      "unknown-name",
      `no file has a provider of ${language.facts.title}, so nobody holds ${quote(capability)} anywhere`,
      placeOf(item),
    );
  }
  if (language.isCapability(capability)) return;
  const name = capability.slice(colon + 1).replace(/\(.*\)$/u, "");
  if (knownNames(providers, type).has(name)) return;
  const more = loading.didYouMean(
    capability,
    language.capabilities,
    `the editors' schema and the documentation list those of ${language.facts.title}`,
  );
  loading.error("unknown-name", `${language.facts.title} has no capability ${quote(capability)}`, placeOf(item), more);
};

type RoomTest = (id: string) => boolean;

const createRoomTest = (rooms: readonly RoomEntry[]): RoomTest => {
  const ids = new Set<string>();
  const patterns: Pattern[] = [];
  for (const room of rooms) {
    if (room.pattern) patterns.push(compilePattern(room.key));
    else for (const id of room.ids.values()) ids.add(id);
  }
  return (id) => ids.has(id) || patterns.some((pattern) => pattern.match(id) !== undefined);
};

/** A check on a room that no file knows passes for ever: most likely a typing mistake. */
const checkRoomNames = (item: Item, rooms: readonly RoomEntry[], known: RoomTest, loading: Loading): void => {
  for (const room of oneOrMore(member(item, "in"))) {
    const id = String(room.value);
    if (isPattern(id) || known(id) || loading.mayHold(id)) continue;
    const ids = rooms.filter((entry) => !entry.pattern).flatMap((entry) => [...entry.ids.values()]);
    const more = loading.didYouMean(id, new Set(ids), "a room is named by its id at the service");
    loading.warn(
      "unknown-name",
      `no file says anything about the room ${quote(id)}, so this check cannot fail there`,
      placeOf(room),
      more,
    );
  }
};
