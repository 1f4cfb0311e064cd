import fc from "fast-check";
import { expect, it } from "vitest";
import { heap } from "./heap.ts";

it("gives back what was put in, smallest first", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (values) => {
      const queue = heap();
      for (const value of values) queue.push(value);
      const out: number[] = [];
      for (let value = queue.pop(); value !== undefined; value = queue.pop()) out.push(value);
      expect(out).toEqual([...values].sort((a, b) => a - b));
    }),
  );
});

it("is empty when it is empty", () => {
  expect(heap().pop()).toBeUndefined();
});
