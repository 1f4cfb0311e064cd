import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ValidateDocument } from "../../engine/report/diagnostics.ts";
import { type Workplace, workplace } from "../../test/run.ts";

const AT = ["--at", "2026-11-22"];
/** Four lines; what follows begins on line 5. */
const HEAD = `providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_SECRET_KEY } } }
roles:
  reader: { liveblocks: ["room:read"] }
  writer: { liveblocks: ["room:write"] }
`;
const DAILY = "providers: { daily: { apiKey: { env: DAILY_API_KEY } } }\n";
const SAMBA =
  "providers: { digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_KEY } } }\n";
const ZEGO = "providers: { zego: { appId: 1234, serverSecret: { env: ZEGO_SECRET } } }\n";

let place: Workplace | undefined;
afterEach(() => place?.remove());
const make = (files: { readonly [name: string]: string | Buffer }): Workplace => {
  place = workplace(files as { readonly [name: string]: string });
  return place;
};

/** `file:line:column code summary` of each diagnostic; the file is left out where it is rolecall.yaml. */
const linesOf = ({ diagnostics }: ValidateDocument): readonly string[] =>
  diagnostics.map(({ severity, code, summary, range }) => {
    const file = range === undefined || range.filename === "rolecall.yaml" ? "" : `${range.filename}:`;
    const at = range === undefined ? "-" : `${file}${range.start.line}:${range.start.column}`;
    return `${at} ${severity === "warning" ? "warning " : ""}${code} ${summary}`;
  });
const validate = async (files: { readonly [name: string]: string | Buffer }, argv: readonly string[] = []) => {
  const { code, value } = await make(files).json<ValidateDocument>(["validate", ...AT, ...argv]);
  return { code, value, lines: linesOf(value) };
};

