import type { Address, CurrentState, Desired, DesiredState, Diagnostic } from "../model.ts";
import type { Provider } from "../provider.ts";
import { sameJson } from "../util/stable-json.ts";
import type { Scope } from "./scope.ts";

/** Objects in scope that cannot be had without one that `--exclude` leaves out: it is not there, or still refers to them. */
export const leftOut = (
  provider: Provider,
  desired: DesiredState,
  wanted: ReadonlySet<Address>,
  scope: Scope,
  current: CurrentState,
): readonly Diagnostic[] =>
  [...wanted].flatMap((address) => {
    const object = desired.objects.get(address);
    const found = current.objects.get(address)?.spec ?? null;
    if (object === undefined || sameJson(object.spec, found)) return [];
    return (provider.needs?.(object) ?? [])
      .filter((needed) => scope.excludes(needed) && isMissing(object, needed, desired, current))
      .map((needed) => fault(object, needed));
  });

/** What goes must be let go of, what stays needs what it names. */
const isMissing = ({ spec }: Desired, needed: Address, desired: DesiredState, current: CurrentState): boolean => {
  const change = desired.objects.get(needed);
  const found = current.objects.get(needed)?.spec ?? null;
  if (change === undefined) return false;
  return spec === null ? !sameJson(change.spec, found) : found === null;
};

const fault = ({ address, spec, source }: Desired, needed: Address): Diagnostic => ({
  severity: "error",
  code: "left-out",
  summary:
    spec === null
      ? `${address} cannot be deleted: ${needed}, which --exclude leaves out, still refers to it`
      : `${address} needs ${needed}, which does not exist and which --exclude leaves out`,
  hint: `leave ${address} out as well, or let ${needed} in`,
  ...(source === undefined ? {} : { source }),
});
