/** What one set of permissions gives beyond another. */
import { own } from "../../engine/util/record.ts";
import type { Permissions } from "./convert.ts";

/** The names of permissions of which `a` gives more than `b`. */
export const minusPermissions = (a: Permissions, b: Permissions): readonly string[] =>
  Object.keys(a).filter((name) => {
    const [left, right] = [own(a, name), own(b, name)];
    if (left === undefined || right === true) return false;
    if (left === true || right === undefined) return true;
    return left.some((target) => !right.includes(target));
  });
