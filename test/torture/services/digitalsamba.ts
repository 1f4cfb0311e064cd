import fc from "fast-check";
import type { ReadTransport } from "../../../providers/_shared/http.ts";
import { fillPath } from "../../../providers/_shared/path.ts";
import { readState } from "../../../providers/digitalsamba/api.ts";
import { digitalsamba } from "../../../providers/digitalsamba/index.ts";
import { maybe, roomFile, some, twoFiles } from "../arbitraries.ts";
import type { Files, ModelRequest, RoomFile, Subject } from "../model.ts";
import { PERMISSIONS, type SambaRole, type SambaRoom, type SambaState, sambaModel } from "../models/digitalsamba.ts";
import type { TortureService, World } from "../service.ts";

const USERS = ["alice", "bob", "erin"];
const NAMED = ["room-a", "room-b"];
const ROOMS = [...NAMED, "room-other"];
const OURS = ["lead", "member", "guest", "temp"];
const PRESETS = ["moderator", "speaker", "attendee"];
const ROLES = [...OURS, ...PRESETS];

const subjects: readonly Subject[] = [
  ["everyone", ""],
  ...USERS.map((id): Subject => ["user", id]),
  ...ROLES.map((id): Subject => ["role", id]),
];
const model = sambaModel({ rooms: ROOMS, subjects });

const permissionsOver = (names: readonly string[]) =>
  fc
    .tuple(
      fc.subarray(PERMISSIONS.slice(0, 3)).map((on) => Object.fromEntries(on.map((name) => [name, true as const]))),
      some(
        PERMISSIONS.slice(3),
        fc.oneof(fc.constant(true as const), fc.subarray([...names], { minLength: 1, maxLength: 2 })),
      ),
    )
    .map(([plain, over]) => ({ ...plain, ...over }));
const roleOver = (names: readonly string[]): fc.Arbitrary<SambaRole> =>
  fc.record({ display_name: fc.constantFrom("Role one", "Role two"), permissions: permissionsOver(names) });

const stateOf = (there: readonly string[]): fc.Arbitrary<SambaState> => {
  const names = [...there, ...PRESETS];
  const holder = fc
    .tuple(fc.constantFrom(...names), fc.subarray(names, { maxLength: 2 }))
    .map(([default_role, more]) => ({
      roles: [...new Set([...more, default_role])],
      default_role,
    }));
  const room: fc.Arbitrary<SambaRoom> = fc
    .tuple(holder, fc.constantFrom("public", "private"), fc.constantFrom("", "as it was"))
    .map(([held, privacy, description]) => ({ privacy, ...held, description }));
  const presets = fc.constant(
    PRESETS.map((name) => [name, { display_name: name, permissions: { raise_hand: true as const } }] as const),
  );
  return fc.record({
    roles: fc
      .tuple(presets, fc.tuple(...there.map((name) => roleOver(names).map((role) => [name, role] as const))))
      .map(([fixed, own]) => Object.fromEntries([...fixed, ...own])),
    rooms: some(ROOMS, room),
    team: fc.constant({ roles: ["speaker", "attendee"], default_role: "attendee" }),
  });
};

