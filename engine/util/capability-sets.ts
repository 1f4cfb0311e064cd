/** Numbers capabilities, so that sets of them are bit sets: union `|`, intersection `&`, difference `& ~`. */
export type CapabilityIndex = {
  /** The bit set of a list; names not seen before get the next bit. */
  bits(capabilities: readonly string[]): bigint;
  /** The names in a bit set, in the order in which they were first seen. */
  names(bits: bigint): readonly string[];
};

/** An index without any capability yet. */
export const capabilityIndex = (): CapabilityIndex => {
  const numbers = new Map<string, bigint>();
  const bitOf = (name: string): bigint => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const bit = 1n << BigInt(numbers.size);
    numbers.set(name, bit);
    return bit;
  };
  return {
    bits: (capabilities) => {
      let set = 0n;
      for (const name of capabilities) set |= bitOf(name);
      return set;
    },
    names: (bits) => [...numbers].filter(([, bit]) => (bits & bit) !== 0n).map(([name]) => name),
  };
};
