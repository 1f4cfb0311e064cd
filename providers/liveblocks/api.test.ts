import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadOptions, ReadTransport } from "../_shared/http.ts";
import { type RoomsRequest, readRooms } from "./api.ts";
import { wireRoom } from "./fixtures.ts";

/** Rooms on pages of any size, as the service lists them; `edit` changes an answer, `between` what happens after a page. */
type Faults = {
  readonly pageSize?: number;
  edit?(page: { readonly [field: string]: unknown }, pages: number): unknown;
  between?(rooms: string[], pages: number): void;
};

const service = (ids: readonly string[], faults: Faults = {}) => {
  const rooms = [...ids];
  const asked: string[] = [];
  let pages = 0;
  const get = async ({ path, params, query }: ReadOptions) => {
    if (path === "/v2/rooms/{id}") {
      const id = params?.id ?? "";
      asked.push(`room ${id}`);
      const there = rooms.includes(id);
      return { status: there ? 200 : 404, json: there ? wireRoom(id) : { error: "ROOM_NOT_FOUND" }, date: undefined };
    }
    pages += 1;
    asked.push("page");
    const size = faults.pageSize ?? Number(query?.limit);
    const start = query?.startingAfter === undefined ? 0 : rooms.indexOf(String(query.startingAfter)) + 1;
    const data = rooms.slice(start, start + size);
    const last = start + size >= rooms.length;
    const page = { data: data.map((id) => wireRoom(id)), nextCursor: last ? null : (data.at(-1) ?? null) };
    const json = faults.edit === undefined ? page : faults.edit(page, pages);
    faults.between?.(rooms, pages);
    return { status: 200, json, date: undefined };
  };
  const transport: ReadTransport = { get, close: async () => {} };
  const read = (request: Partial<Omit<RoomsRequest, "wanted">> & { readonly wanted: readonly string[] }) =>
    readRooms(transport, { provider: "lb", all: false, exactly: false, ...request, wanted: new Set(request.wanted) });
  return { asked, read };
};
const names = (count: number, prefix = "r") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe("readRooms", () => {
  it("asks for nothing when nothing is wanted", async () => {
    const { asked, read } = service(names(5));
    expect((await read({ wanted: [] })).rooms.size).toBe(0);
    expect(asked).toEqual([]);
  });

  it("reads up to three rooms by their ids, a missing one is absent", async () => {
    const { asked, read } = service(names(500));
    const { rooms, ids } = await read({ wanted: ["r1", "nope", "r400"] });
    expect([...rooms.keys()].sort()).toEqual(["r1", "r400"]);
    expect([...ids].sort()).toEqual(["r1", "r400"]);
    expect(asked.sort()).toEqual(["room nope", "room r1", "room r400"]);
  });

  it.each([
    [4, 1],
    [100, 1],
    [101, 2],
    [1000, 10],
  ])("reads all %i rooms of a project on %i pages", async (count, pages) => {
    const { asked, read } = service(names(count));
    expect((await read({ wanted: names(count) })).rooms.size).toBe(count);
    expect(asked).toEqual(new Array(pages).fill("page"));
  });

  it("never needs more than one request more than rooms that are wanted, and finds exactly those that exist", async () => {
    const total = fc.integer({ min: 0, max: 700 });
    await fc.assert(
      fc.asyncProperty(total, fc.uniqueArray(fc.nat(800), { maxLength: 40 }), async (count, picks) => {
        const { asked, read } = service(names(count));
        const wanted = picks.map((pick) => `r${pick}`);
        const { rooms } = await read({ wanted });
        expect(asked.length).toBeLessThanOrEqual(wanted.length + 1);
        expect([...rooms.keys()].sort()).toEqual(wanted.filter((id) => Number(id.slice(1)) < count).sort());
      }),
    );
  });

  it("reads the whole list for patterns, whatever the page size, and gives every room", async () => {
    const { asked, read } = service(names(250));
    const { rooms, ids } = await read({ wanted: [], all: true });
    expect([rooms.size, ids.size, asked.length]).toEqual([250, 250, 3]);
    const single = service(names(7), { pageSize: 1 });
    expect((await single.read({ wanted: [], all: true })).rooms.size).toBe(7);
  });

  it("asks for a wanted room by its id before a list of several pages counts as proof that it is absent", async () => {
    const { read, asked } = service(names(250), {
      between: (rooms, pages) => {
        if (pages === 1) rooms.unshift("late");
      },
    });
    const { rooms } = await read({ wanted: ["late", "never"], all: true });
    expect(rooms.has("late")).toBe(true);
    expect(rooms.has("never")).toBe(false);
    expect(asked.slice(3).sort()).toEqual(["room late", "room never"]);
  });

  it("takes one page for the whole truth", async () => {
    const { read, asked } = service(names(50));
    expect((await read({ wanted: [...names(50), "never"] })).rooms.size).toBe(50);
    expect(asked).toEqual(["page"]);
  });

  it("reads nothing but what is asked for when that is all that is wanted", async () => {
    const { asked, read } = service(names(10));
    await read({ wanted: names(6), exactly: true, all: true });
    expect(asked.filter((line) => line === "page")).toHaveLength(1);
    const exact = service(names(10));
    await exact.read({ wanted: names(6), exactly: true });
    expect(exact.asked.sort()).toEqual(names(6).map((id) => `room ${id}`));
  });

  it("reads the whole list once a room that would be made is not there, for its neighbours", async () => {
    const few = service(names(250));
    const read = await few.read({ wanted: ["r1", "new"], fresh: new Set(["r1", "new"]) });
    expect([[...read.rooms.keys()], read.ids.size]).toEqual([["r1"], 250]);
    expect(few.asked).toEqual(["room r1", "room new", "page", "page", "page"]);
    const many = service([...names(650, "x"), ...names(4)]);
    const wanted = ["new", "x640", "x641", "x642"];
    const { rooms, ids } = await many.read({ wanted, fresh: new Set(["new"]) });
    expect([[...rooms.keys()].sort(), ids.size]).toEqual([["x640", "x641", "x642"], 654]);
    expect(many.asked.filter((line) => line === "page")).toHaveLength(7);
    expect(many.asked.filter((line) => line === "room new")).toHaveLength(1);
  });

  it("reads no list for rooms that are there or are not made, nor when only some are asked for", async () => {
    const { asked, read } = service(names(250));
    await read({ wanted: ["r1", "r2", "gone"], fresh: new Set(["r1", "r2"]) });
    await read({ wanted: ["new"], fresh: new Set(["new"]), exactly: true });
    expect(asked).toEqual(["room r1", "room r2", "room gone", "room new"]);
  });

  it("takes a room that the list shows after all", async () => {
    const late = service([], { edit: () => ({ data: [wireRoom("new")], nextCursor: null }) });
    const { rooms } = await late.read({ wanted: ["new"], fresh: new Set(["new"]) });
    expect([...rooms.keys()]).toEqual(["new"]);
  });

  it("merges a room that two pages show, and goes on after an empty page", async () => {
    const { read } = service(names(4), {
      pageSize: 2,
      edit: (page, pages) => {
        if (pages === 1) return { data: [], nextCursor: "none" };
        if (pages === 2) return { data: [wireRoom("r0"), wireRoom("r1")], nextCursor: "r0" };
        return page;
      },
    });
    const { rooms } = await read({ wanted: [], all: true });
    expect([...rooms.keys()].sort()).toEqual(["r0", "r1", "r2", "r3"].sort());
  });

  it("tells how far it is", async () => {
    const told: (readonly [number, number | undefined])[] = [];
    const onProgress = (done: number, total: number | undefined) => told.push([done, total]);
    await service(names(250)).read({ wanted: [], all: true, onProgress });
    expect(told).toEqual([
      [100, undefined],
      [200, undefined],
      [250, undefined],
    ]);
    told.length = 0;
    await service(names(5)).read({ wanted: ["r1", "r2"], onProgress });
    expect(told).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it.each<[string, Faults["edit"], RegExp]>([
    ["a cursor that stands still", (page) => ({ ...page, nextCursor: "r1" }), /comes back to a page/u],
    ["a cursor that goes round", (page, pages) => ({ ...page, nextCursor: `r${pages % 3}` }), /comes back to a page/u],
    ["no data", () => ({ nextCursor: null }), /has no data/u],
    ["data that is no list", () => ({ data: {}, nextCursor: null }), /has no data/u],
    ["a cursor that is no text", (page) => ({ ...page, nextCursor: 7 }), /next page/u],
    ["an empty cursor", (page) => ({ ...page, nextCursor: "" }), /next page/u],
    ["no cursor on a full page", ({ data }) => ({ data }), /next page/u],
    ["a link in the place of a cursor", () => ({ data: [], nextPage: "http://127.0.0.1/2" }), /next page/u],
    ["a room without accesses", () => ({ data: [{ id: "x" }], nextCursor: null }), /room "x": defaultAccesses/u],
    ["a room without id", () => ({ data: [{}], nextCursor: null }), /a room of the list: has no id/u],
  ])("stops at %s instead of taking the rest for absent", async (_, edit, message) => {
    const { read } = service(names(300), edit === undefined ? {} : { edit });
    await expect(read({ wanted: [], all: true })).rejects.toMatchObject({
      name: "ServiceFailure",
      kind: "incomplete",
      message: expect.stringMatching(message),
    });
  });

  it("does not take another room for the one that it asked for", async () => {
    const get = async () => ({ status: 200, json: wireRoom("R1"), date: undefined });
    const request = { provider: "lb", wanted: new Set(["r1"]), all: false, exactly: true };
    await expect(readRooms({ get, close: async () => {} }, request)).rejects.toThrow(
      /asked for room "r1", it gave "R1"/u,
    );
  });
});
