/**
 * A service small enough to be looked at whole, for tests: objects hold a list of capabilities and may name another
 * object; a rule says what one subject gets from them in one place. The rules are the shapes that real services have.
 */
import type {
  Access,
  Address,
  CallDraft,
  Change,
  Layer,
  Place,
  ProviderPolicy,
  Source,
  Spec,
  Subject,
} from "../model.ts";
import type { TouchedPlace, View } from "../provider.ts";
import { record } from "../util/record.ts";
import { sameJson } from "../util/stable-json.ts";
import type { Judge, World } from "./world.ts";

export type ToySpec = { readonly value: readonly string[]; readonly names: string };
export type ToyState = { readonly [object: string]: ToySpec | null };
export type Rule =
  /** An override wins as a whole over the default; without one the default holds. */
  | { readonly type: "override"; readonly override: string; readonly base: string }
  | { readonly type: "union" | "gate"; readonly objects: readonly string[] }
  /** A room names a role that is kept elsewhere. */
  | { readonly type: "role"; readonly holder: string }
  /** Each capability is given by the override where it says anything of it (`x` or `!x`), else by the default. */
  | { readonly type: "property"; readonly override: string; readonly base: string };
type ToyPair = { readonly room: string; readonly subject: Subject; readonly rule: Rule };
export type Toy = { readonly pairs: readonly ToyPair[]; readonly before: ToyState; readonly after: ToyState };

/** `toy/object/NAME` */
export const toyAddress = (name: string): Address => `toy/object/${name}`;

const specOf = (spec: ToySpec | null | undefined): Spec | null =>
  spec === null || spec === undefined
    ? null
    : (record<Spec[string]>([
        ["value", spec.value],
        ["names", spec.names],
      ]) as Spec);

/** How a toy state looks to the planner. */
export const toyView =
  (state: ToyState): View =>
  (address) =>
    specOf(state[address.slice("toy/object/".length)]);

const listOf = (spec: Spec | null | undefined): readonly string[] =>
  (spec?.value as readonly string[] | undefined) ?? [];
const namesOf = (spec: Spec | null | undefined): string => (spec?.names as string | undefined) ?? "";

/** What one rule gives in a state. */
export const give = (rule: Rule, view: View): readonly string[] => {
  const value = (name: string): readonly string[] => listOf(view(toyAddress(name)));
  switch (rule.type) {
    case "override":
      return view(toyAddress(rule.override)) === null ? value(rule.base) : value(rule.override);
    case "union":
      return [...new Set(rule.objects.flatMap(value))];
    case "gate":
      return value(rule.objects[0] ?? "").filter((one) => rule.objects.every((name) => value(name).includes(one)));
    case "role":
      return value(namesOf(view(toyAddress(rule.holder))));
    case "property": {
      const said = value(rule.override);
      const kept = value(rule.base).filter((one) => !said.includes(`!${one}`));
      return [...new Set([...kept, ...said.filter((one) => !one.startsWith("!"))])];
    }
  }
};

const objectsOf = (rule: Rule, states: readonly ToyState[]): readonly string[] => {
  switch (rule.type) {
    case "union":
    case "gate":
      return rule.objects;
    case "role":
      return [rule.holder, ...states.map((state) => state[rule.holder]?.names ?? "")];
    default:
      return [rule.override, rule.base];
  }
};

type ToyOptions = {
  /** Objects have values between. */
  readonly stages?: boolean;
  readonly managing?: readonly string[];
  readonly rooms?: ProviderPolicy["rooms"];
};

