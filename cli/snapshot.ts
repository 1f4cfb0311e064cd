import { readFile } from "node:fs/promises";
import type { ReadNeeds } from "../engine/load/needs.ts";
import type { Current, CurrentState, Json, JsonObject, ProviderConfig } from "../engine/model.ts";
import type { Service } from "../engine/plan/worlds.ts";
import type { Ledger, Provider } from "../engine/provider.ts";
import { compareText } from "../engine/util/compare.ts";
import { quote } from "../engine/util/quote.ts";
import { isRecord, own, record } from "../engine/util/record.ts";
import { CommandFailure, problem, type Texts } from "./failures.ts";
import { writePrivateFile } from "./private-files.ts";

/** What was read once, for planning without network and secrets. Holds permissions and ids; no secret. */
export type Snapshot = {
  readonly format_version: "1.0";
  readonly taken_at: string;
  readonly providers: { readonly [name: string]: SnapshotProvider };
};

type SnapshotProvider = {
  readonly type: string;
  readonly account: string;
  readonly base_url: string;
  readonly complete: boolean;
  readonly rooms: readonly string[];
  readonly objects: readonly SnapshotObject[];
  readonly extra?: JsonObject;
  readonly asked: Asked;
};
/** What was read: of anything else the snapshot cannot say whether it is there. */
type Asked = {
  readonly list: boolean;
  readonly rooms: readonly string[];
  readonly roles: readonly string[];
  readonly roomDefaults: boolean;
};
type SnapshotObject = {
  readonly address: string;
  readonly kind: string;
  readonly id: string;
  readonly room: string | null;
  readonly spec: JsonObject;
  readonly extra?: Json;
};

/** Writes what was read, readable by its owner only. */
export const saveSnapshot = async (
  file: string,
  services: ReadonlyMap<string, Service>,
  needsOf: (provider: string) => ReadNeeds,
  now: number,
): Promise<void> => {
  const providers = [...services].map(([name, service]): [string, SnapshotProvider] => [
    name,
    providerSnapshot(service, needsOf(name)),
  ]);
  const snapshot = { format_version: "1.0", taken_at: new Date(now).toISOString(), providers: record(providers) };
  await writePrivateFile(file, `${JSON.stringify(snapshot)}\n`);
};

const providerSnapshot = (
  { provider, account, baseUrl, state }: Service,
  { rooms, roles, roomDefaults }: ReadNeeds,
): SnapshotProvider => ({
  type: provider.type,
  account,
  base_url: baseUrl,
  complete: state.complete,
  rooms: [...state.rooms].sort(compareText),
  objects: [...state.objects.values()]
    .sort((a, b) => compareText(a.address, b.address))
    .map(({ address, kind, id, room, spec, extra }) => ({
      address,
      kind,
      id,
      room: room ?? null,
      spec,
      ...(extra === undefined ? {} : { extra }),
    })),
  ...(state.extra === undefined ? {} : { extra: state.extra }),
  asked: { list: provider.facts.listsRooms, rooms, roles, roomDefaults },
});

/** Reads a saved reading. Throws CommandFailure when the file is not one. */
export const loadSnapshot = async (file: string): Promise<Snapshot> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new CommandFailure("usage", [
      problem("file-unreadable", `the snapshot ${file} cannot be read (${error.code ?? "no reason given"})`),
    ]);
  });
  const value = parse(text);
  if (
    isRecord(value) &&
    value.format_version === "1.0" &&
    isRecord(value.providers) &&
    Object.values(value.providers).every(isProvider) &&
    typeof value.taken_at === "string"
  ) {
    return value as unknown as Snapshot;
  }
  throw new CommandFailure("usage", [
    problem(
      "plan-unreadable",
      `${file} is not a snapshot of this version`,
      "make one with rolecall plan --save-snapshot",
    ),
  ]);
};

const isProvider = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value.type === "string" &&
  typeof value.account === "string" &&
  typeof value.base_url === "string" &&
  typeof value.complete === "boolean" &&
  Array.isArray(value.rooms) &&
  value.rooms.every((id) => typeof id === "string") &&
  Array.isArray(value.objects) &&
  value.objects.every(isObject) &&
  isRecord(value.asked);

const isObject = (value: unknown): boolean =>
  isRecord(value) &&
  [value.address, value.kind, value.id].every((part) => typeof part === "string") &&
  isRecord(value.spec);

const parse = (text: string): unknown => {
  try {
    return bare(JSON.parse(text) as Json);
  } catch {
    return undefined;
  }
};

/** Objects without prototype all the way down: ids are keys. */
const bare = (value: Json): Json => {
  if (Array.isArray(value)) return value.map((item: Json) => bare(item));
  if (!isRecord(value)) return value;
  return record(Object.entries(value).map(([key, item]): [string, Json] => [key, bare(item as Json)]));
};

/** Something that the files are about and that was not asked for. A room of a service without lists counts as not there. */
const unreadIn = ({ asked, extra }: SnapshotProvider, { facts }: Provider, needs: ReadNeeds): string | undefined => {
  const room = asked.list || !facts.listsRooms ? undefined : needs.rooms.find((id) => !asked.rooms.includes(id));
  if (room !== undefined) return `the room ${quote(room)}`;
  const known = own(extra, "roles");
  const role = needs.roles.find((name) => !asked.roles.includes(name) && isRecord(known) && Object.hasOwn(known, name));
  if (role !== undefined) return `what the files want of the role ${quote(role)}`;
  return needs.roomDefaults && !asked.roomDefaults ? "the room defaults that the files want" : undefined;
};

/** One provider as the snapshot holds it. Throws CommandFailure when it does not. */
export const snapshotService = (
  provider: Provider,
  config: ProviderConfig,
  snapshot: Snapshot,
  needs: ReadNeeds,
  ledger: Ledger,
  texts: Texts,
): Service => {
  const saved = own(snapshot.providers, config.name);
  if (saved === undefined || saved.type !== config.type) {
    const summary = `the snapshot holds no reading of the provider ${config.name}`;
    throw new CommandFailure(
      "invalid",
      [
        {
          ...problem("read-incomplete", summary, "save it again from files that use this provider"),
          source: config.source,
        },
      ],
      texts,
    );
  }
  const unread = unreadIn(saved, provider, needs);
  if (unread !== undefined) {
    const summary = `the snapshot does not say whether ${config.name} has ${unread}`;
    const hint = "save it again with rolecall plan --save-snapshot, from files that name it";
    throw new CommandFailure(
      "invalid",
      [{ ...problem("read-incomplete", summary, hint), source: config.source }],
      texts,
    );
  }
  const objects = saved.objects.map((object): [string, Current] => [
    object.address,
    {
      address: object.address,
      kind: object.kind,
      id: object.id,
      room: object.room ?? undefined,
      spec: object.spec,
      ...(object.extra === undefined ? {} : { extra: object.extra }),
    },
  ]);
  const state: CurrentState = {
    provider: config.name,
    objects: new Map(objects),
    rooms: new Set(saved.rooms),
    complete: saved.complete,
    diagnostics: [],
    ...(saved.extra === undefined ? {} : { extra: saved.extra }),
  };
  return { provider, account: saved.account, baseUrl: saved.base_url, state, ledger };
};
