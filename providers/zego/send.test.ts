import { afterEach, describe, expect, it } from "vitest";
import type { Sent } from "../../engine/model.ts";
import { callFor, connected, GUEST, PUPIL, TEACHER } from "./fixtures.ts";
import { zego } from "./index.ts";
import { codeFault, type ZegoSandboxOptions } from "./sandbox.ts";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** A lesson with alice in it. */
const lesson = async (options: Parameters<typeof connected>[0] = {}) => {
  const made = await connected(options);
  const writer = zego.writer(made.connection);
  cleanups.push(async () => {
    await writer.close();
    await made.sandbox.close();
  });
  made.sandbox.login("lesson", "alice");
  const actions = (): readonly (string | null)[] => made.sandbox.requests.map(({ query }) => query.get("Action"));
  return { ...made, writer, actions };
};

const SET_ROOM = "SetWhiteboardRoomAuth";
const SET_USER = "SetWhiteboardUserAuth";
const GET_ROOM = "GetWhiteboardRoomAuth";
const errorOf = (sent: Sent) => (sent.type === "done" ? undefined : sent.error);

describe("send", () => {
  it("sets a room's default and an override", async () => {
    const { sandbox, writer, actions } = await lesson();
    expect(await writer.send(callFor("lesson", undefined, GUEST))).toEqual({ type: "done", seen: new Map() });
    expect(await writer.send(callFor("lesson", "alice", TEACHER))).toEqual({ type: "done", seen: new Map() });
    expect(sandbox.room("lesson")?.auth).toEqual({ module: [2], graphic: [0] });
    expect(sandbox.user("lesson", "alice")?.auth).toEqual({ module: [1, 2], graphic: [2, 4, 8, 16, 32] });
    expect(actions()).toEqual([SET_ROOM, SET_USER]);
  });

  it.each([
    ["R&D = 1+1 #7, it's ok/here", "a&UserId=eve"],
    ["class #7&8", "tom + jerry"],
    ["a%20b%2F%", "100%25"],
    [" ~!@#$^&*()_+=-;',.<>/ ", "++  ++"],
    ["6085791336856668982", "18446744073709551615"],
    ["..", "."],
  ])("sends ids as they are: room %j, user %j", async (room, user) => {
    const { sandbox, writer } = await lesson();
    sandbox.login(room, user);
    expect(await writer.send(callFor(room, undefined, GUEST))).toMatchObject({ type: "done" });
    expect(await writer.send(callFor(room, user, PUPIL))).toMatchObject({ type: "done" });
    expect(sandbox.room(room)?.auth).toEqual({ module: [2], graphic: [0] });
    expect(sandbox.user(room, user)?.auth).toEqual({ module: [1, 2], graphic: [32] });
    expect(sandbox.state().rooms.map(({ roomId }) => roomId)).toEqual(["lesson", room]);
  });

  it("writes array keys with escaped brackets and no credentials but the signature", async () => {
    const { sandbox, writer } = await lesson();
    await writer.send(callFor("lesson", undefined, TEACHER));
    const [target = ""] = sandbox.targets;
    expect(target).toContain("ModuleAuth%5B%5D=1&ModuleAuth%5B%5D=2&GraphicAuth%5B%5D=2&GraphicAuth%5B%5D=4");
    expect(target.startsWith("/?")).toBe(true);
    expect(target).not.toContain(sandbox.serverSecret);
    expect(target).not.toContain("IsTest");
  });

  it.each([[true], [false]])("sends IsTest=%s as configured", async (isTest) => {
    const { sandbox, writer } = await lesson({ values: { isTest } });
    await writer.send(callFor("lesson", undefined, GUEST));
    expect(sandbox.requests[0]?.query.get("IsTest")).toBe(String(isTest));
  });

  it("forbids caches and signs every request anew", async () => {
    const { sandbox, writer } = await lesson();
    for (const auth of [GUEST, PUPIL, TEACHER]) await writer.send(callFor("lesson", undefined, auth));
    expect(sandbox.requests.map(({ headers }) => headers["cache-control"])).toEqual(Array(3).fill("no-store"));
    expect(new Set(sandbox.nonces).size).toBe(3);
  });

  it("calls a room or a person that is not there gone, at once", async () => {
    const { writer, actions } = await lesson();
    const room = await writer.send(callFor("other", undefined, GUEST));
    expect([room.type, errorOf(room)?.kind, errorOf(room)?.code]).toEqual(["failed", "away", "120000301"]);
    const user = await writer.send(callFor("lesson", "bob", GUEST));
    expect([user.type, errorOf(user)?.kind, errorOf(user)?.code]).toEqual(["failed", "away", "120000201"]);
    expect(errorOf(user)?.message).toContain('room "lesson", user "bob" with code 120000201');
    expect(actions()).toEqual([SET_ROOM, SET_USER]);
  });

  it.each([120000201, 120000301, 120000101] as const)(
    "takes %s of an override in a room that is not there for absence",
    async (userAuthWithoutRoom) => {
      const { writer } = await lesson({ rules: { userAuthWithoutRoom } });
      const sent = await writer.send(callFor("other", "bob", GUEST));
      expect([sent.type, errorOf(sent)?.kind]).toEqual(["failed", "away"]);
    },
  );

  it.each([1, 100000012, 100000015, 120000103])("tries again when the service failed with %s", async (code) => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([codeFault(code, { action: SET_ROOM, times: 2 })]);
    expect(await writer.send(callFor("lesson", undefined, GUEST))).toMatchObject({ type: "done" });
    expect(actions()).toEqual([SET_ROOM, SET_ROOM, SET_ROOM]);
    expect(new Set(sandbox.nonces).size).toBe(sandbox.nonces.length);
  });

  it.each([1, 100000015, 120000103])("does not say whether it was done after %s to the end", async (code) => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([codeFault(code, { action: SET_ROOM, times: 99, commits: true })]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind, errorOf(sent)?.code]).toEqual(["unknown", "unreachable", String(code)]);
    expect(actions().filter((action) => action === SET_ROOM)).toHaveLength(5);
  });

  it.each([
    ["room", 120000103, undefined],
    ["person", 120000101, "alice"],
  ] as const)("looks whether a %s is still there after %s", async (_, code, user) => {
    const { sandbox, writer } = await lesson();
    sandbox.setFaults([codeFault(code, { action: "SetWhiteboard*", times: 99 })]);
    sandbox.destroyRoom("lesson");
    const sent = await writer.send(callFor("lesson", user, GUEST));
    expect([sent.type, errorOf(sent)?.kind]).toEqual(["failed", "away"]);
  });

  it("waits a second and more after too many requests, then goes on", async () => {
    const { sandbox, writer, slept, waits } = await lesson();
    sandbox.setFaults([codeFault(7, { action: SET_ROOM, times: 2 })]);
    expect(await writer.send(callFor("lesson", undefined, GUEST))).toMatchObject({ type: "done" });
    expect(slept.filter((ms) => ms >= 1000).length).toBeGreaterThanOrEqual(2);
    expect(waits).toEqual([
      "ZEGOCLOUD: SetWhiteboardRoomAuth again in 2 s (code 7)",
      "ZEGOCLOUD: SetWhiteboardRoomAuth again in 2 s (code 7)",
    ]);
  });

  it("gives up when there are too many requests without end: nothing was done", async () => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([codeFault(7, { action: SET_ROOM, times: 99 })]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind, actions().length]).toEqual(["failed", "throttled", 8]);
  });

  it("tries a code that no document lists three times, then tells it with message and RequestId", async () => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([codeFault(424242, { action: SET_ROOM, times: 99 })]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind, actions().length]).toEqual(["failed", "refused", 3]);
    expect(errorOf(sent)?.message).toMatch(/code 424242: error 424242; RequestId \d+$/u);
  });

  it.each([
    [2, "refused"],
    [3, "stop"],
    [100000001, "stop"],
    [100000005, "stop"],
    [100000010, "stop"],
    [100000016, "stop"],
    [120000002, "refused"],
    [120000105, "refused"],
    [120000106, "refused"],
  ])("sends nothing twice after %s", async (code, kind) => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([codeFault(code, { action: SET_ROOM, times: 99 })]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind, actions()]).toEqual(["failed", kind, [SET_ROOM]]);
  });
});

