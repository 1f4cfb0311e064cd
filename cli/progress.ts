/** Progress on long work: a bar on a terminal, a line every few seconds elsewhere, nothing for what is soon done. */
import { SingleBar } from "cli-progress";
import { inert } from "../engine/report/inert.ts";

export interface Progress {
  /** Begins a piece of work; one that is still under way ends. */
  start(label: string, total?: number): void;
  tick(done: number, total?: number): void;
  /** A line for people: a pause for a rate limit, a retry. */
  note(text: string): void;
  stop(): void;
}

export type ProgressOptions = {
  /** Standard error. */
  readonly stream: NodeJS.WritableStream;
  readonly tty: boolean;
  readonly ci: boolean;
  /** Milliseconds; tests hand in their own clock. */
  now?(): number;
};

const QUIET_MS = 1_000;
const LINE_MS = 5_000;

type Work = {
  readonly label: string;
  readonly since: number;
  done: number;
  total: number | undefined;
  shown: number;
};

/** Writes to `stream` only. Labels and notes may hold names from outside: they cannot steer a terminal or a CI log. */
export const createProgress = ({ stream, tty, ci, now = () => performance.now() }: ProgressOptions): Progress => {
  const bar = tty && !ci ? terminalBar(stream) : undefined;
  let work: Work | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(timer);
    bar?.stop();
    work = undefined;
  };
  const show = (): void => {
    if (work === undefined) return;
    const elapsed = now() - work.since;
    if (elapsed < QUIET_MS) return;
    const text = describe(work.done, work.total, elapsed);
    if (bar !== undefined) bar.show(work.label, work.done, work.total, text);
    if (bar !== undefined || now() - work.shown < LINE_MS) return;
    work.shown = now();
    stream.write(`${work.label}: ${text}\n`);
  };
  return {
    start: (label, total) => {
      stop();
      work = { label: inert(label), total, since: now(), shown: now(), done: 0 };
      // Also while nothing gets done: a limit of the service can hold everything up for a minute.
      timer = setInterval(show, QUIET_MS).unref();
    },
    tick: (done, total) => {
      if (work === undefined) return;
      work.done = done;
      if (total !== undefined) work.total = total;
      show();
    },
    note: (text) => {
      bar?.stop();
      stream.write(`${inert(text)}\n`);
    },
    stop,
  };
};

/** `120 of 400, 12/s, about 23 s left`. */
const describe = (done: number, total: number | undefined, elapsed: number): string => {
  const rate = (done * 1000) / elapsed;
  const pace = `${rate >= 10 ? Math.round(rate) : rate.toFixed(1)}/s`;
  if (total === undefined || total < done) return `${done}, ${pace}`;
  const left = done > 0 && done < total ? `, about ${timeLeft((total - done) / rate)} left` : "";
  return `${done} of ${total}, ${pace}${left}`;
};

const timeLeft = (seconds: number): string => {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 5_400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
};

type Bar = {
  show(label: string, done: number, total: number | undefined, text: string): void;
  stop(): void;
};

const terminalBar = (stream: NodeJS.WritableStream): Bar => {
  let running: SingleBar | undefined;
  return {
    show: (label, done, total, text) => {
      if (running === undefined) {
        running = new SingleBar({
          format: total === undefined ? "{label}: {text}" : "{label} [{bar}] {text}",
          stream,
          barsize: 24,
          barCompleteChar: "=",
          barIncompleteChar: "-",
          hideCursor: true,
          clearOnComplete: true,
          gracefulExit: false,
          fps: 8,
        });
        running.start(total ?? 0, done, { label, text });
      }
      if (total !== undefined) running.setTotal(total);
      running.update(done, { label, text });
    },
    stop: () => {
      running?.stop();
      running = undefined;
    },
  };
};
