import { sourceJson } from "../effect/effects.ts";
import type { Change, Mode, ModeField } from "../model.ts";
import type { ResourceChange } from "../plan-document.ts";
import { sortedJson } from "../util/stable-json.ts";
import type { PlannedWorld } from "./worlds.ts";

/** A change as the plan prints it: whole specs for programs, shown values for people, the mode beside each removal. */
export const resourceChange = (world: PlannedWorld, change: Change): ResourceChange => {
  const neededBy = world.neededBy.get(change.address);
  return {
    address: change.address,
    provider: change.provider,
    kind: change.kind,
    id: change.id,
    room: change.room ?? null,
    change: { actions: [change.action], before: sortedJson(change.before), after: sortedJson(change.after) },
    fields: change.fields.map((field) => {
      const mode =
        field.after === undefined && change.action === "update"
          ? modeOf(world, change, field.path[0] ?? "")
          : undefined;
      return {
        path: field.path,
        before: unknownValue(change, field.path)
          ? "(unknown)"
          : world.provider.show(change.kind, field.path, field.before),
        after: world.provider.show(change.kind, field.path, field.after),
        ...(mode === undefined ? {} : { mode }),
      };
    }),
    action_reason: change.reason ?? null,
    ...(neededBy === undefined ? {} : { needed_by: neededBy }),
    source: sourceJson(change.source),
  };
};

const unknownValue = ({ unknown }: Change, path: readonly string[]): boolean =>
  unknown.some((prefix) => prefix.every((key, index) => path[index] === key));

const FIELDS: readonly (readonly [RegExp, ModeField])[] = [
  [/user|live|override/iu, "users"],
  [/group/iu, "groups"],
  [/default/iu, "default"],
];

const modeOf = (world: PlannedWorld, change: Change, field: string): Mode | undefined => {
  const room = change.room === undefined ? undefined : world.policy.rooms.get(change.room);
  if (room === undefined) return undefined;
  const found = FIELDS.find(([pattern]) => pattern.test(field));
  return found === undefined ? undefined : room.mode[found[1]];
};
