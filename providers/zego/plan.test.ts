import { afterEach, describe, expect, it } from "vitest";
import { connected, documentOf, GUEST, PUPIL, planOf, planOver, sendAll, stateOf, TEACHER } from "./fixtures.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const opened = async () => {
  const made = await connected();
  cleanups.push(() => made.sandbox.close());
  const writes = (): number =>
    made.sandbox.requests.filter(({ query }) => query.get("Action")?.startsWith("Set")).length;
  return { ...made, writes };
};

const callsOf = ({ calls }: ReturnType<typeof planOf>) =>
  calls.map(({ changes, direction }) => `${changes.join()} ${direction}`);

describe("a class of 30 with one default and two teachers", () => {
  const ROOMS = "rooms: { class: { default: guest, users: { teacher-1: teacher, teacher-2: teacher } } }";

  it("takes one write and two, and none the second time", async () => {
    const { sandbox, connection, writes } = await opened();
    for (const user of ["teacher-1", "teacher-2"]) sandbox.login("class", user);
    for (let number = 1; number <= 28; number += 1) sandbox.login("class", `pupil-${number}`);
    const planned = await planOver(ROOMS, connection);
    expect(writes()).toBe(0);
    expect(planned.document.summary).toMatchObject({ calls: 3, minimum_calls: 3, pending: 0 });
    expect((await sendAll(planned, connection)).map(({ type }) => type)).toEqual(["done", "done", "done"]);
    expect(writes()).toBe(3);
    const again = await planOver(ROOMS, connection);
    expect([again.calls, again.document.pending]).toEqual([[], []]);
    expect(writes()).toBe(3);
  });

  it("is read with a request for the room, one for the people, and one for each ten of them", async () => {
    const { sandbox, connection } = await opened();
    for (let number = 1; number <= 30; number += 1) sandbox.login("class", `pupil-${number}`);
    await planOver(ROOMS, connection);
    expect(sandbox.requests).toHaveLength(1 + 1 + 3);
  });

  it("does not care in which order the service lists values", async () => {
    const { sandbox, connection } = await opened();
    sandbox.login("class", "teacher-1");
    sandbox.editAuth("class", undefined, { module: [2, 2], graphic: [0] });
    sandbox.editAuth("class", "teacher-1", { module: [2, 1], graphic: [32, 2, 16, 8, 4] });
    expect((await planOver(ROOMS, connection)).calls).toEqual([]);
  });
});

describe("the order", () => {
  it("puts up overrides that keep what the new default takes away before it", () => {
    const state = stateOf({ lesson: { users: { alice: undefined, bob: undefined } } });
    const planned = planOf(
      documentOf("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }"),
      state,
    );
    expect(planned.document.transition).toMatchObject({ safe: true, exceptions: [] });
    const room = planned.calls.find(({ changes }) => changes.includes("zego/room/lesson"));
    expect(room?.after).toHaveLength(2);
    expect(callsOf(planned).at(-1)).toBe("zego/room/lesson narrows");
  });

  it("sets a wider default after the overrides of those who must not have it", () => {
    const state = stateOf({ lesson: { auth: GUEST, users: { alice: undefined, bob: undefined } } });
    const rooms = "rooms: { lesson: { default: teacher, users: { bob: guest } } }";
    const planned = planOf(documentOf(rooms), state);
    expect(callsOf(planned)).toEqual(["zego/user/lesson/bob neutral", "zego/room/lesson widens"]);
    expect(planned.calls[1]?.after).toEqual(["c1"]);
  });

  it("takes down an override that gives too much first, whatever the default does", () => {
    const state = stateOf({ lesson: { auth: GUEST, users: { carol: TEACHER } } });
    const planned = planOf(documentOf("rooms: { lesson: { default: pupil, users: {} } }"), state);
    expect(planned.document.transition.safe).toBe(true);
    expect(callsOf(planned)[0]).toBe("zego/user/lesson/carol narrows");
  });
});

describe("the effects", () => {
  it("count a first default as a loss for everyone: nothing set means everything allowed", () => {
    const planned = planOf(
      documentOf("rooms: { lesson: { default: guest } }"),
      stateOf({ lesson: { users: { bob: undefined } } }),
    );
    expect(planned.document.verdict).toBe("narrower");
    expect(planned.document.effects).toMatchObject([{ subject: { kind: "everyone" }, gains: [], room: "lesson" }]);
    expect(planned.document.effects[0]?.loses).toHaveLength(6);
    expect(planned.document.resource_changes[0]?.fields).toEqual([
      { path: ["graphic"], before: "(not set: all)", after: "none" },
      { path: ["module"], before: "(not set: all)", after: "[scroll]" },
    ]);
  });

  it("show what somebody loses whom the files do not name", () => {
    const state = stateOf({ lesson: { auth: GUEST, users: { carol: TEACHER } } });
    const { document } = planOf(documentOf("rooms: { lesson: { default: guest, users: {} } }"), state);
    expect(document.effects).toMatchObject([{ subject: { kind: "user", id: "carol" }, gains: [], via: "not listed" }]);
    expect(document.resource_changes).toMatchObject([
      { action_reason: "pinned to the room's default until they leave" },
    ]);
  });
});

