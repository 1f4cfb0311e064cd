/** What the files may say of ZEGOCLOUD: https://www.zegocloud.com/docs/super-board-server/set-white-board-room-auth */
import type { Diagnostic, Json, Source } from "../../engine/model.ts";
import type { ProviderLanguage } from "../../engine/provider.ts";
import { sortedSet } from "../../engine/util/compare.ts";
import { nearest } from "../../engine/util/nearest.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord, record } from "../../engine/util/record.ts";

/** The service's numbers, under the names of this language. */
export const VALUES = {
  module: { zoom: 1, scroll: 2 },
  graphic: { modify: 2, erase: 4, move: 8, clear: 16, create: 32 },
} as const satisfies { readonly [list: string]: { readonly [name: string]: number } };

const LISTS = ["module", "graphic"] as const;
type List = (typeof LISTS)[number];
type At = (path: readonly (string | number)[]) => Source;

const HOSTS = ["", "-sha", "-hkg", "-fra", "-lax", "-bom", "-sgp"];
/** From 1 to 4294967295, without leading zeros. */
const UINT32 =
  /^(?:[1-9]\d{0,8}|[1-3]\d{9}|4[01]\d{8}|42[0-8]\d{7}|429[0-3]\d{6}|4294[0-8]\d{5}|42949[0-5]\d{4}|429496[0-6]\d{3}|4294967[01]\d{2}|42949672[0-8]\d|429496729[0-5])$/u;
