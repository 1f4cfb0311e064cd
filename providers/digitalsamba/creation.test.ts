import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Call, Json } from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { stableJson } from "../../engine/util/stable-json.ts";
import { completedLater, type References } from "./creation.ts";
import { connectionTo, load, planOn, read } from "./harness.ts";
import { digitalsamba } from "./index.ts";
import { type DigitalsambaSandbox, type DigitalsambaSandboxState, startDigitalsambaSandbox } from "./sandbox.ts";

const references = (edges: { readonly [name: string]: readonly string[] }): References =>
  new Map(Object.entries(edges).map(([name, targets]) => [name, new Set(targets)]));

describe("the roles that are completed later", () => {
  it("are none in a chain, one in a circle, and each that names itself", () => {
    expect([...completedLater(references({ a: ["b"], b: ["c"], c: [] }))]).toEqual([]);
    expect([...completedLater(references({ a: ["b"], b: ["c"], c: ["a"] }))]).toHaveLength(1);
    expect([...completedLater(references({ a: ["a"], b: ["a", "b"], c: ["a"] }))]).toEqual(["a", "b"]);
  });

  it("are one where a single role is in every circle", () => {
    expect([...completedLater(references({ hub: ["a", "b", "c"], a: ["hub"], b: ["hub"], c: ["hub"] }))]).toEqual([
      "hub",
    ]);
  });

  it("leave no circle among many roles", () => {
    const names = Array.from({ length: 40 }, (_, index) => `role${index}`);
    const all = references(
      Object.fromEntries(
        names.map((name, index) => [name, [names[(index + 1) % 40] as string, names[(index * 7 + 3) % 40] as string]]),
      ),
    );
    const chosen = completedLater(all);
    expect(hasCircle(all, chosen)).toBe(false);
    expect(chosen.size).toBeLessThan(25);
  });

  it("are as few as any order of creation needs", () => {
    const names = ["a", "b", "c", "d", "e"];
    const graph = fc.array(fc.subarray(names), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(graph, (lists) => {
        const all = references(Object.fromEntries(names.map((name, index) => [name, lists[index] ?? []])));
        let fewest = names.length;
        for (const order of permutations(names)) fewest = Math.min(fewest, incomplete(order, all));
        expect(completedLater(all).size).toBe(fewest);
      }),
      { numRuns: 200 },
    );
  });
});

/** How many roles cannot name all they should when they are made in this order. */
const incomplete = (order: readonly string[], all: References): number =>
  order.filter((name, index) => [...(all.get(name) ?? [])].some((target) => order.indexOf(target) >= index)).length;

function* permutations(names: readonly string[]): Iterable<readonly string[]> {
  if (names.length === 0) yield [];
  for (const name of names)
    for (const rest of permutations(names.filter((other) => other !== name))) yield [name, ...rest];
}

const hasCircle = (all: References, without: ReadonlySet<string>): boolean => {
  const left = new Set([...all.keys()].filter((name) => !without.has(name)));
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const name of left) if (![...(all.get(name) ?? [])].some((target) => left.has(target))) left.delete(name);
  }
  return left.size > 0;
};

