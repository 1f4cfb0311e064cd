import type { Address, Spec } from "../model.ts";
import { sameJson } from "../util/stable-json.ts";

export type Verified = {
  readonly address: Address;
  /** undefined: it could not be read. */
  readonly seen: Spec | null | undefined;
};

type VerifyInput = {
  /** What each object has to look like now. */
  readonly expected: ReadonlyMap<Address, Spec | null>;
  read(addresses: readonly Address[]): Promise<ReadonlyMap<Address, Spec | null>>;
  sleep(milliseconds: number): Promise<void>;
  readonly signal: AbortSignal;
};

/** Waits between reads: services may show a write late; more than this is no lag any more. */
const WAITS = [0, 300, 700, 1500, 2500];

/**
 * Reads the written objects afresh until all look as they should, for about five seconds at most, and gives those that
 * still do not. A service that says "done" and stores nothing is found here.
 */
export const verify = async (input: VerifyInput): Promise<readonly Verified[]> => {
  let open = [...input.expected.keys()];
  let last = new Map<Address, Spec | null>();
  for (const wait of WAITS) {
    if (open.length === 0 || (wait > 0 && input.signal.aborted)) break;
    if (wait > 0) await input.sleep(wait);
    try {
      last = new Map(await input.read(open));
    } catch {
      last = new Map();
    }
    open = open.filter((address) => !last.has(address) || !sameJson(last.get(address), input.expected.get(address)));
  }
  return open.map((address) => ({ address, seen: last.get(address) }));
};
