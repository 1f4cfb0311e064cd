import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makePrivateDir, PrivateFileError, writePrivateFile } from "./private-files.ts";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "rolecall-files-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe("writePrivateFile", () => {
  it("writes a file that only its owner can read, also over one that all could read", async () => {
    const file = path.join(root, "plan.json");
    await writeFile(file, "old", { mode: 0o644 });
    await writePrivateFile(file, "né𝄞w");
    expect(await readFile(file, "utf8")).toBe("né𝄞w");
    expect(await modeOf(file)).toBe(0o600);
    expect(await readdir(root)).toEqual(["plan.json"]);
  });

  it("gives readers the old or the new text, never a part", async () => {
    const file = path.join(root, "sandbox.json");
    const texts = ["a", "b"].map((letter) => letter.repeat(300_000));
    await writePrivateFile(file, texts[0] ?? "");
    let writing = true;
    const reader = async (): Promise<void> => {
      while (writing) expect(texts).toContain(await readFile(file, "utf8"));
    };
    const reading = reader();
    for (let round = 0; round < 20; round += 1) await writePrivateFile(file, texts[round % 2] ?? "");
    writing = false;
    await reading;
  });

  it.each(["link", "directory"])("refuses a %s in its place", async (kind) => {
    const file = path.join(root, "plan.json");
    const elsewhere = path.join(root, "elsewhere");
    await writeFile(elsewhere, "kept");
    await (kind === "link" ? symlink(elsewhere, file) : mkdir(file));
    await expect(writePrivateFile(file, "new")).rejects.toThrow(`it is a ${kind}`);
    expect(await readFile(elsewhere, "utf8")).toBe("kept");
    expect((await readdir(root)).sort()).toEqual(["elsewhere", "plan.json"]);
  });

  it("says which directory is missing", async () => {
    const file = path.join(root, "no", "plan.json");
    await expect(writePrivateFile(file, "x")).rejects.toThrow(`cannot write ${file}: the directory does not exist`);
  });
});

describe("makePrivateDir", () => {
  it("makes it for the owner alone and accepts one that is there", async () => {
    const dir = path.join(root, "a", ".rolecall");
    await makePrivateDir(dir);
    await makePrivateDir(dir);
    expect(await modeOf(dir)).toBe(0o700);
  });

  it("refuses a link and a file", async () => {
    await symlink(root, path.join(root, "link"));
    await symlink(path.join(root, "nowhere"), path.join(root, "dangling"));
    await writeFile(path.join(root, "file"), "");
    for (const name of ["link", "dangling", "file"]) {
      await expect(makePrivateDir(path.join(root, name)), name).rejects.toBeInstanceOf(PrivateFileError);
    }
  });
});
