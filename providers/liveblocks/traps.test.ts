import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../engine/model.ts";
import { at, block, grant, grants, policy, roomPolicy } from "./fixtures.ts";
import { trapsOf } from "./traps.ts";

const codes = (found: readonly Diagnostic[]): readonly string[] =>
  found.map(({ code, source }) => `${code}:${source?.locate().start.line}`);
const of = (defaults: readonly string[] | undefined, kind: "users" | "groups", entry: readonly string[]) =>
  trapsOf(
    policy(
      roomPolicy("r", {
        default: defaults === undefined ? undefined : grant(block(...defaults), at(7)),
        [kind]: grants({ alice: entry }),
      }),
    ),
  );

describe("traps", () => {
  it.each<[string, readonly string[] | undefined, "users" | "groups", readonly string[], readonly string[]]>([
    ["an empty entry", ["*:write"], "users", [], ["liveblocks/empty-entry:10"]],
    ["an empty entry in other words", [], "groups", ["room:presence:write"], ["liveblocks/empty-entry:10"]],
    [
      "a feature that stays low",
      ["*:read", "storage:none"],
      "users",
      ["*:write"],
      ["liveblocks/feature-not-lifted:10"],
    ],
    ["a feature that is named", ["*:read", "storage:none"], "users", ["*:write", "storage:write"], []],
    [
      "comments that stay low",
      ["*:write", "comments:none"],
      "users",
      ["*:read", "comments:public:read"],
      ["liveblocks/feature-not-lifted:10"],
    ],
    ["a group below the default", ["*:write"], "groups", ["*:read"], ["liveblocks/group-lowers-default:10"]],
    ["a user below the default, which is plain", ["*:write"], "users", ["*:read"], []],
    ["an entry that adds nothing", ["*:write"], "users", ["*:write", "storage:write"], ["liveblocks/no-effect:10"]],
    ["an entry that is the default, which the language tells", ["*:write"], "users", ["room:write"], []],
    ["a plain grant", [], "users", ["room:write"], []],
  ])("%s", (_, defaults, kind, entry, expected) => {
    const found = of(defaults, kind, entry);
    expect(codes(found)).toEqual(expected);
    for (const { severity, hint } of found) expect([severity, typeof hint]).toEqual(["warning", "string"]);
  });

  it("names the scopes, the fix and the line of the default", () => {
    const [trap] = of(["*:read", "storage:none"], "users", ["*:write"]);
    expect(trap).toMatchObject({
      summary: 'room "r", user "alice": room:write does not lift storage:none of the room\'s default',
      hint: "name the feature in the role as well, e.g. storage:write",
    });
    expect(trap?.also?.[0]?.source.locate().start.line).toBe(7);
  });

  it("tells one line once, however many rooms it governs", () => {
    const users = grants({ alice: [], bob: [] });
    const rooms = Array.from({ length: 50 }, (_, i) => roomPolicy(`class-${i}`, { users }));
    expect(codes(trapsOf(policy(...rooms)))).toEqual(["liveblocks/empty-entry:10", "liveblocks/empty-entry:11"]);
  });
});