describe("against a service that refuses names of roles that are not there", () => {
  const open: DigitalsambaSandbox[] = [];
  afterEach(async () => {
    for (const sandbox of open.splice(0)) await sandbox.close();
  });

  type Goal = { readonly [name: string]: readonly string[] };
  const permissionsOf = (state: DigitalsambaSandboxState, goal: Goal): string =>
    stableJson(
      record(
        state.roles
          .filter(({ name }) => Object.hasOwn(goal, name))
          .map(({ name, permissions }): readonly [string, Json] => [
            name,
            [...(onlyList(permissions.remote_muting) ?? [])].sort(),
          ]),
      ),
    );
  const onlyList = (value: unknown): readonly string[] | undefined => (Array.isArray(value) ? value : undefined);

  /** Every state that one call of any sort leads to: a role made or patched with any list of the roles in play. */
  const step = async (state: DigitalsambaSandboxState, goal: Goal): Promise<readonly DigitalsambaSandboxState[]> => {
    const names = Object.keys(goal);
    const lists = subsets(names);
    const reached: DigitalsambaSandboxState[] = [];
    for (const name of names) {
      const isThere = state.roles.some((role) => role.name === name);
      for (const list of lists) {
        const sandbox = await startDigitalsambaSandbox({ rateLimit: false, state });
        const writer = digitalsamba.writer(connectionTo(sandbox));
        try {
          const sent = await writer.send(callOn(name, list, isThere));
          if (sent.type === "done") reached.push(sandbox.state());
        } finally {
          await writer.close();
          await sandbox.close();
        }
      }
    }
    return reached;
  };
  const subsets = (names: readonly string[]): readonly (readonly string[])[] => {
    const all: (readonly string[])[] = [[]];
    for (const name of names) all.push(...all.map((list) => [...list, name]));
    return all;
  };
  const callOn = (name: string, list: readonly string[], isThere: boolean): Call => {
    const permissions = { remote_muting: list.length === 0 ? false : list };
    const address = `digitalsamba/role/${name}`;
    return {
      id: "c1",
      provider: "digitalsamba",
      changes: [address],
      method: isThere ? "PATCH" : "POST",
      path: isThere ? `/roles/${name}` : "/roles",
      body: isThere ? { permissions } : { name, display_name: `The ${name}`, permissions },
      leaves: new Map([[address, null]]),
      after: [],
      direction: "neutral",
    };
  };

  /** The fewest calls from nothing to the goal, by looking at every state that is reached. */
  const fewestCalls = async (start: DigitalsambaSandboxState, goal: Goal): Promise<number> => {
    const wanted = stableJson(record(Object.entries(goal).map(([name, list]) => [name, [...list].sort()] as const)));
    const seen = new Set([permissionsOf(start, goal)]);
    let edge: readonly DigitalsambaSandboxState[] = [start];
    for (let calls = 1; calls < 10; calls += 1) {
      const next: DigitalsambaSandboxState[] = [];
      for (const state of edge) {
        for (const reached of await step(state, goal)) {
          const key = permissionsOf(reached, goal);
          if (key === wanted) return calls;
          if (seen.has(key)) continue;
          seen.add(key);
          next.push(reached);
        }
      }
      edge = next;
    }
    throw new Error("the goal is not reached");
  };

  const plannedCalls = async (goal: Goal): Promise<{ readonly planned: number; readonly fewest: number }> => {
    const sandbox = await startDigitalsambaSandbox({ rateLimit: false, presets: ["moderator"] });
    open.push(sandbox);
    const roles = Object.entries(goal).map(
      ([name, list]) =>
        `  ${name}: { digitalsamba: { display_name: The ${name}, permissions: { remote_muting: ${list.length === 0 ? "false" : `[${list.join(", ")}]`} } } }\n`,
    );
    const loaded = load(`roles:\n${roles.join("")}`);
    const made = planOn(await read(sandbox, loaded.document), loaded);
    return { planned: made.calls.length, fewest: await fewestCalls(sandbox.state(), goal) };
  };

  it("two roles that name each other take two creations and one patch, and nothing shorter works", async () => {
    expect(await plannedCalls({ one: ["two"], two: ["one"] })).toEqual({ planned: 3, fewest: 3 });
  });

  it("two roles that name each other and themselves take two patches, and nothing shorter works", async () => {
    expect(await plannedCalls({ one: ["one", "two"], two: ["one", "two"] })).toEqual({ planned: 4, fewest: 4 });
  });

  it("a role that names itself, and a chain to it, take one patch, and nothing shorter works", async () => {
    expect(await plannedCalls({ one: ["one"], two: ["one"] })).toEqual({ planned: 3, fewest: 3 });
  });
});
