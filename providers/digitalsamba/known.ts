/** What a reading says beside its objects; kept in snapshots, so it is plain JSON. */
import type { Current, CurrentState, Json, JsonObject } from "../../engine/model.ts";
import { isRecord, own, record } from "../../engine/util/record.ts";
import { isTextList } from "./convert.ts";

export type Known = {
  /** Every role at the service, with its display name; undefined: not asked for. */
  readonly roles: { readonly [name: string]: string } | undefined;
  /** Every permission that the service knows; undefined: not asked for. */
  readonly permissions: readonly string[] | undefined;
  /** The team's own values of settings; undefined: the team was not read. */
  readonly team: JsonObject | undefined;
  /** Rooms that the service has under a name of other case, by the name asked for. */
  readonly otherCase: { readonly [asked: string]: string };
  /** Rooms that were asked for and are not there; one that is neither here nor an object was not asked for. */
  readonly missing: readonly string[];
  /** All rooms and roles of the team were read, not only those that the files are about. */
  readonly everything: boolean;
};

/** The JSON of it. */
export const knownJson = (known: Known): JsonObject =>
  record<Json>([
    ...(known.roles === undefined ? [] : [["roles", known.roles] as const]),
    ...(known.permissions === undefined ? [] : [["permissions", known.permissions] as const]),
    ...(known.team === undefined ? [] : [["team", known.team] as const]),
    ["otherCase", known.otherCase],
    ["missing", known.missing],
    ["everything", known.everything],
  ]);

/** What a state says. A state that was not read, as in offline tests, says nothing. */
export const knownOf = (state: CurrentState): Known => {
  const { extra } = state;
  const map = (key: string): JsonObject | undefined => {
    const value = own(extra, key);
    return isRecord(value) ? (value as JsonObject) : undefined;
  };
  const list = (key: string): readonly string[] | undefined => {
    const value = own(extra, key);
    return isTextList(value) ? value : undefined;
  };
  return {
    roles: map("roles") as Known["roles"],
    permissions: list("permissions"),
    team: map("team"),
    otherCase: (map("otherCase") as Known["otherCase"] | undefined) ?? record(),
    missing: list("missing") ?? [],
    everything: own(extra, "everything") === true,
  };
};

/** The roles of a room or the team in the order of the service. */
export const orderOf = (current: Current | undefined): readonly string[] => {
  const order = isRecord(current?.extra) ? current.extra.order : undefined;
  return isTextList(order) ? order : [];
};

/** The settings that the answer about this room shows. */
export const shownBy = (current: Current | undefined): readonly string[] | undefined => {
  const shown = isRecord(current?.extra) ? current.extra.shown : undefined;
  return isTextList(shown) ? shown : undefined;
};
