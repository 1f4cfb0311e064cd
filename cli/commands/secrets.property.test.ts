import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type Workplace, workplace } from "../../test/run.ts";

const SEED = 20_261_122;
const GOOD = "secretKey: { env: LIVEBLOCKS_SECRET_KEY }";
const REST = "\nroles:\n  reader: { liveblocks: [room:red] }\nrooms:\n  weekly: { users: { alice: raeder } }\n";

/** Where somebody may put a secret: `%s` is the secret. */
const BLOCKS: readonly string[] = [
  "liveblocks: { secretKey: %s }",
  "liveblocks: { secretKey: '%s' }",
  'liveblocks: { secretKey: "%s" }',
  "liveblocks: { secretKey: { env: %s } }",
  "liveblocks: { secretKey: { env: [%s] } }",
  "liveblocks: { secretKey: { env: { a: %s } } }",
  "liveblocks: { secretKey: { %s: 1 } }",
  "liveblocks: { secretKey: { env: LIVEBLOCKS_KEY, %s: 1 } }",
  "liveblocks: { secretKey: { value: %s } }",
  "liveblocks: { secretKey: [%s] }",
  "liveblocks: { secretKey: [[{ a: [%s] }]] }",
  "liveblocks: { secretKey %s }",
  "liveblocks: { secretKey=%s }",
  "liveblocks: { secretKey = %s }",
  "liveblocks: { secretKey:%s }",
  'liveblocks: { secretKey:"%s" }',
  "liveblocks: { secretKey: %s, secretKey: x%s }",
  "liveblocks: { secretKey: %s, sceretKey: 1, baseUrl: 7 }",
  "liveblocks: { secretkey: %s }",
  "liveblocks: { secret: %s }",
  "liveblocks: { secretKey: !%s }",
  "liveblocks: { secretKey: &%s x }",
  "liveblocks: { secretKey: *%s }",
  'liveblocks: { secretKey: "%s }',
  "liveblocks: { secretKey: '%s",
  "liveblocks: { secretKey: %s",
  "liveblocks: %s",
  "liveblocks: [%s]",
  "liveblocks: { %s }",
  "liveblocks: { '%s': 1 }",
  `liveblocks: { ${GOOD}, other: %s }`,
  `liveblocks: { ${GOOD}, type: %s }`,
  `liveblocks: { ${GOOD}, baseUrl: %s }`,
  `liveblocks: { ${GOOD}, baseUrl: "https://user:%s@api.liveblocks.io" }`,
  `liveblocks: { ${GOOD}, baseUrl: "https://api.liveblocks.io/%s" }`,
  `liveblocks: { ${GOOD}, baseUrl: "https://api.liveblocks.io?key=%s" }`,
  `liveblocks: { ${GOOD}, baseUrl: "https://evil.example/#%s" }`,
  `liveblocks: { ${GOOD}, other: 1 } # %s`,
  "liveblocks: { secretKey: { env: X } # secretKey: %s",
  "liveblock: { secretKey: %s }",
  "x: { type: liveblok, secretKey: %s }",
  "x: { secretKey: %s }",
  "x: { key: %s }",
  "daily: { apiKey: %s }",
  "daily: { apikey: %s, roomDefaults: { default: raeder } }",
  "zego: { appId: 1, serverSecret: %s }",
  "zego: { appId: %s, serverSecret: { env: ZEGO_S } }",
  "digitalsamba: { teamId: %s, developerKey: %s }",
  "liveblocks:\n    secretKey: %s",
  "liveblocks:\n    secretKey: abc\n    %s",
  "liveblocks:\n    secretKey: abc\n      %s",
  "liveblocks:\n    secretKey: abc\n  %s",
  "liveblocks:\n    secretKey: abc\n%s",
  "liveblocks:\n    secretKey:\n      %s",
  "liveblocks:\n    secretKey:\n      - %s",
  "liveblocks:\n    secretKey: |\n      %s\n      %s\n  daily",
  "liveblocks:\n    secretKey: >-\n      x\n      %s\n    sceretKey: 1",
  "liveblocks:\n    secretKey: %s: x",
  "liveblocks:\n    secretKey %s\n    baseUrl: x",
  "liveblocks:\n    secretKey = %s",
  "liveblocks:\n    - %s",
  "liveblocks:\n    %s",
  "liveblocks:\n    ? %s\n    : 1",
  "%s",
  "- %s",
  "{ %s }",
];
const FILES: readonly string[] = [
  ...BLOCKS.map((block) => `providers:\n  ${block}${REST}`),
  ...BLOCKS.filter((block) => !block.includes("\n")).flatMap((block) => [
    `providers: { ${block} }${REST}`,
    `provider: { ${block} }${REST}`,
    `{ version: 1, providers: { ${block} }, rooms: { a: { users: { b: raeder } } } }`,
  ]),
  `secretKey: %s${REST}`,
  `apiKey:\n  %s${REST}`,
  `liveblocks: { secretKey: %s }${REST}`,
  "roles:\n  reader: { secretKey: %s }\n",
  "roles:\n  reader:\n    serverSecret: abc\n      %s\n    secretKy: 1\n",
  "rooms: { a: { developerKey: { env: %s }, users: { b: raeder } } }\n",
];
const JSON_FILES: readonly string[] = [
  '{"providers":{"liveblocks":{"secretKey":"%s"}}}',
  '{"providers":{"liveblocks":{"secretKey":{"env":"%s"}}}}',
  '{"providers":{"liveblocks":{"secretKey":{"%s":1}}}}',
  '{"providers":{"liveblocks":{"secretKey":["%s"]}}}',
  '{"providers":{"liveblocks":{"secretKey":%s}}}',
  '{"providers":{"liveblocks":{"secretKey" "%s"}}}',
  '{"providers":{"liveblocks":{"secretKey":"%s","secretKey":"%s"}}}',
  '{"providers":{"liveblocks":"%s"}}',
  '{"providers":{"liveblocks":["%s"]}}',
  '{"providers":{"x":{"apiKey":"%s"}},"rooms":{"a":1}}',
  '{"providers":{"x":{"apiKey":"%s}},"rooms":{"a":1}}',
  '{\n  "providers": {\n    "liveblock": {\n      "secretKey": "%s", "x": 1\n    }\n  }\n}\n',
  '{"roles":{"r":{"secretKey":"%s","x":1}}}',
];