/** What a file holds, and what is said of it: all of it, each by its beginning. */
const BAD: readonly (readonly [name: string, text: string | Buffer, ...expected: readonly string[]])[] = [
  [
    "a key that stands twice",
    "version: 1\nteams: {}\nteams: {}\n",
    "3:1 duplicate-key the key teams stands twice in one map",
  ],
  [
    "an alias and an anchor",
    "version: 1\nteams: { a: &x [alice], b: *x }\n",
    "2:13 yaml-feature anchors are not part of the language",
    "2:28 yaml-feature aliases are not part of the language",
  ],
  [
    "a merge key",
    "rooms:\n  one:\n    <<: { mode: additive }\n",
    '2:3 ambiguous-provider the room "one" is on no provider: none is configured',
    "3:5 yaml-feature merge keys are not part of the language",
  ],
  ["a directive", "%YAML 1.1\n---\nversion: 1\n", "1:1 yaml-feature directives are not part of the language"],
  [
    "an unknown tag",
    "version: !!js/function 1\nteams: !secret {}\n",
    "1:10 yaml-feature tags are not part of the language",
    '1:24 wrong-type "version" must be a whole number',
    "2:8 yaml-feature tags are not part of the language",
  ],
  [
    "several documents",
    "version: 1\n---\nversion: 1\n",
    "2:1 yaml-feature a file holds one document, and a second one begins here",
  ],
  [
    "content after the end",
    "version: 1\n...\nteams: {}\n",
    "3:1 yaml-feature there is content after the end mark `...`",
  ],
  ["trailing garbage", "{ version: 1 } x\n", "1:16 yaml-syntax there is something behind the end of a value"],
  ["a tab as indentation", "teams:\n\tred: [alice]\n", "2:1 yaml-syntax a tab is used as indentation"],
  ["a lone carriage return", "version: 1\rteams: {}\n", "1:11 encoding a carriage return without a line feed"],
  [
    "control characters",
    'version: 1 # \u001b[31m\nteams: { a: ["b\\0"] }\n',
    "1:14 encoding the control character U+001B (ESC) cannot stand in a file",
    "2:14 invalid-value the text holds the control character U+0000 (NUL)",
    '2:14 invalid-id "b{U+0000}" cannot be the id of a user: it holds a control character',
  ],
  ["bytes that are not UTF-8", Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]), "1:4 encoding byte 0xFF is not UTF-8"],
  ["UTF-16", Buffer.from("\ufeffversion: 1\n", "utf16le"), "1:1 encoding the file is written in UTF-16, not in UTF-8"],
  ["a root list", "- version: 1\n", "1:1 root-not-map a file holds a map of keys, and this one holds a list"],
  ["a root scalar", "version 1\n", "1:1 root-not-map a file holds a map of keys, and this one holds a single value"],
  [
    "a file cut in a quote",
    'version: 1\nteams: { red: ["alice, bob] }\n',
    '2:16 yaml-syntax this text has no closing "',
    "2:30 yaml-syntax a closing ] is missing",
  ],
  [
    "nothing where a value belongs",
    "version: 1\nrooms:\n  one: # later\n  two: ~\nteams: { a: [null] }\nchecks:\n  -\n",
    "3:3 empty-value one has no value",
    "4:8 empty-value two has no value",
    '5:10 warning empty-team the team "a" has no members',
    "5:14 empty-value this item of a list is empty",
    "7:3 empty-value this item of a list is empty",
  ],
  [
    "numbers where texts belong",
    `${HEAD}teams: { a: [010, 0o17, 0x1F, 9007199254740993, 7, 1.0] }\n`,
    "5:14 unquoted-number 010 would be read as the number 10",
    "5:19 unquoted-number 0o17 would be read as the number 15",
    "5:25 unquoted-number 0x1F would be read as the number 31",
    "5:31 unquoted-number the number 9007199254740993 is too large to be kept as it is",
    '5:49 unquoted-number an item of "a" must be a text, and this is a number',
    "5:52 unquoted-number 1.0 would be read as the number 1",
  ],
  [
    "numbers as keys",
    `${HEAD}rooms: { one: { users: { 42: reader, 0x1F: reader } } }\n`,
    "5:26 unquoted-number the key 42 is a number, and keys are text",
    "5:38 unquoted-number the key 0x1F is a number, and keys are text",
  ],
  [
    "numbers out of range",
    "guards: { deletions: -1, emptied: 1.5, removals: { percent: 101 } }\n",
    '1:22 invalid-value "deletions" must be at least 0',
    '1:35 wrong-type "emptied" must be a whole number',
    '1:61 invalid-value "percent" must be at most 100',
    '1:61 guard-loosened "percent" may be at most 30 here: ordinary files can only tighten a guard',
  ],
  [
    "nesting beyond 32",
    `a: ${"[".repeat(40)}${"]".repeat(40)}\n`,
    "1:35 too-deep maps and lists are nested more than 32 deep",
  ],
  ["100,000 brackets", `a: ${"[".repeat(100_000)}\n`, "1:35 too-deep maps and lists are nested more than 32 deep"],
  [
    "a 10 MB text",
    `version: 1\nteams: { a: [${"x".repeat(10_000_000)}] }\n`,
    "2:14 invalid-value a text of 10,000,000 characters is longer than 1,048,576",
  ],
  [
    "a key of 1,025 characters",
    `${"k".repeat(1025)}: 1\n`,
    "1:1 invalid-value a key of 1,025 characters is longer than 1,024",
    '1:1 unknown-key unknown key "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk',
  ],
  [
    "a misspelt field and a misspelt permission",
    `${DAILY}roles: { r: { daily: { canSend: [audoi], canAdmn: true } } }\nrooms: { one: { defualt: r } }\n`,
    '2:34 invalid-value "audoi" is not a value of "canSend"',
    '2:42 unknown-key unknown key "canAdmn" in "daily"',
    '3:17 unknown-key unknown key "defualt" in "one"',
  ],
  [
    "permission of another provider",
    `${HEAD}  r: { liveblocks: [participants] }\nrooms: { one: { default: r } }\n`,
    '5:21 invalid-value "participants" is not a value of "liveblocks"',
  ],
  [
    "a misspelt permission of Digital Samba",
    `${SAMBA}roles: { r: { digitalsamba: { display_name: Rrr, permissions: { remote_mutin: true } } } }\n`,
    '2:65 unknown-name Digital Samba has no permission "remote_mutin"',
  ],
  [
    "__proto__ as a key and as a room",
    `${HEAD}rooms: { one: { __proto__: { default: reader } }, __proto__: { default: readr } }\n`,
    '5:17 unknown-key unknown key "__proto__" in "one"',
    '5:73 unknown-name there is no role "readr"',
  ],
  [
    "a star as user",
    `${HEAD}rooms: { one: { users: { "*": reader } } }\n`,
    '5:26 invalid-id "*" cannot be the id of a user: "*" is a pattern, not a user',
  ],
  [
    "names that nothing defines",
    HEAD +
      "  boss: { extends: wrtier }\nrooms: { one: { on: [livblocks], users: { alice: raeder }, teams: { red: reader } } }\n",
    '5:20 unknown-name there is no role "wrtier"',
    '6:22 unknown-name there is no provider "livblocks"',
    '6:50 unknown-name there is no role "raeder"',
    '6:69 unknown-name there is no team "red"',
  ],
  [
    "roles in a circle",
    `${HEAD}  a: { extends: b }\n  b: { extends: a }\n`,
    '5:17 role-cycle roles extend each other in a circle: "a" -> "b" -> "a"',
  ],
  [
    "same room declared twice",
    `${HEAD}rooms:\n  one: { default: reader }\n  two: { id: one, default: writer }\n`,
    '6:3 duplicate-room two entries are about the room "one" on liveblocks',
    '7:3 duplicate-room two entries are about the room "one" on liveblocks',
  ],
  [
    "a default that is not among the roles",
    "providers: { digitalsamba: { teamId: { env: DIGITALSAMBA_TEAM_ID }, developerKey: { env: DIGITALSAMBA_KEY }, roomDefaults: { roles: [aaa], default: bbb } } }\nroles: { aaa: { digitalsamba: { display_name: Aaa } }, bbb: { digitalsamba: { display_name: Bbb } } }\n",
    '1:110 invalid-value the roles of roomDefaults do not hold "bbb"',
  ],
  [
    "ids that differ in case only",
    `${HEAD}rooms: { one: { users: { Alice: reader, alice: writer } } }\n`,
    '5:41 warning similar-ids the user ids "alice" and "Alice" differ in case only',
  ],
  [
    "an empty list and a sum on ZEGOCLOUD",
    `${ZEGO}roles: { r: { zego: { module: [], graphic: [32, 34] } } }\nrooms: { one: { default: r } }\n`,
    '2:23 invalid-value "module" is an empty list, which the service refuses',
    '2:49 invalid-value 34 is not a value of "graphic"',
  ],
  [
    "a pattern where rooms cannot be listed",
    `${ZEGO}roles: { r: { zego: { module: all, graphic: none } } }\nrooms: { "a*": { default: r } }\n`,
    '3:10 pattern-not-listable ZEGOCLOUD cannot list its rooms, so the pattern "a*" finds none',
  ],
  [
    "a secret in the file",
    "providers: { liveblocks: { secretKey: sk_test_1234567890 } }\n",
    '1:39 literal-secret "secretKey" stands in the file, where everybody who reads it can use it',
  ],
  [
    "a variable that is not for this",
    "providers: { liveblocks: { secretKey: { env: HOME } } }\n",
    "1:46 env-not-allowed the variable HOME may not be read here",
  ],
  [
    "an address that is none",
    "providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_K }, baseUrl: ftp://x } }\n",
    '1:71 invalid-value "baseUrl" must begin with https:// (or http:// on this machine)',
  ],
  [
    "days and times that do not exist",
    HEAD +
      "rooms: { one: { users: { a: { role: reader, expires: 2026-02-30 }, b: { role: reader, starts: 2026-05-01, expires: 2026-04-01 }, c: { role: reader, expires: 2026-12-31T10:00 } } } }\n",
    '5:54 invalid-value "expires": there is no day 2026-02-30',
    "5:116 time-range the grant ends before it starts",
    '5:158 invalid-value "expires": the time has no zone',
  ],
  [
    "tombstones that cannot be",
    `${HEAD}rooms: { "a*": absent, two: { absent: true, users: {} } }\n`,
    '5:10 tombstone a pattern cannot be deleted: "a*"',
    '5:45 tombstone the room "two" is absent and cannot say "users"',
  ],
  [
    "words of the language as names",
    `${HEAD}  absent: { liveblocks: [] }\nteams: { everyone: [a] }\n`,
    '5:3 reserved-name "absent" cannot be the name of a role: it is a word of the language',
    '6:10 reserved-name "everyone" cannot be the name of a team: it is a word of the language',
  ],
  [
    "an inline role object",
    `${SAMBA}rooms: { one: { default: { digitalsamba: { display_name: x } } } }\n`,
    "2:28 not-supported an inline role cannot hold a block for Digital Samba",
  ],
  [
    "groups and metadata where they are not known",
    `${DAILY}roles: { r: { daily: { canAdmin: false } } }\nrooms: { one: { groups: { g: r }, metadata: { a: b } } }\n`,
    "3:17 not-supported Daily knows no groups",
    "3:35 not-supported Daily keeps no metadata of rooms",
  ],
  [
    "checks that cannot be meant",
    HEAD +
      "rooms: { one: {} }\nchecks: [{ name: a, cannot: liveblocks:room:wrte }, { name: b }, { name: c, in: on, can: liveblocks:room:read, who: { teams: nope } }]\n",
    '6:29 unknown-name Liveblocks has no capability "liveblocks:room:wrte"',
    "6:53 missing-key the check asserts nothing",
    '6:81 warning unknown-name no file says anything about the room "on", so this check cannot fail there',
    '6:126 unknown-name there is no team "nope"',
  ],
  [
    "guards that are loosened",
    "version: 1\nguards: { deletions: 50, lastHolder: false }\n",
    '2:22 guard-loosened "deletions" may be at most 3 here: ordinary files can only tighten a guard',
    '2:38 guard-loosened "lastHolder" can be switched off in a file given with --policy only',
  ],
  ["another version", "version: 2\n", "1:10 version this version of the language is not known"],
  [
    "teams that disagree",
    `${HEAD}teams: { red: [alice], blue: [alice] }\nrooms: { one: { teams: { red: reader, blue: writer } } }\n`,
    '6:26 team-conflict the teams "blue" and "red" give "alice" different permissions in "one"',
    '6:39 team-conflict the teams "blue" and "red" give "alice" different permissions in "one"',
  ],
  [
    "an inline role with times",
    `${HEAD}rooms: { one: { users: { a: { liveblocks: [], expires: 2030-01-01 } } } }\n`,
    "5:26 invalid-value an inline role cannot have times or a reason",
  ],
  [
    "ids with characters that cannot be seen",
    HEAD +
      'rooms: { one: { users: { "a\\u202Eb": reader, "z\\u200Bw": reader, "s\\u00ADh": reader, "v\\uFE0F": reader } } }\n',
    '5:26 invalid-id "a{U+202E}b" cannot be the id of a user: it holds an invisible character',
    '5:46 invalid-id "z{U+200B}w" cannot be the id of a user: it holds an invisible character',
    '5:66 invalid-id "s{U+00AD}h" cannot be the id of a user: it holds an invisible character',
    '5:86 invalid-id "v{U+FE0F}" cannot be the id of a user: it holds an invisible character',
  ],
  [
    "ids that would break a request",
    `${HEAD}rooms: { "a\\r\\nb": {}, " a": {}, "..": {}, "": {} }\n`,
    '5:10 invalid-id "a{U+000D}{U+000A}b" cannot be the id of a room: it holds a control character',
    '5:24 invalid-id " a" cannot be the id of a room: it begins or ends with a space',
    '5:34 invalid-id ".." cannot be the id of a room: it means a folder in a web address, s',
    '5:44 invalid-id "" cannot be the id of a room: it is empty',
  ],
  [
    "one id in two Unicode forms",
    `${HEAD}rooms: { one: { users: { "\\u00e9": reader, "e\\u0301": reader } } }\n`,
    '5:44 invalid-id the user id "é" is written in two Unicode forms that look the same',
  ],
  [
    "an id of 257 bytes",
    `${HEAD}rooms: { one: { users: { ${"x".repeat(257)}: reader } } }\n`,
    '5:26 invalid-id "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  ],
  [
    "letters of two scripts",
    `${HEAD}rooms: { one: { users: { "p\\u0430ul": reader } } }\n`,
    '4:3 warning unused-role the role "writer" is not used anywhere',
    '5:26 warning confusable-id the user id "pаul" mixes Latin and Cyrillic letters',
  ],
  [
    "more users than the service keeps",
    HEAD +
      "rooms: { one: { users: {" +
      Array.from({ length: 1001 }, (_, at) => `u${at}: reader`).join(", ") +
      "} } }\n",
    '4:3 warning unused-role the role "writer" is not used anywhere',
    '5:17 liveblocks/limit room "one": 1001 users are more than Liveblocks keeps in one room (1000)',
  ],
  [
    "fields that other roles of the room write",
    DAILY +
      "roles: { a: { daily: { canSend: true } }, b: { daily: { canAdmin: false } } }\nrooms: { one: { default: a, users: { erin: b } } }\n",
    '2:22 warning daily/left-out the role "a" leaves out canAdmin, which other roles of room "one" write',
    '2:55 warning daily/left-out the role "b" leaves out canSend, which other roles of room "one" write',
  ],
  [
    "a role without a block for the service",
    `${DAILY}roles: { a: { zego: { module: all, graphic: all } } }\nrooms: { one: { default: a } }\n`,
    '3:17 role-without-block the role "a" says nothing for Daily, and is used on it',
  ],
];

