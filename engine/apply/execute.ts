import PQueue from "p-queue";
import type { Address, Call, Sent, ServiceError, Spec } from "../model.ts";
import { sameJson } from "../util/stable-json.ts";

export type CallOutcome = {
  readonly call: Call;
  readonly status: "done" | "failed" | "unknown" | "not_started";
  readonly error: string | null;
  /** What kind of refusal it was, where the service refused. */
  readonly kind?: ServiceError["kind"];
  /** The answer's own view of the objects, where there was one. */
  readonly seen: ReadonlyMap<Address, Spec | null>;
};

type JournalEvent = {
  readonly call: string;
  readonly event: "sending" | "done" | "failed" | "unknown";
  readonly provider: string;
  readonly addresses: readonly Address[];
  readonly method: string;
  readonly error?: string;
};

export type ExecuteInput = {
  readonly calls: readonly Call[];
  /** Calls whose result is already there: what a run before this one did. */
  readonly alreadyDone: ReadonlySet<string>;
  readonly parallelism: number;
  readonly onError: "stop" | "continue";
  send(call: Call): Promise<Sent>;
  /** A fresh read of objects; throws when it cannot be had. */
  read(provider: string, addresses: readonly Address[]): Promise<ReadonlyMap<Address, Spec | null>>;
  /** How an object looked before the plan; tells "not done" from "somebody else". */
  before(address: Address): Spec | null | undefined;
  journal(event: JournalEvent): Promise<void>;
  onOutcome(outcome: CallOutcome, finished: number): void;
  sleep(milliseconds: number): Promise<void>;
  readonly signal: AbortSignal;
};

export type Execution = {
  /** One for each call, in the order of the plan. */
  readonly outcomes: readonly CallOutcome[];
  /** Why the journal could not be written; nothing was sent after that. */
  readonly journalError: unknown;
};

type Run = { readonly input: ExecuteInput; readonly outcomes: Map<string, CallOutcome>; journalError: unknown };

const RESENDS = 4;
const NO_JOURNAL = "the journal could not be written";

/**
 * Sends calls in their order, in parallel where it allows. A call starts only after those before it are confirmed; a
 * failed or unknown one stops what is ordered after it, and with `onError: "stop"` everything that has not begun. An
 * unknown fate is settled by a fresh read; only what is surely not done is sent again. When the journal cannot be
 * written, nothing further is sent. Never rejects for what a service does.
 */
export const execute = async (input: ExecuteInput): Promise<Execution> => {
  const run: Run = { input, outcomes: new Map(), journalError: undefined };
  const queue = new PQueue({ concurrency: Math.max(1, input.parallelism) });
  const ids = new Set(input.calls.map((call) => call.id));
  const stopped = new Map<string, string>();
  let halt: string | undefined;

  const finish = (outcome: CallOutcome): void => {
    run.outcomes.set(outcome.call.id, outcome);
    input.onOutcome(outcome, run.outcomes.size);
  };
  const blocker = (call: Call): string | undefined => {
    if (run.journalError !== undefined) return NO_JOURNAL;
    if (input.signal.aborted) return "interrupted";
    if (halt !== undefined) return halt;
    const bad = call.after.find((id) => ids.has(id) && !isSettled(run.outcomes.get(id)));
    if (bad !== undefined) return `${bad} comes first and is not done`;
    return stopped.get(call.provider);
  };
  const runOne = async (call: Call): Promise<void> => {
    const because = blocker(call);
    if (because !== undefined) return finish({ call, status: "not_started", error: because, seen: new Map() });
    const settled: Settled = input.alreadyDone.has(call.id)
      ? { status: "done", error: null, seen: new Map() }
      : await settle(run, call).catch(broken);
    if (!isSettled(settled)) {
      if (settled.kind === "stop") stopped.set(call.provider, `${call.id} failed: ${settled.error ?? ""}`);
      if (input.onError === "stop") halt ??= `stopped after ${call.id}`;
    }
    finish({ call, ...settled });
  };

  const waiting = new Map(input.calls.map((call) => [call.id, call]));
  const startReady = (): void => {
    for (const call of [...waiting.values()]) {
      // From the end: calls end about in their order, and a deletion may wait for very many.
      if (call.after.findLast((id) => ids.has(id) && !run.outcomes.has(id)) !== undefined) continue;
      waiting.delete(call.id);
      void queue.add(() => runOne(call).then(startReady));
    }
  };
  startReady();
  await queue.onIdle();
  const outcomes = input.calls.map(
    (call) =>
      run.outcomes.get(call.id) ?? { call, status: "not_started" as const, error: "not reached", seen: new Map() },
  );
  return { outcomes, journalError: run.journalError };
};