const characters = (alphabet: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
/** Secrets as the services make them; the marked part must never be seen. */
const secret = fc.oneof(
  characters("abcdefgh0123456789_", 8, 80).map((text) => `sk_prod_Q7${text}`),
  characters("0123456789abcdef", 62, 62).map((text) => `f7${text}`),
  characters("0123456789abcdef", 30, 30).map((text) => `7e${text}`),
  characters("0123456789", 24, 24).map((text) => `37${text}`),
  characters("ABCDxyz0123456789+/", 24, 40).map((text) => `Zm9v7${text}+=`),
);

let place: Workplace | undefined;
afterEach(() => place?.remove());

/** The parts of a secret that somebody could use: any eight units of it. */
const partsOf = (text: string): readonly string[] => {
  const parts: string[] = [];
  for (let at = 0; at + 8 <= text.length; at += 1) parts.push(text.slice(at, at + 8));
  return parts;
};
const leaks = (printed: string, text: string): readonly string[] =>
  partsOf(text).filter((part) => printed.includes(part));

const printedOf = async (files: { readonly [name: string]: string }): Promise<string> => {
  place = workplace(files);
  const names = Object.keys(files);
  const argv = names.flatMap((name) => ["-f", name]);
  const printed: string[] = [];
  for (const command of [
    ["validate", ...argv],
    ["validate", "--json", ...argv],
    ["fmt", "--check", ...names],
    ["fmt", "--check", "--json", ...names],
    ["plan", "--sandbox", ...argv],
  ]) {
    const { out, err } = await place.run(command);
    printed.push(out, err);
  }
  place.remove();
  return printed.join("\n");
};

describe("a secret in a file", () => {
  const CASES = [
    ...FILES.map((text) => ["a.yaml", text] as const),
    ...JSON_FILES.map((text) => ["a.json", text] as const),
  ];

  it.each(CASES)("is in no output: %s %s", async (name, text) => {
    for (const canary of ["sk_prod_Q7x9canary0Zm9vYmFy", "7e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b"]) {
      const printed = await printedOf({ [name]: text.replaceAll("%s", canary) });
      expect(leaks(printed, canary), printed).toEqual([]);
      expect(printed).toContain(`${name}:`);
    }
  });

  it("is in no output, whatever it is, wherever it stands, beside a file that says the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CASES), secret, fc.boolean(), async ([name, text], canary, beside) => {
        const other = { "0.yaml": `providers: { liveblocks: { ${GOOD} } }\n` };
        const printed = await printedOf({ ...(beside ? other : {}), [name]: text.replaceAll("%s", canary) });
        expect(leaks(printed, canary), printed).toEqual([]);
      }),
      { numRuns: 60, seed: SEED },
    );
  }, 60_000);
});