describe("validate refuses or warns of", () => {
  it.each(BAD.map(([name, text, ...expected]) => [name, text, expected] as const))("%s", async (_, text, expected) => {
    const { code, value, lines } = await validate({ "rolecall.yaml": text });
    expect(lines).toEqual(expected.map((beginning) => expect.stringContaining(beginning)));
    expect(code).toBe(value.valid ? 0 : 1);
    expect(value.valid).toBe(expected.every((line) => line.includes(" warning ")));
  });
});

describe("validate", () => {
  it("shows the line, a caret and what to do", async () => {
    const { run } = make({ "rolecall.yaml": `${HEAD}rooms:\n  one:\n    users: { alice: wrtier }\n` });
    expect(await run(["validate", ...AT])).toEqual({
      code: 1,
      out: "",
      err: `Error: there is no role "wrtier" [unknown-name]
  rolecall.yaml:7:21
    |
  7 |     users: { alice: wrtier }
    |                     ^^^^^^
  hint: did you mean "writer"?
`,
    });
  });

  it("gives with --json exactly valid, the counts and the diagnostics with their ranges", async () => {
    const { value } = await validate({
      "rolecall.yaml": `${HEAD}rooms: { one: { default: raeder } }\nteams: { t: [] }\n`,
    });
    expect(value).toEqual({
      valid: false,
      error_count: 1,
      warning_count: 1,
      diagnostics: [
        {
          severity: "error",
          code: "unknown-name",
          summary: 'there is no role "raeder"',
          hint: 'did you mean "reader"?',
          range: { filename: "rolecall.yaml", start: { line: 5, column: 26 }, end: { line: 5, column: 32 } },
        },
        {
          severity: "warning",
          code: "empty-team",
          summary: 'the team "t" has no members',
          range: { filename: "rolecall.yaml", start: { line: 6, column: 10 }, end: { line: 6, column: 11 } },
        },
      ],
    });
    expect((await validate({ "rolecall.yaml": "version: 1\n" })).value).toEqual({
      valid: true,
      error_count: 0,
      warning_count: 0,
      diagnostics: [],
    });
  });

  it("warns of what is allowed and most likely not meant", async () => {
    const text = `${HEAD}  spare: { liveblocks: [] }
teams:
  nobody: []
rooms:
  "a-{x}": { default: reader, teams: { "none-{x}": writer } }
  "a-{y}": { default: writer }
  one:
    default: reader
    users:
      alice: reader
      bob: { role: writer, expires: 2026-11-20 }
`;
    const { code, lines } = await validate({ "rolecall.yaml": text });
    expect([code, lines]).toEqual([
      0,
      [
        '5:3 warning unused-role the role "spare" is not used anywhere',
        '7:3 warning empty-team the team "nobody" has no members',
        '9:40 warning missing-team there is no team of the form "none-{x}", so nobody gets anything here',
        '10:3 warning shadowed-pattern the patterns "a-{x}" and "a-{y}" meet the same rooms with equal weight',
        '14:7 warning same-as-default "alice" gets "reader", which is the room\'s default',
        "15:37 warning grant-expired the grant ended at 2026-11-21T00:00:00Z",
      ],
    ]);
    const soon = await make({ "rolecall.yaml": text }).json<ValidateDocument>([
      "validate",
      "--at",
      "2026-11-20T23:59:59Z",
    ]);
    expect(linesOf(soon.value).join("\n")).not.toContain("grant-expired");
  });

  it("says each thing once, of all files, in the order of the files", async () => {
    const { lines } = await validate(
      {
        "rolecall/a.yaml": `${HEAD}rooms: { one: { users: { "*": reader } } }\n`,
        "rolecall/b.yaml": "rooms:\n  one: { defualt: reader }\n",
        "rolecall/c.json": '{ "rooms": { "one": { "users": { "*": "reader" } }, "two": {\n  "default": "riter" } } }',
        "rolecall/d.yaml": "teams: [\n",
      },
      ["-f", "rolecall"],
    );
    expect(lines).toEqual([
      'rolecall/a.yaml:5:26 conflict "*" is written more than once',
      'rolecall/a.yaml:5:26 invalid-id "*" cannot be the id of a user: "*" is a pattern, not a user',
      'rolecall/b.yaml:2:10 unknown-key unknown key "defualt" in "one"',
      'rolecall/c.json:1:34 conflict "*" is written more than once',
      'rolecall/c.json:2:14 unknown-name there is no role "riter"',
      "rolecall/d.yaml:1:9 yaml-syntax a closing ] is missing",
    ]);
  });
});

