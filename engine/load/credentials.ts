import type { ProviderLanguage } from "../provider.ts";
import { quote } from "../util/quote.ts";
import { own } from "../util/record.ts";
import { isEnvName } from "./harmless.ts";
import { type Item, isMap, member, members, placeOf, rootItem, textOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import type { SourceFile } from "./source-file.ts";

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u;

/**
 * Every credential that any file writes must be a reference to a variable that may be read, whether or not what it says
 * counts in the end: a key that another file writes too, or of a provider whose type is misspelt, is out all the same.
 * `root`: all files as one, to find the type that another file gives.
 */
export const checkCredentials = (files: readonly SourceFile[], root: Item | undefined, loading: Loading): void => {
  const merged = root === undefined ? undefined : member(root, "providers");
  for (const file of files) {
    const written = isMap(file.data) ? member(rootItem(file, file.data), "providers") : undefined;
    for (const [name, provider] of written === undefined ? [] : members(written)) {
      const whole = merged === undefined ? undefined : member(merged, name);
      const type = textOf(provider, "type") ?? (whole === undefined ? undefined : textOf(whole, "type")) ?? name;
      for (const [key, value] of members(provider)) checkCredential(key, value, type, loading);
    }
  }
};

const checkCredential = (key: string, value: Item, type: string, loading: Loading): void => {
  const owner = loading.languages.get(type) ?? ownerOf(key, loading.languages);
  const field = own(owner?.facts.fields, key);
  if (owner === undefined || field === undefined) return;
  if (isMap(value.value)) checkReference(value, owner.type, loading);
  else if (field.secret) reportLiteral(key, value, owner.type, loading);
};

/** The first service that has a secret of this name. */
const ownerOf = (key: string, languages: ReadonlyMap<string, ProviderLanguage>): ProviderLanguage | undefined =>
  [...languages.values()].find(({ facts }) => own(facts.fields, key)?.secret === true);

const reportLiteral = (key: string, value: Item, type: string, loading: Loading): void => {
  const name = `${prefixOf(type)}_${key.replaceAll(/[A-Z]/gu, (letter) => `_${letter}`)}`.toUpperCase();
  loading.error(
    "literal-secret",
    `${quote(key)} stands in the file, where everybody who reads it can use it`,
    placeOf(value),
    {
      hint: `write ${key}: { env: ${name} }, set that variable, and make a new key: this one is known`,
      masked: true,
    },
  );
};

const checkReference = (item: Item, type: string, loading: Loading): void => {
  const reference = member(item, "env");
  if (typeof reference?.value !== "string" || mayRead(reference.value, type, loading)) return;
  const name = reference.value;
  const prefix = prefixOf(type);
  if (!ENV_NAME.test(name)) {
    loading.error("env-not-allowed", "this is not the name of an environment variable", placeOf(reference), {
      hint: `write the name of a variable that holds the secret, such as ${prefix}_SECRET`,
      masked: true,
    });
    return;
  }
  // What does not look like a name may well be the secret itself.
  const shown = isEnvName(name);
  const summary = shown ? `the variable ${name} may not be read here` : "this variable may not be read here";
  const option = shown ? `--allow-env ${name}` : "--allow-env NAME";
  loading.error("env-not-allowed", summary, placeOf(reference), {
    hint: `choose a name that begins with ${prefix}_ or ROLECALL_, or allow it with ${option}`,
    ...(shown ? {} : { masked: true }),
  });
};

/** Whether a variable may be read for a type: a file must not be able to send any value of the environment to a service. */
export const mayRead = (name: string, type: string, loading: Loading): boolean => {
  if (!ENV_NAME.test(name)) return false;
  return name.startsWith(prefixOf(type)) || name.startsWith("ROLECALL_") || loading.allowEnv.has(name);
};

const prefixOf = (type: string): string => type.toUpperCase().replaceAll(/[^A-Z0-9]/gu, "_");
