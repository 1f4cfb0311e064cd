/** Random files on a real stand-in over HTTP: cut off and begun again, with answers lost, next to an undisturbed run. */
import fc from "fast-check";
import { execute } from "../../engine/apply/execute.ts";
import type { Address, JsonObject, Spec } from "../../engine/model.ts";
import type { Connection, Writer } from "../../engine/provider.ts";
import type { Faults } from "../../providers/_shared/sandbox-faults.ts";
import type { Files } from "./model.ts";
import { load, type Planning, planFor } from "./planning.ts";
import { stateKey, type TortureService } from "./service.ts";

export type StandIn = {
  readonly baseUrl: string;
  readonly values: JsonObject;
  setFaults(faults: Faults): void;
  close(): Promise<void>;
};

export type HttpRunner = {
  readonly name: string;
  /** Rejects where a disturbed run ends elsewhere than an undisturbed one; gives how many runs were cut off. */
  torture(options: { readonly seed: number; readonly worlds: number }): Promise<number>;
};

/** Both sides have this clock; waiting moves it, and nobody waits. */
const clock = { time: Date.parse("2026-06-01T12:00:00Z") };
export const now = (): number => clock.time;
const sleep = async (milliseconds: number): Promise<void> => {
  clock.time += milliseconds;
};

const MOST_RUNS = 12;

type Disturbed = { readonly cuts: readonly number[]; readonly lost: "no" | "before" | "after" };
const UNDISTURBED: Disturbed = { cuts: [], lost: "no" };
const disturbances: fc.Arbitrary<Disturbed> = fc.record({
  cuts: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  lost: fc.constantFrom("no", "before", "after"),
});

export const httpRunnerOf = <S>(service: TortureService<S>, start: () => Promise<StandIn>): HttpRunner => ({
  name: service.name,
  torture: async ({ seed, worlds }) => {
    let cut = 0;
    const check = async (files: readonly Files[], disturbed: Disturbed): Promise<void> => {
      const plain = await endOf(service, start, files, UNDISTURBED);
      const other = await endOf(service, start, files, disturbed);
      cut += other.cut;
      if (plain.state !== other.state)
        throw new Error(`a disturbed run ends elsewhere\n${plain.state}\n${other.state}`);
    };
    const property = fc.asyncProperty(service.worlds, disturbances, ({ files }, disturbed) => check(files, disturbed));
    await fc.assert(property, { seed, numRuns: worlds, includeErrorInReport: true });
    return cut;
  },
});

type End = { readonly state: string; readonly cut: number };

const endOf = async <S>(
  { name, provider, config }: TortureService<S>,
  start: () => Promise<StandIn>,
  files: readonly Files[],
  { cuts, lost }: Disturbed,
): Promise<End> => {
  const standIn = await start();
  const { baseUrl, values } = standIn;
  const connection: Connection = { provider: name, baseUrl, values, parallelism: 3, now, sleep, random: () => 0.5 };
  const writer = provider.writer(connection);
  const service: Planning<Writer> = { name, provider, config, read: (from, request) => from.read(request) };
  const left = [...cuts];
  let cut = 0;
  let state = "";
  try {
    for (const some of files) {
      const document = load(service, some);
      for (let runs = 0; ; runs += 1) {
        standIn.setFaults([]);
        const { planned, errors } = await planFor(service, document, writer);
        if (errors.length > 0 || planned.calls.length === 0) {
          state = stateKey([...(planned.worlds.get(name)?.state.objects ?? [])].map(([at, { spec }]) => [at, spec]));
          break;
        }
        if (runs >= MOST_RUNS) throw new Error("it never comes to an end");
        if (lost !== "no") standIn.setFaults([{ fault: "lost", commits: lost === "after", every: 3, when: isWrite }]);
        cut += (await run(writer, planned, left.shift())) ? 1 : 0;
      }
    }
    return { state, cut };
  } finally {
    await writer.close();
    await standIn.close();
  }
};

const isWrite = ({ method, query }: { readonly method: string; readonly query: URLSearchParams }): boolean =>
  method !== "GET" || query.get("Action")?.startsWith("Set") === true;

/** Sends the calls of a plan, so many of them at most; whether it was cut off. */
const run = async (
  writer: Writer,
  planned: Awaited<ReturnType<typeof planFor>>["planned"],
  most: number | undefined,
): Promise<boolean> => {
  const cut = new AbortController();
  const [world] = planned.worlds.values();
  if (world === undefined) throw new Error("a plan without a provider");
  let sent = 0;
  await execute({
    calls: planned.calls,
    alreadyDone: new Set(),
    parallelism: 3,
    onError: "stop",
    send: (call) => {
      sent += 1;
      if (sent === most) cut.abort();
      return writer.send(call);
    },
    read: async (_, addresses) => {
      const nothing = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
      const found = await writer.read({ config: world.policy.config, ...nothing, only: addresses });
      return new Map(addresses.map((at): [Address, Spec | null] => [at, found.objects.get(at)?.spec ?? null]));
    },
    before: planned.before,
    journal: async () => {},
    onOutcome: () => {},
    sleep,
    signal: cut.signal,
  });
  return cut.signal.aborted;
};
