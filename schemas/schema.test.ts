import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validate } from "#schemas/generated/validate.js";
import schema from "#schemas/rolecall.schema.json" with { type: "json" };

const EXAMPLE = `
version: 1
providers:
  liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } }
  daily: { apiKey: { env: DAILY_API_KEY }, roomDefaults: { default: participant } }
  digitalsamba:
    teamId: { env: DIGITALSAMBA_TEAM_ID }
    developerKey: { env: DIGITALSAMBA_DEVELOPER_KEY }
    knownPermissions: [new_one]
    roomDefaults: { roles: [facilitator], default: facilitator }
  eu-boards: { type: zego, appId: { env: ZEGO_EU_APP_ID }, serverSecret: { env: ZEGO_EU_SECRET }, isTest: true }
teams: { design: [alice, bob] }
roles:
  participant:
    description: May look
    liveblocks: [room:read, room:presence:write]
    daily: { canSend: [audio], canReceive: { base: { video: true, customVideo: { "*": true } } }, canAdmin: false }
    digitalsamba: { display_name: Participant, permissions: { raise_hand: true, new_one: true } }
    zego: { module: [zoom, scroll], graphic: none }
  facilitator: { extends: participant, daily: absent, digitalsamba: { display_name: Facilitator, permissions: { remote_muting: [participant] } } }
  moderator: { digitalsamba: existing }
  old-role: absent
rooms:
  weekly-design:
    on: [liveblocks, daily]
    id: { daily: weekly }
    mode: additive
    default: { liveblocks: [] }
    users: { alice: facilitator, erin: { role: facilitator, expires: "2026-12-31" }, bob: absent }
    metadata: { owner: design, tags: [a], old: absent }
    settings: { daily: { privacy: private, exp: absent, enable_recording: cloud }, digitalsamba: absent }
  "class-{id}": { on: liveblocks, mode: { users: observe }, groups: absent }
  gone: absent
  plain: { on: daily, mode: absent, live: absent, create: absent }
  mixed: { on: daily, mode: { users: absent } }
guards: { removals: { percent: 10 }, lastHolder: true }
checks:
  - { name: n, who: { groups: [g] }, in: "*", cannot: liveblocks:room:write }
  - { name: m, atLeast: { count: 1, can: ["daily:admin:participants"] } }
`;

/** Every mistake that the schema alone can find, as a change to one path of the example. */
const WRONG: readonly (readonly [string, readonly string[], unknown])[] = [
  ["an unknown section", ["teems"], {}],
  ["a key of another service", ["roles", "participant", "daily", "module"], "all"],
  ["an unknown scope", ["roles", "participant", "liveblocks"], ["room:rite"]],
  ["an unknown administration", ["roles", "participant", "daily", "canAdmin"], ["participant"]],
  ["a word that is no block", ["roles", "participant", "zego"], "none"],
  ["a secret in the file", ["providers", "liveblocks", "secretKey"], "sk_x"],
  ["a type in other words", ["rooms", "weekly-design", "create"], "yes"],
  ["a setting of another kind", ["rooms", "weekly-design", "settings", "daily", "privacy"], "secret"],
  ["a default with times", ["rooms", "weekly-design", "default"], { role: "x" }],
  ["a check without a name", ["checks", "0", "name"], undefined],
];

const change = (path: readonly string[], value: unknown): unknown => {
  const copy: unknown = parse(EXAMPLE);
  let at = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
  const last = path.at(-1) ?? "";
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
};

describe("the schema", () => {
  const editor = new Ajv({ strict: false }).compile(schema);

  it("accepts an example of everything, for editors and for the loader", () => {
    expect([editor(parse(EXAMPLE)), editor.errors]).toEqual([true, null]);
    expect(validate(parse(EXAMPLE))).toBe(true);
  });

  it.each(WRONG)("finds %s, for editors and for the loader", (_, path, value) => {
    expect(editor(change(path, value))).toBe(false);
    expect(validate(change(path, value))).toBe(false);
  });

  it("gives the loader one error for one mistake", () => {
    for (const [name, path, value] of WRONG) {
      validate(change(path, value));
      expect([name, (validate.errors ?? []).filter(({ keyword }) => keyword !== "if").length]).toEqual([name, 1]);
    }
  });

  it("has words for every fixed value", () => {
    const silent: string[] = [];
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      const constant = "const" in node && node.const !== "absent" && !path.includes("/if/");
      if (constant && !("description" in node)) silent.push(path);
      for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
    };
    walk(schema, "");
    expect(silent).toEqual([]);
  });

  it("has a description for every key", () => {
    const definitions = schema.definitions as { readonly [name: string]: object };
    const silent: string[] = [];
    const isDescribed = (node: object): boolean =>
      "description" in node ||
      ("$ref" in node && isDescribed(definitions[String(node.$ref).slice("#/definitions/".length)] ?? {}));
    const walk = (node: unknown, path: string): void => {
      if (typeof node !== "object" || node === null) return;
      if ("properties" in node && !path.includes("/if")) {
        for (const [key, value] of Object.entries(node.properties as { readonly [key: string]: object }))
          if (!isDescribed(value) && !path.endsWith("modeField")) silent.push(`${path}/${key}`);
      }
      for (const [key, value] of Object.entries(node)) walk(value, `${path}/${key}`);
    };
    walk(schema, "");
    expect(silent).toEqual([]);
  });
});
