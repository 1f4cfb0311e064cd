import type { Entry, ProviderConfig, Role, RoomEntry, Source } from "../model.ts";
import type { ProviderFacts, ProviderLanguage } from "../provider.ts";
import { quote } from "../util/quote.ts";
import type { Loading } from "./loading.ts";
import type { Scope } from "./rooms.ts";

type Grant = Extract<Entry, { type: "grant" }>;
type Host = { readonly name: string; readonly language: ProviderLanguage };

/** What the services of a room allow: ids, patterns, groups, metadata, settings, and a block for each role used. */
export const checkRooms = (rooms: readonly RoomEntry[], scope: Scope, loading: Loading): void => {
  checkDuplicates(rooms, loading);
  const checkUser = createUserCheck(loading);
  for (const room of rooms) {
    const hosts = hostsOf(room, scope.providers, loading);
    for (const host of hosts) checkId(room, host, scope, loading);
    if (room.absent) continue;
    checkParts(room, hosts, scope.providers, loading);
    checkGrants(room, hosts, scope, loading);
    for (const { language } of hosts) {
      for (const [id, entry] of room.users ?? []) if (entry.type === "grant") checkUser(id, entry.source, language);
      for (const [name, entry] of room.teams ?? []) {
        if (entry.type !== "grant") continue;
        for (const [id, source] of scope.teams.get(name)?.members ?? []) checkUser(id, source, language);
      }
      for (const [id, entry] of room.groups ?? []) {
        if (entry.type === "grant" && language.facts.knowsGroups) checkUser(id, entry.source, language);
      }
    }
  }
};

const hostsOf = (
  room: RoomEntry,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): readonly Host[] => {
  const hosts: Host[] = [];
  for (const name of room.on) {
    const language = loading.languages.get(providers.get(name)?.type ?? "");
    if (language !== undefined) hosts.push({ name, language });
  }
  return hosts;
};

const checkDuplicates = (rooms: readonly RoomEntry[], loading: Loading): void => {
  const byAddress = new Map<string, RoomEntry>();
  for (const room of rooms) {
    if (room.pattern) continue;
    for (const [provider, id] of room.ids) {
      const address = `${provider}\n${id}`;
      const other = byAddress.get(address);
      if (other === undefined) byAddress.set(address, room);
      else {
        const summary = `two entries are about the room ${quote(id)} on ${provider}`;
        const hint = "write one entry, or take the provider out of one `on`";
        loading.error("duplicate-room", summary, other.source, {
          hint,
          also: [{ summary: "the other one", source: room.source }],
        });
        loading.error("duplicate-room", summary, room.source, {
          hint,
          also: [{ summary: "the other one", source: other.source }],
        });
      }
    }
  }
};

const checkId = (room: RoomEntry, { name, language }: Host, scope: Scope, loading: Loading): void => {
  const { facts } = language;
  if (room.pattern) {
    if (!facts.listsRooms)
      loading.error(
        "pattern-not-listable",
        `${facts.title} cannot list its rooms, so the pattern ${quote(room.key)} finds none`,
        room.source,
        {
          hint: "name the rooms",
        },
      );
    return;
  }
  const id = room.ids.get(name);
  if (id === undefined || !scope.books.rooms.check(id, () => room.source)) return;
  const why = language.checkRoomId(id);
  if (why !== undefined)
    loading.error("invalid-id", `${quote(id)} cannot be a room of ${facts.title}: ${why}`, room.source);
};

/** Each id is judged once for each type of service. */
const createUserCheck = (loading: Loading) => {
  const judged = new Map<string, Set<string>>();
  return (id: string, source: Source, language: ProviderLanguage): void => {
    let seen = judged.get(language.type);
    if (seen === undefined) {
      seen = new Set();
      judged.set(language.type, seen);
    }
    if (seen.has(id)) return;
    seen.add(id);
    const why = language.checkUserId(id);
    if (why !== undefined)
      loading.error("invalid-id", `${quote(id)} cannot be a user of ${language.facts.title}: ${why}`, source);
  };
};

