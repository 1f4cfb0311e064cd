/**
 * Makes schemas/rolecall.schema.json (for editors), schemas/generated/validate.js (for the loader) and
 * schemas/generated/rolecall.ts (types) from schemas/base.schema.json and the schema of each service.
 * `--check` changes nothing and exits 1 where a file differs.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { compile } from "json-schema-to-typescript";

const root = new URL("..", import.meta.url);
const read = async (path) => JSON.parse(await readFile(new URL(path, root), "utf8"));

/** Keywords for people: the validator does not carry them. */
const PROSE = new Set(["title", "description", "default", "examples"]);
/** Keywords whose value is a map of schemas, or of anything but a schema. */
const MAPS = new Set(["properties", "definitions", "patternProperties"]);

/** Words of the language that may stand in the place of a map. */
const WORDS = {
  absent: "Is to be taken away: deleted where it exists, or not inherited.",
  existing: "The service has this role: it may be used, and is never changed or deleted.",
};

const isConstants = (list) => Array.isArray(list) && list.every((item) => "const" in item);
/** The keywords come from a list: an object literal with a `then` could be taken for a promise. */
const CHOICE = ["if", "then", "else"];
const choice = (...parts) => Object.fromEntries(parts.map((part, index) => [CHOICE[index], part]));
const local = (type, name) => `${type}.${name}`;
const reference = (name) => ({ $ref: `#/definitions/${name}` });

/** Names a service's own definitions by its type, and leaves references to the base alone. */
const qualify = (node, type, own) => {
  if (Array.isArray(node)) return node.map((item) => qualify(item, type, own));
  if (typeof node !== "object" || node === null) return node;
  const made = {};
  for (const [key, value] of Object.entries(node)) {
    const name = typeof value === "string" ? value.replace("#/definitions/", "") : "";
    const points = (key === "$ref" || key === "x-word") && own.has(name);
    made[key] = points ? `#/definitions/${local(type, name)}` : qualify(value, type, own);
  }
  return made;
};

/** One schema for two readers: `editor` keeps the prose, `validator` gives one exact error for one mistake. */
const makeRules = (forEditor, services) => {
  /** `$comment`: what else may stand there, for those who write another word. */
  const wordOf = (words, otherwise) => {
    if (typeof words === "string") return { $ref: words };
    if (!forEditor) return { type: "string", enum: words, $comment: [otherwise].flat().join(" ") };
    return { type: "string", oneOf: words.map((word) => ({ const: word, description: WORDS[word] })) };
  };
  const orWords = (schema, words, otherwise = schema.type) => {
    const word = wordOf(words, otherwise);
    if (forEditor) return { ...prose(schema), anyOf: [schema, word] };
    return choice({ type: "string" }, word, schema);
  };
  const orAbsent = (schema) =>
    forEditor
      ? { ...prose(schema), anyOf: [schema, { const: "absent", description: WORDS.absent }] }
      : choice({ const: "absent" }, true, schema);
  const prose = (schema) =>
    Object.fromEntries(Object.entries(schema).filter(([key]) => key === "title" || key === "description"));

  const serviceProperties = (kind) => {
    const made = {};
    for (const { type, title, definitions } of services) {
      const block = reference(local(type, "block"));
      const objects = definitions.block["x-role-object"] === true;
      if (kind === "role")
        made[type] = orWords(
          block,
          objects || !forEditor ? ["absent", "existing"] : ["absent"],
          definitions.block.type,
        );
      if (kind === "inline" && objects && !forEditor) made[type] = true;
      if (kind === "inline" && !objects) made[type] = block;
      if (kind === "settings" && definitions.settings !== undefined)
        made[type] = orWords(reference(local(type, "settings")), ["absent"], "object");
      if (forEditor && made[type] !== undefined) made[type] = { description: `What holds on ${title}.`, ...made[type] };
    }
    return made;
  };

  const providerConfigs = () => {
    const typed = (type) => ({ type: "object", properties: { type: { const: type } }, required: ["type"] });
    const byType = services.map(({ type }) => choice(typed(type), reference(local(type, "config"))));
    const properties = {};
    for (const { type } of services) {
      const config = reference(local(type, "config"));
      properties[type] = forEditor ? config : choice({ type: "object", required: ["type"] }, { allOf: byType }, config);
    }
    const types = services.map(({ type, title }) => ({ const: type, description: title }));
    const type = { type: "string", description: "The type of service that this provider is an account of." };
    const other = { type: "object", required: ["type"], properties: { type }, allOf: byType };
    if (forEditor) other.properties.type.anyOf = [{ oneOf: types }, { type: "string" }];
    return { properties, additionalProperties: other };
  };

  const rules = (node) => {
    if (Array.isArray(node)) return node.map(rules);
    if (typeof node !== "object" || node === null) return node;
    if (!forEditor && node["x-loader"] === true) return true;
    if (node["x-word"] !== undefined) {
      const { "x-word": words, ...rest } = node;
      const types = [rest.type].flat().filter((type) => type !== "string");
      return rules(orWords({ ...rest, type: types.length === 1 ? types[0] : types }, words));
    }
    let made = {};
    for (const [key, value] of Object.entries(node)) {
      if (key.startsWith("x-")) continue;
      const isRemark = PROSE.has(key) || (key === "$comment" && node.enum === undefined);
      if (!forEditor && isRemark) continue;
      if (!forEditor && key === "oneOf" && isConstants(value)) made.enum = value.map((item) => item.const);
      else if (MAPS.has(key))
        made[key] = Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, rules(schema)]));
      else if (key === "default" || key === "examples" || key === "enum" || key === "const") made[key] = value;
      else made[key] = rules(value);
    }
    if (node["x-services"] !== undefined)
      made.properties = { ...made.properties, ...serviceProperties(node["x-services"]) };
    if (node["x-provider-configs"] === true) made = { ...made, ...providerConfigs() };
    if (node["x-settings"] === true)
      made.properties = Object.fromEntries(
        Object.entries(made.properties).map(([key, value]) => [key, orAbsent(value)]),
      );
    return made;
  };
  return rules;
};

