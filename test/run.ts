import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import type { Io } from "../cli/io.ts";
import { runProgram } from "../cli/program.ts";

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** A working directory of its own, and the command line run in it, in this very process. */
export type Workplace = {
  readonly dir: string;
  write(name: string, text: string): void;
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Runs with --json and gives the document. */
  json<T = Record<string, unknown>>(
    argv: readonly string[],
    options?: RunOptions,
  ): Promise<Ran & { readonly value: T }>;
  remove(): void;
};

type RunOptions = {
  readonly env?: { readonly [name: string]: string };
  readonly stdin?: string;
  readonly now?: number;
  /** A clock that goes on, in the place of `now`. */
  clock?(): number;
  readonly signal?: AbortSignal;
  /** How waits between tries pass; left out, in real time. */
  readonly sleep?: Io["sleep"];
};

/** Makes a workplace with files and environment variables. The caller removes it. */
export const workplace = (
  files: { readonly [name: string]: string } = {},
  env: { readonly [name: string]: string } = {},
): Workplace => {
  const dir = mkdtempSync(join(tmpdir(), "rolecall-test-"));
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const run = async (argv: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const seen = { out: "", err: "" };
    const stdin = new PassThrough();
    stdin.end(options.stdin ?? "");
    const io: Io = {
      cwd: dir,
      env: { ...env, ...options.env },
      out: (text) => {
        seen.out += text;
      },
      err: (text) => {
        seen.err += text;
      },
      stdin,
      stderr: new Writable({
        write: (chunk, _, done) => {
          seen.err += String(chunk);
          done();
        },
      }),
      interactive: false,
      outIsTerminal: false,
      errIsTerminal: false,
      columns: undefined,
      now: () => options.clock?.() ?? options.now ?? Date.now(),
      ...(options.sleep === undefined ? {} : { sleep: options.sleep }),
      signal: options.signal ?? new AbortController().signal,
    };
    const code = await runProgram(argv, io);
    return { code, ...seen };
  };
  return {
    dir,
    write,
    run,
    json: async <T>(argv: readonly string[], options?: RunOptions) => {
      const ran = await run([...argv, "--json"], options);
      return { ...ran, value: JSON.parse(ran.out) as T };
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
};

/** The same place, but no wait between tries takes time. Not for a sandbox that keeps its own limits in real time. */
export const quick = (place: Workplace): Workplace => {
  const run: Workplace["run"] = (argv, options) => place.run(argv, { sleep: noWait, ...options });
  return {
    ...place,
    run,
    json: async (argv, options) => {
      const ran = await run([...argv, "--json"], options);
      return { ...ran, value: JSON.parse(ran.out) };
    },
  };
};
const noWait = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
