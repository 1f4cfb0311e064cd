/** The signals that somebody waits on, with how to wake each. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Waits so long, or rejects with the signal's reason. However many wait on one signal, it has one listener. */
export const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted();
  await new Promise<void>((resolve) => {
    const sleepers = signal === undefined ? undefined : sleepersOf(signal);
    const wake = (): void => {
      clearTimeout(timer);
      sleepers?.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    sleepers?.add(wake);
  });
  signal?.throwIfAborted();
};

const sleepersOf = (signal: AbortSignal): Set<() => void> => {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const sleepers = new Set<() => void>();
  waiting.set(signal, sleepers);
  signal.addEventListener("abort", () => {
    for (const wake of sleepers) wake();
  });
  return sleepers;
};
