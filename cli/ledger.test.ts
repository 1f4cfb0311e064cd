import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLedger } from "./ledger.ts";

let root: string;
let directory: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "rolecall-ledger-"));
  directory = join(root, ".rolecall");
});
afterEach(() => rm(root, { recursive: true, force: true }));

const KEY = "domain-1/live/weekly";
const secrets = new Map([
  ["daily", "the-api-key"],
  ["eu", "another-key"],
]);
const open = (given: ReadonlyMap<string, string> = secrets) =>
  openLedger(directory, { secrets: given, now: () => Date.UTC(2026, 5, 1) });
const file = () => join(directory, "ledger.json");
const text = () => readFile(file(), "utf8");

const kept = async (value: string | number = 1): Promise<void> => {
  const ledger = await open();
  ledger.for("daily").set(KEY, { "*": { canSend: false }, n: value });
  await ledger.save();
};

describe("a ledger", () => {
  it("gives back what was saved, to the same credentials", async () => {
    await kept();
    const ledger = await open();
    expect(ledger.warnings).toEqual([]);
    expect(ledger.for("daily").get(KEY)).toEqual({ "*": { canSend: false }, n: 1 });
    expect(ledger.for("eu").get(KEY)).toBeUndefined();
  });

  it("is a file of its owner alone that holds no secret", async () => {
    await kept();
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await text()).not.toContain("the-api-key");
  });

  it("writes nothing where nothing was set", async () => {
    const ledger = await open();
    ledger.for("daily").set(KEY, undefined);
    await ledger.save();
    await expect(stat(file())).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("forgets what is taken off", async () => {
    await kept();
    const ledger = await open();
    ledger.for("daily").set(KEY, undefined);
    await ledger.save();
    expect((await open()).for("daily").get(KEY)).toBeUndefined();
  });

  it("takes any id for a key", async () => {
    const ledger = await open();
    ledger.for("daily").set("__proto__", 1);
    ledger.for("daily").set("constructor", { __proto__: 2, toString: 3 });
    await ledger.save();
    const again = (await open()).for("daily");
    expect(again.get("__proto__")).toBe(1);
    expect(again.get("constructor")).toMatchObject({ toString: 3 });
    expect(again.get("toString")).toBeUndefined();
  });

  it("keeps the entries of a provider that is not open now", async () => {
    await kept();
    const other = await open(new Map([["eu", "another-key"]]));
    expect(other.for("daily").get(KEY)).toBeUndefined();
    other.for("eu").set("x", true);
    await other.save();
    expect((await open()).for("daily").get(KEY)).toMatchObject({ n: 1 });
  });

  it("saves what was set while it was saving", async () => {
    const ledger = await open();
    const daily = ledger.for("daily");
    daily.set("a", 1);
    const first = daily.save();
    daily.set("b", 2);
    await Promise.all([first, daily.save()]);
    const again = (await open()).for("daily");
    expect([again.get("a"), again.get("b")]).toEqual([1, 2]);
  });
});

describe("a ledger that is set aside with a warning", () => {
  const expectIgnored = async (why: RegExp) => {
    const ledger = await open();
    expect(ledger.for("daily").get(KEY)).toBeUndefined();
    expect(ledger.warnings).toMatchObject([{ severity: "warning", code: "ledger-ignored" }]);
    expect(ledger.warnings[0]?.summary).toMatch(why);
    return ledger;
  };

  it.each([
    "",
    "{",
    "[]",
    '{"format_version":"2.0","providers":{}}',
    '{"format_version":"1.0","providers":{"daily":[]}}',
  ])("is not a ledger: %j", async (content) => {
    await mkdir(directory);
    await writeFile(file(), content);
    const ledger = await expectIgnored(/not a ledger/u);
    ledger.for("daily").set(KEY, 2);
    await ledger.save();
    expect((await open()).for("daily").get(KEY)).toBe(2);
  });

  it("holds an entry that another key sealed", async () => {
    await kept();
    const ledger = await open(new Map([["daily", "a-new-key"]]));
    expect(ledger.for("daily").get(KEY)).toBeUndefined();
    expect(ledger.warnings).toHaveLength(1);
  });

  it.each([
    ["value", (whole: string) => whole.replace('"canSend":false', '"canSend":true')],
    ["key", (whole: string) => whole.replace("live/weekly", "live/other")],
    ["account", (whole: string) => whole.replace("domain-1", "domain-2")],
    ["provider", (whole: string) => whole.replace('"daily"', '"eu"')],
    ["time", (whole: string) => whole.replace("2026-06", "2026-07")],
  ])("was edited in its %s", async (_, edit) => {
    await kept();
    const before = await text();
    await writeFile(file(), edit(before));
    expect(await text()).not.toBe(before);
    const ledger = await expectIgnored(/not written with the present credentials/u);
    for (const key of [KEY, "domain-1/live/other", "domain-2/live/weekly"]) {
      expect([ledger.for("daily").get(key), ledger.for("eu").get(key)]).toEqual([undefined, undefined]);
    }
  });

  it("has no byte that can be flipped unseen", async () => {
    await kept("x");
    const bytes = await readFile(file());
    const value = (await open()).for("daily").get(KEY);
    for (let at = 0; at < bytes.length - 1; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await writeFile(file(), flipped);
      const read = (await open()).for("daily").get(KEY);
      expect(read === undefined || JSON.stringify(read) === JSON.stringify(value), `byte ${at}`).toBe(true);
    }
  });

  it("stands behind a link", async () => {
    await kept();
    const aside = join(root, "elsewhere");
    await mkdir(aside);
    await writeFile(join(aside, "ledger.json"), await text());
    await rm(directory, { recursive: true });
    await symlink(aside, directory);
    const ledger = await expectIgnored(/is a link/u);
    ledger.for("daily").set(KEY, 3);
    await ledger.save();
    expect(await readFile(join(aside, "ledger.json"), "utf8")).not.toContain(":3");
  });

  it("is itself a link", async () => {
    await kept();
    const aside = join(root, "ledger.json");
    await writeFile(aside, await text());
    await rm(file());
    await symlink(aside, file());
    await expectIgnored(/is a link/u);
  });

  it("is tracked by git", async () => {
    await kept();
    const git = (...words: readonly string[]) => execFileSync("git", words, { cwd: root, stdio: "ignore" });
    git("init");
    expect((await open()).warnings).toEqual([]);
    git("add", "-f", ".rolecall/ledger.json");
    await expectIgnored(/tracked by git/u);
  });

  it("is a directory", async () => {
    await mkdir(file(), { recursive: true });
    await expectIgnored(/is not a file/u);
  });
});

it("says when it cannot be written", async () => {
  await kept();
  const ledger = await open();
  await rm(directory, { recursive: true });
  await writeFile(directory, "");
  ledger.for("daily").set(KEY, 2);
  await expect(ledger.save()).rejects.toMatchObject({ name: "PrivateFileError" });
});
