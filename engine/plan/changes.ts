import { sourceJson } from "../effect/effects.ts";
import type { Change, FieldChange, Mode, ModeField } from "../model.ts";
import type { ResourceChange } from "../plan-document.ts";
import type { FieldWords } from "../provider.ts";
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
    fields: change.fields.map((field) => fieldOf(world, change, field)),
    action_reason: change.reason ?? null,
    ...(neededBy === undefined ? {} : { needed_by: neededBy }),
    source: sourceJson(change.source),
  };
};

const fieldOf = (world: PlannedWorld, change: Change, field: FieldChange): ResourceChange["fields"][number] => {
  const { provider } = world;
  const { path, before, after } = field;
  const words = provider.fieldWords?.(change, field) ?? {};
  const mode = change.action === "update" ? modeOf(world, change, field, words) : undefined;
  return {
    path,
    before: unknownValue(change, path) ? "(unknown)" : (words.before ?? provider.show(change.kind, path, before)),
    after: words.after ?? provider.show(change.kind, path, after),
    ...(mode === undefined ? {} : { mode }),
  };
};

const unknownValue = ({ unknown }: Change, path: readonly string[]): boolean =>
  unknown.some((prefix) => prefix.every((key, index) => path[index] === key));

const FIELDS: readonly (readonly [RegExp, ModeField])[] = [
  [/user|live|override/iu, "users"],
  [/group/iu, "groups"],
  [/default/iu, "default"],
];

/** Of what is taken away as a whole, and of lists that the provider knows to lose entries. */
const modeOf = (
  world: PlannedWorld,
  change: Change,
  { path, after }: FieldChange,
  { removes }: FieldWords,
): Mode | undefined => {
  const room = change.room === undefined ? undefined : world.policy.rooms.get(change.room);
  if (room === undefined) return undefined;
  const whole = after === undefined ? FIELDS.find(([pattern]) => pattern.test(path[0] ?? ""))?.[1] : undefined;
  const field = removes ?? whole;
  return field === undefined ? undefined : room.mode[field];
};
