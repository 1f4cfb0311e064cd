/** What the files and the service together say the domain and rooms should be; what is not managed stays as found. */
import type {
  Address,
  Current,
  CurrentState,
  Desired,
  DesiredState,
  Diagnostic,
  Json,
  JsonObject,
  Pending,
  ProviderPolicy,
  RoomPolicy,
  Spec,
} from "../../engine/model.ts";
import type { DesireInput, Ledger } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { quote } from "../../engine/util/quote.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { DOMAIN, domainSpec, permissionsIn, ROOM, type RoomSpec, roomSpec, specOf } from "./convert.ts";
import { desireLive, lagOf } from "./desire-live.ts";
import { sentDomain } from "./memory.ts";
import {
  alike,
  areAlike,
  blockValues,
  EMPTY,
  FIELDS,
  type Field,
  inWordsOf,
  nested,
  resolved,
  stored,
  written,
} from "./permissions.ts";
import { accountOf, defaultsOf } from "./presence.ts";
import { canonicalSetting, type Defaults, isDefault } from "./settings.ts";
import { managedFields } from "./targets.ts";

const CLOSED: RoomSpec = { permissions: EMPTY, privacy: "private", settings: EMPTY };

export type Wanted = {
  readonly objects: Map<Address, Desired>;
  readonly observed: Map<Address, Spec | null>;
  readonly pending: Pending[];
  readonly diagnostics: Diagnostic[];
  unmanaged: number;
};

/** See `Provider.desire`. */
export const desire = ({ policy, current, ledger }: DesireInput): DesiredState => {
  const wanted: Wanted = { objects: new Map(), observed: new Map(), pending: [], diagnostics: [], unmanaged: 0 };
  const domain = desireDomain(policy, current, ledger, wanted);
  for (const room of policy.rooms.values()) {
    const permissions = desireRoom(policy, room, domain, current, wanted);
    if (permissions !== undefined) desireLive({ policy, room, permissions, domain, current, wanted });
  }
  wanted.diagnostics.push(...lagOf(wanted, current));
  return wanted;
};

/** Gives the domain's permissions as they will be. What it does not show is written, once: what is built in is only assumed. */
const desireDomain = (policy: ProviderPolicy, current: CurrentState, ledger: Ledger, wanted: Wanted): JsonObject => {
  const where = address(policy.provider, DOMAIN);
  const found = current.objects.get(where);
  const known = permissionsIn(found?.spec);
  const grant = policy.roomDefaults?.default;
  if (grant === undefined) return known;
  const words = stored(nested(new Map([...written(known), ...blockValues(grant.block)])));
  const isKnown = found !== undefined && isRecord(own(found.spec, "permissions"));
  const account = accountOf(current);
  const isRead = account !== undefined;
  const wasSent = isRead && sameJson(sentDomain(ledger, account), words) && areAlike(known, words);
  const target = !isKnown ? words : wasSent ? known : inWordsOf(known, words);
  wanted.objects.set(where, {
    address: where,
    kind: DOMAIN,
    id: DOMAIN,
    room: undefined,
    spec: isKnown && sameJson(known, target) ? found.spec : domainSpec(target),
    source: grant.source,
    wire: record<Json>([["permissions", words]]),
    ...(isKnown || !isRead ? {} : { unknown: [["permissions"]] }),
  });
  return target;
};

/** Gives the room's permissions as they will be; undefined where there will be no room. */
const desireRoom = (
  policy: ProviderPolicy,
  room: RoomPolicy,
  domain: JsonObject,
  current: CurrentState,
  wanted: Wanted,
): JsonObject | undefined => {
  const where = address(policy.provider, ROOM, room.id);
  const found = current.objects.get(where);
  const object = { address: where, kind: ROOM, id: room.id, room: room.id, source: room.source };
  if (room.absent) {
    wanted.objects.set(where, { ...object, spec: null, reason: "tombstone" });
    return undefined;
  }
  if (found === undefined && room.pattern !== undefined) return undefined;
  if (found === undefined) wanted.diagnostics.push(...otherCase(room, current.rooms));
  const obstacle = expired(room, policy) ?? (found === undefined ? notMade(room) : undefined);
  if (obstacle !== undefined) {
    wanted.pending.push({ address: where, reason: obstacle, source: room.source });
    return undefined;
  }
  const base = found === undefined ? CLOSED : roomSpec(found.spec);
  const { target, words, observed, inherits } = mergeRoom(base, room, {
    domain,
    defaults: defaultsOf(current),
    isNew: found === undefined,
  });
  if (found === undefined && room.mode.default === "observe" && room.mode.settings === "observe") {
    wanted.objects.set(where, { ...object, spec: null, reason: "observed" });
    wanted.observed.set(where, specOf(observed));
    return undefined;
  }
  if (found !== undefined && !sameJson(specOf(observed), found.spec)) wanted.observed.set(where, specOf(observed));
  const spec = found !== undefined && sameJson(specOf(target), found.spec) ? found.spec : specOf(target);
  wanted.objects.set(where, {
    ...object,
    spec,
    wire: record<Json>([
      ["inherits", inherits],
      ["permissions", words],
      ["settings", room.settings?.value ?? EMPTY],
    ]),
    ...reasonOf(room, found),
  });
  return target.permissions;
};

