import { expect, it } from "vitest";
import { desire } from "./desire.ts";
import { block, changesTo, currentRoom, grant, policy, roomPolicy, state } from "./fixtures.ts";
import { remarks } from "./remarks.ts";
import { show } from "./show.ts";

const ledger = { get: () => undefined, set: () => {} };
const change = (absent: boolean) => {
  const current = state(currentRoom("r", { defaultAccesses: ["room:write"] }));
  const room = roomPolicy("r", absent ? { absent } : { default: grant(block()) });
  const [made] = changesTo(desire({ policy: policy(room), current, ledger }), current);
  if (made === undefined) throw new Error("no change");
  return made;
};

it("says of every narrowing, in the same words, that it takes effect at the next connect", () => {
  expect(remarks(change(false), true)).toMatchObject([{ code: "takes-effect-later" }]);
  expect(remarks(change(false), true)).toEqual(remarks({ ...change(false), id: "other" }, true));
  expect(remarks(change(false), false)).toEqual([]);
});

it("says what goes with a room", () => {
  expect(remarks(change(true), true)).toMatchObject([
    { code: "liveblocks/content-deleted", summary: expect.stringContaining('"r" deletes its content') },
  ]);
});

it("shows values as people write them", () => {
  const text = (value: Parameters<typeof show>[2]) => show("room", [], value);
  expect(text(["room:read", "storage:none"])).toBe("[room:read, storage:none]");
  expect(text([])).toBe("[]");
  expect(text(undefined)).toBe("(none)");
  expect(text("design")).toBe("design");
  expect(text({})).toBe("(none)");
  expect(text({ alice: ["room:write"], bob: [] })).toBe("{ alice: [room:write], bob: [] }");
});
