import type { Address, Diagnostic } from "../model.ts";
import { address, addressParts } from "../util/address.ts";
import { compilePattern, isPattern, type Pattern } from "../util/pattern.ts";
import { quote } from "../util/quote.ts";

/** What `--target` and `--exclude` leave of the world. */
export type Scope = {
  /** Whether an object is in scope. */
  has(object: Address): boolean;
  /** Whether an object was excluded by name or pattern: nothing brings it in. */
  excludes(object: Address): boolean;
  /** Whether anything of a room can be in scope: its own objects, its running call, its users. */
  hasRoom(provider: string, id: string, kinds: readonly string[]): boolean;
  /** Whether anything of a provider can be in scope; one that has nothing is not contacted. */
  hasProvider(provider: string): boolean;
  /** Whether everything is in scope. */
  readonly whole: boolean;
  /** What was targeted, as written; none: everything. */
  readonly targets: readonly string[];
};

type Matcher = {
  readonly text: string;
  readonly provider: string;
  matches(object: Address): boolean;
  mayMatchUnder(prefix: Address): boolean;
};

/**
 * A target is an address (`liveblocks/room/weekly`), an address pattern (`liveblocks/room/class-*`), a provider's name,
 * or a room id or pattern (`class-*`: that room at every provider).
 */
export const scopeOf = (
  targets: readonly string[],
  excludes: readonly string[],
  providers: readonly string[],
): Scope => {
  const wanted = targets.map((text) => matcher(text, providers));
  const unwanted = excludes.map((text) => matcher(text, providers));
  const has = (object: Address): boolean =>
    (wanted.length === 0 || wanted.some((one) => one.matches(object))) && !unwanted.some((one) => one.matches(object));
  return {
    has,
    excludes: (object) => unwanted.some((one) => one.matches(object)),
    hasRoom: (provider, id, kinds) =>
      kinds.some((kind) => {
        const room = address(provider, kind, id);
        if (unwanted.some((one) => one.matches(room))) return false;
        return wanted.length === 0 || wanted.some((one) => one.matches(room) || one.mayMatchUnder(room));
      }),
    hasProvider: (provider) =>
      !unwanted.some((one) => one.text === provider) &&
      (wanted.length === 0 || wanted.some((one) => one.provider === "" || one.provider === provider)),
    whole: wanted.length === 0 && unwanted.length === 0,
    targets,
  };
};

/** Whether a scope text (`--allow-removals`, `--accept-transient`, a target) names an object or its room. */
export const scopeMatches = (
  text: string,
  object: Address,
  room: string | undefined,
  providers: readonly string[] = [],
): boolean =>
  matcher(text, providers).matches(object) || (room !== undefined && compilePattern(text).match(room) !== undefined);

const matcher = (text: string, providers: readonly string[]): Matcher => {
  const pattern = compilePattern(text);
  const slash = text.indexOf("/");
  if (slash === -1) {
    if (providers.includes(text)) {
      const inside = (object: Address): boolean => object.startsWith(`${text}/`);
      return { text, provider: text, matches: inside, mayMatchUnder: inside };
    }
    return { text, provider: "", matches: (object) => matchesRoom(pattern, object), mayMatchUnder: () => false };
  }
  const first = text.slice(0, slash);
  return {
    text,
    provider: isPattern(first) ? "" : first,
    matches: (object) => pattern.match(object) !== undefined,
    mayMatchUnder: (prefix) => text.startsWith(`${prefix}/`),
  };
};

const matchesRoom = (pattern: Pattern, object: Address): boolean => {
  const id = addressParts(object)[2];
  return id !== undefined && pattern.match(id) !== undefined;
};

/** One warning for each target or exclusion that matches nothing which the files govern: a pattern may be misspelt too. */
export const strayScopes = (
  options: { readonly targets: readonly string[]; readonly excludes: readonly string[] },
  governed: ReadonlySet<Address>,
  providers: readonly string[],
): readonly Diagnostic[] => {
  const strays = (flag: string, texts: readonly string[]): readonly Diagnostic[] =>
    texts
      .filter((text) => !matchesAny(matcher(text, providers), governed))
      .map((text) => ({
        severity: "warning",
        code: "unknown-name",
        summary: `${flag} ${quote(text)} matches nothing that the files govern`,
        hint: "check the spelling; an address is PROVIDER/KIND/ID, for example liveblocks/room/weekly",
      }));
  return [...strays("--target", options.targets), ...strays("--exclude", options.excludes)];
};

const matchesAny = (one: Matcher, objects: ReadonlySet<Address>): boolean => {
  for (const object of objects) if (one.matches(object)) return true;
  return false;
};
