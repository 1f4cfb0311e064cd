/** Changes to requests: one for each object, and one more for each role that closes a circle of new ones. */
import type { Address, CallDraft, Change, Json, JsonObject, Method, Spec } from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { fillPath } from "../_shared/path.ts";
import { newRole, newRoom, rolePatch, roomPatch, serviceOrder, teamPatch } from "./bodies.ts";
import {
  type Permission,
  ROLE,
  ROOM,
  type RoleSpec,
  roleSpec,
  roomSpec,
  TEAM,
  targetsOf,
  teamSpec,
} from "./convert.ts";
import { completedLater, type References, reachable } from "./creation.ts";
import { INHERITS, inheritsIn } from "./inherits.ts";
import { ROLE_PATH, ROLES_PATH, ROOM_PATH, ROOMS_PATH, TEAM_PATH } from "./paths.ts";

type Request = { readonly method: Method; readonly path: string; readonly body?: JsonObject };
type Draft = Request & {
  /** Writes what a room has already, so that it does not follow the team. */
  readonly pins?: boolean;
  readonly change: Change;
  readonly leaves: Spec | null;
  /** Roles that have to be there. */
  readonly uses: ReadonlySet<string>;
  /** Roles that it lets go of. */
  readonly frees: ReadonlySet<string>;
};

/** See `Provider.calls`. */
export const calls = (changes: readonly Change[]): readonly CallDraft[] => {
  const created = new Map<string, Change>();
  for (const change of changes) if (change.kind === ROLE && change.before === null) created.set(change.id, change);
  const references: References = new Map(
    [...created].map(([name, { after }]) => [name, targets(after, (target) => created.has(target))]),
  );
  const later = completedLater(references);
  const drafts = changes.flatMap((change) => draftsOf(change, later, created));
  return link(drafts, created);
};

const targets = (spec: Spec | null, isMeant: (name: string) => boolean): ReadonlySet<string> =>
  new Set(spec === null ? [] : [...targetsOf(roleSpec(spec).permissions)].filter(isMeant));

const draftsOf = (
  change: Change,
  later: ReadonlySet<string>,
  created: ReadonlyMap<string, Change>,
): readonly Draft[] => {
  switch (change.kind) {
    case ROLE:
      return roleDrafts(change, later, created);
    case ROOM:
      return [roomDraft(change)];
    default:
      return [draft(change, teamRequest(change), rolesIn(change.after), rolesIn(change.before))];
  }
};

const roomDraft = (change: Change): Draft => ({
  ...draft(change, roomRequest(change), rolesIn(change.after), rolesIn(change.before)),
  pins: inheritsIn(change.before).length > 0,
});

const draft = (
  change: Change,
  request: Request,
  uses: ReadonlySet<string>,
  before: ReadonlySet<string>,
  leaves: Spec | null = change.after,
): Draft => ({ ...request, change, leaves, uses, frees: new Set([...before].filter((name) => !uses.has(name))) });

const roleDrafts = (
  change: Change,
  later: ReadonlySet<string>,
  created: ReadonlyMap<string, Change>,
): readonly Draft[] => {
  const { before, after, id } = change;
  const path = fillPath(ROLE_PATH, { name: id });
  const [named, freed] = [targets(after, () => true), targets(before, () => true)];
  if (after === null) return [draft(change, { method: "DELETE", path }, named, freed)];
  const wanted = roleSpec(after);
  if (before !== null) {
    return [draft(change, { method: "PATCH", path, body: rolePatch(change, roleSpec(before), wanted) }, named, freed)];
  }
  const first = later.has(id) ? withoutNew(wanted, created) : wanted;
  const create = draft(
    change,
    { method: "POST", path: ROLES_PATH, body: newRole(id, first) },
    targets(first, () => true),
    new Set(),
    first,
  );
  if (!later.has(id)) return [create];
  return [create, draft(change, { method: "PATCH", path, body: rolePatch(change, first, wanted) }, named, new Set())];
};