describe("a clock that is off", () => {
  it.each([
    ["behind", -15, "gateway"],
    ["ahead", 25, "gateway"],
    ["behind", -15, "service"],
  ] as const)("%s by %s minutes is set right by the service's, once (%s codes)", async (_, minutes, signatureCodes) => {
    const { writer, actions } = await lesson({ skew: minutes * 60_000, rules: { signatureCodes } });
    expect(await writer.send(callFor("lesson", undefined, GUEST))).toMatchObject({ type: "done" });
    expect(await writer.send(callFor("lesson", "alice", GUEST))).toMatchObject({ type: "done" });
    expect(actions()).toEqual([SET_ROOM, GET_ROOM, SET_ROOM, SET_USER]);
  });

  it("is named when setting it right does not help", async () => {
    const { sandbox, writer, actions } = await lesson({ skew: -20 * 60_000 });
    sandbox.setFaults([codeFault(100000004, { times: 99 })]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind]).toEqual(["failed", "stop"]);
    expect(errorOf(sent)?.message).toMatch(/the signature counts as expired.*clock/u);
    expect(actions().filter((action) => action === SET_ROOM)).toHaveLength(2);
  });

  it("is not suspected where the clocks agree and the secret is wrong", async () => {
    const options: ZegoSandboxOptions = { rules: { signatureCodes: "service" } };
    const { writer, actions } = await lesson({ ...options, values: { serverSecret: "f".repeat(32) } });
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect([sent.type, errorOf(sent)?.kind]).toEqual(["failed", "stop"]);
    expect(actions().filter((action) => action === SET_ROOM)).toHaveLength(1);
  });
});

