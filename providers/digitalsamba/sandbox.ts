/**
 * The part of the Digital Samba REST API that Rolecall uses, on loopback, written from its documents alone: roles, rooms,
 * team settings, tokens, running sessions. No proof of what the real service does: where the documents are silent there
 * is a switch or a comment. Webhooks and the deletion of rooms by tag are left out.
 */
import { type Faults, type SandboxHandler, type SandboxServer, startSandboxServer } from "../_shared/sandbox-server.ts";
import { faultBody, tooMany } from "./sandbox-answers.ts";
import { handlerOf } from "./sandbox-calls.ts";
import { createRateLimit } from "./sandbox-limit.ts";
import { preciseStamp } from "./sandbox-live.ts";
import { PERMISSIONS, PRESETS, ROLE_SENSITIVE } from "./sandbox-permissions.ts";
import type { Context, Switches } from "./sandbox-settings.ts";
import {
  copyStore,
  createStore,
  type DigitalsambaSandboxState,
  findRoom,
  newId,
  newTeam,
  type Participant,
  readState,
  type StoredRoom,
  stateOf,
  TEAM_ID,
  type Values,
} from "./sandbox-store.ts";

export { sampleState } from "./sandbox-sample.ts";
export type { DigitalsambaSandboxState } from "./sandbox-store.ts";

export type DigitalsambaSandboxOptions = Partial<Switches> & {
  readonly teamId?: string;
  readonly developerKey?: string;
  /** What to start from, as `state()` gave it; default: a new team with its presets. */
  readonly state?: DigitalsambaSandboxState | Values;
  /** Told the new state before the request that changed it is answered. A throw becomes a 500. */
  readonly onChange?: (state: DigitalsambaSandboxState) => void;
  /** Default: 1000 in a minute. */
  readonly rateLimit?: { readonly requests: number; readonly perMs: number } | false;
  readonly faults?: Faults;
  readonly now?: () => number;
  readonly port?: number;
};

export type DigitalsambaSandbox = SandboxServer & {
  /** With the version prefix. */
  readonly baseUrl: string;
  readonly teamId: string;
  readonly developerKey: string;
  /** Everything as JSON; `state` of a later start. */
  state(): DigitalsambaSandboxState;
  /** Somebody enters, by the name of the role; the session starts with the first. Throws when the room is not there. */
  join(room: string, participant: { readonly name: string; readonly role: string; readonly externalId?: string }): void;
  /** Ends the session of a room. */
  endSession(room: string): void;
};

/** Starts the stand-in on loopback. Throws when `state` is not a state of it, rejects when the port is taken. */
export const startDigitalsambaSandbox = async (
  options: DigitalsambaSandboxOptions = {},
): Promise<DigitalsambaSandbox> => {
  const { teamId = TEAM_ID, developerKey = "sandbox-developer-key", now = Date.now, onChange } = options;
  const switches = switchesOf(options);
  const kept = readState(options.state ?? newTeam(teamId, now(), switches.presets));
  const store = createStore({ ...kept, team: { ...kept.team, id: teamId } });
  const changed = (): void => onChange?.(stateOf(store));
  const contextOf = (over: typeof store, tell: () => void): Context => ({
    store: over,
    switches,
    developerKey,
    now,
    changed: tell,
  });

  const server = await startSandboxServer({
    handler: limited(handlerOf(contextOf(store, changed)), options.rateLimit, now),
    fork: () => handlerOf(contextOf(copyStore(store), () => {})),
    errorBody: faultBody,
    // The order of a room's roles is the order in the panel.
    keepsOrder: (path) => path.some((key) => key === "roles" || key === "tags" || key === "languages"),
    now,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(options.port === undefined ? {} : { port: options.port }),
  });

  const roomOf = (key: string): StoredRoom => {
    const room = findRoom(store, key);
    if (room === undefined) throw new Error(`no room ${key} in the sandbox`);
    return room;
  };

  return {
    ...server,
    baseUrl: `${server.url}/api/v1`,
    teamId,
    developerKey,
    state: () => stateOf(store),
    join: (key, { name, role, externalId = null }) => {
      const room = roomOf(key);
      server.beforeEdit();
      const session = store.live.get(room.id) ?? { start: now(), participants: [] };
      const join_time = preciseStamp(now());
      const participant: Participant = { id: newId(store), external_id: externalId, name, role, join_time };
      store.live.set(room.id, { ...session, participants: [...session.participants, participant] });
      store.rooms.set(room.id, { ...room, hadSession: true });
      changed();
    },
    endSession: (key) => {
      server.beforeEdit();
      store.live.delete(roomOf(key).id);
    },
  };
};

const switchesOf = (options: DigitalsambaSandboxOptions): Switches => ({
  presets: options.presets ?? PRESETS,
  permissions: options.permissions ?? PERMISSIONS,
  roleSensitive: options.roleSensitive ?? ROLE_SENSITIVE,
  unknownTargets: options.unknownTargets ?? "refuse",
  selfOnCreate: options.selfOnCreate ?? false,
  afterDelete: options.afterDelete ?? "dangle",
  nulls: options.nulls ?? "ignore",
  reads: options.reads ?? "example",
  reusesUrls: options.reusesUrls ?? true,
  foreignTokenRole: options.foreignTokenRole ?? "refuse",
  noSession: options.noSession ?? 404,
});

/** Whether the limit is of the team, the key or the address is unknown; here there is one of each. */
const limited = (
  handler: SandboxHandler,
  limit: DigitalsambaSandboxOptions["rateLimit"] = { requests: 1000, perMs: 60_000 },
  now: () => number,
): SandboxHandler => {
  if (limit === false) return handler;
  const waitOf = createRateLimit(limit.requests, limit.perMs);
  return (request) => {
    const seconds = waitOf(now());
    return seconds === undefined ? handler(request) : tooMany(seconds);
  };
};
