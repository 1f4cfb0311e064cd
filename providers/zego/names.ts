import { compareText } from "../../engine/util/compare.ts";
import { quote } from "../../engine/util/quote.ts";

const MOST = 10;

/** `"alice", "bob" and 3 more`, sorted. */
export const nameList = (ids: readonly string[]): string => {
  const shown = ids.toSorted(compareText).slice(0, MOST).map(quote).join(", ");
  return ids.length > MOST ? `${shown} and ${ids.length - MOST} more` : shown;
};
