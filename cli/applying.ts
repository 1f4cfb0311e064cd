import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { type CallOutcome, execute } from "../engine/apply/execute.ts";
import { outcomesOf, type Verdicts, weigh } from "../engine/apply/outcomes.ts";
import { type Seen, verify } from "../engine/apply/verify.ts";
import type { Address, Call, Diagnostic, Outcome, Spec } from "../engine/model.ts";
import type { Planned } from "../engine/pipeline.ts";
import type { FailureReason } from "../engine/plan-document.ts";
import { providerNameOf } from "../engine/util/address.ts";
import { EXIT, type ExitCode, exitOfReason } from "./exit.ts";
import type { Io } from "./io.ts";
import { openJournal } from "./journal.ts";
import type { Lock } from "./lock.ts";
import type { ApplyOptions } from "./options.ts";
import type { OpenServices } from "./services.ts";

export type Applied = {
  readonly outcomes: readonly Outcome[];
  readonly reason: FailureReason | null;
  /** Whom it was for, and who is not there any more: pending. */
  readonly away: readonly Address[];
  /** Why nothing was sent, where something stands against it. */
  readonly faults?: readonly Diagnostic[];
  /** Calls that an earlier run had done, and that were not sent again. */
  readonly before: number;
  readonly exit: ExitCode;
  /** Why nothing further was sent, where the journal failed. */
  readonly journalError: string | undefined;
};

type ApplyInput = {
  readonly io: Io;
  readonly options: ApplyOptions;
  readonly directory: string;
  readonly planned: Planned;
  readonly open: OpenServices;
  readonly lock: Lock;
  readonly alreadyDone: ReadonlySet<string>;
};

/**
 * Sends the calls of a plan, each recorded before and after, and reads every written object afresh at the end. Throws
 * JournalError when the journal cannot even be begun.
 */
export const applyPlanned = async (input: ApplyInput): Promise<Applied> => {
  const { io, planned, open } = input;
  const now = new Date(io.now()).toISOString().replaceAll(/[:.]/gu, "-");
  const journal = await openJournal(input.directory, {
    run: `${now}-${randomBytes(4).toString("hex")}`,
    digest: planned.document.digest,
    now: io.now,
  });
  const { progress } = open;
  const byId = new Map(planned.calls.map((call) => [call.id, call]));
  progress.start("Applying", planned.calls.length);
  try {
    const execution = await execute({
      calls: planned.calls,
      alreadyDone: input.alreadyDone,
      parallelism: input.options.parallelism,
      onError: input.options.onError,
      send: async (call) => sendOne(open, input.lock, call),
      read: async (provider, addresses) => (await readObjects(open, provider, addresses, io.signal)).objects,
      before: planned.before,
      journal: (event) => journal.record(journalLine(byId, event)),
      onOutcome: (_, finished) => progress.tick(finished, planned.calls.length),
      sleep: (milliseconds) => pause(io, milliseconds),
      signal: io.signal,
    });
    progress.start("Reading back");
    const verdicts = await readBack(input, execution.outcomes);
    const reason = reasonOf(io, execution.outcomes, verdicts, execution.journalError);
    return {
      outcomes: outcomesOf(execution.outcomes.filter(isHere), verdicts, planned.sources),
      away: [
        ...execution.outcomes.filter((outcome) => !isHere(outcome)).flatMap(({ call }) => call.changes),
        ...verdicts.away,
      ],
      before: input.alreadyDone.size,
      reason,
      exit: reason === null ? EXIT.done : exitOfReason(reason),
      journalError: execution.journalError instanceof Error ? execution.journalError.message : undefined,
    };
  } finally {
    progress.stop();
    await journal.close().catch(() => {});
  }
};

const isHere = (outcome: CallOutcome): boolean => outcome.kind !== "away";

