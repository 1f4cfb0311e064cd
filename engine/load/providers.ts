import type { Json, NamedRole, ProviderConfig, Role, RoomDefaults, Source } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { compareText } from "../util/compare.ts";
import { quote } from "../util/quote.ts";
import { own, record } from "../util/record.ts";
import { mayRead } from "./credentials.ts";
import { readDefault } from "./entries.ts";
import { elements, type Item, isMap, member, members, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { checkName } from "./names.ts";

const OWN_KEYS: ReadonlySet<string> = new Set(["type", "baseUrl", "roomDefaults"]);

/** All providers by name, whatever their order in the files; their `roomDefaults` are still unread: those name roles. */
export const readProviders = (section: Item | undefined, loading: Loading): ReadonlyMap<string, ProviderConfig> => {
  const providers = new Map<string, ProviderConfig>();
  for (const [name, item] of section === undefined ? [] : members(section)) {
    if (!checkName("provider", name, item, loading)) continue;
    const language = languageOf(name, item, loading);
    if (language !== undefined) providers.set(name, readProvider(name, item, language, loading));
  }
  return new Map([...providers].sort(([a], [b]) => compareText(a, b)));
};

const languageOf = (name: string, item: Item, loading: Loading): ProviderLanguage | undefined => {
  const written = member(item, "type");
  if (written !== undefined && typeof written.value !== "string") return undefined;
  const type = written === undefined ? name : String(written.value);
  const language = loading.languages.get(type);
  if (language !== undefined) return language;
  const types = [...loading.languages.keys()];
  const otherwise = `the known types: ${types.join(", ")}`;
  if (written !== undefined)
    loading.error(
      "unknown-name",
      `there is no type of service ${quote(type)}`,
      placeOf(written),
      loading.didYouMean(type, types, otherwise),
    );
  else if (!loading.mayHold(name)) {
    const hint = `add type: ${types[0] ?? "…"} (or another one), or use the type as the key; ${otherwise}`;
    const summary = `${quote(name)} is not a known type of service, and has no \`type\``;
    loading.error("missing-key", summary, placeOf(item, "key"), loading.didYouMean(name, types, hint));
  }
  return undefined;
};

const readProvider = (name: string, item: Item, language: ProviderLanguage, loading: Loading): ProviderConfig => {
  const values = record<Json>();
  const env = new Map<string, { readonly name: string; readonly source: Source }>();
  for (const [key, value] of members(item)) {
    if (OWN_KEYS.has(key)) continue;
    const field = own(language.facts.fields, key);
    if (field === undefined) values[key] = value.value;
    else if (isMap(value.value)) {
      const reference = readEnv(value, language.type, loading);
      if (reference !== undefined) env.set(key, reference);
    } else if (field.secret) continue;
    else if (typeof value.value !== "string" && typeof value.value !== "number") continue;
    else if (field.pattern.test(String(value.value))) values[key] = value.value;
    else
      loading.error("invalid-value", `${quote(key)} does not have the form of the service`, placeOf(value), {
        hint: field.form,
      });
  }
  const base = member(item, "baseUrl");
  checkUrls(item, loading);
  return {
    name,
    type: language.type,
    source: placeOf(item, "key"),
    values,
    env,
    baseUrl: typeof base?.value === "string" ? { text: base.value, source: placeOf(base) } : undefined,
    roomDefaults: undefined,
    sourceOf: (key) => placeOf(member(item, key) ?? item),
  };
};

/** A reference that may be followed; what is wrong with others is said with all credentials. */
const readEnv = (
  item: Item,
  type: string,
  loading: Loading,
): { readonly name: string; readonly source: Source } | undefined => {
  const reference = member(item, "env");
  if (typeof reference?.value !== "string" || !mayRead(reference.value, type, loading)) return undefined;
  return { name: reference.value, source: placeOf(reference) };
};

const checkUrls = (item: Item, loading: Loading): void => {
  for (const key of ["baseUrl", "rtcBaseUrl"]) {
    const url = member(item, key);
    if (typeof url?.value !== "string" || url.value === "") continue;
    const fault = urlFault(url.value);
    const masked = /[@?#]/u.test(url.value) ? { masked: true as const } : {};
    if (fault !== undefined) loading.error("invalid-value", `${quote(key)} ${fault}`, placeOf(url), masked);
  }
};

const urlFault = (text: string): string | undefined => {
  if (!URL.canParse(text)) return "is not a web address; it begins with https://";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return "must begin with https:// (or http:// on this machine)";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password";
  return url.search === "" && url.hash === "" ? undefined : "must not hold `?` or `#`";
};

/** Adds the `roomDefaults` of each provider, once the roles are known. */
export const readRoomDefaults = (
  section: Item | undefined,
  providers: ReadonlyMap<string, ProviderConfig>,
  roles: ReadonlyMap<string, Role>,
  loading: Loading,
): ReadonlyMap<string, ProviderConfig> => {
  const all = new Map<string, ProviderConfig>();
  for (const [name, config] of providers) {
    const item = section === undefined ? undefined : member(section, name);
    const written = item === undefined ? undefined : member(item, "roomDefaults");
    const roomDefaults = written === undefined || !isMap(written.value) ? undefined : readOne(written, roles, loading);
    all.set(name, { ...config, roomDefaults });
  }
  return all;
};

const readOne = (item: Item, roles: ReadonlyMap<string, Role>, loading: Loading): RoomDefaults => {
  const named = member(item, "roles");
  const list: NamedRole[] = [];
  for (const element of named === undefined ? [] : elements(named)) {
    if (typeof element.value === "string") list.push({ name: element.value, source: placeOf(element) });
  }
  const fallback = member(item, "default");
  return {
    default: fallback === undefined ? undefined : readDefault(fallback, roles, loading),
    roles: named === undefined ? undefined : list,
    source: placeOf(item, "key"),
  };
};

/** The names that the providers of a type know beyond the service's list. */
export const knownNames = (providers: ReadonlyMap<string, ProviderConfig>, type: string): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const config of providers.values()) {
    if (config.type !== type) continue;
    const listed = own(config.values, "knownPermissions");
    for (const name of Array.isArray(listed) ? listed : []) if (typeof name === "string") names.add(name);
  }
  return names;
};
