import { describe, expect, it } from "vitest";
import { policyOf } from "./fixtures.ts";
import { trapsOf } from "./traps.ts";

const found = (rooms: string) =>
  trapsOf(policyOf(rooms)).map(({ severity, code, summary, source }) => [
    severity,
    code,
    summary,
    source?.locate().start.line,
  ]);

describe("trapsOf", () => {
  it("says that a room without a default is open to all", () => {
    expect(found("rooms:\n  lesson: { users: { alice: teacher } }")).toEqual([
      [
        "warning",
        "zego/no-default",
        'room "lesson" has no default: while nothing is set at the service, everybody may do everything there',
        9,
      ],
    ]);
  });

  it("says that an override which takes something away is undone by leaving and coming back", () => {
    const rooms = "rooms:\n  lesson:\n    default: pupil\n    users:\n      alice: teacher\n      bob: guest";
    expect(found(rooms)).toEqual([
      [
        "warning",
        "zego/override-forgotten",
        'room "lesson" gives "bob" less than its default (without zego:graphic:create, zego:module:zoom): after leaving and coming back they have the default until the next apply',
        13,
      ],
    ]);
  });

  it("says it once for a team", () => {
    const rooms = "teams: { quiet: [bob, dave] }\nrooms: { lesson: { default: pupil, teams: { quiet: guest } } }";
    expect(found(rooms).map(([, , summary]) => summary)).toEqual([
      expect.stringContaining('gives "bob", "dave" less than its default'),
    ]);
  });

  it("says nothing of a room with a default and people who get more", () => {
    expect(found("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }")).toEqual([]);
  });

  it("refuses to delete a room, which ends by itself", () => {
    expect(found("rooms: { lesson: { absent: true } }")).toEqual([
      ["error", "not-supported", expect.stringContaining("cannot be deleted"), 8],
    ]);
  });
});
