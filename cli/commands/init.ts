import { lstat, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isRecord } from "../../engine/util/record.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printJson, problem } from "../failures.ts";
import { collectFiles } from "../files.ts";
import type { Io } from "../io.ts";
import { workingDirectory } from "../load-files.ts";
import type { GlobalOptions } from "../options.ts";
import { cannot, errorCode } from "../private-files.ts";
import type { Pipeline } from "../templates/ci.ts";
import { githubPipeline } from "../templates/github.ts";
import { gitlabPipeline } from "../templates/gitlab.ts";
import { starterYaml } from "../templates/starter.ts";

export type InitOptions = GlobalOptions & { readonly ci?: "github" | "gitlab"; readonly force?: boolean };

type NewFile = { readonly path: string; readonly text: string };

const STARTER = "rolecall.yaml";
const IGNORED = [".rolecall/", "/plan.json", "/*.plan.json"];

/**
 * `rolecall init`: a starter file, `.gitignore` lines, with `--ci` a pipeline. Files that exist are never overwritten
 * without `--force`; then nothing at all is written. With `--ci` files that exist are kept, also with `--force`.
 */
export const initCommand = (io: Io, options: InitOptions): Promise<ExitCode> =>
  orFail(io, options, async () => {
    const dir = workingDirectory(io, options);
    const hasFiles = (await exists(dir, STARTER)) || (await exists(dir, "rolecall"));
    const starter = hasFiles && options.ci !== undefined ? [] : [STARTER];
    const texts = starter.length > 0 ? [starterYaml()] : await textsIn(io, dir);
    const pipeline = options.ci && (await pipelineFor(dir, options.ci, texts));
    const files = [...starter.map((file) => ({ path: file, text: starterYaml() })), ...(pipeline?.files ?? [])];
    if (options.force !== true) await refuseToOverwrite(dir, files, hasFiles && starter.length > 0);
    for (const file of files) await write(dir, file);
    const ignoring = await addIgnored(dir);
    const written = [...files.map((file) => file.path), ...(ignoring ? [".gitignore"] : [])];
    const steps = [...(starter.length > 0 ? TRY_IT : []), ...(pipeline?.steps ?? [])];
    if (options.json === true) printJson(io, { written, next: steps });
    else io.out(summary(written, steps));
    return EXIT.done;
  });

const TRY_IT: readonly string[] = [
  `edit ${STARTER} (editors complete and check it once rolecall is installed here: npm install --save-dev rolecall)`,
  "rolecall plan --sandbox, then rolecall apply --sandbox: try it without an account",
];

const summary = (written: readonly string[], steps: readonly string[]): string => {
  const lines = written.length === 0 ? ["Everything is there already."] : written.map((file) => `Wrote ${file}`);
  const next = steps.map((step, index) => `  ${index + 1}. ${step}`);
  return `${[...lines, ...(next.length === 0 ? [] : ["", "Next:", ...next])].join("\n")}\n`;
};

/** The files that every command would read here. */
const textsIn = async ({ stdin }: Io, dir: string): Promise<readonly string[]> => {
  const { files } = await collectFiles([], { cwd: dir, stdin });
  return files.map(({ bytes }) => new TextDecoder().decode(bytes));
};

const pipelineFor = async (dir: string, ci: "github" | "gitlab", texts: readonly string[]): Promise<Pipeline> => {
  const secrets = await secretNames(texts);
  return ci === "github"
    ? githubPipeline({ secrets })
    : gitlabPipeline({ secrets }, await exists(dir, ".gitlab-ci.yml"));
};

/** The variables that the providers of a file name, as the pipeline has to pass them on. */
const secretNames = async (texts: readonly string[]): Promise<readonly string[]> => {
  const { parse } = await import("yaml");
  const names = new Set<string>();
  const collect = (value: unknown): void => {
    if (!isRecord(value)) return;
    const { env } = value;
    if (typeof env === "string" && /^[A-Z_][A-Z0-9_]*$/u.test(env)) names.add(env);
    for (const inner of Object.values(value)) collect(inner);
  };
  for (const text of texts) {
    try {
      const document: unknown = parse(text);
      if (isRecord(document)) collect(document.providers);
    } catch {
      for (const [, name = ""] of text.matchAll(/\benv:\s*["']?([A-Z_][A-Z0-9_]*)/gu)) names.add(name);
    }
  }
  return names.size === 0 ? ["LIVEBLOCKS_SECRET_KEY"] : [...names];
};

const refuseToOverwrite = async (dir: string, files: readonly NewFile[], filesInUse: boolean): Promise<void> => {
  const there: string[] = [];
  for (const file of files) if (await exists(dir, file.path)) there.push(file.path);
  if (filesInUse && there.length === 0) there.push("rolecall/");
  if (there.length === 0) return;
  throw new CommandFailure(
    "usage",
    there.map((file) => problem("usage", `${file} exists already`, "nothing was written; --force overwrites")),
  );
};

const exists = (dir: string, file: string): Promise<boolean> =>
  lstat(path.join(dir, file)).then(
    () => true,
    () => false,
  );

const write = async (dir: string, file: NewFile): Promise<void> => {
  const target = path.join(dir, file.path);
  try {
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, file.text);
  } catch (error) {
    throw new CommandFailure("usage", [problem("usage", cannot("write", file.path, error))]);
  }
};

/** Adds the lines that are missing. Whether there were any. */
const addIgnored = async (dir: string): Promise<boolean> => {
  const target = path.join(dir, ".gitignore");
  const text = await readFile(target, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return "";
    throw new CommandFailure("usage", [problem("usage", cannot("read", ".gitignore", error))]);
  });
  const present = new Set(text.split(/\r?\n/u).map((line) => line.trim()));
  const missing = IGNORED.filter((line) => !present.has(line));
  if (missing.length === 0) return false;
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : end;
  await write(dir, { path: ".gitignore", text: `${text}${gap}${missing.join(end)}${end}` });
  return true;
};
