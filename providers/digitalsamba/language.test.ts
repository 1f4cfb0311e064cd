import { describe, expect, it } from "vitest";
import type { Json } from "../../engine/model.ts";
import { language, PERMISSIONS, ROLE_SENSITIVE } from "./language.ts";
import schema from "./schema.json" with { type: "json" };

const place = { locate: () => ({ filename: "a", start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }) };
const judge = (permissions: Json, known: readonly string[] = []) =>
  language
    .checkBlock({ permissions }, () => place, new Set(known))
    .map(({ severity, summary, hint }) => [severity, summary, hint]);

describe("Digital Samba permissions", () => {
  it("are the same 58 in the schema and here", () => {
    expect(PERMISSIONS).toHaveLength(58);
    const { properties } = schema.definitions.block.properties.permissions;
    expect(Object.keys(properties).sort()).toEqual(PERMISSIONS);
    for (const [name, value] of Object.entries(properties)) {
      expect(value.description.length).toBeGreaterThan(5);
      expect(Array.isArray(value.type)).toBe(ROLE_SENSITIVE.includes(name));
    }
  });

  it("are true, false or, over others, a list of roles", () => {
    expect(
      judge({ raise_hand: true, general_chat: false, remote_muting: ["participant"], manage_roles: false }),
    ).toEqual([]);
    expect(judge({ raise_hand: ["participant"] })).toMatchObject([
      { 1: '"raise_hand" takes true or false, not a list of roles' },
    ]);
    expect(judge({ remote_muting: "all" })).toEqual([
      ["error", '"remote_muting" must be true or false, or a list of role names', undefined],
    ]);
    expect(judge({ raise_hand: 1 })).toEqual([["error", '"raise_hand" must be true or false', undefined]]);
  });

  it("are off with an empty list of roles", () => {
    expect(judge({ remote_muting: [] })).toEqual([]);
    const block = (value: Json): Json => ({ display_name: "Host", permissions: { remote_muting: value } });
    expect(language.canonicalBlock?.(block([]))).toEqual(language.canonicalBlock?.(block(false)));
  });

  it("warn where true reaches roles of the future", () => {
    expect(judge({ remote_muting: true })).toMatchObject([
      { 0: "warning", 1: '"remote_muting: true" covers every role, those that are made later too' },
    ]);
  });

  it("have the nearest right name", () => {
    expect(judge({ rase_hand: true })).toMatchObject([
      ["error", 'Digital Samba has no permission "rase_hand"', 'did you mean "raise_hand"?'],
    ]);
    expect(judge({ chat: true })).toMatchObject([
      ["error", 'Digital Samba has no permission "chat"', 'did you mean "general_chat"?'],
    ]);
    expect(judge({ teleport: true })[0]?.[2]).toContain("knownPermissions");
  });

  it("may be known to the configuration alone", () => {
    expect(judge({ teleport: true, beam: ["x"] }, ["teleport", "beam"])).toEqual([]);
  });
});

describe("Digital Samba names", () => {
  it("of capabilities may say whom they reach", () => {
    for (const name of ["raise_hand", "remote_muting", "remote_muting(participant)", "remote_muting(*)"])
      expect(language.isCapability(`digitalsamba:${name}`)).toBe(true);
    for (const name of ["raise_hand(participant)", "rase_hand", "remote_muting(a b)", "remote_muting()"])
      expect(language.isCapability(`digitalsamba:${name}`)).toBe(false);
  });

  it("of rooms are friendly addresses", () => {
    expect(language.checkRoomId("weekly-design")).toBeUndefined();
    for (const id of ["ab", "x".repeat(33), "a b c", "live", "Live", "LIVE"])
      expect(language.checkRoomId(id)).toBeDefined();
  });

  it("of roles need a display_name where they are used", () => {
    expect(language.checkUse?.({ display_name: "Full" })).toBeUndefined();
    expect(language.checkUse?.({ permissions: {} })).toBe("it has no display_name");
  });
});
