import { expect, it } from "vitest";
import { lazily } from "./lazy.ts";

it("makes the value once, when it is first asked for", () => {
  let count = 0;
  const lazy = lazily(() => {
    count += 1;
    return { count };
  });
  expect(lazy.made()).toBeUndefined();
  expect(lazy.get()).toBe(lazy.get());
  expect(lazy.made()).toEqual({ count: 1 });
});