const LONGEST_ROOM = 128;
const LONGEST_USER = 64;
/** What a client may use in a room or user id. */
const ID = /^[A-Za-z0-9 ~!@#$%^&*()_+=\-`;',.<>/\\:?|{}[\]"]+$/u;

const namesOf = (list: List): readonly string[] => Object.keys(VALUES[list]);
const numbersOf = (list: List): readonly number[] => Object.values(VALUES[list]);

const checkBlock = (block: Json, at: At): readonly Diagnostic[] => {
  if (!isRecord(block)) return [];
  const found: Diagnostic[] = [];
  for (const list of LISTS) {
    if (Object.hasOwn(block, list)) found.push(...checkList(list, block[list], at));
    else found.push(missing(list, at([])));
  }
  return found;
};

const checkList = (list: List, value: unknown, at: At): readonly Diagnostic[] => {
  if (value === "all" || value === "none") return [];
  if (!Array.isArray(value)) {
    const only = typeof value === "string" && namesOf(list).includes(value) ? `write [${value}]` : undefined;
    return [fault(`"${list}" must be a list, \`all\` or \`none\``, only ?? hintFor(list, value), at([list]))];
  }
  if (value.length === 0)
    return [fault(`"${list}" is an empty list, which the service refuses`, "write none", at([list]))];
  const found: Diagnostic[] = [];
  const seen = new Set<Json>();
  for (const [index, item] of value.entries()) {
    const source = at([list, index]);
    const name = nameOf(list, item);
    if (seen.has(name ?? item))
      found.push(fault(`${shown(item)} stands twice in "${list}"`, "keep one of them", source));
    else if (item === 0 && value.length === 1) continue;
    else if (item === "none" || item === "all" || item === 0) found.push(alone(list, item, value.length, source));
    else if (name === undefined)
      found.push(
        fault(
          `${shown(item)} is not a value of "${list}"`,
          hintFor(list, item) ?? `the values are ${wordsOf(list)}`,
          source,
        ),
      );
    seen.add(name ?? item);
  }
  return found;
};

/** The name of a value that a list holds, given as its name or as the service's number; undefined: it is neither. */
const nameOf = (list: List, item: unknown): string | undefined =>
  namesOf(list).find((name, index) => item === name || item === numbersOf(list)[index]);

const canonicalBlock = (block: Json): Json =>
  isRecord(block)
    ? record(
        (Object.entries(block) as [string, Json][]).map(([key, value]) => [
          key,
          key === "module" || key === "graphic" ? canonicalList(key, value) : value,
        ]),
      )
    : block;

/** The names, sorted, whether a word, names or numbers are written; what is none of these as it is. */
const canonicalList = (list: List, value: Json): Json => {
  if (value === "all") return sortedSet(namesOf(list));
  if (value === "none") return [];
  const isItem = (item: unknown): item is string | number => typeof item === "string" || typeof item === "number";
  if (!Array.isArray(value) || !value.every(isItem)) return value;
  return sortedSet(value.flatMap((item) => (item === 0 ? [] : [nameOf(list, item) ?? String(item)])));
};

const alone = (list: List, item: string | number, length: number, source: Source): Diagnostic => {
  const word = item === "all" ? "all" : "none";
  const summary =
    length > 1 ? `${shown(item)} cannot stand beside other values of "${list}"` : `${shown(item)} is not a list item`;
  return fault(summary, `write ${list}: ${word}, or a list without it`, source);
};

/** What was meant by something else than a name or number of the list: a sum of numbers, or a misspelt name. */
const hintFor = (list: List, value: unknown): string | undefined => {
  if (typeof value === "number") {
    if (value === 0) return "write none";
    const parts = namesOf(list).filter((_, index) => (value & (numbersOf(list)[index] ?? 0)) !== 0);
    const sum = parts.reduce((total, name) => total + (numbersOf(list)[namesOf(list).indexOf(name)] ?? 0), 0);
    if (sum !== value) return `the values are ${wordsOf(list)}`;
    return parts.length === 1 ? `write [${parts[0]}]` : `a sum is refused: write the names, [${parts.join(", ")}]`;
  }
  if (typeof value !== "string") return undefined;
  if (/^\d+$/u.test(value)) return hintFor(list, Number(value));
  const near = nearest(value, [...namesOf(list), "all", "none"]);
  return near === undefined ? undefined : `did you mean "${near}"?`;
};

/** `zoom (1), scroll (2)`. */
const wordsOf = (list: List): string =>
  Object.entries(VALUES[list])
    .map(([name, number]) => `${name} (${number})`)
    .join(", ");

const shown = (item: unknown): string =>
  typeof item === "string" ? quote(item) : typeof item === "number" ? String(item) : "this";

const missing = (list: List, source: Source): Diagnostic => ({
  severity: "error",
  code: "missing-key",
  summary: `the key "${list}" is missing: the service needs module and graphic`,
  hint: `add ${list}: none, ${list}: all or a list of ${namesOf(list).join(", ")}`,
  source,
});

const fault = (summary: string, hint: string | undefined, source: Source): Diagnostic => ({
  severity: "error",
  code: "invalid-value",
  summary,
  ...(hint === undefined ? {} : { hint }),
  source,
});

const checkId = (id: string, longest: number): string | undefined => {
  if (new TextEncoder().encode(id).length > longest) return `it is longer than ${longest} bytes`;
  return ID.test(id) ? undefined : "only ASCII letters, digits and common punctuation can be used";
};

const capabilities = LISTS.flatMap((list) => namesOf(list).map((name) => `zego:${list}:${name}`)).sort();

const originsOf = (api: string): readonly string[] => HOSTS.map((host) => `https://${api}${host}.zego.im`);

export const language: ProviderLanguage = {
  type: "zego",
  facts: {
    title: "ZEGOCLOUD",
    origins: originsOf("whiteboard-api"),
    otherOrigins: { rtcBaseUrl: originsOf("rtc-api") },
    baseUrl: "https://whiteboard-api.zego.im",
    fields: {
      appId: { pattern: UINT32, form: "a number from 1 to 4294967295", secret: false },
      serverSecret: { pattern: /^[!-~]{32}$/u, form: "32 characters without spaces", secret: true },
    },
    listsRooms: false,
    createsRooms: false,
    knowsGroups: false,
    knowsMetadata: false,
    knowsRoomDefaults: false,
    rolesAreObjects: false,
    issuesTokens: false,
    managing: [],
    kinds: ["room", "user"],
    volatile: ["user"],
    fleeting: ["room", "user"],
  },
  checkBlock,
  canonicalBlock,
  checkRoomId: (id) => checkId(id, LONGEST_ROOM),
  checkUserId: (id) => checkId(id, LONGEST_USER),
  isCapability: (capability) => capabilities.includes(capability),
  capabilities,
};
