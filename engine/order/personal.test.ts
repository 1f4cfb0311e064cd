import { expect, it } from "vitest";
import { subjectKey } from "../effect/accesses.ts";
import type { Access } from "../model.ts";
import { numberDrafts } from "./drafts.ts";
import { orderCalls } from "./order.ts";
import { personalParts } from "./personal.ts";
import { spotOf } from "./spot.ts";
import { stepsOf } from "./steps.ts";
import { type Toy, type ToyState, toyAddress, toyChanges, toyDrafts, toyWorld } from "./toy.model.ts";
import type { World } from "./world.ts";

const holds = (...value: string[]) => ({ value, names: "" });
const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const place = { provider: "toy", room: "one" };

/** A room's default and an override for each of many people, looked at in one go as real providers do. */
const crowd = (
  users: readonly string[],
  before: ToyState,
  after: ToyState,
): { readonly toy: Toy; readonly world: World } => {
  const toy: Toy = {
    pairs: [{ room: "one", subject: { kind: "everyone" }, rule: { type: "union", objects: ["room"] } }],
    before: { room: holds("r"), ...before },
    after: { room: holds("w"), ...after },
  };
  const world = toyWorld(toy);
  const provider: World["provider"] = {
    ...world.provider,
    places: () => [{ place, dependsOn: ["room", ...users].map(toyAddress) }],
    effective: (_, view) => {
      const own = users.flatMap((id): readonly Access[] => {
        const spec = view(toyAddress(id));
        if (spec === null || spec === undefined) return [];
        return [{ subject: { kind: "user", id }, capabilities: spec.value as readonly string[], layer: "user" }];
      });
      const room = view(toyAddress("room"))?.value as readonly string[];
      return [{ subject: { kind: "everyone" }, capabilities: room, layer: "default" }, ...own];
    },
  };
  return { toy, world: { ...world, provider } };
};

const spotFor = ({ toy, world }: ReturnType<typeof crowd>) => {
  const drafts = numberDrafts(toyDrafts(toy));
  return { drafts, spot: spotOf(drafts, world, place, [...drafts.drafts.keys()]) };
};

it("takes a default and very many overrides apart without looking at each state", () => {
  const users = many(2000);
  const made = crowd(
    users,
    Object.fromEntries(users.map((id) => [id, null])),
    Object.fromEntries(users.map((id) => [id, holds("r")])),
  );
  let asked = 0;
  const { effective } = made.world.provider;
  const provider: World["provider"] = {
    ...made.world.provider,
    effective: (...given) => {
      asked += 1;
      return effective(...given);
    },
  };
  const worlds = new Map([["toy", { ...made.world, provider }]]);
  const ordered = orderCalls(worlds, toyDrafts(made.toy), { accept: [], changes: toyChanges(made.toy) });
  expect(ordered).toMatchObject({ safe: true, minimum: 2001, points: 2002 });
  expect(ordered.calls.at(-1)?.changes).toEqual([toyAddress("room")]);
  expect(ordered.calls.at(-1)?.after).toHaveLength(2000);
  expect(asked).toBeLessThan(100);
});

it("gives each step of a crowded place as asking about everybody would", () => {
  const users = many(40);
  const { toy, world } = crowd(
    users,
    Object.fromEntries(users.map((id, index) => [id, index % 3 === 0 ? null : holds("x")])),
    Object.fromEntries(users.map((id, index) => [id, index % 4 === 0 ? null : holds("r", "w")])),
  );
  const worlds = new Map([["toy", world]]);
  const { calls } = orderCalls(worlds, toyDrafts(toy), { accept: [], changes: toyChanges(toy) });
  const steps = stepsOf(worlds, calls);
  expect(steps).toHaveLength(calls.length - 1);
  for (const step of steps) {
    const [here] = step.places;
    if (here === undefined) throw new Error("a step without a place");
    const whole = world.provider.effective(here, step.view, world.policy);
    expect([...step.access(here).own.values()].sort(byId)).toEqual([...whole].sort(byId));
  }
});

const byId = (a: Access, b: Access): number => (subjectKey(a.subject) < subjectKey(b.subject) ? -1 : 1);

it("does not believe names: a place in which overrides touch others is not taken apart", () => {
  const users = many(40);
  const made = crowd(
    users,
    Object.fromEntries(users.map((id) => [id, holds("x")])),
    Object.fromEntries(users.map((id) => [id, holds("y")])),
  );
  const { effective } = made.world.provider;
  const provider: World["provider"] = {
    ...made.world.provider,
    effective: (at, view, policy) =>
      effective(at, view, policy).map((access) =>
        access.subject.kind === "user" && access.subject.id === "u7"
          ? { ...access, capabilities: view(toyAddress("u8"))?.value as readonly string[] }
          : access,
      ),
  };
  const { drafts, spot } = spotFor({ ...made, world: { ...made.world, provider } });
  expect(personalParts(drafts, spot)).toBeUndefined();
  expect(spotFor(made)).toSatisfy(({ drafts: own, spot: plain }) => personalParts(own, plain)?.length === 41);
});

it("leaves small places, and those whose calls touch everybody, to be looked at state by state", () => {
  const few = spotFor(crowd(["a", "b"], { a: null, b: null }, { a: holds("r"), b: holds("r") }));
  expect(personalParts(few.drafts, few.spot)).toBeUndefined();
  const names = many(30).map((name) => `other-${name}`);
  const shared = spotFor(
    crowd(
      [],
      Object.fromEntries(names.map((name) => [name, holds("r")])),
      Object.fromEntries(names.map((name) => [name, holds("w")])),
    ),
  );
  expect(personalParts(shared.drafts, shared.spot)).toBeUndefined();
});
