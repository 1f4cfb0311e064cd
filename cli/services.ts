import { join } from "node:path";
import type { ReadNeeds } from "../engine/load/needs.ts";
import type { Address, CurrentState, Diagnostic, Document, JsonObject, ProviderConfig } from "../engine/model.ts";
import type { Scope } from "../engine/plan/scope.ts";
import type { Service } from "../engine/plan/worlds.ts";
import type { Connection, Ledger, Provider, Reader, Writer } from "../engine/provider.ts";
import { own, record } from "../engine/util/record.ts";
import { loadProvider } from "../providers/registry.ts";
import { checkAllowedHosts, listAllowedHosts } from "./allowed-hosts.ts";
import { checkBaseUrl, readSecrets } from "./connection-rules.ts";
import { CommandFailure, printDiagnostics, problem, type Texts } from "./failures.ts";
import { type Io, inCi } from "./io.ts";
import { openLedger } from "./ledger.ts";
import { workingDirectory } from "./load-files.ts";
import type { ServiceOptions } from "./options.ts";
import { pauseNotes } from "./pauses.ts";
import { createProgress, type Progress } from "./progress.ts";
import { type Sandboxes, startSandboxes } from "./sandboxes.ts";
import { type Snapshot, snapshotService } from "./snapshot.ts";
import { needsInScope } from "./targets.ts";

/** One provider that can be read, and written to when the command may. */
type OpenService = {
  readonly name: string;
  readonly provider: Provider;
  readonly config: ProviderConfig;
  readonly connection: Connection;
  readonly baseUrl: string;
  readonly reader: Reader;
  /** Only where the command may write. */
  readonly writer: Writer | undefined;
  readonly ledger: Ledger;
};

export type OpenServices = {
  readonly services: ReadonlyMap<string, OpenService>;
  readonly sandboxed: boolean;
  /** Shared by all that is done with them, and told of their pauses. */
  readonly progress: Progress;
  close(): Promise<void>;
};

/** Nothing is remembered: what cannot be read back is sent again. */
const noLedger: Ledger = { get: () => undefined, set: () => {} };

type OpenInput = {
  readonly io: Io;
  readonly options: ServiceOptions;
  readonly document: Document;
  readonly texts: Texts;
  readonly scope: Scope;
  readonly mode: "read" | "write";
};

/**
 * Opens a connection to every provider that has something in scope. All faults of configuration (hosts, secrets) are
 * collected before anything is sent. Throws CommandFailure.
 */
export const openServices = async (input: OpenInput): Promise<OpenServices> => {
  const { io, options, document } = input;
  const wanted = [...document.providers.values()].filter(
    (config) => needsInScope(document, config.name, input.scope) !== undefined,
  );
  const providers = new Map<string, Provider>();
  for (const config of wanted) providers.set(config.name, await providerOf(config, input.texts));
  const sandboxes =
    options.sandbox === true
      ? await startSandboxes(
          join(workingDirectory(io, options), ".rolecall"),
          new Map(wanted.map((config) => [config.name, config.type])),
        )
      : undefined;
  const progress = createProgress({ stream: io.stderr, tty: io.errIsTerminal, ci: inCi(io.env) });
  try {
    const bare = connectionsOf(input, wanted, providers, sandboxes, pauseNotes(progress, io.now));
    const ledger = await openLedger(join(workingDirectory(io, options), ".rolecall"), {
      secrets: secretsOf(bare, providers),
      now: io.now,
    });
    printDiagnostics(io, options, ledger.warnings, input.texts);
    const connections = new Map(
      [...bare].map(([name, connection]) => [name, { ...connection, ledger: ledger.for(name) }]),
    );
    const services = new Map<string, OpenService>();
    for (const config of wanted) {
      const provider = providers.get(config.name);
      const connection = connections.get(config.name);
      if (provider === undefined || connection === undefined) continue;
      const writer = input.mode === "write" ? provider.writer(connection) : undefined;
      services.set(config.name, {
        name: config.name,
        provider,
        config,
        connection,
        baseUrl: sandboxes === undefined ? connection.baseUrl : "sandbox",
        reader: writer ?? provider.reader(connection),
        writer,
        ledger: connection.ledger,
      });
    }
    return { services, sandboxed: sandboxes !== undefined, progress, close: () => closeAll(services, sandboxes) };
  } catch (error) {
    await sandboxes?.close();
    throw error;
  }
};

const closeAll = async (
  services: ReadonlyMap<string, OpenService>,
  sandboxes: Sandboxes | undefined,
): Promise<void> => {
  await Promise.allSettled([...services.values()].map((service) => service.reader.close()));
  await sandboxes?.close();
};

const providerOf = async (config: ProviderConfig, texts: Texts): Promise<Provider> => {
  const provider = await loadProvider(config.type);
  if (provider !== undefined) return provider;
  const summary = `this version of Rolecall cannot talk to ${config.type} yet`;
  throw new CommandFailure("invalid", [{ ...problem("not-supported", summary), source: config.source }], texts);
};

/** What each provider's entries in the ledger are sealed with; never printed, never written. */
const secretsOf = (
  connections: ReadonlyMap<string, Connection>,
  providers: ReadonlyMap<string, Provider>,
): ReadonlyMap<string, string> => {
  const secrets = new Map<string, string>();
  for (const [name, { values }] of connections) {
    const fields = Object.entries(providers.get(name)?.facts.fields ?? {});
    const held = fields.flatMap(([field, { secret }]) => (secret ? [String(own(values, field) ?? "")] : []));
    if (held.length > 0) secrets.set(name, held.join("\n"));
  }
  return secrets;
};

