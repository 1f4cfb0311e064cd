import type { SandboxAnswer, SandboxRequest } from "../_shared/sandbox-server.ts";
import { invalid, notFound, ok } from "./sandbox-answers.ts";
import { pageOf } from "./sandbox-pages.ts";
import type { Context } from "./sandbox-settings.ts";
import { findRoom, type Session, type StoredRoom, type Values } from "./sandbox-store.ts";

/** Rooms in which a session runs. Rooms without one are left out. */
export const listLive = (context: Context, request: SandboxRequest, people: boolean): SandboxAnswer => {
  const { store } = context;
  const rooms = [...store.rooms.values()].filter((room) => store.live.has(room.id));
  const page = pageOf(rooms, request);
  if (page instanceof Map) return invalid(page);
  return ok({ total_count: page.total, data: page.items.map((room) => showLive(context, room, people)) });
};

/** One room, without a `data` around it. What a room without a session gives is unknown: a switch. */
export const getLive = (context: Context, key: string, people: boolean): SandboxAnswer => {
  const room = findRoom(context.store, key);
  if (room === undefined) return notFound;
  if (!context.store.live.has(room.id) && context.switches.noSession === 404) return notFound;
  return ok(showLive(context, room, people));
};

const showLive = ({ store, now }: Context, room: StoredRoom, people: boolean): Values => {
  const session: Session | undefined = store.live.get(room.id);
  const participants = session?.participants ?? [];
  return {
    id: room.id,
    external_id: room.values.external_id ?? null,
    start_time: session === undefined ? null : preciseStamp(session.start),
    session_duration: session === undefined ? 0 : Math.floor((now() - session.start) / 1000),
    live_participants: people ? participants : participants.length,
  };
};

/** Stamps of live things have six digits after the second. */
export const preciseStamp = (at: number): string => new Date(at).toISOString().replace("Z", "000Z");