describe("a file that cannot be read", () => {
  const rooms = "rooms: { one: { users: { alice: raeder, bob: owner }, teams: { red: reader } } }\n";

  it("hides no fault of the others, and is not blamed for names that it may define", async () => {
    const { lines } = await validate(
      {
        "a.yaml": HEAD,
        "b.yaml": "roles:\n  owner: { liveblocks: [room:write]\nteams: { red: [alice] }\n",
        "c.yaml": rooms,
      },
      ["-f", "a.yaml", "-f", "b.yaml", "-f", "c.yaml"],
    );
    expect(lines).toEqual([expect.stringContaining("b.yaml:"), 'c.yaml:1:33 unknown-name there is no role "raeder"']);
  });

  it("that is not there may define anything", async () => {
    const { lines } = await validate({ "a.yaml": HEAD, "c.yaml": rooms }, [
      "-f",
      "a.yaml",
      "-f",
      "b.yaml",
      "-f",
      "c.yaml",
    ]);
    expect(lines).toEqual(["- file-not-found b.yaml does not exist"]);
  });

  it("is not called empty", async () => {
    expect((await validate({ "rolecall.yaml": "- a\n" })).lines).toEqual([expect.stringContaining("root-not-map")]);
    expect((await validate({ "rolecall.yaml": "# nothing yet\n" })).lines).toEqual([
      "1:1 empty-files there is no key in any of the files",
    ]);
  });

  it("lacks the names whose values are missing, which is said once", async () => {
    const text =
      "providers: { liveblocks: { secretKey: { env: LIVEBLOCKS_K } } }\nroles:\n  reader:\nrooms: { one: { default: reader } }\n";
    expect((await validate({ "rolecall.yaml": text })).lines).toEqual(["3:3 empty-value reader has no value"]);
  });
});

