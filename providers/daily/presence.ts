/** Who is in which running call, as it was read; kept beside the objects. Names of people are not kept. */
import type { CurrentState, Json, JsonObject } from "../../engine/model.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import type { Defaults } from "./settings.ts";

export type Person = {
  readonly session: string;
  /** The meeting session, where the service says it. */
  readonly meeting: string | null;
  readonly user: string | null;
};

/** `total`: how many the service says there are; more than it shows is possible. */
export type LiveCall = { readonly people: readonly Person[]; readonly total: number };

/** Reads one item of presence; undefined where it has no session id. */
export const readPerson = (item: unknown): Person | undefined => {
  if (!isRecord(item)) return undefined;
  const { id, userId, mtgSessionId } = item;
  if (typeof id !== "string" || id === "") return undefined;
  return {
    session: id,
    meeting: typeof mtgSessionId === "string" ? mtgSessionId : null,
    user: typeof userId === "string" && userId !== "" ? userId : null,
  };
};

/** What a reading keeps of the account and of running calls. */
export const extraOf = (account: string, defaults: Defaults, calls: ReadonlyMap<string, LiveCall>): JsonObject =>
  record<Json>([
    ["account", account],
    ["defaults", { ...defaults }],
    [
      "calls",
      record<Json>(
        [...calls].map(([room, { people, total }]) => [
          room,
          { total, people: people.map(({ session, meeting, user }) => [session, meeting, user]) },
        ]),
      ),
    ],
  ]);

/** The domain that was read; undefined for a state that was not read, as offline. */
export const accountOf = ({ extra }: CurrentState): string | undefined => {
  const account = own(extra, "account");
  return typeof account === "string" ? account : undefined;
};

/** The defaults that hold on the domain that was read. */
export const defaultsOf = ({ extra }: CurrentState): Defaults => {
  const defaults = own(extra, "defaults");
  const part = (name: string): JsonObject => {
    const value = isRecord(defaults) ? own(defaults, name) : undefined;
    return isRecord(value) ? (value as JsonObject) : record();
  };
  return { domain: part("domain"), learned: part("learned") };
};

/** Who is in a room's call; undefined: nobody, or not read. */
export const callOf = ({ extra }: CurrentState, room: string): LiveCall | undefined => {
  const calls = own(extra, "calls");
  const call = isRecord(calls) ? own(calls, room) : undefined;
  if (!isRecord(call) || !Array.isArray(call.people)) return undefined;
  const people = call.people.flatMap((item: unknown) => {
    const [session, meeting, user] = Array.isArray(item) ? (item as readonly unknown[]) : [];
    const person = readPerson({ id: session, mtgSessionId: meeting, userId: user });
    return person === undefined ? [] : [person];
  });
  const total = Math.max(people.length, Number(call.total) || 0);
  return total === 0 ? undefined : { people, total };
};
