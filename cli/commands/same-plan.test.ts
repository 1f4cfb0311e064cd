import { afterEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { formatFile } from "../../engine/load/format.ts";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { type Workplace, workplace } from "../../test/run.ts";

const NOW = { now: Date.parse("2026-11-22T00:00:00Z") };
const PARTS = {
  providers: {
    liveblocks: { secretKey: { env: "LIVEBLOCKS_SECRET_KEY" } },
    daily: { apiKey: { env: "DAILY_API_KEY" } },
    digitalsamba: { teamId: { env: "DIGITALSAMBA_TEAM_ID" }, developerKey: { env: "DIGITALSAMBA_DEVELOPER_KEY" } },
    zego: { appId: 1234567890, serverSecret: { env: "ZEGO_SERVER_SECRET" } },
  },
  teams: { design: ["alice", "bob"], "7": ["erin"], "10": ["tim"] },
  roles: {
    guest: {
      liveblocks: ["room:read"],
      daily: { canSend: ["audio"], canAdmin: false },
      digitalsamba: { display_name: "Guest", permissions: { raise_hand: true } },
      zego: { module: ["zoom"], graphic: "none" },
    },
    host: {
      extends: "guest",
      liveblocks: ["room:write"],
      daily: { canSend: true, canAdmin: ["participants"] },
      digitalsamba: { display_name: "Host", permissions: { remote_muting: ["guest", "host"] } },
      zego: { module: "all", graphic: "all" },
    },
  },
  rooms: {
    weekly: {
      on: ["liveblocks", "daily", "digitalsamba", "zego"],
      default: "guest",
      users: { zoe: "host", "42": { role: "host", expires: "2026-12-31" } },
      teams: { design: "host", "7": "guest", "10": "guest" },
    },
    "class-*": { on: "liveblocks", default: "guest", teams: { design: "host" } },
    board: { on: "liveblocks", users: { alice: "guest" }, groups: { b: "guest", a: "host" } },
  },
  checks: [
    { name: "guests look", in: "weekly", who: { roles: ["guest"] }, cannot: "liveblocks:room:write" },
    { name: "hosts write", in: "weekly", who: { users: ["zoe"] }, can: "liveblocks:room:write" },
  ],
} as const;

type Tree = { readonly [key: string]: unknown };
type Files = { readonly [name: string]: string };

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);
/** The same data with the keys of every map turned around. */
const turned = (value: unknown): unknown => {
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, turned(inner)]),
  );
};
const whole = stringify(PARTS);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const section = (key: keyof typeof PARTS): Tree => ({ [key]: PARTS[key] });
const KEYS = Object.keys(PARTS) as (keyof typeof PARTS)[];

const VARIANTS: readonly (readonly [what: string, files: Files, order?: readonly string[]])[] = [
  ["with line ends of Windows and a byte order mark", { "a.yaml": `\uFEFF${whole.replaceAll("\n", "\r\n")}` }],
  ["in brackets", { "a.yaml": stringify(PARTS, { collectionStyle: "flow" }) }],
  [
    "with wider indentation, other quotes and comments",
    {
      "a.yaml": `# top\n\n\n${stringify(PARTS, { indent: 6, defaultStringType: "QUOTE_SINGLE", defaultKeyType: "QUOTE_DOUBLE" }).replaceAll("\n", " # note\n")}`,
    },
  ],
  ["after fmt", { "a.yaml": formatFile("a.yaml", bytes(stringify(PARTS, { collectionStyle: "flow" }))) }],
  ["as JSON", { "a.json": JSON.stringify(PARTS) }],
  ["with all keys turned around", { "a.yaml": stringify(turned(PARTS)) }],
  ["in a file for each section", Object.fromEntries(KEYS.map((key) => [`${key}.yaml`, stringify(section(key))]))],
  [
    "in a file for each section, the other way round",
    Object.fromEntries(KEYS.map((key) => [`${key}.yaml`, stringify(section(key))])),
    KEYS.map((key) => `${key}.yaml`).reverse(),
  ],
  [
    "with providers, rooms and users split over YAML and JSON",
    {
      "z.yaml": stringify({
        providers: { zego: PARTS.providers.zego, daily: PARTS.providers.daily },
        roles: { host: PARTS.roles.host },
      }),
      "m.json": JSON.stringify({
        providers: { digitalsamba: PARTS.providers.digitalsamba, liveblocks: PARTS.providers.liveblocks },
        rooms: { board: PARTS.rooms.board, weekly: { users: { zoe: "host" }, default: "guest" } },
        checks: [PARTS.checks[1]],
      }),
      "a.yaml": stringify({
        teams: PARTS.teams,
        roles: { guest: PARTS.roles.guest },
        rooms: {
          "class-*": PARTS.rooms["class-*"],
          weekly: {
            on: [...PARTS.rooms.weekly.on].reverse(),
            users: { "42": PARTS.rooms.weekly.users["42"] },
            teams: PARTS.rooms.weekly.teams,
          },
        },
        checks: [PARTS.checks[0]],
      }),
    },
    ["z.yaml", "m.json", "a.yaml"],
  ],
];

let place: Workplace;
afterEach(() => place.remove());
const plan = async (files: Files, order: readonly string[] = ["a.yaml"]): Promise<PlanDocument> => {
  place = workplace(files);
  const argv = ["plan", "--sandbox", "--at", "2026-11-22", ...order.flatMap((name) => ["-f", name])];
  const { value, err } = await place.json<PlanDocument>(argv, NOW);
  expect(value.errored, err).toBe(false);
  return value;
};

/** The bytes of a plan without its timestamp and places in files; warnings stand in the order of their places. */
const bare = (plan: PlanDocument): string => {
  const { timestamp: _, diagnostics, ...rest } = plan;
  const warnings = diagnostics.map(({ code, summary }) => `${code} ${summary}`).sort();
  return JSON.stringify({ ...rest, warnings }, (key, item: unknown) => (key === "source" ? undefined : item), 1);
};

describe("the same files", () => {
  it.each(VARIANTS.map(([what, files, order = Object.keys(files)]) => [what, files, order] as const))(
    "%s give the same plan and the same digest",
    async (_, files, order) => {
      const base = await plan({ "a.yaml": whole });
      place.remove();
      const other = await plan(files, order);
      expect(bare(other)).toBe(bare(base));
      expect(other.digest).toBe(base.digest);
      expect(base.resource_changes.length).toBeGreaterThan(3);
    },
  );

  it("that say something else give another digest", async () => {
    const base = await plan({ "a.yaml": whole });
    place.remove();
    const other = await plan({ "a.yaml": whole.replace("expires: 2026-12-31", "expires: 2026-12-30") });
    expect(other.digest).not.toBe(base.digest);
  });
});
