import { EXIT } from "./exit.ts";
import type { Io } from "./io.ts";
import { runProgram } from "./program.ts";

/**
 * Runs the program in this process: real streams, real clock, signals. Sets the exit code; never throws. A reader that went
 * away (`| head`) is no error of ours; an output that cannot be written is one, and in both cases the work goes on.
 */
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
  let isLost = false;
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || isLost) return;
    isLost = true;
    process.stderr.write(`Error: the output cannot be written (${code ?? "no reason given"}).\n`);
    process.exitCode = process.exitCode || EXIT.error;
  });
  process.stderr.on("error", () => {});
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
  const code = await runProgram(argv, io);
  process.exitCode = isLost && code === EXIT.done ? EXIT.error : code;
  process.off("SIGINT", onSignal);
  process.off("SIGTERM", onSignal);
};
