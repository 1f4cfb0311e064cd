/** At most so many requests in any stretch of time. Gives the seconds to wait, undefined when the request may pass. */
export const createRateLimit = (limit: number, perMs: number): ((now: number) => number | undefined) => {
  let passed: readonly number[] = [];
  return (now) => {
    const recent = passed.filter((at) => at > now - perMs);
    const oldest = recent[0];
    passed = recent;
    if (oldest !== undefined && recent.length >= limit) return Math.max(1, Math.ceil((oldest + perMs - now) / 1000));
    passed = [...recent, now];
    return undefined;
  };
};
