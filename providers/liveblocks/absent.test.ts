import { describe, expect, it } from "vitest";
import type { ReadOptions, ReadTransport } from "../_shared/http.ts";
import { readRooms } from "./api.ts";
import { wireRoom } from "./fixtures.ts";

/** A service with room `a` whose other single reads are answered by 404 with this body. */
const service = (unknownRoom: unknown, list: () => { readonly status: number; readonly json: unknown }) => {
  const asked: string[] = [];
  const get = async ({ path, params, query }: ReadOptions) => {
    asked.push(path === "/v2/rooms" ? `list ${query?.limit}` : `room ${params?.id}`);
    if (path === "/v2/rooms") return { ...list(), date: undefined };
    if (params?.id === "a") return { status: 200, json: wireRoom("a"), date: undefined };
    return { status: 404, json: unknownRoom, date: undefined };
  };
  const transport: ReadTransport = { get, close: async () => {} };
  const read = async (...wanted: readonly string[]) => {
    const { rooms } = await readRooms(transport, {
      provider: "lb",
      all: false,
      exactly: true,
      wanted: new Set(wanted),
    });
    return [...rooms.keys()];
  };
  return { asked, read };
};
const served = () => ({ status: 200, json: { data: [], nextCursor: null } });

describe("a 404 to the read of a room", () => {
  it("with the documented code says that it is not there", async () => {
    const { asked, read } = service({ error: "ROOM_NOT_FOUND", message: "no" }, served);
    expect(await read("a", "b")).toEqual(["a"]);
    expect(asked).toEqual(["room a", "room b"]);
  });

  it.each([[undefined], [{}], [{ error: "NOT_FOUND", message: "no room" }], [{ message: "no room" }]])(
    "with the body %j says so where the list is served, which is asked for once",
    async (body) => {
      const { asked, read } = service(body, served);
      expect(await read("b", "c")).toEqual([]);
      expect(await read("d")).toEqual([]);
      expect(asked).toEqual(["room b", "room c", "list 1", "room d"]);
    },
  );

  it.each([[undefined], [{}], [{ message: "no room" }]])(
    "with the body %j is believed where another room answers: the address is right",
    async (body) => {
      const { asked, read } = service(body, served);
      expect(await read("a", "b")).toEqual(["a"]);
      expect(asked).toEqual(["room a", "room b"]);
    },
  );

  it("says that the base URL may be wrong where the list is not there either", async () => {
    const { read } = service({ error: "NOT_FOUND" }, () => ({ status: 404, json: { error: "NOT_FOUND" } }));
    await expect(read("b")).rejects.toMatchObject({
      name: "ServiceFailure",
      kind: "stop",
      message: expect.stringMatching(/GET \/v2\/rooms\/\{id\} \(id "b"\).* the base URL may be wrong/u),
    });
  });

  it("asks for the list again after that failed", async () => {
    let tries = 0;
    const { read } = service({}, () => {
      tries += 1;
      if (tries === 1) throw new Error("lost");
      return served();
    });
    await expect(read("b")).rejects.toThrow("lost");
    expect(await read("b")).toEqual([]);
  });
});

describe("a room that a list shows twice", () => {
  const listing = (rooms: readonly unknown[]) => {
    const asked: string[] = [];
    const get = async ({ path, params }: ReadOptions) => {
      asked.push(path === "/v2/rooms" ? "list" : `room ${params?.id}`);
      if (path === "/v2/rooms") return { status: 200, json: { data: rooms, nextCursor: null }, date: undefined };
      if (params?.id === "gone") return { status: 404, json: { error: "ROOM_NOT_FOUND" }, date: undefined };
      const json = wireRoom(params?.id ?? "", { defaultAccesses: ["*:write"] });
      return { status: 200, json, date: undefined };
    };
    const read = () =>
      readRooms({ get, close: async () => {} }, { provider: "lb", all: true, exactly: false, wanted: new Set(["a"]) });
    return { asked, read };
  };
  const reading = (id: string, ...scopes: readonly string[]) => wireRoom(id, { defaultAccesses: scopes });

  it("in two ways is read by its id", async () => {
    const { asked, read } = listing([
      reading("a"),
      reading("b"),
      reading("gone"),
      reading("a", "*:read"),
      reading("b"),
    ]);
    const { rooms } = await read();
    expect(asked).toEqual(["list", "room a"]);
    expect(rooms.get("a")?.spec.defaultAccesses).toEqual(["room:write"]);
    expect(rooms.get("b")?.spec.defaultAccesses).toEqual([]);
    expect(rooms.size).toBe(3);
  });

  it("in two ways is absent where it is not there any more", async () => {
    const { read } = listing([reading("a"), reading("gone"), reading("gone", "*:read")]);
    const { rooms, ids } = await read();
    expect([[...rooms.keys()], [...ids]]).toEqual([["a"], ["a"]]);
  });

  it("in other words for the same is that room", async () => {
    const { asked, read } = listing([reading("a", "*:read"), reading("a", "room:read")]);
    expect((await read()).rooms.size).toBe(1);
    expect(asked).toEqual(["list"]);
  });
});
