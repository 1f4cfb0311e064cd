import type { Address, Spec } from "../model.ts";
import { sameJson } from "../util/stable-json.ts";

export type Verified = {
  readonly address: Address;
  /** Whoever it is for has left. */
  readonly away: boolean;
  /** undefined: it could not be read. */
  readonly seen: Spec | null | undefined;
};

/** What a fresh read shows. */
export type Seen = { readonly objects: ReadonlyMap<Address, Spec | null>; readonly away: ReadonlySet<Address> };

type VerifyInput = {
  /** What each object has to look like now. */
  readonly expected: ReadonlyMap<Address, Spec | null>;
  read(addresses: readonly Address[]): Promise<Seen>;
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
  let last: Seen = { objects: new Map(), away: new Set() };
  const gone: Address[] = [];
  for (const wait of WAITS) {
    if (open.length === 0 || (wait > 0 && input.signal.aborted)) break;
    if (wait > 0) await input.sleep(wait);
    try {
      last = await input.read(open);
    } catch {
      last = { objects: new Map(), away: new Set() };
    }
    const { objects, away } = last;
    gone.push(...open.filter((address) => away.has(address)));
    open = open.filter(
      (address) =>
        !away.has(address) && (!objects.has(address) || !sameJson(objects.get(address), input.expected.get(address))),
    );
  }
  return [
    ...gone.map((address) => ({ address, seen: null, away: true })),
    ...open.map((address) => ({ address, seen: last.objects.get(address), away: false })),
  ];
};
