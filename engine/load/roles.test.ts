import { describe, expect, it } from "vitest";
import { documentOf, HEAD, linesOf, loadTexts } from "./fixtures.ts";

const DAILY = "providers: { daily: { apiKey: { env: DAILY_KEY } } }\n";
const SAMBA = "providers: { digitalsamba: { teamId: a, developerKey: { env: DIGITALSAMBA_KEY } } }\n";
const blockOf = (text: string, role: string, type: string): unknown => {
  const block = documentOf(text).roles.get(role)?.blocks.get(type);
  return block?.type === "permissions" ? block.value : block?.type;
};
const errorsOf = (text: string): readonly string[] =>
  linesOf(loadTexts(text).diagnostics.filter(({ severity }) => severity === "error"));

describe("extends", () => {
  const text = `${DAILY}roles:
  base: { daily: { canSend: [audio], canReceive: { base: true, byUserId: { a: true } } }, liveblocks: ["room:read"], description: x, mode: additive }
  more: { extends: base, daily: { canSend: true, canReceive: { byUserId: { b: false } } } }
  less: { extends: more, daily: absent, liveblocks: [] }
`;

  it("merges maps at every depth, and replaces lists and scalars", () => {
    expect(blockOf(text, "more", "daily")).toEqual({
      canSend: true,
      canReceive: { base: true, byUserId: { a: true, b: false } },
    });
    expect(blockOf(text, "more", "liveblocks")).toEqual(["room:read"]);
    expect(blockOf(text, "less", "liveblocks")).toEqual([]);
  });

  it("drops a block that is absent", () => {
    expect(blockOf(text, "less", "daily")).toBeUndefined();
  });

  it("does not inherit description and mode", () => {
    expect(documentOf(text).roles.get("more")).toMatchObject({ description: undefined, mode: "authoritative" });
    expect(documentOf(text).roles.get("base")).toMatchObject({ description: "x", mode: "additive" });
  });

  it("finds the line of each part, in the role or in its parent", () => {
    const block = documentOf(text).roles.get("more")?.blocks.get("daily");
    if (block?.type !== "permissions") throw new Error("no block");
    expect(block.sourceOf(["canSend"]).locate().start).toEqual({ line: 4, column: 35 });
    expect(block.sourceOf(["canReceive", "byUserId", "a"]).locate().start).toEqual({ line: 3, column: 76 });
  });

  it("names an unknown parent and the nearest role", () => {
    expect(loadTexts("roles:\n  reader: { liveblocks: [] }\n  x: { extends: raeder }\n").diagnostics).toContainEqual(
      expect.objectContaining({
        code: "unknown-name",
        summary: 'there is no role "raeder"',
        hint: 'did you mean "reader"?',
      }),
    );
  });

  it("names the members of a circle, once", () => {
    expect(
      errorsOf("roles:\n  a: { extends: b }\n  b: { extends: c }\n  c: { extends: b }\n  d: { extends: d }\n"),
    ).toEqual([
      'a.yaml:3:17 role-cycle roles extend each other in a circle: "b" -> "c" -> "b"',
      'a.yaml:5:17 role-cycle roles extend each other in a circle: "d" -> "d"',
    ]);
  });

  it("cannot build on a tombstone", () => {
    expect(errorsOf("roles:\n  a: absent\n  b: { extends: a }\n")).toEqual([
      'a.yaml:3:17 tombstone the role "a" is marked as absent and cannot be extended',
    ]);
  });

  it("goes through a long chain", () => {
    const roles = Array.from({ length: 20_000 }, (_, index) => `"r${index}": { "extends": "r${index + 1}" }`);
    const { document } = loadTexts({ "a.json": `{ "roles": { ${roles.join(",")}, "r20000": { "liveblocks": [] } } }` });
    expect(document?.roles.get("r0")?.blocks.has("liveblocks")).toBe(true);
  });
});

describe("role objects", () => {
  it("are a base without display_name, and an error where they are used", () => {
    const text = `${SAMBA}roles:
  base: { digitalsamba: { permissions: { raise_hand: true } } }
  full: { extends: base, digitalsamba: { display_name: Full } }
  heir: { extends: full }
rooms:
  abc: { default: full, users: { alice: base, bob: heir } }
`;
    expect(errorsOf(text)).toEqual([
      'a.yaml:7:34 role-without-block the role "base" cannot be used on Digital Samba: it has no display_name',
      'a.yaml:7:47 role-without-block the role "heir" cannot be used on Digital Samba: it has no display_name',
    ]);
    expect(blockOf(text.replace("alice: base, bob: heir", "alice: full"), "heir", "digitalsamba")).toEqual({
      permissions: { raise_hand: true },
    });
  });

  it("may exist already, on services that have roles", () => {
    expect(blockOf(`${SAMBA}roles: { moderator: { digitalsamba: existing } }\n`, "moderator", "digitalsamba")).toBe(
      "existing",
    );
    expect(errorsOf("roles:\n  r: { liveblocks: existing }\n")).toEqual([
      "a.yaml:2:20 not-supported Liveblocks has no roles of its own that could exist",
    ]);
  });

  it("are kept on the providers that `on` names", () => {
    const two = `providers:
  digitalsamba: { teamId: a, developerKey: { env: DIGITALSAMBA_KEY } }
  other: { type: digitalsamba, teamId: b, developerKey: { env: DIGITALSAMBA_KEY } }
roles:
  r: { on: other, digitalsamba: { display_name: Role } }
rooms:
  abc: { on: digitalsamba, default: r }
`;
    expect(errorsOf(two)).toEqual(['a.yaml:7:28 role-without-block the role "r" is not kept on digitalsamba']);
    expect(errorsOf(two.replace("on: digitalsamba", "on: other"))).toEqual([]);
    expect(errorsOf(two.replace("on: other", "on: othr"))[0]).toContain('unknown-name there is no provider "othr"');
  });

  it("cannot be deleted when they are presets", () => {
    expect(errorsOf(`${SAMBA}roles:\n  moderator: absent\n  old: absent\n`)).toEqual([
      'a.yaml:3:3 tombstone "moderator" is a preset of Digital Samba and cannot be deleted',
    ]);
  });
});

describe("tombstones of roles", () => {
  it("are words or maps, and say nothing else", () => {
    expect(
      errorsOf("roles:\n  a: absent\n  b: { absent: true, reason: gone }\n  c: { absent: true, liveblocks: [] }\n"),
    ).toEqual(['a.yaml:4:22 tombstone the role "c" is absent and cannot say "liveblocks"']);
  });

  it("cannot be used", () => {
    expect(errorsOf(`${HEAD}  old: absent\nrooms:\n  one: { default: old }\n`)).toEqual([
      'a.yaml:7:19 tombstone the role "old" is marked as absent and cannot be used',
    ]);
  });
});

describe("names of roles", () => {
  it("cannot be words of the language", () => {
    for (const word of ["absent", "existing", "everyone"])
      expect(errorsOf(`roles:\n  ${word}: { liveblocks: [] }\n`)).toEqual([
        `a.yaml:2:3 reserved-name "${word}" cannot be the name of a role: it is a word of the language`,
      ]);
  });

  it("that are misspelt keys of a role are found", () => {
    expect(errorsOf("roles:\n  r: { lifeblocks: [], extnds: x }\n")).toEqual([
      'a.yaml:2:8 unknown-key unknown key "lifeblocks" in "r"',
      'a.yaml:2:24 unknown-key unknown key "extnds" in "r"',
    ]);
  });
});