/** A call that is under way is never cut short: an interrupt waits for its answer. */
const sendOne = async (
  open: OpenServices,
  lock: Lock,
  call: Call,
): ReturnType<Parameters<typeof execute>[0]["send"]> => {
  const writer = open.services.get(call.provider)?.writer;
  if (writer === undefined)
    return { type: "failed", error: { message: `no connection to ${call.provider}`, kind: "stop" } };
  try {
    await lock.check();
  } catch (error) {
    return {
      type: "failed",
      error: { message: error instanceof Error ? error.message : "the lock was lost", kind: "stop" },
    };
  }
  return writer.send(call);
};

const journalLine = (
  calls: ReadonlyMap<string, Call>,
  event: Parameters<Parameters<typeof execute>[0]["journal"]>[0],
): {
  readonly call: string;
  readonly address: Address;
  readonly method: string;
  readonly path: string;
  readonly event: typeof event.event;
  readonly error?: string;
} => ({
  call: event.call,
  address: event.addresses[0] ?? "",
  method: event.method,
  path: calls.get(event.call)?.path ?? "",
  event: event.event,
  ...(event.error === undefined ? {} : { error: event.error }),
});

const pause = async ({ sleep, signal }: Io, milliseconds: number): Promise<void> => {
  const waiting = sleep === undefined ? wait(milliseconds, undefined, { signal }) : sleep(milliseconds, signal);
  await waiting.catch(() => {});
};

/** A fresh read of a few objects. Objects that are not there are `null`; throws when the read is not complete. */
const readObjects = async (
  open: OpenServices,
  provider: string,
  addresses: readonly Address[],
  signal: AbortSignal,
): Promise<Seen> => {
  const service = open.services.get(provider);
  if (service === undefined) return { objects: new Map(), away: new Set() };
  const state = await service.reader.read({
    config: service.config,
    rooms: [],
    list: false,
    users: new Map(),
    roles: [],
    roomDefaults: false,
    only: addresses,
    ...(signal.aborted ? {} : { signal }),
  });
  if (!state.complete) throw new Error(`${provider} could not be read completely`);
  return {
    objects: new Map(addresses.map((address) => [address, state.objects.get(address)?.spec ?? null])),
    away: state.away ?? new Set(),
  };
};

/** After an interrupt nothing is read back: the answers of the service have to do. */
const readBack = async (input: ApplyInput, outcomes: readonly CallOutcome[]): Promise<Verdicts> => {
  const { planned, open, io } = input;
  const expected = planned.expected(
    outcomes.filter(({ status, call }) => status === "done" && !input.alreadyDone.has(call.id)).map(({ call }) => call),
  );
  const byProvider = new Map<string, Map<Address, Spec | null>>();
  for (const [address, spec] of expected) {
    const name = providerNameOf(address);
    byProvider.set(name, (byProvider.get(name) ?? new Map<Address, Spec | null>()).set(address, spec));
  }
  if (io.signal.aborted) return weigh([], planned);
  const off = await Promise.all(
    [...byProvider].map(([name, objects]) =>
      verify({
        expected: objects,
        read: (addresses) => readObjects(open, name, addresses, io.signal),
        sleep: (ms) => pause(io, ms),
        signal: io.signal,
      }),
    ),
  );
  return weigh(off.flat(), planned);
};

const reasonOf = (
  io: Io,
  outcomes: readonly CallOutcome[],
  verdicts: Verdicts,
  journalError: unknown,
): FailureReason | null => {
  if (io.signal.aborted) return "interrupted";
  const done = outcomes.some((outcome) => outcome.status === "done");
  if (outcomes.some((outcome) => outcome.kind === "stale" || outcome.kind === "gone")) return "plan-changed";
  if (verdicts.revokeIneffective) return "revoke-ineffective";
  const bad =
    outcomes.some((outcome) => outcome.status !== "done" && outcome.kind !== "away") || verdicts.ineffective.size > 0;
  if (!bad && journalError === undefined) return null;
  const unsure = outcomes.some((outcome) => outcome.status === "unknown");
  return done || unsure ? "apply-partial" : "provider-error";
};
