import type { ErrorObject } from "ajv";
import { validate } from "#schemas/generated/validate.js";
import type { Json, Source } from "../model.ts";
import { quote } from "../util/quote.ts";
import { isRecord, own } from "../util/record.ts";
import { follow, type Item, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";
import { describeAllowed, describeConstraint, describeType } from "./shape-words.ts";

type Path = readonly (string | number)[];

/** Checks all keys, types and fixed values of the files. */
export const checkShape = (root: Item, loading: Loading): void => {
  if (validate(root.value)) return;
  const errors = [...(validate.errors ?? [])];
  validate.errors = null;
  const mistyped = new Set(errors.filter((error) => error.keyword === "type").map((error) => error.instancePath));
  for (const error of errors) {
    if (error.keyword === "if") continue;
    if (mistyped.has(error.instancePath) && error.keyword !== "type") continue;
    report(error, root, loading);
  }
};

const pathOf = (pointer: string): Path =>
  pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));

const report = (error: ErrorObject, root: Item, loading: Loading): void => {
  const path = pathOf(error.instancePath);
  const { item } = follow(root, path);
  if (error.keyword === "additionalProperties") reportUnknownKey(error, item, path, loading);
  else if (error.keyword === "required") reportMissingKey(error, item, path, loading);
  // A credential that is no reference is reported with all credentials.
  else if (isSecretField(root, path, loading)) return;
  else if (error.keyword === "enum" || error.keyword === "const") reportValue(error, root, item, path, loading);
  else if (error.keyword === "type") reportType(error, root, item, path, loading);
  else
    loading.error(
      "invalid-value",
      `${nameOf(path)} ${describeConstraint(error)}`,
      placeOf(item),
      maskIn(root, path, item, loading),
    );
};

const reportUnknownKey = (error: ErrorObject, item: Item, path: Path, loading: Loading): void => {
  const key = String(error.params.additionalProperty);
  if (loading.languages.has(key) && path[0] !== "providers") {
    reportService(key, item, path, loading);
    return;
  }
  const allowed = Object.keys(isRecord(error.parentSchema?.properties) ? error.parentSchema.properties : {});
  const where = path.length === 0 ? "" : ` in ${nameOf(path)}`;
  const { item: unknown } = follow(item, [key]);
  const value = unknown.value;
  // What stands there instead of a type is found out with the providers.
  if (path[0] === "rooms" && path.at(-1) === "settings" && isRecord(value)) return;
  const secret =
    path[0] === "providers" && path.length >= 2 && (typeof value === "string" || typeof value === "number");
  const more = isTimeOfDefault(key, path)
    ? { hint: "a default is a role name or an inline role, without times" }
    : loading.didYouMean(key, allowed, allowed.length <= 12 ? listKeys(allowed) : undefined);
  if (secret)
    loading.error("unknown-key", `unknown key ${quote(key)}${where}`, keyAndValue(unknown), { ...more, masked: true });
  else loading.error("unknown-key", `unknown key ${quote(key)}${where}`, placeOf(unknown, "key"), more);
};

/** A service that the schema does not know (one written by users), or one that has no place here. */
const reportService = (type: string, item: Item, path: Path, loading: Loading): void => {
  if (path.at(-1) !== "settings") return;
  const title = loading.languages.get(type)?.facts.title ?? type;
  loading.withoutSettings.add(type);
  loading.error("not-supported", `${title} has no room settings`, placeOf(follow(item, [type]).item, "key"), {
    hint: "what a room allows by default is its `default`",
  });
};

const listKeys = (keys: readonly string[]): string | undefined =>
  keys.length === 0 ? undefined : `the keys that can stand here: ${keys.filter((key) => key !== "$schema").join(", ")}`;

const isTimeOfDefault = (key: string, path: Path): boolean =>
  path.at(-1) === "default" && ["role", "starts", "expires", "reason"].includes(key);

const reportMissingKey = (error: ErrorObject, item: Item, path: Path, loading: Loading): void => {
  const key = String(error.params.missingProperty);
  if (path[0] === "providers" && path.length === 2 && key === "type") return;
  if (path[0] === "providers" && loading.mayHold(key)) return;
  const hint = key === "env" ? { hint: "write { env: NAME }" } : {};
  loading.error("missing-key", `the key ${quote(key)} is missing in ${nameOf(path)}`, placeOf(item, "key"), hint);
};

