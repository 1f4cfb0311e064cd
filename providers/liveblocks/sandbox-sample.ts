import type { LiveblocksSandboxRoom, LiveblocksSandboxState } from "./sandbox-room.ts";

type Sample = Pick<LiveblocksSandboxRoom, "id" | "metadata" | "defaultAccesses" | "groupsAccesses" | "usersAccesses">;

const room = (sample: Sample, index: number): LiveblocksSandboxRoom => ({
  type: "room",
  id: sample.id,
  organizationId: "default",
  createdAt: new Date(Date.UTC(2026, 0, 5 + index, 10)).toISOString(),
  metadata: sample.metadata,
  defaultAccesses: sample.defaultAccesses,
  groupsAccesses: sample.groupsAccesses,
  usersAccesses: sample.usersAccesses,
});

const SAMPLES: readonly Sample[] = [
  {
    id: "weekly-design",
    metadata: { owner: "design" },
    defaultAccesses: ["room:read", "room:presence:write"],
    groupsAccesses: { contractors: ["room:read", "room:presence:write"] },
    usersAccesses: { alice: ["room:write"], bob: ["room:write"] },
  },
  {
    id: "client-acme-board",
    metadata: { owner: "design", client: "acme" },
    defaultAccesses: [],
    groupsAccesses: { acme: ["*:read", "comments:write"] },
    usersAccesses: { alice: ["*:write"], erin: ["*:write"] },
  },
  {
    id: "client-globex-board",
    metadata: { owner: "design", client: "globex" },
    defaultAccesses: ["room:write"],
    groupsAccesses: {},
    usersAccesses: { alice: ["room:write"], mallory: [] },
  },
  {
    id: "class-7a",
    metadata: { school: "north" },
    defaultAccesses: [],
    groupsAccesses: { "pupils-7a": ["*:read", "comments:write"] },
    usersAccesses: { carol: ["*:write"] },
  },
  {
    id: "class-7b",
    metadata: { school: "north" },
    defaultAccesses: ["room:write"],
    groupsAccesses: {},
    usersAccesses: { dave: ["*:write"] },
  },
  {
    id: "retired-room",
    metadata: {},
    defaultAccesses: ["room:read"],
    groupsAccesses: {},
    usersAccesses: {},
  },
];

/** Rooms as years of clicking leave them: a design agency and a school, with a few things that a review would find. */
export const sampleState = (): LiveblocksSandboxState => ({ rooms: SAMPLES.map(room) });
