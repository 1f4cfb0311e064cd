/** The outside world as commands see it; tests hand in another. */
export type Io = {
  readonly cwd: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Results: the plan or the JSON, nothing else. */
  out(text: string): void;
  /** Talk: progress, warnings, prompts, errors. */
  err(text: string): void;
  readonly stdin: NodeJS.ReadableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Whether a person sits there: both input and error output are terminals. */
  readonly interactive: boolean;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly columns: number | undefined;
  now(): number;
  /** How waits pass; left out, in real time. */
  sleep?(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
};

/** Whether a CI system runs this: no prompt, no spinner. */
export const inCi = (env: Io["env"]): boolean =>
  env.CI !== undefined && env.CI !== "" && env.CI !== "false" && env.CI !== "0";

/** Whether to colour a stream: `--no-color`, NO_COLOR and FORCE_COLOR decide over the terminal. */
export const wantsColor = (io: Io, terminal: boolean, noColorFlag: boolean): boolean => {
  if (noColorFlag || (io.env.NO_COLOR ?? "") !== "") return false;
  const force = io.env.FORCE_COLOR;
  if (force !== undefined && force !== "" && force !== "0" && force !== "false") return true;
  if (force === "0" || force === "false") return false;
  return terminal && io.env.TERM !== "dumb";
};
