import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

type Ended = { readonly code: number; readonly out: string };

/** For tests: a directory in which scripts run as on a CI runner, and the API that they ask. */
export type Runner = {
  readonly dir: string;
  /** What the API answers, by path and query; 404 for all else. */
  readonly answers: Map<string, unknown>;
  readonly asked: readonly { readonly url: string; readonly authorization: string | undefined }[];
  /** The address of the API, started when first asked for. */
  api(): Promise<string>;
  /** Runs a script; `npx` is a stand-in that prints a text and ends with a code. */
  shell(script: string, env: { readonly [name: string]: string }, npxCode?: number): Promise<Ended>;
  /** What `npx` was called with, a line each. */
  npxCalls(): Promise<string>;
  close(): Promise<void>;
};

export const createRunner = async (): Promise<Runner> => {
  const dir = await mkdtemp(path.join(tmpdir(), "rolecall-runner-"));
  const answers = new Map<string, unknown>();
  const asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  let server: Server | undefined;
  return {
    dir,
    answers,
    asked,
    api: async () => {
      server ??= await listen((url, authorization) => {
        asked.push({ url, authorization });
        return answers.get(url);
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    shell: async (script, env, npxCode = 0) => {
      const npx = `#!/bin/sh\necho "npx $*" >> "${dir}/npx.log"\necho 'the plan'\nexit ${npxCode}\n`;
      await writeFile(path.join(dir, "npx"), npx, { mode: 0o755 });
      return runScript(script, dir, env);
    },
    npxCalls: () => readFile(path.join(dir, "npx.log"), "utf8"),
    close: async () => {
      await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())));
      await rm(dir, { recursive: true, force: true });
    },
  };
};

const listen = async (answer: (url: string, authorization: string | undefined) => unknown): Promise<Server> => {
  const server = createServer((request, response) => {
    const found = answer(request.url ?? "", request.headers.authorization);
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json", connection: "close" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
};

const runScript = async (script: string, dir: string, env: { readonly [name: string]: string }): Promise<Ended> => {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd: dir,
    env: { ...process.env, ...env, PATH: `${dir}:${process.env.PATH ?? ""}` },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
  }
  const code = await new Promise<number>((resolve) => child.once("close", (ended) => resolve(ended ?? -1)));
  return { code, out };
};
