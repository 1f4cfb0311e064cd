import { spawn } from "node:child_process";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

type Position = { readonly line: number; readonly character: number };
type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly uri?: string;
    readonly items?: readonly unknown[];
    readonly diagnostics?: readonly Found[];
  };
  readonly result?: unknown;
};
type Found = { readonly message: string; readonly range: { readonly start: Position } };
type Markup = string | { readonly value: string };
type Suggestion = { readonly label: string; readonly documentation?: Markup };

/** An editor of one's own: the language server of YAML in a child process, told of one schema for all files. */
export type Editor = {
  /** Opens a text and gives what the server says is wrong, as `line:column message`. */
  open(name: string, text: string): Promise<readonly string[]>;
  hover(name: string, at: Position): Promise<string>;
  complete(name: string, at: Position): Promise<readonly Suggestion[]>;
  close(): Promise<void>;
};

/** Starts the server; it is told to look nothing up outside. */
export const startEditor = async (schema: URL): Promise<Editor> => {
  const server = require.resolve("yaml-language-server/bin/yaml-language-server");
  const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "ignore"], env: {} });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const answers = new Map<number, (result: unknown) => void>();
  const judged = new Map<string, (found: readonly Found[]) => void>();
  const settings = {
    validate: true,
    completion: true,
    hover: true,
    schemas: { [schema.href]: "*" },
    schemaStore: { enable: false },
    kubernetesCRDStore: { enable: false },
  };
  let lastId = 0;
  const send = (message: object): void => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const ask = (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      lastId += 1;
      answers.set(lastId, resolve);
      send({ id: lastId, method, params });
    });
  const take = ({ id, method, params, result }: Message): void => {
    if (method !== undefined && id !== undefined)
      send({ id, result: method === "workspace/configuration" ? (params?.items ?? []).map(() => settings) : null });
    else if (id !== undefined) answers.get(id)?.(result);
    else if (method === "textDocument/publishDiagnostics") judged.get(params?.uri ?? "")?.(params?.diagnostics ?? []);
  };
  child.stdout.on("data", createFrames(take));

  await ask("initialize", {
    processId: process.pid,
    rootUri: null,
    capabilities: {
      workspace: { configuration: true },
      textDocument: { completion: { completionItem: { documentationFormat: ["markdown"] } } },
    },
  });
  send({ method: "initialized", params: {} });
  send({ method: "workspace/didChangeConfiguration", params: { settings: { yaml: settings } } });

  const place = (name: string, position: Position) => ({ textDocument: { uri: uriOf(name) }, position });
  const open = async (name: string, text: string): Promise<readonly Found[]> => {
    const found = new Promise<readonly Found[]>((resolve) => judged.set(uriOf(name), resolve));
    const textDocument = { uri: uriOf(name), languageId: "yaml", version: 1, text };
    send({ method: "textDocument/didOpen", params: { textDocument } });
    return found;
  };
  await untilInForce(open);
  return {
    open: async (name, text) =>
      (await open(name, text)).map(
        ({ message, range: { start } }) => `${start.line + 1}:${start.character + 1} ${message}`,
      ),
    hover: async (name, at) => {
      const hover = (await ask("textDocument/hover", place(name, at))) as { readonly contents?: Markup } | null;
      return textOf(hover?.contents);
    },
    complete: async (name, at) => {
      const found = (await ask("textDocument/completion", place(name, at))) as {
        readonly items: readonly Suggestion[];
      };
      return found.items;
    },
    close: async () => {
      await ask("shutdown", {});
      send({ method: "exit", params: {} });
      await ended;
    },
  };
};

/** What is said about a suggestion or at a place. */
export const textOf = (markup: Markup | undefined): string =>
  typeof markup === "object" ? markup.value : (markup ?? "");

const uriOf = (name: string): string => `file:///${name}`;

/** The schema is read in the background: a text that breaks it is opened until the server says so. */
const untilInForce = async (open: (name: string, text: string) => Promise<readonly Found[]>): Promise<void> => {
  for (let round = 0; round < 100; round += 1) {
    if ((await open(`probe-${round}.yaml`, "version: probe\n")).length > 0) return;
  }
  throw new Error("the language server does not use the schema");
};

/** Cuts a stream into messages, each behind its length in bytes. */
const createFrames = (take: (message: Message) => void): ((chunk: Buffer) => void) => {
  let waiting = Buffer.alloc(0);
  return (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    for (;;) {
      const head = /Content-Length: (\d+)\r\n\r\n/u.exec(waiting.subarray(0, 200).toString("latin1"));
      if (head === null) return;
      const start = head.index + head[0].length;
      const end = start + Number(head[1]);
      if (waiting.length < end) return;
      const text = waiting.subarray(start, end).toString("utf8");
      waiting = waiting.subarray(end);
      take(JSON.parse(text) as Message);
    }
  };
};
