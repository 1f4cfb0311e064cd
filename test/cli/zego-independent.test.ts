import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { quick, type Workplace, workplace } from "../run.ts";
import { APP, md5Of, type ZegoStandIn, zegoStandIn } from "./zego-stand-in.ts";
import { ROLES, zegoHead } from "./zego-world.ts";

let service: ZegoStandIn;
let place: Workplace;
beforeEach(async () => {
  service = await zegoStandIn();
  place = quick(workplace({}, { ZEGO_SERVER_SECRET: APP.serverSecret }));
});
afterEach(async () => {
  place.remove();
  await service.close();
});

const policy = (rooms: string): void =>
  place.write("rolecall.yaml", `${zegoHead(service.url, { appId: APP.appId })}${ROLES}${rooms}`);
const open = (room: string, ...users: readonly string[]): void => {
  service.rooms.set(room, new Map(users.map((user) => [user, undefined])));
};
const done = async (): Promise<void> => {
  const ran = await place.run(["apply", "--auto-approve"]);
  expect(ran.code, ran.err + ran.out).toBe(0);
  const before = service.sets.length;
  const again = await place.run(["plan", "--detailed-exitcode"]);
  expect(again).toMatchObject({ code: 0, out: expect.stringMatching(/^No changes\./u) });
  expect(service.sets).toHaveLength(before);
  expect(service.complaints).toEqual([]);
};

describe("against a second reading of the documents", () => {
  it("which signs as the documents' own samples do", () => {
    expect([
      md5Of("12345", "4fd24687296dd9f3", "9193cc662a4c0ec135ec71fb57194b38", "1615186943"),
      md5Of("1234567890", "15215528852396", "0123456789abcdef0123456789abcdef", "1700000000"),
      md5Of("4294967295", "00000000000000ff", "ffffffffffffffffffffffffffffffff", "1767225600"),
      md5Of("2000000001", "0a1b2c3d4e5f6071", "a1b2c3d4e5f60718293a4b5c6d7e8f90", "1800000000"),
    ]).toEqual([
      "43e5cfcca828314675f91b001390566a",
      "f650dea5bece00500004f5841f2609c1",
      "b0d115feb352550224b3ff847ad3a025",
      "3090f4600a06a925e824c1a517852891",
    ]);
  });

  it("a class of 30 takes three writes, and no plan writes", async () => {
    policy("rooms: { class: { default: guest, users: { teacher-1: teacher, teacher-2: teacher } } }\n");
    open("class", "teacher-1", "teacher-2", ...Array.from({ length: 28 }, (_, index) => `pupil-${index}`));
    const { value } = await place.json<PlanDocument>(["plan"]);
    expect(value.summary).toMatchObject({ calls: 3, minimum_calls: 3 });
    expect(service.sets).toEqual([]);
    await done();
    expect(service.sets.toSorted()).toEqual([
      "class  2 0",
      "class teacher-1 1+2 2+4+8+16+32",
      "class teacher-2 1+2 2+4+8+16+32",
    ]);
  });

  it.each([
    ["left out", undefined],
    ["null", null],
    ["an object", {}],
    ["a list", []],
  ])("nothing set, said as %s", async (_, nothing) => {
    service.nothing = nothing;
    policy("rooms: { lesson: { default: pupil, users: { alice: teacher } } }\n");
    open("lesson", "alice", "bob");
    await done();
    expect(service.sets).toEqual(["lesson alice 1+2 2+4+8+16+32", "lesson  1+2 32"]);
  });

  it("people on many pages, with markers that no JavaScript number holds", async () => {
    service.pageSize = 7;
    policy("rooms: { hall: { default: guest, users: {} } }\n");
    const users = Array.from({ length: 23 }, (_, index) => `user-${index}`);
    open("hall", ...users);
    service.rooms.get("hall")?.set("user-22", { module: ["1"], graphic: ["16"] });
    await done();
    expect(service.sets.toSorted()).toEqual(["hall  2 0", "hall user-22 2 0"]);
  });

  it("twelve rooms, two of them going on", async () => {
    const rooms = Array.from(
      { length: 12 },
      (_, index) => `  "room ${index}": { default: guest, users: { a b: pupil } }\n`,
    );
    policy(`rooms:\n${rooms.join("")}`);
    open("room 3", "a b");
    open("room 11", "c");
    await done();
    expect(service.sets.toSorted()).toEqual(["room 11  2 0", "room 3  2 0", "room 3 a b 1+2 32"]);
  });

  it("ids with everything that a query could trip over", async () => {
    const room = "a&RoomId=b=c+d#e'f,g/h;i j%20%";
    policy(`rooms: { ${JSON.stringify(room)}: { default: guest, users: { "x&UserId=y": teacher } } }\n`);
    open(room, "x&UserId=y", "y");
    await done();
    expect(service.sets).toEqual([`${room} x&UserId=y 1+2 2+4+8+16+32`, `${room}  2 0`]);
  });
});
