/**
 * What a service does with requests and what its permissions mean, told a second time: from the fact sheets alone, without
 * a line of the providers or the planner, and each small enough to be read in one sitting.
 */

/** A request as a plan prints it. */
export type ModelRequest = {
  readonly method: string;
  readonly path: string;
  readonly action?: string | undefined;
  readonly query?: { readonly [name: string]: unknown } | undefined;
  readonly body?: unknown;
};

/** `status` as the service would answer; a request that is refused leaves the state as it was. */
export type ModelAnswer<S> = { readonly state: S; readonly status: number; readonly json?: unknown };

/** What the files say, before any loading: one JSON object. */
export type Files = {
  readonly teams?: { readonly [team: string]: readonly string[] };
  readonly roles: { readonly [role: string]: unknown };
  readonly rooms: { readonly [room: string]: RoomFile };
  /** Of the one provider. */
  readonly roomDefaults?: { readonly default: string };
  readonly guards?: { readonly [guard: string]: unknown };
  readonly checks?: readonly { readonly [key: string]: unknown }[];
};
export type RoomFile = {
  readonly absent?: true;
  readonly create?: false;
  readonly mode?: "additive" | "observe";
  readonly default?: string;
  readonly users?: { readonly [user: string]: string };
  readonly teams?: { readonly [team: string]: string };
  readonly groups?: { readonly [group: string]: string };
  readonly metadata?: { readonly [key: string]: string };
  readonly settings?: { readonly [type: string]: unknown };
};

/** Every room and subject that is asked about, whether it is there or not. */
export type Asked = { readonly rooms: readonly string[]; readonly subjects: readonly Subject[] };
export type Subject = readonly [kind: "everyone" | "user" | "group" | "role", id: string];

/** What each subject may do in each room, by `heldKey`. */
export type Held = ReadonlyMap<string, ReadonlySet<string>>;
export const heldKey = (room: string, [kind, id]: Subject): string => JSON.stringify([room, kind, id]);

export type Model<S> = {
  request(state: S, request: ModelRequest): ModelAnswer<S>;
  held(state: S, files: Files): Held;
  /** How the service has to look once the files hold, everything that they do not manage as it was. */
  settled(state: S, files: Files): S;
};

/** Who is listed in a room, with the role; direct entries decide over teams, and `absent` takes out of teams. */
export const listed = (room: RoomFile, files: Files): ReadonlyMap<string, string> => {
  const people = new Map<string, string>();
  for (const [team, role] of Object.entries(room.teams ?? {}))
    for (const member of files.teams?.[team] ?? []) people.set(member, role);
  for (const [user, role] of Object.entries(room.users ?? {})) people.set(user, role);
  for (const [user, role] of people) if (role === "absent") people.delete(user);
  return people;
};

/** The entry that a room is governed by; patterns here are of the form `start*` and no room meets two. */
export const entryOf = (id: string, files: Files): RoomFile | undefined =>
  files.rooms[id] ??
  Object.entries(files.rooms).find(([key]) => key.endsWith("*") && id.startsWith(key.slice(0, -1)))?.[1];
