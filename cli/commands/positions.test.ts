import { afterEach, describe, expect, it } from "vitest";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { type Workplace, workplace } from "../../test/run.ts";

const NOW = { now: Date.parse("2026-11-22T00:00:00Z") };
const room = (id: string, users: { readonly [id: string]: readonly string[] }) => ({
  type: "room",
  id,
  organizationId: "default",
  createdAt: "2026-01-05T10:00:00.000Z",
  metadata: {},
  defaultAccesses: [],
  groupsAccesses: {},
  usersAccesses: users,
});
const SERVICES = {
  liveblocks: {
    rooms: [
      room("board", { zoe: ["room:write"] }),
      room("class-7b", {}),
      room("watched", { zoe: ["room:write"] }),
      room("json-room", { zoe: ["room:write"] }),
    ],
  },
};

let place: Workplace;
afterEach(() => place.remove());
const plan = async (files: { readonly [name: string]: string }): Promise<PlanDocument> => {
  const state = JSON.stringify({ format_version: "1.0", services: SERVICES });
  place = workplace({ ...files, ".rolecall/sandbox.json": state });
  const { value, err } = await place.json<PlanDocument>(["plan", "--sandbox", "-f", "rolecall"], NOW);
  expect(value.errored, err).toBe(false);
  return value;
};
/** What stands in a file at a source, up to the end of its word. */
const wordAt = (files: { readonly [name: string]: string }, source: unknown): string => {
  const { file, line, column } = source as { file: string; line: number; column: number };
  const text = files[file]?.replace(/^\uFEFF/u, "").split("\n")[line - 1] ?? "";
  return `${file} ${/^"?[^":,{\s]+/u.exec(text.slice(column - 1))?.[0] ?? ""}`;
};

const FILES = {
  "rolecall/base.yaml": `version: 1
providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } } }
teams: { pupils: [tim, "é日"] }
roles:
  reader: { liveblocks: ["room:read"] }
  writer: { liveblocks: ["room:write"] }
`,
  "rolecall/boards.yaml": `rooms:\r
  # é日 before
  board:
    users:
      "é日": writer
      alice: { role: writer, expires: 2026-12-31 }
      bob: { role: writer, expires: 2026-11-01 }
`,
  "rolecall/classes.yaml": `rooms:
  "class-{id}":
    default: reader
    teams: { pupils: writer }
`,
  "rolecall/data.json": `{ "rooms": {
  "json-room": { "users": { "carol": "reader" } }
} }
`,
  "rolecall/watched.yaml": `\uFEFFrooms:
  watched:
    mode: observe
    users: { alice: reader }
`,
};

describe("a place in a file", () => {
  it("travels to the changes of the plan", async () => {
    const value = await plan(FILES);
    const sources = value.resource_changes.map(({ address, source }) => `${address} ${wordAt(FILES, source)}`);
    expect(sources.sort()).toEqual([
      "liveblocks/room/board rolecall/boards.yaml board",
      'liveblocks/room/class-7b rolecall/classes.yaml "class-',
      'liveblocks/room/json-room rolecall/data.json "json-room',
    ]);
    expect(value.resource_changes.find(({ id }) => id === "json-room")?.source).toEqual({
      file: "rolecall/data.json",
      line: 2,
      column: 3,
    });
  });

  it("travels to what people gain and lose: a grant, a team, a default, an entry that is not listed", async () => {
    const value = await plan(FILES);
    const effects = value.effects.map(({ subject, room: id, via, source }) => {
      const who = subject.kind === "everyone" ? "everyone" : subject.id;
      return `${who} in ${id}: ${via} | ${wordAt(FILES, source)}`;
    });
    expect(effects.sort()).toEqual([
      "alice in board: role writer | rolecall/boards.yaml alice",
      'carol in json-room: role reader | rolecall/data.json "carol',
      "everyone in class-7b: pattern class-{id}: role reader | rolecall/classes.yaml default",
      "tim in class-7b: team pupils: role writer | rolecall/classes.yaml pupils",
      "zoe in board: not listed | rolecall/boards.yaml users",
      'zoe in json-room: not listed | rolecall/data.json "users',
      'é日 in board: role writer | rolecall/boards.yaml "é日',
      "é日 in class-7b: team pupils: role writer | rolecall/classes.yaml pupils",
    ]);
    const later = value.later.flatMap(({ at, effects: all }) =>
      all.map(({ via, source }) => `${at} ${via} ${wordAt(FILES, source)}`),
    );
    expect(later).toEqual([expect.stringContaining("rolecall/boards.yaml alice")]);
  });

  it("travels to what only differs, where nothing is changed", async () => {
    const value = await plan(FILES);
    const drift = value.resource_drift.map(({ address, source }) => `${address} ${wordAt(FILES, source)}`);
    expect(drift).toEqual(["liveblocks/room/watched rolecall/watched.yaml watched"]);
  });

  it("is that of a grant whose time is over, and of one that takes somebody out", async () => {
    const files = {
      ...FILES,
      "rolecall/boards.yaml": `rooms:
  board: { users: { zoe: { role: writer, expires: 2026-11-01 } } }
  json-room: { users: { zoe: absent } }
`,
    };
    const value = await plan(files);
    const zoe = value.effects.filter(({ subject }) => subject.kind === "user" && subject.id === "zoe");
    expect(zoe.map(({ room: id, via, source }) => `${id}: ${via} | ${wordAt(files, source)}`).sort()).toEqual([
      "board: grant ended | rolecall/boards.yaml zoe",
      "json-room: absent | rolecall/boards.yaml zoe",
    ]);
  });
});