/** The toy as the planner sees it. A room without any of its objects does not exist. */
export const toyWorld = (toy: Toy, { stages = false, managing = [], rooms = new Map() }: ToyOptions = {}): World => {
  const places = (): readonly TouchedPlace[] => {
    const rooms = new Map<string, Set<Address>>();
    for (const { room, rule } of toy.pairs) {
      const objects = rooms.get(room) ?? new Set();
      for (const name of objectsOf(rule, [toy.before, toy.after])) objects.add(toyAddress(name));
      rooms.set(room, objects);
    }
    return [...rooms].map(([room, objects]) => ({ place: { provider: "toy", room }, dependsOn: [...objects] }));
  };
  const provider: Judge = {
    facts: {
      title: "Toy",
      origins: [],
      baseUrl: "",
      fields: {},
      listsRooms: true,
      createsRooms: true,
      knowsGroups: true,
      knowsMetadata: false,
      knowsRoomDefaults: false,
      rolesAreObjects: true,
      issuesTokens: false,
      managing,
      kinds: ["object"],
    },
    places,
    allPlaces: places,
    effective: (place: Place, view: View): readonly Access[] => {
      const pairs = toy.pairs.filter((pair) => pair.room === place.room);
      const objects = pairs.flatMap(({ rule }) => objectsOf(rule, [toy.before, toy.after]));
      if (objects.every((name) => view(toyAddress(name)) === null)) return [];
      return pairs.map(({ subject, rule }) => ({ subject, capabilities: give(rule, view), layer: layerOf(subject) }));
    },
    calls: (changes) => changes.map((change) => draftOf(change)),
    ...(stages ? { between } : {}),
  };
  return {
    provider,
    policy: toyPolicy(rooms),
    before: toyView(toy.before),
    after: toyView(toy.after),
  };
};

const layerOf = (subject: Subject): Layer => (subject.kind === "everyone" ? "default" : subject.kind);

const NOWHERE: Source = {
  locate: () => ({ filename: "toy.yaml", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }),
};

const toyPolicy = (rooms: ProviderPolicy["rooms"]): ProviderPolicy => ({
  provider: "toy",
  type: "toy",
  config: {
    name: "toy",
    type: "toy",
    source: NOWHERE,
    values: {},
    env: new Map(),
    baseUrl: undefined,
    roomDefaults: undefined,
    sourceOf: () => NOWHERE,
  },
  rooms,
  roles: new Map(),
  allRoles: new Map(),
  roomDefaults: undefined,
  at: 0,
});

const between = (before: Spec, after: Spec, way: "meet" | "join"): Spec | undefined => {
  if (namesOf(before) !== namesOf(after)) return undefined;
  const [a, b] = [listOf(before), listOf(after)];
  const value = way === "meet" ? a.filter((one) => b.includes(one)) : [...new Set([...a, ...b])].sort();
  return specOf({ value, names: namesOf(before) }) ?? undefined;
};

const draftOf = (change: Change): CallDraft => ({
  provider: "toy",
  changes: [change.address],
  method: "POST",
  path: `/${change.id}`,
  leaves: new Map([[change.address, change.after]]),
  after: [],
});

/** The objects that differ, by name. */
export const toyChanges = (toy: Toy): readonly Change[] => {
  const names = [...new Set([...Object.keys(toy.before), ...Object.keys(toy.after)])].sort();
  return names.flatMap((name): Change[] => {
    const [before, after] = [specOf(toy.before[name]), specOf(toy.after[name])];
    if (sameJson(before, after)) return [];
    return [
      {
        address: toyAddress(name),
        provider: "toy",
        kind: "object",
        id: name,
        room: undefined,
        action: before === null ? "create" : after === null ? "delete" : "update",
        before,
        after,
        fields: [],
        unknown: [],
        reason: undefined,
        source: undefined,
        wire: undefined,
        current: undefined,
      },
    ];
  });
};

/** One draft for each change; `edges` by position in `toyChanges`. */
export const toyDrafts = (toy: Toy, edges: readonly (readonly [number, number])[] = []): readonly CallDraft[] =>
  toyChanges(toy).map((change, index) => ({
    ...draftOf(change),
    after: edges.filter(([, then]) => then === index).map(([first]) => first),
  }));
