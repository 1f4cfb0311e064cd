import type { SandboxHandler } from "./sandbox-request.ts";

type Past = { readonly at: number; readonly answer: SandboxHandler; reads: number };

/** What reads that lag are answered from: copies of the state from before each write. */
export type History = {
  /** Called before each change of the state. */
  push(at: number, copy: SandboxHandler): void;
  /** The handler over the state that a lagging read sees; undefined when it sees the present. */
  lagging(fault: { readonly ms?: number; readonly reads?: number }, now: number): SandboxHandler | undefined;
  clear(): void;
};

export const createHistory = (): History => {
  let past: readonly Past[] = [];
  return {
    push: (at, answer) => {
      past = [...past, { at, answer, reads: 0 }];
    },
    lagging: ({ ms = 0, reads = 0 }, now) => {
      // What one read no longer has to miss, no later read has to: the oldest that is left is the one to show.
      past = past.filter((each) => each.at > now - ms || each.reads < reads);
      for (const each of past) each.reads += 1;
      return past[0]?.answer;
    },
    clear: () => {
      past = [];
    },
  };
};
