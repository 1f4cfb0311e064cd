import { describe, expect, it } from "vitest";
import type { CurrentState } from "../../engine/model.ts";
import type { View } from "../../engine/provider.ts";
import { EVERYTHING, NOTHING_SET, specOf } from "./convert.ts";
import { allPlaces, between, capabilitiesOf, effective, places } from "./effective.ts";
import { GUEST, PUPIL, policyOf, stateOf, TEACHER } from "./fixtures.ts";

const POLICY = policyOf("rooms: { lesson: { default: guest, users: { alice: teacher } }, later: { default: guest } }");
const viewOf =
  (state: CurrentState): View =>
  (object) =>
    state.objects.get(object)?.spec ?? null;
const LESSON = { provider: "zego", room: "lesson" };

describe("effective", () => {
  it("gives everyone everything while nothing is set", () => {
    expect(effective(LESSON, viewOf(stateOf({ lesson: { users: { bob: undefined } } })), POLICY)).toEqual([
      { subject: { kind: "everyone" }, capabilities: capabilitiesOf(EVERYTHING), layer: "built-in" },
    ]);
    expect(capabilitiesOf(EVERYTHING)).toHaveLength(7);
  });

  it("counts an override as a whole, wider or narrower, of people the files do not name too", () => {
    const users = { alice: GUEST, bob: undefined, zoe: TEACHER };
    const found = effective(LESSON, viewOf(stateOf({ lesson: { auth: PUPIL, users } })), POLICY);
    expect(found).toEqual([
      { subject: { kind: "everyone" }, capabilities: capabilitiesOf(PUPIL), layer: "default" },
      { subject: { kind: "user", id: "alice" }, capabilities: ["zego:module:scroll"], layer: "user" },
      { subject: { kind: "user", id: "zoe" }, capabilities: capabilitiesOf(TEACHER), layer: "user" },
    ]);
  });

  it("gives the room's default by name to whom the files name and who has nothing of their own", () => {
    const users = { alice: undefined, bob: undefined };
    expect(effective(LESSON, viewOf(stateOf({ lesson: { auth: PUPIL, users } })), POLICY)).toEqual([
      { subject: { kind: "everyone" }, capabilities: capabilitiesOf(PUPIL), layer: "default" },
      { subject: { kind: "user", id: "alice" }, capabilities: capabilitiesOf(PUPIL), layer: "default" },
    ]);
  });

  it("is empty for a room that is not there", () => {
    expect(effective({ provider: "zego", room: "later" }, viewOf(stateOf({})), POLICY)).toEqual([]);
    expect(allPlaces(POLICY, viewOf(stateOf({})))).toEqual([]);
  });
});

describe("places", () => {
  it("are rooms, which depend on themselves, on who is named, has an override or is asked about", () => {
    const addresses = new Set([
      "zego/user/lesson/a%2Fb",
      "zego/room/lesson",
      "zego/people/lesson",
      "other/room/lesson",
    ]);
    const before = viewOf(stateOf({ lesson: { users: { bob: undefined, zoe: PUPIL } } }));
    expect(places(addresses, POLICY, before)).toEqual([
      {
        place: LESSON,
        dependsOn: ["zego/room/lesson", "zego/user/lesson/alice", "zego/user/lesson/zoe", "zego/user/lesson/a%2Fb"],
      },
    ]);
  });
});

describe("between", () => {
  it("meets and joins both lists, with nothing set as everything", () => {
    const other = { module: ["zoom"], graphic: ["create", "erase"] };
    expect(between(specOf(PUPIL), specOf(other), "meet")).toEqual(specOf({ module: ["zoom"], graphic: ["create"] }));
    expect(between(specOf(PUPIL), specOf(other), "join")).toEqual(
      specOf({ module: ["scroll", "zoom"], graphic: ["create", "erase"] }),
    );
    expect(between(NOTHING_SET, specOf(PUPIL), "meet")).toEqual(specOf(PUPIL));
    expect(between(NOTHING_SET, specOf(PUPIL), "join")).toEqual(specOf(EVERYTHING));
  });
});
