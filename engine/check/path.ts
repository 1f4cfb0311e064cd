import { type PlaceAccess, placeAccess, subjectKey } from "../effect/accesses.ts";
import { atTheService, type ViaWords, viaOf } from "../effect/via.ts";
import type { Layer, Place, ProviderPolicy, RoomPolicy, Subject } from "../model.ts";
import type { Judge } from "../order/world.ts";
import type { Provider, View } from "../provider.ts";

/** One provider in one state. */
export type Scene = {
  readonly provider: Judge & Pick<Provider, "layerOf" | "unread">;
  readonly policy: ProviderPolicy;
  readonly view: View;
  /** Nothing was read: this is what the files alone ask for, in rooms that are made new. */
  readonly offline?: true;
  /** Where the state is what a service has: what the files ask for. A line of them stands for what both have alike. */
  readonly wanted?: View;
  /** Rooms that stand for all that a pattern matches: who is in them by their name is not known. */
  readonly samples?: ReadonlySet<string>;
};

/** By which path a subject of one place holds, or lacks, a capability. */
export type Paths = (subject: Subject, capability: string) => ViaWords;

const EVERYONE: Subject = { kind: "everyone" };
const BELOW: ReadonlySet<Layer> = new Set(["default", "provider default", "built-in"]);

/** The paths in one place; `access` is what subjects have there. */
export const pathsIn = (scene: Scene, place: Place, access: PlaceAccess): Paths => {
  const room = scene.policy.rooms.get(place.room);
  const isWanted = wantedTest(scene, place, access);
  return (subject, capability) => {
    const key = subjectKey(subject);
    const layer = layerIn(scene, scene.view, place, access, key, capability);
    const holder = access.own.has(key) && !BELOW.has(layer) ? subject : EVERYONE;
    if (!isWanted(holder, layer)) return { via: atTheService(layer), source: undefined };
    return providerDefault(scene, room, layer) ?? viaOf(room, holder, layer);
  };
};

const layerIn = (
  { provider, policy }: Scene,
  view: View,
  place: Place,
  access: PlaceAccess,
  key: string,
  capability: string,
): Layer => {
  const found = access.own.get(key) ?? access.own.get(subjectKey(EVERYONE));
  if (found === undefined) return access.layer(key);
  return provider.layerOf?.(capability, found, place, view, policy) ?? found.layer;
};

/** The line of `roomDefaults`, where it decides: a room that is made new has what all rooms have. */
const providerDefault = (
  { policy, offline }: Scene,
  room: RoomPolicy | undefined,
  layer: Layer,
): ViaWords | undefined => {
  const isNew = offline === true && layer === "default" && room?.default === undefined;
  const grant = policy.roomDefaults?.default;
  if (grant === undefined || room?.absent === true || (layer !== "provider default" && !isNew)) return undefined;
  return {
    via: `provider default: ${grant.role === undefined ? "inline role" : `role ${grant.role}`}`,
    source: grant.source,
  };
};

/** Whether the files have a holder's part of one layer as the service has it. */
const wantedTest = (scene: Scene, place: Place, access: PlaceAccess): ((holder: Subject, layer: Layer) => boolean) => {
  const { wanted, provider, policy } = scene;
  if (wanted === undefined) return () => true;
  const mode = policy.rooms.get(place.room)?.mode;
  const desired = placeAccess(provider.effective(place, wanted, policy));
  const known = new Map<string, boolean>();
  const part = (view: View, from: PlaceAccess, key: string, layer: Layer): string =>
    from
      .of(key)
      .filter((capability) => layerIn(scene, view, place, from, key, capability) === layer)
      .join("\n");
  return (holder, layer) => {
    const field = holder.kind === "user" ? "users" : holder.kind === "group" ? "groups" : "default";
    if (mode?.[field] === "observe") return false;
    const key = subjectKey(holder);
    const both = `${layer}\n${key}`;
    const before = known.get(both);
    if (before !== undefined) return before;
    const same = part(scene.view, access, key, layer) === part(wanted, desired, key, layer);
    known.set(both, same);
    return same;
  };
};
