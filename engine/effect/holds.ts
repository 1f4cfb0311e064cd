import type { ProviderFacts } from "../provider.ts";

/** Whether capabilities hold one that is asked for. See `ProviderFacts.asksOverAnybody`. */
export const holdsCapability = (
  { asksOverAnybody }: Pick<ProviderFacts, "asksOverAnybody">,
  capabilities: readonly string[],
  asked: string,
): boolean =>
  capabilities.includes(asked) || (asksOverAnybody === true && capabilities.some((one) => one.startsWith(`${asked}(`)));
