import type { Source } from "../model.ts";
import { quote } from "../util/quote.ts";
import type { Loading } from "./loading.ts";

const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/u;
/** Turns text around, cannot be seen, or chooses a variant: two such ids can look alike. */
const HIDDEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
const CONTROL = /\p{Cc}/u;
const SPACE_AT_END = /^\s|\s$/u;
const MAX_BYTES = 256;

/** Why a text cannot be an id anywhere, or undefined. */
export const idFault = (id: string): string | undefined => {
  if (id === "." || id === "..") return "it means a folder in a web address, so the request would go elsewhere";
  if (PLAIN.test(id)) return id.length > MAX_BYTES ? "it is longer than 256 bytes" : undefined;
  if (id === "") return "it is empty";
  if (/\p{Cs}/u.test(id)) return "it holds half a character";
  if (CONTROL.test(id)) return "it holds a control character";
  if (HIDDEN.test(id)) return "it holds an invisible character";
  if (SPACE_AT_END.test(id)) return "it begins or ends with a space";
  return new TextEncoder().encode(id).length > MAX_BYTES ? "it is longer than 256 bytes" : undefined;
};

/** Remembers the ids of one kind and finds those that look alike. */
export type IdBook = {
  /** Whether this id can be used at all; says so once where not. */
  check(id: string, source: () => Source): boolean;
};

/** Scripts whose letters look like those of another one. */
const SCRIPTS = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
] as const;
const NOT_ASCII = /[^ -~]/u;

/** A book for one kind of id: "user", "room", "group". */
export const createIdBook = (kind: string, loading: Loading): IdBook => {
  const known = new Map<string, boolean>();
  const byCase = new Map<string, { readonly id: string; readonly source: () => Source }>();
  const byForm = new Map<string, { readonly id: string; readonly source: () => Source }>();

  const compareForms = (id: string, source: () => Source): boolean => {
    const form = id.normalize("NFC");
    const twin = byForm.get(form);
    if (twin === undefined) {
      byForm.set(form, { id, source });
      return true;
    }
    loading.error(
      "invalid-id",
      `the ${kind} id ${quote(id)} is written in two Unicode forms that look the same`,
      source(),
      {
        detail: `here ${codePoints(id)}, there ${codePoints(twin.id)}`,
        hint: "copy the id from the service, and write it the same everywhere",
        also: [{ summary: "the other form", source: twin.source() }],
      },
    );
    return false;
  };
  const compareCase = (id: string, source: () => Source): void => {
    const folded = id.toLowerCase();
    const twin = byCase.get(folded);
    if (twin === undefined) byCase.set(folded, { id, source });
    else
      loading.warn("similar-ids", `the ${kind} ids ${quote(id)} and ${quote(twin.id)} differ in case only`, source(), {
        hint: "ids are compared exactly: make sure that two different ones are meant",
        also: [{ summary: "the other one", source: twin.source() }],
      });
  };
  const compareScripts = (id: string, source: () => Source): void => {
    const found = SCRIPTS.filter(([, letters]) => letters.test(id)).map(([name]) => name);
    if (found.length < 2) return;
    loading.warn("confusable-id", `the ${kind} id ${quote(id)} mixes ${found.join(" and ")} letters`, source(), {
      detail: `its characters are ${codePoints(id)}`,
      hint: "letters of different scripts can look the same: copy the id from the service",
    });
  };

  const judge = (id: string, source: () => Source): boolean => {
    const fault = id === "*" ? `"*" is a pattern, not a ${kind}` : idFault(id);
    if (fault !== undefined) {
      const hint = id === "*" && kind === "user" ? { hint: "what everybody may do is the room's `default`" } : {};
      loading.error("invalid-id", `${quote(id)} cannot be the id of a ${kind}: ${fault}`, source(), hint);
      return false;
    }
    compareCase(id, source);
    if (!NOT_ASCII.test(id)) return true;
    compareScripts(id, source);
    return compareForms(id, source);
  };

  return {
    check: (id, source) => {
      const before = known.get(id);
      if (before !== undefined) return before;
      const good = judge(id, source);
      known.set(id, good);
      return good;
    },
  };
};

const codePoints = (id: string): string =>
  [...id]
    .map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`)
    .join(" ");