const reportValue = (error: ErrorObject, root: Item, item: Item, path: Path, loading: Loading): void => {
  const allowed = (error.params.allowedValues ?? [error.params.allowedValue]) as readonly (string | number | boolean)[];
  if (path.length === 1 && path[0] === "version") {
    loading.error("version", "this version of the language is not known", placeOf(item), {
      hint: "write `version: 1`",
    });
    return;
  }
  const otherTypes = String(error.parentSchema?.$comment ?? "")
    .split(" ")
    .filter((type) => type !== "");
  const listed = `it can be ${describeAllowed(otherTypes, allowed)}`;
  const written = plainText(item.value);
  const candidates = allowed.map(String);
  const meant = meantByText(item.value, otherTypes) ?? listed;
  const more = loading.didYouMean(typeof item.value === "string" ? item.value : written, candidates, meant);
  const masked = maskIn(root, path, item, loading);
  const summary = masked.masked
    ? `${nameOf(path)} is not valid`
    : `${written} is not a value of ${nameOf(path).replace("an item of ", "")}`;
  loading.error("invalid-value", summary, placeOf(item), {
    ...more,
    ...(more.hint === listed ? {} : { detail: listed }),
    ...masked,
  });
};

/** What a text would be as one of the other types that may stand in its place. */
const meantByText = (value: Json, types: readonly string[]): string | undefined => {
  if (typeof value !== "string") return undefined;
  if (types.includes("array")) return `write a list: [${value}]`;
  const yes = types.includes("boolean") ? booleanMeant(value) : undefined;
  return yes === undefined ? undefined : `write ${yes}`;
};

const plainText = (value: Json): string => {
  if (typeof value === "string") return quote(value);
  return typeof value === "object" ? "this" : String(value);
};

const reportType = (error: ErrorObject, root: Item, item: Item, path: Path, loading: Loading): void => {
  const expected = [error.params.type].flat() as readonly string[];
  const { value } = item;
  const masked = maskIn(root, path, item, loading);
  if (typeof value === "number" && expected.includes("string") && !masked.masked) {
    const hint =
      Number.isInteger(value) && !Number.isSafeInteger(value)
        ? "quote it; a number this large has already lost digits, so write it anew"
        : `quote it: "${value}"`;
    loading.error("unquoted-number", `${nameOf(path)} must be a text, and this is a number`, placeOf(item), { hint });
    return;
  }
  const yes = typeof value === "string" && expected.includes("boolean") ? booleanMeant(value) : undefined;
  const hint = yes === undefined ? {} : { hint: `write ${yes}` };
  loading.error("wrong-type", `${nameOf(path)} must be ${describeType(expected)}`, placeOf(item), {
    ...hint,
    ...masked,
  });
};

const booleanMeant = (text: string): boolean | undefined => {
  if (/^(?:yes|on|y|true)$/iu.test(text)) return true;
  return /^(?:no|off|n|false)$/iu.test(text) ? false : undefined;
};

/** Where a credential belongs, a secret may stand by mistake: such text is never shown. */
const maskIn = (root: Item, path: Path, item: Item, loading: Loading): { readonly masked?: true } => {
  if (
    path[0] !== "providers" ||
    path.length < 3 ||
    (typeof item.value !== "string" && typeof item.value !== "number")
  ) {
    return {};
  }
  const fields = loading.languages.get(typeOfProvider(root, path))?.facts.fields;
  return fields === undefined || own(fields, String(path[2]))?.secret === true ? { masked: true } : {};
};

const typeOfProvider = (root: Item, path: Path): string => {
  const config = follow(root, path.slice(0, 2)).item.value;
  const type = isRecord(config) ? own(config, "type") : undefined;
  return typeof type === "string" ? type : String(path[1]);
};

const isSecretField = (root: Item, path: Path, loading: Loading): boolean => {
  if (path[0] !== "providers" || path.length !== 3) return false;
  const fields = loading.languages.get(typeOfProvider(root, path))?.facts.fields;
  return own(fields, String(path[2]))?.secret === true;
};

/** From the start of the key to the end of the value. */
const keyAndValue = (item: Item): Source => ({
  locate: () => ({ ...placeOf(item, "key").locate(), end: placeOf(item).locate().end }),
});

const nameOf = (path: Path): string => {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  if (/^[0-9]+$/u.test(String(last)) && path.length > 1) {
    const list = path.at(-2);
    if (list !== "users" && list !== "groups" && list !== "rooms") return `an item of ${quote(String(list))}`;
  }
  return quote(String(last));
};
