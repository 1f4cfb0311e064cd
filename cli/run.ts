import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { runProgram } from "./program.ts";

/** Runs the program in this process: real streams, real clock, signals. Sets the exit code; never throws. */
export const runProcess = async (argv: readonly string[]): Promise<void> => {
  const controller = new AbortController();
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    controller.abort();
    if (signals > 1) process.exit(EXIT.interrupted);
    process.stderr.write("\nInterrupted: finishing what is under way. Press again to stop at once.\n");
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  const io: Io = {
    cwd: process.cwd(),
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    stderr: process.stderr,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    columns: process.stdout.columns,
    now: () => Date.now(),
    signal: controller.signal,
  };
  process.exitCode = await runProgram(argv, io);
  process.off("SIGINT", onSignal);
  process.off("SIGTERM", onSignal);
};

/** A reader that went away (`| head`) is no error of ours: the work goes on, the rest of the text is dropped. */
const ignoreClosedPipe = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE") throw error;
};
