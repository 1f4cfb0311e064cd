import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../engine/model.ts";
import { sameJson } from "../engine/util/stable-json.ts";
import { languages } from "./registry.ts";

const KEYS = [
  "module",
  "graphic",
  "permissions",
  "display_name",
  "canSend",
  "canAdmin",
  "canReceive",
  "base",
  "byUserId",
];
const WORDS = ["all", "none", "zoom", "room:read", "*:write", "audio", "remote_muting", "speaker", ""];

/** Blocks as a careless hand may write them: right words in wrong places. */
const blocks = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Json>(true, false, null, 0, 1, 7, ...WORDS),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...KEYS, "zoom", "audio"), tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

describe.each([...languages.values()])("the language of $type", ({ canonicalBlock = (block) => block }) => {
  it("has one form for any block, also for one that the schema refuses, and that form is its own", () => {
    fc.assert(
      fc.property(blocks, (block) => {
        const once = canonicalBlock(block);
        expect(sameJson(canonicalBlock(once), once)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
