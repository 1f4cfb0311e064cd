import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { languages } from "../../providers/registry.ts";
import type { Io } from "../io.ts";
import { type InitOptions, initCommand } from "./init.ts";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(path.join(tmpdir(), "rolecall-init-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

type World = { readonly io: Io; out(): string; err(): string };
const world = (): World => {
  let out = "";
  let err = "";
  const io: Io = {
    cwd: dir,
    env: {},
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: new PassThrough(),
    stderr: new PassThrough(),
    interactive: false,
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 80,
    now: () => Date.UTC(2026, 10, 21),
    signal: new AbortController().signal,
  };
  return { io, out: () => out, err: () => err };
};

const init = async (
  options: Partial<InitOptions> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  const { io, out, err } = world();
  const code = await initCommand(io, { color: false, ...options });
  return { code, out: out(), err: err() };
};
const text = (file: string): Promise<string> => readFile(path.join(dir, file), "utf8");

const secretOf = (name: string): string => ["$", `{{ secrets.${name} }}`].join("");

/** What the language says of a file, warnings too. */
const faultsOf = (yaml: string): readonly string[] => {
  const { file, diagnostics } = readText("rolecall.yaml", Buffer.from(yaml));
  const at = Date.UTC(2026, 10, 21);
  const loaded = loadDocument(file === undefined ? [] : [file], { policyFiles: [], languages, allowEnv: [], at });
  return [...diagnostics, ...loaded.diagnostics].map(
    (found) => `${found.source?.locate().start.line}: ${found.summary}`,
  );
};

describe("the starter", () => {
  it("is written with lines for .gitignore, and says what to do next", async () => {
    const { code, out, err } = await init();
    expect([code, err]).toEqual([0, ""]);
    expect((await readdir(dir)).sort()).toEqual([".gitignore", "rolecall.yaml"]);
    expect(await text(".gitignore")).toBe(".rolecall/\n/plan.json\n/*.plan.json\n");
    expect(out).toContain("rolecall plan --sandbox");
  });

  it("is valid without a warning", async () => {
    await init();
    expect(faultsOf(await text("rolecall.yaml"))).toEqual([]);
  });

  it("stays valid when its commented parts are taken in", async () => {
    await init();
    const starter = await text("rolecall.yaml");
    const inRooms = starter.slice(starter.indexOf("rooms:"));
    const open = inRooms.replaceAll(/^( {2,})# (?=(?:"client|dave:|mode:| {2}|retired-room))/gmu, "$1");
    expect(open).not.toBe(inRooms);
    expect(faultsOf(starter.replace(inRooms, open))).toEqual([]);
  });

  it("points editors at the schema that the package ships", async () => {
    await init();
    const found = /^# yaml-language-server: \$schema=\.\/node_modules\/rolecall\/(\S+)\n/u.exec(
      await text("rolecall.yaml"),
    );
    const root = path.resolve(import.meta.dirname, "../..");
    expect((await stat(path.join(root, found?.[1] ?? "missing"))).isFile()).toBe(true);
    const manifest = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
    expect(manifest.files).toContain("schemas/*.json");
  });

  it("goes where --chdir says and is one JSON document with --json", async () => {
    await mkdir(path.join(dir, "sub"));
    const { code, out } = await init({ chdir: "sub", json: true });
    expect([code, JSON.parse(out).written]).toEqual([0, ["rolecall.yaml", ".gitignore"]]);
    expect(await readdir(dir)).toEqual(["sub"]);
  });
});

describe("files that exist", () => {
  it.each([
    ["rolecall.yaml", () => writeFile(path.join(dir, "rolecall.yaml"), "mine")],
    ["rolecall/", () => mkdir(path.join(dir, "rolecall"))],
    ["rolecall.yaml", () => symlink("nowhere", path.join(dir, "rolecall.yaml"))],
  ])("are not overwritten: %s", async (name, make) => {
    await make();
    const before = await readdir(dir);
    const { code, err } = await init();
    expect(code).toBe(1);
    expect(err).toContain(`${name} exists already`);
    expect(await readdir(dir)).toEqual(before);
  });

  it("are overwritten with --force", async () => {
    await writeFile(path.join(dir, "rolecall.yaml"), "mine");
    expect((await init({ force: true })).code).toBe(0);
    expect(await text("rolecall.yaml")).toContain("version: 1");
  });

  it("of permissions are kept where --force writes the pipeline anew, also those in a directory", async () => {
    await mkdir(path.join(dir, "rolecall"));
    await writeFile(path.join(dir, "rolecall/a.yaml"), "providers: { daily: { apiKey: { env: DAILY_API_KEY } } }\n");
    expect((await init({ ci: "github" })).code).toBe(0);
    await writeFile(path.join(dir, "rolecall/b.yaml"), "providers: { zego: { serverSecret: { env: ZEGO_SECRET }\n");
    expect((await init({ ci: "github", force: true })).code).toBe(0);
    expect((await readdir(dir)).sort()).toEqual([".github", ".gitignore", "rolecall"]);
    const workflow = await text(".github/workflows/rolecall.yml");
    expect([workflow.includes("DAILY_API_KEY"), workflow.includes("ZEGO_SECRET")]).toEqual([true, true]);
    expect(workflow).not.toContain("LIVEBLOCKS_SECRET_KEY");
  });

  it("are all kept when one of several is in the way", async () => {
    await mkdir(path.join(dir, ".github/workflows"), { recursive: true });
    await writeFile(path.join(dir, ".github/workflows/rolecall.yml"), "mine");
    const { code, err } = await init({ ci: "github" });
    expect([code, await readdir(dir)]).toEqual([1, [".github"]]);
    expect(err).toContain(".github/workflows/rolecall.yml exists already");
  });

  it("adds only the missing lines to .gitignore, with its line ends", async () => {
    await writeFile(path.join(dir, ".gitignore"), "node_modules/\r\n.rolecall/");
    await init();
    expect(await text(".gitignore")).toBe("node_modules/\r\n.rolecall/\r\n/plan.json\r\n/*.plan.json\r\n");
    await init({ force: true });
    expect(await text(".gitignore")).toBe("node_modules/\r\n.rolecall/\r\n/plan.json\r\n/*.plan.json\r\n");
  });

  it("with --ci an existing rolecall.yaml is kept and its secrets are passed on", async () => {
    const mine = `providers:\n  eu: { type: zego, appId: { env: ZEGO_EU_APP_ID }, serverSecret: { env: ZEGO_EU_SECRET } }\n  daily: { apiKey: { env: "DAILY KEY" } }\n`;
    await writeFile(path.join(dir, "rolecall.yaml"), mine);
    const { code, out } = await init({ ci: "github" });
    expect([code, await text("rolecall.yaml")]).toEqual([0, mine]);
    expect(out).not.toContain("Wrote rolecall.yaml");
    const workflow = parse(await text(".github/workflows/rolecall.yml"));
    const plan = workflow.jobs.plan.steps.find((step: { readonly name?: string }) => step.name === "Plan");
    expect(plan.env).toEqual({
      ZEGO_EU_APP_ID: secretOf("ZEGO_EU_APP_ID"),
      ZEGO_EU_SECRET: secretOf("ZEGO_EU_SECRET"),
    });
  });

  it("for GitLab a pipeline that exists is left alone and the line to add is named", async () => {
    await writeFile(path.join(dir, ".gitlab-ci.yml"), "test: { script: [make] }\n");
    const { code, out } = await init({ ci: "gitlab" });
    expect([code, await text(".gitlab-ci.yml")]).toEqual([0, "test: { script: [make] }\n"]);
    expect(out).toContain("include: [{ local: .gitlab/rolecall.yml }]");
  });
});