/** Whether case counts in names is not documented: two that differ by it alone may be one room. */
const otherCase = ({ id, source, create }: RoomPolicy, rooms: ReadonlySet<string>): readonly Diagnostic[] => {
  const lower = id.toLowerCase();
  const twin = create ? [...rooms].find((other) => other !== id && other.toLowerCase() === lower) : undefined;
  if (twin === undefined) return [];
  return [
    {
      severity: "error",
      code: "daily/other-case",
      summary: `Daily has a room ${quote(twin)}, which differs from ${quote(id)} only by case, and may take the two for one`,
      hint: `write ${twin}, or another name`,
      source,
    },
  ];
};

/** Why a room that is not there is not made. */
const notMade = (room: RoomPolicy): string | undefined =>
  room.create ? undefined : "the room does not exist, and the files say not to create it";

/** Past its end a room is gone for nearly all calls, so nothing that is written could be seen to hold. */
const expired = (room: RoomPolicy, policy: ProviderPolicy): string | undefined => {
  const exp = own(room.settings?.value, "exp");
  if (typeof exp !== "number" || exp * 1000 > policy.at) return undefined;
  return "the time after which nobody can join (exp) has passed: Daily treats such a room as gone; write a later time, or absent: true";
};

const reasonOf = (room: RoomPolicy, found: Current | undefined): { readonly reason?: string } =>
  found === undefined && own(room.settings?.value, "privacy") === undefined
    ? { reason: "created closed: the files give it no privacy" }
    : {};

type Merged = {
  readonly target: RoomSpec;
  /** The permissions of `target` as they are sent. */
  readonly words: JsonObject;
  readonly observed: RoomSpec;
  readonly inherits: boolean;
};

/** `target`: what to plan. `observed`: the room as found, with the fields that are only observed as the files have them. */
const mergeRoom = (
  found: RoomSpec,
  room: RoomPolicy,
  { domain, defaults, isNew }: { readonly domain: JsonObject; readonly defaults: Defaults; readonly isNew: boolean },
): Merged => {
  const words = wantedPermissions(found.permissions, room, domain, isNew);
  const permissions = inWordsOf(found.permissions, words, domain);
  const wanted = wantedSettings(found, room, defaults);
  const plans = { default: room.mode.default !== "observe", settings: room.mode.settings !== "observe" };
  return {
    target: {
      permissions: plans.default ? permissions : found.permissions,
      privacy: plans.settings ? wanted.privacy : found.privacy,
      settings: plans.settings ? wanted.settings : found.settings,
    },
    words: plans.default ? words : found.permissions,
    observed: {
      permissions: plans.default ? found.permissions : permissions,
      privacy: plans.settings ? found.privacy : wanted.privacy,
      settings: plans.settings ? found.settings : wanted.settings,
    },
    inherits: FIELDS.some((field) => managedFields(room).includes(field) && !sets(permissions, field)),
  };
};

const sets = (permissions: JsonObject, field: Field): boolean =>
  own(permissions, field.split(".")[0] ?? "") !== undefined;

/**
 * Stored permissions are sent whole: the managed fields in the files' words, and the others as read. Where the room gives all
 * managed values already, be it through the domain or in other words, it stays as it is.
 */
const wantedPermissions = (found: JsonObject, room: RoomPolicy, domain: JsonObject, isNew: boolean): JsonObject => {
  if (room.default === undefined) return found;
  const given = blockValues(room.default.block);
  const fields = managedFields(room);
  const values = new Map(fields.map((field) => [field, given.get(field) ?? resolved(field, domain)]));
  if (fields.some((field) => field.startsWith("canReceive"))) {
    for (const part of ["canReceive.base", "canReceive.byUserId"] as const) {
      if (!values.has(part)) values.set(part, resolved(part, found, domain));
    }
  }
  const wanted = stored(nested(new Map([...written(found), ...values])));
  if (isNew) return wanted;
  const same = alike(found, wanted, domain);
  return fields.every((field) => same.has(field)) ? found : wanted;
};

const wantedSettings = (
  found: RoomSpec,
  room: RoomPolicy,
  defaults: Defaults,
): Pick<RoomSpec, "privacy" | "settings"> => {
  const written = room.settings?.value ?? EMPTY;
  const settings = record<Json>(Object.entries(found.settings) as [string, Json][]);
  let privacy = found.privacy;
  for (const [key, value] of Object.entries(written) as [string, Json][]) {
    if (key === "privacy") privacy = typeof value === "string" ? value : "public";
    else if (value === null || isDefault(key, canonicalSetting(key, value), defaults)) delete settings[key];
    else settings[key] = canonicalSetting(key, value);
  }
  return { privacy, settings };
};
