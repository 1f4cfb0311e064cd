/** A token bucket for each name: `perSecond` at once, and as many again each second. */
export type Rates = { take(bucket: string, perSecond: number, at: number): boolean };

type Bucket = { readonly tokens: number; readonly at: number };

export const createRates = (): Rates => {
  const buckets = new Map<string, Bucket>();
  return {
    take: (name, perSecond, at) => {
      const bucket = buckets.get(name) ?? { tokens: perSecond, at };
      const refill = (Math.max(0, at - bucket.at) * perSecond) / 1000;
      const tokens = Math.min(perSecond, bucket.tokens + refill);
      buckets.set(name, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
      return tokens >= 1;
    },
  };
};
