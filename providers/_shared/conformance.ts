import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type CallOutcome, execute } from "../../engine/apply/execute.ts";
import { outcomesOf, type Verdicts, weigh } from "../../engine/apply/outcomes.ts";
import { verify } from "../../engine/apply/verify.ts";
import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { needsOf } from "../../engine/load/resolve.ts";
import type { Address, Document, JsonObject, Spec } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { Service } from "../../engine/plan/worlds.ts";
import type { Ledger, Provider, Reader, Writer } from "../../engine/provider.ts";
import { planOptions } from "./plan-options.ts";
import type { Fault, Faults } from "./sandbox-faults.ts";

/** A stand-in of the service that can be told to misbehave. */
export type StandIn = {
  readonly baseUrl: string;
  /** What the connection is given besides: credentials, further addresses. */
  readonly values: JsonObject;
  /** Every request so far. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly query: URLSearchParams }[];
  setFaults(faults: Faults): void;
  close(): Promise<void>;
};

export type Subject = {
  readonly provider: Provider;
  /** `providers:` and `version:` of the files. */
  readonly header: string;
  /** Documents, without the header, to move through in this order. The first is reached from `start`'s state. */
  readonly states: readonly string[];
  start(): Promise<StandIn>;
  /** Whether a logged request changes something. Default: all but GET. */
  isWrite?(request: StandIn["requests"][number]): boolean;
  /** The same for faults: which requests change something. Default: all but GET. */
  readonly writes?: Fault["match"];
  /** Faults that this service's sandbox knows besides, each as a case of its own. */
  readonly more?: readonly { readonly name: string; readonly faults: Faults }[];
};

/** One test: a sentence and what to run; rejects with an AssertionError. Any test runner can run it. */
export type ConformanceCase = { readonly name: string; run(): Promise<void> };

const AT = Date.parse("2026-06-01T12:00:00Z");
const NAME = /^ {2}([\w-]+):/mu;

/**
 * What every provider must do, for any service and any mood of it: move through a row of states; after each, what was
 * written equals what was planned, a second plan is empty, and nothing but reads was sent while planning.
 */
export const conformanceCases = (subject: Subject): readonly ConformanceCase[] => {
  const writes: Fault["match"] = subject.writes ?? { method: ["POST", "PATCH", "PUT", "DELETE"] };
  const walk = (name: string, faults: Faults): ConformanceCase => ({ name, run: () => walkStates(subject, faults) });
  return [
    walk("moves through its states, each second plan empty", []),
    walk("reads page by page when a page holds one item", [{ fault: "page-size", size: 1 }]),
    walk("does not care in which order lists come", [{ fault: "reorder", seed: 7 }]),
    walk("waits when it is throttled, with Retry-After", [{ fault: "throttle", retryAfter: 0, every: 3 }]),
    walk("waits when it is throttled, without Retry-After", [{ fault: "throttle", every: 5 }]),
    walk("finds out what became of a write whose answer was lost", [
      { fault: "lost", commits: true, every: 2, match: writes },
    ]),
    walk("repeats a write that was lost before it was done", [{ fault: "lost", every: 2, match: writes }]),
    walk("is patient with reads that lag behind", [{ fault: "stale", reads: 1 }]),
    { name: "notices a write that is accepted and ignored", run: () => noticeIgnored(subject, writes) },
    ...(subject.more ?? []).map(({ name, faults }) => walk(name, faults)),
  ];
};

const walkStates = async (subject: Subject, faults: Faults): Promise<void> => {
  const standIn = await subject.start();
  try {
    const memory = new Map<string, unknown>();
    for (const [index, state] of subject.states.entries()) {
      const where = `state ${index + 1}`;
      standIn.setFaults(faults);
      const before = countWrites(subject, standIn);
      const planned = await plan(subject, standIn, state, memory);
      strictEqual(countWrites(subject, standIn), before, `${where}: planning sent a write`);
      const { outcomes, verdicts } = await apply(subject, standIn, planned, memory);
      const bad = outcomesOf(outcomes, verdicts, planned.sources).filter((outcome) => outcome.status !== "done");
      deepStrictEqual(bad, [], `${where}: not everything was done`);
      if (faults.length === 0)
        strictEqual(
          countWrites(subject, standIn) - before,
          planned.calls.length,
          `${where}: writes and planned calls differ`,
        );
      strictEqual(
        planned.calls.length,
        planned.document.summary.calls,
        `${where}: the printed number of calls is another`,
      );
      const again = await planUntilSettled(subject, standIn, state, memory);
      deepStrictEqual(again.document.resource_changes, [], `${where}: the second plan is not empty`);
    }
  } finally {
    await standIn.close();
  }
};

/** Lagging reads may show the state before for a moment. */
const planUntilSettled = async (
  subject: Subject,
  standIn: StandIn,
  state: string,
  memory: Map<string, unknown>,
): Promise<Planned> => {
  let planned = await plan(subject, standIn, state, memory);
  for (let attempt = 0; attempt < 3 && planned.calls.length > 0; attempt += 1)
    planned = await plan(subject, standIn, state, memory);
  return planned;
};

