/** For tests: files as text, loaded with small services of every kind. */
import type { Diagnostic, Document } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { type Loaded, loadDocument } from "./load.ts";
import { readText } from "./read-text.ts";
import type { SourceFile } from "./source-file.ts";

export const NOW = Date.parse("2026-11-22T00:00:00Z");

const service = (type: string, title: string, facts: Partial<ProviderLanguage["facts"]>): ProviderLanguage => ({
  type,
  facts: {
    title,
    origins: [],
    baseUrl: "",
    fields: {
      secretKey: { pattern: /^sk_/u, form: "begins with sk_", secret: true },
      apiKey: { pattern: /./u, form: "a key", secret: true },
      developerKey: { pattern: /./u, form: "a key", secret: true },
      serverSecret: { pattern: /./u, form: "a secret", secret: true },
      teamId: { pattern: /^[a-z0-9-]+$/u, form: "small letters", secret: false },
      appId: { pattern: /^[0-9]+$/u, form: "a number", secret: false },
    },
    listsRooms: true,
    createsRooms: true,
    knowsGroups: false,
    knowsMetadata: false,
    knowsRoomDefaults: false,
    rolesAreObjects: false,
    issuesTokens: false,
    managing: [],
    kinds: ["room"],
    ...facts,
  },
  checkBlock: () => [],
  checkRoomId: (id) => (id.length > 40 ? "it has more than 40 characters" : undefined),
  checkUserId: (id) => (id.length > 40 ? "it has more than 40 characters" : undefined),
  isCapability: (capability) => capability === `${type}:room:read` || capability === `${type}:room:write`,
  capabilities: [`${type}:room:read`, `${type}:room:write`],
});

const liveblocks = service("liveblocks", "Liveblocks", { knowsGroups: true, knowsMetadata: true });
const daily = service("daily", "Daily", { knowsRoomDefaults: true });
const zego = service("zego", "ZEGOCLOUD", { listsRooms: false, createsRooms: false });
/** A service that users wrote: the schema does not know it. */
const acme = service("acme", "Acme", {});
const digitalsamba: ProviderLanguage = {
  ...service("digitalsamba", "Digital Samba", {
    rolesAreObjects: true,
    knowsRoomDefaults: true,
    presetRoles: ["moderator"],
  }),
  checkUse: (block) => (JSON.stringify(block).includes("display_name") ? undefined : "it has no display_name"),
};

const LANGUAGES: ReadonlyMap<string, ProviderLanguage> = new Map(
  [liveblocks, daily, digitalsamba, zego, acme].map((language) => [language.type, language]),
);

export type Texts = { readonly [name: string]: string };

const filesOf = (texts: Texts): readonly SourceFile[] => {
  const files: SourceFile[] = [];
  for (const [name, text] of Object.entries(texts)) {
    const { file } = readText(name, new TextEncoder().encode(text));
    if (file === undefined) throw new Error(`${name} cannot be read`);
    files.push(file);
  }
  return files;
};

/** Loads one text as `a.yaml`, or several by name. */
export const loadTexts = (
  texts: Texts | string,
  options: { readonly policy?: Texts; readonly allowEnv?: readonly string[]; readonly at?: number } = {},
): Loaded =>
  loadDocument(filesOf(typeof texts === "string" ? { "a.yaml": texts } : texts), {
    policyFiles: filesOf(options.policy ?? {}),
    languages: LANGUAGES,
    allowEnv: options.allowEnv ?? [],
    at: options.at ?? NOW,
  });

/** One line for each diagnostic: `a.yaml:1:2 code summary`, warnings marked. */
export const linesOf = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ severity, code, summary, source }) => {
    const range = source?.locate();
    const place = range === undefined ? "-" : `${range.filename}:${range.start.line}:${range.start.column}`;
    return `${place} ${severity === "warning" ? "warning " : ""}${code} ${summary}`;
  });

/** What is said of a text. */
export const faultsOf = (...args: Parameters<typeof loadTexts>): readonly string[] =>
  linesOf(loadTexts(...args).diagnostics);

/** The document of texts without errors. */
export const documentOf = (...args: Parameters<typeof loadTexts>): Document => {
  const { document, diagnostics } = loadTexts(...args);
  if (document === undefined) throw new Error(linesOf(diagnostics).join("\n"));
  return document;
};

/** One Liveblocks provider and three roles, on four lines; what follows begins on line 5. */
export const HEAD = `providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } } }
roles:
  reader: { liveblocks: ["room:read"] }
  writer: { liveblocks: ["room:write"] }
`;
