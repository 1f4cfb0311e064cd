import { createStore, type DailySandboxState, join, stateOf } from "./sandbox-store.ts";

const STARTED = Date.UTC(2026, 0, 5, 10);

const ROOMS: DailySandboxState["rooms"] = [
  {
    name: "weekly-design",
    privacy: "public" as const,
    properties: { permissions: { canSend: true, canAdmin: ["participants"] } },
  },
  {
    name: "town-hall",
    privacy: "private" as const,
    properties: { enable_knocking: true, max_participants: 500, permissions: { canSend: false } },
  },
  { name: "client-acme", privacy: "public" as const, properties: { enable_chat: true } },
  { name: "retired-room", privacy: "public" as const, properties: {} },
].map((room, index) => ({
  id: `0000000${index + 1}-0000-4000-8000-000000000000`,
  created_at: new Date(STARTED + index * 60_000).toISOString(),
  ...room,
}));

/** A team's rooms as years of clicking leave them, with one call going on. */
export const sampleState = (): DailySandboxState => {
  const store = createStore({ rooms: ROOMS });
  join(store, "weekly-design", { userId: "alice", userName: "Alice", owner: true }, STARTED);
  join(store, "weekly-design", { userId: "bob", userName: "Bob" }, STARTED + 1000);
  join(store, "weekly-design", {}, STARTED + 2000);
  return stateOf(store);
};
