import { describe, expect, it } from "vitest";
import { record } from "../../engine/util/record.ts";
import { currentOf, RoomFormError, readRoom } from "./convert.ts";

const WIRE = {
  type: "room",
  id: "r/1",
  organizationId: "default",
  createdAt: "2026-01-05T10:00:00.000Z",
  lastConnectionAt: "2026-01-06T10:00:00.000Z",
  metadata: { color: "blue", tags: ["b", "a"] },
  defaultAccesses: [],
  groupsAccesses: { g1: ["*:read"] },
  usersAccesses: { u1: ["room:write", "room:presence:write"], u2: [] },
};

describe("readRoom", () => {
  it("reads a room into canonical form and leaves out what the service manages itself", () => {
    expect(readRoom({ ...WIRE, somethingNew: 1 })).toEqual({
      id: "r/1",
      organizationId: "default",
      spec: {
        defaultAccesses: [],
        groupsAccesses: record([["g1", ["room:read"]]]),
        metadata: record<string | readonly string[]>([
          ["color", "blue"],
          ["tags", ["b", "a"]],
        ]),
        usersAccesses: record<readonly string[]>([
          ["u1", ["room:write"]],
          ["u2", []],
        ]),
      },
    });
  });

  it("takes __proto__, constructor and digits for ids like any other", () => {
    const wire = JSON.parse('{"__proto__":["*:read"],"constructor":["*:write"],"10":[],"9":[]}');
    const { usersAccesses } = readRoom({ ...WIRE, usersAccesses: wire }).spec;
    expect(Object.keys(usersAccesses).sort()).toEqual(["10", "9", "__proto__", "constructor"]);
    expect(Object.getPrototypeOf(usersAccesses)).toBeNull();
  });

  it.each([
    [{ ...WIRE, defaultAccesses: undefined }, "defaultAccesses is not a list of scopes"],
    [{ ...WIRE, defaultAccesses: null }, "defaultAccesses is not a list of scopes"],
    [{ ...WIRE, usersAccesses: undefined }, "usersAccesses is not a map of scopes by id"],
    [{ ...WIRE, usersAccesses: { "a\nb": ["x", 1] } }, 'usersAccesses of "a\\nb" is not a list of scopes'],
    [{ ...WIRE, groupsAccesses: [] }, "groupsAccesses is not a map of scopes by id"],
    [{ ...WIRE, metadata: { n: 1 } }, 'metadata "n" is neither a text nor a list of texts'],
    [{ ...WIRE, id: 7 }, "has no id"],
    [[], "is not an object"],
  ])("does not take a malformed room for an empty one (%#)", (wire, message) => {
    expect(() => readRoom(wire)).toThrow(new RoomFormError(message));
  });
});

describe("currentOf", () => {
  it("encodes the id in the address and keeps a foreign organization", () => {
    expect(currentOf("lb", readRoom(WIRE))).toMatchObject({ address: "lb/room/r%2F1", id: "r/1", room: "r/1" });
    expect(currentOf("lb", readRoom(WIRE))).not.toHaveProperty("extra");
    expect(currentOf("lb", readRoom({ ...WIRE, organizationId: "acme" })).extra).toEqual(
      record([["organizationId", "acme"]]),
    );
  });
});
