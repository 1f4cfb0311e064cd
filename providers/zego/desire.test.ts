import { describe, expect, it } from "vitest";
import { diff, diffObserved } from "../../engine/diff/diff.ts";
import type { CurrentState, DesiredState } from "../../engine/model.ts";
import { NOTHING_SET, specOf } from "./convert.ts";
import { desire, PINNED } from "./desire.ts";
import { AT, GUEST, PUPIL, policyOf, stateOf, TEACHER } from "./fixtures.ts";

const ledger = { get: () => undefined, set: () => {} };
const wanted = (rooms: string, current: CurrentState, at = AT): DesiredState =>
  desire({ policy: policyOf(rooms, at), current, ledger });
const changesOf = (rooms: string, current: CurrentState, at = AT) =>
  diff(wanted(rooms, current, at), current).map(({ address, action, after, reason }) => ({
    address,
    action,
    after,
    ...(reason === undefined ? {} : { reason }),
  }));
const pendingOf = ({ pending }: DesiredState) => pending.map(({ address, reason }) => [address, reason]);

describe("desire", () => {
  it("sets the default of a room that is there and overrides of people who are in it", () => {
    const current = stateOf({ lesson: { users: { alice: undefined, bob: undefined } } });
    expect(changesOf("rooms: { lesson: { default: guest, users: { alice: teacher } } }", current)).toEqual([
      { address: "zego/room/lesson", action: "update", after: specOf(GUEST) },
      { address: "zego/user/lesson/alice", action: "create", after: specOf(TEACHER) },
    ]);
  });

  it("wants nothing where everything is as it should be", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { alice: TEACHER, bob: undefined } } });
    const found = wanted("rooms: { lesson: { default: guest, users: { alice: teacher } } }", current);
    expect(diff(found, current)).toEqual([]);
    expect([found.pending, found.unmanaged]).toEqual([[], 0]);
  });

  it("lists a room that is not there and all of its people as pending, with what will make it apply", () => {
    const found = wanted("rooms: { lesson: { default: guest, users: { alice: teacher, bob: pupil } } }", stateOf({}));
    expect(found.objects.size).toBe(0);
    expect(pendingOf(found)).toEqual([
      ["zego/room/lesson", "nobody is in the room; it can be set when somebody is"],
      ["zego/user/lesson/alice", "nobody is in the room; it can be set when they are in it"],
      ["zego/user/lesson/bob", "nobody is in the room; it can be set when they are in it"],
    ]);
  });

  it("lists somebody who is not in the room as pending", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { bob: undefined } } });
    const found = wanted("rooms: { lesson: { default: guest, users: { alice: teacher } } }", current);
    expect(diff(found, current)).toEqual([]);
    expect(pendingOf(found)).toEqual([
      ["zego/user/lesson/alice", "not in the room; it can be set when they are in it"],
    ]);
  });

  it("tells what the files ask for, the same whether somebody is there or not", () => {
    const rooms = "rooms: { lesson: { default: guest, users: { alice: teacher } } }";
    const there = wanted(rooms, stateOf({ lesson: { auth: GUEST, users: { alice: undefined } } }));
    const away = wanted(rooms, stateOf({ lesson: { auth: GUEST, users: { bob: undefined } } }));
    const nowhere = wanted(rooms, stateOf({}));
    expect(there.objects.get("zego/user/lesson/alice")?.target).toEqual(specOf(TEACHER));
    expect(away.pending[0]?.target).toEqual(specOf(TEACHER));
    expect(nowhere.pending[1]?.target).toEqual(specOf(TEACHER));
  });

  it("pins unlisted overrides to the room's default until their holders leave", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { carol: TEACHER, dave: GUEST } } });
    expect(changesOf("rooms: { lesson: { default: guest, users: {} } }", current)).toEqual([
      { address: "zego/user/lesson/carol", action: "update", after: specOf(GUEST), reason: PINNED },
    ]);
  });

  it("lists an unlisted override as pending where the files give no default", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { carol: TEACHER } } });
    const found = wanted("rooms: { lesson: { users: {} } }", current);
    expect(diff(found, current)).toEqual([]);
    expect(found.pending).toHaveLength(1);
    expect(found.pending[0]).toMatchObject({ address: "zego/user/lesson/carol" });
    expect(found.pending[0]?.reason).toContain("the files give the room no default");
  });

  it("keeps and counts unlisted overrides in additive mode, but pins who is listed as absent", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { carol: TEACHER, erin: TEACHER } } });
    const rooms = "rooms: { lesson: { default: guest, mode: { users: additive }, users: { erin: absent } } }";
    expect(changesOf(rooms, current).map(({ address }) => address)).toEqual(["zego/user/lesson/erin"]);
    expect(wanted(rooms, current).unmanaged).toBe(1);
  });

  it("plans nothing and reports drift in observe mode", () => {
    const current = stateOf({ lesson: { auth: PUPIL, users: { alice: undefined, carol: TEACHER } } });
    const rooms =
      "rooms: { lesson: { mode: observe, default: guest, users: { alice: teacher } }, later: { mode: observe, default: guest, users: { alice: teacher } } }";
    const found = wanted(rooms, current);
    expect([diff(found, current), found.pending, found.unmanaged]).toEqual([[], [], 1]);
    expect(diffObserved(found, current).map(({ address, after }) => [address, after])).toEqual([
      ["zego/room/lesson", specOf(GUEST)],
      ["zego/user/lesson/alice", specOf(TEACHER)],
      ["zego/user/lesson/carol", specOf(GUEST)],
    ]);
  });

  it("pins to the default of the files, even where the room's own is only observed", () => {
    const rooms = "rooms: { lesson: { mode: { default: observe }, default: guest, users: {} } }";
    for (const auth of [TEACHER, PUPIL, undefined]) {
      const users = { carol: PUPIL, visitor: GUEST };
      const current = stateOf({ lesson: auth === undefined ? { users } : { auth, users } });
      expect(changesOf(rooms, current)).toEqual([
        { address: "zego/user/lesson/carol", action: "update", after: specOf(GUEST), reason: PINNED },
      ]);
      expect(wanted(rooms, current).pending).toEqual([]);
    }
  });

  it("leaves people alone where no file manages them", () => {
    const current = stateOf({ lesson: { auth: PUPIL, users: { carol: TEACHER } } });
    expect(changesOf("rooms: { lesson: { default: guest } }", current).map(({ address }) => address)).toEqual([
      "zego/room/lesson",
    ]);
  });

  it("pins somebody whose grant has ended, in additive mode too", () => {
    const current = stateOf({ lesson: { auth: GUEST, users: { erin: TEACHER } } });
    const rooms =
      "rooms: { lesson: { default: guest, mode: { users: additive }, users: { erin: { role: teacher, expires: 2026-06-30 } } } }";
    expect(changesOf(rooms, current)).toEqual([]);
    expect(changesOf(rooms, current, Date.parse("2026-07-01T00:00:00Z"))).toEqual([
      { address: "zego/user/lesson/erin", action: "update", after: specOf(GUEST), reason: PINNED },
    ]);
  });

  it("assumes nothing of a room that was made anew", () => {
    const before = stateOf({ lesson: { auth: GUEST, users: { alice: TEACHER } } });
    const anew = stateOf({ lesson: { users: { alice: undefined } } });
    const rooms = "rooms: { lesson: { default: guest, users: { alice: teacher } } }";
    expect(changesOf(rooms, before)).toEqual([]);
    expect(changesOf(rooms, anew)).toHaveLength(2);
  });

  it("takes rooms and people to be there where nothing was read, as when checks run offline", () => {
    const offline: CurrentState = {
      provider: "zego",
      objects: new Map(),
      rooms: new Set(["lesson", "open"]),
      complete: true,
      diagnostics: [],
    };
    const found = wanted("rooms: { lesson: { default: guest, users: { alice: teacher } }, open: {} }", offline);
    expect([...found.objects.values()].map(({ address, spec }) => [address, spec])).toEqual([
      ["zego/room/lesson", specOf(GUEST)],
      ["zego/user/lesson/alice", specOf(TEACHER)],
      ["zego/room/open", NOTHING_SET],
    ]);
    expect(found.pending).toEqual([]);
  });

  it("is not misled by ids such as __proto__", () => {
    const current = stateOf({ constructor: { users: { ["__proto__"]: undefined } } });
    const rooms = 'rooms: { constructor: { default: guest, users: { "__proto__": teacher, toString: pupil } } }';
    expect(pendingOf(wanted(rooms, current)).map(([address]) => address)).toContain("zego/user/constructor/toString");
  });
});
