import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Spec } from "../../engine/model.ts";
import { between } from "./between.ts";
import { type Permissions, roleSpec } from "./convert.ts";
import { minusPermissions } from "./narrowing.ts";

const role = (permissions: Permissions): Spec => ({ display_name: "Role", permissions });
const permission = fc.oneof(fc.constant(true as const), fc.subarray(["a", "b", "c"], { minLength: 1 }));
const permissions: fc.Arbitrary<Permissions> = fc.dictionary(fc.constantFrom("x", "y", "z"), permission, {
  noNullPrototype: true,
});

describe("a role between two", () => {
  it("gives nobody more than both (meet), and nobody less than either (join)", () => {
    fc.assert(
      fc.property(permissions, permissions, (a, b) => {
        const meet = roleSpec(between(role(a), role(b), "meet") as Spec).permissions;
        const join = roleSpec(between(role(a), role(b), "join") as Spec).permissions;
        for (const side of [a, b]) {
          expect(minusPermissions(meet, side)).toEqual([]);
          expect(minusPermissions(side, join)).toEqual([]);
        }
      }),
    );
  });
});

describe("a room between two", () => {
  const before: Spec = { privacy: "private", roles: ["a", "b"], default_role: "a", chat_enabled: false };
  const after: Spec = { privacy: "public", roles: ["b", "c"], default_role: "c" };
  it("has all roles and the old default on the way up", () => {
    const { chat_enabled: _, ...open } = before;
    expect(between(before, after, "join")).toEqual({ ...open, privacy: "public", roles: ["a", "b", "c"] });
  });
  it("has the roles of both and its default on the way down", () => {
    expect(between(before, after, "meet")).toEqual(before);
  });
  it("has every feature that one of both has on the way up, and none that one lacks on the way down", () => {
    const room: Spec = { privacy: "private", roles: ["a"], default_role: "a" };
    const locked = { ...room, is_locked: true, qa_enabled: true, session_length: 60 };
    const silent = { ...room, chat_enabled: false, qa_enabled: false, session_length: 30 };
    expect(between(locked, silent, "join")).toEqual({ ...room, qa_enabled: true, session_length: 60 });
    const least = { ...locked, chat_enabled: false, qa_enabled: false };
    expect(between(locked, silent, "meet")).toEqual(least);
  });
  it("is not known for the team", () => {
    expect(between({ roles: ["a"], default_role: "a" }, { roles: ["b"], default_role: "b" }, "join")).toBeUndefined();
  });
});
