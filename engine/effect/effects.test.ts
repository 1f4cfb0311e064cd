import { expect, it } from "vitest";
import type { Access, Grant, Json, ProviderPolicy, RoomPolicy, Source, Subject } from "../model.ts";
import type { View } from "../provider.ts";
import { effectsOf } from "./effects.ts";

const line = (number: number): Source => ({
  locate: () => ({ filename: "rolecall.yaml", start: { line: number, column: 1 }, end: { line: number, column: 2 } }),
});
const grant = (role: string, source: Source, via: Grant["via"]): Grant => ({
  role,
  block: { type: "existing", source },
  via,
  pattern: undefined,
  source,
  starts: undefined,
  expires: undefined,
  reason: undefined,
});
const zed: Subject = { kind: "user", id: "zed" };
const everyone: Subject = { kind: "everyone" };

const room = (users: RoomPolicy["users"]): RoomPolicy => ({
  provider: "rooms",
  id: "a",
  source: line(2),
  pattern: undefined,
  absent: false,
  create: true,
  live: "enforce",
  mode: { default: "authoritative", users: "authoritative", groups: "authoritative", settings: "authoritative" },
  default: grant("viewer", line(3), { type: "default" }),
  users,
  groups: undefined,
  removedUsers: new Map(),
  removedGroups: new Map(),
  metadata: undefined,
  settings: undefined,
  reason: undefined,
  fieldSources: new Map(),
});

/** A default that takes `draw` away from everybody, and what the entry of zed says before and after. */
const effects = (users: RoomPolicy["users"], before: Json | undefined, after: Json | undefined) => {
  const states = new Map<View, readonly Access[]>();
  const state = (capabilities: readonly string[], entry: Json | undefined): View => {
    const view: View = () => null;
    states.set(view, [
      { subject: everyone, capabilities, layer: "default" },
      { subject: zed, capabilities, layer: "user", ...(entry === undefined ? {} : { entry }) },
    ]);
    return view;
  };
  const policy = { provider: "rooms", rooms: new Map([["a", room(users)]]) } as unknown as ProviderPolicy;
  return effectsOf({
    provider: { effective: (_, view) => states.get(view) ?? [] },
    policy,
    before: state(["t:draw", "t:look"], before),
    after: state(["t:look"], after),
    places: [{ place: { provider: "rooms", room: "a" }, dependsOn: [] }],
    teams: new Map(),
    unknownBefore: () => false,
  }).map(({ subject, via, layer, source }) => [subject.kind, via, layer, source?.line]);
};

const byDefault = ["everyone", "default: role viewer", "default", 3];
const listed: RoomPolicy["users"] = new Map([["zed", grant("editor", line(7), { type: "user" })]]);

it("credits the default with what somebody loses whose own entry is what it was", () => {
  const lost = [byDefault, ["user", "default: role viewer", "default", 3]];
  expect(effects(listed, ["write"], ["write"])).toEqual(lost);
  expect(effects(undefined, ["write"], ["write"])).toEqual(lost);
  expect(effects(listed, { b: 1, a: [] }, { a: [], b: 1 })).toEqual(lost);
});

it("credits the own entry where it changed, or where the service does not say what it is", () => {
  const lost = [byDefault, ["user", "role editor", "user", 7]];
  expect(effects(listed, ["write"], ["read"])).toEqual(lost);
  expect(effects(listed, undefined, ["read"])).toEqual(lost);
  expect(effects(listed, undefined, undefined)).toEqual(lost);
  expect(effects(undefined, ["write"], ["read"])).toEqual([
    byDefault,
    ["user", "entry at the service", "user", undefined],
  ]);
});
