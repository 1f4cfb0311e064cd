import { chmod, link, mkdir, mkdtemp, open, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CollectedFiles, collectFiles } from "./files.ts";

let top = "";
let cwd = "";

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), "rolecall-files-"));
  cwd = join(top, "work");
  await mkdir(cwd);
});
afterEach(() => rm(top, { recursive: true, force: true }));

const write = async (path: string, text = path): Promise<void> => {
  const full = join(cwd, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, text);
};
const collect = (paths: readonly string[], input: readonly string[] = []): Promise<CollectedFiles> =>
  collectFiles(paths, { cwd, stdin: Readable.from(input.map((text) => Buffer.from(text))) });
const names = ({ files }: CollectedFiles): readonly string[] => files.map(({ name }) => name);
const codes = ({ diagnostics }: CollectedFiles): readonly string[] => diagnostics.map(({ code }) => code);

describe("without -f", () => {
  it("reads rolecall.yaml, and the directory rolecall only when there is none", async () => {
    await write("rolecall/a.yaml");
    await write("rolecall/b.json");
    expect(names(await collect([]))).toEqual(["rolecall/a.yaml", "rolecall/b.json"]);
    await write("rolecall.yaml", "version: 1\n");
    const found = await collect([]);
    expect(names(found)).toEqual(["rolecall.yaml"]);
    expect(new TextDecoder().decode(found.files[0]?.bytes)).toBe("version: 1\n");
  });

  it("says how to begin when there is neither", async () => {
    const found = await collect([]);
    expect(codes(found)).toEqual(["no-files"]);
    expect(found.diagnostics[0]?.hint).toContain("rolecall init");
  });
});

describe("directories", () => {
  it("are read at every depth, in the order of the whole paths, by code units", async () => {
    for (const path of [
      "d/b.yaml",
      "d/a/z.yml",
      "d/a-b.yaml",
      "d/B.json",
      "d/a/b/c.yaml",
      "d/é.yaml",
      "d/10.yaml",
      "d/9.yaml",
    ])
      await write(path);
    const expected = ["10.yaml", "9.yaml", "B.json", "a-b.yaml", "a/b/c.yaml", "a/z.yml", "b.yaml", "é.yaml"];
    expect(names(await collect(["d"]))).toEqual(expected.map((name) => `d/${name}`));
  });

  it("give neither hidden names nor files with another ending", async () => {
    for (const path of ["d/.hidden.yaml", "d/.git/a.yaml", "d/readme.md", "d/a.yaml.bak", "d/a.YAML", "d/x.yaml"])
      await write(path);
    const found = await collect(["d"]);
    expect(names(found)).toEqual(["d/x.yaml"]);
    expect(found.diagnostics).toEqual([]);
  });

  it("without any file are an error", async () => {
    await write("d/readme.md");
    const found = await collect(["d"]);
    expect(codes(found)).toEqual(["no-files"]);
    expect(found.diagnostics[0]?.summary).toBe("the directory d holds no *.yaml, *.yml or *.json file");
  });

  it("may hold links that stay inside, and circles of links", async () => {
    await write("d/real/a.yaml");
    await symlink("real/a.yaml", join(cwd, "d/again.yaml"));
    await symlink("..", join(cwd, "d/real/up"));
    const found = await collect(["d"]);
    expect(names(found)).toEqual(["d/again.yaml"]);
    expect(found.diagnostics).toEqual([]);
  });

  it("refuse links that lead out, to a file or to a directory, and read the rest", async () => {
    await writeFile(join(top, "secret.yaml"), "x");
    await mkdir(join(top, "work-other"));
    await write("d/a.yaml");
    await symlink("../../secret.yaml", join(cwd, "d/out.yaml"));
    await symlink(join(top, "work-other"), join(cwd, "d/outdir"));
    await symlink("../../secret.yaml", join(cwd, "d/note.txt"));
    const found = await collect(["d"]);
    expect(names(found)).toEqual(["d/a.yaml"]);
    expect(codes(found)).toEqual(["file-outside", "file-outside"]);
    expect(found.diagnostics[0]?.summary).toBe("d/out.yaml is a link that leads out of the directory d");
  });

  it("do not take a sibling whose name begins alike for inside", async () => {
    await write("d/a.yaml");
    await write("d2/b.yaml");
    await symlink("../d2/b.yaml", join(cwd, "d/b.yaml"));
    expect(codes(await collect(["d"]))).toEqual(["file-outside"]);
  });

  it("report a dangling link that looks like a file of the language", async () => {
    await write("d/a.yaml");
    await symlink("nowhere.yaml", join(cwd, "d/b.yaml"));
    await symlink("nowhere", join(cwd, "d/c"));
    const found = await collect(["d"]);
    expect(names(found)).toEqual(["d/a.yaml"]);
    expect(found.diagnostics.map(({ summary }) => summary)).toEqual(["d/b.yaml does not exist"]);
  });
});

