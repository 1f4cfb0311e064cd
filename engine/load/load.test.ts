import { describe, expect, it } from "vitest";
import { documentOf, faultsOf, HEAD, loadTexts } from "./fixtures.ts";

describe("files together", () => {
  it("merges maps at every depth and keeps where each part stands", () => {
    const document = documentOf({
      "a.yaml": `${HEAD}rooms:\n  one: { users: { alice: reader } }\n`,
      "b.yaml": "rooms:\n  one:\n    users: { bob: writer }\n    teams: {}\n",
    });
    const room = document.rooms[0];
    expect([...(room?.users?.keys() ?? [])]).toEqual(["alice", "bob"]);
    expect(room?.users?.get("bob")?.source.locate()).toMatchObject({
      filename: "b.yaml",
      start: { line: 3, column: 14 },
    });
    expect(room?.users?.get("alice")?.source.locate()).toMatchObject({
      filename: "a.yaml",
      start: { line: 6, column: 19 },
    });
  });

  it("shows both places where two files write the same leaf", () => {
    const texts = { "a.yaml": "teams: { x: [a] }\n", "b.yaml": "version: 1\nteams: { x: [b] }\n" };
    expect(faultsOf(texts)).toEqual([
      'a.yaml:1:10 conflict "x" is written more than once',
      'b.yaml:2:10 conflict "x" is written more than once',
    ]);
    expect(loadTexts(texts).diagnostics[0]?.also?.[0]?.source.locate()).toMatchObject({ filename: "b.yaml" });
  });

  it("wants a role in one file", () => {
    expect(
      faultsOf({ "a.yaml": "roles:\n  r: { liveblocks: [] }\n", "b.yaml": "roles:\n  r: { daily: {} }\n" }).filter(
        (line) => !line.includes("warning"),
      ),
    ).toEqual([
      'a.yaml:2:3 conflict the role "r" is written more than once',
      'b.yaml:2:3 conflict the role "r" is written more than once',
    ]);
  });

  it("joins checks, and takes the same version twice", () => {
    const check = (name: string) => `version: 1\nchecks: [{ name: ${name}, can: "liveblocks:room:read" }]\n`;
    const document = documentOf({ "a.yaml": `${HEAD}${check("one")}`, "b.yaml": check("two") });
    expect(document.checks.map(({ name }) => name)).toEqual(["one", "two"]);
    expect(document.checks[1]?.source.locate()).toMatchObject({ filename: "b.yaml", start: { line: 2, column: 10 } });
  });

  it("refuses another version", () => {
    expect(faultsOf("version: 2\n")).toEqual(["a.yaml:1:10 version this version of the language is not known"]);
    expect(faultsOf({ "a.yaml": "version: 1\n", "b.yaml": "version: 3\n" })).toEqual([
      "b.yaml:1:10 version the files give different versions",
    ]);
  });

  it("accepts a file of comments beside others, and refuses nothing but comments", () => {
    expect(faultsOf({ "a.yaml": "# nothing\n", "b.yaml": "version: 1\n" })).toEqual([]);
    expect(faultsOf({ "a.yaml": "# nothing\n", "b.yaml": "{}\n" })[0]).toContain(
      "empty-files there is no key in any of the files",
    );
  });

  it("lets JSON files name their schema", () => {
    expect(
      faultsOf({
        "a.json": '{ "$schema": "x", "version": 1 }',
        "b.json": '{ "$schema": "y", "teams": { "t": ["a"] } }',
      }),
    ).toEqual([]);
  });

  it("reports the faults of all files, in their order", () => {
    expect(faultsOf({ "b.yaml": "tems: {}\n", "a.yaml": "rooms: 5\nroles: []\n" })).toEqual([
      'b.yaml:1:1 unknown-key unknown key "tems"',
      'a.yaml:1:8 wrong-type "rooms" must be a map',
      'a.yaml:2:8 wrong-type "roles" must be a map',
    ]);
  });

  it("treats keys of any name as plain keys", () => {
    const document = documentOf(
      `${HEAD}rooms:\n  "__proto__": { users: { "constructor": reader, "7": writer, "__proto__": writer } }\n`,
    );
    expect(document.rooms[0]?.key).toBe("__proto__");
    expect([...(document.rooms[0]?.users?.keys() ?? [])].sort()).toEqual(["7", "__proto__", "constructor"]);
  });

  it("answers a file with twenty thousand mistakes", () => {
    const rooms = Array.from({ length: 20_000 }, (_, index) => `"r${index}": { "usrs": {} }`).join(",");
    const { diagnostics } = loadTexts({ "a.json": `{ "rooms": { ${rooms} } }` });
    expect(diagnostics.length).toBe(1_001);
    expect(diagnostics.at(-1)?.summary).toBe("39,000 more faults are not listed");
  });
});

