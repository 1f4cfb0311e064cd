import { describe, expect, it } from "vitest";
import { documentOf, GUEST, PUPIL, planOf, stateOf, TEACHER } from "./fixtures.ts";

const said = (rooms: string, state: Parameters<typeof stateOf>[0]) =>
  planOf(documentOf(rooms), stateOf(state))
    .diagnostics.filter(({ code }) => code !== "zego/override-forgotten")
    .map(({ severity, code, summary }) => [severity, code, summary]);

describe("remarks", () => {
  it("name the people whom a new default does not reach", () => {
    const state = { lesson: { auth: PUPIL, users: { alice: TEACHER, bob: undefined, zoe: GUEST } } };
    expect(said("rooms: { lesson: { default: guest } }", state)).toEqual([
      ["warning", "zego/default-not-reached", 'the new default of room "lesson" does not reach "alice", "zoe"'],
    ]);
  });

  it("leave out those whom the same plan sets to the new default", () => {
    const state = { lesson: { auth: PUPIL, users: { alice: TEACHER, zoe: PUPIL } } };
    expect(said("rooms: { lesson: { default: guest, users: { alice: teacher } } }", state)).toEqual([
      ["warning", "zego/default-not-reached", 'the new default of room "lesson" does not reach "alice"'],
      ["warning", "zego/pinned", `in room "lesson" the room's default is set for "zoe" until they leave`],
    ]);
  });

  it("tell of all who are pinned in a room at once", () => {
    const users = { alice: TEACHER, bob: TEACHER, zoe: PUPIL };
    expect(said("rooms: { lesson: { default: guest, users: {} } }", { lesson: { auth: GUEST, users } })).toEqual([
      [
        "warning",
        "zego/pinned",
        `in room "lesson" the room's default is set for "alice", "bob", "zoe" until they leave`,
      ],
    ]);
  });

  it("cut a long list of names", () => {
    const users = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`pupil-${10 + index}`, PUPIL]));
    const [remark] = said("rooms: { lesson: { default: guest } }", { lesson: { auth: PUPIL, users } });
    expect(remark?.[2]).toContain('"pupil-19" and 4 more');
  });

  it("say nothing where nobody has an override, or the default stays", () => {
    expect(
      said("rooms: { lesson: { default: guest } }", { lesson: { auth: PUPIL, users: { bob: undefined } } }),
    ).toEqual([]);
    expect(said("rooms: { lesson: { default: guest } }", { lesson: { auth: GUEST, users: { zoe: PUPIL } } })).toEqual(
      [],
    );
  });
});