describe("paths of -f", () => {
  it("keep their order, may be absolute or lead up, and are named relative to the working directory", async () => {
    await write("b.yaml");
    await write("a.json");
    await writeFile(join(top, "up.yml"), "x");
    expect(names(await collect(["b.yaml", join(cwd, "a.json"), "../up.yml"]))).toEqual([
      "b.yaml",
      "a.json",
      "../up.yml",
    ]);
  });

  it("may be links to anywhere: who names a file means it", async () => {
    await writeFile(join(top, "other.yaml"), "x");
    await symlink("../other.yaml", join(cwd, "a.yaml"));
    expect(names(await collect(["a.yaml"]))).toEqual(["a.yaml"]);
  });

  it("read a file once, whatever the roads to it", async () => {
    await write("d/a.yaml");
    await symlink("d/a.yaml", join(cwd, "same.yaml"));
    expect(names(await collect(["d", "./d/a.yaml", "d/../d/a.yaml", "same.yaml", "d"]))).toEqual(["d/a.yaml"]);
  });

  it("read two hard links as two files, for they are two names that a change may part", async () => {
    await write("a.yaml");
    await link(join(cwd, "a.yaml"), join(cwd, "b.yaml"));
    expect(names(await collect(["a.yaml", "b.yaml"]))).toEqual(["a.yaml", "b.yaml"]);
  });

  it("report each fault and read the rest", async () => {
    await write("good.yaml");
    await write("notes.txt");
    const found = await collect(["missing.yaml", "notes.txt", "good.yaml", "good.yaml/x.yaml", ""]);
    expect(names(found)).toEqual(["good.yaml"]);
    expect(found.diagnostics.map(({ code, summary }) => `${code}: ${summary}`)).toEqual([
      "file-not-found: missing.yaml does not exist",
      "file-extension: notes.txt does not end in .yaml, .yml or .json",
      "file-not-found: good.yaml/x.yaml does not exist",
      "file-not-found: the path after -f is empty",
    ]);
  });

  it("report a file that may not be read", async () => {
    await write("a.yaml");
    await chmod(join(cwd, "a.yaml"), 0o000);
    // The superuser may read everything.
    const expected = process.getuid?.() === 0 ? [] : ["a.yaml cannot be read: permission denied"];
    expect((await collect(["a.yaml"])).diagnostics.map(({ summary }) => summary)).toEqual(expected);
  });

  it("refuse a file that is too large without reading it", async () => {
    const handle = await open(join(cwd, "big.yaml"), "w");
    await handle.truncate(100 * 1024 * 1024);
    await handle.close();
    await write("small.yaml");
    const found = await collect(["big.yaml", "small.yaml"]);
    expect(names(found)).toEqual(["small.yaml"]);
    expect(found.diagnostics[0]?.summary).toBe(
      "big.yaml has 104,857,600 bytes, and at most 33,554,432 bytes of a file are read",
    );
  });

  it("refuse what is neither a file nor a directory", async () => {
    expect((await collect(["/dev/null"])).diagnostics[0]?.summary).toBe("/dev/null is neither a file nor a directory");
  });

  it("stop after 10,000 files", async () => {
    await mkdir(join(cwd, "d"));
    for (let batch = 0; batch < 101; batch += 1)
      await Promise.all(Array.from({ length: 100 }, (_, at) => writeFile(join(cwd, `d/${batch}-${at}.yaml`), "")));
    const found = await collect(["d"]);
    expect(found.files).toHaveLength(10_000);
    expect(found.diagnostics.map(({ summary }) => summary)).toEqual(["there are more than 10,000 files"]);
  });
});

describe("standard input", () => {
  it("is read once, among other files", async () => {
    await write("a.yaml");
    const found = await collect(["-", "a.yaml", "-"], ["version", ": 1\n"]);
    expect(names(found)).toEqual(["<stdin>", "a.yaml"]);
    expect(new TextDecoder().decode(found.files[0]?.bytes)).toBe("version: 1\n");
  });

  it("keeps bytes that chunks cut apart", async () => {
    const bytes = Buffer.from("a: é\n");
    const found = await collectFiles(["-"], { cwd, stdin: Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]) });
    expect(new TextDecoder().decode(found.files[0]?.bytes)).toBe("a: é\n");
  });

  it("is refused when it does not end", async () => {
    const endless = (function* () {
      for (;;) yield new Uint8Array(8 * 1024 * 1024);
    })();
    const found = await collectFiles(["-"], { cwd, stdin: Readable.from(endless) });
    expect(found.files).toEqual([]);
    expect(codes(found)).toEqual(["file-too-large"]);
  });

  it("that breaks off is an error", async () => {
    const stdin = new Readable({
      read() {
        this.destroy(new Error("gone"));
      },
    });
    expect(codes(await collectFiles(["-"], { cwd, stdin }))).toEqual(["file-unreadable"]);
  });
});
