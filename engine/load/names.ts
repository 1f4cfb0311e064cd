import { quote } from "../util/quote.ts";
import { idFault } from "./ids.ts";
import { type Item, placeOf } from "./item.ts";
import type { Loading } from "./loading.ts";

/** Words of the language: a role, team or provider of that name could not be told from them. */
const RESERVED: ReadonlySet<string> = new Set(["absent", "existing", "everyone"]);

/** Says what is wrong with the name of a role, team or provider; true where it is good. */
export const checkName = (kind: "role" | "team" | "provider", name: string, item: Item, loading: Loading): boolean => {
  if (RESERVED.has(name)) {
    const summary = `${quote(name)} cannot be the name of a ${kind}: it is a word of the language`;
    loading.error("reserved-name", summary, placeOf(item, "key"), { hint: "choose another name" });
    return false;
  }
  const fault = idFault(name);
  if (fault === undefined) return true;
  loading.error("invalid-id", `${quote(name)} cannot be the name of a ${kind}: ${fault}`, placeOf(item, "key"));
  return false;
};
