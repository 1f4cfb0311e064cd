/** Whom two teams will give different permissions: a run then refuses the files, so that nothing changes for them. */
import type { Resolved } from "../load/resolve.ts";
import type { Grant, ProviderPolicy, RoomPolicy } from "../model.ts";

/** What people keep while two teams disagree about them, by room and user; undefined: no grant. */
export type Kept = ReadonlyMap<string, ReadonlyMap<string, Grant | undefined>>;
export const NOTHING_KEPT: Kept = new Map();

/** What people keep from an instant on; `before` is the policy up to it, and other rooms than its own are as they were. */
export const keptFrom = ({ policy, disputed }: Resolved, before: ProviderPolicy, kept: Kept): Kept => {
  if (disputed.size === 0 && kept.size === 0) return kept;
  const next = new Map(kept);
  for (const id of policy.rooms.keys()) {
    const users = disputed.get(id);
    const grants = before.rooms.get(id)?.users;
    if (users === undefined) next.delete(id);
    else next.set(id, new Map([...users].map((user) => [user, grants?.get(user)])));
  }
  return next;
};

/** The policy with what people keep in the place of what two teams would give them. */
export const withKept = (policy: ProviderPolicy, kept: Kept): ProviderPolicy => {
  if (kept.size === 0) return policy;
  const rooms = new Map([...policy.rooms].map(([id, room]) => [id, roomWithKept(room, kept.get(id))]));
  return { ...policy, rooms };
};

const roomWithKept = (room: RoomPolicy, kept: ReadonlyMap<string, Grant | undefined> | undefined): RoomPolicy => {
  if (kept === undefined || room.users === undefined) return room;
  const users = new Map(room.users);
  for (const [user, grant] of kept) {
    if (grant === undefined) users.delete(user);
    else users.set(user, grant);
  }
  return { ...room, users };
};
