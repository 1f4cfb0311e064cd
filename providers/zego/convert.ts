/** Permissions as the service writes them, as the files write them, and as specs. */
import type { Block, Json, Spec } from "../../engine/model.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { VALUES } from "./language.ts";

export const ROOM = "room";
export const USER = "user";
/**
 * Who was found to have an override in a room. Read only: never desired, changed or sent. States are asked by address, and
 * nothing else leads to overrides that the files do not name.
 */
export const PEOPLE = "people";

const LISTS = ["module", "graphic"] as const;
type List = (typeof LISTS)[number];
const WIRE: Readonly<Record<List, string>> = { module: "ModuleAuth", graphic: "GraphicAuth" };

/** Names, sorted. A value that the documents do not know stands as its number. */
export type Auth = { readonly module: readonly string[]; readonly graphic: readonly string[] };

/** Thrown for permissions that are not of the documented form; the message completes "…: ". */
export class AuthFormError extends Error {
  override readonly name = "AuthFormError";
}

const names = (list: List): readonly string[] => Object.keys(VALUES[list]).sort(compareText);

/** Every permission there is: what holds while nothing is set. */
export const EVERYTHING: Auth = { module: names("module"), graphic: names("graphic") };

/** The spec of a room in which nothing was set. */
export const NOTHING_SET: Spec = record();

/**
 * Reads both lists of an answer; undefined: nothing is set. Two empty lists cannot be sent, so they too mean that nothing is
 * set: if that is wrong, a plan shows a change too many; the other way round it would take everything for nothing. Throws
 * `AuthFormError`.
 */
export const readAuth = (data: unknown): Auth | undefined => {
  if (data === undefined || data === null || (Array.isArray(data) && data.length === 0)) return undefined;
  if (!isRecord(data)) throw new AuthFormError("the permissions are not an object");
  const lists = LISTS.map((list) => data[WIRE[list]]);
  if (lists.every((list) => list === undefined || list === null || (Array.isArray(list) && list.length === 0))) {
    return undefined;
  }
  const [module, graphic] = LISTS.map((list) => readList(list, data[WIRE[list]]));
  return { module: module ?? [], graphic: graphic ?? [] };
};

const readList = (list: List, value: unknown): readonly string[] => {
  if (!Array.isArray(value)) throw new AuthFormError(`${WIRE[list]} is not a list`);
  const found: string[] = [];
  for (const item of value) {
    const number = typeof item === "string" && /^\d{1,9}$/u.test(item) ? Number(item) : item;
    if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) {
      throw new AuthFormError(`${WIRE[list]} holds something that is not a permission`);
    }
    if (number !== 0) found.push(nameOf(list, number));
  }
  return sortedSet(found);
};

const nameOf = (list: List, number: number): string =>
  Object.entries(VALUES[list]).find(([, value]) => value === number)?.[0] ?? String(number);

/** What a role's block gives. The loader has checked it. */
export const authOf = (block: Block): Auth => {
  if (block.type !== "permissions" || !isRecord(block.value)) throw new Error("internal error: not a ZEGOCLOUD block");
  return { module: wanted("module", block.value.module), graphic: wanted("graphic", block.value.graphic) };
};

const wanted = (list: List, value: unknown): readonly string[] => {
  if (value === "all") return EVERYTHING[list];
  if (!Array.isArray(value)) return [];
  const given = value.filter((item) => item !== 0);
  return sortedSet(given.map((item) => (typeof item === "number" ? nameOf(list, item) : String(item))));
};

/** The spec of a room or an override. */
export const specOf = (auth: Auth | undefined): Spec =>
  auth === undefined ? NOTHING_SET : record<Json>(LISTS.map((list) => [list, auth[list]]));

/** The engine's view of a spec as ours; undefined where nothing is set. Specs are made by `specOf` only. */
export const authOfSpec = (spec: Spec): Auth | undefined => {
  const { module, graphic } = spec;
  if (!isTextList(module) || !isTextList(graphic)) return undefined;
  return { module, graphic };
};

/** A list of texts, as ids and names come out of a spec. */
export const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** The numbers of one list, ascending; `[0]` is the service's word for none. */
const numbersOf = (list: List, auth: Auth): readonly number[] => {
  const numbers = auth[list].map((name) => own<number>(VALUES[list], name) ?? Number(name));
  return numbers.length === 0 ? [0] : numbers.sort((a, b) => a - b);
};

export type SetQuery = { readonly [name: string]: string | readonly number[] };

/** The business parameters that set permissions: a full replacement, so both lists are always there. */
export const setQuery = (room: string, user: string | undefined, auth: Auth): SetQuery =>
  record<string | readonly number[]>([
    ["RoomId", room],
    ...(user === undefined ? [] : [["UserId", user] as const]),
    ...LISTS.map((list) => [`${WIRE[list]}[]`, numbersOf(list, auth)] as const),
  ]);