describe("files", () => {
  it("that lead out of the directory, are missing or empty are named, and the rest is judged", async () => {
    const work = make({ "other.yaml": "version: 1\n", "rolecall/a.yaml": "version: 3\n" });
    symlinkSync(join(work.dir, "other.yaml"), join(work.dir, "rolecall", "b.yaml"));
    mkdirSync(join(work.dir, "none"));
    const { value } = await work.json<ValidateDocument>([
      "validate",
      "-f",
      "rolecall",
      "-f",
      "none",
      "-f",
      "x.txt",
      "-f",
      "nope.yaml",
    ]);
    expect(linesOf(value)).toEqual([
      "rolecall/a.yaml:1:10 version this version of the language is not known",
      "- file-outside rolecall/b.yaml is a link that leads out of the directory rolecall",
      expect.stringContaining("- no-files the directory none holds no"),
      expect.stringContaining("- file-"),
      "- file-not-found nope.yaml does not exist",
    ]);
  });

  it("that are reached twice are read once", async () => {
    const files = { "rolecall/a.yaml": `${HEAD}rooms: { one: { default: reader, users: { a: writer } } }\n` };
    expect(
      (await validate(files, ["-f", "rolecall", "-f", "rolecall/a.yaml", "-f", "./rolecall/../rolecall"])).lines,
    ).toEqual([]);
  });

  it("have their names escaped", async () => {
    const { run } = make({ "a\u001b[31m.yaml": "version: 2\n" });
    const { err } = await run(["validate", "-f", "a\u001b[31m.yaml"]);
    expect(err).toContain("a\\u{1b}[31m.yaml:1:10");
    expect(err).not.toContain("\u001b");
  });
});