describe("what the network does", () => {
  it.each([
    ["a lost answer", { fault: "lost", commits: true }],
    ["an error of the server", { fault: "status", status: 502, body: "<html>" }],
    ["an answer that is cut short", { fault: "garbage", garbage: "cut-json", commits: true }],
    ["an answer without a Code", { fault: "status", status: 200, body: { Message: "SUCCESS" } }],
    ["a Code that is no number", { fault: "status", status: 200, body: { Code: "0" } }],
  ] as const)("%s leaves the fate of a write unknown, and nothing is sent twice", async (_, fault) => {
    const { sandbox, writer, actions } = await lesson();
    sandbox.setFaults([{ ...fault, times: 1 }]);
    expect((await writer.send(callFor("lesson", undefined, GUEST))).type).toBe("unknown");
    expect(actions()).toEqual([SET_ROOM]);
  });

  it("follows no redirect: the address is a credential", async () => {
    const { sandbox, writer } = await lesson();
    const other = await connected();
    cleanups.push(() => other.sandbox.close());
    sandbox.setFaults([{ fault: "redirect", to: other.sandbox.url, status: 302 }]);
    const sent = await writer.send(callFor("lesson", undefined, GUEST));
    expect(sent.type).not.toBe("done");
    expect(other.sandbox.requests).toEqual([]);
  });

  it("says plainly that a wrong secret or AppId cannot be used, without sending anything", async () => {
    const { sandbox, connection } = await lesson();
    for (const values of [
      { appId: "1 OR 1", serverSecret: sandbox.serverSecret },
      { appId: 1, serverSecret: "short" },
    ]) {
      const writer = zego.writer({ ...connection, values });
      const sent = await writer.send(callFor("lesson", undefined, GUEST));
      expect([sent.type, errorOf(sent)?.kind]).toEqual(["failed", "stop"]);
      await expect(writer.account()).rejects.toThrow("ZEGOCLOUD");
    }
    expect(sandbox.requests).toEqual([]);
  });
});
