/** Real runs against a service that misbehaves: answers lost before and after the deed, refusals, reads that fail. */
import { execute } from "../../engine/apply/execute.ts";
import type { Call, Sent } from "../../engine/model.ts";
import type { Planned } from "../../engine/pipeline.ts";
import type { Files } from "./model.ts";
import { load, planFor } from "./planning.ts";
import { gapsOf, stateKey, type TortureService } from "./service.ts";

export const FAULTS = [
  "none",
  "none",
  "slow",
  "lost before",
  "lost after",
  "throttled",
  "refused",
  "cut off",
  "blind",
] as const;
export type Fault = (typeof FAULTS)[number];

/** More runs than faults: then nothing is left that could go wrong. */
const MOST_RUNS = 40;

const trouble = (message: string, kind: "unreachable" | "throttled" | "refused") => ({ message, kind });

/**
 * Plans and applies until nothing is left to do, with these faults on the way. Throws when somebody ever holds what neither
 * the beginning nor the end gives, or when the end is not that of an undisturbed run.
 */
export const faultyRuns = async <S>(
  service: TortureService<S>,
  files: Files,
  start: S,
  last: S,
  faults: readonly Fault[],
): Promise<void> => {
  const document = load(service, files);
  const [old, wanted] = [service.model.held(start, files), service.model.held(last, files)];
  const left = [...faults];
  let state = start;
  let blind = 0;

  const commit = (call: Call): Sent => {
    const answer = service.model.request(state, call);
    if (answer.status >= 300) return { type: "failed", error: trouble(`status ${answer.status}`, "refused") };
    state = answer.state;
    const { excess } = gapsOf(service.model.held(state, files), old, wanted);
    if (excess.length > 0) throw new Error(`with faults somebody holds too much: ${excess.join(", ")}`);
    return { type: "done", seen: new Map() };
  };
  const send = async (call: Call, cut: AbortController): Promise<Sent> => {
    const fault = left.shift() ?? "none";
    if (fault === "slow") for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    if (fault === "blind") blind += 1;
    if (fault === "lost before" || fault === "blind")
      return { type: "unknown", error: trouble("no answer", "unreachable") };
    if (fault === "throttled" || fault === "refused") return { type: "failed", error: trouble(fault, fault) };
    if (fault === "cut off") cut.abort();
    const sent = commit(call);
    return fault === "lost after" ? { type: "unknown", error: trouble("no answer", "unreachable") } : sent;
  };
  const run = async (planned: Planned): Promise<void> => {
    const cut = new AbortController();
    const { config } = planned.worlds.get(service.name)?.policy ?? {};
    if (config === undefined) throw new Error("no provider in the plan");
    await execute({
      calls: planned.calls,
      alreadyDone: new Set(),
      parallelism: 3,
      onError: faults.length % 2 === 0 ? "stop" : "continue",
      send: (call) => send(call, cut),
      read: async (_, addresses) => {
        if (blind > 0) {
          blind -= 1;
          throw new Error("the read failed too");
        }
        const nothing = { rooms: [], list: false, users: new Map(), roles: [], roomDefaults: false };
        const found = await service.read(state, { config, ...nothing, only: addresses });
        return new Map(addresses.map((address) => [address, found.objects.get(address)?.spec ?? null]));
      },
      before: planned.before,
      journal: async () => {},
      onOutcome: () => {},
      sleep: async () => {},
      signal: cut.signal,
    });
  };

  for (let runs = 0; runs < MOST_RUNS; runs += 1) {
    const { planned, errors } = await planFor(service, document, state);
    if (errors.length > 0) throw new Error(`after faults the plan cannot be made: ${errors[0]?.summary}`);
    if (planned.calls.length === 0) break;
    await run(planned);
  }
  if (stateKey(state) !== stateKey(last))
    throw new Error(
      `after faults the end is another\n${JSON.stringify({ files, start, faults, state, last }, undefined, 1)}`,
    );
};
