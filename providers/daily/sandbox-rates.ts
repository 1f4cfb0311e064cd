/** A token bucket for each family: `size` at once, filled again in `seconds`. */
export type Rates = { take(family: string, size: number, seconds: number, at: number): boolean };

type Bucket = { readonly tokens: number; readonly at: number };

export const createRates = (): Rates => {
  const buckets = new Map<string, Bucket>();
  return {
    take: (family, size, seconds, at) => {
      const bucket = buckets.get(family) ?? { tokens: size, at };
      const refill = (Math.max(0, at - bucket.at) * size) / (seconds * 1000);
      const tokens = Math.min(size, bucket.tokens + refill);
      buckets.set(family, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      return tokens >= 1;
    },
  };
};
