/**
 * Who may do what in a room: an override counts as a whole in the place of the room's default, nothing is merged; and while
 * nothing is set, everything is allowed (sheet section 7; `zego-superboard-web` 2.20.3).
 */
import type { Access, Address, Place, ProviderPolicy, Spec } from "../../engine/model.ts";
import type { TouchedPlace, View } from "../../engine/provider.ts";
import { address, addressParts } from "../../engine/util/address.ts";
import { compareText, sortedSet } from "../../engine/util/compare.ts";
import { type Auth, authOfSpec, EVERYTHING, isTextList, PEOPLE, ROOM, specOf, USER } from "./convert.ts";

/** The capabilities of one value, sorted, with the type. */
export const capabilitiesOf = (auth: Auth): readonly string[] =>
  [...auth.module.map((name) => `zego:module:${name}`), ...auth.graphic.map((name) => `zego:graphic:${name}`)].sort(
    compareText,
  );

/** See `Provider.effective`. Whom the files name has the room's default by name too: `everyone` is who is not named. */
export const effective = (place: Place, view: View, policy: ProviderPolicy): readonly Access[] => {
  const { provider, room } = place;
  const spec = view(address(provider, ROOM, room));
  if (spec === undefined || spec === null) return [];
  const auth = authOfSpec(spec);
  const accesses: Access[] = [
    {
      subject: { kind: "everyone" },
      capabilities: capabilitiesOf(auth ?? EVERYTHING),
      layer: auth === undefined ? "built-in" : "default",
    },
  ];
  const overrides = new Map(overridesIn(place, view, policy));
  const named = auth === undefined ? undefined : policy.rooms.get(room)?.users;
  for (const id of sortedSet([...overrides.keys(), ...(named?.keys() ?? [])])) {
    const override = overrides.get(id);
    accesses.push({
      subject: { kind: "user", id },
      capabilities: capabilitiesOf((override === undefined ? auth : authOfSpec(override)) ?? EVERYTHING),
      layer: override === undefined ? "default" : "user",
    });
  }
  return accesses;
};

/** Everybody with an override in this state. */
const overridesIn = (
  { provider, room }: Place,
  view: View,
  policy: ProviderPolicy,
): readonly (readonly [id: string, spec: Spec])[] =>
  holdersIn(policy, room, view).flatMap((id) => {
    const spec = view(address(provider, USER, room, id));
    return spec === undefined || spec === null ? [] : [[id, spec] as const];
  });

/**
 * See `Provider.places`. A place depends on its room and on everybody who has an override there or is given one: a check may
 * count them all. Whoever leaves meanwhile does no harm, overrides being volatile.
 */
export const places = (
  addresses: ReadonlySet<Address>,
  policy: ProviderPolicy,
  before: View,
): readonly TouchedPlace[] => {
  const { provider } = policy;
  const rooms = new Map<string, Set<Address>>();
  for (const object of addresses) {
    const [name, kind, room] = addressParts(object);
    if (name !== provider || room === undefined || (kind !== ROOM && kind !== USER)) continue;
    const known = rooms.get(room) ?? new Set([address(provider, ROOM, room), ...overridesOf(policy, room, before)]);
    rooms.set(room, known.add(object));
  }
  return [...rooms].map(([room, dependsOn]) => ({ place: { provider, room }, dependsOn: [...dependsOn] }));
};

/** Addresses of the overrides that there may be in a room: of those whom the files name, and those found to have one. */
const overridesOf = (policy: ProviderPolicy, room: string, view: View): readonly Address[] =>
  holdersIn(policy, room, view).map((id) => address(policy.provider, USER, room, id));

const holdersIn = ({ provider, rooms }: ProviderPolicy, room: string, view: View): readonly string[] => {
  const found = view(address(provider, PEOPLE, room))?.users;
  return sortedSet([...(isTextList(found) ? found : []), ...(rooms.get(room)?.users?.keys() ?? [])]);
};

/** See `Provider.allPlaces`: rooms that are not there are no places. */
export const allPlaces = (policy: ProviderPolicy, view: View): readonly TouchedPlace[] => {
  const { provider } = policy;
  const found: TouchedPlace[] = [];
  for (const room of policy.rooms.keys()) {
    const object = address(provider, ROOM, room);
    const spec = view(object);
    if (spec === undefined || spec === null) continue;
    const place = { provider, room };
    const overrides = overridesIn(place, view, policy).map(([id]) => address(provider, USER, room, id));
    found.push({ place, dependsOn: [object, ...overrides] });
  }
  return found;
};

/** See `Provider.between`. */
export const between = (before: Spec, after: Spec, way: "meet" | "join"): Spec => {
  const [from, to] = [authOfSpec(before) ?? EVERYTHING, authOfSpec(after) ?? EVERYTHING];
  const mix = (a: readonly string[], b: readonly string[]): readonly string[] =>
    way === "meet" ? a.filter((name) => b.includes(name)) : sortedSet([...a, ...b]);
  return specOf({ module: mix(from.module, to.module), graphic: mix(from.graphic, to.graphic) });
};