describe("the default that reaches people whom the files name", () => {
  const PEOPLE = "users: { alice: teacher, bob: pupil }";
  const here = stateOf({ geo: { users: { alice: undefined, bob: undefined } } });
  const effectsIn = (mode: string, options: Parameters<typeof planOf>[2] = {}) => {
    const { document } = planOf(documentOf(`rooms: { geo: { ${mode} default: guest, ${PEOPLE} } }`), here, options);
    const { count, total } = document.guards.find(({ guard }) => guard === "removals") ?? {};
    const loses = document.effects.map(({ subject, loses }) => [
      subject.kind === "user" ? subject.id : subject.kind,
      loses.length,
    ]);
    return { loses, count, total, effects: document.effects };
  };

  it.each<[string, string, Parameters<typeof planOf>[2]]>([
    ["the room alone is targeted", "", { targets: ["zego/room/geo"] }],
    ["people are only observed", "mode: { users: observe },", {}],
  ])("is their loss by name where %s", (_, mode, options) => {
    const { loses, count, total } = effectsIn(mode, options);
    expect(loses).toEqual([
      ["everyone", 6],
      ["alice", 6],
      ["bob", 6],
    ]);
    expect([count, total]).toEqual([3, 3]);
  });

  it("is the same plan for a room alone, whoever is there", () => {
    const document = documentOf(`rooms: { geo: { default: guest, ${PEOPLE} } }`);
    const left = stateOf({ geo: { users: { bob: undefined } } });
    const [one, other] = [here, left].map((state) => planOf(document, state, { targets: ["zego/room/geo"] }).document);
    expect(one?.digest).toBe(other?.digest);
  });

  it("is the loss of her who is excluded, with the line that takes it", () => {
    const { loses, effects } = effectsIn("", { excludes: ["zego/user/geo/alice"] });
    expect(loses).toEqual([
      ["everyone", 6],
      ["alice", 6],
      ["bob", 4],
    ]);
    expect(effects.find(({ subject }) => subject.kind === "user" && subject.id === "alice")).toMatchObject({
      via: "default: role guest",
      layer: "default",
    });
  });

  it("is nobody's loss where their own permissions are set in the same plan, or are pending", () => {
    expect(effectsIn("").loses).toEqual([
      ["everyone", 6],
      ["bob", 4],
    ]);
    const rooms = `rooms: { geo: { default: guest, ${PEOPLE} } }`;
    const { document } = planOf(documentOf(rooms), stateOf({ geo: { auth: PUPIL, users: { carol: undefined } } }));
    expect(document.effects.map(({ subject }) => subject)).toEqual([{ kind: "everyone" }]);
    expect(document.guards[0]).toMatchObject({ count: 1, total: 1 });
    expect(document.pending).toHaveLength(2);
  });
});

describe("a plan", () => {
  it("prints calls as they are sent, without credentials", () => {
    const state = stateOf({ lesson: { auth: PUPIL, users: { alice: undefined } } });
    const { document } = planOf(documentOf("rooms: { lesson: { default: pupil, users: { alice: teacher } } }"), state);
    expect(document.calls).toMatchObject([
      {
        method: "GET",
        path: "/",
        action: "SetWhiteboardUserAuth",
        query: {
          RoomId: "lesson",
          UserId: "alice",
          "ModuleAuth[]": [1, 2],
          "GraphicAuth[]": [2, 4, 8, 16, 32],
        },
      },
    ]);
  });

  it("lists what comes later, and what is pending", () => {
    const rooms =
      "rooms: { lesson: { default: guest, users: { erin: { role: teacher, expires: 2026-12-31 }, dave: pupil } } }";
    const state = stateOf({ lesson: { auth: GUEST, users: { erin: TEACHER } } });
    const { document } = planOf(documentOf(rooms), state);
    expect(document.pending.map(({ address }) => address)).toEqual(["zego/user/lesson/dave"]);
    expect(document.later).toMatchObject([
      { at: "2027-01-01T00:00:00.000Z", effects: [{ subject: { kind: "user", id: "erin" }, gains: [] }] },
    ]);
  });

  it("becomes another when the room is made anew between two readings", async () => {
    const { sandbox, connection } = await opened();
    sandbox.login("lesson", "alice");
    const rooms = "rooms: { lesson: { default: guest, users: { alice: teacher } } }";
    await sendAll(await planOver(rooms, connection), connection);
    expect((await planOver(rooms, connection)).calls).toEqual([]);
    sandbox.recreateRoom("lesson");
    expect((await planOver(rooms, connection)).calls).toHaveLength(2);
  });

  it("asks for an override again after somebody left and came back", async () => {
    const { sandbox, connection } = await opened();
    for (const user of ["alice", "bob"]) sandbox.login("lesson", user);
    const rooms = "rooms: { lesson: { default: guest, users: { alice: teacher } } }";
    await sendAll(await planOver(rooms, connection), connection);
    sandbox.logout("lesson", "alice");
    expect((await planOver(rooms, connection)).document.pending).toMatchObject([{ address: "zego/user/lesson/alice" }]);
    sandbox.login("lesson", "alice");
    expect(callsOf(await planOver(rooms, connection))).toEqual(["zego/user/lesson/alice widens"]);
  });
});