describe("an address", () => {
  const at = (type: string, rest: string) => `providers: { ${type}: { ${rest} } }\n`;
  const lb = (url: string) => at("liveblocks", `secretKey: { env: LIVEBLOCKS_K }, baseUrl: "${url}"`);
  const zego = (keys: string) => at("zego", `appId: 1, serverSecret: { env: ZEGO_S }, ${keys}`);

  it("is judged by the rule that plan connects by, without any secret", async () => {
    expect((await validate({ "rolecall.yaml": lb("https://evil.example") })).lines).toEqual([
      "1:71 host-not-allowed providers.liveblocks.baseUrl names evil.example, which is not a host of Liveblocks",
    ]);
    const allowed = await validate({ "rolecall.yaml": lb("https://evil.example") }, ["--allow-host", "evil.example"]);
    expect([allowed.code, allowed.lines]).toEqual([0, []]);
    for (const url of ["https://api.liveblocks.io", "http://127.0.0.1:4000"])
      expect((await validate({ "rolecall.yaml": lb(url) })).lines).toEqual([]);
    const { code } = await make({ "rolecall.yaml": lb("http://127.0.0.1:1") }).run(["validate"], { env: { CI: "1" } });
    expect(code).toBe(1);
    expect((await make({}).run(["validate", "--allow-host", "a/b"])).err).toContain("[usage]");
  });

  it("is judged beside other faults, and once", async () => {
    const { lines } = await validate({
      "rolecall.yaml": `${lb("https://evil.example")}rooms: { a: { default: x } }\n`,
    });
    expect(lines.map((line) => line.split(" ")[1])).toEqual(["host-not-allowed", "unknown-name"]);
    expect((await validate({ "rolecall.yaml": lb("ftp://x") })).lines).toHaveLength(1);
  });

  it("of ZEGOCLOUD is one of the hosts for it", async () => {
    const board = 'baseUrl: "https://whiteboard-api-fra.zego.im"';
    const rtc = 'rtcBaseUrl: "https://rtc-api-fra.zego.im"';
    expect((await validate({ "rolecall.yaml": zego(`${board}, ${rtc}`) })).lines).toEqual([]);
    for (const wrong of [
      'baseUrl: "https://rtc-api.zego.im"',
      `${board}, rtcBaseUrl: "https://whiteboard-api-fra.zego.im"`,
    ])
      expect((await validate({ "rolecall.yaml": zego(wrong) })).lines).toEqual([
        expect.stringContaining("which is not a host of ZEGOCLOUD for it"),
      ]);
  });
});

