import { distance } from "fastest-levenshtein";
import { compareText } from "./compare.ts";

/** More candidates than this are not looked at: a suggestion is a courtesy and must never cost time. */
const MAX_CANDIDATES = 5_000;

/** The candidate that a mistyped word most likely meant, or undefined where none is close. Case does not count. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  const wanted = word.toLowerCase();
  const limit = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  let seen = 0;
  for (const candidate of candidates) {
    seen += 1;
    if (seen > MAX_CANDIDATES) break;
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const found = distance(wanted, candidate.toLowerCase());
    const better =
      found < bestDistance || (found === bestDistance && best !== undefined && compareText(candidate, best) < 0);
    // Another word of the same length has nothing in common with one that differs in every letter.
    if (!better || found > limit || found >= Math.min(word.length, candidate.length)) continue;
    best = candidate;
    bestDistance = found;
  }
  return best;
};