const connectionsOf = (
  { io, options, texts }: OpenInput,
  configs: readonly ProviderConfig[],
  providers: ReadonlyMap<string, Provider>,
  sandboxes: Sandboxes | undefined,
  onWait: (message: string) => void,
): ReadonlyMap<string, Connection> => {
  const allowHosts = listAllowedHosts(options.allowHost, io.env.ROLECALL_ALLOW_HOSTS);
  const malformed = checkAllowedHosts(allowHosts);
  if (malformed.length > 0) throw new CommandFailure("usage", malformed);
  const diagnostics: Diagnostic[] = [];
  const connections = new Map<string, Connection>();
  for (const config of configs) {
    const provider = providers.get(config.name);
    if (provider === undefined) continue;
    const urls = checkBaseUrl(config, provider.facts, {
      allowHosts,
      ci: inCi(io.env),
      sandbox: sandboxes !== undefined,
    });
    diagnostics.push(...urls.diagnostics);
    const sandbox = sandboxes?.running.get(config.name);
    const secrets =
      sandbox === undefined ? readSecrets(config, provider.facts, io.env) : { values: config.values, diagnostics: [] };
    diagnostics.push(...secrets.diagnostics);
    const other = sandbox === undefined ? Object.fromEntries(urls.otherUrls) : sandbox.urls;
    const values: JsonObject = record(Object.entries({ ...secrets.values, ...other, ...(sandbox?.credentials ?? {}) }));
    connections.set(config.name, {
      provider: config.name,
      baseUrl: sandbox?.baseUrl ?? urls.baseUrl ?? provider.facts.baseUrl,
      values,
      parallelism: options.parallelism,
      now: io.now,
      onWait,
      ...(io.sleep === undefined ? {} : { sleep: io.sleep }),
    });
  }
  if (diagnostics.length === 0) return connections;
  const refused = diagnostics.some((diagnostic) => diagnostic.code === "host-not-allowed");
  throw new CommandFailure(refused ? "host-refused" : "invalid", diagnostics, texts);
};

/** Which account at which host every open service is, before anything of it is read. */
export const accountsOf = async (
  open: OpenServices,
): Promise<ReadonlyMap<string, { readonly account: string; readonly baseUrl: string }>> => {
  const found = [...open.services.values()].map(
    async ({ name, reader, baseUrl }) => [name, { account: await reader.account(), baseUrl }] as const,
  );
  return new Map(await Promise.all(found));
};

type ReadInput = {
  readonly io: Io;
  readonly document: Document;
  readonly scope: Scope;
  /** Also rooms that no file names, for a snapshot. */
  readonly whole?: boolean;
};

/**
 * Reads every open service, all at the same time. With `only`, just these objects. Gives what the planner needs.
 * Throws ServiceFailure where nothing useful can be read.
 */
export const readServices = async (
  input: ReadInput,
  open: OpenServices,
  only?: ReadonlySet<Address>,
): Promise<ReadonlyMap<string, Service>> => {
  const { progress } = open;
  const counts = new Map<string, { done: number; total: number | undefined }>();
  progress.start("Reading");
  const report = (name: string, done: number, total: number | undefined): void => {
    counts.set(name, { done, total });
    const all = [...counts.values()];
    const totals = all.map((one) => one.total);
    progress.tick(
      sum(all.map((one) => one.done)),
      totals.every((one) => one !== undefined) ? sum(totals as number[]) : undefined,
    );
  };
  try {
    const found = await Promise.all(
      [...open.services.values()].map(async (service): Promise<readonly [string, Service]> => {
        const state = await readService(service, input, only, (done, total) => report(service.name, done, total));
        const account = await service.reader.account();
        if (service.writer !== undefined) await service.connection.ledger?.save();
        return [
          service.name,
          { provider: service.provider, account, baseUrl: service.baseUrl, state, ledger: service.ledger },
        ];
      }),
    );
    return new Map(found);
  } finally {
    progress.stop();
  }
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const NOTHING: ReadNeeds = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };

const readService = async (
  service: OpenService,
  { io: { signal }, document, scope, whole }: ReadInput,
  only: ReadonlySet<Address> | undefined,
  onProgress: (done: number, total: number | undefined) => void,
): Promise<CurrentState> => {
  const needs = needsInScope(document, service.name, scope) ?? NOTHING;
  const list = needs.list || (whole === true && service.provider.facts.listsRooms);
  const mine = only === undefined ? undefined : [...only].filter((object) => object.startsWith(`${service.name}/`));
  return service.reader.read({
    config: service.config,
    ...needs,
    list,
    ...(mine === undefined ? {} : { only: mine }),
    onProgress,
    signal,
  });
};

/** Providers as a saved reading holds them: no connection, no secret. Throws CommandFailure where one is missing. */
export const snapshotServices = async (
  document: Document,
  texts: Texts,
  snapshot: Snapshot,
  scope: Scope,
): Promise<ReadonlyMap<string, Service>> => {
  const services = new Map<string, Service>();
  for (const config of document.providers.values()) {
    const needs = needsInScope(document, config.name, scope);
    if (needs === undefined) continue;
    const provider = await providerOf(config, texts);
    services.set(config.name, snapshotService(provider, config, snapshot, needs, noLedger, texts));
  }
  return services;
};