const checkParts = (
  room: RoomEntry,
  hosts: readonly Host[],
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): void => {
  const known = (test: (facts: ProviderFacts) => boolean): boolean =>
    hosts.some(({ language }) => test(language.facts));
  const titles = hosts.map(({ language }) => language.facts.title).join(", ");
  if (hosts.length === 0) return;
  const place = (field: string): Source => room.fieldSources.get(field) ?? room.source;
  if (room.groups !== undefined && !known((facts) => facts.knowsGroups))
    loading.error("not-supported", `${titles} knows no groups`, place("groups"), { hint: "use `teams`" });
  if (room.metadata !== undefined && !known((facts) => facts.knowsMetadata))
    loading.error("not-supported", `${titles} keeps no metadata of rooms`, place("metadata"), {
      hint: "take `metadata` away",
    });
  for (const [type, settings] of room.settings) {
    if (loading.withoutSettings.has(type) || hosts.some(({ language }) => language.type === type)) continue;
    if (loading.languages.has(type))
      loading.error(
        "not-supported",
        `there are settings for ${type}, and the room is not on a provider of that type`,
        settings.source,
        { hint: "add the provider to `on`, or take the settings away" },
      );
    else reportNoType(type, settings.source, providers, loading);
  }
};

/** Settings under what is no type of service; mostly the name of a provider. */
const reportNoType = (
  name: string,
  source: Source,
  providers: ReadonlyMap<string, ProviderConfig>,
  loading: Loading,
): void => {
  const type = providers.get(name)?.type;
  if (type === undefined) {
    const types = [...loading.languages.keys()];
    const more = loading.didYouMean(name, types, `the known types: ${types.join(", ")}`);
    loading.error("unknown-name", `there is no type of service ${quote(name)}`, source, more);
  } else
    loading.error(
      "not-supported",
      `settings go by the type of service, and ${quote(name)} is the name of a provider`,
      source,
      { hint: `write them under \`${type}\`: they hold at every provider of that type that the room is on` },
    );
};

const checkGrants = (room: RoomEntry, hosts: readonly Host[], scope: Scope, loading: Loading): void => {
  const everywhere: Entry[] = [...(room.users?.values() ?? []), ...(room.teams?.values() ?? [])];
  if (room.default !== undefined) everywhere.push(room.default);
  for (const host of hosts) {
    for (const entry of everywhere) checkGrant(entry, host, scope, loading);
    if (!host.language.facts.knowsGroups) continue;
    for (const entry of room.groups?.values() ?? []) checkGrant(entry, host, scope, loading);
  }
};

const checkGrant = (entry: Entry, host: Host, scope: Scope, loading: Loading): void => {
  if (entry.type === "absent") return;
  const why = useFault(entry, host, scope.roles);
  if (why === undefined) return;
  const role = entry.role === undefined ? undefined : scope.roles.get(entry.role);
  const also = role === undefined ? {} : { also: [{ summary: "the role", source: role.source }] };
  loading.error("role-without-block", why.summary, entry.source, { hint: why.hint, ...also });
};

const useFault = (
  { role: name, blocks }: Grant,
  { name: provider, language }: Host,
  roles: ReadonlyMap<string, Role>,
): { readonly summary: string; readonly hint: string } | undefined => {
  const { title, rolesAreObjects } = language.facts;
  const what = name === undefined ? "the inline role" : `the role ${quote(name)}`;
  const block = blocks.get(language.type);
  if (block === undefined && name === undefined && rolesAreObjects)
    return { summary: `an inline role cannot be used on ${title}`, hint: "give the role a name under `roles`" };
  if (block === undefined)
    return {
      summary: `${what} says nothing for ${title}, and is used on it`,
      hint: `add \`${language.type}:\` to the role`,
    };
  if (rolesAreObjects && name !== undefined && roles.get(name)?.on?.includes(provider) === false)
    return { summary: `${what} is not kept on ${provider}`, hint: `add ${provider} to the role's \`on\`` };
  const unusable = block.type === "permissions" ? language.checkUse?.(block.value) : undefined;
  return unusable === undefined
    ? undefined
    : { summary: `${what} cannot be used on ${title}: ${unusable}`, hint: "complete the role" };
};

/** `roomDefaults`: their role has to fit the service too. */
export const checkRoomDefaults = (scope: Scope, loading: Loading): void => {
  for (const config of scope.providers.values()) {
    const language = loading.languages.get(config.type);
    const entry = config.roomDefaults?.default;
    if (language === undefined || entry === undefined) continue;
    if (entry.type === "absent")
      loading.error("invalid-value", "a default of all rooms cannot be absent", entry.source, {
        hint: "take the line away: it is then not managed",
      });
    else checkGrant(entry, { name: config.name, language }, scope, loading);
  }
};