type Fate = "kept" | "absent" | "unwritten";
const filesFor = (ours: readonly string[], named: readonly string[]): fc.Arbitrary<Files> =>
  fc.tuple(...ours.map(() => fc.constantFrom<Fate>("kept", "kept", "kept", "absent", "unwritten"))).chain((fates) => {
    const kept = ours.filter((_, index) => fates[index] === "kept");
    const gone = ours.filter((_, index) => fates[index] === "absent");
    const role = fc.constantFrom(...kept, "moderator", "speaker");
    const entry = roomFile(
      role.map((name) => ({ default: name })),
      maybe("users", some(USERS, role)),
      maybe(
        "settings",
        fc.constantFrom(
          { digitalsamba: { privacy: "public" } },
          { digitalsamba: { privacy: "private", roles: ["speaker"] } },
        ),
      ),
      maybe("mode", fc.constantFrom("additive")),
    );
    const rooms = some(
      named,
      fc.oneof({ weight: 8, arbitrary: entry }, { weight: 1, arbitrary: fc.constant<RoomFile>({ absent: true }) }),
    );
    const blocks = fc.tuple(
      ...kept.map((name) => roleOver([...kept, "moderator"]).map((block) => [name, { digitalsamba: block }] as const)),
    );
    return fc.tuple(blocks, rooms).map(([own, held]) => ({
      roles: {
        ...Object.fromEntries(own),
        ...Object.fromEntries(gone.map((name) => [name, "absent"])),
        moderator: { digitalsamba: "existing" },
        speaker: { digitalsamba: "existing" },
      },
      rooms: held,
    }));
  });
const isKept = (role: unknown): boolean => typeof role === "object" && !Object.values(role ?? {}).includes("existing");
const worldsOf = (ours: readonly string[], files: fc.Arbitrary<readonly Files[]>): fc.Arbitrary<World<SambaState>> =>
  fc.subarray([...ours]).chain((there) => fc.record({ state: stateOf(there), files }));

/** The model in the place of the network. */
const transportTo = (state: SambaState): ReadTransport => ({
  get: async ({ path, params }) => {
    const { status, json } = model.request(state, { method: "GET", path: fillPath(path, params) });
    return { status, json, date: undefined };
  },
  close: async () => {},
});

export const sambaTorture: TortureService<SambaState> = {
  name: "digitalsamba",
  provider: digitalsamba,
  config: { teamId: { env: "DIGITALSAMBA_TEAM_ID" }, developerKey: { env: "DIGITALSAMBA_DEVELOPER_KEY" } },
  model,
  worlds: worldsOf(OURS, twoFiles(filesFor(OURS, NAMED), isKept)),
  small: worldsOf(["lead", "guest"], fc.tuple(filesFor(["lead", "guest"], ["room-a"]))),
  read: (state, request) =>
    readState({ transport: transportTo(state), provider: "digitalsamba", parallelism: 1, request }),
  moves: (from, to) => [
    ...ROLES.flatMap((name) => roleMoves(name, from, to)),
    ...ROOMS.flatMap((name) => roomMoves(name, from, to)),
  ],
};

/** A role as it should be, or as much of it as can be said before the others are there. */
const roleMoves = (name: string, from: SambaState, to: SambaState): readonly ModelRequest[] => {
  const [found, wanted] = [from.roles[name], to.roles[name]];
  if (wanted === undefined) return found === undefined ? [] : [{ method: "DELETE", path: `/roles/${name}` }];
  const off = Object.fromEntries(Object.keys(found?.permissions ?? {}).map((key) => [key, false]));
  const known = Object.entries(wanted.permissions).flatMap(([key, value]) => {
    const rest = value === true ? value : value.filter((target) => target in from.roles);
    return rest === true || rest.length > 0 ? [[key, rest] as const] : [];
  });
  return [wanted.permissions, Object.fromEntries(known)].map((permissions) => {
    const body = { name, display_name: wanted.display_name, permissions: { ...off, ...permissions } };
    return found === undefined
      ? { method: "POST", path: "/roles", body }
      : { method: "PATCH", path: `/roles/${name}`, body };
  });
};

const roomMoves = (name: string, from: SambaState, to: SambaState): readonly ModelRequest[] => {
  const [found, wanted] = [from.rooms[name], to.rooms[name]];
  if (wanted === undefined) return found === undefined ? [] : [{ method: "DELETE", path: `/rooms/${name}` }];
  const body = { friendly_url: name, ...wanted };
  if (found === undefined) return [{ method: "POST", path: "/rooms", body }];
  return [{ method: "PATCH", path: `/rooms/${name}`, body }];
};
