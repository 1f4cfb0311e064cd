import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentOf, HEAD, loadTexts, NOW } from "./fixtures.ts";
import { boundaries, needsOf, resolvePolicy } from "./resolve.ts";

const SECTIONS = ["version", "providers", "teams", "roles", "rooms", "guards", "checks"];
const INNER = [
  ...[
    "type",
    "secretKey",
    "env",
    "appId",
    "baseUrl",
    "roomDefaults",
    "liveblocks",
    "daily",
    "digitalsamba",
    "zego",
    "acme",
  ],
  ...[
    "extends",
    "absent",
    "existing",
    "everyone",
    "on",
    "id",
    "mode",
    "default",
    "users",
    "teams",
    "groups",
    "metadata",
  ],
  ...[
    "settings",
    "role",
    "starts",
    "expires",
    "reason",
    "permissions",
    "display_name",
    "module",
    "graphic",
    "canReceive",
  ],
  ...[
    "removals",
    "percent",
    "gains",
    "who",
    "in",
    "can",
    "cannot",
    "only",
    "atLeast",
    "count",
    "name",
    "reader",
    "writer",
  ],
  ...["__proto__", "constructor", "7", "*", "a-{id}", "t-{id}", "..", "\u202e"],
];
const word = fc.oneof(fc.constantFrom(...INNER, ...SECTIONS), fc.string({ maxLength: 5, unit: "binary" }));
const leaf = fc.oneof(
  word,
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom("2026-12-31", "2020-01-01T00:00Z"),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: "small" },
    leaf,
    fc.dictionary(word, tie("value"), { maxKeys: 4 }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));
const file = fc.dictionary(fc.constantFrom(...SECTIONS), fc.dictionary(word, value, { maxKeys: 4 }), { maxKeys: 7 });

describe("whatever stands in a file", () => {
  it("ends in a document or in errors with a place", () => {
    fc.assert(
      fc.property(file, file, (first, second) => {
        const { document, diagnostics } = loadTexts({
          "a.json": JSON.stringify(first),
          "b.json": JSON.stringify(second),
        });
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        expect(document === undefined).toBe(errors.length > 0);
        for (const { source, summary } of diagnostics) {
          expect(source?.locate().start.line).toBeGreaterThan(0);
          expect(summary).not.toMatch(/\p{Cc}|\u202e|\.$/u);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    '{"providers":{"liveblocks":{"appId":[{}],"secretKey":{"env":[{}]}}}}',
    '{"rooms":{"one":{"metadata":{"a":[{}]},"id":{"liveblocks":{}},"on":[{}]}}}',
    '{"roles":{"r":{"daily":{"canSend":[{}]},"mode":{},"on":{}}},"checks":[{"who":{"users":[{}]},"can":{}}]}',
  ])("is no reason to break where a text belongs: %s", (text) => {
    const { document, diagnostics } = loadTexts({ "a.json": text });
    expect(document).toBeUndefined();
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  it("can be resolved once it is a document", () => {
    const entry = fc.oneof(
      fc.constantFrom("reader", "writer", "absent"),
      fc.record(
        {
          role: fc.constantFrom("reader", "writer"),
          starts: fc.constant("2026-01-01"),
          expires: fc.constantFrom("2026-06-01", "2027-06-01"),
        },
        { requiredKeys: ["role"] },
      ),
    );
    const id = fc.constantFrom("a", "b", "7", "constructor");
    const room = fc.record(
      {
        default: fc.constantFrom("reader", "absent"),
        users: fc.dictionary(id, entry, { maxKeys: 3 }),
        teams: fc.dictionary(fc.constant("t"), entry),
        groups: fc.dictionary(id, entry, { maxKeys: 2 }),
      },
      { requiredKeys: [] },
    );
    const key = fc.constantFrom("one", "two", "o*", "t{x}", "?ne", "*");
    fc.assert(
      fc.property(fc.dictionary(key, room, { maxKeys: 5 }), fc.integer({ min: -400, max: 400 }), (rooms, days) => {
        const { document } = loadTexts({
          "a.yaml": HEAD,
          "b.json": JSON.stringify({ teams: { t: ["a", "z"] }, rooms }),
        });
        if (document === undefined) return;
        const at = NOW + days * 86_400_000;
        const { policy } = resolvePolicy(document, "liveblocks", new Set(["one", "ten", "x"]), at);
        for (const { users, removedUsers, groups, removedGroups } of policy.rooms.values()) {
          for (const gone of removedUsers.keys()) expect(users?.has(gone)).toBe(false);
          for (const gone of removedGroups.keys()) expect(groups?.has(gone)).toBe(false);
          for (const grant of [...(users?.values() ?? []), ...(groups?.values() ?? [])]) {
            expect(grant.starts === undefined || grant.starts <= at).toBe(true);
            expect(grant.expires === undefined || at < grant.expires).toBe(true);
          }
        }
        for (const instant of boundaries(document, at)) expect(instant).toBeGreaterThan(at);
        expect(needsOf(document, "liveblocks").rooms).toEqual(
          [...policy.rooms.values()]
            .filter(({ pattern }) => pattern === undefined)
            .map((one) => one.id)
            .sort(),
        );
      }),
      { numRuns: 200 },
    );
  });

  it("does not depend on the prototype of anything", () => {
    const { rooms } = documentOf(
      `${HEAD}rooms: { toString: { users: { hasOwnProperty: reader, valueOf: writer } } }\n`,
    );
    expect([...(rooms[0]?.users?.keys() ?? [])]).toEqual(["hasOwnProperty", "valueOf"]);
  });
});
