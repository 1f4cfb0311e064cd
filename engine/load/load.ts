import type { Diagnostic, Document, Instant, Json, ProviderConfig } from "../model.ts";
import type { ProviderLanguage } from "../provider.ts";
import { quote } from "../util/quote.ts";
import { blockRulesOf } from "./block-rules.ts";
import { readChecks } from "./checks.ts";
import { checkCredentials } from "./credentials.ts";
import { readGuards } from "./guards.ts";
import { createIdBook } from "./ids.ts";
import { type Item, isMap, member } from "./item.ts";
import { createLoading, type Loading } from "./loading.ts";
import { inFixedOrder, meaningOf } from "./meaning.ts";
import { mergeFiles } from "./merge.ts";
import { readProviders, readRoomDefaults } from "./providers.ts";
import { futureFaults, resolvePolicy } from "./resolve.ts";
import { readRoles } from "./roles.ts";
import { checkRoomDefaults, checkRooms } from "./room-rules.ts";
import { readRooms, type Scope } from "./rooms.ts";
import { checkShape } from "./shape.ts";
import { findSmells } from "./smells.ts";
import type { SourceFile } from "./source-file.ts";
import { readTeams } from "./teams.ts";
import { counted } from "./text-rules.ts";

export type LoadOptions = {
  /** Files of the trusted side. */
  readonly policyFiles: readonly SourceFile[];
  readonly languages: ReadonlyMap<string, ProviderLanguage>;
  /** Names of variables beyond those that begin with the type or ROLECALL_. */
  readonly allowEnv: readonly string[];
  readonly at: Instant;
  /** Further rules of a provider's configuration; nothing is said twice of one place. */
  readonly checkProvider?: ((config: ProviderConfig) => readonly Diagnostic[]) | undefined;
  /**
   * Given where some text could not be read: whether a name may stand in it. Nothing is then said of names that may be
   * defined there, and not that the files are empty.
   */
  readonly mayHold?: ((name: string) => boolean) | undefined;
};

export type Loaded = { readonly document: Document | undefined; readonly diagnostics: readonly Diagnostic[] };

/** Sections that belong to the trusted side alone as soon as it writes them. */
const TRUSTED = ["providers", "guards"] as const;

/**
 * Files as data to what they say together. Never throws for what stands in a file: all faults are diagnostics, in the
 * order of the files. There is a document where none of them is an error.
 */
export const loadDocument = (files: readonly SourceFile[], options: LoadOptions): Loaded => {
  const loading = createLoading(options);
  const trustedNames = new Set(options.policyFiles.map((file) => file.name));
  const ordinary = files.filter((file) => !trustedNames.has(file.name));
  const all = [...ordinary, ...options.policyFiles];
  const ignored = findPolicyOnly(ordinary, options.policyFiles, loading);
  const root = mergeFiles(all, ignored, loading);
  checkCredentials(all, root, loading);
  const document = root === undefined ? undefined : readDocument(root, options.policyFiles, loading);
  if (document !== undefined) checkProviders(document, options, loading);
  if (root === undefined && options.mayHold === undefined) reportEmpty(all, loading);
  const diagnostics = [...inOrder(loading.diagnostics, all), ...untold(loading)];
  const failed = diagnostics.some((diagnostic) => diagnostic.severity === "error");
  return { document: failed ? undefined : document, diagnostics };
};

const checkProviders = (document: Document, { checkProvider }: LoadOptions, loading: Loading): void => {
  if (checkProvider === undefined) return;
  const placeOf = ({ source }: Diagnostic): string => JSON.stringify(source?.locate());
  const told = new Set(loading.diagnostics.filter(({ severity }) => severity === "error").map(placeOf));
  for (const config of document.providers.values()) {
    for (const found of checkProvider(config)) if (!told.has(placeOf(found))) loading.add(found);
  }
};

const hasKey = (file: SourceFile, key: string): boolean => isMap(file.data) && Object.hasOwn(file.data, key);