describe("the trusted side", () => {
  const policy = {
    "policy.yaml": "guards: { deletions: 50 }\nproviders: { liveblocks: { secretKey: { env: LIVEBLOCKS_KEY } } }\n",
  };

  it("may loosen guards", () => {
    expect(documentOf({ "a.yaml": "teams: { t: [a] }\n" }, { policy }).guards.deletions).toBe(50);
  });

  it("keeps the sections that it writes to itself", () => {
    const text = "guards: { deletions: 1 }\nproviders: { daily: { apiKey: { env: DAILY_KEY } } }\n";
    expect(faultsOf({ "a.yaml": text }, { policy })).toEqual([
      'a.yaml:1:1 policy-only "guards" stands in a policy file, and may stand only there',
      'a.yaml:2:1 policy-only "providers" stands in a policy file, and may stand only there',
    ]);
  });

  it("leaves sections that it does not write to the others, who can only tighten", () => {
    const only = { "policy.yaml": "checks: [{ name: n, cannot: 'liveblocks:room:write' }]\n" };
    const document = documentOf(
      { "a.yaml": `${HEAD}guards: { deletions: 1 }\nchecks: [{ name: m, can: 'liveblocks:room:read' }]\n` },
      { policy: only },
    );
    expect(document.guards.deletions).toBe(1);
    expect(document.checks.map(({ name }) => name)).toEqual(["m", "n"]);
  });

  it("judges a file that is given on both sides as trusted", () => {
    expect(documentOf({ "policy.yaml": policy["policy.yaml"] }, { policy }).guards.deletions).toBe(50);
  });
});

describe("guards", () => {
  it("have defaults", () => {
    expect(documentOf("version: 1\n").guards).toEqual({
      removals: { percent: 30, floor: 10 },
      deletions: 3,
      emptied: 5,
      lastHolder: true,
      gains: undefined,
      creations: undefined,
    });
  });

  it("can be tightened and not loosened", () => {
    expect(
      documentOf("guards: { removals: { percent: 5 }, gains: { everyone: 0 }, creations: 2 }\n").guards,
    ).toMatchObject({
      removals: { percent: 5, floor: 10 },
      gains: { everyone: 0 },
      creations: 2,
    });
    expect(
      faultsOf("guards:\n  removals: { percent: 31, floor: 11 }\n  deletions: 4\n  emptied: 6\n  lastHolder: false\n"),
    ).toEqual([
      'a.yaml:2:24 guard-loosened "percent" may be at most 30 here: ordinary files can only tighten a guard',
      'a.yaml:2:35 guard-loosened "floor" may be at most 10 here: ordinary files can only tighten a guard',
      'a.yaml:3:14 guard-loosened "deletions" may be at most 3 here: ordinary files can only tighten a guard',
      'a.yaml:4:12 guard-loosened "emptied" may be at most 5 here: ordinary files can only tighten a guard',
      'a.yaml:5:15 guard-loosened "lastHolder" can be switched off in a file given with --policy only',
    ]);
  });
});
