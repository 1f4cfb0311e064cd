import { diffFields } from "../diff/diff.ts";
import type { Address, Diagnostic, Spec } from "../model.ts";
import type { Provider } from "../provider.ts";

/** A fault that voids a review. */
export const stale = (summary: string, hint = "make the plan again and have it reviewed"): Diagnostic => ({
  severity: "error",
  code: "plan-changed",
  summary,
  hint,
});

/** One fault for each field in which an object differs, with the reviewed and the present value. `what` says how it differs. */
export const fieldFaults = (
  address: Address,
  kind: string,
  [reviewed, now]: readonly [reviewed: Spec | null, now: Spec | null],
  provider: Provider | undefined,
  what: string,
): readonly Diagnostic[] =>
  diffFields(reviewed, now, kind, provider?.isAtomic).map(({ path, before, after }) => {
    const show = (value: typeof before): string => provider?.show(kind, path, value) ?? JSON.stringify(value);
    return stale(`${address} ${path.join(".")} ${what}: reviewed ${show(before)}, present ${show(after)}`);
  });
