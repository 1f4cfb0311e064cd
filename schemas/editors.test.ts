import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { starterYaml } from "../cli/templates/starter.ts";
import { type Editor, startEditor, textOf } from "../test/language-server.ts";

let editor: Editor;
beforeAll(async () => {
  editor = await startEditor(new URL("rolecall.schema.json", import.meta.url));
}, 60_000);
afterAll(() => editor.close());

/** A text in which `|` marks the cursor, and where that is. */
const cursor = (marked: string) => {
  const before = marked.slice(0, marked.indexOf("|")).split("\n");
  const at = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
  return { text: marked.replace("|", ""), at };
};
const complete = async (name: string, marked: string) => {
  const { text, at } = cursor(marked);
  await editor.open(name, text);
  return await editor.complete(name, at);
};
const hover = async (name: string, marked: string) => {
  const { text, at } = cursor(marked);
  await editor.open(name, text);
  return await editor.hover(name, at);
};

const examples = readdirSync("examples", { recursive: true, encoding: "utf8" })
  .filter((path) => /(?:^|[\\/])rolecall(?:\.ya?ml$|[\\/].*\.(?:ya?ml|json)$)/u.test(path))
  .sort();

describe("an editor", () => {
  it("completes a value of Daily's canAdmin, with words about it", async () => {
    const inList = await complete("one.yaml", "roles:\n  r:\n    daily:\n      canAdmin: [p|]\n");
    expect(inList.map(({ label }) => label)).toEqual(["participants", "streaming", "transcription"]);
    expect(textOf(inList[0]?.documentation)).toContain("eject");
    const alone = await complete("two.yaml", "roles:\n  r:\n    daily:\n      canAdmin: |\n");
    expect(alone.map(({ label }) => label)).toEqual(expect.arrayContaining(["true", "false"]));
  });

  it("completes keys: of a role, a room, the providers", async () => {
    const labels = async (name: string, text: string) => (await complete(name, text)).map(({ label }) => label);
    expect(await labels("three.yaml", "roles:\n  r:\n    |\n")).toEqual(
      expect.arrayContaining(["extends", "daily", "digitalsamba", "liveblocks", "zego"]),
    );
    expect(await labels("four.yaml", "rooms:\n  r:\n    |\n")).toEqual(
      expect.arrayContaining(["on", "default", "users", "teams", "groups", "settings", "absent"]),
    );
    expect(await labels("five.yaml", "providers:\n  |\n")).toEqual(
      expect.arrayContaining(["daily", "digitalsamba", "liveblocks", "zego"]),
    );
  });

  it("says what remote_muting and a value of it mean", async () => {
    const permissions = "roles:\n  r:\n    digitalsamba:\n      display_name: R\n      permissions:\n";
    expect(await hover("six.yaml", `${permissions}        remote_mu|ting: [r]\n`)).toContain("Mute others");
    expect(await hover("seven.yaml", "roles:\n  r:\n    zego: { module: [zo|om], graphic: none }\n")).toContain("Zoom");
    expect(await hover("eight.yaml", "rooms:\n  r: { mode: addi|tive }\n")).toContain("kept");
  });

  it("finds a misspelt key and a value that is not there", async () => {
    expect(await editor.open("nine.yaml", "rooms:\n  r: { modus: additive }\n")).toEqual([
      expect.stringContaining("2:8 "),
    ]);
    expect(await editor.open("ten.yaml", "roles:\n  r: { daily: { canAdmin: [everything] } }\n")).not.toEqual([]);
  });

  it("finds nothing wrong in the starter that init writes", async () => {
    const text = starterYaml();
    expect(text).toMatch(/^# yaml-language-server: \$schema=\S+\n/u);
    // The line names the schema where it is published; here the one of this checkout is in force.
    expect(await editor.open("starter.yaml", text.slice(text.indexOf("\n")))).toEqual([]);
  });

  it("has examples to look at", () => expect(examples.length).toBeGreaterThan(3));

  it.each(examples)("finds nothing wrong in examples/%s", async (path) => {
    const text = readFileSync(join("examples", path), "utf8").replaceAll(/^# yaml-language-server:.*$/gmu, "");
    expect(await editor.open(path.replaceAll(/[\\/]/gu, "-"), text)).toEqual([]);
  });
});