/** What ordinary files write of a section that the trusted side writes. */
const findPolicyOnly = (
  ordinary: readonly SourceFile[],
  trusted: readonly SourceFile[],
  loading: Loading,
): ReadonlyMap<SourceFile, ReadonlySet<string>> => {
  const ignored = new Map<SourceFile, Set<string>>();
  for (const section of TRUSTED) {
    const owner = trusted.find((file) => hasKey(file, section));
    if (owner === undefined) continue;
    for (const file of ordinary) {
      if (!isMap(file.data) || !hasKey(file, section)) continue;
      const keys = ignored.get(file) ?? new Set();
      ignored.set(file, keys.add(section));
      loading.error(
        "policy-only",
        `${quote(section)} stands in a policy file, and may stand only there`,
        file.sourceOf(file.data, section, "key"),
        {
          hint: "take it away here, or ask those who keep the policy file",
          ...(isMap(owner.data)
            ? { also: [{ summary: "the policy file", source: owner.sourceOf(owner.data, section, "key") }] }
            : {}),
        },
      );
    }
  }
  return ignored;
};

const reportEmpty = (files: readonly SourceFile[], loading: Loading): void => {
  const [first] = files;
  if (first === undefined || loading.diagnostics.length > 0) return;
  loading.error("empty-files", "there is no key in any of the files", first.root, {
    hint: "begin with `version: 1`; nothing in the files never means that everything goes away",
  });
};

const readDocument = (root: Item, policyFiles: readonly SourceFile[], loading: Loading): Document => {
  checkShape(root, loading);
  const section = (key: string): Item | undefined => member(root, key);
  const books = {
    users: createIdBook("user", loading),
    groups: createIdBook("group", loading),
    rooms: createIdBook("room", loading),
  };
  const bare = readProviders(section("providers"), loading);
  const teams = readTeams(section("teams"), books.users, loading);
  const roles = readRoles(section("roles"), bare, loading);
  const providers = readRoomDefaults(section("providers"), bare, roles, loading);
  const scope: Scope = { providers, teams, roles, books };
  const rooms = readRooms(section("rooms"), scope, loading);
  checkRooms(rooms, scope, loading);
  checkRoomDefaults(scope, loading);
  const guards = readGuards(
    section("guards"),
    policyFiles.some((file) => hasKey(file, "guards")),
    loading,
  );
  const checks = inFixedOrder(readChecks(section("checks"), scope, rooms, loading));
  const blockRules = blockRulesOf(loading.languages);
  const parts = { providers, teams, roles, rooms, guards, checks, blockRules };
  findSmells(parts, loading);
  const document = withMeaning(parts);
  for (const name of providers.keys()) {
    for (const diagnostic of resolvePolicy(document, name, new Set(), loading.at).diagnostics) loading.add(diagnostic);
    for (const diagnostic of futureFaults(document, name, loading.at)) loading.add(diagnostic);
  }
  return document;
};

const untold = ({ untold: count, diagnostics }: Loading): readonly Diagnostic[] =>
  count === 0
    ? []
    : [
        {
          severity: diagnostics.some((diagnostic) => diagnostic.severity === "error") ? "error" : "warning",
          code: "invalid-value",
          summary: `${counted(count)} more faults are not listed`,
          hint: "mend the faults listed here first",
        },
      ];

/** The meaning is worked out when it is asked for: a validation needs none. */
const withMeaning = (parts: Omit<Document, "meaning">): Document => {
  let meaning: Json | undefined;
  return {
    ...parts,
    get meaning() {
      meaning ??= meaningOf(parts);
      return meaning;
    },
  };
};

/** By file, line and column; equal places in the order in which they were found. */
const inOrder = (diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): readonly Diagnostic[] => {
  const ranks = new Map(files.map((file, rank) => [file.name, rank]));
  const placed = diagnostics.map((diagnostic, index) => {
    const range = diagnostic.source?.locate();
    return {
      diagnostic,
      index,
      rank: ranks.get(range?.filename ?? "") ?? 0,
      line: range?.start.line ?? 0,
      column: range?.start.column ?? 0,
    };
  });
  placed.sort((a, b) => a.rank - b.rank || a.line - b.line || a.column - b.column || a.index - b.index);
  const seen = new Set<string>();
  const kept: Diagnostic[] = [];
  for (const { diagnostic, rank, line, column } of placed) {
    const key = `${rank}:${line}:${column}:${diagnostic.code}:${diagnostic.summary}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(diagnostic);
  }
  return kept;
};
