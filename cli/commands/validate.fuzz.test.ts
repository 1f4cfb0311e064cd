import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ValidateDocument } from "../../engine/report/diagnostics.ts";
import { type Workplace, workplace } from "../../test/run.ts";

let work: Workplace;
beforeAll(() => {
  work = workplace();
});
afterAll(() => work.remove());

/** Ends with a state or with errors; says nothing twice; what is printed for people is harmless. */
const judge = async (name: string, content: Uint8Array): Promise<void> => {
  writeFileSync(join(work.dir, name), content);
  const { code, value } = await work.json<ValidateDocument>(["validate", "-f", name, "--at", "2026-11-22"]);
  expect(code).toBe(value.valid ? 0 : 1);
  expect(value.valid).toBe(value.error_count === 0);
  expect(value.error_count + value.warning_count).toBe(value.diagnostics.length);
  const told = value.diagnostics.map((diagnostic) => JSON.stringify(diagnostic));
  expect(new Set(told).size).toBe(told.length);
  for (const { summary, range } of value.diagnostics) {
    expect(summary).not.toMatch(/undefined|\[object|NaN/u);
    if (range !== undefined) expect(Math.min(range.start.line, range.start.column)).toBeGreaterThan(0);
  }
  const { err } = await work.run(["validate", "-f", name, "--at", "2026-11-22"]);
  expect(err).not.toMatch(/(?!\n)\p{Cc}/u);
};

const examples = readdirSync("examples", { recursive: true, encoding: "utf8" })
  .filter((path) => /(?:^|[\\/])rolecall(?:\.ya?ml$|[\\/].*\.(?:ya?ml|json)$)/u.test(path))
  .map((path) => [path.endsWith(".json") ? "a.json" : "a.yaml", readFileSync(join("examples", path), "utf8")] as const);
const PIECES = [
  "\n",
  "  ",
  "- ",
  ": ",
  "{",
  "}",
  "[",
  "]",
  ",",
  '"',
  "'",
  "#",
  "&a",
  "*a",
  "!t",
  "|",
  ">",
  "?",
  "~",
  "null",
  "%",
  "---",
  "...",
  "\t",
  "\r",
  "\0",
  "absent",
  "existing",
  "rooms:",
  "default",
  "7",
  "é",
];

describe("validate ends with a state or a reason for", () => {
  it.each(["a.yaml", "a.json"])("random bytes in %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => judge(name, bytes)),
      { numRuns: 100 },
    );
  });

  it.each(["a.yaml", "a.json"])("random pieces of the language in %s", async (name) => {
    const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join("")));
    await fc.assert(
      fc.asyncProperty(text, (bytes) => judge(name, bytes)),
      { numRuns: 150 },
    );
  });

  it("examples with pieces put in, cut out, doubled and moved", async () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat(12),
      put: fc.constantFrom("", ...PIECES),
      from: fc.nat(),
      copy: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...examples),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        ([name, text], edits) => {
          let made = text;
          for (const { at, cut, put, from, copy } of edits) {
            const place = at % made.length;
            const start = from % made.length;
            made = made.slice(0, place) + put + made.slice(start, start + copy) + made.slice(place + cut);
          }
          return judge(name, Buffer.from(made));
        },
      ),
      { numRuns: 250 },
    );
  });
});

/** Files that cost a careless reader all its memory or time. */
const HOSTILE: readonly (readonly [what: string, name: string, make: () => string, expected: RegExp])[] = [
  ["a file that is too large", "a.yaml", () => "a".repeat(40 * 1024 * 1024), /file-too-large/u],
  ["a million brackets", "a.yaml", () => `a: ${"[".repeat(1_000_000)}`, /too-deep/u],
  ["a million braces in JSON", "a.json", () => '{"a":'.repeat(1_000_000), /too-deep/u],
  ["a text of 30 MB", "a.yaml", () => `version: 1\nteams: { a: [${"x".repeat(30_000_000)}] }\n`, /longer than/u],
  ["a folded text of ten million lines", "a.yaml", () => `a: >\n${" x\n".repeat(10_000_000)}`, /longer than/u],
  ["a JSON list of ten million numbers", "a.json", () => `{"a":[${"1,".repeat(10_000_000)}1]}`, /file-too-large/u],
  ["a million zero bytes", "a.yaml", () => "\0".repeat(1_000_000), /encoding/u],
  ["a million commas", "a.yaml", () => `a: [${",".repeat(1_000_000)}]\n`, /yaml-syntax/u],
  ["a million open lists", "a.yaml", () => "- ".repeat(1_000_000), /too-deep/u],
  [
    "aliases that multiply",
    "a.yaml",
    () =>
      `a0: &a0 [x]\n${Array.from({ length: 60 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join("")}`,
    /yaml-feature/u,
  ],
  [
    "a map of 100,000 keys, each a mistake",
    "a.yaml",
    () => `rooms:\n${Array.from({ length: 100_000 }, (_, at) => `  room-${at}: 7\n`).join("")}`,
    /99,000 more faults/u,
  ],
  ["100,000 times the same key", "a.yaml", () => `rooms:\n${"  a: {}\n".repeat(100_000)}`, /98,999 more faults/u],
];

describe("with 256 MB of memory validate answers", () => {
  const dir = mkdtempSync(join(tmpdir(), "rolecall-hostile-"));
  beforeAll(async () => {
    await build({
      entryPoints: ["cli/main.ts"],
      outdir: dir,
      bundle: true,
      splitting: true,
      format: "esm",
      outExtension: { ".js": ".mjs" },
      platform: "node",
      target: "node20.19",
      logLevel: "error",
      banner: { js: 'import { createRequire as make } from "node:module"; const require = make(import.meta.url);' },
    });
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(HOSTILE)(
    "%s",
    (_, name, make, expected) => {
      writeFileSync(join(dir, name), make());
      const ran = spawnSync(
        process.execPath,
        ["--max-old-space-size=256", join(dir, "main.mjs"), "validate", "-f", name],
        {
          cwd: dir,
          encoding: "utf8",
          maxBuffer: 64 * 1024 * 1024,
        },
      );
      expect(ran.stderr).toMatch(expected);
      expect(ran.status).toBe(1);
    },
    60_000,
  );
});