/** The role with lists that name only roles that are there already. */
const withoutNew = (spec: RoleSpec, created: ReadonlyMap<string, Change>): RoleSpec => {
  const permissions = record<Permission>();
  for (const [name, permission] of Object.entries(spec.permissions)) {
    const rest = permission === true ? permission : permission.filter((target) => !created.has(target));
    if (rest === true || rest.length > 0) permissions[name] = rest;
  }
  return { ...spec, permissions };
};

const rolesIn = (spec: Spec | null): ReadonlySet<string> => {
  if (spec === null) return new Set();
  const { roles, default_role } = "privacy" in spec ? roomSpec(spec) : teamSpec(spec);
  return new Set(default_role === null ? roles : [...roles, default_role]);
};

const roomRequest = (change: Change): Request => {
  const { before, after, id } = change;
  const path = fillPath(ROOM_PATH, { room: id });
  if (after === null) return { method: "DELETE", path };
  if (before === null) return { method: "POST", path: ROOMS_PATH, body: newRoom(change, after) };
  return { method: "PATCH", path, body: roomPatch(change, before, after) };
};

const teamRequest = (change: Change): Request => ({
  method: "PATCH",
  path: TEAM_PATH,
  body: teamPatch(change, change.after ?? record()),
});

/**
 * A role is there before what names it, and goes after everything has let go of it. The team's defaults change when no room
 * follows them that should not.
 */
const link = (drafts: readonly Draft[], created: ReadonlyMap<string, Change>): readonly CallDraft[] => {
  const creators = new Map<string, number>();
  const completions = new Map<Address, number>();
  for (const [index, { change, method }] of drafts.entries()) {
    if (change.kind !== ROLE || !created.has(change.id)) continue;
    if (method === "POST") creators.set(change.id, index);
    else completions.set(change.address, index);
  }
  const isCircle = circleTest(drafts);
  return drafts.map(({ change, method, path, body, leaves, uses }, index) => {
    const after = new Set<number>();
    for (const name of uses) {
      const creator = creators.get(name);
      if (creator !== undefined && creator !== index) after.add(creator);
    }
    if (change.kind === TEAM) for (const [other, { pins }] of drafts.entries()) if (pins) after.add(other);
    if (completions.get(change.address) === index) after.add(creators.get(change.id) ?? index);
    if (change.kind === ROLE && leaves === null)
      for (const [other, user] of drafts.entries())
        if (user.frees.has(change.id) && !isCircle(change.id, user)) after.add(other);
    after.delete(index);
    return {
      provider: change.provider,
      changes: [change.address],
      method,
      path,
      ...(body === undefined ? {} : { body }),
      leaves: new Map([[change.address, leaves]]),
      ...extraOf(change),
      after: [...after].sort((a, b) => a - b),
    };
  });
};

/** For `send`: how the service orders the roles that it has. */
const extraOf = (change: Change): Pick<CallDraft, "extra"> => {
  const order = change.kind === ROLE ? [] : serviceOrder(change);
  const entries: [string, Json][] = [
    ...(order.length === 0 ? [] : [["order", order] as [string, Json]]),
    ...(isPinAlone(change) ? [["inherits", inheritsIn(change.before)] as [string, Json]] : []),
  ];
  return entries.length === 0 ? {} : { extra: record(entries) };
};

/** That a room no longer follows cannot be read back. */
const isPinAlone = ({ kind, fields, before }: Change): boolean =>
  kind === ROOM && inheritsIn(before).length > 0 && fields.every(({ path }) => path[0] === INHERITS);

/** Roles that name each other and all go need not wait: a name in a list keeps no role from being deleted. */
const circleTest = (drafts: readonly Draft[]): ((name: string, user: Draft) => boolean) => {
  const going: References = new Map(drafts.filter(isDeletedRole).map(({ change, frees }) => [change.id, frees]));
  return (name, user) => isDeletedRole(user) && reachable(name, going).has(user.change.id);
};

const isDeletedRole = ({ change, leaves }: Draft): boolean => change.kind === ROLE && leaves === null;