describe("a hint", () => {
  const hintOf = async (text: string): Promise<string | undefined> =>
    (await validate({ "rolecall.yaml": text })).value.diagnostics[0]?.hint;

  it("gives what to write", async () => {
    expect(await hintOf("teams: { a: [1.5] }\n")).toBe('quote it: "1.5"');
    expect(await hintOf(`${HEAD}  r: { liveblocks: room:read }\nrooms: { a: { default: r } }\n`)).toBe(
      "write a list: [room:read]",
    );
    expect(await hintOf(`${HEAD}  r: { liveblocks: absnt }\nrooms: { a: { users: {} } }\n`)).toBe(
      'did you mean "absent"?',
    );
    expect(await hintOf(`${HEAD}rooms: { a: { create: yes, users: {} } }\n`)).toBe("write true");
  });

  it("is no name of one letter for another", async () => {
    const { value } = await validate({
      "rolecall.yaml": `${HEAD}  e: { liveblocks: [] }\nrooms: { a: { default: x } }\n`,
    });
    expect(value.diagnostics.map(({ hint = "" }) => hint).join()).not.toContain('"e"');
  });
});

describe("a secret in a file", () => {
  const SECRET = "sk_test_Zm9vYmFyYmF6";
  it.each([
    ["alone", `providers: { liveblocks: { secretKey: ${SECRET} } }\n`],
    [
      "beside another fault on its line",
      `providers: { liveblocks: { secretKey: ${SECRET}, sceretKey: 1, baseUrl: 7 } }\n`,
    ],
    ["where the text cannot be read", `providers:\n  liveblocks:\n    secretKey: ${SECRET}: x\n`],
    ["behind a missing colon", `providers:\n  liveblocks:\n    secretKey ${SECRET}\n    baseUrl: x\n`],
    ["in an open quote", `providers: { liveblocks: { secretKey: "${SECRET} } }\n`],
    ["in lines", `providers:\n  liveblocks:\n    secretKey: |\n      ${SECRET}\n  daily\n`],
    ["twice under one key", `providers:\n  liveblocks:\n    secretKey: ${SECRET}\n    secretKey: ${SECRET}x\n`],
    ["as a tag", `providers: { liveblocks: { secretKey: !${SECRET} } }\n`],
    ["in the place of a variable", `providers: { liveblocks: { secretKey: { env: ${SECRET} } } }\n`],
    ["under a misspelt key", `providers: { liveblocks: { secretkey: ${SECRET} } }\n`],
    ["in a comment of a broken line", `providers: { liveblocks: { secretKey: { env: X } # secretKey: ${SECRET}\n`],
  ])("%s is shown nowhere", async (_, text) => {
    const { run, json } = make({ "rolecall.yaml": text });
    const ran = await run(["validate"]);
    expect([ran.code, ran.out]).toEqual([1, ""]);
    expect(ran.err).toContain("rolecall.yaml:");
    expect(ran.err).not.toContain("Zm9vYmFy");
    expect((await json(["validate"])).out).not.toContain("Zm9vYmFy");
    expect((await run(["fmt"])).err).not.toContain("Zm9vYmFy");
  });

  it.each([
    ["a number", `{"providers":{"zego":{"appId":1,"serverSecret":12345678901234567890123456789012}}}`],
    ["a word", `{"providers":{"zego":{"appId":1,"serverSecret":abcdef1234567890123456789012}}}`],
  ])("is shown nowhere in JSON: %s", async (_, text) => {
    const { run, json } = make({ "a.json": text });
    const ran = await run(["validate", "-f", "a.json"]);
    expect(ran.code).toBe(1);
    expect(ran.err).not.toContain("4567890123");
    expect((await json(["validate", "-f", "a.json"])).out).not.toContain("4567890123");
  });
});
