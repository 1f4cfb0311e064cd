import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apply, plan } from "./harness.ts";
import { startDigitalsambaSandbox } from "./sandbox.ts";

const OURS: readonly string[] = ["ada", "ben", "cyd", "dot"];
const PRESETS = ["moderator", "speaker"] as const;
const USERS = ["alice", "bob"] as const;

type Role = { readonly targets: readonly string[]; readonly plain: readonly string[]; readonly all: boolean };
type Room = {
  readonly fallback: string;
  readonly users: readonly string[];
  readonly extra: readonly string[];
  readonly open: boolean;
};
type Files = {
  readonly roles: readonly (Role | undefined)[];
  readonly rooms: readonly (Room | undefined)[];
  readonly team: string | undefined;
};

const anyRole = fc.constantFrom(...OURS, ...PRESETS);
const role: fc.Arbitrary<Role> = fc.record({
  targets: fc.subarray([...OURS, ...PRESETS]),
  plain: fc.subarray(["raise_hand", "general_chat"]),
  all: fc.boolean(),
});
const room: fc.Arbitrary<Room> = fc.record({
  fallback: anyRole,
  users: fc.array(anyRole, { maxLength: 2 }),
  extra: fc.subarray([...OURS, ...PRESETS], { maxLength: 2 }),
  open: fc.boolean(),
});
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 4 });
const files: fc.Arbitrary<Files> = fc.record({
  roles: fc.tuple(...OURS.map(() => maybe(role))),
  rooms: fc.tuple(maybe(room), maybe(room)),
  team: maybe(anyRole),
});

/** The files as text: a role or room that is not there is a tombstone; what names a role that goes names a preset. */
const textOf = ({ roles, rooms, team }: Files): { readonly text: string; readonly config: string } => {
  const isThere = (name: string): boolean => {
    const index = OURS.indexOf(name);
    return index === -1 || roles[index] !== undefined;
  };
  const alive = (name: string): string => (isThere(name) ? name : "moderator");
  const list = (names: readonly string[]): string => `[${[...new Set(names.map(alive))].join(", ")}]`;
  const lines = ["roles:", ...PRESETS.map((name) => `  ${name}: { digitalsamba: existing }`)];
  for (const [index, name] of OURS.entries()) {
    const each = roles[index];
    const permissions = [
      ...(each?.plain ?? []).map((permission) => `${permission}: true`),
      ...(each === undefined || each.targets.length === 0 ? [] : [`remote_muting: ${list(each.targets)}`]),
      ...(each?.all === true ? ["manage_broadcast: true"] : []),
    ];
    const block = `{ digitalsamba: { display_name: The ${name}, permissions: { ${permissions.join(", ")} } } }`;
    lines.push(`  ${name}: ${each === undefined ? "absent" : block}`);
  }
  lines.push("rooms:");
  for (const [index, each] of rooms.entries()) {
    if (each === undefined) {
      lines.push(`  room-${index}: { absent: true, on: digitalsamba }`);
      continue;
    }
    const users = each.users.map((granted, at) => `${USERS[at]}: ${alive(granted)}`);
    const settings = [
      `privacy: ${each.open ? "public" : "private"}`,
      ...(each.extra.length === 0 ? [] : [`roles: ${list(each.extra)}`]),
    ];
    lines.push(
      `  room-${index}: { default: ${alive(each.fallback)}, users: { ${users.join(", ")} }, settings: { digitalsamba: { ${settings.join(", ")} } } }`,
    );
  }
  const preset = alive(team ?? "moderator");
  return {
    text: `${lines.join("\n")}\n`,
    config: `    roomDefaults: { roles: ${list([preset, "moderator"])}, default: ${preset} }\n`,
  };
};

describe("any files after any others", () => {
  it("are reached in a strict service, each object with one call or two, and the second plan is empty", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(files, { minLength: 2, maxLength: 4 }), async (states) => {
        const sandbox = await startDigitalsambaSandbox({ rateLimit: false });
        try {
          for (const state of states) {
            const { text, config } = textOf(state);
            const made = await plan(sandbox, text, config);
            expect(made.errors.map(({ summary }) => summary)).toEqual([]);
            const outcomes = await apply(sandbox, made);
            expect(outcomes.map(({ status, error }) => error ?? status)).toEqual(made.calls.map(() => "done"));
            expect((await plan(sandbox, text, config)).lines).toEqual([]);
          }
        } finally {
          await sandbox.close();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