const compose = (base, services, forEditor) => {
  const rules = makeRules(forEditor, services);
  const definitions = { ...base.definitions };
  for (const { type, definitions: own } of services) {
    const names = new Set(Object.keys(own));
    for (const [name, schema] of Object.entries(own)) {
      const marked = name === "settings" ? { ...schema, "x-settings": true } : schema;
      definitions[local(type, name)] = qualify(marked, type, names);
    }
  }
  return rules({ ...base, definitions });
};

/** ajv copies all errors so far for each part that has some, which takes quadratic time: they are added in place instead. */
const COPYING = /vErrors\.concat\(([A-Za-z0-9_]+\.errors)\)/gu;
const JOINED = `function joined(errors, more) {
  for (const error of more) errors.push(error);
  return errors;
}
`;

const validatorSource = (schema) => {
  const ajv = new Ajv({
    allErrors: true,
    inlineRefs: false,
    verbose: true,
    unicode: false,
    logger: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    code: { source: true, esm: true, lines: false },
  });
  const code = standalone(ajv, ajv.compile(schema)).replaceAll(COPYING, "joined(vErrors, $1)");
  if (code.includes("require(")) throw new Error("the validator must stand alone, but it loads a module at run time");
  return `// Made by scripts/gen.mjs; do not edit.\n${code}\n${JOINED}`;
};

/** JSON as Biome lays it out, so that formatting changes nothing. */
const formatted = (path, value) => {
  const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
  const input = JSON.stringify(value, null, 2);
  return execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${path}`], { input, encoding: "utf8" });
};

const DECLARATION = `// Made by scripts/gen.mjs; do not edit.
import type { ErrorObject } from "ajv";

export declare const validate: { (data: unknown): boolean; errors?: ErrorObject[] | null };
`;

const main = async () => {
  const base = await read("schemas/base.schema.json");
  const services = [];
  for (const type of (await readdir(new URL("providers/", root))).sort()) {
    const schema = await read(`providers/${type}/schema.json`).catch((cause) => {
      if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
      throw cause;
    });
    if (schema !== undefined && !type.startsWith("_")) services.push({ type, ...schema });
  }
  const editor = compose(base, services, true);
  const files = new Map([
    ["schemas/rolecall.schema.json", formatted("schemas/rolecall.schema.json", editor)],
    ["schemas/generated/validate.js", validatorSource(compose(base, services, false))],
    ["schemas/generated/validate.d.ts", DECLARATION],
    [
      "schemas/generated/rolecall.ts",
      await compile(editor, "Rolecall", {
        additionalProperties: false,
        bannerComment: "// Made by scripts/gen.mjs; do not edit.",
        format: false,
      }),
    ],
  ]);
  await mkdir(new URL("schemas/generated/", root), { recursive: true });
  for (const [path, text] of files) {
    if (!process.argv.includes("--check")) await writeFile(new URL(path, root), text);
    else if ((await readFile(new URL(path, root), "utf8").catch(() => "")) !== text) {
      process.stderr.write(`${path} is not what scripts/gen.mjs makes; run: npm run gen\n`);
      process.exitCode = 1;
    }
  }
};

await main();
