import { describe, expect, it } from "vitest";
import { resolvePolicy } from "../../engine/load/resolve.ts";
import type { CurrentState, Spec } from "../../engine/model.ts";
import { record } from "../../engine/util/record.ts";
import { AT, documentOf } from "./fixtures.ts";
import { daily } from "./index.ts";

const policyOf = (text: string, header?: string) =>
  resolvePolicy(documentOf(text, header), "daily", new Set(), AT).policy;
const problemsOf = (text: string) =>
  daily.checkPolicy(policyOf(text)).map(({ severity, code, summary }) => [severity, code, summary]);

describe("settings that contradict each other", () => {
  it.each([
    ["{ privacy: public, enable_knocking: true }", "no door"],
    ["{ enable_chat: false, enable_advanced_chat: true }", "needs the chat"],
    ["{ nbf: 20, exp: 10 }", "before it begins"],
    ["{ enable_screenshare: false }", "screens cannot be shared"],
  ])("are refused: %s", (settings, words) => {
    const found = problemsOf(`rooms: { a: { default: host, settings: { daily: ${settings} } } }`);
    expect(found).toHaveLength(1);
    expect(found[0]?.slice(0, 2)).toEqual(["error", "daily/contradiction"]);
    expect(found[0]?.[2]).toContain(words);
  });

  it("are refused between hidden people and a role with presence", () => {
    const text =
      "rooms: { a: { default: { daily: { hasPresence: true } }, settings: { daily: { enable_hidden_participants: true } } } }";
    expect(problemsOf(text)).toHaveLength(1);
  });

  it("are fine where they go together", () => {
    const text = `rooms: { a: { default: panel, settings: { daily: { privacy: private, enable_knocking: true, nbf: 1,
      exp: 2, enable_screenshare: false } } } }`;
    expect(problemsOf(text)).toEqual([]);
  });
});

it("warns of a role that leaves out what others write: a named one once, inline ones each", () => {
  const room = "{ default: { daily: { hasPresence: true } }, users: { alice: host } }";
  expect(problemsOf(`rooms: { a: ${room}, b: ${room} }`)).toEqual([
    ["warning", "daily/left-out", 'an inline role leaves out canAdmin, canSend, which other roles of room "a" write'],
    ["warning", "daily/left-out", 'the role "host" leaves out hasPresence, which other roles of room "a" write'],
    ["warning", "daily/left-out", 'an inline role leaves out canAdmin, canSend, which other roles of room "b" write'],
  ]);
});

it("refuses names that differ by case alone", () => {
  expect(problemsOf("rooms: { Weekly: { default: host }, weekly: { default: host } }").map(([, code]) => code)).toEqual(
    ["daily/room-case"],
  );
});

describe("a token", () => {
  it("carries the role in every field that the room manages, for one room and one person", () => {
    const policy = policyOf(
      "rooms: { a: { default: { daily: { hasPresence: true, canSend: false } }, users: { alice: host } } }",
    );
    const room = policy.rooms.get("a");
    if (room === undefined) throw new Error("no room");
    expect(JSON.parse(JSON.stringify(daily.tokenGrant?.(room, "alice", policy)))).toEqual({
      room_name: "a",
      user_id: "alice",
      permissions: { hasPresence: true, canSend: true, canAdmin: ["participants"] },
    });
    expect(JSON.parse(JSON.stringify(daily.tokenGrant?.(room, "zed", policy)))).toEqual({
      room_name: "a",
      user_id: "zed",
    });
  });
});

describe("who may do what", () => {
  const spec = (value: object): Spec => JSON.parse(JSON.stringify(value)) as Spec;
  const view = (objects: { readonly [address: string]: object }) => (address: string) =>
    objects[address] === undefined ? null : spec(objects[address]);
  const room = (permissions: object) => ({ permissions, privacy: "private", settings: {} });
  const policy = policyOf("rooms: { a: { default: audience, users: { alice: host } } }");
  const sends = (objects: { readonly [address: string]: object }) =>
    Object.fromEntries(
      daily
        .effective({ provider: "daily", room: "a" }, view(objects), policy)
        .map(({ subject, capabilities, layer }) => [
          subject.kind === "everyone" ? "everyone" : subject.id,
          [layer, capabilities.includes("daily:send:video"), capabilities.includes("daily:admin:participants")],
        ]),
    );

  it("is nobody where there is no room", () => {
    expect(sends({})).toEqual({});
  });

  it("is the room's default, the files' role for who is named, and the domain where the room says nothing", () => {
    expect(sends({ "daily/room/a": room({ canSend: false }) })).toEqual({
      everyone: ["default", false, false],
      alice: ["user", true, true],
    });
    expect(sends({ "daily/room/a": room({}), "daily/domain": { permissions: { canSend: false } } }).everyone).toEqual([
      "provider default",
      false,
      false,
    ]);
    expect(sends({ "daily/room/a": room({}) }).everyone).toEqual(["built-in", true, false]);
  });

  it("is what was last sent to who is in the call, and the defaults for whom nothing was", () => {
    const base = { "daily/room/a": room({ canSend: false }) };
    expect(sends({ ...base, "daily/live/a": { "user:alice": { canSend: false, canAdmin: false } } }).alice).toEqual([
      "user",
      false,
      false,
    ]);
    const joined = { permissions: { hasPresence: true, canSend: true, canAdmin: false } };
    expect(sends({ ...base, "daily/live/a": { "user:alice": {} }, "daily/joined/a": joined }).alice).toEqual([
      "user",
      true,
      false,
    ]);
    expect(sends({ ...base, "daily/live/a": { "*": { canSend: true } } }).everyone).toEqual(["default", true, false]);
  });

  it("depends on the domain, and on a call only where it is changed", () => {
    const places = (object: string) =>
      daily.places(new Set([object]), policy, view({ "daily/room/a": room({}) }), view({}));
    expect(places("daily/domain")).toEqual([
      { place: { provider: "daily", room: "a" }, dependsOn: ["daily/domain", "daily/room/a"] },
    ]);
    expect(places("daily/live/a")[0]?.dependsOn).toEqual(["daily/domain", "daily/room/a", "daily/live/a"]);
    expect(places("other/room/a")).toEqual([]);
  });
});

it("plans offline without a reading", () => {
  const current: CurrentState = {
    provider: "daily",
    objects: new Map(),
    rooms: new Set(),
    complete: true,
    diagnostics: [],
  };
  const policy = policyOf("rooms: { a: { default: audience, users: { alice: host } } }");
  const ledger = { get: () => undefined, set: () => {} };
  const { objects, pending } = daily.desire({ policy, current, ledger });
  expect([...objects.keys()]).toEqual(["daily/room/a"]);
  expect(pending).toMatchObject([{ address: "daily/live/a", target: { "*": {}, "user:alice": { canSend: true } } }]);
});

it("shows values as the files write them", () => {
  expect(daily.show("room", ["permissions", "canSend"], ["audio"])).toBe("[audio]");
  expect(daily.show("room", ["permissions", "canSend"], false)).toBe("none");
  expect(daily.show("room", ["settings", "enable_chat"], false)).toBe("false");
  expect(daily.show("room", ["settings", "enable_chat"], undefined)).toBe("(default)");
  expect(daily.show("live", ["*", "canReceive"], record([["base", true]]))).toBe("{ base: true }");
});