const noticeIgnored = async (subject: Subject, match: Fault["match"]): Promise<void> => {
  const standIn = await subject.start();
  try {
    const memory = new Map<string, unknown>();
    const state = subject.states[0] ?? "";
    const planned = await plan(subject, standIn, state, memory);
    ok(planned.calls.length > 0, "the first state must need a write");
    standIn.setFaults([{ fault: "ignored", times: 1, ...(match === undefined ? {} : { match }) }]);
    const { outcomes, verdicts } = await apply(subject, standIn, planned, memory);
    const bad = outcomesOf(outcomes, verdicts, planned.sources).filter((outcome) => outcome.status !== "done");
    ok(bad.length > 0, "a write that was ignored counts as done");
  } finally {
    await standIn.close();
  }
};

const countWrites = (subject: Subject, standIn: StandIn): number => {
  const isWrite = subject.isWrite ?? ((request) => request.method !== "GET");
  return standIn.requests.filter(isWrite).length;
};

const documentOf = (subject: Subject, state: string): Document => {
  const { file, diagnostics } = readText("rolecall.yaml", new TextEncoder().encode(`${subject.header}\n${state}`));
  ok(file, `the state cannot be read: ${diagnostics.map((one) => one.summary).join("; ")}`);
  const loaded = loadDocument([file], {
    policyFiles: [],
    languages: new Map([[subject.provider.type, subject.provider]]),
    allowEnv: [],
    at: AT,
  });
  const errors = [...diagnostics, ...loaded.diagnostics].filter((one) => one.severity === "error");
  deepStrictEqual(
    errors.map((one) => one.summary),
    [],
    "the state is not valid",
  );
  ok(loaded.document);
  return loaded.document;
};

/** A service's own waits are cut short: what counts is that they are made. */
const pause = async (milliseconds: number): Promise<void> => {
  await sleep(Math.min(milliseconds, 20));
};

const nameOf = (subject: Subject): string => NAME.exec(subject.header)?.[1] ?? subject.provider.type;

const connectionOf = (
  subject: Subject,
  standIn: StandIn,
  memory: Map<string, unknown>,
): Parameters<Provider["reader"]>[0] => ({
  ledger: { ...ledgerOf(memory), save: async () => {} },
  provider: nameOf(subject),
  baseUrl: standIn.baseUrl,
  values: standIn.values,
  parallelism: 4,
  now: () => Date.now(),
  sleep: pause,
});

const ledgerOf = (memory: Map<string, unknown>): Ledger => ({
  get: (key) => memory.get(key) as ReturnType<Ledger["get"]>,
  set: (key, value) => void (value === undefined ? memory.delete(key) : memory.set(key, value)),
});

const plan = async (
  subject: Subject,
  standIn: StandIn,
  state: string,
  memory: Map<string, unknown>,
): Promise<Planned> => {
  const document = documentOf(subject, state);
  const name = nameOf(subject);
  const config = document.providers.get(name);
  ok(config, `the header has no provider ${name}`);
  const reader: Reader = subject.provider.reader(connectionOf(subject, standIn, memory));
  try {
    const current = await reader.read({ config, ...needsOf(document, name) });
    const service: Service = {
      provider: subject.provider,
      account: await reader.account(),
      baseUrl: standIn.baseUrl,
      state: current,
      ledger: ledgerOf(memory),
    };
    const planned = makePlan({
      document,
      services: new Map([[name, service]]),
      scope: scopeOf([], [], [name]),
      at: AT,
      timestamp: new Date(AT).toISOString(),
      version: "0.0.0",
      loadDiagnostics: [],
      options: planOptions({ allow_removals: ["*=1000000"], accept_transient: ["*"] }),
    });
    const errors = planned.diagnostics.filter((one) => one.severity === "error");
    deepStrictEqual(
      errors.map((one) => one.summary),
      [],
      "the state cannot be planned",
    );
    return planned;
  } finally {
    await reader.close();
  }
};

const apply = async (
  subject: Subject,
  standIn: StandIn,
  planned: Planned,
  memory: Map<string, unknown>,
): Promise<{ readonly outcomes: readonly CallOutcome[]; readonly verdicts: Verdicts }> => {
  const name = nameOf(subject);
  const world = planned.worlds.get(name);
  ok(world);
  const writer: Writer = subject.provider.writer(connectionOf(subject, standIn, memory));
  const { signal } = new AbortController();
  const read = async (addresses: readonly Address[]): Promise<ReadonlyMap<Address, Spec | null>> => {
    const state = await writer.read({
      config: world.policy.config,
      rooms: [],
      list: false,
      users: new Map(),
      roles: [],
      roomDefaults: false,
      only: addresses,
    });
    ok(state.complete, "a read of single objects is not complete");
    return new Map(addresses.map((address) => [address, state.objects.get(address)?.spec ?? null]));
  };
  try {
    const { outcomes } = await execute({
      calls: planned.calls,
      alreadyDone: new Set(),
      parallelism: 4,
      onError: "stop",
      send: (call) => writer.send(call),
      read: (_, addresses) => read(addresses),
      before: planned.before,
      journal: async () => {},
      onOutcome: () => {},
      sleep: pause,
      signal,
    });
    const done = outcomes.filter((outcome) => outcome.status === "done").map((outcome) => outcome.call);
    const off = await verify({
      expected: planned.expected(done),
      read: async (addresses) => ({ objects: await read(addresses), away: new Set() }),
      sleep: pause,
      signal,
    });
    return { outcomes, verdicts: weigh(off, planned) };
  } finally {
    await writer.close();
  }
};
