/** A room as the API shows it. Access lists are kept exactly as they were sent. */
export type LiveblocksSandboxRoom = {
  readonly type: "room";
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: string;
  readonly lastConnectionAt?: string;
  readonly metadata: Entries<string | readonly string[]>;
  readonly defaultAccesses: readonly string[];
  readonly groupsAccesses: Entries<readonly string[]>;
  readonly usersAccesses: Entries<readonly string[]>;
};

/** All that the sandbox keeps, as JSON: the rooms, oldest first. Who is connected is not kept. */
export type LiveblocksSandboxState = { readonly rooms: readonly LiveblocksSandboxRoom[] };

type Entries<V> = { readonly [key: string]: V };

/** An update body that has been checked. `null` for an entry removes it, for a whole map clears it. */
export type RoomPatch = {
  readonly defaultAccesses?: readonly string[] | null;
  readonly groupsAccesses?: Entries<readonly string[] | null> | null;
  readonly usersAccesses?: Entries<readonly string[] | null> | null;
  readonly metadata?: Entries<string | readonly string[] | null> | null;
};

export const emptyRoom = (id: string, now: number): LiveblocksSandboxRoom => ({
  type: "room",
  id,
  organizationId: "default",
  createdAt: new Date(now).toISOString(),
  metadata: {},
  defaultAccesses: [],
  groupsAccesses: {},
  usersAccesses: {},
});

/** A state that comes from a file. Throws when it is not one. */
export const readState = (json: { readonly [key: string]: unknown }): LiveblocksSandboxState => {
  const { rooms } = json;
  if (!Array.isArray(rooms) || !rooms.every(isRoom)) {
    throw new Error(
      "the kept state of the Liveblocks sandbox cannot be read; delete .rolecall/sandbox.json to start anew",
    );
  }
  return { rooms };
};

const isRoom = (value: unknown): value is LiveblocksSandboxRoom => {
  if (!isObject(value)) return false;
  const { id, organizationId, createdAt, metadata, defaultAccesses, groupsAccesses, usersAccesses } = value;
  return (
    typeof id === "string" &&
    typeof organizationId === "string" &&
    typeof createdAt === "string" &&
    !Number.isNaN(Date.parse(createdAt)) &&
    isObject(metadata) &&
    isList(defaultAccesses) &&
    [groupsAccesses, usersAccesses].every((map) => isObject(map) && Object.values(map).every(isList))
  );
};

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === "string");

/** The merge patch of section 4: what is left out stays, a list replaces the list of its entry. */
export const patchRoom = (room: LiveblocksSandboxRoom, patch: RoomPatch): LiveblocksSandboxRoom => ({
  ...room,
  // What null does to the default is not stated; `[]`, nobody, is the likely reading. A switch refuses it instead.
  defaultAccesses: patch.defaultAccesses === undefined ? room.defaultAccesses : (patch.defaultAccesses ?? []),
  groupsAccesses: patchMap(room.groupsAccesses, patch.groupsAccesses),
  usersAccesses: patchMap(room.usersAccesses, patch.usersAccesses),
  metadata: patchMap(room.metadata, patch.metadata),
});

const patchMap = <V>(map: Entries<V>, patch: Entries<V | null> | null | undefined): Entries<V> => {
  if (patch === undefined) return map;
  if (patch === null) return {};
  const merged = new Map<string, V>(Object.entries(map));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, value);
  }
  return Object.fromEntries(merged);
};

/** The room with its scopes in the new names, sorted: what a service that does not keep the text as sent might store. */
export const rewriteScopes = (room: LiveblocksSandboxRoom): LiveblocksSandboxRoom => ({
  ...room,
  defaultAccesses: rewriteList(room.defaultAccesses),
  groupsAccesses: rewriteMap(room.groupsAccesses),
  usersAccesses: rewriteMap(room.usersAccesses),
});

const rewriteList = (list: readonly string[]): readonly string[] =>
  [...new Set(list.map((scope) => scope.replace(/^room:(read|write)$/u, "*:$1")))].sort();

const rewriteMap = (map: Entries<readonly string[]>): Entries<readonly string[]> =>
  Object.fromEntries(Object.entries(map).map(([id, list]) => [id, rewriteList(list)]));
