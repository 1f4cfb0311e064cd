/**
 * Rooms that may have their roles from the team. An untouched room follows the team's default room settings live, and an
 * answer does not say which values are its own: https://docs.digitalsamba.com/dashboard/creating-a-room
 *
 * A room must not follow when the same files change the team's, where they give it its default role, or a role that the team
 * does not have any more. So such a room that looks like the team is marked while a plan changes the team, and the plan writes
 * its roles first, although they are the same.
 */
import type { CurrentState, RoomPolicy, Spec } from "../../engine/model.ts";
import type { DesireInput, Ledger } from "../../engine/provider.ts";
import { address } from "../../engine/util/address.ts";
import { isRecord } from "../../engine/util/record.ts";
import { sameJson } from "../../engine/util/stable-json.ts";
import { ROOM, roomSpec, TEAM, teamSpec } from "./convert.ts";
import { mergeTeam } from "./desire-team.ts";
import { knownOf, orderOf } from "./known.ts";
import { namesOf } from "./names.ts";
import { givenRoles } from "./room-roles.ts";

/** In the spec of a room: which of its values may be the team's. */
export const INHERITS = "inherits";
const FIELDS = ["default_role", "roles"] as const;

/** See `Provider.recall`. */
export const recall = ({ policy, current, ledger }: DesireInput): CurrentState => {
  const { provider, roomDefaults } = policy;
  const found = current.objects.get(address(provider, TEAM));
  if (found === undefined || roomDefaults === undefined) return current;
  const team = teamSpec(found.spec);
  const next = mergeTeam(team, orderOf(found), roomDefaults, namesOf(policy, knownOf(current).roles)).spec;
  const moved = FIELDS.filter((field) => !sameJson(team[field], next[field]));
  if (moved.length === 0) return current;
  const objects = new Map(current.objects);
  for (const wanted of policy.rooms.values()) {
    const room = objects.get(address(provider, ROOM, wanted.id));
    if (wanted.absent || room === undefined || isPinned(ledger, room.extra)) continue;
    const spec = roomSpec(room.spec);
    const inherits = moved.filter((field) => sameJson(spec[field], team[field]));
    const loses = inherits.includes("roles") && givenRoles(wanted).some((name) => !next.roles.includes(name));
    if (inherits.length > 0 && (givesDefault(wanted) || loses))
      objects.set(room.address, { ...room, spec: { ...spec, [INHERITS]: inherits } });
  }
  return { ...current, objects };
};

const givesDefault = (room: RoomPolicy): boolean => room.default !== undefined && room.mode.default !== "observe";

/** What may be the team's in a room; [] where nothing is marked. */
export const inheritsIn = (spec: Spec | null): readonly string[] => {
  const marked = spec?.[INHERITS];
  return Array.isArray(marked) ? (marked as readonly string[]) : [];
};

const keyOf = (room: string): string => `pinned/${room}`;

/** By the id at the service: a room that is made anew under the same name inherits again. */
const isPinned = (ledger: Ledger, extra: unknown): boolean =>
  isRecord(extra) && typeof extra.id === "string" && ledger.get(keyOf(extra.id)) !== undefined;

/** Notes that the roles of a room were written, and so are its own from now on. */
export const keepPinned = (ledger: Ledger, room: string): void => {
  if (ledger.get(keyOf(room)) === undefined) ledger.set(keyOf(room), true);
};