/** Done, or for somebody who is not there: neither holds up what is ordered after it. */
const isSettled = (outcome: Pick<CallOutcome, "status" | "kind"> | undefined): boolean =>
  outcome?.status === "done" || outcome?.kind === "away";

type Settled = Omit<CallOutcome, "call">;

/** A fault of ours in the middle of a call: what became of it is not known, and the others still end in order. */
const broken = (error: unknown): Settled => ({
  status: "unknown",
  error: `internal error: ${error instanceof Error ? error.message : "no reason given"}`,
  seen: new Map(),
});

const settle = async (run: Run, call: Call): Promise<Settled> => {
  const { input } = run;
  const note = async (event: JournalEvent["event"], error?: string): Promise<boolean> => {
    const base = { call: call.id, event, provider: call.provider, addresses: call.changes, method: call.method };
    try {
      await input.journal(error === undefined ? base : { ...base, error });
      return true;
    } catch (failure) {
      run.journalError ??= failure;
      return false;
    }
  };
  for (let attempt = 0; ; attempt += 1) {
    if (!(await note("sending"))) return { status: "not_started", error: NO_JOURNAL, seen: new Map() };
    const sent = await input.send(call);
    const fate = needsLook(sent) ? await fateOf(input, call) : sent;
    if (fate.type === "done") {
      await note("done");
      return { status: "done", error: null, seen: fate.seen };
    }
    if (sent.type === "failed") {
      await note("failed", sent.error.message);
      const status = sent.error.kind === "away" ? "not_started" : "failed";
      return { status, error: sent.error.message, seen: new Map(), kind: sent.error.kind };
    }
    const error = sent.type === "unknown" ? sent.error : undefined;
    if (fate.type === "unknown" && "why" in fate) {
      const text = unknownText(error, fate.why);
      await note("unknown", text);
      return { status: "unknown", error: text, seen: new Map() };
    }
    await note("failed", error?.message);
    if (attempt >= RESENDS || isFinal(sent) || input.signal.aborted)
      return { status: "failed", error: error?.message ?? "", seen: new Map() };
    await input.sleep(250 * 2 ** attempt);
  }
};

/** Whether sending again is of no use, though it was not done: the service sent it elsewhere, or the provider tried often enough. */
const isFinal = (sent: Sent): boolean =>
  sent.type === "unknown" && (sent.error.kind === "refused" || sent.exhausted === true);

/**
 * Whether only a fresh read tells how a call ended. A conflict may be the echo of a try whose answer was lost, or
 * somebody made just what is wanted: then there is nothing left to do.
 */
const needsLook = (sent: Sent): boolean =>
  sent.type === "unknown" || (sent.type === "failed" && (sent.error.kind === "stale" || sent.error.kind === "gone"));

const unknownText = (error: ServiceError | undefined, why: string): string =>
  `${error?.message ?? "no answer"}; whether it took effect is not known: ${why}`;

type Fate =
  | { readonly type: "done"; readonly seen: ReadonlyMap<Address, Spec | null> }
  | { readonly type: "not done" }
  | { readonly type: "unknown"; readonly why: string };

const fateOf = async (input: ExecuteInput, call: Call): Promise<Fate> => {
  const addresses = [...call.leaves.keys()];
  let seen: ReadonlyMap<Address, Spec | null>;
  try {
    seen = await input.read(call.provider, addresses);
  } catch (error) {
    return {
      type: "unknown",
      why: `the read afterwards failed too (${error instanceof Error ? error.message : "no reason given"})`,
    };
  }
  if (addresses.some((address) => !seen.has(address))) return { type: "unknown", why: "it cannot be read back" };
  if (addresses.every((address) => sameJson(seen.get(address), call.leaves.get(address))))
    return { type: "done", seen };
  const before = beforeCall(input, call);
  if (addresses.every((address) => sameJson(seen.get(address), before(address)))) return { type: "not done" };
  return { type: "unknown", why: "the object is neither as it was nor as it should be" };
};

/** What the objects of a call look like just before it: as earlier calls of the plan leave them. */
const beforeCall = (input: ExecuteInput, call: Call): ((address: Address) => Spec | null | undefined) => {
  const earlier = input.calls.slice(0, input.calls.indexOf(call)).filter((other) => call.after.includes(other.id));
  return (address) => {
    const left = earlier.findLast((other) => other.leaves.has(address));
    return left === undefined ? input.before(address) : (left.leaves.get(address) ?? null);
  };
};
