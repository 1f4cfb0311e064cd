/** What may be shown of the place where credentials are written: all else there may be a secret, typed in by mistake. */
import type { ProviderLanguage } from "../provider.ts";
import { tokensIn } from "../util/hidden.ts";

/** The words that credentials are written with. */
export type Vocabulary = {
  /** Keys whose value is a secret, of any service. */
  readonly secretKeys: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
  /** All keys of providers, and the types. */
  readonly known: ReadonlySet<string>;
};

/** Keys of a provider that hold no credential; what stands below them is the language's own. */
export const OPEN_KEYS: ReadonlySet<string> = new Set(["roomDefaults", "knownPermissions"]);
const URL_KEYS: ReadonlySet<string> = new Set(["baseUrl", "rtcBaseUrl"]);
const OTHER_KEYS = ["type", "env", "isTest", "providers"];

/** The vocabulary of these services. */
export const vocabularyOf = (languages: ReadonlyMap<string, ProviderLanguage>): Vocabulary => {
  const secretKeys = new Set<string>();
  const known = new Set<string>([...OPEN_KEYS, ...URL_KEYS, ...OTHER_KEYS, ...languages.keys()]);
  for (const { facts } of languages.values()) {
    for (const [key, { secret }] of Object.entries(facts.fields)) {
      known.add(key);
      if (secret) secretKeys.add(key);
    }
  }
  return { secretKeys, types: new Set(languages.keys()), known };
};

/** Letters alone are words up to this length; with digits among them, up to the next. */
const LONGEST_WORD = 20;
const LONGEST_MIXED = 11;

/** Whether a text may be a secret, wherever it stands: what people write is shorter, or has no digits in it. */
export const looksSecret = (text: string): boolean => {
  if (tokensIn(text).length > 0 || SECRET_PREFIX.test(text)) return true;
  if (WORD.test(text) || UUID.test(text) || isEnvName(text) || isName(text) || ADDRESS.test(text)) return false;
  return text.length > (/\d/u.test(text) ? LONGEST_MIXED : LONGEST_WORD);
};

const LONGEST_NAME = 40;
const MOST_PARTS = 5;
const NAME_PART = /^[A-Za-z]{1,16}[0-9]{0,3}$/u;
const ENV_PART = /^(?:[A-Z]{1,16}[0-9]{0,3}|[0-9]{1,3})$/u;

const SECRET_PREFIX = /^(?:sk|whsec)_/iu;

const isMadeOf = (text: string, separator: RegExp, part: RegExp, most: number, longest: number): boolean => {
  if (text.length > longest || SECRET_PREFIX.test(text)) return false;
  const parts = text.split(separator);
  return parts.length <= most && parts.every((one) => part.test(one));
};

/** Whether a text reads like a name that a person gives: `eu-boards`, `daily2`. */
const isName = (text: string): boolean => isMadeOf(text, /[-_]/u, NAME_PART, MOST_PARTS, LONGEST_NAME);

/** Whether a text reads like the name of an environment variable: `LIVEBLOCKS_SECRET_KEY`. */
export const isEnvName = (text: string): boolean => isMadeOf(text, /_/u, ENV_PART, 10, 80);

/** Whether a text reads like a key of the language, rightly spelt or not: `secretkey`, `teamID`. */
export const isKey = (text: string, { known }: Vocabulary): boolean => known.has(text) || !looksSecret(text);

const WORD = /^(?:true|false|yes|no|on|off|null|~|absent|existing|[0-9]{1,10})$/iu;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const ADDRESS = /^https?:\/\/[\w.:[\]-]+(?:\/(?:api|v[0-9]{1,2}))*\/?$/u;

/** Whether a value may be shown; `key`: what it stands behind. */
export const isHarmless = (text: string, key: string | undefined, words: Vocabulary): boolean => {
  if (key === "env") return isEnvName(text);
  if (key !== undefined && words.secretKeys.has(key)) return false;
  return !looksSecret(text);
};
