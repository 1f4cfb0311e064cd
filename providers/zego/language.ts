/** What the files may say of ZEGOCLOUD: https://www.zegocloud.com/docs/super-board-server/set-white-board-room-auth */
import type { Diagnostic, Json, Source } from "../../engine/model.ts";
import type { ProviderLanguage } from "../../engine/provider.ts";
import { nearest } from "../../engine/util/nearest.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord } from "../../engine/util/record.ts";

/** The service's numbers, under the names of this language. */
export const VALUES = {
  module: { zoom: 1, scroll: 2 },
  graphic: { modify: 2, erase: 4, move: 8, clear: 16, create: 32 },
} as const satisfies { readonly [list: string]: { readonly [name: string]: number } };

const LISTS = ["module", "graphic"] as const;
type List = (typeof LISTS)[number];
type At = (path: readonly (string | number)[]) => Source;

const HOSTS = ["", "-sha", "-hkg", "-fra", "-lax", "-bom", "-sgp"];
const LONGEST_ROOM = 128;
const LONGEST_USER = 64;
/** What a client may use in a room or user id; `%` is left out because browsers take it for an escape. */
const ID = /^[A-Za-z0-9 ~!@#$^&*()_+=\-`;',.<>/\\:?|{}[\]"]+$/u;

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
  const names = namesOf(list).join(", ");
  if (value === "all" || value === "none") return [];
  if (!Array.isArray(value)) {
    const only = typeof value === "string" && namesOf(list).includes(value) ? `write [${value}]` : undefined;
    return [fault(`"${list}" must be a list, \`all\` or \`none\``, only ?? hintFor(list, value), at([list]))];
  }
  if (value.length === 0)
    return [fault(`"${list}" is an empty list, which the service refuses`, "write none", at([list]))];
  const found: Diagnostic[] = [];
  const seen = new Set<unknown>();
  for (const [index, item] of value.entries()) {
    const source = at([list, index]);
    if (seen.has(item)) found.push(fault(`${shown(item)} stands twice in "${list}"`, "keep one of them", source));
    else if (item === "none" || item === "all" || item === 0) found.push(alone(list, item, value.length, source));
    else if (typeof item !== "string" || !namesOf(list).includes(item))
      found.push(
        fault(`${shown(item)} is not a value of "${list}"`, hintFor(list, item) ?? `the values are ${names}`, source),
      );
    seen.add(item);
  }
  return found;
};

const alone = (list: List, item: string | number, length: number, source: Source): Diagnostic => {
  const word = item === "all" ? "all" : "none";
  const summary =
    length > 1 ? `${shown(item)} cannot stand beside other values of "${list}"` : `${shown(item)} is not a list item`;
  return fault(summary, `write ${list}: ${word}, or a list without it`, source);
};

/** A number is the service's own word, or a sum of several, which the service refuses. */
const hintFor = (list: List, value: unknown): string | undefined => {
  if (typeof value === "number") {
    const names = namesOf(list).filter((_, index) => (value & (numbersOf(list)[index] ?? 0)) !== 0);
    const sum = names.reduce(
      (total, name) => total + (Object.entries(VALUES[list]).find(([own]) => own === name)?.[1] ?? 0),
      0,
    );
    if (value === 0) return "write none";
    return sum === value ? `write the names: [${names.join(", ")}]` : `the values are ${namesOf(list).join(", ")}`;
  }
  const near = typeof value === "string" ? nearest(value, [...namesOf(list), "all", "none"]) : undefined;
  return near === undefined ? undefined : `did you mean "${near}"?`;
};

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
  return ID.test(id) ? undefined : "only ASCII letters, digits and common punctuation without % can be used";
};

const capabilities = LISTS.flatMap((list) => namesOf(list).map((name) => `zego:${list}:${name}`)).sort();

export const language: ProviderLanguage = {
  type: "zego",
  facts: {
    title: "ZEGOCLOUD",
    origins: ["whiteboard-api", "rtc-api"].flatMap((api) => HOSTS.map((host) => `https://${api}${host}.zego.im`)),
    baseUrl: "https://whiteboard-api.zego.im",
    fields: {
      appId: { pattern: /^[1-9][0-9]{0,9}$/u, form: "a number of up to ten digits", secret: false },
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
  },
  checkBlock,
  checkRoomId: (id) => checkId(id, LONGEST_ROOM),
  checkUserId: (id) => checkId(id, LONGEST_USER),
  isCapability: (capability) => capabilities.includes(capability),
  capabilities,
};
